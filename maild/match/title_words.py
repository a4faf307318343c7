"""The words of rules/titles.toml, loaded once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from maild.tables.table import From, Table


def _pattern(text: str) -> re.Pattern[str]:
    """In any case."""
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"not a pattern: {error}") from error


_Any = Annotated[re.Pattern[str], From(_pattern, str)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleWords:
    """goes_on: what makes another work of a title ahead of it, unless `speaks_of_it` matches there.

    another          what does so behind a closing title mark, too: another volume, a supplement
    house, greeted   houses that a text may be meant for, and who is greeted in English; no_certain_house: in such a
                     name, where it is no one's
    of_a_work        characters that make another work of a Latin title right behind them
    about_before     ahead of a title, about_after: behind it: another work, about the one so called
    passed_on        the end of a house's name to which a request went on
    came_by          a network, and that it passed a request on to who writes
    asks_a_yes       where a price is asked to be agreed to
    marked           a title between title marks; group 1 is the title
    tail             the last figures of a number, called so; a group is the figures
    not_ours_before  ahead of such figures, not_ours_after: behind them: they are another number's
    of_a_reply       what may stand ahead of a title that is cut off
    titled_after     what is said behind the name of a reader; titled_before: ahead of it
    addressed        a line that begins so writes to whom it names
    not_whom         ahead of a name that is set apart
    compound         surnames of two characters
    """

    goes_on: tuple[str, ...]
    another: tuple[str, ...]
    speaks_of_it: _Any
    of_a_work: str
    about_before: _Any
    about_after: _Any
    passed_on: _Any
    came_by: _Any
    asks_a_yes: _Any
    house: _Any
    no_certain_house: _Any
    greeted: _Any
    marked: _Any
    tail: _Any
    not_ours_before: _Any
    not_ours_after: _Any
    of_a_reply: _Any
    titled_after: _Any
    titled_before: _Any
    addressed: _Any
    not_whom: _Any
    compound: tuple[str, ...]


TITLES: Table[TitleWords] = Table("titles.toml", TitleWords)


@cache
def title_words() -> TitleWords:
    """The shipped ones. Raises RuleError naming file, line and key."""
    return TITLES.load()
