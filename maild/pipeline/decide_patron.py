"""What a patron's mail does. Nothing is disclosed or moved unless the writer is known and proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maild.domain.decision import Action, Cause, Decision
from maild.domain.matching import Ambiguous, Candidate, Matched
from maild.domain.notice import NoticeKind, NoticeRequest
from maild.domain.patron import Patron
from maild.domain.reading import Reading
from maild.domain.ruling import Kind
from maild.pipeline import announce
from maild.pipeline.decide_account import decide_account
from maild.pipeline.decide_payment import decide_payment, link_only, remember
from maild.pipeline.facts import Facts
from maild.pipeline.invoices import beside, decide_invoice
from maild.pipeline.outcome import fields_of, outcome, review, why_unsure
from maild.pipeline.policy import Policy

Decider = Callable[[Reading, Facts, Policy], Decision | None]
CAUSES = {Kind.PAYMENT_PROOF: Cause.PAYMENT_PROOF, Kind.REGISTRATION_QUESTION: Cause.REGISTRATION}


def decide_patron(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """Answer what is certain, put the rest before staff with its candidates."""
    for decider in DECIDERS:
        decision = decider(reading, facts, policy)
        if decision is not None:
            return decision
    raise AssertionError("the last of DECIDERS decides everything")


def _strangers(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Who is not known and proven, and holds no token of ours, moves nothing and learns nothing."""
    ruling = reading.classification.main
    if facts.query.tokens:
        return None
    if not facts.authors:
        who = reading.mail.author.address or "no address"
        decision = review(ruling, facts, Cause.UNKNOWN_SENDER, f"{who} belongs to no known patron")
        return remember(decision, reading, facts)
    if not reading.auth.passed:
        decision = review(ruling, facts, Cause.UNAUTHENTICATED, "the sender is not proven", *reading.auth.reasons[:3])
        return remember(decision, reading, facts)
    return None


def _paid(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    paid = decide_payment(reading, facts, policy)
    return beside(paid, reading, facts) if paid is not None else None


def _invoice(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    invoice = decide_invoice(reading, facts)
    return remember(invoice, reading, facts) if invoice is not None else None


def _thanks(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    if reading.classification.kinds != (Kind.THANKS,):
        return None
    return outcome(reading.classification.main, Action.IGNORE, reasons=("thanks: nothing is asked",))


def _status(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    only = reading.classification.kinds == (Kind.STATUS_QUERY,)
    if not only or len(facts.authors) != 1 or not reading.auth.passed:
        return None
    return _answer_status(reading, facts, facts.authors[0], policy)


def _account(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    return decide_account(reading, facts)


def _rest(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    proof = reading.classification.main.kind is Kind.PAYMENT_PROOF
    return beside(_proof(reading, facts) if proof else _question(reading, facts), reading, facts)


def _question(reading: Reading, facts: Facts) -> Decision:
    ruling = reading.classification.main
    kinds = ", ".join(reading.classification.kinds)
    return review(ruling, facts, CAUSES.get(ruling.kind, Cause.QUESTION), f"a patron writes: {kinds}",
                  *facts.outcome.reasons[:2])  # fmt: skip


def _foreign(facts: Facts, patron: Patron) -> list[str]:
    """Existing numbers the mail names that are not this patron's."""
    named = {*facts.query.numbers, *facts.query.tokens}
    return [c.transaction.number for c in facts.candidates
            if c.transaction.number in named and c.transaction.patron_id != patron.patron_id]  # fmt: skip


def _answer_status(reading: Reading, facts: Facts, patron: Patron, policy: Policy) -> Decision:
    """'My requests': the numbers asked for, or all that run, to the patron's own address."""
    ruling = reading.classification.main
    foreign = _foreign(facts, patron)
    if foreign:
        return review(ruling, facts, Cause.SENDER_MISFIT, f"asks about {', '.join(foreign)}, not the writer's")
    named = (c.transaction for c in facts.candidates if c.transaction.patron_id == patron.patron_id)
    own = {t.number: t for t in (*named, *facts.requests)}
    asked = [own[n] for n in facts.query.numbers if n in own]
    rows = asked or [t for t in facts.requests if t.state in announce.RUNNING]
    recipient = reading.mail.author.address
    data = {
        "rows": [
            announce.request_row(t, facts.documents.get(t.number, ()), released=policy.may_release(t))
            for t in rows[:50]
        ]
    }
    notice = NoticeRequest(
        kind=NoticeKind.QUERY_ANSWER, subject=f"mail:{reading.mail.sha256[:32]}", recipient=recipient,
        patron_id=patron.patron_id, data=data, reply_to=reading.mail.message_id,
        number=rows[0].number if len(rows) == 1 else "",
    )  # fmt: skip
    return Decision(
        action=Action.APPLY, kind=ruling.kind, rule=ruling.rule, notices=(notice,), fields=fields_of(ruling),
        transactions=tuple(t.number for t in rows),
        reasons=(f"{recipient} is {patron.patron_id}, proven; {len(rows)} request(s) listed", *ruling.reasons),
    )  # fmt: skip


def _proof(reading: Reading, facts: Facts) -> Decision:
    """A picture is a claim: staff look at it; the patron is told at once that it came."""
    ruling, match = reading.classification.main, facts.outcome
    if ruling.value("cloud") and not reading.mail.attachments:
        why = "the proof lies behind a link"
        return review(ruling, facts, Cause.UNREADABLE, why, notices=link_only(reading, facts))
    if isinstance(match, Ambiguous):
        return review(ruling, facts, why_unsure(match), *match.reasons)
    if not isinstance(match, Matched):
        return review(ruling, facts, Cause.NO_NUMBER, *match.reasons)
    decision = review(ruling, facts, Cause.PAYMENT_PROOF, "a payment proof to be looked at", *match.reasons)
    notices = tuple(n for c in match.candidates[:1] for n in _received(c, reading, facts))
    if not notices:
        decision = replace(decision, reasons=(*decision.reasons, "the patron has no usable address: nobody was told"))
    numbers = tuple(c.transaction.number for c in match.candidates)
    return replace(decision, notices=notices, transactions=numbers, candidates=match.candidates)


def _received(candidate: Candidate, reading: Reading, facts: Facts) -> tuple[NoticeRequest, ...]:
    mail = reading.mail
    return announce.to_patron(NoticeKind.PROOF_RECEIVED, candidate.transaction, candidate.patron, facts.now,
                              revision=mail.sha256[:16], reply_to=mail.message_id)  # fmt: skip


# Tried in turn: the first that has a decision decides, and a decider answers None to what is not its business.
# One that moves something comes before those that answer; the last one puts everything else before staff.
DECIDERS: tuple[Decider, ...] = (
    _strangers,  # from here on: a known and proven patron, or a reply with our token (look at auth before disclosing)
    _paid,
    _invoice,
    # requests, reach and registrations: a module of its own each
    _thanks,
    _status,
    _account,
    _rest,
)
