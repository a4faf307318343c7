"""The steps of a payment, each with its moment: 已提交 11-18 17:39, 本行扣款成功 11-18 17:39, 收款行已入账 11-18 17:40.

Where the last of them is a known final state, what came before is history: that it was once handed in or looked through
says nothing against it. A step without a moment is still to come, and a failure is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from maild.receipts.page.dates import find_day
from maild.receipts.page.labels import Ties
from maild.receipts.page.rows import Cell, Page
from maild.receipts.paidwords import StateWords, plain

_MOMENT = re.compile(r"(?P<day>(?:(?:20\d\d)[-/.年])?\d{1,2}[-/.月]\d{1,2}日?)?[ T]*(?P<time>\d{1,2}:\d\d(?::\d\d)?)")
_WORD = re.compile(r"[\u3400-\u9fff]{2}|[a-z]{4}")
_NEAR = 1.6  # line heights between a step and its moment
_FLUSH = 1.2  # line heights by which steps may begin apart
_LEAST = 2


def is_moment(text: str) -> bool:
    """Whether a text is a day, with its time, and nothing else."""
    return bool(_MOMENT.fullmatch(text.strip())) or (find_day(text) is not None and not _WORD.search(text))


def without_steps(page: Page, ties: Ties, words: StateWords) -> Page:
    """The page without the steps before a last one that is final; the page itself where there are none."""
    gone: set[int] = set()
    for line in _lines(page, ties, words):
        ordered = sorted(line, key=lambda step: step[1])
        moments = {moment for _, moment in ordered}
        *before, (last, _) = ordered if len(moments) > 1 else _by_place(line, words)
        final = words.says(words.bare, plain(last.text))
        if len(line) >= _LEAST and final and all(_is_done(cell, words) for cell, _ in before):
            gone |= {cell.index for cell, _ in before}
    return page.without(gone)


_Step = tuple[Cell, str]


def _by_place(line: list[_Step], words: StateWords) -> list[_Step]:
    """Steps of one minute: the last stands at either end."""
    return line if words.says(words.bare, plain(line[-1][0].text)) else line[::-1]


def _is_done(cell: Cell, words: StateWords) -> bool:
    """Whether a step says only that something was handed in, taken in, looked through or begun."""
    text = plain(cell.text)
    return words.says(words.steps, text) or words.says(words.final, text) or not words.against(text)


def _lines(page: Page, ties: Ties, words: StateWords) -> Iterator[list[_Step]]:
    """Steps set flush, one below another, each with its moment under or behind it; nothing of that column between."""
    steps = sorted(_steps(page, ties, words), key=lambda step: step[0].top)
    moments = {cell.index for cell in page.cells if _MOMENT.fullmatch(cell.text.strip())}
    line: list[_Step] = []
    for step in steps:
        if line and not _follows(line[-1][0], step[0], page, moments):
            yield line
            line = []
        line.append(step)
    if line:
        yield line


def _follows(above: Cell, cell: Cell, page: Page, moments: set[int]) -> bool:
    if abs(above.left - cell.left) > _FLUSH * cell.height:
        return False
    between = [
        other
        for other in page.cells
        if above.middle < other.middle < cell.middle - cell.height / 2
        and abs(other.left - cell.left) <= _FLUSH * cell.height
        and other.index not in moments
        and other.index != above.index
    ]
    return not between


def _steps(page: Page, ties: Ties, words: StateWords) -> Iterator[_Step]:
    said = {cell.index for cell in page.cells if words.is_final(plain(cell.text))}  # 收款行已入账 is no label
    owners = {cell.index: ties.owner(cell) for cell in page.cells}
    free = [
        cell
        for cell in page.cells
        if (cell.index in said or cell.index not in ties.by_cell)
        and ((owner := owners[cell.index]) is None or owner.cell.index in said)
    ]
    named_ones = [cell for cell in free if not _MOMENT.fullmatch(cell.text.strip())]
    for moment in free:
        hit = _MOMENT.fullmatch(moment.text.strip())
        if hit is None:
            continue
        above = [
            cell
            for cell in named_ones
            if 0 < moment.middle - cell.middle < (1 + _NEAR) * cell.height
            and abs(cell.left - moment.left) < _FLUSH * cell.height
        ]
        beside = [
            cell
            for cell in named_ones
            if cell.right <= moment.left and abs(cell.middle - moment.middle) < cell.height / 2
        ]
        named = max(above, key=lambda cell: cell.middle, default=None) or max(
            beside, key=lambda cell: cell.right, default=None
        )
        if named is not None:
            yield named, "".join(re.findall(r"\d+", f"{hit['day'] or ''} {hit['time']}"))
