"""A sum written anew: another one stands where the amount does, above it, beside it, or in its own box.

What is printed has one sum in the place of the amount. Rows of a table do not reach into one another; what stands in
the same row has a label or a column of its own. So no pixel need be asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from maild.receipts.amounts import Sum, Written
from maild.receipts.figures import Figure, find_figures
from maild.receipts.labels import Ties
from maild.receipts.rows import Cell, Page

SECOND = "another sum stands where the amount does"
SECOND_WORDS = "the amount is there twice in words, and differs"
_INTO = 0.85  # of the mean height, between the middles of two boxes: rows of a table are further apart
_BESIDE = 2.5  # heights between two sums in one row, without a label between them


def rewritten(
    page: Page, ties: Ties, first: Sum | None, value: Decimal | None, written: Sequence[Written]
) -> tuple[str, ...]:
    """Why a sum is for a person: another one was written to it.

    first: what the first look chose; value: what came of all looks, else None
    """
    if first is None or value is None:
        return ()
    same = {first.value, value, value * 100, value / 100}  # the point may be lost in one of two readings
    another = any(
        other.value not in same and (other.pointed or other.text not in str(value))  # ¥18 may be a piece of 18.80
        for other in _there(page, ties, first.cell)
    )
    told = ((another, SECOND), (_another_in_words(written, value), SECOND_WORDS))
    return tuple(reason for holds, reason in told if holds)


def _another_in_words(written: Sequence[Written], value: Decimal) -> bool:
    """Whether words, whole and read without repair, say another sum than the figure that other words confirm."""
    clear = {one.value for one in written if one.words.complete and not one.words.repaired}
    return value in clear and len(clear) > 1


def _there(page: Page, ties: Ties, figure: Cell) -> Iterator[Figure]:
    yield from _clear(figure.text)
    for cell in page.cells:
        if cell.index == figure.index or not (_reaches_into(cell, figure) or _is_beside(page, ties, cell, figure)):
            continue
        free = ties.free(cell)
        if free is not None:
            yield from _clear(free.text)


def _clear(text: str) -> list[Figure]:
    """Sums with their decimals, or with a currency."""
    return [f for f in find_figures(text) if f.strict and (f.pointed or (f.marked and f.alone))]


def _reaches_into(cell: Cell, figure: Cell) -> bool:
    apart = abs(cell.middle - figure.middle) / ((cell.height + figure.height) / 2)
    return apart < _INTO and min(cell.right, figure.right) - max(cell.left, figure.left) > 0.3 * figure.height


def _is_beside(page: Page, ties: Ties, cell: Cell, figure: Cell) -> bool:
    row = page.row_of.get(figure.index)
    if row is None or page.row_of.get(cell.index) != row or cell.index in ties.by_cell:
        return False
    gap = max(cell.left - figure.right, figure.left - cell.right)
    own = ties.by_cell.get(figure.index)
    return gap < _BESIDE * figure.height and ties.owner(cell) is (own[-1] if own else ties.owner(figure))
