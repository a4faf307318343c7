"""What stands beside a payment and holds a word against one, but says by its form that it is said of nothing.

失败笔数 0 counts what there is none of; 导出 打印 关闭 退出 are buttons in one box; 初审:张敏 复核:陈立 are places to
sign; 逾期未提出异议视为核对无误 holds of every statement. Each is a whole box, which no label owns, in letters no
larger than the rest. It is left out only where what remains says that the payment is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from maild.receipts.layouts import Label, Layouts
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import Cell, Page
from maild.receipts.words.beside import BesideWords
from maild.receipts.words.states import StateWords, plain
from maild.receipts.words.tips import BULLET

_LARGE = 1.25  # of the usual line's height
_HEAD_ROWS = 3
# How sure the model has to be that a line says nothing: one with a word of doubt, one that may tell of money or of an
# exercise, and any other. Of lines of writers that it had not read 0.4, 1 and 4 % of those that tell something pass.
_SURE_OF_STEM, _SURE_OF_MONEY, _SURE, _SURE_NEAR = 0.93, 0.97, 0.9, 0.8
_SHORTEST = 4  # characters of a line that it can judge by its words
_NEAR = 8  # characters before and behind a word of doubt
_SAYS = re.compile(r"[\d:=□☐○]")


def beside(page: Page, ties: Ties, layouts: Layouts, end: float, *, single: bool = False) -> set[int]:
    """The cells of a page that say nothing of its payment. end: where its rows end; single: also a neutral line alone,
    which is no remark, though Back may say what became of the money.
    """
    return set(_none_of(page, layouts.beside)) | {
        cell.index
        for cell in page.cells
        if _is_free(cell, page, ties) and _is_silent(cell, page, ties, layouts, end, single=single)
    }


def _is_free(cell: Cell, page: Page, ties: Ties) -> bool:
    """Whether a cell is no label's value; what stands below a remark's label that has none beside it may be buttons."""
    owner = ties.owner(cell)
    below = owner is not None and page.row_of[owner.cell.index] < page.row_of[cell.index]
    return owner is None or (below and owner.label is Label.PURPOSE)


def _none_of(page: Page, words: BesideWords) -> Iterator[int]:
    """Labels of what went wrong with nothing at them: in a box, in two of a row, or a reason's with nothing near it."""
    for row in page.rows:
        for number, cell in enumerate(row):
            name = plain(cell.text).strip(" :")
            behind = row[number + 1] if number + 1 < len(row) else None
            if words.nils.search(plain(cell.text)):
                yield cell.index
            elif behind is not None and words.wrongs.search(name) and words.nothing.search(plain(behind.text)):
                yield from (cell.index, behind.index)
            elif behind is None and words.reasons.search(name) and next(iter(page.below(cell)), None) is None:
                yield cell.index


def _is_silent(cell: Cell, page: Page, ties: Ties, layouts: Layouts, end: float, *, single: bool) -> bool:
    words, states, text = layouts.beside, layouts.states, plain(BULLET.sub("", cell.text))
    if cell.height > _LARGE * page.line_height or states.is_final(text):
        return False
    head, alone = page.row_of[cell.index] < _HEAD_ROWS, len(page.rows[page.row_of[cell.index]]) == 1
    if head and (states.advises.search(text) or words.prose.search(text)):
        return False  # 如何汇款 is the page's heading there
    if words.several.search(text) or words.lists.search(text) or words.prose.search(text):
        return True
    if cell.top > end and alone and words.alone.search(text):
        return True
    known = layouts.judge.is_run(text) or (single and text in layouts.judge.words)
    if known and not states.against(text):
        return True
    return not single and not _has_value(cell, ties) and _is_learned(text, layouts, head=head)


def _has_value(cell: Cell, ties: Ties) -> bool:
    """Whether a cell is a label at which something stands."""
    return any(tie.colon or any(ties.values(tie)) for tie in ties.by_cell.get(cell.index, ()))


def _is_learned(text: str, layouts: Layouts, *, head: bool) -> bool:
    """Whether the model is sure that a line says nothing of the payment: the surer, the graver a word it holds. What
    names a document is a heading in a page's first rows, whatever the model says of it.
    """
    if (head and layouts.states.nouns.search(text)) or layouts.purposes.ends.search(text):
        return False
    return says_nothing(text, layouts.states, _SURE)


def says_nothing(text: str, words: StateWords, least: float) -> bool:
    """Whether the model is sure that a plain text says nothing of a payment, by `least` or, the graver a word in it, by
    more. Of a failure, of this payment, and of pages that are none of a bank's it is not asked.
    """
    if words.fails(text) or words.lines.own.search(text) or words.is_address(text, unreal=True):
        return False
    sure = words.model.silent(text)
    if (hit := words.stems.search(text)) is not None:
        # 待授权指令 1: it reads figures as such only. A long line is not sure where its one word of doubt is not.
        near = text[max(hit.start() - _NEAR, 0) : hit.end() + _NEAR]
        return not _SAYS.search(text) and sure >= _SURE_OF_STEM and words.model.silent(near) >= _SURE_NEAR
    if words.lines.speaks.search(text):
        return len(text) >= _SHORTEST and sure >= _SURE_OF_MONEY
    return sure >= least
