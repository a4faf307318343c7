"""Which claim a statement's line proves. Pure: lines and open claims in, pairs and doubts out, each with reasons.

Only what is certain in both directions is paired: the line fits this claim and no other, and the claim fits
this line and no other. A wrong confirmation is worse than a line that waits for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from maild.domain.accounting.account import same_account
from maild.domain.accounting.channel import Channel
from maild.domain.accounting.ledger import Claim
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.accounting.statement import StatementLine
from maild.match.texts import SAY

EARLY, LATE = timedelta(days=3), timedelta(days=14)  # a line is booked so long before (clocks, time zones) and after
FINANCE_LATE = timedelta(days=120)  # campus transfers are collected, carried by hand and booked in turn
SERIAL_DIGITS = 10  # shorter serials (a bank's 7- or 8-digit 交易流水号) are not unique
CHANNELS: Mapping[ReceiptKind, frozenset[Channel]] = {
    ReceiptKind.CAMPUS_TRANSFER: frozenset({Channel.CAMPUS}),
    ReceiptKind.BANK_RECEIPT: frozenset({Channel.BANK}),
    ReceiptKind.BANK_APP: frozenset({Channel.BANK}),
    ReceiptKind.COUNTER_SLIP: frozenset({Channel.BANK}),
    ReceiptKind.WECHAT: frozenset({Channel.WECHAT, Channel.BANK, Channel.LIBRARY}),
    ReceiptKind.ALIPAY: frozenset({Channel.ALIPAY, Channel.BANK, Channel.LIBRARY}),
    ReceiptKind.LIBRARY_PAYMENT: frozenset({Channel.LIBRARY, Channel.WECHAT, Channel.ALIPAY}),
}


class Trait(StrEnum):
    """What a line and a claim have in common, strongest first."""

    SERIAL = "serial"
    NUMBER = "number"  # the purpose names the claim's transaction
    ACCOUNT = "account"  # the payer's account
    CODES = "codes"  # the payer's department and project
    NAME = "name"  # the payer's name
    AMOUNT = "amount"
    DAY = "day"  # booked when it was paid, or a day later
    DATE = "date"  # booked within the time it may take
    PURPOSE = "purpose"  # of an outgoing line: it says that it is a refund, or of our service


CERTAIN = (
    frozenset({Trait.SERIAL}),
    frozenset({Trait.NUMBER}),
    frozenset({Trait.ACCOUNT, Trait.DATE}),
    frozenset({Trait.CODES, Trait.DATE}),
    frozenset({Trait.NAME, Trait.DAY}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """enough: traits that suffice beside the amount; late: how long after it was paid, or granted, a line may come."""

    enough: tuple[frozenset[Trait], ...]
    late: timedelta


INCOMING = Certainty(enough=CERTAIN, late=LATE)
# A refund takes the finance office weeks; the day it was granted says little, so the line has to say what it is.
OUTGOING = Certainty(
    late=timedelta(days=60),
    enough=(
        frozenset({Trait.SERIAL}),
        frozenset({Trait.NUMBER}),
        frozenset({Trait.ACCOUNT, Trait.DATE, Trait.PURPOSE}),
        frozenset({Trait.NAME, Trait.DATE, Trait.PURPOSE}),
    ),
)
# The account is the whole university's: wages and expenses go to the same names and accounts.
_REFUND = re.compile(r"退|文献|馆际|检索费|refund", re.IGNORECASE)
_OTHERS = re.compile(r"退[休役伍]|离退")
ORDER = {trait: len(Trait) - place for place, trait in enumerate(Trait)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClaim:
    """A claim with the proofs it was made on; `names`: of the patron, beside the payers the proofs name."""

    claim: Claim
    receipts: tuple[Receipt, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A line and a claim that may belong together."""

    line: StatementLine
    claim: Claim
    traits: frozenset[Trait]
    enough: tuple[frozenset[Trait], ...] = CERTAIN

    @property
    def certain(self) -> bool:
        """Whether the traits suffice, were there no other claim and no other line.

        A claim that a person opened again is for a person: it would be confirmed as before.
        """
        if self.claim.tip not in ("", self.claim.key):
            return False
        return Trait.AMOUNT in self.traits and any(needed <= self.traits for needed in self.enough)

    @property
    def weight(self) -> int:
        """For ranking before a person's eyes."""
        return sum(1 << ORDER[trait] for trait in self.traits)

    @property
    def reason(self) -> str:
        return SAY("same_traits", traits=", ".join(t for t in Trait if t in self.traits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """pairs: certain; doubts: line key → candidates, best first (none: nothing fits that line)."""

    pairs: tuple[Pair, ...]
    doubts: Mapping[str, tuple[Pair, ...]]


def reconcile(
    lines: Sequence[StatementLine],
    claims: Sequence[OpenClaim],
    named: Mapping[str, Sequence[str]] | None = None,
    certainty: Certainty = INCOMING,
) -> Reconciliation:
    """Pair what is certain. Work grows with lines × claims of the same amount, serial or number only.

    named  line key → transactions that its purpose names (by number or reference code)
    certainty  OUTGOING for refunds, told as claims, and the lines that may have paid them, their amounts positive
    """
    index = _Index(claims, certainty)
    possible = {
        line.key: index.pairs(line, (named or {}).get(line.key, ())) for line in lines if line.amount.amount > 0
    }
    of_claim: dict[str, list[Pair]] = defaultdict(list)
    for pairs in possible.values():
        for pair in pairs:
            if pair.certain:
                of_claim[pair.claim.key].append(pair)
    done = [best for pairs in possible.values() if (best := _only(pairs)) and _only(of_claim[best.claim.key]) == best]
    taken = {pair.claim.key for pair in done}
    settled = {pair.line.key for pair in done}
    doubts = {
        key: tuple(sorted((p for p in pairs if p.claim.key not in taken), key=lambda p: -p.weight))
        for key, pairs in possible.items()
        if key not in settled
    }
    return Reconciliation(pairs=tuple(done), doubts=doubts)


def _only(pairs: Iterable[Pair]) -> Pair | None:
    """The one certain pair: the only one, or the only one with a serial or number that is unique itself."""
    certain = [pair for pair in pairs if pair.certain]
    for strong in ({Trait.SERIAL}, {Trait.NUMBER}, set()):
        found = [pair for pair in certain if strong <= pair.traits]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


class _Index:
    """Claims by amount, serial and transaction."""

    def __init__(self, claims: Sequence[OpenClaim], certainty: Certainty) -> None:
        self._certainty = certainty
        self._by: dict[object, list[OpenClaim]] = defaultdict(list)
        for claim in claims:
            keys: set[object] = {claim.claim.amount, *(number for number, _ in claim.claim.parts)}
            keys |= {serial for receipt in claim.receipts for serial in _telling(receipt.serials)}
            for key in keys:
                self._by[key].append(claim)

    def pairs(self, line: StatementLine, named: Sequence[str]) -> list[Pair]:
        """Every claim that shares something telling with the line."""
        keys: list[object] = [line.amount, *_telling(line.serials), *named]
        found = {c.claim.key: c for key in keys for c in self._by.get(key, ())}
        return [pair for claim in found.values() if (pair := compare(line, claim, named, self._certainty))]


def compare(
    line: StatementLine, open_claim: OpenClaim, named: Sequence[str] = (), certainty: Certainty = INCOMING
) -> Pair | None:
    """What the two have in common; None where they exclude one another or share nothing telling."""
    claim, receipts = open_claim.claim, open_claim.receipts
    if receipts and not any(line.channel in CHANNELS.get(r.kind, frozenset({line.channel})) for r in receipts):
        return None
    traits: set[Trait] = set()
    if line.amount == claim.amount:
        traits.add(Trait.AMOUNT)
    if set(_telling(line.serials)) & {s for r in receipts for s in _telling(r.serials)}:
        traits.add(Trait.SERIAL)
    if set(named) & {number for number, _ in claim.parts}:
        traits.add(Trait.NUMBER)
    if any(same_account(line.payer_account, r.payer_account) for r in receipts):
        traits.add(Trait.ACCOUNT)
    if line.department and any(
        (line.department, line.project) == (r.payer_department, r.payer_project) for r in receipts
    ):
        traits.add(Trait.CODES)
    if _plain(line.payer) and _plain(line.payer) in {
        _plain(n) for n in (*open_claim.names, *(r.payer for r in receipts))
    }:
        traits.add(Trait.NAME)
    days = [r.date for r in receipts if r.date]
    if any(timedelta(0) <= line.booked - day <= timedelta(days=1) for day in days):
        traits.add(Trait.DAY)
    if any(_near(line, day, certainty.late) for day in (days or [claim.at.date()])):
        traits.add(Trait.DATE)
    if certainty is OUTGOING and _REFUND.search(_OTHERS.sub("", line.purpose)):
        traits.add(Trait.PURPOSE)
    if not traits & {Trait.AMOUNT, Trait.SERIAL, Trait.NUMBER}:
        return None
    return Pair(line=line, claim=claim, traits=frozenset(traits), enough=certainty.enough)


def _near(line: StatementLine, paid: date, late: timedelta) -> bool:
    late = FINANCE_LATE if line.channel == Channel.CAMPUS else late
    return paid - EARLY <= line.booked <= paid + late


def _telling(serials: Iterable[str]) -> list[str]:
    return [serial for serial in serials if len(serial) >= SERIAL_DIGITS]


def _plain(name: str) -> str:
    return re.sub(r"[\s*＊·.]", "", unicodedata.normalize("NFKC", name)) if "*" not in name else ""
