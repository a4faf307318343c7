"""What a payment was for, as its page says: ours, silent, or something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maild.domain.receipt import Purpose
from maild.receipts.figures import find_figures
from maild.receipts.kinds import NAMES, own_words
from maild.receipts.labels import Tie, Ties
from maild.receipts.layouts import Label
from maild.receipts.paidwords import PurposeWords, plain
from maild.receipts.rows import Page, within
from maild.receipts.sheet import Region
from maild.receipts.spotting import COMPOSED
from maild.receipts.states import titles_of

_SHOWN = 30  # characters of what is quoted
_SPEAKING = frozenset({Label.PURPOSE, Label.TRANSACTION, Label.SERIAL})
_LONGEST_BELOW = 20  # characters
_LONGEST = 60  # characters; a longer line is small print


def purpose_of(page: Page, ties: Ties, words: PurposeWords, stamps: Sequence[Region] = ()) -> tuple[Purpose, str]:
    """What it was for, and the words that say so where it is something else.

    Remarks and items are read closely; elsewhere on the page only what is surely another matter counts.
    """
    remarks, items = list(_remarks(ties, words, stamps)), list(_items(page, ties))
    heads = [cell.text for cell in titles_of(page, ties, stamps)]
    for texts, other in ((remarks, _remark), (items, _item), ([*heads, *_elsewhere(page, ties, words)], _aside)):
        for text in texts:
            if other(words.ours.sub(" ", plain(text)), words):
                return Purpose.OTHER, text[:_SHOWN]
    ours = any(words.ours.search(plain(text)) for text in (*remarks, *items, *heads))
    return (Purpose.OURS if ours else Purpose.SILENT), ""


def _remark(rest: str, words: PurposeWords) -> bool:
    """Whether a remark, without what is ours, speaks of another matter: a listed one, or at such length of any."""
    return _item(rest, words) or bool(words.unlisted.search(words.neutral.sub(" ", rest)))


def _item(rest: str, words: PurposeWords) -> bool:
    return _aside(rest, words) or bool(words.stated.search(words.neutral.sub(" ", rest)))


def _aside(rest: str, words: PurposeWords) -> bool:
    return bool(words.other.search(rest))


def _remarks(ties: Ties, words: PurposeWords, stamps: Sequence[Region]) -> Iterator[str]:
    """Values of all labels of a purpose."""
    for tie in ties.all:
        if tie.label is Label.PURPOSE or (tie.label is Label.OTHER and tie.meaning.text in words.labels):
            yield from _value(ties, tie, stamps)


def _items(page: Page, ties: Ties) -> Iterator[str]:
    """Lines under no label that end with a sum."""
    for row in page.rows:
        sums = [f for f in find_figures(row[-1].text) if f.pointed and f.alone]
        if len(row) > 1 and sums and sums[0].value and not any(ties.by_cell.get(c.index) or ties.owner(c) for c in row):
            yield " ".join(cell.text for cell in row[:-1])


def _value(ties: Ties, tie: Tie, stamps: Sequence[Region]) -> Iterator[str]:
    """The value of a label; also one that is itself made like a label that no list has: 附言 … 出版补贴."""
    value = next(ties.values(tie), None)
    if value is not None and not within(value.cell, stamps):
        if value.how == "below" and len(value.text) > _LONGEST_BELOW:
            return  # small print under a remark that is not there
        yield ties.wrapped(ties.run(value) if value.how != "below" else value).text
        return
    beside = next(ties.page.rightward(tie.cell), None)
    if beside is not None and any(o.meaning.rank >= COMPOSED for o in ties.by_cell.get(beside.index, ())):
        yield beside.text


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
