"""What lets a document go at once, what waits for the statement, what for a librarian: rules/payments.toml."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum

from maild.classify.rules.lexicon import joined
from maild.classify.rules.patterns import Pattern, compile_pattern
from maild.domain.accounting.allocation import Fit
from maild.domain.accounting.money import Money
from maild.domain.accounting.receipt import Ground, Purpose, ReceiptKind, Stamp
from maild.domain.errors import RuleError
from maild.domain.incoming.ruling import Kind
from maild.domain.requests.patron import PatronKind
from maild.domain.text import normalise
from maild.office.payments.beside_proof import Beside, shipped
from maild.tables import Source, office_table


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRule:
    """One rule of the file; a condition that is None always holds. `purpose`: other things need to be named."""

    name: str
    then: Then
    link: frozenset[Link] | None = None
    sender: frozenset[Sender] | None = None
    fit: frozenset[Fit] | None = None
    kinds: frozenset[ReceiptKind] | None = None
    grounds: frozenset[Ground] | None = None
    payee: frozenset[Payee] | None = None
    payer: frozenset[Payer] | None = None
    purpose: frozenset[Purpose] = frozenset({Purpose.OURS, Purpose.SILENT})
    stamp: frozenset[Stamp] | None = None
    standing: frozenset[StandingKind] | None = None
    patrons: frozenset[PatronKind] | None = None
    sealed: bool = False
    sure: bool = True
    dated: bool = True
    at_most: Money | None = None
    confidence: float = 0.0

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


def load_payments(rules_folder: str = "") -> PaymentPolicy:
    """The office's payments.toml over the shipped one. Raises RuleError naming file, place and fault."""
    return read_payments(office_table("payments.toml", rules_folder))


def read_payments(source: Source) -> PaymentPolicy:
    """What a table says. Raises RuleError naming file, place and fault on what is missing, unknown or out of range."""
    faults: list[str] = []
    values: dict[str, object] = {}
    for name, section in source.data.items():
        if name == "rule":
            continue
        if name not in _SECTIONS or not isinstance(section, dict):
            faults.append(f"[{name}] is not known")
            continue
        values |= _table(f"[{name}]", section, _SECTIONS[name], faults)
    data = source.data
    faults += [f"[{name}] is missing" for name in _SECTIONS if name not in data and name != "beside"]
    faults += [f"[{n}] {k} is missing" for n, s in _SECTIONS.items() for k in s if n in data and k not in data[n]]
    rules = _rules(data.get("rule"), faults)
    if faults:
        raise RuleError(f"{source.path}: {'; '.join(faults)}", remedy="see the comments of the shipped payments.toml")
    return PaymentPolicy(rules=rules, **values)  # type: ignore[arg-type]


Check = Callable[[object], object]


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10_000:
        raise ValueError("a whole number from 0 to 10000 is needed")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is needed")  # noqa: TRY004  one kind of fault for all checks
    return value


def _sum(value: object) -> Money:
    if not isinstance(value, str):
        raise ValueError('an amount in quotes is needed, such as "20.00"')  # noqa: TRY004  as above
    amount = Money.of(value)
    if amount.amount < 0:
        raise ValueError("it is below zero")
    return amount


def _share(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise ValueError("a number from 0 to 1 is needed")
    return float(value)


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text is needed")
    return value


def _patterns(value: object) -> Pattern:
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise ValueError("a list of patterns is needed")
    return compile_pattern(joined(tuple(value)))


def _one(words: type[StrEnum]) -> Check:
    def check(value: object) -> object:
        if value not in set(words):
            raise ValueError(f"{value!r} is not one of {', '.join(words)}")
        return words(str(value))

    return check


def _some(words: type[StrEnum], *, but: Sequence[str] = ()) -> Check:
    allowed = [word.value for word in words if word.value and word.value not in but]

    def check(value: object) -> object:
        if not isinstance(value, list) or not value:
            raise ValueError("a list that is not empty is needed")
        wrong = [item for item in value if item not in allowed]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is not one of {', '.join(allowed)}")
        return frozenset(words(item) for item in value)

    return check


_SECTIONS: Mapping[str, Mapping[str, Check]] = {
    "window": {"oldest_days": _whole, "ahead_days": _whole},
    "deposit": {"low": _sum, "largest_overpayment": _sum, "charge_on_delivery": _truth},
    "claims": {"unconfirmed_after_working_days": _whole},
    "standing": {"open_claims": _whole, "open_amount": _sum},
    "beside": {"wishes": _patterns},
}
_RULE: Mapping[str, Check] = {
    "name": _name,
    "then": _one(Then),
    "link": _some(Link),
    "sender": _some(Sender),
    "fit": _some(Fit, but=("ambiguous", "none")),
    "kinds": _some(ReceiptKind, but=("not_a_receipt",)),
    "grounds": _some(Ground),
    "payee": _some(Payee),
    "payer": _some(Payer),
    "purpose": _some(Purpose),
    "stamp": _some(Stamp),
    "standing": _some(StandingKind),
    "patrons": _some(PatronKind),
    "sealed": _truth,
    "sure": _truth,
    "dated": _truth,
    "at_most": _sum,
    "confidence": _share,
}


def _rules(found: object, faults: list[str]) -> tuple[PaymentRule, ...]:
    if not isinstance(found, list) or not found:
        faults.append("there is no [[rule]]")
        return ()
    rules = []
    for place, table in enumerate(found, 1):
        where = f"rule {place}"
        values = _table(where, table, _RULE, faults)
        missing = [name for name in ("name", "then") if name not in table]
        faults += [f"{where}: {name} is missing" for name in missing]
        if not missing and len(values) == len(table):
            rules.append(PaymentRule(**values))  # type: ignore[arg-type]
            faults += _unsafe(where, rules[-1])
    return tuple(rules)


def _unsafe(where: str, rule: PaymentRule) -> list[str]:
    """An amount that nothing vouches for is never acted on: only our own form's code says a sum, to its patron.

    A form that only its stamp keeps from being sure may be booked, as a claim that lets nothing go.
    """
    if rule.sure or rule.then is Then.LIBRARIAN:
        return []
    if rule.then is Then.STATEMENT and rule.stamp == frozenset({Stamp.UNREAD}):
        return []
    if rule.link == frozenset({Link.SLIP}) and rule.sender == frozenset({Sender.PATRON}):
        return []
    return [f'{where}: sure = false needs link = ["slip"] and sender = ["patron"]']


def _table(where: str, table: Mapping[str, object], known: Mapping[str, Check], faults: list[str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in table.items():
        if name not in known:
            faults.append(f"{where} {name} is not known")
            continue
        try:
            values[name] = known[name](value)
        except ValueError as error:
            faults.append(f"{where} {name}: {error}")
    return values


def _within(amount: Money, most: Money) -> bool:
    return amount.currency == most.currency and amount.amount <= most.amount


assert {f.name for f in fields(PaymentRule)} == set(_RULE), "every condition has its check"
