"""A voucher of the university's books: a table with a row for the unit that pays and one for ours.

    摘要              部门              项目                借方金额     贷方金额
    付文献传递费      104200 材料学院   519600 自然基金     275.00
    收文献传递费      188610 图书馆     669105 文献传递                  275.00

The row with both our codes has the sum on one side, the other has the same on the other; a row more would be of
something else. Laid out as a form it is read, and judged, by the same laws.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from maild.config import Office
from maild.receipts.layouts import Layouts, label_key
from maild.receipts.page.figures import find_figures
from maild.receipts.page.ours import UNSAID
from maild.receipts.page.relaid import Relaid, Row, lay_out, piece
from maild.receipts.page.rows import Cell, Page, union, within
from maild.receipts.page.sheet import Region
from maild.receipts.words.layoutfile import Pattern
from maild.receipts.words.states import plain
from maild.receipts.words.told import VoucherWords

LAYOUT = "10-campus-transfer-form"
_CODE = re.compile(r"(?<![\dA-Z-])\d{5,8}(?![\d号-])")
_MOST_ROWS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heads:
    """The places of the columns; what: of what a row is about."""

    unit: int
    project: int
    debit: int
    credit: int
    what: int | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the table: the cells of each of its columns."""

    columns: tuple[tuple[Cell, ...], ...]

    def text(self, column: int) -> str:
        return " ".join(cell.text for cell in self.columns[column])

    def sum(self, column: int) -> Decimal | None:
        figures = [f for cell in self.columns[column] for f in find_figures(cell.text) if f.pointed and f.alone]
        return figures[0].value if len(figures) == 1 else None

    def begins(self, said: Pattern) -> bool:
        return any(said.search(plain(cell.text)) for column in self.columns for cell in column)


def voucher(page: Page, layouts: Layouts, office: Office, stamps: Sequence[Region]) -> Relaid | None:
    """A voucher whose one row pays and whose other is ours, laid out as a form; None where the page is none. stamps: of
    whose letters nothing is taken over.
    """
    if {office.transfer_department, office.transfer_project} & UNSAID:
        return None
    words = layouts.told.voucher
    for number, row in enumerate(page.rows):
        if (heads := _heads(row, words)) is not None:
            entries = list(_entries(page, number, row, heads, words))
            ours = [entry for entry in entries if _is_ours(entry, heads, office)]
            if len(entries) == 2 and len(ours) == 1:
                other = next(entry for entry in entries if entry is not ours[0])
                return _laid(page, number, heads, (ours[0], other), office, stamps, words)
    return None


def _heads(row: Sequence[Cell], words: VoucherWords) -> _Heads | None:
    keys = [label_key(cell.text) for cell in row]

    def at(pattern: Pattern) -> int | None:
        return next((place for place, key in enumerate(keys) if pattern.search(key)), None)

    unit, project, debit, credit = at(words.unit), at(words.project), at(words.debit), at(words.credit)
    if unit is None or project is None or debit is None or credit is None or unit == project:
        return None
    return _Heads(unit=unit, project=project, debit=debit, credit=credit, what=at(words.what))


def _entries(page: Page, number: int, heads: Sequence[Cell], at: _Heads, words: VoucherWords) -> Iterator[_Entry]:
    """The rows below the heads up to the total, one for each code of a unit; what goes on of one stands nearest."""
    cells: list[Cell] = []
    for row in page.rows[number + 1 : number + 1 + _MOST_ROWS]:
        if any(words.ends.search(plain(cell.text)) for cell in row):
            break
        cells += row
    units = [cell for cell in cells if _column(cell, heads) == at.unit and _CODE.search(cell.text)]
    found: list[list[list[Cell]]] = [[[] for _ in heads] for _ in units]
    for cell in cells if units else ():
        nearest = min(range(len(units)), key=lambda place: abs(units[place].middle - cell.middle))
        found[nearest][_column(cell, heads)].append(cell)
    yield from (_Entry(tuple(tuple(column) for column in entry)) for entry in found)


def _column(cell: Cell, heads: Sequence[Cell]) -> int:
    """The column that a cell stands in: that whose head it shares most of, else the nearest."""

    def fit(place: int) -> tuple[float, float]:
        shared = min(cell.right, heads[place].right) - max(cell.left, heads[place].left)
        return (-max(shared, 0.0), abs(cell.centre - heads[place].centre))

    return min(range(len(heads)), key=fit)


def _is_ours(entry: _Entry, at: _Heads, office: Office) -> bool:
    """Whether both our codes stand in their columns, and no other."""
    units, projects = _CODE.findall(entry.text(at.unit)), _CODE.findall(entry.text(at.project))
    return units == [office.transfer_department] and projects == [office.transfer_project]


def _paid(at: _Heads, ours: _Entry, other: _Entry, words: VoucherWords) -> tuple[Cell, ...]:
    """The cells of the sum that went from the other row to ours; none where the rows say something else. A row says by
    its first word which way it goes, else by its side: on which one the library's office books is its own custom.
    """
    told = [ours.begins(words.comes), ours.begins(words.goes), other.begins(words.goes), other.begins(words.comes)]
    for own, theirs in ((at.credit, at.debit), (at.debit, at.credit)):
        if told != [True, False, True, False] and (any(told) or own != at.credit):
            continue
        came, went = ours.sum(own), other.sum(theirs)
        hidden = came is None and not ours.columns[own]  # below a seal: then the words have to say the same
        if went is not None and (came == went or hidden) and not ours.columns[theirs] and not other.columns[own]:
            return other.columns[theirs]
    return ()


def _laid(
    page: Page,
    number: int,
    at: _Heads,
    entries: tuple[_Entry, _Entry],
    office: Office,
    stamps: Sequence[Region],
    words: VoucherWords,
) -> Relaid | None:
    ours, other = entries
    if not (paid := _paid(at, ours, other, words)):
        return None
    entered = {cell.index for entry in (ours, other) for column in entry.columns for cell in column}
    entered |= {cell.index for cell in page.rows[number]}
    rest = [
        Row(value=cell)
        for cell in page.cells
        if cell.index not in entered and not words.again.search(plain(cell.text)) and not within(cell, stamps)
    ]
    table = [
        *_named("转出单位", other.columns[at.unit]),
        *_named("转出项目", other.columns[at.project]),
        *_coded("转入单位", "部门代码", ours.columns[at.unit], office.transfer_department),
        *_coded("转入项目名称", "项目代码", ours.columns[at.project], office.transfer_project),
        *_named("转账金额", paid),
        *(_named("摘要", ours.columns[at.what]) if at.what is not None else ()),
    ]
    begin = page.rows[number][0].middle
    rows = [row for row in rest if row.value.middle < begin], [row for row in rest if row.value.middle >= begin]
    around = union(cell.place for cell in page.cells) or Region(left=0.0, top=0.0, right=page.width, bottom=page.height)
    laid = lay_out([*rows[0], *table, *rows[1]], page)
    return Relaid(page=laid, layout=LAYOUT, region=around, again=lambda _: None)


def _named(label: str, cells: Sequence[Cell]) -> Iterator[Row]:
    if cells:
        yield Row(label=label, value=piece(" ".join(cell.text for cell in cells), cells))


def _coded(label: str, code_label: str, cells: Sequence[Cell], code: str) -> Iterator[Row]:
    """A name and its code, as two rows."""
    name = " ".join(cell.text for cell in cells).replace(code, "").strip(" ()（）/-")
    if name:
        yield Row(label=label, value=piece(name, cells))
    yield Row(label=code_label, value=piece(code, cells))
