"""The settings as they are in force: every option with its value, its default, and where the value came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maild.config import Settings
from maild.settings.document import toml_value
from maild.settings.schema import Option, Section, sections

_PASSWORD = re.compile(r"(?<=://)([^/@\s:]*):[^/@\s]+@")  # user:password@ of an address (RFC 3986 section 3.2.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """An option. value, default: in TOML's notation, secrets as ***; source: '' for the default; at: its whole name."""

    at: str
    name: str
    value: str
    default: str
    source: str
    help: str
    secret: bool
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionInForce:
    """A section, or one of several of its kind."""

    title: str
    help: str
    options: tuple[InForce, ...]


def in_force(settings: Settings, sources: Mapping[str, str]) -> tuple[SectionInForce, ...]:
    """All sections, in the order of the file. `sources` as settings.Loaded has them."""
    return tuple(_sections(settings, sources))


def _sections(settings: Settings, sources: Mapping[str, str]) -> Iterator[SectionInForce]:
    for section in sections().values():
        values = getattr(settings, section.name)
        for index, row in enumerate(values if section.many else (values,)):
            where = f"{section.name}[{index}]" if section.many and index else section.name
            title = f"[[{section.name}]] {row.name}" if section.many else f"[{section.name}]"
            options = tuple(_option(option, row, where, sources) for option in section.options.values())
            yield SectionInForce(title=title, help=_first(section), options=options)


def _first(section: Section) -> str:
    return section.help.split("\n\n")[0]


def _option(option: Option, row: Any, where: str, sources: Mapping[str, str]) -> InForce:
    value, at = getattr(row, option.name), f"{where}.{option.name}"
    return InForce(
        at=at,
        name=option.name,
        value=_shown(option, value),
        default=_shown(option, option.default),
        source=sources.get(at, ""),
        help=option.help,
        secret=option.is_secret,
        changed=value != option.default,
    )


def _shown(option: Option, value: Any) -> str:
    """Nothing that lets anybody in anywhere."""
    if option.is_secret:
        return str(value)
    return _PASSWORD.sub(r"\1:***@", toml_value(str(value) if isinstance(value, Path) else value))
