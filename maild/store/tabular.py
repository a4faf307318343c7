"""Tables from files: CSV, XLSX or JSON → rows of text, without losing a digit.

What kind a file is, its content says, not its name. Every value is text as a person would have written
it: Excel's numbers with their leading zeros, dates as ISO dates. A cell whose value is lost (a number
that Excel has rounded, an error such as #N/A) is a fault of its row, not a guess.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maild.domain.errors import ConfigError
from maild.domain.text import visible

DELIMITERS = ",;\t"
MOST_UNPACKED = 256_000_000  # bytes of an Excel file: a million rows of patrons, and no bomb
EXACT_DIGITS = 15  # what Excel keeps of a number
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row. `line` is that of the file (JSON lists: the item's number); `values` by header.

    `faults`: by header, what is wrong with a cell; under '' what is wrong with the row as a whole.
    """

    line: int
    values: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file's columns, as it names them, and its rows."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path) -> Table:
    """Its columns and all rows that are not blank. Raises ConfigError, naming file, fault and remedy."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}", remedy="check the name of the file and who may read it"
        ) from error
    if data.startswith(b"PK\x03\x04"):
        return _table(path, excel_lines(path, data))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ConfigError(f"{path}: this is the old Excel format (.xls)", remedy="save it as .xlsx or CSV")
    text = decoded(path, data)
    if text.lstrip()[:1] in ("[", "{"):
        return _json(path, text)
    return _table(path, _csv(path, text))


def decoded(path: Path, data: bytes) -> str:
    """UTF-8 (with or without a mark), UTF-16 with a mark, else GB18030: each strictly.

    Raises ConfigError where it is no text.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ConfigError(f"{path}: this is no text, Excel or JSON file", remedy="save it as CSV (UTF-8) or .xlsx")


# A cell: its text, and what is wrong with it ('' if nothing).
Cell = tuple[str, str]
Line = tuple[int, Sequence[Cell]]


def _table(path: Path, lines: Iterable[Line]) -> Table:
    """Rows of a grid whose first line that is not blank holds the headers."""
    numbered = iter(lines)
    headers: list[str] = []
    for _, cells in numbered:
        headers = [header_of(text) for text, _ in cells]
        if any(headers):
            break
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise ConfigError(f"{path}: the file is empty", remedy="the first line must name the columns")
    _check_headers(path, headers)
    rows = [row for line, cells in numbered if (row := row_of(line, headers, cells)) is not None]
    return Table(headers=tuple(header for header in headers if header), rows=tuple(rows))


def header_of(text: str) -> str:
    """A column's name without what cannot be seen."""
    return visible(text).strip()


def _check_headers(path: Path, headers: Sequence[str]) -> None:
    named = [header.casefold() for header in headers if header]
    twice = sorted({header for header in named if named.count(header) > 1})
    if twice:
        raise ConfigError(f"{path}: the column {twice[0]!r} is there twice", remedy="remove one of the two")


def row_of(line: int, headers: Sequence[str], cells: Sequence[Cell]) -> Row | None:
    """The row of a line; None for a blank one."""
    values, faults = dict.fromkeys((h for h in headers if h), ""), {}
    for header, (text, fault) in zip(headers, cells, strict=False):
        if header:
            values[header] = text.strip()
            if fault:
                faults[header] = fault
    excess = [text for text, _ in cells[len(headers) :] if text.strip()]
    if excess:
        faults[""] = f"the row has more cells than there are columns ({excess[0]!r} …): a separator inside a value?"
    if not faults and not any(values.values()):
        return None
    return Row(line=line, values=MappingProxyType(values), faults=MappingProxyType(faults))


# -- CSV -----------------------------------------------------------------------------------------------


def _csv(path: Path, text: str) -> Iterator[Line]:
    """The lines of a CSV file; a quoted value may go over several lines: the first one counts."""
    text, skipped, delimiter = _dialect(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = skipped + 1
    try:
        for cells in reader:
            yield line, [(cell, "") for cell in cells]
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        raise ConfigError(f"{path}: line {line}: {error}", remedy="close the quotes of the value") from error


def _dialect(text: str) -> tuple[str, int, str]:
    """The text after Excel's 'sep=;' line, how many lines that was, and the delimiter of the header line."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, 1, first.strip()[4]
    header = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(header.split('"')[::2])  # what is between quotes does not separate
    return text, 0, max(DELIMITERS, key=outside.count)


# -- XLSX ----------------------------------------------------------------------------------------------


def excel_lines(path: Path, data: bytes) -> list[Line]:
    """The cells of the first sheet that has any. Raises ConfigError."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_size(path, data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs write a wrong size, and rows would be cut
            lines: list[Line] = [
                (number, [_cell(cell) for cell in cells]) for number, cells in enumerate(sheet.iter_rows(), 1)
            ]
            if any(text for _, cells in lines for text, _ in cells):
                return lines
    except (BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, TypeError, OSError) as error:
        raise ConfigError(f"{path}: the Excel file cannot be read: {error}", remedy="save it anew as .xlsx") from error
    return []


def _check_size(path: Path, data: bytes) -> None:
    """Not more than so much once it is unpacked; what a member says of its size, zipfile keeps it to."""
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
            raise ConfigError(
                f"{path}: the Excel file is too large once it is unpacked", remedy="save it as CSV, or in several files"
            )


def _cell(cell: Any) -> Cell:
    """A cell of Excel's as a person sees it."""
    value = cell.value
    if value is None:
        return "", ""
    if getattr(cell, "data_type", "") == "e":
        return str(value), f"the cell holds Excel's error {value}"
    if isinstance(value, bool):
        return str(value).lower(), ""
    if isinstance(value, int | float):
        return _number(value, str(getattr(cell, "number_format", "") or ""))
    if isinstance(value, datetime):
        return (value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")), ""
    if isinstance(value, date | time):
        return value.isoformat(), ""
    return str(value), ""


def _number(value: int | float, shown_as: str) -> Cell:
    """A number without exponent; with the leading zeros that its format '00000' shows."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if _rounded(value):
        return str(value), "Excel has rounded this long number: format the column as text and enter it again"
    if isinstance(value, int):
        text = str(value)
        return (text.zfill(len(shown_as)) if set(shown_as) == {"0"} else text), ""
    exact = Decimal(f"{value:.{EXACT_DIGITS}g}")  # 3.3000000000000003 was entered as 3.3
    return f"{exact.normalize():f}", ""


def _rounded(value: int | float) -> bool:
    """Whether digits are lost: beyond what a double holds, or the 16th digit is the 0 that Excel puts there."""
    size = abs(value)
    return isinstance(value, int) and (size >= 2**53 or (size >= 10**EXACT_DIGITS and size % 10 == 0))


# -- JSON ----------------------------------------------------------------------------------------------


def _json(path: Path, text: str) -> Table:
    """A list of objects, or one object a line. Numbers keep the digits they are written with."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
    items: list[tuple[int, Any]] = []
    try:
        if text.lstrip().startswith("["):
            items = list(enumerate(decoder.decode(text.strip()), 1))
        else:
            for line, part in enumerate(text.split("\n"), 1):
                if part.strip():
                    items.append((line, decoder.decode(part.strip())))
    except json.JSONDecodeError as error:
        at = len(items) + error.lineno if text.lstrip().startswith("{") else error.lineno
        raise ConfigError(
            f"{path}: line {at}: {error.msg}", remedy="give a list of objects, or one object a line"
        ) from error
    except RecursionError as error:
        raise ConfigError(f"{path}: the JSON is nested too deeply", remedy="give a list of flat objects") from error
    rows = [row for number, item in items if (row := _json_row(path, number, item)) is not None]
    return Table(headers=tuple(dict.fromkeys(header for row in rows for header in row.values)), rows=tuple(rows))


def _json_row(path: Path, number: int, item: Any) -> Row | None:
    if not isinstance(item, dict):
        raise ConfigError(f"{path}: item {number} is no object", remedy='each row is an object: {"column": "value"}')
    return _object_row(number, item)


def table_of(items: Iterable[tuple[int, Mapping[str, Any]]]) -> Table:
    """Rows that a program hands over: each its number and its values; numbers come as the text they were written in."""
    rows = tuple(row for number, item in items if (row := _object_row(number, item)) is not None)
    return Table(headers=tuple(dict.fromkeys(header for row in rows for header in row.values)), rows=rows)


def _object_row(number: int, item: Mapping[str, Any]) -> Row | None:
    values: dict[str, str] = {}
    faults: dict[str, str] = {}
    for key, value in item.items():
        header = header_of(key)
        values[header], fault = _json_value(value)
        if fault:
            faults[header] = fault
    if not any(values.values()) and not faults:
        return None
    return Row(line=number, values=MappingProxyType(values), faults=MappingProxyType(faults))


def _json_value(value: Any) -> Cell:
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return str(value).lower(), ""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ";".join(value), ""
    if isinstance(value, str):
        return value.strip(), ""
    return "", "an object or a mixed list is no value"
