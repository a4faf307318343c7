"""Tables that begin below titles and notes, as banks and payment services export them: CSV, text or Excel → rows.

`lines_below` takes the bytes apart, and is done by a confined worker (maild.confine.sheets) wherever they came from
outside; `read_below` makes rows of what it found.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from maild.domain.errors import ConfigError
from maild.store.tabular import Line, Table, decoded, excel_lines, header_of, row_of

MOST_PREAMBLE = 80  # lines of titles, account data and notes above a statement's table
DELIMITERS = "~|\t;,"

# Of each kind of statement the columns that its header line has; the kind that has most of them comes first.
Heads = Sequence[Sequence[str]]
# Which of the kinds it is, and the lines from its header on; None where no line is a header of any.
Below = tuple[int, list[Line]] | None
Reader = Callable[[Path, bytes, Heads], Below]


def fold(text: str) -> str:
    """A header for comparing: width, case, blanks and brackets do not count."""
    return re.sub(r"[\s()\[\]（）【】*:：]", "", unicodedata.normalize("NFKC", text)).casefold()


def read_below(path: Path, heads: Heads, reader: Reader | None = None) -> tuple[int, Table] | None:
    """Which of the kinds a file is, with its columns and rows; None where it is none of them.

    reader  takes the file apart, elsewhere where that is wanted (confine.SheetReader)

    Of columns that are named twice the first counts; lines that are shorter than the header (sums, notes below the
    table) are rows all the same. Raises ConfigError, naming file, fault and remedy.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}", remedy="check the name of the file") from error
    found = (reader or lines_below)(path, data, heads)
    return (found[0], _table(found[1])) if found else None


def _table(lines: Sequence[Line]) -> Table:
    headers = [header_of(text) for text, _ in lines[0][1]] if lines else []
    once = [name if name not in headers[:i] else "" for i, name in enumerate(headers)]
    rows = (
        row_of(line, once, [(text.strip(), fault) for text, fault in cells[: len(once)]]) for line, cells in lines[1:]
    )
    return Table(headers=tuple(filter(None, once)), rows=tuple(row for row in rows if row is not None))


def lines_below(path: Path, data: bytes, heads: Heads) -> Below:
    """Take a file apart: what kind it is, and its lines from the header on. Raises ConfigError."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ConfigError(f"{path}: this is the old Excel format (.xls)", remedy="save it as .xlsx or CSV")
    wanted = [frozenset(map(fold, head)) for head in heads]
    if data.startswith(b"PK\x03\x04"):
        cells = excel_lines(path, data)
        return next((found for kind, head in enumerate(wanted) if (found := _from_header(kind, head, cells))), None)
    lines = decoded(path, data).splitlines()
    return next((found for kind, head in enumerate(wanted) if (found := _text(path, lines, kind, head))), None)


def _text(path: Path, lines: Sequence[str], kind: int, head: frozenset[str]) -> Below:
    for number, line in enumerate(lines[:MOST_PREAMBLE]):
        for delimiter in DELIMITERS:
            if delimiter in line and _fits(_cells(path, [line], delimiter, number), head):
                return _from_header(kind, head, _cells(path, lines[number:], delimiter, number))
    return None


def _cells(path: Path, lines: Sequence[str], delimiter: str, skipped: int) -> list[Line]:
    """The lines by their numbers in the file. In an export with '~' a quote is a character as any other."""
    if delimiter == "~":
        reader = csv.reader(iter(lines), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(iter(lines), delimiter=delimiter)
    try:
        return [(skipped + reader.line_num, [(cell, "") for cell in cells]) for cells in reader]
    except csv.Error as error:  # of these lines, which have no ends, and without `strict`, there is no other fault
        what = f"a cell has more than {csv.field_size_limit()} characters"
        raise ConfigError(f"{path}: line {skipped + reader.line_num}: {what}", remedy="export it anew") from error


def _from_header(kind: int, head: frozenset[str], lines: list[Line]) -> Below:
    for index in range(min(len(lines), MOST_PREAMBLE)):
        if _fits(lines[index : index + 1], head):
            return kind, lines[index:]
    return None


def _fits(lines: Sequence[Line], head: frozenset[str]) -> bool:
    """Whether a line is the header: all columns that must be there are."""
    return head <= {fold(header_of(text)) for _, cells in lines for text, _ in cells}


def warm() -> None:
    """Load all that reading needs, by reading a file of each sort."""
    from openpyxl import Workbook

    file, book = io.BytesIO(), Workbook()
    book.active.append(["maild", 12.5, datetime(2026, 1, 2), date(2026, 1, 2)])  # noqa: DTZ001  cells have no zone
    book.save(file)
    for data in (file.getvalue(), "金额,日期\n".encode("gb18030"), "金额,日期\n".encode("utf-16")):
        lines_below(Path("warm"), data, [["maild"]])
