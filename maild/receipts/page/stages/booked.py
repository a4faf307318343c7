"""Whether a page says that a finance office booked a form: under which number, on which day, and that it is over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from maild.receipts.layouts import Label, label_key
from maild.receipts.page.dates import find_day
from maild.receipts.page.labels.tie import Tie
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import Cell, Page
from maild.receipts.words.states import StateWords, plain

# 记-1107, 转账2611-00318, 2026-11-转-00318, JZ-202611-86620; not （预）0317, 记-0317 已删除, 0
_NUMBER = re.compile(
    r"[记转付收现银财会凭账证字第内外特校往来经费专项公 -]{0,6}[A-Z\d-]{2,24}(?:[记转付收银]字?-?\d{1,8})?号?"
)
_YEAR = re.compile(r"20\d\d")
_DIGITS = re.compile(r"\d{5}")
_BANK = re.compile(r"银行|信用社|联社|分行|支行|营业部|分理处|公司")
_NOUGHTS = re.compile(r"[^1-9]*")
_DAY_ONLY = re.compile(r"[\d年月日时分秒:/. T-]+")
_NAMED = re.compile(
    r"(?:(?:记账|会计|入账|财务|转账|校内)*凭证(?:编号|字号|号码|号)?|(?=[记转付收] ?[字-]))[: 为]*(?P<number>.*\d.*)"
)
_ON_DAY = re.compile(r"[ :]*\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?(?: \d{1,2}:\d{2}(?::\d{2})?)?$")
_SIDES = ((Label.PAYER, Label.PAYER_ACCOUNT), (Label.PAYEE, Label.PAYEE_ACCOUNT))
_LONGEST, _BEFORE = timedelta(days=31), timedelta(days=7)  # from the other days of a form to that of its booking


def bookings(ties: Ties, words: StateWords) -> tuple[bool, bool]:
    """Whether the number under which a finance office booked a form stands there, and whether that day does: nothing
    else at the label, and that day among the other days of the form.
    """
    numbers, days = [], []
    for tie in ties.all:
        value = next(ties.values(tie), None)
        if value is None or (value.how == "below" and not is_stacked(tie, value.cell, ties.page)):
            continue
        said = plain(value.text).upper()
        if tie.meaning.text in words.vouchers:
            is_day = value.how == "below" and find_day(said) is not None
            numbers.append(_leads(tie) and bool(_NUMBER.fullmatch(said)) and not (_NOUGHTS.fullmatch(said) or is_day))
        elif tie.meaning.text in words.entries:
            day = find_day(said) if _leads(tie) and _DAY_ONLY.fullmatch(said) else None
            days.append(day is not None and _fits(day[0], ties))
    if not all((*numbers, *days)):  # 原凭证号, 记账日期 拟2026-11-30: then another says nothing either
        return False, False
    return bool(numbers), bool(days)


def is_voucher(text: str) -> bool:
    """Whether a plain text is the number of a booking, by its name or by its first character: 凭证11-转-0218, 记-3."""
    hit = _NAMED.fullmatch(text.upper())
    if hit is None or _NOUGHTS.fullmatch(hit["number"]) or _YEAR.fullmatch(hit["number"]):
        return False
    return bool(_NUMBER.fullmatch(hit["number"]))


def is_taken_back(page: Page, words: StateWords) -> bool:
    """Whether a page, as it was read, tells of another booking: of one before, or that undid or changed this one."""
    return any(words.unbooked.search(plain(cell.text)) for cell in page.cells)


def _leads(tie: Tie) -> bool:
    """Whether a label is all that stands before its value: 原凭证号 is another."""
    return label_key(tie.cell.text[: tie.end]) == tie.meaning.text


def is_stacked(tie: Tie, below: Cell, page: Page) -> bool:
    """Whether a label and what stands below it are each alone in their row and begin alike, as on a narrow screen: not
    the head of a column, nor a label with nothing at it.
    """
    alone = all(len(page.rows[page.row_of[cell.index]]) == 1 for cell in (tie.cell, below))
    return alone and abs(tie.cell.left - below.left) < below.height


def _fits(day: date, ties: Ties) -> bool:
    """Whether a form may have been booked on a day: no week before its other days, no month after, nor once printed."""
    printed = {value.cell.index for tie in ties.of(Label.PRINTED) for value in ties.values(tie)}
    printed |= {tie.cell.index for tie in ties.of(Label.PRINTED)}
    found = [(cell.index in printed, said[0]) for cell in ties.page.cells if (said := find_day(cell.text)) is not None]
    if any(late and other < day for late, other in found):
        return False
    others = [other for late, other in found if not late and other != day]
    return not others or max(others) - _BEFORE <= day <= max(others) + _LONGEST


def is_sealed(page: Page, words: StateWords) -> bool:
    """Whether a line is just what a bank's seal for booked payments says; (银行盖章…) is a place for one."""
    return any(
        words.says(words.seals, text) for cell in page.cells for text in (plain(cell.text), _without_bank(cell, words))
    )


def _without_bank(cell: Cell, words: StateWords) -> str:
    """What a seal says beside the bank's name, its day and a number: 钱塘银行西湖支行 2026.11.20 转讫 (3)."""
    text = plain(cell.text)
    bank = max((hit.end() for hit in _BANK.finditer(text) if words.lines.banks.search(text[: hit.end()])), default=0)
    pieces = [piece for piece in text[bank:].split() if not find_day(piece) and not piece.strip("()").isdigit()]
    return " ".join(pieces)


def is_posted(ties: Ties, words: StateWords, titles: Sequence[str]) -> bool:
    """Whether a page with a known heading, on which both parties stand, has the number under which a bank booked the
    payment, and its day: a heading such as 转账明细 alone says nothing.
    """
    number = any(
        (value := next(ties.values(tie), None)) is not None and bool(_DIGITS.search(value.text))
        for tie in ties.all
        if tie.meaning.text in words.numbers
    )
    day = any(is_dated(ties, tie) for tie in ties.all if tie.meaning.text in words.days)
    parties = all(any(next(ties.values(tie), None) for tie in ties.of(*side)) for side in _SIDES)
    return number and day and parties and any(words.titled(words.weak, title) for title in titles)


def is_dated(ties: Ties, tie: Tie) -> bool:
    """Whether a day stands at a label."""
    value = next(ties.values(tie), None)
    return value is not None and find_day(value.text) is not None


def is_dated_booking(cell: Cell, ties: Ties, words: StateWords) -> bool:
    """Whether a line by itself says that it was booked, on a day that fits the form's others: 已入账 2026-11-11. What
    stands at a label is its value: a remark is the payer's.
    """
    if ties.owner(cell) is not None or cell.index in ties.by_cell:
        return False
    said, day = _ON_DAY.sub("", text := plain(cell.text)), find_day(cell.text)
    if said == text or day is None or not _fits(day[0], ties):
        return False
    return words.is_final(said) and words.books.search(said) is not None
