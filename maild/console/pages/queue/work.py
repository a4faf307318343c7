"""What the page of an item is built around: its main act with what that needs, and what was written before.

Each part is that of the area it belongs to: the fields of an invoice are those of its own page, the review of a
registration that of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maild.console.acts import Id, Input
from maild.console.desk import Desk
from maild.console.pages import invoices, registrations
from maild.console.views import View
from maild.console.who import Who
from maild.console.work import Work, work_of
from maild.domain.accounting.invoice import InvoiceState
from maild.domain.desk.listing import OutboxFilter
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.ruling import Party
from maild.domain.incoming.trust import Verdict
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import Transaction
from maild.office.payments.facts_payment import Earlier, earlier_of
from maild.office.queue.item_view import ItemView
from maild.office.queue.mail_rows import RowState, RowView

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


MOST_TWINS = 2  # earlier proofs that are shown beside one
MOST_BEFORE = 8  # mails and notices of a correspondence
# Whose mail it is was not plain: nothing is chosen beforehand.
UNSURE = frozenset(
    {
        Cause.SENDER_MISFIT,
        Cause.UNKNOWN_SENDER,
        Cause.UNAUTHENTICATED,
        Cause.NOT_BINDING,
        Cause.ILLEGAL_MOVE,
        Cause.SEVERAL_CANDIDATES,
        Cause.OTHER_DOCUMENT,
    }
)
LEFT = frozenset({OutboxState.SENT, OutboxState.MERGED, OutboxState.WAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A mail of the correspondence. ours: a notice of ours, with its id; else theirs, with that of the stored mail."""

    at: datetime
    ours: bool
    id: int
    subject: str
    item: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """picked: the one request that is chosen beforehand, ''; fees: requests whose share is not known.

    twins   for each proof of the mail the earlier ones that may be the same payment, the surest first
    beside  what else of the writer's waits
    """

    work: Work
    before: Sequence[Before]
    picked: str
    fees: Sequence[Transaction]
    invoice: invoices.Detail | None
    registration: registrations.Detail | None
    twins: Sequence[Sequence[Earlier]]
    beside: Sequence[ReviewItem]


def bench(desk: Desk, uow: UnitOfWork, view: ItemView) -> Bench:
    """For an item that waits or was handled."""
    item = view.item
    invoice, registration = _invoice(uow, item), _registration(uow, item)
    fees = _fees(uow, view)
    machine = bool(view.rulings) and view.rulings[0].party in (Party.PROVIDER.value, Party.MACHINE.value)
    work = work_of(
        item.cause,
        mail=view.mail is not None,
        machine=machine,
        drafts=bool(view.drafts),
        fee=bool(fees),
        proofs=any(not seen.claim for seen in view.receipts),
        invoice=invoice is not None,
        registration=registration is not None,
        rows=any(row.state is RowState.WAITS for row in view.rows),
    )
    return Bench(
        work=work,
        before=_before(uow, view),
        twins=[earlier_of(uow, seen.receipt, view.item.mail_id)[:MOST_TWINS] for seen in view.receipts],
        beside=[other for other in view.earlier if other.state is ReviewState.OPEN],
        picked=_picked(view),
        fees=fees,
        invoice=invoices.detail(uow, invoice) if invoice and work is Work.INVOICE else None,
        registration=registrations.detail(desk, uow, registration)
        if registration and work is Work.REGISTRATION
        else None,
    )


def _fees(uow: UnitOfWork, view: ItemView) -> list[Transaction]:
    """The requests of the item whose fee is known in part, or not at all: what the patron pays is not known."""
    if view.item.cause is not Cause.FEE_UNKNOWN:
        return []
    numbers = [*view.item.transactions, *(c.number for c in view.candidates)]
    return [case for case in uow.transactions.get_many(list(dict.fromkeys(numbers))) if case.payable is None]


def _invoice(uow: UnitOfWork, item: ReviewItem) -> int | None:
    """The request for an invoice that the item's mail has made, as long as it is open."""
    if item.cause is not Cause.INVOICE or item.mail_id is None:
        return None
    asked = uow.invoices.of_mail(item.mail_id)
    return next((one.id for one in asked if one.state is InvoiceState.REQUESTED), None)


def _registration(uow: UnitOfWork, item: ReviewItem) -> int | None:
    """The step of registering that waits for its review, of who writes or whom the clock names."""
    if item.cause is not Cause.REGISTRATION or not item.sender:
        return None
    steps = uow.registrations.of_person([item.sender])
    return next((one.id for one in steps if one.state is RegistrationState.PENDING), None)


def _picked(view: ItemView) -> str:
    """The only candidate, where it is beyond doubt that its own patron, or a proven provider, writes about it."""
    proven = view.auth is not None and view.auth.verdict is Verdict.PASS
    if view.item.cause in UNSURE or not proven or len(view.candidates) != 1:
        return ""
    (only,) = view.candidates
    own = only.patron is not None and only.patron.owns(view.item.sender)
    provider = bool(view.rulings) and view.rulings[0].party == Party.PROVIDER.value and view.rulings[0].trusted
    return only.number if only.transaction and (own or provider) else ""


def _before(uow: UnitOfWork, view: ItemView) -> list[Before]:
    """What they wrote and what was written to them before, the latest first."""
    sender, this = view.item.sender, view.mail
    if not sender or this is None:
        return []
    mails = [mail for mail in uow.mails.of_sender(sender, MOST_BEFORE + 1) if mail.id < this.id]
    items = {item.mail_id: item.id for item in uow.reviews.of_mails([mail.id for mail in mails])}
    theirs = [
        Before(at=at, ours=False, id=mail.id, subject=mail.subject, item=items.get(mail.id))
        for mail in mails
        if (at := mail.received or mail.stored)
    ]
    page = uow.listings.outbox.page(OutboxFilter(recipient=sender), limit=MOST_BEFORE)
    ours = [
        Before(at=row.sent or row.created, ours=True, id=row.id, subject=row.request.kind.value)
        for row in page.items
        if row.state in LEFT
    ]
    return sorted([*theirs, *ours], key=lambda each: each.at, reverse=True)[:MOST_BEFORE]


def row_json(view: RowView) -> dict[str, object]:
    """A row: how it is named in acts, what it says, of which request, what became of it, what settling it would do."""
    row, offer = view.row, view.offer
    return {
        "row": f"{row.n}:{row.stamp}",
        "text": row.text,
        "number": row.number,
        "about": view.about.number if view.about else None,
        "kind": view.said,
        "event": view.event,
        "state": view.state.value,
        "by": view.line.actor if view.line else "",
        "moves": [{"number": m.number, "before": m.before, "after": m.after} for m in offer.moves if m.event],
        "refused": offer.why,
        "reasons": list(view.reasons),
    }


# --- parts that are put in when they are opened -------------------------------------------------------------------


class AskedMail(Input):
    mail_id: Id


class AskedNotice(Input):
    entry_id: Id


def _mail_words(desk: Desk, who: Who, asked: AskedMail) -> str:
    item = ReviewItem(id=0, mail_id=asked.mail_id, cause=Cause.NONE)
    reading = desk.services.acts.reread(item)
    return (reading.mail.reply_text or reading.mail.text).strip() if reading else ""


def _notice_words(desk: Desk, who: Who, asked: AskedNotice) -> str:
    return desk.services.outbox_views.letter(asked.entry_id).text.strip()


class AskedReady(Input):
    item_id: Id
    name: str


def _ready(desk: Desk, who: Who, asked: AskedReady) -> str:
    sort, _, kept = asked.name.partition(":")
    if sort == "kept" and kept.isdecimal():
        return desk.services.answer_acts.kept(asked.item_id, int(kept), actor=who.name)
    return desk.services.answer_acts.ready(asked.item_id, asked.name)


PARTS = (
    View(
        name="queue.mail_words",
        path="/live/mails/{mail_id:int}/words",
        input=AskedMail,
        load=_mail_words,
        template="queue/words.html.j2",
        slow=True,
    ),
    View(
        name="queue.notice_words",
        path="/live/notices/{entry_id:int}/words",
        input=AskedNotice,
        load=_notice_words,
        template="queue/words.html.j2",
    ),
    View(
        name="queue.ready",
        path="/live/queue/{item_id:int}/ready/{name}",
        input=AskedReady,
        load=_ready,
        template="queue/words.html.j2",
        slow=True,
    ),
)
