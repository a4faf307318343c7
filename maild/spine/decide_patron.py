"""What a patron's mail does. Nothing is disclosed or moved unless the writer is known and proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.matching import Ambiguous, Candidate, Matched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.office.answers.decide_answer import decide_answer, files_of, unsure, with_draft
from maild.office.answers.decide_not_received import decide_not_received
from maild.office.answers.heard import hear
from maild.office.answers.telling_policy import GUESSES
from maild.office.invoices.invoices import beside, decide_invoice
from maild.office.notices import announce
from maild.office.payments.decide_account import decide_account
from maild.office.payments.decide_payment import decide_payment, link_only, remember
from maild.office.reach.decide_delivery import decide_delivery
from maild.office.registration.decide_registration_question import decide_registration_question
from maild.spine.decide_requests import decide_wish
from maild.spine.facts import Facts
from maild.spine.outcome import outcome, review, why_unsure
from maild.spine.policy import Policy

Decider = Callable[[Reading, Facts, Policy], Decision | None]
# Topics that ask for information, not for the thing itself.
GENERAL = {Kind.INVOICE_REQUEST: frozenset({"offered"}), Kind.REFUND_REQUEST: frozenset({"possible"})}
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
    if facts.query.tokens or (facts.authors and reading.auth.passed):
        return None
    if not facts.authors:
        who = reading.mail.author.address or "no address"
        decision = review(ruling, facts, Cause.UNKNOWN_SENDER, f"{who} belongs to no known patron")
    else:
        decision = review(ruling, facts, Cause.UNAUTHENTICATED, "the sender is not proven", *reading.auth.reasons[:3])
    return with_draft(remember(decision, reading, facts), reading, facts, policy, stranger=True)


def _paid(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    paid = decide_payment(reading, facts, policy)
    if paid is None:
        return None
    wish = policy.payments.wished(reading.classification.rest, reading.classification.kinds)
    if wish and paid.action is Action.APPLY and not paid.cause:
        paid = replace(
            paid, cause=Cause.QUESTION, reasons=(f"booked; beside the proof it says: {wish[:200]}", *paid.reasons)
        )
    done = (Kind.PAYMENT_PROOF, Kind.INVOICE_REQUEST, Kind.DEPOSIT)
    return with_draft(_beside(paid, reading, facts, policy), reading, facts, policy, done=done)


def _invoice(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Invoices and refunds that are asked for; whether there are any at all is a question like others."""
    if _topics(reading, reading.classification.main.kind) == GENERAL.get(reading.classification.main.kind):
        return None
    invoice = decide_invoice(reading, facts, policy.leaving)
    if invoice is None:
        return None
    told = (Kind.REFUND_REQUEST,) if invoice.notices else ()
    return with_draft(remember(invoice, reading, facts), reading, facts, policy, done=(Kind.INVOICE_REQUEST, *told))


def _not_received(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """What was not received; where a person looks, what else the mail asks is drafted beside it."""
    decision = decide_not_received(reading, facts, policy)
    if decision is None or not decision.cause:
        return decision
    done = (Kind.NOT_RECEIVED, Kind.STATUS_QUERY) if decision.drafts else ()
    beside = with_draft(replace(decision, drafts=()), reading, facts, policy, done=done)
    return replace(decision, drafts=(*decision.drafts, *beside.drafts))


def _thanks(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    """Nobody waits for an answer to thanks; whatever asks, wishes or tells of money beside them, a person reads."""
    kinds, found = set(reading.classification.kinds), reading.classification
    if not kinds <= {Kind.THANKS, Kind.PATRON_OTHER} or found.main.rule in GUESSES:
        return None
    if any(ruling.fields for ruling in found.rulings if ruling.kind is Kind.PATRON_OTHER):
        return None  # it answers to a fee
    heard = hear(reading, facts, policy.telling)
    if found.main.kind is not Kind.THANKS and (found.main.rule or not heard.is_all_thanks()):
        return None
    # Ignoring hides the mail: the second reader has to find nothing likelier ('wonderful, thanks. And the invoice').
    more = heard.more_than_thanks() if found.rest else heard.surely_more((Kind.THANKS, Kind.NOT_RECEIVED))
    if more or any(files_of(reading.mail)) or reading.mail.forwarded:
        why = more or "there is something attached or forwarded"
        return review(found.main, facts, Cause.QUESTION, f"thanks, and more: {why[:200]}") if len(kinds) == 1 else None
    return outcome(found.main, Action.IGNORE, reasons=("thanks: nothing is asked",))


def _account(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    return None if unsure(reading, facts, policy) else decide_account(reading, facts)


def _answered(reading: Reading, facts: Facts, policy: Policy) -> Decision | None:
    decision = decide_answer(reading, facts, policy)
    return _beside(decision, reading, facts, policy) if decision is not None and decision.cause else decision


def _rest(reading: Reading, facts: Facts, policy: Policy) -> Decision:
    proof = reading.classification.main.kind is Kind.PAYMENT_PROOF
    decision = _proof(reading, facts) if proof else _question(reading, facts)
    return with_draft(_beside(decision, reading, facts, policy), reading, facts, policy)


def _beside(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """With the invoice that the mail asks for, unless it only asks whether there are any."""
    general = _topics(reading, Kind.INVOICE_REQUEST) == GENERAL[Kind.INVOICE_REQUEST]
    return decision if general else beside(decision, reading, facts, policy.leaving)


def _topics(reading: Reading, kind: Kind) -> frozenset[str]:
    """What the mail asks within a kind."""
    rulings = (r for r in reading.classification.rulings if r.kind is kind)
    return frozenset(topic for r in rulings for topic in r.value("topic").split("\n") if topic)


def _question(reading: Reading, facts: Facts) -> Decision:
    ruling = reading.classification.main
    kinds = ", ".join(reading.classification.kinds)
    return review(
        ruling, facts, CAUSES.get(ruling.kind, Cause.QUESTION), f"a patron writes: {kinds}", *facts.outcome.reasons[:2]
    )


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
    return announce.to_patron(
        NoticeKind.PROOF_RECEIVED,
        candidate.transaction,
        candidate.patron,
        facts.now,
        revision=mail.sha256[:16],
        reply_to=mail.message_id,
    )


# Tried in turn: the first that has a decision decides, and a decider answers None to what is not its business.
# One that moves something comes before those that answer; the last one puts everything else before staff.
DECIDERS: tuple[Decider, ...] = (
    decide_registration_question,  # an applicant need not be a patron yet
    _strangers,  # from here on: a known and proven patron, or a reply with our token (look at auth before disclosing)
    _paid,
    _invoice,
    decide_wish,
    _not_received,
    decide_delivery,
    _thanks,
    _account,
    _answered,
    _rest,
)
