"""What a patron's mail does. Nothing is disclosed or moved unless the writer is known and proven."""

from __future__ import annotations

from dataclasses import replace

from maild.domain.decision import Action, Cause, Decision
from maild.domain.matching import Ambiguous, Candidate, Matched
from maild.domain.notice import NoticeKind, NoticeRequest
from maild.domain.patron import Patron
from maild.domain.reading import Reading
from maild.domain.ruling import Kind
from maild.pipeline import announce
from maild.pipeline.decide_account import decide_account
from maild.pipeline.decide_delivery import decide_delivery
from maild.pipeline.decide_payment import decide_payment, link_only, remember
from maild.pipeline.facts import Facts
from maild.pipeline.invoices import beside, decide_invoice
from maild.pipeline.outcome import fields_of, outcome, review, why_unsure
from maild.pipeline.policy import Policy

CAUSES = {Kind.PAYMENT_PROOF: Cause.PAYMENT_PROOF, Kind.REGISTRATION_QUESTION: Cause.REGISTRATION}


def decide_patron(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """Answer what is certain, put the rest before staff with its candidates."""
    ruling, kinds = reading.classification.main, reading.classification.kinds
    if not facts.authors and not facts.query.tokens:
        who = reading.mail.author.address or "no address"
        decision = review(ruling, facts, Cause.UNKNOWN_SENDER, f"{who} belongs to no known patron")
        return remember(decision, reading, facts)
    if not reading.auth.passed and not facts.query.tokens:
        decision = review(ruling, facts, Cause.UNAUTHENTICATED, "the sender is not proven", *reading.auth.reasons[:3])
        return remember(decision, reading, facts)
    paid = decide_payment(reading, facts, policy)
    if paid is not None:
        return beside(paid, reading, facts)
    invoice = decide_invoice(reading, facts)
    if invoice is not None:
        return remember(invoice, reading, facts)
    if kinds == (Kind.THANKS,):
        return outcome(ruling, Action.IGNORE, reasons=("thanks: nothing is asked",))
    if kinds == (Kind.STATUS_QUERY,) and len(facts.authors) == 1 and reading.auth.passed:
        return _answer_status(reading, facts, facts.authors[0], policy)
    delivery = decide_delivery(reading, facts, policy)
    if delivery is not None:
        return delivery
    statement = decide_account(reading, facts)
    if statement is not None:
        return statement
    if ruling.kind is Kind.PAYMENT_PROOF:
        return beside(_proof(reading, facts), reading, facts)
    return beside(_question(reading, facts), reading, facts)


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
