"""The keys of --json: stable, a contract with the outside. Times are ISO 8601 in UTC, amounts strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from maild.domain.accounting.invoice import Invoice
    from maild.domain.accounting.ledger import Refund
    from maild.domain.accounting.money import Money
    from maild.domain.desk.queue_limits import QueueLimits
    from maild.domain.outgoing.notice import OutboxEntry
    from maild.domain.records.journal import JournalEntry, MailboxState, ReviewItem
    from maild.domain.requests.patron import Document, Patron, Transaction
    from maild.office.requests.request_policy import RequestPolicy

Row = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """A time, or null."""
    return None if value is None else value.isoformat(timespec="seconds")


def day(value: date | None) -> str | None:
    """A day, or null."""
    return None if value is None else value.isoformat()


def _amount(value: Money | None) -> str | None:
    return None if value is None else f"{value.amount:.2f}"


def transaction(item: Transaction) -> Row:
    """A transaction."""
    currency = next((m.currency for m in (item.payable, item.total, item.subsidy) if m), "CNY")
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
        "due": day(item.due),
        "total": _amount(item.total),
        "subsidy": _amount(item.subsidy),
        "payable": _amount(item.payable),
        "currency": currency,
        "updated": moment(item.updated),
        "version": item.version,
        "rush": item.rush,
        "since": moment(item.since),
    }


def expectation(item: Transaction, policy: RequestPolicy, now: datetime) -> Row:
    """What is expected next of a transaction; null where nothing is."""
    from maild.office.requests.silence import in_words

    found = policy.expect(item)
    if found is None:
        return {
            "expected": None,
            "expected_of": None,
            "expected_by": None,
            "expected_overdue": False,
            "expectation": "",
        }
    doubt = "".join(f"; the working days of {year} are not known" for year in found.unknown)
    return {
        "expected": found.awaited.value,
        "expected_of": found.whose.value,
        "expected_by": found.by.isoformat(),
        "expected_overdue": found.overdue(policy.times.today(now)),
        "expectation": in_words(item, found, policy) + doubt,
    }


def event(entry: JournalEntry) -> Row:
    """A line of history."""
    return {
        "at": moment(entry.at),
        "what": entry.what,
        "actor": entry.actor,
        "number": entry.number,
        "mail_id": entry.mail_id,
        "outbox_id": entry.outbox_id,
        "before": entry.before,
        "after": entry.after,
        "reasons": list(entry.reasons),
    }


def document(item: Document) -> Row:
    """A supplied document; a link's password is not shown."""
    return {
        "filename": item.filename,
        "media_type": item.media_type,
        "size": item.size,
        "pages": item.pages,
        "sha256": item.sha256,
        "url": item.url,
        "expires": day(item.expires),
    }


def patron(item: Patron) -> Row:
    """A patron."""
    bounced = {a.address: moment(a.bounced_until) for a in item.emails if a.bounced_until}
    return {
        "patron_id": item.patron_id,
        "name": item.name,
        "kind": item.kind.value,
        "department": item.department,
        "login": item.login,
        "emails": [a.address for a in item.emails],
        "bounced": bounced,
        "bounce_reasons": {a.address: a.bounce_reason for a in item.emails if a.bounced_until},
        "complained": {a.address: moment(a.complained) for a in item.emails if a.complained},
        "phone": item.phone,
        "language": item.language.value,
        "honorific": item.honorific.value,
        "delivery": item.delivery.value,
        "version": item.version,
    }


def invoice(item: Invoice) -> Row:
    """A request for an invoice, and the invoice."""
    return {
        "id": item.id,
        "state": item.state.value,
        "patron_id": item.patron_id,
        "transactions": list(item.transactions),
        "title": item.title,
        "tax_number": item.tax_number,
        "email": item.email,
        "amount": _amount(item.amount),
        "currency": item.amount.currency if item.amount else "CNY",
        "number": item.number,
        "issued": item.issued.isoformat() if item.issued else None,
        "filename": item.filename,
        "sha256": item.sha256,
        "warnings": list(item.warnings),
        "note": item.note,
        "mail_id": item.mail_id,
        "created": moment(item.created),
        "version": item.version,
    }


def review(item: ReviewItem, limits: QueueLimits) -> Row:
    """An item of the queue; due: by when it must be done, due_unsure: in a year whose working days are not known."""
    due = limits.limit(item)
    return {
        "id": item.id,
        "state": item.state.value,
        "cause": item.cause.value,
        "kind": item.kind,
        "from": item.sender,
        "subject": item.subject,
        "transactions": list(item.transactions),
        "candidates": [dict(c) for c in item.candidates],
        "reasons": list(item.reasons),
        "mail_id": item.mail_id,
        "created": moment(item.created),
        "handled_by": item.handled_by,
        "handled": moment(item.handled),
        "note": item.note,
        "version": item.version,
        "assignee": item.assignee,
        "due": moment(due.at) if due else None,
        "due_unsure": bool(due and not due.certain),
    }


def notice(item: OutboxEntry) -> Row:
    """A row of the outbox."""
    request = item.request
    return {
        "id": item.id,
        "state": item.state.value,
        "kind": request.kind.value,
        "number": request.number,
        "subject": request.subject,
        "revision": request.revision,
        "recipient": request.recipient,
        "patron_id": request.patron_id,
        "attempts": item.attempts,
        "created": moment(item.created),
        "not_before": moment(item.not_before),
        "sent": moment(item.sent),
        "message_id": item.message_id,
        "reply": item.reply,
        "opened": moment(item.opened),
    }


def folder(item: MailboxState) -> Row:
    """A mailbox folder and how far it has been read."""
    return {
        "mailbox": item.mailbox,
        "armed": item.armed,
        "uidvalidity": item.uidvalidity,
        "last_uid": item.last_uid,
        "baseline_uid": item.baseline_uid,
        "filing": item.filing,
    }


def refund(item: Refund) -> Row:
    """A refund: to be paid out, or (paid_by: the entry of the books) paid out."""
    return {
        "refund": item.key,
        "patron_id": item.patron_id,
        "amount": _amount(item.amount),
        "currency": item.amount.currency,
        "transaction": item.number,
        "at": moment(item.at),
        "reason": item.reason,
        "paid_by": item.paid_by,
        "channel": item.channel.value,
        "line": item.line,
    }


def plain(data: Mapping[str, object]) -> Row:
    """A mapping from the store as an ordinary dict."""
    return dict(data)
