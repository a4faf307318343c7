"""Printed choices of a form with a box to tick each: ☑已划转 □退回补正 □余额不足. What was not chosen says nothing.

An empty box says so only beside one that is ticked, or that has no box left: the tick was read over it. Where none of a
row is, nobody chose yet, and all of them stand. What was chosen is read as any other text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import Cell, Page
from maild.receipts.words.states import StateWords, plain

_EMPTY, _TICKED = "□☐", "☑☒✓✔√■"
_OPTION = re.compile(rf"[{_EMPTY}{_TICKED}][^{_EMPTY}{_TICKED}]*")
_LONGEST = 12  # characters of a choice


def has_choices(page: Page) -> bool:
    """Whether there is a box to tick on a page."""
    return any(mark in cell.text for cell in page.cells for mark in _EMPTY)


def choices(value: str) -> Sequence[tuple[bool, str]] | None:
    """The choices of a value that is nothing else, each with whether it is ticked: ☑实时 □次日; None for any other."""
    found = [hit.group() for hit in _OPTION.finditer(value.strip())]
    if not found or "".join(found) != value.strip():
        return None
    return [(one[0] in _TICKED, one[1:].strip()) for one in found]


def without_unchosen(page: Page, ties: Ties, words: StateWords) -> Page:
    """The page without the choices whose boxes are empty, where a state of their row was taken; itself where none was:
    a tick of something else (☑短信通知 □已付款) chose none of them.
    """
    kept: dict[int, Cell | None] = {}
    for row in page.rows:
        if any(mark in cell.text for cell in row for mark in _EMPTY) and _is_chosen(row, ties, words):
            kept |= {cell.index: left for cell in row if (left := _chosen(cell)) is not cell}
    if not kept:
        return page
    cells = (kept.get(cell.index, cell) for cell in (*page.cells, *page.uprights))
    found = [cell for cell in cells if cell is not None]
    return Page(found, width=page.width, height=page.height, origin=page.origin, bounds=page.bounds)


def _is_chosen(row: Sequence[Cell], ties: Ties, words: StateWords) -> bool:
    """Whether one state of a row is ticked, or stands right beside the others without a box."""
    ticked = (hit.group() for cell in row for hit in _OPTION.finditer(cell.text) if hit.group()[0] in _TICKED)
    if any(_is_state(text[1:], words) for text in ticked):
        return True
    beside = ((number, cell) for number, cell in enumerate(row) if _is_state(cell.text, words))
    return any(_is_boxless(cell, ties) and _is_next_to_empty(number, row) for number, cell in beside)


def _is_state(text: str, words: StateWords) -> bool:
    """Whether a choice is a state, made or not."""
    said = plain(text)
    return words.is_final(said, bare=True) or words.fails(said) or words.against(said)


def _is_boxless(cell: Cell, ties: Ties) -> bool:
    own = ties.by_cell.get(cell.index, ())
    return not _OPTION.search(cell.text) and ":" not in cell.text and not own and 1 < len(cell.text) <= _LONGEST


def _is_next_to_empty(number: int, row: Sequence[Cell]) -> bool:
    beside = (row[at] for at in (number - 1, number + 1) if 0 <= at < len(row))
    return any(cell.text[:1] in _EMPTY for cell in beside)


def _chosen(cell: Cell) -> Cell | None:
    """A box of text without its unchosen choices; None where nothing is left of it."""
    if not any(mark in cell.text for mark in _EMPTY):
        return cell
    kept = list(_pieces(cell.text))
    if not kept:
        return None
    return cell.part(kept[0][0], kept[-1][1])


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """What stands before the choices, and those that were taken."""
    first = _OPTION.search(text)
    if first is not None and text[: first.start()].strip():
        yield 0, first.start()
    for hit in _OPTION.finditer(text):
        if hit.group()[0] in _TICKED:
            yield hit.start(), hit.end()
