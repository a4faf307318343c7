"""What lets a document go at once, what waits for the statement, what for a librarian: rules/payments.toml."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from maild.classify.rules.tabled import AnyOf
from maild.classify.vocabulary.patterns import Pattern
from maild.domain.accounting.allocation import Fit
from maild.domain.accounting.receipt import Ground, Purpose, ReceiptKind, Stamp
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.domain.requests.patron import PatronKind
from maild.domain.text import normalise
from maild.office.payments.beside_proof import Beside, shipped
from maild.tables import Source, office_table
from maild.tables.table import Among, From, Limits, Some, Table


class Link(StrEnum):
    """How the requests that a proof pays were found, strongest first."""

    SLIP = "slip"
    TOKEN = "token"  # noqa: S105  our reply token, not a password
    REFERENCE = "reference"
    NUMBER = "number"
    MAIL = "mail"
    THREAD = "thread"
    AMOUNT = "amount"
    DEPOSIT = "deposit"


class Sender(StrEnum):
    """Who sent the proof, seen from the requests it pays."""

    PATRON = "patron"
    TOKEN = "token"  # noqa: S105  not proven, but holds our reply token
    OTHER = "other"


class Payee(StrEnum):
    OURS = "ours"
    UNSAID = "unsaid"


class Payer(StrEnum):
    PATRON = "patron"
    UNIT = "unit"
    UNSAID = "unsaid"
    OTHER = "other"


class StandingKind(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


class Then(StrEnum):
    RELEASE = "release"
    STATEMENT = "statement"
    LIBRARIAN = "librarian"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the policy looks at. `dated`: the day of payment was read and lies in the window."""

    link: Link
    sender: Sender
    fit: Fit
    kind: ReceiptKind
    ground: Ground
    payee: Payee
    payer: Payer
    purpose: Purpose
    standing: StandingKind
    patron: PatronKind
    sealed: bool
    stamp: Stamp
    sure: bool
    dated: bool
    amount: Money
    confidence: float


def _sum(text: str) -> Money:
    amount = Money.of(text)
    if amount.amount < 0:
        raise ValueError("it is below zero")
    return amount


def _some(words: type[StrEnum], *but: StrEnum) -> From:
    """A list of these words that is not empty, some left out."""
    names = tuple(word.value for word in words if word.value and word not in but)

    def made(said: frozenset[str]) -> frozenset[StrEnum]:
        if not said:
            raise ValueError("must not be empty")
        return frozenset(words(word) for word in said)

    return From(made, frozenset[Annotated[str, Among(names)]])


_Sum = Annotated[Money, From(_sum, str, wanted='an amount in quotes, such as "20.00"')]
_Count = Annotated[int, Limits(0, 10_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRule:
    """One rule of the file; a condition that is None always holds. `purpose`: other things need to be named."""

    name: str
    then: Then
    link: Annotated[frozenset[Link], _some(Link)] | None = None
    sender: Annotated[frozenset[Sender], _some(Sender)] | None = None
    fit: Annotated[frozenset[Fit], _some(Fit, Fit.AMBIGUOUS, Fit.NONE)] | None = None
    kinds: Annotated[frozenset[ReceiptKind], _some(ReceiptKind, ReceiptKind.NOT_A_RECEIPT)] | None = None
    grounds: Annotated[frozenset[Ground], _some(Ground)] | None = None
    payee: Annotated[frozenset[Payee], _some(Payee)] | None = None
    payer: Annotated[frozenset[Payer], _some(Payer)] | None = None
    purpose: Annotated[frozenset[Purpose], _some(Purpose)] = frozenset({Purpose.OURS, Purpose.SILENT})
    stamp: Annotated[frozenset[Stamp], _some(Stamp)] | None = None
    standing: Annotated[frozenset[StandingKind], _some(StandingKind)] | None = None
    patrons: Annotated[frozenset[PatronKind], _some(PatronKind)] | None = None
    sealed: bool = False
    sure: bool = True
    dated: bool = True
    at_most: _Sum | None = None
    confidence: Annotated[float, Limits(0, 1)] = 0.0

    def fits(self, evidence: Evidence) -> bool:
        """Whether every condition holds."""
        among = (
            (self.link, evidence.link),
            (self.sender, evidence.sender),
            (self.fit, evidence.fit),
            (self.kinds, evidence.kind),
            (self.grounds, evidence.ground),
            (self.payee, evidence.payee),
            (self.payer, evidence.payer),
            (self.standing, evidence.standing),
            (self.patrons, evidence.patron),
            (self.purpose, evidence.purpose),
            (self.stamp, evidence.stamp),
        )
        needed = ((self.sealed, evidence.sealed), (self.sure, evidence.sure), (self.dated, evidence.dated))
        return (
            all(allowed is None or value in allowed for allowed, value in among)
            and all(have or not need for need, have in needed)
            and evidence.confidence >= self.confidence
            and (self.at_most is None or _within(evidence.amount, self.at_most))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPolicy:
    """rules/payments.toml. Without rules everything waits for a librarian.

    beside: what a mail may say beside its proof (rules/beside.toml); wishes: further words of this office that, said
    there, a person has to read though the proof is booked
    """

    rules: tuple[PaymentRule, ...] = ()
    oldest_days: int = 180
    ahead_days: int = 1
    low: Money = field(default_factory=lambda: Money.of("20.00"))
    largest_overpayment: Money = field(default_factory=lambda: Money.of("50.00"))
    charge_on_delivery: bool = False
    unconfirmed_after_working_days: int = 10
    open_claims: int = 8
    open_amount: Money = field(default_factory=lambda: Money.of("400.00"))
    wishes: Pattern | None = None
    beside: Beside = field(default_factory=shipped)

    @classmethod
    def usual(cls) -> PaymentPolicy:
        """Without rules: all proofs wait for a librarian."""
        return PaymentPolicy()

    def wished(self, clauses: Sequence[str], kinds: Collection[Kind] = ()) -> str:
        """The first of these clauses that is not harmless beside a proof; '' for none. `kinds`: of the mail."""
        own = (c for c in clauses if self.wishes is not None and self.wishes.search(normalise(c).lower()))
        return next(own, "") or self.beside.doubt(clauses, kinds)

    def judge(self, evidence: Evidence) -> tuple[Then, str]:
        """What is done with a proof, and the name of the rule that says so."""
        for rule in self.rules:
            if rule.fits(evidence):
                if rule.then is Then.RELEASE and evidence.sender is Sender.TOKEN:
                    # Subjects are forwarded and printed: who holds one of ours may claim, and is let have nothing.
                    return Then.STATEMENT, f"{rule.name}; but a reply token alone lets nothing go"
                return rule.then, rule.name
        return Then.LIBRARIAN, "no rule of payments.toml lets it go by itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    oldest_days: _Count
    ahead_days: _Count


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deposit:
    low: _Sum
    largest_overpayment: _Sum
    charge_on_delivery: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claims:
    unconfirmed_after_working_days: _Count


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    open_claims: _Count
    open_amount: _Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    wishes: AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class _Payments:
    window: _Window
    deposit: _Deposit
    claims: _Claims
    standing: _Standing
    rule: Annotated[tuple[PaymentRule, ...], Some]
    beside: _Beside | None = None


PAYMENTS: Table[_Payments] = Table("payments.toml", _Payments, "see the comments of the shipped payments.toml")


def load_payments(rules_folder: str = "") -> PaymentPolicy:
    """The office's payments.toml over the shipped one. Raises RuleError naming file, line and key."""
    return read_payments(office_table(PAYMENTS.name, rules_folder))


def read_payments(source: Source) -> PaymentPolicy:
    """What a table says. Raises RuleError naming file, line and key on what is missing, unknown or out of range."""
    said = PAYMENTS.read(source)
    for place, rule in enumerate(said.rule):
        if _unsafe(rule):
            remedy = 'sure = false needs link = ["slip"] and sender = ["patron"]'
            raise source.error(f"rule[{place}].sure", "lets go what nothing vouches for", remedy)
    return PaymentPolicy(
        rules=said.rule,
        oldest_days=said.window.oldest_days,
        ahead_days=said.window.ahead_days,
        low=said.deposit.low,
        largest_overpayment=said.deposit.largest_overpayment,
        charge_on_delivery=said.deposit.charge_on_delivery,
        unconfirmed_after_working_days=said.claims.unconfirmed_after_working_days,
        open_claims=said.standing.open_claims,
        open_amount=said.standing.open_amount,
        wishes=said.beside.wishes if said.beside else None,
    )


def _unsafe(rule: PaymentRule) -> bool:
    """An amount that nothing vouches for is never acted on: only our own form's code says a sum, to its patron.

    A form that only its stamp keeps from being sure may be booked, as a claim that lets nothing go.
    """
    if rule.sure or rule.then is Then.LIBRARIAN:
        return False
    booked = rule.then is Then.STATEMENT and rule.stamp == frozenset({Stamp.UNREAD})
    return not booked and not (rule.link == frozenset({Link.SLIP}) and rule.sender == frozenset({Sender.PATRON}))


def _within(amount: Money, most: Money) -> bool:
    return amount.currency == most.currency and amount.amount <= most.amount
