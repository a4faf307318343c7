"""Values of the domain as rows for programs: the same keys everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.accounting.money import Money
from maild.domain.outgoing.notice import OutboxEntry
from maild.domain.requests.patron import Patron, Transaction

if TYPE_CHECKING:
    from maild.console.checkup import Checked

Row = dict[str, object]


def plain(value: object) -> Any:
    """Frozen data as JSON takes it."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return moment(value) if isinstance(value, datetime) else value


def moment(at: datetime | None) -> str | None:
    """ISO 8601, UTC; null for none."""
    return at.isoformat() if at else None


def money(amount: Money | None) -> Row | None:
    """{'amount': '12.50', 'currency': 'CNY'}; null for none."""
    return {"amount": f"{amount.amount:.2f}", "currency": amount.currency} if amount is not None else None


def request(item: Transaction) -> Row:
    """A request."""
    return {
        "number": item.number,
        "patron_id": item.patron_id,
        "service": item.service.value,
        "title": item.title,
        "literature": item.literature,
        "provider": item.provider,
        "state": item.state.value,
        "payment_state": item.payment_state.value,
        "submitted": moment(item.submitted),
        "due": item.due.isoformat() if item.due else None,
        "total": money(item.total),
        "subsidy": money(item.subsidy),
        "payable": money(item.payable),
        "rush": item.rush,
        "version": item.version,
    }


def patron(person: Patron) -> Row:
    """A patron."""
    return {
        "patron_id": person.patron_id,
        "name": person.name,
        "kind": person.kind.value,
        "department": person.department,
        "login": person.login,
        "phone": person.phone,
        "language": person.language.value,
        "emails": [known.address for known in person.emails],
        "delivery": person.delivery.value,
    }


def notice(entry: OutboxEntry) -> Row:
    """A notice of the outbox."""
    return {
        "id": entry.id,
        "kind": entry.request.kind.value,
        "number": entry.request.number,
        "to": entry.request.recipient,
        "state": entry.state.value,
        "attempts": entry.attempts,
        "created": moment(entry.created),
        "sent": moment(entry.sent),
        "message_id": entry.message_id,
        "reply": entry.reply,
    }


def entry(booked: LedgerEntry) -> Row:
    """An entry of the books with its postings."""
    return {
        "key": booked.key,
        "kind": booked.kind.value,
        "at": moment(booked.at),
        "reason": booked.reason,
        "actor": booked.actor,
        "postings": [
            {"book": part.book.value, "amount": money(part.amount), "number": part.number} for part in booked.postings
        ],
    }


def checked(found: Checked) -> dict[str, object]:
    """The doctor's checks."""
    return {
        "checks": [
            {"name": check.name, "level": check.level.value, "detail": check.detail, "remedy": check.remedy}
            for check in found.checks
        ],
        "checked": moment(found.at),
        "checked_by": found.by,
    }
