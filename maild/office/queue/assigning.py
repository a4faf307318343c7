"""What follows where a librarian says which requests a queued mail is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Action, Decision, Effect
from maild.domain.incoming.matching import Candidate, Matched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.incoming.trust import Verdict
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeRequest
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.patron import Transaction
from maild.office import SAY as COMMON
from maild.office.books.acts_money import assign_proof, unclaimed
from maild.office.queue import SAY
from maild.spine.process import Parts

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How a librarian wants a payment to be divided."""

    amounts: tuple[Money, ...] = ()
    deposit: bool = False
    patron_id: str = ""
    actor: str = ""


def decide_assigned(
    parts: Parts,
    uow: UnitOfWork,
    item: ReviewItem,
    reading: Reading | None,
    transactions: Sequence[Transaction],
    share: Share,
    now: datetime,
) -> Decision:
    """A person vouches for sender and match; the laws of state still hold. Raises Permanent where they do not."""
    numbers = tuple(t.number for t in transactions)
    linked = by_hand((), (), SAY("assigned_by_staff")).naming(numbers)
    proofs = unclaimed(uow, item.mail_id)
    if proofs or share.amounts or share.deposit:
        return _proven(parts, uow, item, reading, transactions, share, now)
    if reading is None:
        return linked
    ruling = reading.classification.main
    if ruling.kind is Kind.PAYMENT_PROOF:
        booked = bool(item.mail_id is not None and uow.receipts.of_mail(item.mail_id))
        return linked if booked else _proven(parts, uow, item, reading, transactions, share, now)
    if ruling.party is not Party.PROVIDER or ruling.event is None:
        return linked
    decision = _vouched(parts, uow, reading, transactions, now)
    if decision.action is Action.REVIEW:
        raise Permanent(
            SAY("cannot_be_applied", why=decision.reasons[0] if decision.reasons else decision.cause),
            remedy=SAY("move_by_hand"),
        )
    return decision


def _vouched(
    parts: Parts, uow: UnitOfWork, reading: Reading, transactions: Sequence[Transaction], now: datetime
) -> Decision:
    main = replace(reading.classification.main, trusted=True)
    classification = replace(reading.classification, rulings=(main, *reading.classification.rulings[1:]))
    auth = replace(reading.auth, verdict=Verdict.NONE)
    facts = parts.order.gather(uow, reading, parts.lookup, now)
    patrons = {p.patron_id: p for p in uow.patrons.get_many([t.patron_id for t in transactions])}
    chosen = tuple(Candidate(transaction=t, patron=patrons.get(t.patron_id), evidence=()) for t in transactions)
    documents = {t.number: tuple(uow.documents.of_transaction(t.number)) for t in transactions}
    facts = replace(
        facts,
        outcome=Matched(candidates=chosen, reasons=(SAY("assigned_by_staff"),)),
        candidates=chosen,
        documents=documents,
        vouched=True,
    )
    return parts.order.decide(replace(reading, classification=classification, auth=auth), facts, parts.policy)


def _proven(
    parts: Parts,
    uow: UnitOfWork,
    item: ReviewItem,
    reading: Reading | None,
    transactions: Sequence[Transaction],
    share: Share,
    now: datetime,
) -> Decision:
    """The queued proof is a payment for these: a claim that a person vouches for."""
    payer = share.patron_id
    owners = sorted({t.patron_id for t in transactions})
    if not payer and len(owners) > 1:
        raise Permanent(SAY("whose_payment", patrons=" and ".join(owners)), remedy=SAY("name_payer"))
    if not payer and reading is not None:
        writers = uow.patrons.by_email([reading.mail.author.address])
        payer = writers[0].patron_id if len(writers) == 1 else ""
    return assign_proof(
        uow,
        item.mail_id,
        transactions,
        parts.policy,
        now,
        actor=share.actor,
        amounts=share.amounts,
        deposit=share.deposit,
        payer=payer,
    )


def by_hand(effects: tuple[Effect, ...], notices: Sequence[NoticeRequest], note: str) -> Decision:
    """What a person causes, about no mail."""
    return Decision(
        action=Action.APPLY,
        effects=(*effects, *notices),
        reasons=(note or COMMON("by_staff"),),
    )
