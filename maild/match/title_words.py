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

    house, greeted   houses that a text may be meant for, and who is greeted in English; no_certain_house: in such a
                     name, where it is no one's
    tail             the last figures of a number, called so; group 1 is the figures
    """

    goes_on: tuple[str, ...]
    speaks_of_it: re.Pattern[str]
    house: re.Pattern[str]
    no_certain_house: re.Pattern[str]
    greeted: re.Pattern[str]
    tail: re.Pattern[str]


_PATTERNS = ("speaks_of_it", "house", "no_certain_house", "greeted", "tail")


@cache
def title_words() -> TitleWords:
    """The shipped ones, patterns in any case. Raises RuleError for a table that lacks one or has others."""
    source = read_toml(data_folder("rules") / "titles.toml")
    if {*source.data} != {"goes_on", *_PATTERNS}:
        raise source.error("goes_on", f"stands there beside {', '.join(_PATTERNS)}, and nothing else")
    patterns = {name: re.compile(source.data[name], re.IGNORECASE) for name in _PATTERNS}
    return TitleWords(goes_on=tuple(source.data["goes_on"]), **patterns)
