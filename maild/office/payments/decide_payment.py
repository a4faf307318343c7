"""What the payment proofs of a patron's mail do: claims in the books, documents that go out, answers, the queue.

A proof is a claim, never money. What is not sure waits for a librarian, with what it may pay ranked first; the rest
of the mail, a question beside the proof, waits though the proof is booked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.accounting.receipt import Receipt, is_proof
from maild.domain.incoming.decision import Action, Cause, Decision, Transition
from maild.domain.incoming.matching import Candidate, Evidence, Signal
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeRequest
from maild.domain.requests.lifecycle import PaymentEvent, pay
from maild.domain.requests.patron import Patron, Transaction
from maild.office import SAY as COMMON
from maild.office.notices import announce
from maild.office.payments import SAY, announce_payment
from maild.office.payments.announce_payment import Part, Problem
from maild.office.payments.assessing.assess import Assessor
from maild.office.payments.assessing.evidence import problems
from maild.office.payments.assessing.outcome import Outcome
from maild.office.payments.facts_payment import PaymentFacts, receipts_of
from maild.office.payments.payment_policy import PaymentPolicy, Sender, Then
from maild.spine.facts import Facts
from maild.spine.outcome import MOST_CANDIDATES, about, review
from maild.spine.policy import Policy
from maild.texts import one_line

# A mail that asks for its money back, or gives the request up, books nothing by itself.
HELD = {Kind.REFUND_REQUEST: Cause.REFUND, Kind.CANCEL_REQUEST: Cause.QUESTION}
# What says nothing beside a proof.
QUIET = frozenset({Kind.PAYMENT_PROOF, Kind.THANKS, Kind.UNKNOWN})
QUESTIONS = {
    Kind.INVOICE_REQUEST: Cause.INVOICE,
    Kind.REGISTRATION_QUESTION: Cause.REGISTRATION,
    Kind.DEPOSIT: Cause.DEPOSIT,
}
# The patron is told that the proof came, and that a person looks.
TOLD = frozenset(
    {Cause.PAYMENT_PROOF, Cause.SEVERAL_CANDIDATES, Cause.OVERPAID, Cause.NO_NUMBER, Cause.ALREADY_PAID, Cause.DEPOSIT}
)
# Nothing is known of what such a file shows.
UNREAD = frozenset({Problem.ENCRYPTED, Problem.TOO_LARGE, Problem.UNREADABLE})
AMOUNT_POINTS = 10


def decide_payment(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """The decision about the mail's proofs; None where it brings nothing that speaks of a payment.

    Handlers before it have made sure that the writer is a proven patron, or holds a reply token of ours.
    """
    paid = _by_proofs(reading, facts, policy)
    if paid is None or paid.action is not Action.APPLY or paid.cause:
        return paid
    wish = policy.of(PaymentPolicy).wished(reading.classification.rest, reading.classification.kinds)
    if not wish:
        return paid
    why = SAY("booked_and_says", text=wish[:200])
    return replace(paid, cause=Cause.QUESTION, reasons=(why, *paid.reasons))


def _by_proofs(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    money, kinds = facts.of(PaymentFacts), reading.classification.kinds
    if money is None or not money.proofs:
        return None
    proofs = [proof for proof in money.proofs if is_proof(proof.receipt)]
    if not proofs:
        return _unusable(reading, facts, money) if Kind.PAYMENT_PROOF in kinds else None
    held = next((kind for kind in kinds if kind in HELD), None)
    if held is not None:
        decision = review(reading.classification.main, facts, HELD[held], SAY("proof_with_more", what=held))
        return remember(decision, reading, facts)
    outcomes = Assessor(reading, facts, money, policy.of(PaymentPolicy)).all(proofs)
    if said := policy.of(PaymentPolicy).wished(reading.classification.rest, reading.classification.kinds):
        outcomes = [_kept(outcome, said) for outcome in outcomes]
    return _with_unread(_sum_up(reading, facts, money, policy, outcomes), money)


def _kept(outcome: Outcome, said: str) -> Outcome:
    """What the mail says beside the proof may take it back: it is booked, and its documents wait for a person."""
    if outcome.then is not Then.RELEASE:
        return outcome
    why = SAY("proof_and_says", text=said[:100])
    return replace(outcome, then=Then.STATEMENT, reasons=(*outcome.reasons, why))


def _with_unread(decision: Decision, money: PaymentFacts) -> Decision:
    """A file that could not be read may be one more proof: a person looks, whatever the others paid."""
    unread = [p.receipt for p in money.proofs if not is_proof(p.receipt) and UNREAD & set(problems([p.receipt]))]
    if not unread:
        return decision
    why = one_line(SAY("file_unread", file=r.source or "a file", why=one_line(r.warnings, ", ")) for r in unread)
    return replace(decision, cause=decision.cause or Cause.UNREADABLE, reasons=(*decision.reasons, why))


def remember(decision: Decision, reading: Reading, facts: Facts) -> Decision:
    """The decision with the mail's proofs, so that they are known when they come again, and whom they may be for."""
    money = facts.of(PaymentFacts)
    receipts = tuple(r for r in receipts_of(reading, money) if is_proof(r))
    if not receipts:
        return decision
    if money is not None and not decision.of(Transition):
        slips = [n for proof in money.proofs if proof.slip for n in proof.slip.numbers]
        shown = [n for r in receipts for n in r.transactions]
        sums = [n for n, due in money.due.items() if any(r.amount == due for r in receipts)]
        named = [n for n in dict.fromkeys([*slips, *shown, *sums]) if n in money.transactions]
        decision = decision.naming(decision.about.transactions, _ranked(facts, money, named))
    return decision.having(Receipt, receipts).from_patron(_author(reading, facts))


def _author(reading: Reading, facts: Facts) -> str:
    return facts.authors[0].patron_id if reading.auth.passed and len(facts.authors) == 1 else ""


def _unusable(reading: Reading, facts: Facts, money: PaymentFacts) -> Decision:
    """The mail speaks of a payment, and nothing attached proves one."""
    receipts = [proof.receipt for proof in money.proofs]
    found = problems(receipts)
    why = one_line(dict.fromkeys(w for r in receipts for w in r.warnings)) or SAY("no_receipt")
    notices = _unreadable(reading, facts, found, [r.source for r in receipts])
    return review(
        reading.classification.main, facts, Cause.UNREADABLE, SAY("no_proof_readable", why=why), notices=notices
    )


def link_only(reading: Reading, facts: Facts) -> tuple[NoticeRequest, ...]:
    """What a patron is told whose proof lies behind a link: we need the file itself."""
    return _unreadable(reading, facts, (Problem.LINK_ONLY,), ())


def _unreadable(
    reading: Reading, facts: Facts, found: Sequence[Problem], names: Iterable[str]
) -> tuple[NoticeRequest, ...]:
    if not reading.auth.passed or len(facts.authors) != 1:
        return ()
    files = list(dict.fromkeys(name for name in names if name))
    return announce_payment.proof_unreadable(_to(reading, facts, facts.authors[0], Sender.PATRON), found, files)


# --- all outcomes together ----------------------------------------------------------------------------------


def _sum_up(
    reading: Reading, facts: Facts, money: PaymentFacts, policy: Policy, outcomes: Sequence[Outcome]
) -> Decision:
    ruling = reading.classification.main
    booked = [o for o in outcomes if o.booked]
    waiting = [o for o in outcomes if o.then is Then.LIBRARIAN]
    paid = _paid(booked)
    transitions = tuple(_transition(money.transactions[n], money, booked, amount) for n, amount in paid.items())
    freed = _freed(money, policy, transitions)
    cause = next((o.cause for o in waiting), Cause.NONE)
    asked = _asked(reading, booked)
    reasons = [*(r for o in waiting for r in o.reasons), *(r for o in outcomes if o not in waiting for r in o.reasons)]
    if asked and not cause:
        cause = QUESTIONS.get(asked[0], Cause.QUESTION)
        reasons.append(COMMON("also_asks", what=", ".join(asked)))
    named = [n for o in waiting for choice in o.choices for n in choice]
    decision = Decision(
        action=Action.REVIEW if len(waiting) == sum(map(_counts, outcomes)) else Action.APPLY,
        cause=cause,
        about=about(
            ruling,
            tuple(paid) or _only(waiting) or _before(outcomes),
            candidates=_ranked(facts, money, named or list(paid)),
        ),
        effects=(
            *transitions,
            *(_claim(outcome, money) for outcome in booked),
            *_answers(reading, facts, money, booked, freed),
            *_released(money, facts, freed),
            *_hints(reading, facts, money, outcomes, told=bool(booked)),
        ),
        reasons=(*dict.fromkeys(reasons), *ruling.reasons),
    )
    if not booked:
        return remember(decision, reading, facts)
    return decision.having(Receipt, filter(is_proof, receipts_of(reading, money))).from_patron(_author(reading, facts))


def _counts(outcome: Outcome) -> bool:
    """Whether it is a payment of its own, not a second picture of another one of the mail."""
    return outcome.then is not None or bool(outcome.cause)


def _asked(reading: Reading, booked: Sequence[Outcome]) -> list[Kind]:
    """What the mail wants beside the payment; a guess at its kind does not count beside a proof."""
    kinds = reading.classification.kinds
    quiet = QUIET | ({Kind.PATRON_OTHER} if Kind.PAYMENT_PROOF in kinds or Kind.DEPOSIT in kinds else set())
    if any(not o.parts for o in booked):
        quiet |= {Kind.DEPOSIT}
    return [kind for kind in kinds if kind not in quiet]


def _paid(booked: Sequence[Outcome]) -> dict[str, Money]:
    """What each request gets of all proofs."""
    paid: dict[str, Money] = {}
    for number, amount in (part for outcome in booked for part in outcome.parts):
        paid[number] = paid[number] + amount if number in paid else amount
    return paid


def _transition(transaction: Transaction, money: PaymentFacts, booked: Sequence[Outcome], amount: Money) -> Transition:
    """Fully covered by claims that policy lets go: proof received. Else nothing moves; the version is held all the
    same, so that two payments of one fee, decided at once, cannot both be booked.
    """
    number = transaction.number
    full = amount == money.due[number]
    lets_go = all(o.then is Then.RELEASE for o in booked if number in dict(o.parts))
    after = pay(transaction.payment_state, PaymentEvent.PROOF) if full and lets_go else None
    still = Transition(number=number, expected_version=transaction.version)
    if after is None:
        return still
    return still.paid(transaction.payment_state, PaymentEvent.PROOF, after)


def _freed(money: PaymentFacts, policy: Policy, transitions: Sequence[Transition]) -> list[Transaction]:
    """Requests whose documents waited for this payment."""
    moved = [(money.transactions[t.number], t.payment_after) for t in transitions if t.payment_after]
    return [t for t, after in moved if policy.frees(t, after) and money.documents.get(t.number)]


def _claim(outcome: Outcome, money: PaymentFacts) -> LedgerEntry:
    assert outcome.patron is not None
    assert outcome.amount is not None
    owners = {number: money.transactions[number].patron_id for number, _ in outcome.parts}
    entry = bookkeeping.claim(
        "", outcome.patron.patron_id, outcome.amount, outcome.parts, owners=owners, reason="; ".join(outcome.reasons)
    )
    return replace(entry, key=outcome.proof.claim)


def _only(waiting: Sequence[Outcome]) -> tuple[str, ...]:
    """What waiting proofs are about, where that is not in doubt."""
    choices = {choice for outcome in waiting for choice in outcome.choices}
    return choices.pop() if len(choices) == 1 else ()


def _before(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """What proofs that came before paid for."""
    return tuple(dict.fromkeys(n for o in outcomes if o.earlier for n in o.earlier.seen.transactions))


def _ranked(facts: Facts, money: PaymentFacts, named: Sequence[str]) -> tuple[Candidate, ...]:
    """What the proofs may pay first, then what the mail speaks of."""
    known = {c.transaction.number: c for c in facts.candidates}
    first = []
    for number in dict.fromkeys(named):
        if number not in money.transactions:
            continue
        transaction = money.transactions[number]
        base = known.get(number) or Candidate(
            transaction=transaction, evidence=(), patron=money.patrons.get(transaction.patron_id)
        )
        due = (
            SAY("due", amount=money.due[number])
            if number in money.due
            else SAY("payment_is", state=transaction.payment_state)
        )
        fits = Evidence(Signal.AMOUNT, AMOUNT_POINTS, SAY("may_be_for", due=due))
        rest = tuple(e for e in base.evidence if e.signal is not Signal.AMOUNT)
        first.append(replace(base, evidence=(*rest, fits)))
    others = [c for number, c in known.items() if number not in set(named)]
    return tuple([*first, *others][:MOST_CANDIDATES])


# --- what the patron is told ----------------------------------------------------------------------------------


def _to(reading: Reading, facts: Facts, patron: Patron, sender: Sender | None) -> announce_payment.Addressee:
    """Who pays for somebody else learns nothing of it: the answer goes to the request's patron only."""
    mail = reading.mail
    return announce_payment.addressee(
        patron,
        facts.now,
        occasion=mail.sha256[:32],
        reply_to=mail.message_id,
        writer=mail.author.address if sender is Sender.PATRON else "",
    )


def _answers(
    reading: Reading, facts: Facts, money: PaymentFacts, booked: Sequence[Outcome], freed: Sequence[Transaction]
) -> list[NoticeRequest]:
    """One notice to each patron for all that was booked: received, or received and not what is due."""
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in booked:
        if outcome.patron and outcome.amount:
            groups.setdefault((outcome.patron.patron_id, outcome.amount.currency), []).append(outcome)
    return [n for group in groups.values() for n in _answer(reading, facts, money, group, freed)]


def _answer(
    reading: Reading, facts: Facts, money: PaymentFacts, booked: Sequence[Outcome], freed: Sequence[Transaction]
) -> tuple[NoticeRequest, ...]:
    first, paid = booked[0], _paid(booked)
    assert first.patron is not None
    assert first.amount is not None
    to, none = _to(reading, facts, first.patron, first.sender), Money.of(0, first.amount.currency)
    whole = sum((o.amount for o in booked if o.amount), none)
    due = sum((money.due[n] for n in paid), none)
    if paid and whole != due:
        rows: list[Part] = [(money.transactions[n], money.due[n]) for n in paid]
        return announce_payment.amount_differs(to, whole, due, rows, counted=True)
    receipt = first.proof.receipt
    return announce_payment.proof_received(
        to,
        whole,
        [(money.transactions[n], amount) for n, amount in paid.items()],
        released=any(t.number in paid for t in freed),
        deposit=None if paid else whole,
        paid_on=receipt.date,
        serial=receipt.serials[0] if receipt.serials and len(booked) == 1 else "",
    )


def _released(money: PaymentFacts, facts: Facts, freed: Sequence[Transaction]) -> list[NoticeRequest]:
    notices: list[NoticeRequest] = []
    for transaction in freed:
        patron = money.patrons.get(transaction.patron_id)
        notices += announce.delivered(transaction, patron, money.documents[transaction.number], facts.now)
    return notices


def _hints(
    reading: Reading, facts: Facts, money: PaymentFacts, outcomes: Sequence[Outcome], *, told: bool
) -> list[NoticeRequest]:
    """What the writer is told of proofs that were not booked: each thing once, and only the writer's own affairs."""
    if not reading.auth.passed or len(facts.authors) != 1:
        return []
    writer = facts.authors[0].patron_id
    own = {t.number for t in money.transactions.values() if t.patron_id == writer}
    to = _to(reading, facts, facts.authors[0], Sender.PATRON)
    notices: list[NoticeRequest] = []
    bad = [
        o for o in outcomes if o.cause in (Cause.UNREADABLE, Cause.NOT_PAID_TO_US) or Problem.UNSTAMPED in o.problems
    ]
    if bad:
        found = tuple(p for p in Problem if any(p in o.problems for o in bad)) or (Problem.UNREADABLE,)
        names = list(dict.fromkeys(o.proof.receipt.source for o in bad if o.proof.receipt.source))
        notices += announce_payment.proof_unreadable(to, found, names)
    for outcome in outcomes:
        if outcome.cause is Cause.SEEN_BEFORE and outcome.earlier and (outcome.then is None or outcome.earlier.waiting):
            seen = outcome.earlier.seen
            if seen.patron_id != writer:
                continue  # the writer holds a token of theirs, no more
            parts = [
                (money.transactions[n], money.transactions[n].payable or Money.of(0))
                for n in seen.transactions
                if n in own
            ]
            notices += announce_payment.proof_seen_before(
                to, seen.at, seen.receipt.amount, parts, waiting=outcome.earlier.waiting
            )
            break
    differs = next(
        (
            o
            for o in outcomes
            if o.cause is Cause.AMOUNT_DIFFERS and o.due is not None and own.issuperset(n for c in o.choices for n in c)
        ),
        None,
    )
    if differs and differs.amount and differs.due:
        rows = [(money.transactions[n], money.due[n]) for c in differs.choices for n in c if n in money.due]
        notices += announce_payment.amount_differs(to, differs.amount, differs.due, rows)
    waits = next((o for o in outcomes if o.then is Then.LIBRARIAN and o.cause in TOLD), None)
    if waits and not told and not notices:
        named = _only([waits])
        about = [(money.transactions[n], money.due[n]) for n in named if n in money.due and n in own]
        notices += announce_payment.proof_received(to, waits.amount, about, released=False)
    return notices
