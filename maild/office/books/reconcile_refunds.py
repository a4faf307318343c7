"""Money that went out against refunds that are to be paid: what is certain both ways settles them, the rest waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.ledger import Claim, Refund
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import NotFound, Permanent
from maild.domain.records.journal import JournalEntry
from maild.match.reconcile import OUTGOING, OpenClaim, reconcile
from maild.office.books import SAY
from maild.office.books.posting import stands_unclaimed
from maild.office.books.reconcile_queue import LINE, MOST, Doubt, before_staff, close_items

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


MOST_CANDIDATES = 5
BY_HAND = timedelta(days=120)  # so long a line may come after staff said that the refund was paid out
ASKED = timedelta(days=60)  # older lines that no refund explains are booked, and nobody is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOut:
    """A line by which a refund left us."""

    line: StatementLine
    refund: Refund
    reason: str


def pay_out(
    uow: UnitOfWork,
    lines: Sequence[StatementLine],
    named: Mapping[str, Sequence[str]],
    seen: set[str],
    now: datetime,
    *,
    actor: str,
) -> tuple[list[PaidOut], list[Doubt]]:
    """Settle refunds by these outgoing lines; what is left is booked as money out of nobody knows what, and asked."""
    refunds = {r.key: r for r in uow.ledger.refunds(open_only=False, since=now - BY_HAND) if _may_be_settled(r, now)}
    flipped = {line.key: replace(line, amount=-line.amount) for line in lines}
    found = reconcile(tuple(flipped.values()), _as_claims(uow, tuple(refunds.values())), named, OUTGOING)
    by_key = {line.key: line for line in lines}
    done, doubts = [], []
    for pair in found.pairs:
        if not _fits(refunds[pair.claim.key], pair.line):
            continue
        done.append(settle(uow, by_key[pair.line.key], refunds[pair.claim.key], pair.reason, now, actor=actor))
    settled = {one.line.key for one in done}
    for line in lines:
        if line.key in settled:
            continue
        candidates = tuple(p for p in found.doubts.get(line.key, ()) if not refunds[p.claim.key].paid_by)
        ask = bool(candidates) or now.date() - line.booked <= ASKED
        fresh = before_staff(uow, line, candidates[:MOST_CANDIDATES], seen, now, actor, ask=ask)
        doubts.append(Doubt(line=line, candidates=candidates[:MOST_CANDIDATES], fresh=fresh))
    return done, doubts


def settle(uow: UnitOfWork, line: StatementLine, refund: Refund, reason: str, now: datetime, *, actor: str) -> PaidOut:
    """The refund left by this line. What staff had said of it by hand is replaced by what the statement says."""
    if refund.paid_by:
        said = uow.ledger.get(refund.paid_by)
        assert said is not None
        back = bookkeeping.reverse(said, SAY("statement_says"))
        uow.ledger.post([back], now, actor=actor)
        refund = replace(refund, tip=back.key)
    stands = stands_unclaimed(uow, line.key)
    entry = bookkeeping.paid_out(refund, channel=line.channel, line=line.key, unclaimed=stands, reason=reason)
    uow.ledger.post([entry], now, actor=actor)
    numbers = [refund.number] if refund.number else []
    close_items(uow, (f"{LINE}{line.key}",), actor, numbers, now, note=SAY("paid_out"))
    uow.journal.add(
        [
            JournalEntry(
                what="statement",
                at=now,
                actor=actor,
                number=refund.number,
                before=refund.key,
                after=SAY("paid_out"),
                reasons=(reason,),
            )
        ]
    )
    return PaidOut(line=line, refund=refund, reason=reason)


def by_hand(uow: UnitOfWork, line_key: str, refund_key: str, now: datetime, *, actor: str, note: str) -> PaidOut:
    """A person says which refund an outgoing line paid. Raises NotFound; Permanent where the sums differ."""
    line = next((one for one in uow.statements.went_out(limit=MOST) if one.key == line_key), None)
    if line is None:
        raise NotFound(SAY("no_line_out", line=repr(line_key)), remedy="maild reconcile run")
    refund = open_refund(uow, refund_key)
    if -line.amount != refund.amount:
        raise Permanent(SAY("line_differs", said=-line.amount, amount=refund.amount), remedy=SAY("correct_refund"))
    return settle(uow, line, refund, note or SAY("librarian_says"), now, actor=actor)


def open_refund(uow: UnitOfWork, key: str) -> Refund:
    """The refund of that key ('refund:' may be left out) which is still to be paid out. Raises NotFound, Permanent."""
    refund = uow.ledger.refund(key) or uow.ledger.refund(f"refund:{key}")
    if refund is None:
        raise NotFound(SAY("no_refund", key=key), remedy="maild deposit refunds")
    if refund.paid_by:
        raise Permanent(SAY("refund_paid", refund=refund.key), remedy="maild deposit refunds --all")
    return refund


def _may_be_settled(refund: Refund, now: datetime) -> bool:
    return not refund.paid_by or (not refund.line and now - refund.at <= BY_HAND)


def _fits(refund: Refund, line: StatementLine) -> bool:
    """What staff said was paid out in cash did not leave by a bank."""
    return not refund.paid_by or refund.channel == line.channel


def _as_claims(uow: UnitOfWork, refunds: Sequence[Refund]) -> list[OpenClaim]:
    """Refunds as what is expected to leave, with the accounts, serials and names of what their patrons had paid."""
    patrons = {p.patron_id: p.name for p in uow.patrons.get_many(sorted({r.patron_id for r in refunds}))}
    paid = {who: [c.key for c in uow.ledger.claims(patron_ids=[who], open_only=False)] for who in patrons}
    proofs = uow.receipts.of_claims([key for keys in paid.values() for key in keys])
    return [
        OpenClaim(
            claim=_expected(refund),
            names=tuple(filter(None, [patrons.get(refund.patron_id, "")])),
            receipts=tuple(
                _payer_of(seen.receipt) for key in paid.get(refund.patron_id, ()) for seen in proofs.get(key, ())
            ),
        )
        for refund in refunds
    ]


def _expected(refund: Refund) -> Claim:
    tip = refund.key if refund.paid_by or refund.tip == refund.key else refund.tip
    parts = ((refund.number, refund.amount),) if refund.number else ()
    return Claim(key=refund.key, patron_id=refund.patron_id, amount=refund.amount, parts=parts, at=refund.at, tip=tip)


def _payer_of(receipt: Receipt) -> Receipt:
    """Who paid, and by which serial: a refund may go another way, on another day."""
    return Receipt(
        kind=ReceiptKind.NOT_A_RECEIPT,
        payer=receipt.payer,
        payer_account=receipt.payer_account,
        serials=receipt.serials,
    )
