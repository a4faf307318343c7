"""A sum written anew: another one stands where the amount does, above it, beside it, or in its own box.

What is printed has one sum in the place of the amount. Rows of a table do not reach into one another; what stands in
the same row has a label or a column of its own. So no pixel need be asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from maild.domain.accounting.receipt import ReceiptKind
from maild.receipts import SAY
from maild.receipts.page.amounts import LABELLED, PLACES, Sum, Sums, Written
from maild.receipts.page.dates import find_day, find_time
from maild.receipts.page.figures import Figure, find_figures
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import Cell, Page
from maild.receipts.sheet import Origin

_INTO = 0.85  # of the mean height, between the middles of two boxes: rows of a table are further apart
_OVER = 1.6  # the same, of a sum by hand over the one that was struck, which no label is for
_HANDS = frozenset({ReceiptKind.CAMPUS_TRANSFER, ReceiptKind.COUNTER_SLIP})  # what may be filled in with a pen
_SUM = re.compile(r"(?<![\d.,])\d[\d,]*(?:\.\d\d(?![\d.])|(?=元))")  # behind a number, too
_OF_ELSE = re.compile(r"[费余]")  # 手续费 5.00, 余额 880.25
_BESIDE = 2.5  # heights between two sums in one row, without a label between them


def rewritten(
    page: Page, ties: Ties, first: Sum | None, value: Decimal | None, sums: Sums, kind: ReceiptKind
) -> tuple[str, ...]:
    """Why a sum is for a person: another one was written to it, or over it.

    first: what the first look chose; value: what came of all looks, else None
    """
    if first is None or value is None:
        return ()
    same = {first.value, value, value * 100, value / 100}  # the point may be lost in one of two readings
    another = any(
        other.value not in same and (other.pointed or other.text not in _digits(value))  # ¥18 may be a piece of 18.80
        for other in _there(page, ties, first.cell, by_hand=kind in _HANDS)
    )
    form = kind is ReceiptKind.CAMPUS_TRANSFER
    unled = kind in _HANDS and first.rank != LABELLED  # what was struck is still where the label leads
    told = (
        (another, SAY("second_sum")),
        ((form or unled) and _labelled_twice(sums, same, value), SAY("two_amounts")),
        (kind in _HANDS and _printed_otherwise(page, value), SAY("two_amounts")),
        (_another_in_words(sums.written, value), SAY("second_words")),
        (kind in _HANDS and _written_over(sums, value), SAY("second_words")),
        (page.origin is Origin.OCR and _hides_its_point(page, first, value), SAY("amount_hard_to_read")),
    )
    return tuple(reason for holds, reason in told if holds)


def _labelled_twice(sums: Sums, same: set[Decimal], value: Decimal) -> bool:
    """Whether a label of the amount leads to another sum: 实付 20.00. Items that make up the sum are none."""
    others = [
        s.value
        for s in sums.sums
        if s.rank == LABELLED and not s.grid and s.figure.strict and s.figure.pointed and s.value not in same
    ]
    return bool(others) and sum(others, Decimal(0)) != value


def _printed_otherwise(page: Page, value: Decimal) -> bool:
    """Whether a line of a teller's machine, with its moment, has sums and none of them is this one."""
    lines = [c.text for c in page.cells if find_day(c.text) and find_time(c.text) and not _OF_ELSE.search(c.text)]
    sums = [{Decimal(hit.replace(",", "")) for hit in _SUM.findall(text)} for text in lines]
    return any(said and value not in said for said in sums)


def _hides_its_point(page: Page, first: Sum, value: Decimal) -> bool:
    """Whether only the words tell where the point is, and no printed places do: it may lie under another digit."""
    return not first.grid and first.figure.text == _digits(value) and not any(map(_is_places, page.cells))


def _is_places(cell: Cell) -> bool:
    text = cell.text.strip()
    return bool({"角", "分"} & set(text)) and set(text) <= PLACES


def _digits(value: Decimal) -> str:
    return str(value).replace(".", "")


def _another_in_words(written: Sequence[Written], value: Decimal) -> bool:
    """Whether words, whole and read without repair, say another sum than the figure that other words confirm."""
    clear = {one.value for one in written if one.words.complete and not one.words.repaired}
    return value in clear and len(clear) > 1


def _written_over(sums: Sums, value: Decimal) -> bool:
    """Whether words that say another sum, or can be read no more, stand above, below or beside the words that say this
    one: what was struck is left there.
    """
    ours = [one.cell for one in sums.written if one.value == value]
    others = [*sums.remains, *(one.cell for one in sums.written if one.value != value)]
    return any(
        other.index != cell.index and (_reaches_into(other, cell, _OVER) or _next_to(other, cell))
        for cell in ours
        for other in others
    )


def _next_to(cell: Cell, other: Cell) -> bool:
    """Whether two boxes stand in one row with hardly a gap."""
    apart = abs(cell.middle - other.middle) / ((cell.height + other.height) / 2)
    return apart < _INTO and max(cell.left, other.left) - min(cell.right, other.right) < _BESIDE * other.height


def _there(page: Page, ties: Ties, figure: Cell, *, by_hand: bool) -> Iterator[Figure]:
    yield from _clear(figure.text)
    for cell in page.cells:
        loose = by_hand and ties.owner(cell) is None and cell.index not in ties.by_cell
        near = _reaches_into(cell, figure, _OVER if loose else _INTO) or _is_beside(page, ties, cell, figure)
        if cell.index == figure.index or not near:
            continue
        free = ties.free(cell)
        if free is not None:
            yield from _clear(free.text)


def _clear(text: str) -> list[Figure]:
    """Sums with their decimals, or with a currency."""
    return [f for f in find_figures(text) if f.strict and (f.pointed or (f.marked and f.alone))]


def _reaches_into(cell: Cell, figure: Cell, most: float) -> bool:
    apart = abs(cell.middle - figure.middle) / ((cell.height + figure.height) / 2)
    return apart < most and min(cell.right, figure.right) - max(cell.left, figure.left) > 0.3 * figure.height


def _is_beside(page: Page, ties: Ties, cell: Cell, figure: Cell) -> bool:
    row = page.row_of.get(figure.index)
    if row is None or page.row_of.get(cell.index) != row or cell.index in ties.by_cell:
        return False
    gap = max(cell.left - figure.right, figure.left - cell.right)
    own = ties.by_cell.get(figure.index)
    return gap < _BESIDE * figure.height and ties.owner(cell) is (own[-1] if own else ties.owner(figure))
