"""The words of rules/titles.toml, loaded once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from maild.resources import data_folder
from maild.tables import read_toml


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleWords:
    """goes_on: what makes another work of a title ahead of it, unless `speaks_of_it` matches there.

    another          what does so behind a closing title mark, too: another volume, a supplement
    house, greeted   houses that a text may be meant for, and who is greeted in English; no_certain_house: in such a
                     name, where it is no one's
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
    speaks_of_it: re.Pattern[str]
    house: re.Pattern[str]
    no_certain_house: re.Pattern[str]
    greeted: re.Pattern[str]
    marked: re.Pattern[str]
    tail: re.Pattern[str]
    not_ours_before: re.Pattern[str]
    not_ours_after: re.Pattern[str]
    of_a_reply: re.Pattern[str]
    titled_after: re.Pattern[str]
    titled_before: re.Pattern[str]
    addressed: re.Pattern[str]
    not_whom: re.Pattern[str]
    compound: tuple[str, ...]


_LISTS = ("goes_on", "another", "compound")
_PATTERNS = (
    *("speaks_of_it", "house", "no_certain_house", "greeted", "marked", "tail"),
    *("not_ours_before", "not_ours_after", "of_a_reply"),
    *("titled_after", "titled_before", "addressed", "not_whom"),
)


@cache
def title_words() -> TitleWords:
    """The shipped ones, patterns in any case. Raises RuleError for a table that lacks one or has others."""
    source = read_toml(data_folder("rules") / "titles.toml")
    if {*source.data} != {*_LISTS, *_PATTERNS}:
        raise source.error("goes_on", f"the keys are {', '.join((*_LISTS, *_PATTERNS))}, and no others")
    patterns = {name: re.compile(source.data[name], re.IGNORECASE) for name in _PATTERNS}
    goes_on, another, compound = (tuple(source.data[name]) for name in _LISTS)
    return TitleWords(goes_on=goes_on, another=another, compound=compound, **patterns)
