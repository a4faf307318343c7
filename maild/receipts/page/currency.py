"""In what currency and unit a page counts: anything but plain yuan leaves no amount."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from maild.receipts.layouts import Label
from maild.receipts.page.kinds import NAMES, own_words
from maild.receipts.page.labels.tie import Tie
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import Cell, Page, within
from maild.receipts.sheet import Region
from maild.receipts.words.currencies import CurrencyWords
from maild.receipts.words.states import plain

_YUAN = re.compile(r"(?i)¥|cny|rmb|人民币|元")
_SHOWN = 30  # characters of what is quoted
_FARTHEST = 8  # line heights to the right, from where on a seal's letters may be meant
_PLACES, _HEADING = frozenset("亿千百十万元角分"), 3
_LONGEST_VALUE = 12  # characters; a longer text is no currency's name


def other_currency(
    page: Page, ties: Ties, words: CurrencyWords, *, figure: Cell | None, stamps: Sequence[Region] = ()
) -> str:
    """What says that the figures are no yuan: another currency, or a unit such as 万元; '' where nothing does."""
    for value in _labelled(ties, words, stamps):
        if not words.cny.search(value):
            return value[:_SHOWN]
    fees = _fees(ties, figure)
    for cell in page.cells:
        text = plain(own_words(cell, ties, NAMES))
        if cell.index in fees:
            continue
        if text and (words.foreign.search(words.harmless.sub(" ", text)) or words.units.search(text)):
            return cell.text[:_SHOWN]
    return _behind(page, words, figure)


def _fees(ties: Ties, figure: Cell | None) -> set[int]:
    """Cells of fees, which a bank takes in its own currency: they say nothing of a sum that is marked as yuan."""
    if figure is None or not _YUAN.search(figure.text):
        return set()
    values = [next((v for v in ties.values(tie) if v.how != "below"), None) for tie in ties.of(Label.SUM_OTHER)]
    return {value.cell.index for value in values if value is not None}


def _labelled(ties: Ties, words: CurrencyWords, stamps: Sequence[Region]) -> Iterator[str]:
    """Values of the labels of a currency, in the label's own box or beside it."""
    for tie in ties.all:
        if tie.meaning.text in words.labels and (value := _value(ties, tie, stamps)):
            yield value


def _value(ties: Ties, tie: Tie, stamps: Sequence[Region]) -> str:
    value = next(ties.values(tie), None)
    if value is None or value.how == "below" or within(value.cell, stamps):
        return ""
    if value.cell.left - tie.at.right > _FARTHEST * tie.at.height:
        return ""
    text = plain(value.text)
    return text if len(text) <= _LONGEST_VALUE else ""


def _behind(page: Page, words: CurrencyWords, figure: Cell | None) -> str:
    """A unit that stands right behind the sum, in its box or in the next: 3.50 万元."""
    if figure is None:
        return ""
    whole = next((cell for cell in page.cells if cell.index == figure.index), figure)
    after = whole.text[whole.text.find(figure.text) + len(figure.text) :] if figure.text in whole.text else ""
    beside = next(page.rightward(whole), None) if whole.index in page.row_of else None
    close = beside is not None and beside.left - whole.right < whole.height
    if beside is not None and sum(cell.text in _PLACES for cell in page.rows[page.row_of[whole.index]]) >= _HEADING:
        close = False  # the heading of boxes for single digits: …百十元角分
    for text in (*_tails(figure.text), after, beside.text if beside is not None and close else ""):
        if words.behind.search(words.harmless.sub(" ", text)):
            return text.strip()[:_SHOWN]
    return ""


def _tails(text: str) -> Iterator[str]:
    """What stands behind each run of digits."""
    for place, character in enumerate(text):
        if character.isdigit() and not text[place + 1 : place + 2].isdigit():
            yield text[place + 1 :]
