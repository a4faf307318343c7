"""What a payment was for, as its page says: ours, silent, or something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maild.domain.receipt import Purpose
from maild.receipts.figures import find_figures
from maild.receipts.kinds import NAMES, own_words
from maild.receipts.labels import Tie, Ties
from maild.receipts.layouts import Label
from maild.receipts.paidwords import PurposeWords, plain
from maild.receipts.rows import Cell, Page

_SHOWN = 30  # characters of what is quoted
_SPEAKING = frozenset({Label.PURPOSE, Label.TRANSACTION, Label.SERIAL})
_LONGEST = 60  # characters; a longer line is small print


def purpose_of(page: Page, ties: Ties, words: PurposeWords, titles: Sequence[Cell] = ()) -> tuple[Purpose, str]:
    """What it was for, and the words that say so where it is something else.

    Remarks and items are read closely; elsewhere on the page only what is surely another matter counts.
    """
    stated = list(_stated(page, ties, words))
    heads = [cell.text for cell in titles]
    for closely, texts in ((True, stated), (False, [*heads, *_elsewhere(page, ties, words)])):
        for text in texts:
            if _other(text, words, closely=closely):
                return Purpose.OTHER, text[:_SHOWN]
    ours = any(words.ours.search(plain(text)) for text in (*stated, *heads))
    return (Purpose.OURS if ours else Purpose.SILENT), ""


def _other(text: str, words: PurposeWords, *, closely: bool) -> bool:
    rest = words.ours.sub(" ", plain(text))
    if words.other.search(rest):
        return True
    return closely and bool(words.stated.search(words.neutral.sub(" ", rest)))


def _stated(page: Page, ties: Ties, words: PurposeWords) -> Iterator[str]:
    """Values of all labels of a purpose, and items: lines without a label that end with a sum."""
    for tie in ties.all:
        if tie.label is Label.PURPOSE or (tie.label is Label.OTHER and tie.meaning.text in words.labels):
            yield from _value(ties, tie)
    for row in page.rows:
        last = row[-1]
        sums = [f for f in find_figures(last.text) if f.pointed and f.alone]
        if len(row) > 1 and sums and sums[0].value and not any(ties.by_cell.get(c.index) or ties.owner(c) for c in row):
            yield " ".join(cell.text for cell in row[:-1])


def _value(ties: Ties, tie: Tie) -> Iterator[str]:
    value = next(ties.values(tie), None)
    if value is not None:
        yield ties.wrapped(ties.run(value) if value.how != "below" else value).text


def _elsewhere(page: Page, ties: Ties, words: PurposeWords) -> Iterator[str]:
    """What the page says itself, up to where it recommends something else, without its labels and their values."""
    for row in page.rows:
        for cell in row:
            if words.ends.search(plain(cell.text)):
                return
            owner = ties.owner(cell)
            if len(cell.text) > _LONGEST or (owner is not None and owner.last and owner.label not in _SPEAKING):
                continue
            own = own_words(cell, ties, NAMES)
            for tie in reversed(ties.by_cell.get(cell.index, [])):
                if tie.cell is cell and tie.label not in _SPEAKING:
                    own = own.replace(cell.text[tie.start : tie.rest], " ")
            yield own
