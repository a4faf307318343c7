"""Which notice goes to whom: the one place that builds NoticeRequests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Document, Patron, Transaction

PICKED_UP_HERE = frozenset({NoticeKind.PICK_UP, NoticeKind.LOAN_DUE, NoticeKind.LOAN_OVERDUE})


# An address that was refused for a passing reason is marked for a day: a notice to it waits, it is not dropped.
SOFT = timedelta(days=2)


def address_of(patron: Patron | None, now: datetime) -> str:
    """The patron's preferred address that does not bounce; else one that does only for now; else ''.

    One whose owner called our mail spam comes after the others that take it.
    """
    if patron is None:
        return ""
    taking = [a for a in patron.emails if a.bounced_until is None or a.bounced_until <= now]
    free = [a.address for a in sorted(taking, key=lambda a: a.complained is not None)]
    soft = [a.address for a in patron.emails if a.bounced_until is not None and now < a.bounced_until <= now + SOFT]
    return next(iter([*free, *soft]), "")


def to_patron(
    kind: NoticeKind,
    transaction: Transaction,
    patron: Patron | None,
    now: datetime,
    *,
    revision: str = "",
    data: Mapping[str, object] | None = None,
    documents: Iterable[Document] = (),
    reply_to: str = "",
) -> tuple[NoticeRequest, ...]:
    """The notice, or nothing where the patron has no usable address (the caller says so).

    Without a `revision` the transaction's version is one: the same news told of a later move is a new notice.
    """
    recipient = address_of(patron, now)
    if not recipient or patron is None:
        return ()
    files = tuple((d.sha256, d.filename) for d in documents if d.sha256)
    links = [link_data(d) for d in documents if d.url]
    request = NoticeRequest(
        kind=kind,
        subject=transaction.number,
        recipient=recipient,
        patron_id=patron.patron_id,
        number=transaction.number,
        revision=revision or f"v{transaction.version}",
        data={**(data or {}), **({"links": links} if links else {})},
        documents=files,
        reply_to=reply_to,
    )
    return (request,)


def link_data(document: Document) -> dict[str, object]:
    """A document behind a link, JSON-able: url, password, expires (ISO date or ''), terms, filename."""
    return {
        "url": document.url,
        "password": document.password,
        "expires": document.expires.isoformat() if document.expires else "",
        "terms": document.terms,
        "filename": document.filename,
    }


def delivered(
    transaction: Transaction,
    patron: Patron | None,
    documents: Sequence[Document],
    now: datetime,
    *,
    revision: str = "",
) -> tuple[NoticeRequest, ...]:
    """The document itself on its way to the patron."""
    return to_patron(NoticeKind.DOCUMENT_DELIVERED, transaction, patron, now, revision=revision, documents=documents)


def request_row(transaction: Transaction, documents: Sequence[Document], *, released: bool) -> dict[str, object]:
    """One line of 'my requests', JSON-able: what the gateway shows; links only of what may go out.

    `submitted` is a moment (it is shown in the office's zone), `due` a day.
    """
    links = [link_data(d) for d in documents if d.url] if released else []
    return {
        "number": transaction.number,
        "service": transaction.service.value,
        "title": transaction.title,
        "submitted": transaction.submitted.isoformat() if transaction.submitted else "",
        "due": transaction.due.isoformat() if transaction.due else "",
        "state": transaction.state.value,
        "payment_state": transaction.payment_state.value,
        "payable": str(transaction.payable.amount) if transaction.payable else "",
        "currency": transaction.payable.currency if transaction.payable else "",
        "link": links[0]["url"] if links else "",
        "expires": links[0]["expires"] if links else "",
    }


RUNNING = frozenset(State) - {State.CLOSED, State.CANCELLED, State.UNFILLED, State.RETURNED}
