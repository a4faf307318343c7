"""A file of rows: which column is what, and each row's values as what they have to be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from maild.domain.errors import ConfigError
from maild.office.imports import SAY
from maild.office.imports.import_books import RowError
from maild.office.imports.import_values import BadValue, fold, names_of
from maild.store.tabular import Row, Table, read_table

# What a row says: values by field of the dataclass; a field that is not there, or None, says nothing.
Said = Mapping[str, Any]


class Sheet(Protocol):
    """How the columns of a file are read."""

    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]

    def value(self, column: str, text: str) -> object: ...


def table_from(source: Path | Table) -> Table:
    """A file's table, or the table that was handed over. Raises ConfigError."""
    return source if isinstance(source, Table) else read_table(source)


def columns_of(source: Path | Table, table: Table, kind: Sheet) -> tuple[dict[str, str], tuple[str, ...]]:
    """Header → column for those that are known, and the headers that are not.

    Raises ConfigError where one is missing or said twice.
    """
    known = names_of(kind.columns)
    headers, path = table.headers, source if isinstance(source, Path) else "rows"
    names: dict[str, str] = {}
    for header in headers:
        said = known.get(fold(header), "")
        if said in names.values():
            raise ConfigError(f"{path}: two columns say {said!r}, one is {header!r}", remedy="remove one of them")
        if said:
            names[header] = said
    missing = [column for column in kind.required if column not in names.values()]
    if missing and (table.rows or headers):
        words = ", ".join(kind.columns[missing[0]])
        raise ConfigError(
            f"{path}: the column {missing[0]!r} is missing (found: {', '.join(headers)})",
            remedy=f"name it {missing[0]!r}, or one of: {words}",
        )
    return names, tuple(header for header in headers if header not in names)


def values_of(row: Row, names: Mapping[str, str], kind: Sheet) -> tuple[dict[str, Any], list[RowError]]:
    """The row's values by column, without those that say nothing, and its errors."""
    said: dict[str, Any] = {}
    faults = []
    if "" in row.faults:
        faults.append(RowError(line=row.line, column="", what=row.faults[""], remedy=SAY("put_in_quotes")))
    for header, column in names.items():
        if header in row.faults:
            faults.append(RowError(line=row.line, column=column, what=row.faults[header], remedy=SAY("correct_cell")))
            continue
        try:
            value = kind.value(column, row.values.get(header, ""))
        except BadValue as error:
            faults.append(RowError(line=row.line, column=column, what=error.what, remedy=error.remedy))
            continue
        if value is not None:
            said[column] = value
    return said, faults
