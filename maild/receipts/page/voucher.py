"""A voucher of the university's books: a table with a row for the unit that pays and one for ours.

    摘要              部门              项目                借方金额     贷方金额
    付文献传递费      104200 材料学院   519600 自然基金     275.00
    收文献传递费      188610 图书馆     669105 文献传递                  275.00

The row with both our codes has the sum on one side, the other has the same on the other; a row more would be of
something else. Where the rows are named 转出 and 转入 both have the sum in one column, or it stands below the table:

    方向    部门代码    部门名称    项目代码    项目名称    负责人    金额
    转出    104200      材料学院    519600      自然基金    王敏      275.00
    转入    188610      图书馆      669105      文献传递              275.00

A journal entry has the codes in the column of its account, the library's income on the credit's side:

    摘要              会计科目                                           借方金额   贷方金额
    付文献传递费      5001 业务活动费用 [160000 医学院 / 519600-I4211]   142.00
    付文献传递费      4001 事业收入 [图书馆 188610 / 669105 检索费]                 142.00

Laid out as a form it is read, and judged, by the same laws.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from maild.config import Office
from maild.receipts.layouts import Layouts, label_key
from maild.receipts.page.figures import find_figures
from maild.receipts.page.ours import UNSAID
from maild.receipts.page.relaid import Relaid, Row, piece, put_in
from maild.receipts.page.stages.steps import FLUSH, is_moment
from maild.receipts.rows import Cell, Page, union, within
from maild.receipts.sheet import Region
from maild.receipts.words.layoutfile import Pattern
from maild.receipts.words.states import plain
from maild.receipts.words.told import VoucherWords

LAYOUT = "10-campus-transfer-form"
_CODE = re.compile(r"(?<![\dA-Z-])\d{5,8}(?![\d号-])")
_ACCOUNT = re.compile(r"^\s*[\d.]{3,10}(?=\s*[\u3400-\u9fff])")  # the account's own number, before its name
_JOINED = re.compile(r"(?<=\d{6})-(?=\d{6}(?!\d))")
_MOST_ROWS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heads:
    """The places of the columns: of units and projects, with their codes and their names apart, of the sums that go and
    come, or of the sum of both; what: of what a row is about. accounts: units and projects stand in the column of the
    account, and what a row is worth stands on its side.
    """

    units: tuple[int, ...]
    projects: tuple[int, ...]
    sides: tuple[int, int] | None
    sum: int | None
    what: int | None
    accounts: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the table: the cells of each of its columns."""

    columns: tuple[tuple[Cell, ...], ...]

    def cells(self, columns: Iterable[int]) -> list[Cell]:
        """What stands in these columns, a code before its name."""
        return [cell for column in columns for cell in self.columns[column]]

    def text(self, columns: Iterable[int]) -> str:
        return " ".join(cell.text for cell in self.cells(columns))

    def sum(self, column: int) -> Decimal | None:
        figures = [
            f
            for cell in self.columns[column]
            for f in find_figures(cell.text)
            if f.pointed and f.alone and f.sign != "-"
        ]
        return figures[0].value if len(figures) == 1 else None

    def says(self, said: Pattern) -> bool:
        """Whether one of its cells is, or begins, so."""
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
            cells = _below(page, number, words)
            if heads.accounts:
                entries = list(_journal([cell for cell in cells if not within(cell, stamps)], row, heads))
            else:
                entries = list(_entries(cells, row, heads))
            said = (cell for entry in entries for column in entry.columns for cell in column)
            above = any(words.turns.search(plain(cell.text)) for line in page.rows[:number] for cell in line)
            if heads.accounts and (above or any(_is_doubted(plain(cell.text), layouts) for cell in said)):
                return None  # which the rows as a form would not say
            ours = [entry for entry in entries if _is_ours(entry, heads, office)]
            if len(entries) == 2 and len(ours) == 1:
                other = next(entry for entry in entries if entry is not ours[0])
                if heads.accounts and office.transfer_department in other.text(heads.units):
                    return None  # from us to us
                return _laid(page, number, heads, (ours[0], other), office, stamps, words)
    return None


def _is_doubted(text: str, layouts: Layouts) -> bool:
    """Whether a cell of a journal may say that the sum went back, was wrong, or is none yet."""
    return bool(layouts.states.against(text) or layouts.told.voucher.turns.search(text))


def _heads(row: Sequence[Cell], words: VoucherWords) -> _Heads | None:
    keys = [label_key(cell.text) for cell in row]

    def at(*patterns: Pattern) -> tuple[int, ...]:
        return tuple(place for place, key in enumerate(keys) if any(pattern.search(key) for pattern in patterns))

    debits, credits = at(words.debit), at(words.credit)
    sides = (debits[0], credits[0]) if debits and credits else None
    sums = at(words.sum)
    units = tuple(place for place in at(words.unit) if place not in sums and place not in (sides or ()))
    projects = tuple(place for place in at(words.project) if place not in (*units, *sums, *at(words.who)))
    accounts = at(words.account) if sides is not None and not projects else ()
    if len(accounts) == 1:
        what = next(iter(at(words.what)), None)
        columns = (*accounts, *units)
        return _Heads(units=columns, projects=columns, sides=sides, sum=None, what=what, accounts=True)
    if not units or not projects:
        return None
    return _Heads(
        units=units,
        projects=projects,
        sides=sides,
        sum=sums[0] if len(sums) == 1 and sides is None else None,
        what=next(iter(at(words.what)), None),
    )


def _entries(cells: Sequence[Cell], heads: Sequence[Cell], at: _Heads) -> Iterator[_Entry]:
    """The rows below the heads up to the total, one for each code of a unit; what goes on of one stands nearest."""
    yield from _nearest_to([c for c in cells if _column(c, heads) in at.units and _CODE.search(c.text)], cells, heads)


def _journal(cells: Sequence[Cell], heads: Sequence[Cell], at: _Heads) -> Iterator[_Entry]:
    """The rows of a journal, one for each sum of a side."""
    sums = [cell for cell in cells if _column(cell, heads) in (at.sides or ()) and find_figures(cell.text)]
    yield from _nearest_to(sums, cells, heads)


def _below(page: Page, number: int, words: VoucherWords) -> list[Cell]:
    """The cells below the heads, up to the total."""
    cells: list[Cell] = []
    for row in page.rows[number + 1 : number + 1 + _MOST_ROWS]:
        if any(words.ends.search(plain(cell.text)) for cell in row):
            break
        cells += row
    return cells


def _nearest_to(marks: Sequence[Cell], cells: Sequence[Cell], heads: Sequence[Cell]) -> Iterator[_Entry]:
    """Rows of a table, each with what stands nearest to its mark."""
    found: list[list[list[Cell]]] = [[[] for _ in heads] for _ in marks]
    for cell in cells if marks else ():
        nearest = min(range(len(marks)), key=lambda place: abs(marks[place].middle - cell.middle))
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
    if at.accounts:
        found = _CODE.findall(_JOINED.sub(" ", _ACCOUNT.sub("", entry.text(at.units))))
        return sorted(found) == sorted({office.transfer_department, office.transfer_project})
    units, projects = _CODE.findall(entry.text(at.units)), _CODE.findall(entry.text(at.projects))
    return units == [office.transfer_department] and projects == [office.transfer_project]


def _paid(at: _Heads, ours: _Entry, other: _Entry, words: VoucherWords) -> tuple[Cell, ...] | None:
    """The cells of the sum that went from the other row to ours, none where it stands below the table; None where the
    rows say something else.
    """
    return (
        _by_side(at.sides, ours, other, words, accounts=at.accounts)
        if at.sides is not None
        else _by_name(at, ours, other, words)
    )


def _by_side(
    sides: tuple[int, int], ours: _Entry, other: _Entry, words: VoucherWords, *, accounts: bool
) -> tuple[Cell, ...] | None:
    """A row says by its first word which way it goes, else by its side: on which one the library's office books is its
    own custom.
    """
    told = [ours.says(words.comes), ours.says(words.goes), other.says(words.goes), other.says(words.comes)]
    if accounts:  # both rows may say 付文献传递费
        told = [False] * 4
    for own, theirs in (sides[::-1], sides):
        if told != [True, False, True, False] and (any(told) or own != sides[1]):
            continue
        came, went = ours.sum(own), other.sum(theirs)
        hidden = came is None and not ours.columns[own]  # below a seal: then the words have to say the same
        if went is not None and (came == went or hidden) and not ours.columns[theirs] and not other.columns[own]:
            return other.columns[theirs]
    return None


def _by_name(at: _Heads, ours: _Entry, other: _Entry, words: VoucherWords) -> tuple[Cell, ...] | None:
    """Each row is named in a box of its own; one sum in a box of both rows stands at one of them."""
    told = [ours.says(words.taker), ours.says(words.giver), other.says(words.giver), other.says(words.taker)]
    if told != [True, False, True, False]:
        return None
    if at.sum is None:
        return ()
    sums = [entry.columns[at.sum] for entry in (other, ours) if entry.columns[at.sum]]
    values = {entry.sum(at.sum) for entry in (other, ours) if entry.columns[at.sum]}
    return sums[0] if len(values) == 1 and None not in values else None


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
    if (paid := _paid(at, ours, other, words)) is None:
        return None
    heads = page.rows[number]
    entered = {cell.index for entry in (ours, other) for column in entry.columns for cell in column}
    entered |= {cell.index for cell in heads}
    cells = [cell for cell in (*page.cells, *page.uprights) if cell.index not in entered]
    bare = [cell for cell in cells if not within(cell, stamps)]
    rest = [
        cell
        for cell in cells
        if (cell in bare or _is_moment_among(cell, bare)) and not words.again.search(plain(cell.text))
    ]
    giver, taker = other.cells(at.units), ours.cells(at.units)
    if at.accounts:  # which names no unit by itself
        giver = [cell for cell in giver if not _ACCOUNT.search(cell.text)] or giver
        named = [*_named("转出单位", giver, words), *_codes(taker, office)]
    else:
        named = [
            *_named("转出单位", giver, words),
            *_named("转出项目", other.cells(at.projects), words),
            *_coded("转入单位", "部门代码", taker, office.transfer_department, words),
            *_coded("转入项目名称", "项目代码", ours.cells(at.projects), office.transfer_project, words),
        ]
    table = [
        *named,
        *_named("转账金额", paid, words),
        *(_named("摘要", ours.columns[at.what], words) if at.what is not None else ()),
    ]
    around = union(cell.place for cell in page.cells) or Region(left=0.0, top=0.0, right=page.width, bottom=page.height)
    laid = put_in(table, page, rest, at=heads[0].middle)
    return Relaid(page=laid, layout=LAYOUT, region=around, again=lambda _: None, whole=True)


def _is_moment_among(cell: Cell, others: Sequence[Cell]) -> bool:
    """Whether a seal lies over a moment of a table of steps: it begins where another moment does."""
    flush = FLUSH * cell.height
    return is_moment(cell.text) and any(abs(one.left - cell.left) < flush and is_moment(one.text) for one in others)


def _named(label: str, cells: Sequence[Cell], words: VoucherWords) -> Iterator[Row]:
    told = [cell for cell in cells if not _is_side(cell, words)]
    if told:
        yield Row(label=label, value=piece(" ".join(cell.text for cell in told), told))


def _coded(label: str, code_label: str, cells: Sequence[Cell], code: str, words: VoucherWords) -> Iterator[Row]:
    """A name and its code, as two rows."""
    told = [cell for cell in cells if not _is_side(cell, words)]
    name = " ".join(cell.text for cell in told).replace(code, "").strip(" ()（）/-")
    if name:
        yield Row(label=label, value=piece(name, told))
    yield Row(label=code_label, value=piece(code, told))


def _codes(cells: Sequence[Cell], office: Office) -> Iterator[Row]:
    yield Row(label="转入单位", value=piece(office.transfer_unit, cells))
    yield Row(label="部门代码", value=piece(office.transfer_department, cells))
    yield Row(label="项目代码", value=piece(office.transfer_project, cells))


def _is_side(cell: Cell, words: VoucherWords) -> bool:
    """Whether a box only names its row, before the columns: 转出方."""
    said = plain(cell.text)
    return bool(words.giver.search(said) or words.taker.search(said))
