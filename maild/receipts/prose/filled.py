"""A sentence of a paper, printed or filled in, that says who moved which sum to whom; laid out as labels and values.

    兹由 历史学院 (学院/部门)从经费项目 103700-H15 划转人民币(大写) 壹佰捌拾陆元肆角整
    (¥186.40) 至 图书馆 ,入账项目 669105 ,用途: 文献传递费 。请予办理。

Below the page on which it stands, as rows of a form, it is read and judged by the same laws as a form. What is left of
it, clause by clause, stands there without a label, and has to be known: 拟, 未能, 该款项预计于….
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from maild.receipts.layouts import Layouts
from maild.receipts.page.relaid import Row, lay_out, piece
from maild.receipts.rows import Cell, Page
from maild.receipts.words.states import StateWords, plain
from maild.receipts.words.told import FilledWords

_MOST_ROWS, _FAR = 8, 3.0  # of a sentence; line heights from one row to the next
_BLANKS = re.compile(r"[\s_＿]+")
_CLAUSES = re.compile(r"[,.;:。、()\[\]|-]+")
_TELLS = re.compile(r"[\u3400-\u9fffA-Za-z\d]")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A text in one line, and where each cell's part of it begins."""

    text: str
    cells: tuple[tuple[int, Cell], ...]

    def within(self, start: int, end: int) -> list[Cell]:
        """The cells that hold a part."""
        ends = [begin for begin, _ in self.cells[1:]] + [len(self.text)]
        return [cell for (begin, cell), stop in zip(self.cells, ends, strict=True) if begin < end and stop > start] or [
            self.cells[0][1]
        ]


def with_sentence(page: Page, layouts: Layouts) -> tuple[Page, str]:
    """The page with such a sentence laid out below it in place of its lines, and what of it is not known; the page
    itself and '' where there is none.
    """
    words = layouts.told.filled
    sentence = _found(page, words)
    if sentence is None:
        return page, ""
    hits = {name: hit for name, pattern in words.pieces.items() if (hit := pattern.search(sentence.text))}
    if not ({"payer", "payee"} & hits.keys() and {"words", "amount"} & hits.keys()):
        return page, ""
    own = {name: hit.span(words.pieces[name].groupindex[name]) for name, hit in hits.items()}
    rows = [Row(value=_value(sentence, span), label=words.labels[name]) for name, span in own.items()]
    whole = [cell for _, cell in sentence.cells]
    left = list(_left(sentence.text, [(hit.start(), own[name][1]) for name, hit in hits.items()], words))
    rows += [Row(value=piece(text, whole)) for text in left]
    kept = page.without({cell.index for cell in whole})
    odd = [text for text in left if not _is_known(text, layouts.states)]
    odd += [cell.text for cell in _who(rows, words) if words.clings.search(plain(cell.text))]
    odd += [cell.text for cell in _above(page, whole) if layouts.states.failed.search(plain(cell.text))]
    return _below(kept, lay_out(rows, page), page), next(iter(odd), "")


def _who(rows: Sequence[Row], words: FilledWords) -> Iterator[Cell]:
    """Who paid, as the sentence has it: 学院拟, where what makes a plan of it stands between the name and the verb."""
    yield from (row.value for row in rows if row.label == words.labels["payer"])


def told_in_words(page: Page) -> bool:
    """Whether a page has a sentence laid out below it: some of its cells were laid there, the others were not."""
    return len({cell.laid is None for cell in page.cells}) > 1


def _is_known(clause: str, words: StateWords) -> bool:
    """Whether a clause says that the payment is made, or nothing; what is left of 拟划转 says something."""
    return words.is_final(clause) or (len(clause) > 1 and words.is_said(clause))


def _above(page: Page, sentence: Sequence[Cell]) -> Iterator[Cell]:
    """What stands over a sentence, its heading: 退款说明, which as a hint on a screen says nothing."""
    top = min(page.row_of[cell.index] for cell in sentence)
    yield from (cell for row in page.rows[:top] for cell in row)


def _found(page: Page, words: FilledWords) -> _Sentence | None:
    """The first sentence of a page that begins in one of the known ways, up to its end or what stands below it."""
    first = next((n for n, row in enumerate(page.rows) if words.begins.search(_joined(row))), None)
    if first is None:
        return None
    text, last = "", page.rows[first][0]
    cells: list[tuple[int, Cell]] = []
    for row in page.rows[first : first + _MOST_ROWS]:
        if row[0].middle - last.middle > _FAR * page.line_height or (cells and words.stops.search(_joined(row))):
            break
        for cell in row:
            if not words.margin.search(cell.text):
                cells.append((len(text), cell))
                text += _BLANKS.sub("", plain(cell.text))
        last = row[0]
    return _Sentence(text, tuple(cells)) if cells else None


def _joined(row: Sequence[Cell]) -> str:
    return _BLANKS.sub("", "".join(plain(cell.text) for cell in row))


def _value(sentence: _Sentence, span: tuple[int, int]) -> Cell:
    start, end = span
    return piece(sentence.text[start:end].upper(), sentence.within(start, end))


def _left(text: str, taken: Sequence[tuple[int, int]], words: FilledWords) -> Iterator[str]:
    """The clauses of a sentence that are left when what was understood is taken out."""
    rest = "".join("," if any(a <= n < b for a, b in taken) else character for n, character in enumerate(text))
    for clause in _CLAUSES.split(rest):
        left = words.filler.sub("", clause)
        if _TELLS.search(left):
            yield left if len(left) < len(clause) / 2 else clause


def _below(page: Page, laid: Page, whole: Page) -> Page:
    """A page with the rows of another underneath, in letters of its own size."""
    own = [*page.cells, *page.uprights]
    first = max((cell.index for cell in (*whole.cells, *whole.uprights)), default=0) + 1
    scale = whole.line_height / laid.line_height
    added = [_moved(cell, scale, whole.bounds.bottom, first) for cell in laid.cells]
    bottom = max(cell.bottom for cell in added) + whole.line_height
    return Page([*own, *added], width=whole.width, height=bottom, origin=whole.origin)


def _moved(cell: Cell, scale: float, down: float, first: int) -> Cell:
    return Cell(
        left=cell.left * scale,
        right=cell.right * scale,
        top=cell.top * scale + down,
        bottom=cell.bottom * scale + down,
        text=cell.text,
        confidence=cell.confidence,
        edges=tuple(edge * scale for edge in cell.edges),
        index=cell.index + first,
        laid=cell.laid,
    )
