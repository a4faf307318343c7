"""What a page says to be still open, whatever else on it says that the payment is made.

A page of a payment that waits has the words of one that was made: 交易成功 of an earlier step, a heading, a table's
head. What tells it from that is small: 授权：否, a next approver's name, 会签 2/3, a day of execution after every other
day, a way through 待办. Such are read on the whole page, before small print, ways and buttons are taken off it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from maild.receipts.layouts import Label
from maild.receipts.page.dates import ASKED, find_day, when
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.stages.steps import TIMES
from maild.receipts.prose.options import choices
from maild.receipts.rows import Cell, Page
from maild.receipts.words.open import OpenWords
from maild.receipts.words.states import plain

_WAY = re.compile(r" ?[>›»→/] ?")
_BAR, _SHEET = re.compile(r" ?[>›»→/|] ?"), re.compile(r"(?:详情|明细|单据|信息|结果)$")  # 首页|待办|详情, no menu
_ARROW = re.compile(r"[>›»→]")
_COUNT = re.compile(r"(?:第 ?)?(?P<done>\d) ?步? ?(?:/ ?共?|of|[(]?共) ?(?P<all>\d) ?(?:[人步级位岗]|已签|已审|已批)?")
_DATED = re.compile(r"(?P<head>[^\d:]{2,24}?) ?:? ?(?P<day>20\d\d\D.*)")
_NUMBER = re.compile(r"\d")
_CLOCK = re.compile(r"\d{1,2}(?::\d{2}|时)")
_RUN_ON = 14  # characters of a label and its value in one box, with nothing between them
_NUMERALS = str.maketrans("一二两三四五", "122345")
_DAYS = frozenset({Label.PAID, Label.BOOKED, Label.PRINTED})
_APART = timedelta(days=10)  # between two days on which a payment was made, as its labels say


def still_open(page: Page, ties: Ties | None, words: OpenWords, walked: Collection[int] = ()) -> str:
    """The text that says that something is still to be done, '' for none.

    page: as it was read, with all its lines; ties: None where it tells of other payments, too, which have days of
    their own; walked: cells of steps that were all taken
    """
    days = [(cell.index, day[0]) for cell in page.cells if (day := find_day(cell.text)) is not None]
    if alone := next(
        (cell.text for cell in page.cells if cell.index not in walked and _is_open(cell, page, words)), ""
    ):
        return alone
    for row in page.rows:
        names = [plain(cell.text) for cell in row]
        whole = " ".join(cell.text for cell in row)
        way = any(_ARROW.fullmatch(cell.text) for cell in row) and _is_waiting(
            whole.lower(), words
        )  # over several boxes
        if way or (any(map(words.submit.search, names)) and any(map(words.leave.search, names))):
            return whole
    told = {cell.index for row in page.rows for n, cell in enumerate(row) if ":" in cell.text or n + 1 < len(row)}
    for label, value, cell in _open_pairs(page, ties, walked):
        if words.asked.search(label) and words.no.search(value):
            return f"{cell.text} {value}" if ":" not in cell.text else cell.text
        said = value if not words.opinions.search(value) else ""  # the next box's label
        if words.opinions.search(label) and said and cell.index in told and not words.agreed.search(said):
            return cell.text
        if words.turns.search(label) and value and not words.over.search(value):
            return cell.text
        if words.counted.search(label) and _counts(value):
            return cell.text
        if words.arrives.search(label) and not _arrives(value, words):
            return f"{cell.text} {value}" if ":" not in cell.text else cell.text
        told_of = ties is None or _is_listed(cell, ties)
        of_day = not told_of and words.days.search(label)
        others = [day for at, day in days if at != cell.index]
        planned = words.arrives.search(label) and not _CLOCK.search(value)  # with its moment it has come
        if (of_day or planned or words.effective.search(label)) and _is_to_come(value, others):
            return cell.text
    return (_came_or_later(page, ties, words) or _far_apart(ties)) if ties is not None else ""


def _arrives(value: str, words: OpenWords) -> bool:
    """Whether the money has come, as it says at a label of when; of choices by the ticked one, each being known."""
    if (found := choices(value)) is None:
        return bool(words.arrived.search(value))
    ticked = [text for taken, text in found if taken]
    known = all(words.arrived.search(text) or words.delays.search(text) for _, text in found)
    return known and len(ticked) == 1 and bool(words.arrived.search(ticked[0]))


def _is_open(cell: Cell, page: Page, words: OpenWords) -> bool:
    """Whether a box says by itself, or by what stands beside it, that something is still to be done."""
    said = plain(cell.text)
    if words.entered.search(said.strip(" :")) and not (_NUMBER.search(_beside(cell, page)) or _is_step(cell, page)):
        return True
    if words.buttons.search(said) or _is_waiting(said, words) or _is_counted(said, words):
        return True
    return len(said) <= _RUN_ON and any(_is_run_on(said[:at], said[at:].strip(), words) for at in range(2, len(said)))


def _came_or_later(page: Page, ties: Ties, words: OpenWords) -> str:
    """What says that the money came, or that somebody agreed only after the day of the payment."""
    moment = when(page, ties)
    for label, value, _ in _pairs(page):
        if words.sides.search(label) and words.comes.search(value):
            return f"{label} {value}"
        day = find_day(value) if words.before.search(label) else None
        if day is not None and (moment is None or day[0] > moment.day):
            return f"{label} {value}"
    return ""


def _beside(cell: Cell, page: Page) -> str:
    return next((other.text for other in page.rightward(cell)), "")


def _is_step(cell: Cell, page: Page) -> bool:
    """Whether a box is the name of a step, with the moment in the row below at which it was taken."""
    under = next(iter(page.below(cell)), None)
    return under is not None and page.row_of[under.index] == page.row_of[cell.index] + 1 and bool(TIMES.moment(under))


def _is_run_on(label: str, value: str, words: OpenWords) -> bool:
    """Whether a label and its value stand in one box: 授权 否, 下一审批人 王五."""
    return bool(words.no.search(value) and words.asked.search(label)) or bool(
        words.person.search(value) and words.turns.search(label)
    )


def _pairs(page: Page) -> Iterator[tuple[str, str, Cell]]:
    """(label, value, where) of all that may be such: in one box, in two of a row, one below the other."""
    for row in page.rows:
        for number, cell in enumerate(row):
            head, mark, tail = plain(cell.text).partition(":")
            if (dated := _DATED.fullmatch(plain(cell.text))) is not None:  # 执行日期 2027-01-05 in one box
                head, mark, tail = dated["head"], ":", dated["day"]
            if mark and tail.strip():
                yield head.strip(), _bare(tail), cell
                continue
            beside = row[number + 1] if number + 1 < len(row) else next(iter(page.below(cell)), None)
            if beside is not None:
                yield head.strip(), _bare(plain(beside.text)), cell


def _run_on(page: Page, ties: Ties) -> Iterator[tuple[str, str, Cell]]:
    """Those of boxes in which several labels follow each other: 交易结果:成功到账方式:次日."""
    for cell in page.cells:
        starts = sorted({tie.start for tie in ties.by_cell.get(cell.index, ()) if ":" in cell.text[: tie.start]})
        for begin, end in pairwise((0, *starts, len(cell.text)) if starts else ()):
            head, mark, tail = plain(cell.text[begin:end]).partition(":")
            if mark and tail.strip():
                yield head.strip(), _bare(tail), cell


def _open_pairs(page: Page, ties: Ties | None, walked: Collection[int]) -> Iterator[tuple[str, str, Cell]]:
    """Those that are no step that was taken, nor what stands at a label of the state."""
    for pair in (*_pairs(page), *(_run_on(page, ties) if ties is not None else ())):
        owner = ties.owner(pair[2]) if ties is not None else None
        if pair[2].index not in walked and (owner is None or owner.label is not Label.STATUS):
            yield pair


def _bare(value: str) -> str:
    return value.strip(" ()[]")


def _is_waiting(text: str, words: OpenWords) -> bool:
    """Whether a text is the way to a page of what waits: 首页 > 待办 > 详情."""
    between = _BAR if _SHEET.search(text) else _WAY
    pieces = [piece.strip() for piece in between.split(text) if piece.strip()]
    return len(pieces) > 1 and any(words.pages.search(piece) for piece in pieces)


def _is_counted(text: str, words: OpenWords) -> bool:
    """Whether a text counts what is not complete: 会签 2/3, 1 of 2 approvals, 第2步/共3步."""
    text = text.translate(_NUMERALS)
    hit = _COUNT.search(text)
    if hit is None or not _falls_short(hit):
        return False
    around = f"{text[: hit.start()]} {text[hit.end() :]}".strip(" :()")
    return bool(words.counted.search(around)) or (not around and "步" in hit.group())


def _counts(value: str) -> bool:
    hit = _COUNT.fullmatch(value)
    return hit is not None and _falls_short(hit)


def _falls_short(hit: re.Match[str]) -> bool:
    return int(hit["done"]) < int(hit["all"])


def _is_listed(cell: Cell, ties: Ties) -> bool:
    """Whether a label is one of a day of the payment, or of printing."""
    return any(tie.label in _DAYS for tie in ties.by_cell.get(cell.index, ()))


def _is_to_come(value: str, days: Sequence[date]) -> bool:
    """Whether a day is later than every other day of the page. days: of the page's other cells."""
    own = find_day(value)
    others = [day for day in days if own is not None and day != own[0]]
    return own is not None and bool(others) and max(days) <= own[0]


def _far_apart(ties: Ties) -> str:
    """The later of two days of the payment, where they cannot both be: 交易日期 11-24, 扣款日期 12-31."""
    found = []
    for tie in ties.of(Label.PAID, Label.BOOKED):
        value = next(ties.values(tie), None)
        day = find_day(value.text, labelled=True) if value is not None else None
        if day is not None and not ASKED.search(tie.meaning.text):
            found.append((day[0], tie.cell.text))
    if not found:
        return ""
    (first, _), (last, text) = min(found), max(found)
    return text if last - first > _APART else ""
