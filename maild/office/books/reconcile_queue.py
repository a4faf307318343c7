"""What statements leave to staff: money of nobody, and money that went out for nothing known, with candidates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.statement import StatementLine
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.match.reconcile import Pair, Trait
from maild.office.books import SAY

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


MOST = 100_000  # open lines, claims and fees that one turn looks at
LINE = "statement line "  # how a queue item's subject names its line
CLAIM = "claim "  # … and its claim
CAUSES = (Cause.UNCLAIMED_MONEY, Cause.AMOUNT_DIFFERS, Cause.MONEY_OUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A line that waits for a person. `fresh`: it was put into the queue just now."""

    line: StatementLine
    candidates: tuple[Pair, ...] = ()
    fresh: bool = False


def before_staff(
    uow: UnitOfWork,
    line: StatementLine,
    candidates: Sequence[Pair],
    seen: Collection[str],
    now: datetime,
    actor: str,
    *,
    ask: bool = True,
) -> bool:
    """Book the money as unclaimed and ask staff, once (again where their answer was taken back); True if asked now."""
    entry = bookkeeping.unclaimed(line)
    entry = replace(entry, key=uow.ledger.fresh(entry.key))
    if uow.ledger.get(entry.key) is not None and f"{LINE}{line.key}" not in seen:
        return False
    uow.ledger.post((entry,), now, actor=actor)
    if not ask:
        return False
    item = _went_out(line, candidates) if line.amount.amount < 0 else _came_in(line, candidates)
    uow.reviews.add(item, now)
    uow.journal.add([JournalEntry(what="statement", at=now, actor=actor, after="unclaimed", reasons=item.reasons[:2])])
    return True


def _came_in(line: StatementLine, candidates: Sequence[Pair]) -> ReviewItem:
    differs = any(Trait.SERIAL in pair.traits and Trait.AMOUNT not in pair.traits for pair in candidates)
    what = SAY(
        "money_from",
        amount=line.amount,
        payer=line.payer or SAY("unnamed_payer"),
        day=line.booked,
        purpose=line.purpose or SAY("no_purpose"),
    )
    why = SAY("amount_not_claimed") if differs else SAY("no_claim_fits")
    rows = [_row(p, SAY("claimed_by", amount=p.claim.amount, patron=p.claim.patron_id)) for p in candidates]
    return _item(line, Cause.AMOUNT_DIFFERS if differs else Cause.UNCLAIMED_MONEY, rows, what, why)


def _went_out(line: StatementLine, candidates: Sequence[Pair]) -> ReviewItem:
    what = SAY(
        "money_to",
        amount=-line.amount,
        payee=line.payer or SAY("unnamed_payee"),
        day=line.booked,
        purpose=line.purpose or SAY("no_purpose"),
    )
    rows = [_row(p, SAY("to_be_paid_out", amount=p.claim.amount, patron=p.claim.patron_id)) for p in candidates]
    return _item(line, Cause.MONEY_OUT, rows, what, SAY("no_refund_fits"))


def _row(pair: Pair, said: str) -> dict[str, object]:
    numbers = ", ".join(number for number, _ in pair.claim.parts)
    return {
        "transaction": numbers or pair.claim.key,
        "claim": pair.claim.key,
        "score": pair.weight,
        "reasons": [pair.reason, said],
    }


def _item(line: StatementLine, cause: Cause, rows: Sequence[dict[str, object]], what: str, why: str) -> ReviewItem:
    where = SAY("row_of_file", format=line.format, row=line.row, file=line.file)
    return ReviewItem(
        id=0,
        mail_id=None,
        cause=cause,
        kind="statement",
        sender=line.payer,
        subject=f"{LINE}{line.key}",
        candidates=tuple(rows),
        reasons=(what, why, where),
    )


def answered(uow: UnitOfWork) -> set[str]:
    """Subjects that staff were asked about and settled: if such a line is open, what they did was taken back."""
    items = [item for cause in CAUSES for item in uow.reviews.find(state=None, cause=cause, limit=MOST)]
    others = {item.subject for item in items if item.state is not ReviewState.ASSIGNED}
    return {item.subject for item in items} - others


def close_items(
    uow: UnitOfWork,
    subjects: Sequence[str],
    actor: str,
    numbers: Sequence[str],
    now: datetime,
    *,
    note: str = "allocated",
) -> None:
    """What was asked of staff about a line or a claim is answered."""
    for cause in (*CAUSES, Cause.CLAIM_UNCONFIRMED):
        for item in uow.reviews.find(cause=cause, limit=MOST):
            if item.subject in subjects:
                uow.reviews.handle(
                    item.id,
                    ReviewState.ASSIGNED,
                    expected_version=item.version,
                    actor=actor,
                    note=note,
                    transactions=numbers,
                    now=now,
                )
