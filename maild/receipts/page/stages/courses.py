"""The course of a form through an office, a step below another, each with its moment and what was said at it:

    提交申请             11-12 09:40
    经办人 仲孙越
    项目负责人审批       11-12 11:02
    羊舌清 同意
    已入账               11-13 15:30
    凭证号 记-3921

Where every step has its moment, each box of it is known, and the last one books or pays, it is history. It is so even
where no label says which state the form is in: then the course says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from maild.config import Office
from maild.receipts.layouts import Layouts
from maild.receipts.page.dates import find_day
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.stages.booked import bookings, is_dated_booking, is_voucher
from maild.receipts.page.stages.states import is_stated
from maild.receipts.page.stages.steps import (
    FLUSH,
    LEAST,
    STANDS,
    TIMES,
    Step,
    is_done,
    is_end,
    steps_of,
    takes,
)
from maild.receipts.rows import Cell, Page, within
from maild.receipts.sheet import Region
from maild.receipts.words.states import StateWords, plain

_MOST, _NOTES = 12, 6  # steps of a course; lines of what was said at one
_SPACED = 1.8  # times the distance of two steps within which another one would stand
_ASIDE = 8  # line heights left of a step, where a face or a mark stands
_PIECES = re.compile(r"[ ,;:()\[\]/|·。]+")
_MARK = re.compile(r"[^\w×✗✘✕]{0,3}|\d|[A-MO-WYZa-mo-wyz]")  # what is read of a tick, not of a cross
_FACE = re.compile(r"[\u3400-\u9fff]{1,3}")  # with a name in it, left of a step
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")  # of a unit, of a project
_AGREED = re.compile(r"[ :(]*已?(?:同意|通过|批准|办理|办结)(?:支付|付款|转账|划转|报销|列支)?\)?$")
_AGREES = "同意"
_TOOK = re.compile(r"用时[\d天小时分钟秒]+")
_BOOKING = re.compile(r"(?:记账|会计|入账)?凭证|(?:入账|记账|转账)(?:日期?|时间)")
_BEHIND = re.compile(r"(?:凭证号?)? ?[记转付收](?:字|-)?[\d-]{1,12}号?$")
_NAME = re.compile(r"(?!.*[不没无未已暂转给改换调补缺需打退回误删])[\u3400-\u9fff]{2,3}")
_SURE, _UNIT = 0.85, 4  # how sure the model has to be that a piece says nothing; characters of what it judges
_DOUBT, _SILENT = 0.3, 0.5  # how sure it may be that a note speaks against the payment, must be that it says nothing
_NO_NAME = 0.4  # how sure it may be that two or three characters, which may be a name, speak against it
# Of a note: a doubt, somebody else whose it is now, or a sum of its own.
_TURNS = re.compile(r"[不非无补缺暂改更误错删调换应×✗✘✕]|[转移][给交送至到]|\d ?元|(?<![\d.])\d+\.\d\d(?![\d.])")
_MOVES = re.compile(r"[转改换调拨划至到给](?!字|-)")  # a code beside it is where the money went


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course that was gone to its end. cells: those of its history; numbered: whether the number stands in it under
    which the form was booked; final: whether it says in so many words that it was booked or paid.
    """

    cells: frozenset[int] = field(default_factory=frozenset)
    numbered: bool = False
    final: bool = False
    booked: bool = False


NONE = Course()


def course_of(page: Page, ties: Ties, layouts: Layouts, office: Office) -> Course:
    """The one course on a page that was gone to its end; `NONE` where there is none, or a second one."""
    columns = _columns(page, ties, layouts.states)
    found = [course for line in columns if (course := _course(line, page, layouts, office))]
    return found[0] if len(found) == 1 else NONE


def is_entered(page: Page, ties: Ties, words: StateWords, stamps: Sequence[Region] = (), course: Course = NONE) -> bool:
    """Whether a page says that a form was booked: in so many words, with the number of the booking or its day; or with
    both, where it only says that its course is over. On paper only the finance office's stamp says so much.
    """
    number, day = bookings(ties, words)
    number = number or course.numbered
    if not (number or day):
        return False
    if course.final or (course.cells and number and (day or course.booked)):
        return True
    own = [cell for cell in page.cells if not within(cell, stamps)]
    if is_stated(page, ties, words, stamps) or (number and any(is_dated_booking(c, ties, words) for c in own)):
        return True
    said = (text for cell in own if not words.against(text := plain(cell.text)))  # 校内转账单已办结, or a chip 已完成
    return number and day and any(words.is_final(t, bare=True) or words.over.search(t) for t in said)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A step, its moment, and what was said at it."""

    name: Cell
    moment: str
    notes: tuple[Cell, ...]

    def cells(self) -> Iterator[Cell]:
        yield self.name
        yield from self.notes


def _columns(page: Page, ties: Ties, words: StateWords) -> Iterator[list[Step]]:
    """Steps that begin one below another."""
    left = sorted(steps_of(page, ties, words, TIMES), key=lambda step: step[0].top)
    while left:
        column = [step for step in left if abs(step[0].left - left[0][0].left) <= FLUSH * step[0].height]
        left = [step for step in left if step not in column]
        if LEAST <= len(column) <= _MOST:
            yield column


def _course(column: Sequence[Step], page: Page, layouts: Layouts, office: Office) -> Course | None:
    cells = [cell for cell, _ in column]
    spaces = [below.middle - above.middle for above, below in pairwise(cells)]
    if min(spaces) < cells[0].height / 2:  # two in a row are no course
        return None
    block = list(_block(cells, max(spaces), page, layouts))
    entries = [
        _Entry(cell, moment, tuple(other for other in block if _nearest(other, cells) is cell))
        for cell, moment in column
    ]
    moments = [entry.moment for entry in entries]
    if moments == sorted(moments, reverse=True) and moments != sorted(moments):
        entries.reverse()
    elif moments != sorted(moments):
        return None
    while len(entries) > LEAST and _is_after(entries[-1], layouts):
        entries.pop()
    last = entries[-1]
    words, said = layouts.states, [said for cell in last.cells() for said in _said(cell)]
    final = any(words.is_final(one) and (words.books.search(one) or words.pays.search(one)) for one in said)
    ended = final or is_end(last.name, layouts)
    known = all(_is_step(entry.name, layouts) for entry in entries[:-1])
    left = min(cell.left for cell in cells) - cells[0].height
    notes = [cell for cell in block if not (cell.right < left and _is_face(cell, block, layouts.states))]
    past = {cell.index for entry in entries[:-1] for cell in entry.notes}
    known = known and all(_is_note(cell, layouts, past=cell.index in past) for cell in notes)
    known = known and not any(_is_moved(cell, office) for cell in notes)
    if not ended or not known or STANDS.search(plain(last.name.text)) or layouts.states.fails(plain(last.name.text)):
        return None
    below = [cell for cell in block if cell.middle > cells[-1].bottom]
    if any(_is_to_come(cell, layouts) for cell in (*below, *_above(cells, max(spaces), page))):
        return None
    heads = (cell for cell in page.cells if 0 < cells[0].middle - cell.middle < max(spaces) + cells[0].height)
    if any(_is_anothers(cell, layouts) for cell in heads):
        return None
    booking = [cell for cell in last.notes if _is_booking(cell)]
    gone = {cell.index for cell in (*cells, *block)} - {cell.index for cell in (last.name, *booking)}
    numbered = any(is_voucher(said) for cell in last.notes for said in _said(cell))
    booked = words.books.search(plain(last.name.text)) is not None
    return Course(cells=frozenset(gone), numbered=numbered, final=final, booked=booked)


def _block(steps: Sequence[Cell], space: float, page: Page, layouts: Layouts) -> Iterator[Cell]:
    """What stands beside and below the steps, but for their moments; below the last one no further than the others'
    notes stand, and only what is known.
    """
    height, left, own = steps[0].height, min(cell.left for cell in steps), {cell.index for cell in steps}
    right = max((cell.right for cell in page.cells if TIMES.moment(cell)), default=page.width)
    top, bottom = steps[0].top - height / 2, steps[-1].bottom
    inside = [
        cell
        for cell in page.cells
        if cell.index not in own
        and cell.middle > top
        and left - _ASIDE * height <= cell.left
        and cell.right <= right + height
        and not TIMES.moment(cell)
    ]
    yield from (cell for cell in inside if cell.middle <= bottom)
    below = sorted((cell for cell in inside if cell.middle > bottom), key=lambda cell: cell.middle)
    for cell in below[:_NOTES]:
        if cell.middle - steps[-1].middle > space + height or (
            cell.left - left > FLUSH * height and not _is_note(cell, layouts, past=False)
        ):
            break
        yield cell  # what is flush with the steps and is not known keeps the course from being one


def _is_anothers(cell: Cell, layouts: Layouts) -> bool:
    """Whether a heading says that the steps below it are not this form's: 标准流程, 上一单办理进度."""
    text = plain(cell.text)
    return bool(layouts.open.course_heads.search(text)) and not layouts.open.own_heads.search(text)


def _above(steps: Sequence[Cell], space: float, page: Page) -> Iterator[Cell]:
    """What stands above the steps as one of them would: of a course that is told newest first it is the next."""
    first = steps[0]
    for cell in page.cells:
        flush = abs(cell.left - first.left) < FLUSH * first.height
        if flush and 0 < first.middle - cell.middle < space + first.height:
            yield cell


def _is_face(cell: Cell, block: Sequence[Cell], words: StateWords) -> bool:
    """Whether two or three characters left of a step are a face with a name in it, which stands at the step, too."""
    text = plain(cell.text)
    named = any(text in plain(other.text) for other in block if other is not cell)
    return bool(_FACE.fullmatch(text)) and named and not (words.against(text) or STANDS.search(text))


def _nearest(cell: Cell, steps: Sequence[Cell]) -> Cell:
    """The step that a note stands at: the last one above it, or in its row."""
    above = [step for step in steps if step.middle - step.height / 2 <= cell.middle]
    return above[-1] if above else steps[0]


def _is_booking(cell: Cell) -> bool:
    """Whether a note gives the number of a booking, or a day: they are the page's own."""
    return any(is_voucher(piece) or find_day(piece) is not None for piece in _pieces(plain(cell.text)))


def _said(cell: Cell) -> Iterator[str]:
    """A note, and its pieces; a number run together with what was done is one of its own: 转账完成记-6470."""
    text = plain(cell.text)
    yield text
    yield from _pieces(text)


def _pieces(text: str) -> Iterator[str]:
    for piece in _PIECES.split(text):
        hit = None if is_voucher(piece) else _BEHIND.search(piece)
        yield from (piece,) if hit is None else (piece[: hit.start()], hit.group())


def _is_step(cell: Cell, layouts: Layouts) -> bool:
    """Whether a step before the last is one by its name, that was taken."""
    text, words = plain(cell.text), layouts.states
    if words.fails(text) or STANDS.search(text):
        return False
    return is_done(cell, layouts) or is_end(cell, layouts) or takes(text, words.lines.names, layouts)


def _is_to_come(cell: Cell, layouts: Layouts) -> bool:
    """Whether what stands below the last step is one more, without its moment, and says no more of it."""
    text, words = plain(cell.text), layouts.states
    if words.is_final(text, bare=True) or layouts.open.after.search(text) or layouts.open.agreed.search(text):
        return False
    return is_end(cell, layouts) or takes(text, words.lines.names, layouts)


def _is_after(entry: _Entry, layouts: Layouts) -> bool:
    """Whether a step comes after a payment and says nothing of it: 抄送."""
    return bool(layouts.open.after.search(plain(entry.name.text)))


def _is_moved(cell: Cell, office: Office) -> bool:
    """Whether a note says that the money went to a unit or a project that is not ours: 转 669106."""
    text = plain(cell.text)
    others = set(_CODE.findall(text)) - {office.transfer_department, office.transfer_project}
    return bool(others) and _MOVES.search(text) is not None and "凭证" not in text


def _is_note(cell: Cell, layouts: Layouts, *, past: bool) -> bool:
    """Whether what stands at a step says nothing against the payment: who took it, for which office, that he agreed,
    the number and the day of the booking are known. past: another step followed; then anything else may stand there
    that has no word of doubt and no sum, and of which the model rather has it that it says nothing.
    """
    text, words = plain(cell.text), layouts.states
    if words.fails(text) or STANDS.search(text):
        return False
    if _MARK.fullmatch(text) and not words.against(text):
        return True
    left = _AGREED.sub("", text) or text  # 乐青禾通过
    agreed = left != text or _AGREES in text  # what more he says may be to what: 部分同意, 同意自费
    if layouts.open.agreed.search(left) or words.agrees(left) or words.lines.greetings.search(left):
        return True
    if layouts.open.checked.search(left) or (past and layouts.open.agreed.search(text)):
        return True
    if _TURNS.search(left) or layouts.open.bends.search(left):
        return False
    if is_voucher(left):
        return True
    doubted = words.against(left) or words.model.against(left) >= _DOUBT
    if past and not doubted and not agreed and words.model.silent(left) >= _SILENT:
        return True
    text = _TOOK.sub("", text)
    if any(_is_opinion(act, layouts, past=past) for act in _acts(text, words)):
        return True
    pieces = (piece for piece in _pieces(_TOOK.sub("", left)) if piece)
    return all(_is_known(piece, layouts, judged=not agreed) for piece in pieces)


def _acts(text: str, words: StateWords) -> Iterator[str]:
    """A note, and what of it stands behind a name that it may begin with, in no list: 羊舌清情况属实."""
    yield text
    for at in (2, 3):
        if _NAME.fullmatch(text[:at]) and words.model.against(text[:at]) < _NO_NAME:
            yield text[at:]


def _is_opinion(act: str, layouts: Layouts, *, past: bool) -> bool:
    """Whether each piece of what somebody said, without his name, is known: 情况属实，同意; past: as in `_is_note`."""
    words = layouts.open
    known = (words.agreed, words.checked, *((words.earlier,) if past else ()))
    pieces = [piece for piece in _pieces(act) if piece]
    return bool(pieces) and all(
        layouts.states.is_final(piece, bare=True) or any(pattern.search(piece) for pattern in known) for piece in pieces
    )


def _is_known(piece: str, layouts: Layouts, *, judged: bool) -> bool:
    """Whether a piece of a note is known; judged: the model may say so, too."""
    words, silent = layouts.states, layouts.states.model.silent
    if is_voucher(piece) or find_day(piece) is not None or words.is_final(piece, bare=True):
        return True
    piece = _CODE.sub("", piece)
    known = (
        layouts.open.agreed,
        layouts.open.checked,
        layouts.open.offices,
        layouts.open.noted,
        layouts.purposes.person,
    )
    if not piece or any(pattern.search(piece) for pattern in known):
        return True
    if words.says(words.steps, piece) or takes(piece, words.lines.names, layouts) or words.agrees(piece):
        return not STANDS.search(piece)
    if words.against(piece) or words.lines.speaks.search(piece):
        return False
    name = _NAME.fullmatch(piece) and words.model.against(piece) < _NO_NAME  # 打回 and 缺附件 are none
    return bool(name) or (judged and len(piece) >= _UNIT and silent(piece) >= _SURE)
