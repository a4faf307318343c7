"""Layouts: what rules/receipts says of one kind of page, and of all of them.

They are made of its files by maild.receipts.loading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from maild.domain.accounting.receipt import ReceiptKind
from maild.receipts.rows import fold
from maild.receipts.words.beside import BesideWords
from maild.receipts.words.currencies import CurrencyWords
from maild.receipts.words.grammar import Grammar
from maild.receipts.words.layoutfile import Pattern
from maild.receipts.words.neutral import LineJudge
from maild.receipts.words.open import OpenWords
from maild.receipts.words.purposes import PurposeWords
from maild.receipts.words.states import StateWords
from maild.receipts.words.tips import TipWords
from maild.receipts.words.told import ToldWords

_LABEL_DROPPED = re.compile(r"[\s()\[\]【】《》<>:;.。、,/\\|_*·'\"-]+")


class Label(StrEnum):
    """What a label announces."""

    PAYER = "payer"
    PAYEE = "payee"
    NAME = "name"
    PAYER_ACCOUNT = "payer_account"
    PAYEE_ACCOUNT = "payee_account"
    ACCOUNT = "account"
    PAYER_BANK = "payer_bank"
    PAYEE_BANK = "payee_bank"
    BANK = "bank"
    AMOUNT = "amount"
    TOTAL = "total"
    WORDS = "words"
    SUM_OTHER = "sum_other"
    PAID = "paid"
    BOOKED = "booked"
    PRINTED = "printed"
    SERIAL = "serial"
    TRANSACTION = "transaction"
    PURPOSE = "purpose"
    DEPARTMENT = "department"
    PROJECT = "project"
    PAYER_DEPARTMENT = "payer_department"
    PAYER_PROJECT = "payer_project"
    PAYEE_DEPARTMENT = "payee_department"
    PAYEE_PROJECT = "payee_project"
    STATUS = "status"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a label's text stands for. rank: 0 is believed first, within the field."""

    label: Label
    rank: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Any of these words on the page speaks for the layout, once. near: one character may be misread."""

    words: tuple[str, ...]
    weight: int
    where: str = "any"
    near: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialShape:
    """How a bank's serial looks under one label."""

    label: str
    shape: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sheet in letters and what must be read from it."""

    title: str
    sheet: str
    fields: Mapping[str, str]
    origin: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One layout. needs: the weight of anchors from which on it fits; own_payee: the page itself is ours."""

    name: str
    file: str
    title: str
    kind: ReceiptKind
    bank: str
    needs: int
    anchors: tuple[Anchor, ...]
    lexicon: Mapping[str, Meaning]
    serials: tuple[SerialShape, ...] = ()
    excuses: tuple[Pattern, ...] = ()
    own_payee: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetoes:
    """Patterns of what is no proof: on a whole box, anywhere in the text, as the name of a paper, in a heading."""

    whole: Pattern
    text: Pattern
    paper: Pattern
    head: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotting:
    """When a word is a label. alone: only alone in its box or before a colon; not_before: followed by one of these it
    is none; near: labels by their text with one character left open ('付?人账号'); grammar: what a label that no list
    has is made of; endings: the last words by which one is understood of which not all is known, and `unless`, the
    words that make it another; purpose: what a purpose speaks of, where no label says that it is one; values: what says
    all that a label asks for, so that the next one may follow without a gap; spotted: what was found on the page at
    hand, by text and lexicon (kept beside it, so that no other has its number): each box is looked at five times."""

    alone: frozenset[str]
    not_before: tuple[str, ...]
    near: Mapping[str, tuple[Meaning, ...]]
    purpose: Pattern
    values: Pattern
    grammar: Grammar
    endings: Mapping[Label, tuple[str, ...]]
    unless: Mapping[str, tuple[str, ...]]
    spotted: dict[tuple[str, int], tuple[Mapping[str, Meaning], list[tuple[Meaning, int, int, bool]]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Layouts:
    """All of them, and what they share. number: a transaction number, whole; version: changes when a file does."""

    layouts: tuple[Layout, ...]
    lexicon: Mapping[str, Meaning]
    vetoes: Vetoes
    states: StateWords
    judge: LineJudge
    tips: TipWords
    open: OpenWords
    beside: BesideWords
    purposes: PurposeWords
    currencies: CurrencyWords
    told: ToldWords
    ours: tuple[str, ...]
    harmless: tuple[str, ...]
    alike: tuple[str, ...]
    person: Pattern
    scanned: Pattern
    merchant: frozenset[str]
    before: tuple[Pattern, ...]
    organisation: Pattern
    number: Pattern
    spotting: Spotting
    version: str = ""

    def forget(self) -> None:
        """Another page begins, or none: nothing of a page is kept here once it is read."""
        self.states.forget()
        self.spotting.spotted.clear()


@lru_cache(maxsize=16_384)  # each character of a page is looked up many times
def label_key(text: str) -> str:
    """A label as it is looked up: folded, lower case, without brackets, blanks, colons; 帐 is 账."""
    return _LABEL_DROPPED.sub("", fold(text)).lower().replace("帐", "账")
