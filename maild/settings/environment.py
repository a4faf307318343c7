"""Environment variables that set options: MAILD_SECTION__OPTION, and MAILD_MAILBOX__1__OPTION by index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.settings.faults import Fault
from maild.settings.schema import sections
from maild.settings.values import nearest

PREFIX = "MAILD_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One variable, taken apart: which option of which section (the `index`-th of its kind)."""

    variable: str
    section: str
    index: int
    name: str
    value: str


def variable(section: str, name: str) -> str:
    """The variable that sets an option."""
    return f"{PREFIX}{section.upper()}__{name.upper()}"


def assignments(environ: Mapping[str, str], rows: Mapping[str, int]) -> tuple[list[Assignment], list[Fault]]:
    """The assignments in `environ`, sorted by name; `rows` says how many of a section the file has.

    Variables that begin with MAILD_ but have no double underscore are not ours, unless one was
    evidently meant (MAILD_STORE_URL).
    """
    found: list[Assignment] = []
    faults: list[Fault] = []
    meant = {
        variable(section.name, name).replace("__", "_"): variable(section.name, name)
        for section in sections().values()
        for name in section.names
    }
    extra: dict[str, int] = {}
    for key in sorted(key for key in environ if key.startswith(PREFIX)):
        if "__" not in key:
            if key in meant:
                faults.append(_fault(key, "is no option", f"write {meant[key]}, with two underscores"))
            continue
        try:
            given = _take_apart(key, environ[key])
        except ValueError as error:
            faults.append(_fault(key, str(error), "see docs/configuration.md for the names"))
            continue
        limit = max(rows.get(given.section, 0), extra.get(given.section, 0))
        if given.index > limit:
            what = f"speaks of [[{given.section}]] number {given.index}, and there are {limit}"
            faults.append(_fault(key, what, "count from 0 and leave no gap"))
            continue
        extra[given.section] = max(limit, given.index + 1)
        found.append(given)
    return found, faults


def _take_apart(key: str, value: str) -> Assignment:
    section, *rest = key.removeprefix(PREFIX).lower().split("__")
    known = sections().get(section)
    if known is None:
        raise ValueError(f"unknown section '{section}'{nearest(section, sections())}")
    index = 0
    if known.many and len(rest) == 2 and rest[0].isascii() and rest[0].isdigit():
        index = int(rest.pop(0))
    if len(rest) != 1 or not rest[0]:
        raise ValueError("is not of the form MAILD_SECTION__OPTION")
    return Assignment(variable=key, section=section, index=index, name=rest[0], value=value)


def _fault(key: str, what: str, remedy: str) -> Fault:
    return Fault(option="", what=what, remedy=remedy, source=f"environment variable {key}")
