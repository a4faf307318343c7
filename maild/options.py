"""What an option is: a documented field of a frozen dataclass; a secret; a default that is a fact of the office."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, field
from functools import cache
from typing import Any

from maild.resources import data_folder


class Secret(str):
    """A string that never shows itself: repr and format print '***'; `reveal()` gives the value."""

    __slots__ = ()

    def reveal(self) -> str:
        return str.__str__(self)

    def __repr__(self) -> str:
        return "'***'" if self else "''"

    def __str__(self) -> str:
        return "***" if self else ""

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def opt(default: Any = MISSING, help: str = "", **extra: Any) -> Any:
    """A documented option. `extra`: choices=(…), minimum=, maximum=, example=, secret_file=True,
    path=True (relative to the file's folder)."""
    meta = {"help": help, **extra}
    if isinstance(default, list | dict):
        return field(default_factory=lambda: type(default)(default), metadata=meta)
    return field(default=default, metadata=meta) if default is not MISSING else field(metadata=meta)


UNSET = "未设定 · not set"  # stands for a fact that an office has not said yet: nothing that is read is like it


def said(fact: str) -> str:
    """A fact of the office to hold against what is read: "" where it has not been said."""
    return "" if fact == UNSET else fact


@cache
def facts() -> Mapping[str, Mapping[str, Any]]:
    """The office's facts, by section: rules/office.toml. Lists are tuples."""
    data = tomllib.loads((data_folder("rules") / "office.toml").read_text("utf-8"))
    return {
        section: {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
        for section, table in data.items()
    }


def fact(section: str, name: str, help: str, **extra: Any) -> Any:
    """A documented option whose default is a fact of the office: data, read when it is first wanted."""
    return field(default_factory=lambda: facts()[section][name], metadata={"help": help, **extra})
