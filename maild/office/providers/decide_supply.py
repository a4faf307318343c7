"""What a supplied copy does to its request: only a usable file or link counts, and it goes out when policy allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maild.domain import SAY as DOMAIN
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.matching import Candidate
from maild.domain.incoming.ruling import Ruling
from maild.domain.requests.lifecycle import (
    OPEN,
    PAID,
    Advance,
    Event,
    Move,
    State,
    advance,
)
from maild.domain.requests.patron import Document, Transaction
from maild.office.notices import announce
from maild.office.providers import SAY
from maild.office.providers.facts_provider import Charged
from maild.office.providers.fees_said import read_fees
from maild.office.providers.provider_step import (
    Step,
    addressed,
    demanding,
    from_deposit,
    in_foreign_money,
    transition_of,
)
from maild.office.providers.supply import Supply
from maild.spine.facts import Facts
from maild.spine.policy import Policy

# What a person who assigns the mail has looked at: then it is the document all the same.
VOUCHED = (Cause.OTHER_DOCUMENT, Cause.SEEN_BEFORE)
# States that a copy has been supplied in.
SUPPLIED = (State.SHIPPED, State.RECEIVED, State.DELIVERED, State.CLOSED)
# A library that supplies after that may not know it, or mean another request.
FINISHED = (State.CLOSED, State.CANCELLED)


def supply_step(
    ruling: Ruling, candidate: Candidate, facts: Facts, policy: Policy, moved: Advance, supply: Supply
) -> Step:
    """A copy was supplied: only a usable file or link counts, and it goes out when policy allows."""
    transaction = candidate.transaction
    if supply.elsewhere and moved.move is Move.MOVED and transaction.state in OPEN:
        return _lies_elsewhere(ruling, candidate, facts, moved, supply)
    stop = _supply_stopped(transaction, moved, supply, facts.documents.get(transaction.number, ()))
    if stop is None and ruling.institution and transaction.state in FINISHED:
        reason = SAY("supplied_anew", state=transaction.state)
        stop = Step(advance=moved, cause=Cause.SEEN_BEFORE, blocked=True, reasons=(reason,))
    if stop is not None and not (facts.vouched and stop.cause in VOUCHED):
        return stop
    fees = read_fees(ruling, transaction, facts.known(Charged).currencies.get(transaction.number, ""))
    if fees.conflict:
        return Step(advance=moved, cause=Cause.AMOUNT_DIFFERS, blocked=True, reasons=(fees.conflict,))
    shipped = _as_shipped(transaction, moved)
    transition = fees.onto(transition_of(shipped, transaction, ruling))
    step = Step(advance=shipped, transition=transition, documents=supply.documents, reasons=supply.reasons)
    if fees.foreign:
        return in_foreign_money(step, fees)
    charged = fees.charged(transaction)
    if charged.payable is None and charged.total:
        reason = SAY("share_unknown_waits")
        return replace(step, cause=Cause.FEE_UNKNOWN, reasons=(*step.reasons, reason))
    if not policy.may_release(charged) or (charged.payable and charged.payment_state not in PAID):
        delivered = announce.delivered(transaction, candidate.patron, supply.documents, facts.now)
        paid = from_deposit(replace(step, notices=delivered), candidate, facts, policy, charged)
        if paid is not None:
            return addressed(paid, candidate)
    if not policy.may_release(charged):
        reason = SAY("fee_due_waits", amount=charged.payable)
        return demanding(replace(step, reasons=(*step.reasons, reason)), candidate, facts)
    delivered = announce.delivered(transaction, candidate.patron, supply.documents, facts.now)
    if charged.payable and charged.payment_state not in PAID:
        step = demanding(step, candidate, facts)  # it goes out before it is paid: that is policy; it is still owed
    return addressed(replace(step, notices=(*delivered, *step.notices)), candidate)


def _lies_elsewhere(ruling: Ruling, candidate: Candidate, facts: Facts, moved: Advance, supply: Supply) -> Step:
    """Supplied into a system, an account or a mailbox that is not ours to open: that counts, and a person fetches it.

    Nothing is asked for or sent before the document is here, and nothing moves while a fee is owed, but for what a form
    says of a request on which somebody works, and nothing else: others may wait for the money.
    """
    transaction = candidate.transaction
    fees = read_fees(ruling, transaction, facts.known(Charged).currencies.get(transaction.number, ""))
    owed = transaction.payable and transaction.payment_state not in PAID
    begun = supply.bare and transaction.state in (State.IN_PROCESS, State.FORWARDED)
    if fees.conflict or fees.foreign or (owed and not begun):
        return Step(advance=moved, cause=Cause.NO_USABLE_FILE, blocked=True, reasons=supply.reasons)
    shipped = _as_shipped(transaction, moved)
    reasons = (*supply.reasons, supply.elsewhere)
    transition = fees.onto(transition_of(shipped, transaction, ruling))
    return Step(advance=shipped, transition=transition, cause=Cause.NO_USABLE_FILE, reasons=reasons)


def _as_shipped(transaction: Transaction, moved: Advance) -> Advance:
    """'Delivered' by a provider means it reached us; the patron has it when our own notice is sent."""
    if moved.event is Event.DELIVERED:
        told = advance(transaction.state, Event.SHIPPED, transaction.service)
        return told if told.move is Move.MOVED else replace(moved, event=Event.SHIPPED, after=moved.before)
    return moved


def _supply_stopped(transaction: Transaction, moved: Advance, supply: Supply, known: Sequence[Document]) -> Step | None:
    """Why the supply moves nothing: it was had, or a person must look; None where it goes on.

    What is missing or broken reaches a person whatever the state: 'shipped' may stand there since a mail that
    brought nothing.
    """
    anew = moved.move is Move.MOVED and transaction.state in (*OPEN, State.UNFILLED)
    if supply.fault or (anew and not supply.documents):
        return Step(advance=moved, cause=Cause.NO_USABLE_FILE, blocked=True, reasons=supply.reasons)
    if supply.repeated and not anew and transaction.state in SUPPLIED:
        again = replace(
            moved, move=Move.REPEATED, after=moved.before, reason=DOMAIN("same_news_again", state=moved.before)
        )
        return Step(advance=again, reasons=(SAY("document_here"),))
    if moved.move is Move.ILLEGAL:
        return Step(advance=moved)
    if known and not anew:
        had = {d.sha256 or d.url for d in known}
        fresh = sum((d.sha256 or d.url) not in had for d in supply.documents)
        reason = SAY("more_files", count=fresh)
        return Step(advance=moved, cause=Cause.SEEN_BEFORE, blocked=True, reasons=(reason,))
    if supply.other:
        return Step(advance=moved, cause=Cause.OTHER_DOCUMENT, blocked=True, reasons=(supply.other,))
    return None
