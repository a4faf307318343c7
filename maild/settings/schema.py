"""The options of maild.config as a table: what the loader and the documentation walk along."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from maild.config import Secret, Settings

FILE_SUFFIX = "_file"  # a secret `password` may be given as `password_file`


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option: `kind` is its Python type (`tuple` for a list of strings)."""

    section: str
    name: str
    kind: type
    default: Any
    help: str
    meta: Mapping[str, Any]

    @property
    def path(self) -> str:
        return f"{self.section}.{self.name}"

    @property
    def is_secret(self) -> bool:
        return self.kind is Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the file; `many` where it may be repeated ([[mailbox]])."""

    name: str
    cls: type
    many: bool
    help: str
    options: Mapping[str, Option]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that may stand in the section, `…_file` of the secrets included."""
        files = (name + FILE_SUFFIX for name, option in self.options.items() if option.is_secret)
        return (*self.options, *files)


def _options(section: str, cls: type) -> Iterator[Option]:
    hints = get_type_hints(cls)
    for field in dataclasses.fields(cls):
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        hint = hints[field.name]
        yield Option(
            section=section,
            name=field.name,
            kind=get_origin(hint) or hint,
            default=default,
            help=str(field.metadata.get("help", "")),
            meta=field.metadata,
        )


@cache
def sections() -> Mapping[str, Section]:
    """Every section by name, in the order of maild.config.Settings."""
    table: dict[str, Section] = {}
    for name, hint in get_type_hints(Settings).items():
        many = get_origin(hint) is tuple
        cls = get_args(hint)[0] if many else hint
        table[name] = Section(
            name=name,
            cls=cls,
            many=many,
            help=(cls.__doc__ or "").strip(),
            options={option.name: option for option in _options(name, cls)},
        )
    return table
