"""Tables of steps, a row each: 复核 金达 2026-11-11 09:40:11 同意. Those that were all taken are history.

So it is where the last row says that the payment is made, or ends it by its name, or where the page says elsewhere that
it is made. A row says less than a step with its moment alone: what it is worth stands in its column of opinions. Where
its own end does not say how it went, each word of the table has to be known.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from maild.receipts.layouts import Label, Layouts
from maild.receipts.page.dates import find_day
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.stages.steps import DAYS, FLUSH, LEAST, STANDS, TIMES, digits, is_done, is_end, takes
from maild.receipts.rows import Cell, Page
from maild.receipts.words.states import StateWords, plain

_PARTS = 3  # of a row of a table of steps
_FIGURE = re.compile(r"\d")
_LEADING = re.compile(r"^\d{1,2}[.、:]? ?(?=\D)")
_ORDINAL = re.compile(r"\d{1,2}[.、]?|[-–—/]+")
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}")
_PIECES = re.compile(r"[ ,;。]+")
_UNIT, _SURE = 4, 0.9  # characters of a unit's name; how sure the model has to be that it says nothing

# What stands at a step that nobody had to take, in the place of a moment.
_SKIPPED = re.compile(
    r"(?:免|无需|不需|跳过|略过)(?:审批|审核|复核|签字|审|批|签)?(?:\((?:[一二三五\d]?[百千万]元?(?:以下|以内)|(?:限额|额度)(?:以下|以内|内))\))?|自动跳过"
)

_Row = tuple[tuple[Cell, ...], str]


def taken_tables(page: Page, ties: Ties, layouts: Layouts, *, stated: bool) -> Iterator[Cell]:
    """The cells of tables of steps that were all taken, with the tables' heads, but for what says how they ended."""
    words = layouts.states
    for rows in _trails(page, ties):
        *past, (end, _) = sorted(rows, key=lambda row: row[1])
        made = any(words.is_final(plain(cell.text), bare=True) for cell in end)
        finals = any(words.is_final(plain(cell.text), bare=True) for row, _ in past for cell in row)
        ended = made or (any(is_end(cell, layouts) for cell in end) or (stated and not finals))
        if made:
            past_cells = [cell for row, _ in past for cell in row if not _is_skipped(cell)]
            heads = _heads(rows, page)
            known = any(_is_named(cell, layouts) for cell in end) and not _is_to_come(heads, layouts)
            known = known and all(
                _is_opinion(c, layouts)
                if _is_thought(c, heads, layouts)
                else is_done(c, layouts) or layouts.open.offices.search(plain(c.text))
                for c in past_cells
            )
        else:  # where its own end does not say so, each word of it has to be known
            heads = _heads(rows, page)
            known = all(_is_agreed(cell, row, heads, layouts) for row, _ in rows for cell in row)
            known = known and not _is_to_come(heads, layouts)
            known = known and not _is_open_below(rows, page, layouts)
        if len(rows) >= LEAST and ended and known and not _is_after_print(rows, ties):
            yield from (cell for row, _ in past for cell in row)
            yield from _heads(rows, page).cells
            yield from _named_again(rows, page, ties)
            yield from (c for c in end if not words.is_final(plain(c.text), bare=True) and is_done(c, layouts))


def open_table(page: Page, ties: Ties) -> str:
    """The last step of a table of steps that is left on a page from which those were taken that were all taken; '' for
    none.
    """
    for rows in _trails(page, ties):
        if len(rows) >= LEAST:
            return max(rows, key=lambda row: row[1])[0][0].text
    return ""


def _trails(page: Page, ties: Ties) -> Iterator[list[_Row]]:
    """Tables of steps, a row each: 复核 金达 2026-11-11 09:40:11 同意."""
    found: list[_Row] = []
    column = 0.0
    for row in page.rows:
        hits = [(cell, hit) for cell in row if (hit := TIMES.moment(cell)) and hit["day"]]
        told = any(
            tie.colon for cell in row for tie in ties.by_cell.get(cell.index, ()) if tie.label is not Label.SERIAL
        )
        if found and not hits and len(row) > 1 and any(map(_is_skipped, row)):
            found.append((tuple(row), found[-1][1]))
        elif found and not hits and not told and len(row) >= _PARTS and (day := _day_alone(row, found[-1][1], column)):
            # Of the day of the step before it: another one was planned, perhaps.
            found.append((tuple(c for c in row if c is not day), found[-1][1]))
        elif len(hits) == 1 and len(row) >= _PARTS and not told:
            cell, hit = hits[0]
            if found and abs(cell.left - column) > FLUSH * cell.height:
                yield found
                found = []
            found.append((tuple(other for other in row if other is not cell), digits(hit)))
            column = cell.left
        elif found:
            yield found
            found = []
    if found:
        yield found


def _day_alone(row: Sequence[Cell], before: str, column: float) -> Cell | None:
    """A day without its time in the column of the moments, that of the step before it: 记账 系统 2026-11-16."""
    days = (
        (cell, hit) for cell in row if (hit := DAYS.moment(cell)) and abs(cell.left - column) <= 2 * FLUSH * cell.height
    )
    return next((cell for cell, hit in days if before.startswith(digits(hit))), None)


def _is_to_come(heads: _Heads, layouts: Layouts) -> bool:
    """Whether a head speaks of what may still come: 办理期限, 计划时间."""
    return any(layouts.open.coming.search(plain(head.text)) for head in heads.cells)


def _is_after_print(rows: list[_Row], ties: Ties) -> bool:
    """Whether a step has a later day than the page was printed on."""
    values = [value for tie in ties.of(Label.PRINTED) for value in itertools.islice(ties.values(tie), 1)]
    printed = [day[0].strftime("%Y%m%d") for value in values if (day := find_day(value.text)) is not None]
    return bool(printed) and max(moment for _, moment in rows).partition("T")[0] > max(printed)


@dataclass(frozen=True, slots=True)
class _Heads:
    """The heads of a table of steps, none where it has none: 环节, 处理人, 时间, 意见."""

    cells: Sequence[Cell]
    page: Page

    def over(self, cell: Cell) -> Cell | None:
        """The head of a cell's column: in a row without gaps that of its place, else the nearest. Heads may be centred
        above what begins at the left.
        """
        row = self.page.rows[self.page.row_of[cell.index]]
        if len(row) == len(self.cells):
            return self.cells[row.index(cell)]
        return min(self.cells, key=lambda head: abs(head.centre - cell.centre), default=None)


def _heads(rows: list[_Row], page: Page) -> _Heads:
    """The row above a table of steps, where it may be its heads."""
    above = min(page.row_of[row[0].index] for row, _ in rows) - 1
    heads = page.rows[above] if above >= 0 else ()
    return _Heads(heads if len(heads) >= _PARTS and not any(_FIGURE.search(cell.text) for cell in heads) else (), page)


def _is_open_below(rows: list[_Row], page: Page, layouts: Layouts) -> bool:
    """Whether the row below a table of steps names one more, without its moment."""
    last = max(page.row_of[row[0].index] for row, _ in rows) + 1
    below = page.rows[last] if last < len(page.rows) else ()
    return len(below) > 1 and any(takes(plain(cell.text), layouts.states.lines.names, layouts) for cell in below)


def _step_of(row: Sequence[Cell]) -> Cell:
    """The cell of a row that names its step: the first that is no number."""
    return next((cell for cell in row if not _ORDINAL.fullmatch(plain(cell.text))), row[0])


def _named_again(rows: list[_Row], page: Page, ties: Ties) -> Iterator[Cell]:
    """What stands above a table of steps that were all taken and names them, with a number or none: 3 财务初审; under
    no label, which may say of the payment itself that it stands there.
    """
    top = min(page.row_of[row[0].index] for row, _ in rows)
    texts = [[plain(cell.text) for cell in row if not _FIGURE.search(cell.text)] for row, _ in rows]
    steps = {text for row in texts for text in row} | {one + other for row in texts for one, other in pairwise(row)}
    for cell in (cell for row in page.rows[:top] for cell in row):
        loose = cell.index not in ties.by_cell and ties.owner(cell) is None
        if loose and _LEADING.sub("", plain(cell.text)) in steps:
            yield cell


def _is_named(cell: Cell, layouts: Layouts) -> bool:
    """Whether a cell is a step by its name: 财务记账, not 打回申请人."""
    text, words = plain(cell.text), layouts.states
    return takes(text, words.lines.names, layouts) or takes(text, words.ends, layouts) or words.is_final(text)


def _is_agreed(cell: Cell, row: Sequence[Cell], heads: _Heads, layouts: Layouts) -> bool:
    """Whether a cell of a table of steps is known: its number, a step, that he agreed, or nothing; beside the step
    itself and the column of opinions (the last, where no head names it) also who took it, and his unit.
    """
    text, words = plain(cell.text), layouts.states
    if not text or _is_skipped(cell) or _ORDINAL.fullmatch(text) or layouts.open.agreed.search(text):
        return True
    if words.lines.greetings.search(text):
        return True  # 已生成凭证
    if words.is_final(text, bare=True) or words.says(words.steps, text) or takes(text, words.lines.names, layouts):
        return not words.fails(text) and not STANDS.search(text)
    named = [head for head in heads.cells if layouts.open.heads.search(plain(head.text))]
    if cell is _step_of(row):  # who takes it, for its name, where he agreed: 项目负责人 王敏 同意
        thoughts = [plain(other.text) for other in row if other is not cell and heads.over(other) in named]
        if any(map(layouts.open.bends.search, thoughts)):  # 拟同意
            return False
        return bool(layouts.open.roles.search(text)) and any(
            map(layouts.open.agreed.search, filter(_says_more, thoughts))
        )
    over = heads.over(cell)
    if over in named or (not named and cell is row[-1]):
        return False
    takers = over is not None and layouts.open.takers.search(plain(over.text))
    if layouts.open.offices.search(text) or (takers and _NAME.fullmatch(text) and _says_nothing(text, words)):
        return True  # 系统, 核算二科; who took it, though no list has his name
    silent = len(text) >= _UNIT and words.model.silent(text) >= _SURE and not words.against(text)
    return silent or bool(layouts.purposes.person.search(text))


def _says_more(text: str) -> bool:
    """Whether an opinion is more than a dash or a number."""
    return bool(_NAME.search(text))


def _is_thought(cell: Cell, heads: _Heads, layouts: Layouts) -> bool:
    """Whether a cell stands in the column of what somebody thought, or of what he did."""
    over = heads.over(cell)
    return over is not None and bool(layouts.open.opinion_heads.search(plain(over.text)))


def _is_opinion(cell: Cell, layouts: Layouts) -> bool:
    """Whether what somebody thought is known, piece by piece: 同意，情况属实; not 缓, nor 停."""
    words, known = layouts.states, (layouts.open.agreed, layouts.open.checked, layouts.open.earlier)
    return all(
        any(pattern.search(text) for pattern in known)
        or words.lines.greetings.search(text)
        or words.is_final(text, bare=True)
        or words.says(words.steps, text)
        or (takes(text, words.lines.names, layouts) and not words.fails(text) and not STANDS.search(text))
        for text in filter(None, _PIECES.split(plain(cell.text)))
    )


def _is_skipped(cell: Cell) -> bool:
    """Whether a step did not have to be taken: 免审(千元以下)."""
    return bool(_SKIPPED.fullmatch(plain(cell.text)))


def _says_nothing(text: str, words: StateWords) -> bool:
    """Whether a text has no word of doubt and none that may tell of a payment."""
    return not words.against(text) and not words.lines.speaks.search(text)
