"""What stands at a rule file's keys, as the type that it has to be; a fault names file, line and key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from maild.classify.vocabulary.model import FieldType, Unauthenticated
from maild.domain.incoming.mail import Automatic
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.requests.lifecycle import Event
from maild.tables import Source

E = TypeVar("E", Kind, Event, Party, Unauthenticated, FieldType, Automatic)


def known(source: Source, where: str, table: Mapping[str, Any], names: set[str]) -> None:
    """Raises RuleError for the first key of a table that is none of these names. where: the table, '' for the file."""
    if unknown := sorted(set(table) - names):
        field = f"{where}.{unknown[0]}" if where else unknown[0]
        raise source.error(field, "unknown key", f"known: {', '.join(sorted(names))}")


def table(source: Source, name: str) -> Mapping[str, Any]:
    """The file's table of that name, {} where there is none. Raises RuleError."""
    value = source.data.get(name, {})
    if not isinstance(value, dict):
        raise source.error(name, "must be a table")
    return value


def string(source: Source, field: str, value: object) -> str:
    """A text that is not empty. Raises RuleError."""
    if not isinstance(value, str) or not value.strip():
        raise source.error(field, "missing or not a string" if value is None else "must be a string")
    return value


def strings(source: Source, field: str, value: object) -> list[str]:
    """A list of such texts. Raises RuleError."""
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        raise source.error(field, "must be a list of strings, none of them empty")
    return value


def boolean(source: Source, field: str, value: object) -> bool:
    """Raises RuleError where it is neither true nor false."""
    if not isinstance(value, bool):
        raise source.error(field, "must be true or false")
    return value


def flag(source: Source, field: str, table: Mapping[str, Any], default: bool) -> bool:
    """What stands in a table at the last name of `field`. Raises RuleError."""
    return boolean(source, field, table.get(field.rpartition(".")[2], default))


def choice(source: Source, field: str, value: object, kind: type[E]) -> E:
    """One of an enumeration's words. Raises RuleError."""
    try:
        return kind(value)  # type: ignore[arg-type]
    except ValueError as error:
        reason = "missing" if value is None else f"unknown value {value!r}"
        raise source.error(field, reason, f"one of: {', '.join(kind)}") from error
