"""Taking an act back: every value of a transaction as it was, and what a mail brought to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.ledger import EntryKind, LedgerEntry
from maild.domain.accounting.money import Money
from maild.domain.errors import NotFound, Permanent
from maild.domain.records.held_bytes import BYTES, SOUGHT
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Transaction
from maild.office.acting.drafts import TAKEN_BACK, gone, last_act, put_back
from maild.office.books.acts_money import open_claim, reversal
from maild.office.payments.record_money import NOT_ASKED
from maild.ports import UnitOfWork

REPLAYED = "replayed"  # note of an item whose mail was processed again
_MONEY = ("total", "subsidy", "payable")


def transaction_row(transaction: Transaction) -> dict[str, object]:
    """What an act may change, JSON-able, with the version it was at."""
    row: dict[str, object] = {
        "number": transaction.number,
        "version": transaction.version,
        "state": transaction.state.value,
        "payment_state": transaction.payment_state.value,
        "provider": transaction.provider,
        "due": transaction.due.isoformat() if transaction.due else "",
        "rush": transaction.rush,
        "since": transaction.since.isoformat() if transaction.since else "",
    }
    for name in _MONEY:
        amount: Money | None = getattr(transaction, name)
        row[name] = [str(amount.amount), amount.currency] if amount is not None else []
    return row


def undoable(uow: UnitOfWork, item: ReviewItem) -> str:
    """'' where what handled the item may be taken back now, else why not, in a sentence. Changes nothing."""
    if item.state is ReviewState.OPEN:
        return f"item {item.id} waits: nothing was done that could be taken back"
    if item.note == REPLAYED:
        return f"the mail of item {item.id} was processed again"
    return undoable_act(uow, last_act(uow, item))


def undoable_act(uow: UnitOfWork, last: JournalEntry | None) -> str:
    """'' where that act may be taken back now, else why not, in a sentence. Changes nothing."""
    return next(filter(None, (gone(uow, last), moved_on(uow, last), settled(uow, last), needed(uow, last))), "")


def take_back(uow: UnitOfWork, last: JournalEntry | None, item: ReviewItem, now: datetime, *, actor: str) -> int:
    """Take back what an act did: notices, states, entries of the books, what it made anew; returns how many notices.

    Raises Permanent where a notice has left or a request has moved on since.
    """
    taken = put_back(uow, last, now)
    for row in reversed(rows_of(last, "before")):
        restore(uow, row, item.mail_id, now)
    for key in reversed(rows_of(last, "ledger")):
        entry = uow.ledger.get(str(key))
        if entry is not None:
            uow.ledger.post([reversal(uow, entry, TAKEN_BACK)], now, actor=actor, mail_id=item.mail_id)
    uncharge(uow, last, now, actor=actor, mail_id=item.mail_id)
    forget(uow, last, item, now, actor)
    return taken


def moved_on(uow: UnitOfWork, last: JournalEntry | None) -> str:
    """Which transaction has moved since the act, or ''."""
    for row in rows_of(last, "before"):
        now_is = uow.transactions.get(str(row["number"]))
        if now_is is None or now_is.version != int(str(row["version"])) + 1:
            return f"{row['number']} has moved on since"
    return ""


def settled(uow: UnitOfWork, last: JournalEntry | None) -> str:
    """Which claim of the act was confirmed or rejected since, or ''."""
    for key in rows_of(last, "ledger"):
        entry = uow.ledger.get(str(key))
        if entry is not None and entry.kind is EntryKind.CLAIM:
            try:
                open_claim(uow, entry.key)
            except Permanent as error:
                return error.what
    return ""


def needed(uow: UnitOfWork, last: JournalEntry | None) -> str:
    """Why a request that the act created cannot go any more, or ''."""
    number = str(last.data.get("created") or "") if last else ""
    made = uow.transactions.get(number) if number else None
    if made is None:
        return ""
    moved = {str(row["number"]) for row in rows_of(last, "before")}
    if number not in moved and made.version:
        return f"{number} has moved on since"
    if uow.ledger.entries(number=number, limit=1):
        return f"{number} is in the books: it can be cancelled, not forgotten"
    return ""


def uncharge(uow: UnitOfWork, last: JournalEntry | None, now: datetime, *, actor: str, mail_id: int | None) -> None:
    """The books hold the fees that the restored requests have: what the act had charged is charged no more."""
    numbers = [str(row["number"]) for row in rows_of(last, "before")]
    standing = uow.ledger.standing(numbers)
    entries: list[LedgerEntry] = []
    for transaction in uow.transactions.get_many(numbers):
        books = standing.get(transaction.number)
        if books is None or not books.charges:
            continue
        none = Money.of(0, books.total.currency)
        asked = transaction.payable is not None and transaction.payment_state not in NOT_ASKED
        fee = transaction if asked else replace(transaction, total=none, subsidy=none, payable=none)
        entries += bookkeeping.charges(fee, books, reason=TAKEN_BACK)
    if entries:
        uow.ledger.post(entries, now, actor=actor, mail_id=mail_id)


def forget(uow: UnitOfWork, last: JournalEntry | None, item: ReviewItem, now: datetime, actor: str) -> None:
    """What the act made anew is no more: a sender that it had ignored, a request that it had created."""
    data = last.data if last else {}
    if data.get("ignored"):
        uow.ignored.remove(str(data["ignored"]))
    if data.get("given_up"):
        uow.journal.add(
            [JournalEntry(what=BYTES, at=now, actor=actor, after=SOUGHT, data={"given_up": data["given_up"]})]
        )
    made = uow.transactions.get(str(data["created"])) if data.get("created") else None
    if made is not None:
        if item.mail_id is not None:
            uow.documents.withdraw(made.number, item.mail_id)
        uow.transactions.remove(made.number, made.version)
        uow.journal.add(
            [
                JournalEntry(
                    what="act", at=now, actor=actor, number=made.number, before=made.state, after="entered by mistake"
                )
            ]
        )


def rows_of(entry: JournalEntry | None, key: str) -> list[dict[str, str]]:
    """A list that an act's line of history keeps for its undoing."""
    rows = entry.data.get(key, ()) if entry else ()
    return list(rows) if isinstance(rows, list | tuple) else []


def restore(uow: UnitOfWork, row: Mapping[str, object], mail_id: int | None, now: datetime) -> None:
    """Put one transaction back as it was before the act. Raises Permanent if anything has happened to it since."""
    number, version = str(row["number"]), int(str(row["version"]))
    now_is = uow.transactions.get(number)
    if now_is is None:
        raise NotFound(f"no request {number}")
    if now_is.version != version + 1:
        raise Permanent(f"{number} has moved on since", remedy="correct it by hand")
    uow.transactions.restore(_as_before(now_is, row), now_is.version, now)
    if mail_id is not None:
        uow.documents.withdraw(number, mail_id)
    for what, before, after in (
        ("state", now_is.state.value, str(row["state"])),
        ("payment", now_is.payment_state.value, str(row["payment_state"])),
    ):
        if before != after:
            uow.journal.add(
                [
                    JournalEntry(
                        what=what,
                        at=now,
                        number=number,
                        mail_id=mail_id,
                        before=before,
                        after=after,
                        reasons=("undone by staff",),
                    )
                ]
            )


def _as_before(transaction: Transaction, row: Mapping[str, object]) -> Transaction:
    amounts = {name: _money(row[name]) for name in _MONEY}
    return replace(
        transaction,
        state=State(str(row["state"])),
        payment_state=PaymentState(str(row["payment_state"])),
        provider=str(row["provider"]),
        due=datetime.fromisoformat(str(row["due"])).date() if row["due"] else None,
        rush=bool(row.get("rush", transaction.rush)),
        since=datetime.fromisoformat(str(row["since"])) if row.get("since") else transaction.since,
        total=amounts["total"],
        subsidy=amounts["subsidy"],
        payable=amounts["payable"],
    )


def _money(value: object) -> Money | None:
    if not isinstance(value, list | tuple) or not value:
        return None
    return Money.of(str(value[0]), str(value[1]))
