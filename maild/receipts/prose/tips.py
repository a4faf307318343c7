"""Small print below a receipt that says what holds in general: 如收款账号有误导致转账失败，资金将原路退回.

Its words of failure are none of this payment's. What tells it from a statement about this payment is its grammar – a
condition, a kind of payment or a time in its first clause, a mood of what will or may be, nothing that has happened, no
day, no sum – and its place: below parties, sums and states, in letters no larger than the rest. Such sentences are
taken off the page before it is read: they speak neither against a payment nor for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from maild.receipts.layouts import Label
from maild.receipts.page.dates import find_day
from maild.receipts.page.figures import find_figures
from maild.receipts.page.labels.tie import Tie
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import Cell, Page
from maild.receipts.words.layoutfile import Pattern
from maild.receipts.words.states import StateWords, plain
from maild.receipts.words.tips import BULLET, TipWords, columns

BODY = frozenset(
    {
        Label.PAYER,
        Label.PAYEE,
        Label.NAME,
        Label.PAYER_ACCOUNT,
        Label.PAYEE_ACCOUNT,
        Label.ACCOUNT,
        Label.AMOUNT,
        Label.TOTAL,
        Label.WORDS,
        Label.STATUS,
        Label.SERIAL,
        Label.PAID,
        Label.BOOKED,
        Label.DEPARTMENT,
        Label.PROJECT,
    }
)
_STOP = re.compile(r"[。!?;]|\.(?=\s|$)")
_SMALL_LETTER = re.compile(r"[a-z]+[ ,.]")
_ARROW = re.compile(r"[>»›].*[>»›]|位置:")
_CLAUSE = re.compile(r"[,;。!]|(?<!\d)[1-9][.、](?!\d)")
_LABEL = re.compile(r"^(?:附|温馨|特别|注意|办理|填[写单表]?)*(?:注|说明|提示|注意|事项|须知)\d?:")
_NUMBER = re.compile(r"^[(\[]?[1-9一二三四五][.、)\]]+")
_OF_ONE = re.compile(r"[不删另改误]|实际|测算|预[占计]|\d{6}|\d-")  # of this form, or of none that pays
# Of a note: that this form, or another in its place, was written off or goes elsewhere, or is still to be booked.
_TOLD = re.compile(r"删|实际|测算|预占|更正|改为|已|\d{6}|[才方]予?入账|(?:后|[交送至])[^,;]{0,8}(?:入账|办理)")
_BUTTON = 3  # characters
_OFFERED = re.compile(r"(?:去|立即|马上)[缴付还充][费款值]")  # a button: 去缴费
_DOUBT = 0.5  # how sure the model may be that a line speaks against the payment
_SILENT = 0.85  # how sure the model has to be that a clause of a note says nothing
_SMALL = 1.2  # of the usual line's height
_GAP = 1.1  # line heights between lines of one passage
_FULL = 3.0  # line heights by which a line that goes on may be shorter than its column
_INDENT = 2.5  # line heights
_SHORT = 36  # columns of a label with its value in one box


def without_tips(page: Page, ties: Ties, words: TipWords, states: StateWords, offers: Pattern) -> Page:
    """The page without the lines of general small print below it, its navigation, and what it recommends at its end;
    the page itself where there is none of them. offers: what such a part begins with.
    """
    gone = {cell.index for row in page.rows if _is_way(row, words, states) for cell in row}
    gone |= {cell.index for cell in page.cells if _ARROW.search(cell.text) and _is_way((cell,), words, states)}
    body = rows_end(page, ties, words, states)
    small = [cell for cell in page.cells if cell.top > body and _may_be_tip(cell, page, ties)]
    gone |= {cell.index for passage in passages(small) for cell in _general(passage, words, states)}
    gone |= {cell.index for cell in _offers(page, ties, body, offers, states)}
    return page.without(gone)


def _offers(page: Page, ties: Ties, body: float, offers: Pattern, states: StateWords) -> Iterator[Cell]:
    """What stands below a line that recommends something (为你推荐), which is below all that tells of the payment: but
    for what may tell of one, what is at a label of one, and what has a day or a sum of its own.
    """
    labelled = {cell.index for tie in ties.of(*BODY) for value in ties.values(tie) for cell in (tie.cell, value.cell)}
    begin = min(
        (row[0].top for row in page.rows if len(row) == 1 and offers.search(plain(row[0].text)) and row[0].top > body),
        default=page.bottom,
    )
    for cell in page.cells:
        text = plain(cell.text)
        tells = states.fails(text) or states.lines.own.search(text)
        tells = tells or (states.against(text) and not _OFFERED.fullmatch(text))
        tells = tells or cell.index in labelled or (len(text) > _BUTTON and states.model.against(text) >= _DOUBT)
        if cell.top >= begin and not (tells or find_day(cell.text) or any(f.pointed for f in find_figures(cell.text))):
            yield cell


def form_notes(page: Page, ties: Ties, words: TipWords, states: StateWords) -> Iterator[Cell]:
    """The notes printed below a form: 注:本单由系统生成，签字盖章后投递至财务处. Each clause of one is known to hold of
    every such form, or has no word that could tell of this one; else it stays.
    """
    for lines in _notes(page, ties, words, states):
        if all(_is_of_forms(clause, words, states) for clause in _clauses(lines)):
            yield from lines


def doubted_note(page: Page, ties: Ties, words: TipWords, states: StateWords) -> str:
    """The clause of a note below a form that tells of this one: 实际转入项目为669150; ''."""
    said = (clause for lines in _notes(page, ties, words, states) for clause in _clauses(lines))
    return next((one for one in said if _TOLD.search(one) and not _is_of_forms(one, words, states)), "")


def _clauses(lines: Sequence[Cell]) -> list[str]:
    return _CLAUSE.split(plain("".join(cell.text for cell in lines)))


def _notes(page: Page, ties: Ties, words: TipWords, states: StateWords) -> Iterator[list[Cell]]:
    """The lines of each note below a form."""
    body, begin = rows_end(page, ties, words, states), 0.0
    found: list[list[Cell]] = []
    for cell in sorted((cell for cell in page.cells if cell.top > body), key=lambda cell: cell.top):
        begins = bool(words.notes.search(plain(cell.text)))
        begin = cell.left - _INDENT * cell.height if begins else begin
        last = found[-1][-1] if found else None
        follows = last is not None and cell.top - last.bottom < _GAP * cell.height and cell.left > begin
        if cell.height <= _SMALL * page.line_height and (begins or follows):
            if begins:
                found.append([])
            found[-1].append(cell)
    yield from found


def _is_of_forms(clause: str, words: TipWords, states: StateWords) -> bool:
    """Whether a clause of a note holds of every form, or has no word that could tell of this one."""
    said = _NUMBER.sub("", _LABEL.sub("", clause)).strip(" .:")
    if not said or words.of_forms.search(said):
        return True
    tells = states.against(said) or states.lines.own.search(said) or states.lines.speaks.search(said)
    tells = tells or _OF_ONE.search(said)
    return not tells and states.model.silent(said) >= _SILENT


def rows_end(page: Page, ties: Ties, words: TipWords, states: StateWords) -> float:
    """Where the rows end, the last of the labels that tell of the payment; what is below is small print."""
    return max((tie.cell.bottom for tie in ties.of(*BODY) if _leads(tie, words, states)), default=page.bottom)


def _is_way(row: Sequence[Cell], words: TipWords, states: StateWords) -> bool:
    """Whether a row says where on a site one is, or names the steps of which the page is one."""
    text = plain(" ".join(cell.text for cell in row))
    return bool(words.ways.search(text)) and not states.against(text)


def _leads(tie: Tie, words: TipWords, states: StateWords) -> bool:
    """Whether a label has its place on the page, and is no word of a sentence: 收款账号有误的，款项将退回."""
    if tie.start or _STOP.search(tie.cell.text[-1:]) or not (tie.colon or tie.last or columns(tie.cell.text) <= _SHORT):
        return False
    return not words.is_general(plain(tie.cell.text), states)


def _may_be_tip(cell: Cell, page: Page, ties: Ties) -> bool:
    short = BODY | ({Label.PURPOSE} if columns(cell.text) <= _SHORT else frozenset())  # 备注：1.境内汇款如遇… is none
    labelled = any(tie.start == 0 and tie.colon and tie.label in short for tie in ties.by_cell.get(cell.index, ()))
    return cell.height <= _SMALL * page.line_height and not labelled and ties.owner(cell) is None


def passages(cells: Sequence[Cell]) -> Iterator[list[Cell]]:
    """Lines that go on in one another: set flush, close, each but the last as long as the column is."""
    open_ones: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda one: one.top):
        column = [other for other in cells if abs(other.left - cell.left) <= _INDENT * cell.height]
        edge = max(other.right for other in column)
        begins = bool(BULLET.match(cell.text))
        before = next((lines for lines in open_ones if not begins and _goes_on(lines[-1], cell, edge)), None)
        if before is None:
            open_ones.append([cell])
        else:
            before.append(cell)
    yield from open_ones


def _goes_on(last: Cell, cell: Cell, edge: float) -> bool:
    tall = max(last.height, cell.height)
    close = -0.5 * tall < cell.top - last.bottom < _GAP * tall
    flush = abs(cell.left - last.left) < _INDENT * tall
    full = last.right > edge - _FULL * tall or bool(_SMALL_LETTER.match(cell.text))  # which begins no sentence
    return close and flush and full and not _STOP.search(last.text.rstrip()[-1:])


def _general(passage: Sequence[Cell], words: TipWords, states: StateWords) -> Iterator[Cell]:
    """The lines that hold general sentences, and no other that tells anything."""
    text, ends = "", []
    for cell in passage:
        joint = " " if text[-1:].isascii() and cell.text[:1].isascii() and text else ""
        text += joint + cell.text
        ends.append(len(text))
    begin, kinds = 0, []
    for piece in _STOP.split(text):
        said = plain(piece)
        end = begin + len(piece) + 1
        general = words.is_general(said, states)
        kinds.append((begin, end, general, general or words.is_idle(said, states)))
        begin = end
    start, gone = 0, -1
    for cell, stop in zip(passage, ends, strict=True):
        own = [kind for kind in kinds if kind[0] < stop and kind[1] > start]
        follows = any(begin <= gone < end for begin, end, *_ in own)  # the rest of a sentence that began on such a line
        if (follows or any(general for *_, general, _ in own)) and all(idle for *_, idle in own):
            yield cell
            gone = stop - 1
        start = stop
