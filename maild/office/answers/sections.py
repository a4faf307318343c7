"""What an answer says of the writer's own affairs, topic by topic, as the data of a notice (notify.topics). Pure.

A section that cannot be told for certain has a doubt: the answer is a draft then. Strangers get general topics only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType

from maild.domain.accounting.ledger import EntryKind, due_of
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Ruling
from maild.domain.requests.lifecycle import OWING, PaymentState, Service, State
from maild.domain.requests.patron import Patron, PatronKind, Transaction
from maild.office.answers.facts_answer import AnswerFacts, is_loan
from maild.office.answers.past_mails import past
from maild.office.answers.questions import AnswerPolicy, Question
from maild.office.notices.announce import RUNNING, request_row
from maild.office.payments import prices
from maild.office.payments.decide_account import statement_lines
from maild.spine.facts import Facts
from maild.spine.policy import Policy

MOST_ROWS = 50  # of a table
MOST_ENDED = 10  # that are told of where nothing runs
RECENT = timedelta(days=30)
TO_ARRIVE = frozenset({State.SUBMITTED, State.IN_PROCESS, State.FORWARDED, State.CONDITIONAL, State.SHIPPED})
# What a stranger is told in the place of a topic that is about the writer.
INSTEAD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "status": ("stranger",),
        "arrived": ("stranger",),
        "balance": ("stranger",),
        "charge": ("charged",),
        "due": ("charged", "pay"),
        "not_received": ("not_received",),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One topic with its data; `numbers`: the writer's requests it is about; `doubt`: why it is not certain."""

    topic: str
    flags: tuple[str, ...] = ()
    say: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    more: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    numbers: tuple[str, ...] = ()
    doubt: str = ""

    def data(self) -> dict[str, object]:
        """JSON-able, for NoticeRequest.data['topics']."""
        return {"topic": self.topic, "flags": list(self.flags), "say": dict(self.say), **self.more}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Who asks, on which facts. patron: None for a stranger. own: the writer's requests by number.

    named   numbers of the writer's that the mail names: itself (by_number), or as a reply to a notice of ours
    strange numbers that the mail names and that are not the writer's, whether they exist or not
    """

    reading: Reading
    facts: Facts
    policy: Policy
    patron: Patron | None
    known: AnswerFacts
    own: Mapping[str, Transaction] = field(default_factory=lambda: MappingProxyType({}))
    named: tuple[str, ...] = ()
    by_number: bool = False
    strange: tuple[str, ...] = ()
    ruling: Ruling

    def row(self, transaction: Transaction) -> dict[str, object]:
        documents = self.known.documents.get(transaction.number, ())
        return request_row(transaction, documents, released=self.policy.may_release(transaction))

    def names_what_to_request(self, asked: Iterable[Question]) -> bool:
        """Whether only how a request is made is asked: what the mail names by a title is what it would request."""
        questions = tuple(asked)
        making = bool(questions) and all(one.asks_how_to_request for one in questions)
        return making and not any(name.isdecimal() for name in self.strange)


def make(topic: str, case: Case) -> list[Section]:
    """The sections for a topic that is asked about."""
    if case.patron is None and topic in INSTEAD:
        return [Section(topic=name) for name in INSTEAD[topic]]
    builder = BUILDERS.get(topic)
    return builder(case) if builder else [Section(topic=topic)]


def _status(case: Case) -> list[Section]:
    """The requests that are asked about, else all that run, else what ended lately."""
    everything = any("all" in r.value("scope").split("\n") for r in case.reading.classification.rulings)
    flags: list[str] = []
    if case.named and (case.by_number or not everything):
        rows, flag = [case.own[n] for n in case.named], "named"
    else:
        running = [t for t in case.own.values() if t.state in RUNNING]
        ended = [t for t in case.own.values() if t.state not in RUNNING]
        lately = [t for t in ended if t.updated is None or t.updated >= case.facts.now - RECENT][:MOST_ENDED]
        rows = [*running, *lately] if everything else running or lately
        flag = "all" if everything and running else "running" if running else "ended" if lately else "none"
    flags.append(flag)
    say = {}
    if len(rows) > MOST_ROWS:
        flags.append("more")
        say = {"count": str(len(rows)), "most": str(MOST_ROWS)}
    if case.strange:
        flags.append("left_out")
        say["numbers"] = ", ".join(case.strange)
    shown = rows[:MOST_ROWS]
    return [_listed("status", flags, say, shown, case)]


def _listed(
    topic: str, flags: Iterable[str], say: Mapping[str, str], shown: Sequence[Transaction], case: Case
) -> Section:
    return Section(
        topic=topic,
        flags=tuple(flags),
        say=say,
        more={"rows": [case.row(t) for t in shown]},
        numbers=tuple(t.number for t in shown),
    )


def _arrived(case: Case) -> list[Section]:
    """The writer's loans: those that wait at the counter, else those that are still to come."""
    loans = [case.own[n] for n in case.named if is_loan(case.own[n])] or [t for t in case.own.values() if is_loan(t)]
    here = [t for t in loans if t.state is State.RECEIVED]
    coming = [t for t in loans if t.state in TO_ARRIVE]
    flag = "arrived" if here else "waiting" if coming else "none"
    rows = (here or coming)[:MOST_ROWS]
    doubt = "" if rows or not loans else "none of the writer's loans waits or is on its way"
    return [
        Section(
            topic="arrived",
            flags=(flag,),
            more={"rows": [case.row(t) for t in rows]},
            numbers=tuple(t.number for t in rows),
            doubt=doubt,
        )
    ]


def _loan_period(case: Case) -> list[Section]:
    out = [t for t in case.own.values() if is_loan(t) and t.due is not None and t.state in RUNNING]
    return [_listed("loan_period", (), {}, out[:MOST_ROWS], case)]


def _renewal(case: Case) -> list[Section]:
    """The loans that are named, else all that run, with their due dates."""
    loans = [t for t in case.own.values() if is_loan(t) and t.due is not None and t.state in RUNNING]
    shown = [t for t in loans if t.number in case.named] or ([] if case.named else loans)
    doubt = "" if shown else "no loan of the writer's with a due date is meant"
    return [replace(_listed("renewal", (), {}, shown[:MOST_ROWS], case), doubt=doubt)]


def _not_received(case: Case) -> list[Section]:
    """Where to look for what should have come; what is still on its way cannot be found there."""
    supplied = [t for t in _meant(case) if t.state not in TO_ARRIVE or t.state is State.SHIPPED]
    if not supplied and _meant(case):
        return []
    today = case.policy.requests.times.today(case.facts.now)
    known = [past(t, case.facts, today) for t in _meant(case)]
    looked = any(ruling.value("looked") for ruling in case.reading.classification.rulings)
    doubt = "has looked in the spam folder already" if looked else ""
    if any(p.told or p.failed or p.again for p in known):
        doubt = "what was sent, and what became of it, is for a person"
    return [Section(topic="not_received", doubt=doubt)]


def _meant(case: Case) -> list[Transaction]:
    """The requests that are named, else all that run."""
    return [case.own[n] for n in case.named] or [t for t in case.own.values() if t.state in RUNNING]


# --- money --------------------------------------------------------------------------------------------------


def _charge(case: Case) -> list[Section]:
    """Why was I charged: the fees that are named, else those that are asked for now, as the books have them."""
    asked = [case.own[n] for n in case.named] or [t for t in case.own.values() if t.payment_state in OWING]
    rows = [_explained(t, case) for t in asked if t.total or t.payable or t.number in case.known.standing]
    free = [t for t in asked if t.payable is not None and not t.payable and not t.total]
    if not rows and not (asked and len(free) == len(asked)):
        why = "which fee is meant is not plain" if not case.named else "the fee that is meant is not known yet"
        return [Section(topic="charged"), Section(topic="charge", doubt=why)]
    flags = ("charged",) if rows else ("free",)
    return [Section(topic="charge", flags=flags, more={"charges": rows}, numbers=tuple(t.number for t in asked))]


def _explained(transaction: Transaction, case: Case) -> dict[str, object]:
    """One fee with its parts and what happened to it. The books count where they know it."""
    number, books = transaction.number, case.known.standing.get(transaction.number)
    charged = books is not None and books.charges > 0
    total = books.total if books is not None and charged else transaction.total
    subsidy = books.subsidy if books is not None and charged else transaction.subsidy
    owed = books.owed if books is not None and charged else due_of(transaction, books)
    owes = transaction.payment_state in OWING
    money = total or transaction.payable or transaction.total
    entries = [
        line
        for entry in case.known.entries.get(number, ())
        if entry.kind is not EntryKind.CHARGE
        for line in statement_lines(entry, transaction.patron_id)
        if line["number"] == number
    ]
    return {
        "number": number,
        "service": transaction.service.value,
        "title": transaction.title,
        "currency": money.currency if money else "CNY",
        "total": f"{total.amount:.2f}" if total is not None else "",
        "subsidy": f"{subsidy.amount:.2f}" if subsidy else "",
        "payable": f"{(total - subsidy).amount:.2f}"
        if total is not None and subsidy is not None
        else f"{transaction.payable.amount:.2f}"
        if transaction.payable is not None
        else "",
        "fee_lines": case.known.fee_lines.get(number, []),
        "entries": [{**line, "number": "", "title": ""} for line in entries],
        "owed": f"{owed.amount:.2f}" if owes and owed is not None else "",
        "payment_state": transaction.payment_state.value,
    }


def _due(case: Case) -> list[Section]:
    """What do I owe: every fee that is asked for, and the account."""
    owing = [t for t in case.own.values() if t.payment_state in OWING and t.payable and t.state is not State.CANCELLED]
    account = case.known.account
    more: dict[str, object] = {"charges": [_explained(t, case) for t in owing[:MOST_ROWS]]}
    if account is not None:
        more |= {"balances": _balances(case), "currency": account.owed.currency}
    doubt = "" if account is not None else "the account is not known"
    due = Section(
        topic="due",
        flags=("owing" if owing else "nothing_due",),
        more=more,
        doubt=doubt,
        numbers=tuple(t.number for t in owing),
    )
    return [due, Section(topic="pay")] if owing else [due]


def _balance(case: Case) -> list[Section]:
    account = case.known.account
    if account is None:
        return [Section(topic="balance", doubt="the account is not known")]
    return [Section(topic="balance", more={"balances": _balances(case), "currency": account.owed.currency})]


def _balances(case: Case) -> dict[str, str]:
    account = case.known.account
    names = ("owed", "claimed", "pending", "deposit") if account else ()
    return {name: f"{getattr(account, name).amount:.2f}" for name in names}


def _fees(case: Case) -> list[Section]:
    """The price list; of a request that is named, its own fee first."""
    tariff = prices.tariff_of(case.policy.of(AnswerPolicy).tariffs, case.policy.requests.times.today(case.facts.now))
    rows = prices.charges(tariff, case.patron.kind if case.patron else None) if tariff else []
    known = rows or case.policy.of(AnswerPolicy).set_facts.get("fees_url")
    general = Section(
        topic="fees",
        flags=("prices",) if rows else (),
        more={"prices": rows},
        doubt="" if known else "no price is known",
    )
    own = _charge(case) if case.named else []
    return [*own, general]


def _subsidy(case: Case) -> list[Section]:
    tariff = prices.tariff_of(case.policy.of(AnswerPolicy).tariffs, case.policy.requests.times.today(case.facts.now))
    return [Section(topic="subsidy", more={"prices": list(prices.subsidies(tariff)) if tariff else []})]


def _app(case: Case) -> list[Section]:
    """By phone only electronic copies are paid: a loan that is named is not one."""
    loan = any(case.own[n].service is Service.LOAN for n in case.named)
    return [Section(topic="app", doubt="a loan is named: its fee is not paid by phone" if loan else "")]


def _refund(case: Case) -> list[Section]:
    paid = [n for n in case.named if case.own[n].payment_state in (PaymentState.CONFIRMED, PaymentState.PROOF_RECEIVED)]
    doubt = f"money for {', '.join(paid or case.named)} is asked back" if case.named else ""
    return [Section(topic="refund", doubt=doubt)]


# --- accounts -----------------------------------------------------------------------------------------------


def login_of(case: Case) -> str:
    """The login name that the mail tells, else the one we know."""
    told = next((r.value("login") for r in case.reading.classification.rulings if r.value("login")), "")
    return told or (case.patron.login if case.patron else "")


def _permission(case: Case) -> list[Section]:
    if case.patron is None:
        return [Section(topic="permission")]
    login = login_of(case)
    flags = ("known", "login") if login else ("known",)
    return [Section(topic="permission", flags=flags, say={"login": login} if login else {})]


def _address(case: Case) -> list[Section]:
    said = {"email": case.ruling.value("patron_email"), "phone": case.ruling.value("phone")}
    return [Section(topic="address", say={name: value for name, value in said.items() if value})]


def _register(case: Case) -> list[Section]:
    """For outsiders the second part of the guide tells it in full."""
    outside = case.patron is not None and case.patron.kind is PatronKind.EXTERNAL
    return [Section(topic="register_external" if outside else "register")]


BUILDERS: Mapping[str, Callable[[Case], list[Section]]] = MappingProxyType(
    {
        "status": _status,
        "not_received": _not_received,
        "arrived": _arrived,
        "loan_period": _loan_period,
        "renewal": _renewal,
        "charge": _charge,
        "due": _due,
        "balance": _balance,
        "fees": _fees,
        "subsidy": _subsidy,
        "app": _app,
        "refund": _refund,
        "permission": _permission,
        "address": _address,
        "register": _register,
    }
)
