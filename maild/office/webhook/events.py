"""Events out of what is written down: history, queue and books, each in the transaction that writes them.

Whatever changes something (a mail, staff, the clock, the relay) leaves its line: no path can forget to tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.domain.accounting.ledger import Book, EntryKind, LedgerEntry
from maild.domain.incoming.peer import standing
from maild.domain.incoming.peer_rows import KEY, news_row
from maild.domain.money import Money
from maild.domain.operation.trouble import Trouble, TroubleCause
from maild.domain.outgoing.event import Event, EventKind
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Transaction

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


Data = dict[str, object]
_CLAIMS: Mapping[EntryKind, EventKind] = MappingProxyType(
    {
        EntryKind.CLAIM: EventKind.CLAIM_MADE,
        EntryKind.CONFIRMATION: EventKind.CLAIM_CONFIRMED,
        EntryKind.REJECTION: EventKind.CLAIM_REJECTED,
    }
)
_NOTICES = {"sent": EventKind.NOTICE_SENT, "merged": EventKind.NOTICE_SENT, "failed": EventKind.NOTICE_FAILED}
_KINDS = {
    "news": EventKind.PROVIDER_NEWS,
    "payment": EventKind.TRANSACTION_PAYMENT,
    "registration": EventKind.REGISTRATION_STATE,
    "invoice": EventKind.INVOICE_STATE,
}


class WebhookEvents:
    """store.listener.Listener: events of what a unit of work writes."""

    def history(self, uow: UnitOfWork, entries: Sequence[JournalEntry]) -> None:
        """Lines of history that are news outside, with the transaction as it stands at the end."""
        told = [(kind, entry) for entry in entries for kind in _kinds_of(entry)]
        numbers = list(dict.fromkeys(entry.number for _, entry in told if entry.number))
        known = {t.number: t for t in uow.transactions.get_many(numbers)} if numbers else {}
        uow.events.add([_of_line(kind, entry, known.get(entry.number)) for kind, entry in told])

    def opened(self, uow: UnitOfWork, items: Sequence[ReviewItem], now: datetime) -> None:
        """What came into the queue."""
        # What is wrong with the receiver itself is not for it to hear.
        told = [item for item in items if item.kind != "webhook"]
        uow.events.add([_of_item(EventKind.REVIEW_OPENED, item, now, state="open", actor="maild") for item in told])

    def handled(self, uow: UnitOfWork, item: ReviewItem, state: ReviewState, actor: str, now: datetime) -> None:
        """What became of an item of the queue; opened again by an undo, it is news as well."""
        kind = EventKind.REVIEW_OPENED if state is ReviewState.OPEN else EventKind.REVIEW_SETTLED
        uow.events.add([_of_item(kind, item, now, state=state.value, actor=actor)])

    def posted(
        self, uow: UnitOfWork, entries: Sequence[LedgerEntry], now: datetime, actor: str, mail_id: int | None
    ) -> None:
        """Claims made, confirmed and rejected."""
        uow.events.add([_of_claim(entry, now, actor, mail_id) for entry in entries if entry.kind in _CLAIMS])

    def troubled(self, uow: UnitOfWork, troubles: Sequence[Trouble]) -> None:
        """Troubles that began and ended, each once; the receiver does not hear that it could not be reached."""
        told = [one for one in troubles if one.cause is not TroubleCause.WEBHOOK_FAILING]
        uow.events.add([event for one in told for event in _of_trouble(one)])


def body_of(kind: EventKind, at: datetime, data: Mapping[str, object]) -> dict[str, object]:
    """The JSON object of an event."""
    return {"type": kind.value, "timestamp": _moment(at), "data": dict(data)}


def _kinds_of(entry: JournalEntry) -> list[EventKind]:
    if entry.what == "state":
        if not entry.before and entry.after == State.SUBMITTED:
            return [EventKind.TRANSACTION_CREATED]
        delivered = [EventKind.DOCUMENT_DELIVERED] if entry.after == State.DELIVERED and entry.outbox_id else []
        return [EventKind.TRANSACTION_STATE, *delivered]
    if entry.what == "notice":
        return [_NOTICES[entry.after]] if entry.after in _NOTICES else []
    return [_KINDS[entry.what]] if entry.what in _KINDS else []


def _of_line(kind: EventKind, entry: JournalEntry, transaction: Transaction | None) -> Event:
    data: Data = {
        "number": entry.number,
        "before": entry.before,
        "after": entry.after,
        "actor": entry.actor,
        "mail_id": entry.mail_id,
        "notice_id": entry.outbox_id,
    }
    data |= {name: entry.data[name] for name in ("kind", "email", "step") if name in entry.data}
    if transaction is not None:
        data["transaction"] = _transaction(transaction)
        data[KEY] = news_row(standing(transaction, transaction.provider, entry.at))
    data |= {KEY: entry.data[KEY]} if KEY in entry.data else {}
    of = (kind, entry.number, entry.mail_id, entry.outbox_id, entry.before, entry.after, entry.data.get("email", ""))
    return _event(kind, entry.at, entry.number, data, of)


def _of_item(kind: EventKind, item: ReviewItem, now: datetime, *, state: str, actor: str) -> Event:
    data: Data = {
        "item_id": item.id or None,
        "cause": item.cause.value,
        "kind": item.kind,
        "state": state,
        "actor": actor,
        "mail_id": item.mail_id,
        "transactions": list(item.transactions),
    }
    number = item.transactions[0] if len(item.transactions) == 1 else ""
    return _event(kind, now, number, data, (kind, item.id, item.mail_id, item.key, item.cause, state, item.version))


def _of_claim(entry: LedgerEntry, now: datetime, actor: str, mail_id: int | None) -> Event:
    kind = _CLAIMS[entry.kind]
    claimed = [p for p in entry.postings if p.book is Book.CLAIMED]
    numbers = list(dict.fromkeys(p.number for p in entry.postings if p.number))
    amount = sum((abs(p.amount.amount) for p in claimed), start=Money.of(0).amount)
    currency = claimed[0].amount.currency if claimed else "CNY"
    data: Data = {
        "claim": entry.settles or entry.key,
        "patron_id": next((p.patron_id for p in claimed if p.patron_id), ""),
        "amount": f"{amount:.2f}",
        "currency": currency,
        "transactions": numbers,
        "actor": actor,
        "mail_id": mail_id,
    }
    return _event(kind, now, numbers[0] if len(numbers) == 1 else "", data, (kind, entry.key))


def _of_trouble(one: Trouble) -> list[Event]:
    data: Data = {
        "cause": one.cause.value,
        "about": one.about,
        "what": one.what,
        "remedy": one.remedy,
        "since": _moment(one.since),
    }
    of = (one.cause, one.about, _moment(one.since))
    opened = _event(EventKind.TROUBLE_OPENED, one.since, "", data, (EventKind.TROUBLE_OPENED, *of))
    if one.closed is None:
        return [opened]
    over = _event(
        EventKind.TROUBLE_CLOSED,
        one.closed,
        "",
        {**data, "closed": _moment(one.closed)},
        (EventKind.TROUBLE_CLOSED, *of),
    )
    return [opened, over]


def _event(kind: EventKind, at: datetime, number: str, data: Data, of: tuple[object, ...]) -> Event:
    key = ":".join(str(part) for part in (*of, _moment(at, "microseconds")))
    return Event(key=key, at=at, kind=kind, number=number, body=body_of(kind, at, data))


def _transaction(item: Transaction) -> Data:
    currency = next((m.currency for m in (item.payable, item.total, item.subsidy) if m), "CNY")
    return {
        "number": item.number,
        "patron_id": item.patron_id,
        "service": item.service.value,
        "title": item.title,
        "provider": item.provider,
        "state": item.state.value,
        "payment_state": item.payment_state.value,
        "due": item.due.isoformat() if item.due else None,
        "total": _amount(item.total),
        "subsidy": _amount(item.subsidy),
        "payable": _amount(item.payable),
        "currency": currency,
        "version": item.version,
    }


def _amount(money: Money | None) -> str | None:
    return None if money is None else f"{money.amount:.2f}"


def _moment(at: datetime, precision: str = "seconds") -> str:
    return at.astimezone(UTC).isoformat(timespec=precision)
