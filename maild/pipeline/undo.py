"""Taking an act back: every value of a transaction as it was, and what a mail brought to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from maild.domain.errors import NotFound, Permanent
from maild.domain.journal import JournalEntry
from maild.domain.lifecycle import PaymentState, State
from maild.domain.money import Money
from maild.domain.patron import Transaction
from maild.ports import UnitOfWork

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


def restore(uow: UnitOfWork, row: Mapping[str, object], mail_id: int | None, now: datetime) -> None:
    """Put one transaction back as it was before the act. Raises Permanent if anything has happened to it since."""
    number, version = str(row["number"]), int(str(row["version"]))
    now_is = uow.transactions.get(number)
    if now_is is None:
        raise NotFound(f"no transaction {number}")
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
            uow.journal.add([JournalEntry(what=what, at=now, number=number, mail_id=mail_id, before=before,
                                          after=after, reasons=("undone by staff",))])  # fmt: skip


def _as_before(transaction: Transaction, row: Mapping[str, object]) -> Transaction:
    amounts = {name: _money(row[name]) for name in _MONEY}
    return replace(
        transaction,
        state=State(str(row["state"])),
        payment_state=PaymentState(str(row["payment_state"])),
        provider=str(row["provider"]),
        due=datetime.fromisoformat(str(row["due"])) if row["due"] else None,
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
