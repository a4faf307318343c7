"""Lines that belong to nothing: neither label nor value, nor known to be neutral. One that tells of something is odd.

A receipt says what it says under labels. What stands beside them – a heading, the bank's name, a seal, small print, a
button – is known, or it may tell of a return, a refusal, an exercise in words that nobody listed: then a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from maild.receipts.kinds import NAMES
from maild.receipts.labels import Ties
from maild.receipts.layoutfile import Pattern
from maild.receipts.layouts import Label, Layouts, label_key
from maild.receipts.paidwords import StateWords, plain
from maild.receipts.rows import Cell, Page, within
from maild.receipts.sheet import Region
from maild.receipts.spotting import COMPOSED

_BANKS = frozenset({Label.BANK, Label.PAYER_BANK, Label.PAYEE_BANK})
_SAID = NAMES | {Label.PURPOSE, Label.DEPARTMENT, Label.PROJECT}
_FIGURE = re.compile(r"\d")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORDS = re.compile(r"[^\W\d_]+")
_FRAGMENT = 4  # Latin letters: as much a phone's status line has, or a seal's edge
_SHORTEST = 2  # Chinese characters


def odd_line(page: Page, ties: Ties, layouts: Layouts, stamps: Sequence[Region] = ()) -> str:
    """The first line that tells of something and is not known, '' for none.

    Letters of a seal are read in pieces, and are left to the stems of states.toml; what is recommended below is
    not read.
    """
    words = layouts.states
    names = sorted(_names(ties), key=lambda entry: len(entry[1]), reverse=True)
    for cell in _read(page, layouts.purposes.ends):
        if _is_loose(cell, ties) and not within(cell, stamps):
            others = [name for index, name in names if index != cell.index]
            if _is_odd(cell.text, ties, words, others):
                return cell.text
    return next((text for text in _no_banks(ties, words) if _is_odd(text, ties, words, ())), "")


def _read(page: Page, ends: Pattern) -> Iterator[Cell]:
    for row in page.rows:
        if any(ends.search(plain(cell.text)) for cell in row):
            break
        yield from row
    yield from page.uprights


def _is_loose(cell: Cell, ties: Ties) -> bool:
    """Whether a cell is under no label; 验证码已发送 is a sentence, though it begins with one."""
    if ties.owner(cell) is not None:
        return False
    return all(
        not tie.colon and (tie.same is not None and not _FIGURE.search(tie.same.text) if tie.meaning.rank < COMPOSED
                           else not any(ties.values(tie)))
        for tie in ties.by_cell.get(cell.index, ())
    )  # fmt: skip


def _names(ties: Ties) -> Iterator[tuple[int, str]]:
    """What stands at labels of parties and purposes, and may stand once more elsewhere; each with its cell."""
    for tie in ties.all:
        if tie.label in _SAID and (value := next(ties.values(tie), None)) is not None and len(value.text) > 1:
            yield value.cell.index, plain(value.text)


def _no_banks(ties: Ties, words: StateWords) -> Iterator[str]:
    """What stands at a bank's label and is no bank."""
    for tie in ties.of(*_BANKS):
        value = next(ties.values(tie), None)
        if value is not None and value.how != "below" and not words.lines.banks.search(plain(value.text)):
            yield value.text


def _is_odd(written: str, ties: Ties, words: StateWords, names: Sequence[str]) -> bool:
    text = plain(written)
    if words.lines.banks.search(text) or label_key(text) in ties.lexicon or _is_known(text, words):
        return False
    left = words.harmless.sub(" ", text)
    for name in names:
        left = left.replace(name, " ")
    left = words.lines.known.sub(" ", left)
    if len(_HAN.findall(left)) >= _SHORTEST:
        return bool(words.lines.tells.search(left))
    return _tells_in_latin(written, left, words)


def _is_known(text: str, words: StateWords) -> bool:
    whole = (words.final, words.bare, words.movements, words.headlines, words.seals, words.lines.small)
    ends = (words.nouns, words.forms, words.slips, words.weak)
    return any(words.says(pattern, text) for pattern in whole) or any(words.titled(end, text) for end in ends)


def _tells_in_latin(written: str, left: str, words: StateWords) -> bool:
    """Whether what is left in Latin letters is more than a name: words in small letters, or that tell something."""
    rest = [word for word in _WORDS.findall(left) if word.isascii()]
    if sum(map(len, rest)) <= _FRAGMENT:
        return False
    small = any(word.islower() and len(word) > _FRAGMENT and word in rest for word in _WORDS.findall(written))
    return small or bool(words.lines.tells.search(" ".join(rest)))
