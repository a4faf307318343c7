"""What a payment was for, as its page says: ours, silent, or something else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from maild.domain.accounting.receipt import Purpose
from maild.receipts.layouts import Label, label_key
from maild.receipts.page.dates import find_day
from maild.receipts.page.figures import find_figures
from maild.receipts.page.kinds import NAMES, own_words
from maild.receipts.page.labels.spotting import COMPOSED
from maild.receipts.page.labels.tie import Tie
from maild.receipts.page.labels.ties import Ties, is_remark
from maild.receipts.page.stages.states import titles_of
from maild.receipts.rows import Cell, Page, within
from maild.receipts.sheet import Region
from maild.receipts.words.purposes import PurposeWords
from maild.receipts.words.states import StateWords, plain

_SHOWN = 30  # characters of what is quoted
_SPEAKING = frozenset({Label.PURPOSE, Label.TRANSACTION, Label.SERIAL})
# What may be meant by a word beside a remark's label that is a label itself: a charge; no number, no day, no party
_MATTERS = frozenset({Label.OTHER, Label.SUM_OTHER, Label.PURPOSE})
_PROJECTS = (Label.PROJECT, Label.PAYER_PROJECT, Label.PAYEE_PROJECT)
_LONGEST_BELOW = 20  # characters
_LONGEST = 60  # characters; a longer line is small print
_CODE = re.compile(r"[a-z]*\d[a-z\d*-]*|[^\w\s]")
_HAN, _LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[^\W\d_\u3400-\u9fff]")
_EDGE = re.compile(r"(?: [\u3400-\u9fff★☆])+$")  # single letters of a seal behind it
_RIM = re.compile(r"^\S |[ ★☆]\S?$")  # a single letter before or behind
_LETTERS = 3  # of a Latin word
_REFERENCE = re.compile(r"reference$")
_WORD, _FIGURE = re.compile(r"\b[^\W\d_]{4,}\b"), re.compile(r"\d")
_STRAY = 6  # Chinese characters, among which one may be left over


def purpose_of(
    page: Page,
    ties: Ties,
    words: PurposeWords,
    states: StateWords,
    stamps: Sequence[Region] = (),
    *,
    form: bool = False,
) -> tuple[Purpose, str]:
    """What it was for, and the words that say so where it is something else.

    Remarks and items are read closely; elsewhere on the page only what is surely another matter counts. form: the page
    is one of the university, on which a project's name beside its code is the fund that pays, or is paid.
    """
    projects = words.projects if form and ties.of(*_PROJECTS) else frozenset()
    said = [
        remark for remark in _remarks(ties, projects, stamps) if not _is_no_purpose(plain(remark[0]), states, form=form)
    ]
    close, loose = said, [*_kinds(ties, words, stamps), *_under_seals(ties, stamps)]
    remarks = [text for text, below in close if not below]
    kinds, prints = [text for text, _ in loose], [text for text, below in close if below]
    items = [item for item in _items(page, ties) if not states.is_final(plain(item))]  # Transfer successful … CNY 38.00
    heads = [cell.text for cell in titles_of(page, ties, stamps)]
    names = list(_names(ties))
    for text in (*remarks, *items):
        if _is_other(plain(text), words, names):
            return Purpose.OTHER, text[:_SHOWN]
    named = (*_at(ties, Label.OTHER, words.funds, stamps), *_at(ties, Label.PURPOSE, projects, stamps))
    funds = [text for text, _ in named if not words.grants.search(plain(text))]
    for texts, other in ((kinds, _kind), (funds, _item), ([*prints, *heads, *_elsewhere(page, ties, words)], _aside)):
        for text in texts:
            if other(words.ours.sub(" ", plain(text)), words):
                return Purpose.OTHER, text[:_SHOWN]
    ours = any(words.ours.search(plain(text)) for text in (*remarks, *prints, *kinds, *items, *heads))
    return (Purpose.OURS if ours else Purpose.SILENT), ""


def _is_no_purpose(text: str, states: StateWords, *, form: bool) -> bool:
    """Whether what stands at a remark's label is none: 说明 银行已出账; HSBC China below a heading Payment details; a
    bank's seal, perhaps with a letter of its rim; on a form, what makes it valid and who keeps which copy.
    """
    if form and (left := states.stamped.sub(" ", text)) != text and not _HAN.search(left):
        return True
    seal = states.says(states.seals, _RIM.sub("", text))
    return seal or states.is_final(text) or (states.lines.is_bank(text) and not _HAN.search(text))


def _is_other(text: str, words: PurposeWords, names: Sequence[str]) -> bool:
    """Whether a plain remark speaks of another matter.

    One that names our service may say what the article is about (停车场设计 文献费), and pays for something else only
    where a piece of it is another charge (文献费、停车费), or it takes the fee back (文献费冲账). One that does not has
    to be understood: a name, a unit, a place, a number, what every bank writes there. What nobody listed is another
    matter.
    """
    if words.ours.search(text):
        pieces = (piece for piece in words.topics(text) if words.neutral.sub("", piece).strip())  # 汇款/文献费
        return words.bent(text) or any(words.charges.search(piece) for piece in pieces)
    return _aside(text, words) or _stated(text, words) or not _is_silent(text, words, names)


def _is_silent(text: str, words: PurposeWords, names: Sequence[str]) -> bool:
    for name in names:
        text = text.replace(name, " ")
    text = _EDGE.sub("", text)
    left = words.neutral.sub(" ", _CODE.sub(" ", text))
    if words.person.search(left.strip()):
        return True
    stray = len(_HAN.findall(text)) // _STRAY  # one that was misread
    return len(_HAN.findall(left)) <= stray and len(_LATIN.findall(left)) < _LETTERS


def _names(ties: Ties) -> Iterator[str]:
    """Of the parties of the page."""
    for tie in ties.all:
        if tie.label in NAMES and (value := next(ties.values(tie), None)) is not None and len(value.text) > 1:
            yield plain(value.text)


def _kind(rest: str, words: PurposeWords) -> bool:
    """Whether a kind of business, without what is ours, is another matter: a listed one, or at such length of any."""
    return _item(rest, words) or bool(words.unlisted.search(words.neutral.sub(" ", rest)))


def _item(rest: str, words: PurposeWords) -> bool:
    return _aside(rest, words) or _stated(rest, words)


def _stated(rest: str, words: PurposeWords) -> bool:
    return bool(words.stated.search(words.neutral.sub(" ", rest)))


def _aside(rest: str, words: PurposeWords) -> bool:
    return bool(words.other.search(rest))


def _remarks(ties: Ties, projects: Collection[str], stamps: Sequence[Region]) -> Iterator[tuple[str, bool]]:
    """Values of all labels of a purpose; and of a reference's, where words stand there instead of a number."""
    for tie in ties.of(Label.PURPOSE):
        if tie.meaning.text not in projects:
            yield from _value(ties, tie, stamps)
    for tie in ties.of(Label.SERIAL, Label.TRANSACTION, Label.OTHER):
        if _REFERENCE.search(tie.meaning.text):
            yield from (one for one in _value(ties, tie, stamps) if _is_worded(one[0]))


def _is_worded(text: str) -> bool:
    """Whether a text is words, no number with letters in it: Scholarship, Page charges 2231; not FT26315 HZ."""
    return len(_WORD.findall(text)) > (1 if _FIGURE.search(text) else 0)


def _under_seals(ties: Ties, stamps: Sequence[Region]) -> Iterator[tuple[str, bool]]:
    """Remarks that a seal lies over: letters of the seal may stand among them, so they are not read as closely."""
    for tie in ties.of(Label.PURPOSE):
        value = next(ties.values(tie), None)
        if value is not None and within(value.cell, stamps):
            yield value.text, False


def _kinds(ties: Ties, words: PurposeWords, stamps: Sequence[Region]) -> Iterator[tuple[str, bool]]:
    """Values of further labels that say what was paid for, and mostly how: 业务类型 跨行汇款."""
    for tie in ties.of(Label.OTHER):
        if tie.meaning.text in words.labels:
            yield from _value(ties, tie, stamps)


def _at(ties: Ties, label: Label, keys: Collection[str], stamps: Sequence[Region]) -> Iterator[tuple[str, bool]]:
    """What the fund is called that paid: no purpose, but what is listed as another matter is one there, too."""
    for tie in ties.of(label):
        if tie.meaning.text in keys:
            yield from _value(ties, tie, stamps)


def _items(page: Page, ties: Ties) -> Iterator[str]:
    """Lines under no label that end with a sum."""
    for row in page.rows:
        sums = [f for f in find_figures(row[-1].text) if f.pointed and f.alone]
        if len(row) > 1 and sums and sums[0].value and not any(ties.by_cell.get(c.index) or ties.owner(c) for c in row):
            yield " ".join(cell.text for cell in row[:-1])


def _value(ties: Ties, tie: Tie, stamps: Sequence[Region]) -> Iterator[tuple[str, bool]]:
    """The value of a label, and whether it stands below one with a colon, which may have none.

    Also one that is itself made like a label that no list has: 附言 … 出版补贴.
    """
    value = next(ties.values(tie), None)
    if value is not None and not within(value.cell, stamps):
        named = _named(value.text, ties)
        below = value.how == "below"
        if below and _stands_beside(ties, tie):
            return
        if below and (named or len(value.text) > _LONGEST_BELOW or _has_moment(ties, tie, value.cell)):
            return  # small print under a remark that is not there, or the next label
        said = ties.wrapped(value if below else ties.run(value)).text
        yield said[named:], below and tie.colon
        return
    after = [other for other in ties.by_cell.get(tie.cell.index, ()) if other.start >= tie.end]
    if tie.colon and after and after[0].last and not after[0].colon:  # 附言：打印, which is a label elsewhere
        yield tie.cell.text[tie.end :], False
    beside = next(ties.page.rightward(tie.cell), None)
    own = ties.by_cell.get(beside.index, ()) if beside is not None else ()
    if beside is not None and own and all(o.label in _MATTERS and _is_word(ties, o) for o in own):
        yield beside.text[_named(beside.text, ties) :], False


def _stands_beside(ties: Ties, tie: Tie) -> bool:
    """Whether other labels of a row have their values beside them, so that what is below one without is not its own."""
    row = ties.page.rows[ties.page.row_of[tie.cell.index]]
    others = [other for cell in row for other in ties.by_cell.get(cell.index, ()) if other is not tie]
    values = (next(ties.values(other), None) for other in others)
    return not tie.colon and any(value is not None and value.how == "right" for value in values)


def _named(text: str, ties: Ties) -> int:
    """How long a label is that a remark begins with, its colon included, 0 for none: 汇划渠道:手机银行."""
    head, colon, rest = text.partition(":")
    return len(head) + 1 if colon and rest and ties.names(label_key(head)) else 0


def _has_moment(ties: Ties, tie: Tie, cell: Cell) -> bool:
    """Whether what stands below a label without a value is a label itself, in words no list has, of a moment."""
    beside = next(ties.page.rightward(cell), None)
    return (
        next(ties.page.rightward(tie.cell), None) is None and beside is not None and find_day(beside.text) is not None
    )


def _is_word(ties: Ties, tie: Tie) -> bool:
    """Whether what looks like a label is none here: one that no list has, or 押金 alone in the box beside 备注."""
    return tie.meaning.rank >= COMPOSED or not (tie.colon or any(ties.values(tie)))


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
            if not (is_remark(cell, ties) and words.ours.search(plain(own))):  # which was read closely
                yield own
