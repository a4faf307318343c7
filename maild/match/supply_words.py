"""The words of rules/supplies.toml, loaded once."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

import re2

from maild.resources import data_folder

_COVER_CHARACTERS = 1800  # without spaces, a Chinese one counting thrice: a page that says more is no cover sheet


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((data_folder("rules") / "supplies.toml").read_text("utf-8"))


@cache
def _any_of(name: str, whole: bool = False) -> Any:
    joined = "|".join(_data()[name])
    return re2.compile(f"(?i)^(?:{joined})$" if whole else f"(?i)(?:{joined})")


def is_cover(page: str) -> bool:
    """Whether the page is a provider's cover sheet: few words, and some that only such sheets say."""
    seen = "".join(page.split())
    if sum(3 if ord(c) > 0x2E7F else 1 for c in seen) > _COVER_CHARACTERS:
        return False
    flat = " ".join(page.split())
    return len({found.group() for found in _any_of("cover").finditer(flat.lower())}) >= 2


def is_generic(title: str) -> bool:
    """Whether a title is one that many documents share."""
    return bool(_any_of("generic", whole=True).search(title.strip(" .,;:!?。，；：！？《》\"'")))


def says_translated(text: str) -> bool:
    """Whether a request says that its title is a translation."""
    return text.lstrip().startswith("[") or bool(_any_of("translated").search(text))


@cache
def common() -> frozenset[str]:
    """Words too common to tell titles apart."""
    return frozenset(_data()["common"].split())


@cache
def running() -> tuple[frozenset[str], frozenset[str]]:
    """(words, characters) some of which every longer text has."""
    return frozenset(_data()["running_latin"].split()), frozenset(_data()["running_han"])


def says(name: str, text: str) -> bool:
    """Whether any of a list of rules/supplies.toml stands in the text."""
    return bool(_any_of(name).search(text))


def is_one_of(name: str, text: str) -> bool:
    """Whether the whole text is one of a list of rules/supplies.toml."""
    return bool(_any_of(name, whole=True).search(text))


def without(name: str, text: str) -> str:
    """The text without what a list of rules/supplies.toml names."""
    return str(_any_of(name).sub(" ", text))


@cache
def known_hosts() -> frozenset[str]:
    """Hosts of services by which libraries hand documents over."""
    return frozenset(_data()["hosts"])
