"""What programs are told of a noun: one row of stable keys, a contract with the outside, for commands and /api/v1.

The doors differ in two ways of writing: a command's amounts are texts beside one `currency`, the API's are objects; a
command's times end with the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maild.domain.accounting.invoice import Invoice
    from maild.domain.accounting.ledger import LedgerEntry, Refund
    from maild.domain.desk.queue_limits import QueueLimits
    from maild.domain.money import Money
    from maild.domain.outgoing.notice import OutboxEntry
    from maild.domain.records.journal import JournalEntry, MailboxState, ReviewItem
    from maild.domain.requests.patron import Document, Patron, Registration, Transaction

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How a door writes amounts and times. flat: amounts are texts; timespec: as `datetime.isoformat` takes it."""

    flat: bool
    timespec: str

    def moment(self, at: datetime | None) -> str | None:
        """ISO 8601, UTC; null for none."""
        return None if at is None else at.isoformat(timespec=self.timespec)

    def money(self, amount: Money | None) -> Any:
        """'12.50', or {'amount': '12.50', 'currency': 'CNY'}; null for none."""
        if amount is None or self.flat:
            return None if amount is None else f"{amount.amount:.2f}"
        return {"amount": f"{amount.amount:.2f}", "currency": amount.currency}

    # --- nouns ----------------------------------------------------------------------------------------------------

    def request(self, item: Transaction) -> Row:
        """A request."""
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
            "submitted": self.moment(item.submitted),
            "due": day(item.due),
            "total": self.money(item.total),
            "subsidy": self.money(item.subsidy),
            "payable": self.money(item.payable),
            "currency": currency,
            "updated": self.moment(item.updated),
            "version": item.version,
            "rush": item.rush,
            "since": self.moment(item.since),
        }

    def patron(self, item: Patron) -> Row:
        """A patron. bounced, complained: addresses that do not take our mail, until or since when."""
        return {
            "patron_id": item.patron_id,
            "name": item.name,
            "kind": item.kind.value,
            "department": item.department,
            "login": item.login,
            "emails": [a.address for a in item.emails],
            "bounced": {a.address: self.moment(a.bounced_until) for a in item.emails if a.bounced_until},
            "bounce_reasons": {a.address: a.bounce_reason for a in item.emails if a.bounced_until},
            "complained": {a.address: self.moment(a.complained) for a in item.emails if a.complained},
            "phone": item.phone,
            "language": item.language.value,
            "honorific": item.honorific.value,
            "delivery": item.delivery.value,
            "version": item.version,
        }

    def notice(self, item: OutboxEntry) -> Row:
        """A row of the outbox. to: the recipient."""
        request = item.request
        return {
            "id": item.id,
            "state": item.state.value,
            "kind": request.kind.value,
            "number": request.number,
            "subject": request.subject,
            "revision": request.revision,
            "recipient": request.recipient,
            "to": request.recipient,
            "patron_id": request.patron_id,
            "attempts": item.attempts,
            "created": self.moment(item.created),
            "not_before": self.moment(item.not_before),
            "sent": self.moment(item.sent),
            "message_id": item.message_id,
            "reply": item.reply,
            "opened": self.moment(item.opened),
        }

    def invoice(self, item: Invoice) -> Row:
        """A request for an invoice, and the invoice."""
        return {
            "id": item.id,
            "state": item.state.value,
            "patron_id": item.patron_id,
            "transactions": list(item.transactions),
            "title": item.title,
            "tax_number": item.tax_number,
            "email": item.email,
            "amount": self.money(item.amount),
            "currency": item.amount.currency if item.amount else "CNY",
            "number": item.number,
            "issued": day(item.issued),
            "filename": item.filename,
            "sha256": item.sha256,
            "warnings": list(item.warnings),
            "note": item.note,
            "mail_id": item.mail_id,
            "created": self.moment(item.created),
            "version": item.version,
        }

    def review(self, item: ReviewItem, limits: QueueLimits | None = None) -> Row:
        """An item of the queue. limits: for `due`, by when it must be done, and `due_unsure`: in a year whose working
        days are not known.
        """
        due = limits.limit(item) if limits else None
        dues = {"due": self.moment(due.at) if due else None, "due_unsure": bool(due and not due.certain)}
        return {
            "id": item.id,
            "state": item.state.value,
            "cause": item.cause.value,
            "kind": item.kind,
            "from": item.sender,
            "subject": item.subject,
            "transactions": list(item.transactions),
            "candidates": plain(item.candidates),
            "reasons": list(item.reasons),
            "mail_id": item.mail_id,
            "created": self.moment(item.created),
            "handled_by": item.handled_by,
            "handled": self.moment(item.handled),
            "note": item.note,
            "version": item.version,
            "assignee": item.assignee,
            **(dues if limits else {}),
        }

    def registration(self, item: Registration, due: datetime | None, **clock: object) -> Row:
        """A registration. due: by when its review must be done, or its own; clock: what else is told of that."""
        return {
            "id": item.id,
            "step": item.step.value,
            "state": item.state.value,
            "email": item.email,
            "login": item.login,
            "name": item.name,
            "patron_id": item.patron_id,
            "patron_kind": item.patron_kind,
            "department": item.department,
            "phone": item.phone,
            "source": item.source,
            "round": item.round,
            "submitted": self.moment(item.submitted),
            "due": self.moment(due or item.due),
            **clock,
            "told": item.told,
            "decided": self.moment(item.decided),
            "reason": item.reason,
        }

    def event(self, entry: JournalEntry) -> Row:
        """A line of history."""
        return {
            "at": self.moment(entry.at),
            "what": entry.what,
            "actor": entry.actor,
            "number": entry.number,
            "mail_id": entry.mail_id,
            "outbox_id": entry.outbox_id,
            "before": entry.before,
            "after": entry.after,
            "reasons": list(entry.reasons),
        }

    def refund(self, item: Refund) -> Row:
        """A refund: to be paid out, or (paid_by: the entry of the books) paid out."""
        return {
            "refund": item.key,
            "patron_id": item.patron_id,
            "amount": self.money(item.amount),
            "currency": item.amount.currency,
            "transaction": item.number,
            "at": self.moment(item.at),
            "reason": item.reason,
            "paid_by": item.paid_by,
            "channel": item.channel.value,
            "line": item.line,
        }

    def entry(self, booked: LedgerEntry) -> Row:
        """An entry of the books with its postings."""
        return {
            "key": booked.key,
            "kind": booked.kind.value,
            "at": self.moment(booked.at),
            "reason": booked.reason,
            "actor": booked.actor,
            "postings": [
                {"book": part.book.value, "amount": self.money(part.amount), "number": part.number}
                for part in booked.postings
            ],
        }

    def document(self, item: Document) -> Row:
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

    def folder(self, item: MailboxState) -> Row:
        """A mailbox folder and how far it has been read."""
        return {
            "mailbox": item.mailbox,
            "armed": item.armed,
            "uidvalidity": item.uidvalidity,
            "last_uid": item.last_uid,
            "baseline_uid": item.baseline_uid,
            "filing": item.filing,
        }


COMMAND = Door(flat=True, timespec="seconds")
API = Door(flat=False, timespec="auto")


def plain(value: object) -> Any:
    """Frozen data as JSON takes it; times as the API writes them."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return API.moment(value) if isinstance(value, datetime) else value


def day(value: date | None) -> str | None:
    """A day, or null."""
    return None if value is None else value.isoformat()
