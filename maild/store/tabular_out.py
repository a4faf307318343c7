"""Tables into files: CSV and XLSX. What a cell says stays text: no name that came by mail becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

Cells = Sequence[str | int | float | None]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that Excel would reckon out
_UNNAMED = re.compile(r"[\[\]:*?/\\]")  # not in the name of a sheet
_UNTOLD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # not in XML 1.0
MOST_NAME = 31


def to_csv(lines: Iterable[Cells]) -> bytes:
    """UTF-8 with a mark, as Excel wants it to see Chinese; a text that would be a formula has an apostrophe before."""
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([_plain(cell) for cell in line])
    return out.getvalue().encode("utf-8-sig", "replace")


def _plain(cell: str | int | float | None) -> str | int | float:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return "" if cell is None else cell


def to_xlsx(tables: Iterable[tuple[str, Cells, Sequence[Cells]]]) -> bytes:
    """A workbook: for each (title, head, rows) a sheet, its head in bold and standing still."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    for title, head, rows in tables:
        sheet = book.create_sheet(_UNNAMED.sub(" ", title)[:MOST_NAME])
        sheet.freeze_panes = "B2"
        sheet.column_dimensions["A"].width = 36
        for place, line in enumerate((head, *rows)):
            cells = []
            for value in line:
                cell = WriteOnlyCell(sheet, _UNTOLD.sub("\ufffd", value) if isinstance(value, str) else value)
                if isinstance(value, str):
                    cell.data_type = "s"
                if not place:
                    cell.font = Font(bold=True)
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
