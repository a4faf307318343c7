"""Taking back what an act did to the books: nothing in them is changed, what reverses it is posted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.ledger import Claim, EntryKind, LedgerEntry
from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import Decision
from maild.domain.money import Money
from maild.domain.records.journal import JournalEntry
from maild.office.payments import SAY
from maild.office.payments.record_money import NOT_ASKED
from maild.spine import SAY as SPINE
from maild.spine.recording.keepers import numbers_before
from maild.spine.recording.keeping import At, Undo, kept

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

LEDGER = "ledger"  # of an act's line of history: keys of the entries that it posted


def open_claim(uow: UnitOfWork, key: str) -> Claim:
    """The open claim of that key ('claim:' may be left out). Raises NotFound, Permanent."""
    for name in (key, f"claim:{key}"):
        entry = uow.ledger.get(name)
        if entry is None or entry.kind is not EntryKind.CLAIM:
            continue
        patron_id = next(p.patron_id for p in entry.postings if p.patron_id)
        found = next((c for c in uow.ledger.claims(patron_ids=[patron_id], limit=10_000) if c.key == name), None)
        if found is None:
            raise Permanent(SAY("settled_already", key=name), remedy="maild claims list --all")
        return found
    raise NotFound(SAY("no_claim", key=key), remedy="maild claims list")


def reversal(uow: UnitOfWork, entry: LedgerEntry, note: str) -> LedgerEntry:
    """What takes the entry back: an open claim is withdrawn, anything else reversed. Raises as `open_claim`."""
    if entry.kind is not EntryKind.CLAIM:
        return bookkeeping.reverse(entry, note)
    claim = open_claim(uow, entry.key)
    return bookkeeping.withdraw(claim, note, pending=uow.ledger.pending([n for n, _ in claim.parts]))


def _posted(uow: UnitOfWork, decision: Decision) -> list[object]:
    return [entry.key for entry in decision.of(LedgerEntry)]


def _entries(uow: UnitOfWork, line: JournalEntry) -> list[LedgerEntry]:
    return [entry for key in kept(line, LEDGER) if (entry := uow.ledger.get(str(key))) is not None]


def _settled(uow: UnitOfWork, line: JournalEntry) -> str:
    """Which claim of the act was confirmed or rejected since, or ''."""
    for entry in _entries(uow, line):
        if entry.kind is EntryKind.CLAIM:
            try:
                open_claim(uow, entry.key)
            except Permanent as error:
                return error.what
    return ""


def _reverse(uow: UnitOfWork, line: JournalEntry, at: At) -> None:
    for entry in reversed(_entries(uow, line)):
        uow.ledger.post([reversal(uow, entry, SPINE("undone_by_staff"))], at.now, actor=at.actor, mail_id=at.mail_id)


def _uncharge(uow: UnitOfWork, line: JournalEntry, at: At) -> None:
    """The books hold the fees that the restored requests have: what the act had charged is charged no more."""
    numbers = numbers_before(line)
    standing = uow.ledger.standing(numbers)
    entries: list[LedgerEntry] = []
    for transaction in uow.transactions.get_many(numbers):
        books = standing.get(transaction.number)
        if books is None or not books.charges:
            continue
        none = Money.of(0, books.total.currency)
        asked = transaction.payable is not None and transaction.payment_state not in NOT_ASKED
        fee = transaction if asked else replace(transaction, total=none, subsidy=none, payable=none)
        entries += bookkeeping.charges(fee, books, reason=SPINE("undone_by_staff"))
    if entries:
        uow.ledger.post(entries, at.now, actor=at.actor, mail_id=at.mail_id)


POSTED = Undo(name=LEDGER, note=_posted, against=_settled, take_back=_reverse)
CHARGED = Undo(take_back=_uncharge)
