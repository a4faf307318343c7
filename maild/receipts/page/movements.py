"""The table of an account's movements: heads of columns, and a line for each movement."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from maild.receipts.layouts import Layouts, label_key
from maild.receipts.page.dates import find_day
from maild.receipts.page.figures import find_figures
from maild.receipts.page.labels.spotting import spot
from maild.receipts.page.relaid import piece
from maild.receipts.rows import Cell, Page
from maild.receipts.words.states import plain

_LEAST_HEADS = 4
_GOING_ON = 1.8  # line heights between a line and what goes on of it
_MOST_LINES = 60
_BUTTON = re.compile(r"[\[【]")
_RUN_ON = re.compile(  # an account's number, or a sum, with the next column's text
    r"\d{12,}(?=[^\d *]{2})|[\d,]+\.\d\d(?= \D{2})"
)
# How far apart the edges are by which a sum is set under the head of its column.
Gap = Callable[[Cell, int, Sequence[Cell]], float]
_GAPS: tuple[Gap, ...] = (
    lambda cell, at, heads: cell.right - heads[at].right,
    lambda cell, at, heads: cell.left - heads[at].left,
    lambda cell, at, heads: cell.centre - heads[at].centre,
    lambda cell, at, heads: cell.right - heads[at + 1].left if at + 1 < len(heads) else math.inf,
)
_LEVEL = 0.3  # of a line's height: so far apart these are at most, in the mean
_MENU_WORD = re.compile(r"(?![已未待被])[\u3400-\u9fff]{1,8}")
_LONGEST_HEAD = 16  # characters of two heads that were read as one


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table: a cell a column, None where it is empty."""

    cells: tuple[Cell | None, ...]

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells if cell is not None)

    @property
    def middle(self) -> float:
        return next(cell.place.top + cell.place.bottom for cell in self.cells if cell is not None) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """heads: of the columns; outer: what stands around the table."""

    heads: tuple[Cell, ...]
    lines: tuple[Line, ...]
    outer: tuple[Cell, ...]

    def columns(self, line: Line) -> Iterator[tuple[str, Cell]]:
        """(head, value) of the columns that are not empty."""
        for head, cell in zip(self.heads, line.cells, strict=True):
            if cell is not None:
                yield label_key(head.text), cell


def find_table(page: Page, layouts: Layouts) -> Table | None:
    """The table of a page: a row of heads of columns, a sum and a day among them, and lines below it."""
    words, page = layouts.told.statement, page.without(_side_menu(page, layouts))
    for number, whole in enumerate(page.rows):
        row = [head for cell in whole for head in _apart(cell, layouts)]
        heads = [cell for cell in row if _is_head(cell, layouts)]
        keys = [label_key(cell.text) for cell in heads]
        sums = any(words.amount.search(key) or words.out.search(key) for key in keys)
        if len(heads) >= _LEAST_HEADS and len(heads) >= 0.7 * len(row) and sums and any(map(words.day.search, keys)):
            return _table(page, number, tuple(row), layouts)
    return None


def _side_menu(page: Page, layouts: Layouts) -> set[int]:
    """The words of a menu down the page's left edge, some of which stand in rows of the table and some alone."""
    first = [row[0] for row in page.rows if _MENU_WORD.fullmatch(plain(row[0].text))]
    for cell in first:
        flush = [other for other in first if abs(other.left - cell.left) < cell.height]
        alone = sum(len(page.rows[page.row_of[other.index]]) == 1 for other in flush)
        if len(flush) >= _LEAST_HEADS and alone > 1 and not any(_is_listed(other, layouts) for other in flush):
            return {other.index for other in flush}
    return set()


def _apart(cell: Cell, layouts: Layouts) -> tuple[Cell, ...]:
    """A head, or the two that were read as one: 贷方(收入)余额; two of sums are one column's: 支出/收入."""
    size = len(cell.text)
    if size <= _LONGEST_HEAD and not _is_listed(cell, layouts):
        for at in range(2, size - 1):
            parts = (cell.part(0, at), cell.part(at, size))
            if all(_is_listed(part, layouts) for part in parts) and not all(
                _is_of_sums(part, layouts) for part in parts
            ):
                return parts
    return (cell,)


def _is_of_sums(cell: Cell, layouts: Layouts) -> bool:
    words, key = layouts.told.statement, label_key(cell.text)
    return any(pattern.search(key) for pattern in (words.amount, words.out, words.come))


def _is_listed(cell: Cell, layouts: Layouts) -> bool:
    """Whether a cell is the head of a column that told.toml has."""
    words, key = layouts.told.statement, label_key(cell.text)
    known = (words.day, words.amount, words.out, words.come, words.balance, words.side, words.party, words.summary)
    return any(pattern.search(key) for pattern in known)


def _is_head(cell: Cell, layouts: Layouts) -> bool:
    if _is_listed(cell, layouts):
        return True
    spotted = spot(cell.text, layouts.lexicon, layouts.spotting)
    return len(spotted) == 1 and spotted[0][1] == 0 and spotted[0][2] == len(cell.text)


def _table(page: Page, number: int, heads: tuple[Cell, ...], layouts: Layouts) -> Table:
    lines: list[Line] = []
    outer = [cell for row in page.rows[:number] for cell in row]
    set_so = _set_so([row for row in page.rows[number + 1 :] if _is_line(row)], heads)
    loose: list[Cell] = []
    for at, row in enumerate(page.rows[number + 1 :], number + 1):
        if _is_line(row) and len(lines) < _MOST_LINES:
            lines.append(Line(cells=_one_each(row, heads, layouts) or _sorted(row, heads, set_so)))
        elif lines and _goes_on(row, heads, layouts) and _close(row, page.rows[at - 1], page):
            loose += row
        else:
            outer += row
    for cell in loose:
        line = min(lines, key=lambda one: abs(one.middle - cell.middle))
        column = _column(cell, heads)
        was = line.cells[column]
        joined = cell if was is None else piece(was.text + cell.text, (was, cell))
        lines[lines.index(line)] = Line(cells=(*line.cells[:column], joined, *line.cells[column + 1 :]))
    return Table(heads=heads, lines=tuple(lines), outer=(*outer, *page.uprights))


def _goes_on(row: Sequence[Cell], heads: Sequence[Cell], layouts: Layouts) -> bool:
    """Whether a row may be what goes on of the line above it."""
    return not _is_aside(row, layouts) and all(_in_column(cell, heads) for cell in row)


def _is_aside(row: Sequence[Cell], layouts: Layouts) -> bool:
    """Whether a row below a line is none of its own: how many lines there are, and buttons."""
    words = layouts.states.lines
    return any(_BUTTON.match(cell.text) or words.small.search(plain(cell.text)) for cell in row)


def _one_each(row: Sequence[Cell], heads: Sequence[Cell], layouts: Layouts) -> tuple[Cell | None, ...] | None:
    """A line that has a box for each head, in their order, wherever they are set; None where a sum may be of one of two
    columns, or none stands under the head of sums, or no day under that of days.
    """
    words, keys = layouts.told.statement, [label_key(head.text) for head in heads]
    if len(row) != len(heads) or any(words.out.search(key) or words.come.search(key) for key in keys):
        return None
    pairs = list(zip(keys, row, strict=True))
    sums = [cell for key, cell in pairs if words.amount.search(key)]
    days = [cell for key, cell in pairs if words.day.search(key)]
    return (
        tuple(row) if sums and all(map(_is_sum, sums)) and days and all(find_day(cell.text) for cell in days) else None
    )


def _is_line(row: Sequence[Cell]) -> bool:
    """Whether a row is a line of a table: a day, a sum, and something more."""
    sums = [f for cell in row for f in find_figures(cell.text) if f.pointed and f.alone]
    return len(row) > 2 and bool(sums) and any(find_day(cell.text) for cell in row)


def _close(row: Sequence[Cell], above: Sequence[Cell], page: Page) -> bool:
    return min(cell.top for cell in row) - max(cell.bottom for cell in above) < _GOING_ON * page.line_height


def _in_column(cell: Cell, heads: Sequence[Cell]) -> bool:
    """Whether a cell is no wider than its column: it reaches under one head only."""
    return sum(min(cell.right, head.right) - max(cell.left, head.left) > 0 for head in heads) <= 1


def _column(cell: Cell, heads: Sequence[Cell]) -> int:
    def fit(number: int) -> tuple[float, float]:
        head = heads[number]
        shared = min(cell.right, head.right) - max(cell.left, head.left)
        apart = min(abs(cell.centre - head.centre), abs(cell.left - head.left), abs(cell.right - head.right))
        return (-max(shared, 0.0), apart)

    return min(range(len(heads)), key=fit)


def _set_so(rows: Sequence[Sequence[Cell]], heads: Sequence[Cell]) -> Gap | None:
    """How a table's sums are set under their heads, as they are in all its lines: flush left, flush right, in the
    middle, or up to where the next column begins; None where they are set in no such way.
    """
    sums = [cell for row in rows for cell in row if _is_sum(cell)]

    def apart(gap: Gap) -> float:
        return sum(min(abs(gap(cell, at, heads)) for at in range(len(heads))) / cell.height for cell in sums)

    best = min(_GAPS, key=apart)
    return best if sums and apart(best) < _LEVEL * len(sums) else None


def _is_sum(cell: Cell) -> bool:
    return any(figure.pointed and figure.alone for figure in find_figures(cell.text))


def _sorted(row: Sequence[Cell], heads: Sequence[Cell], set_so: Gap | None) -> tuple[Cell | None, ...]:
    found: list[Cell | None] = [None] * len(heads)
    for cell in (part for whole in row for part in _of_columns(whole, heads)):
        column = _column(cell, heads)
        if set_so is not None and _is_sum(cell):
            column = min(range(len(heads)), key=lambda at: abs(set_so(cell, at, heads)))
        was = found[column]
        found[column] = cell if was is None else piece(f"{was.text} {cell.text}", (was, cell))
    return tuple(found)


def _of_columns(cell: Cell, heads: Sequence[Cell]) -> Iterator[Cell]:
    """A cell, or its parts where an account's number and what stands in the next column were read as one."""
    hit = None if _in_column(cell, heads) else _RUN_ON.search(cell.text)
    yield from (cell,) if hit is None else (cell.part(0, hit.end()), cell.part(hit.end(), len(cell.text)))
