"""Whether a page says that a finance office booked a form: under which number, and on which day."""

from __future__ import annotations

from maild.receipts.page.dates import find_day
from maild.receipts.page.labels.ties import Ties
from maild.receipts.words.states import StateWords


def bookings(ties: Ties, words: StateWords) -> tuple[bool, bool]:
    """Whether the number under which a finance office booked a form stands there, and whether that day does."""
    beside = [
        (tie.meaning.text, value.text)
        for tie in ties.all
        if (value := next(ties.values(tie), None)) is not None and value.how != "below"
    ]
    number = any(name in words.vouchers and any(map(str.isdigit, said)) for name, said in beside)
    return number, any(words.is_dated(name) and find_day(said) is not None for name, said in beside)
