"""Requests: the list, and one with every mail, notice, payment and reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from maild.console import SAY
from maild.console.acts import Day, Input
from maild.console.desk import Desk
from maild.console.views import View, total
from maild.console.who import Who
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.desk.listing import COUNTED, Page, TransactionFilter
from maild.domain.desk.rows import API
from maild.domain.errors import NotFound
from maild.domain.outgoing.notice import OutboxEntry
from maild.domain.records.journal import JournalEntry, MailRecord
from maild.domain.requests.expectation import Expectation
from maild.domain.requests.lifecycle import (
    PAYMENT_TRANSITIONS,
    Event,
    Move,
    PaymentEvent,
    PaymentState,
    Service,
    State,
    advance,
)
from maild.domain.requests.patron import Document, Patron, Transaction
from maild.office.watch.naming import Naming
from maild.spine import SAY as SPINE

if TYPE_CHECKING:
    from maild.store.desk.listing_requests import SqlTransactionListing
    from maild.store.uow import UnitOfWork


LIMIT = 50
# What a librarian tells by hand; the rest comes from providers' mails and from payments.
BY_HAND = (
    Event.ARRIVED,
    Event.PICKED_UP,
    Event.RENEWED,
    Event.RETURNED,
    Event.SHIPPED,
    Event.DELIVERED,
    Event.UNFILLED,
    Event.CANCELLED,
    Event.CLOSED,
    Event.ACCEPTED,
    Event.FEE_ACCEPTED,
    Event.OVERDUE,
)
PAID_BY_HAND = (PaymentEvent.CONFIRMED, PaymentEvent.WAIVED, PaymentEvent.DISPUTED)


class Asked(Input):
    text: Annotated[str, Field(max_length=200)] = ""
    state: tuple[State, ...] = ()
    payment: tuple[PaymentState, ...] = ()
    service: Service | None = None
    provider: Annotated[str, Field(max_length=200)] = ""
    patron: Annotated[str, Field(max_length=200)] = ""
    rush: bool | None = None
    since: Day | None = None
    until: Day | None = None
    due: Day | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = LIMIT
    after: str = ""
    before: str = ""

    def filter(self, naming: Naming, listing: SqlTransactionListing) -> TransactionFilter:
        return TransactionFilter(
            states=self.state,
            payment_states=self.payment,
            providers=naming.every(self.provider, listing.providers()) if self.provider else (),
            service=self.service,
            patron_id=self.patron,
            rush=self.rush,
            opened_from=_start(self.since),
            opened_to=_start(self.until),
            due_before=self.due,
            text=self.text,
        )


def _start(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of requests with their patrons. count: at most COUNTED + 1."""

    page: Page[Transaction]
    patrons: Mapping[str, Patron]
    count: int
    most: int = COUNTED


def _load(desk: Desk, who: Who, asked: Asked) -> Listing:
    with desk.services.store.read() as uow:
        listing = uow.listings.transactions
        wanted = asked.filter(desk.services.naming, listing)
        page = listing.page(wanted, limit=asked.limit, after=asked.after, before=asked.before)
        count = total(listing, wanted, page)
        patrons = {p.patron_id: p for p in uow.patrons.get_many([t.patron_id for t in page.items])}
    return Listing(page=page, patrons=patrons, count=count)


def _list_json(loaded: Listing) -> object:
    return {
        "items": [API.request(item) for item in loaded.page.items],
        "after": loaded.page.after,
        "before": loaded.page.before,
        "count": loaded.count,
    }


class One(Input):
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One request. events, payments: what may be told of it by hand now; expected: what is awaited, late: overdue."""

    case: Transaction
    patron: Patron | None
    history: Sequence[JournalEntry]
    mails: Mapping[int, MailRecord]
    notices: Sequence[OutboxEntry]
    documents: Sequence[Document]
    entries: Sequence[LedgerEntry]
    events: Sequence[Event]
    payments: Sequence[PaymentEvent]
    expected: Expectation | None
    late: bool
    items: Sequence[int]


def _load_one(desk: Desk, who: Who, asked: One) -> Detail:
    services = desk.services
    now = services.clock.now()
    with services.store.read() as uow:
        case = uow.transactions.get(asked.number)
        if case is None:
            raise NotFound(SPINE("no_request", numbers=asked.number), remedy=SAY("look_in_list"))
        history = uow.journal.of_transaction(case.number)
        mails = _mails(uow, history)
        items = [item.id for item in uow.reviews.open_of(list(mails))]
        expected = services.requests.expect(case)
        return Detail(
            case=case,
            patron=uow.patrons.get(case.patron_id),
            history=history,
            mails=mails,
            items=items,
            notices=uow.outbox.about([case.number]),
            documents=uow.documents.of_transaction(case.number),
            entries=uow.ledger.entries(number=case.number),
            expected=expected,
            late=expected is not None and expected.overdue(services.requests.times.today(now)),
            events=[e for e in BY_HAND if advance(case.state, e, case.service).move is Move.MOVED],
            payments=[e for e in PAID_BY_HAND if (case.payment_state, e) in PAYMENT_TRANSITIONS],
        )


def _mails(uow: UnitOfWork, history: Sequence[JournalEntry]) -> Mapping[int, MailRecord]:
    ids = dict.fromkeys(line.mail_id for line in history if line.mail_id is not None)
    return {mail.id: mail for mail in uow.mails.get_many(list(ids)[:200])}


def _one_json(loaded: Detail) -> object:
    return {
        **API.request(loaded.case),
        "version": loaded.case.version,
        "history": [API.event(line) for line in loaded.history],
        "notices": [API.notice(entry) for entry in loaded.notices],
        "documents": [
            {"filename": d.filename, "media_type": d.media_type, "size": d.size, "pages": d.pages, "sha256": d.sha256}
            for d in loaded.documents
        ],
        "entries": [API.entry(booked) for booked in loaded.entries],
    }


VIEWS = (
    View(
        name="transactions.list",
        path="/transactions",
        input=Asked,
        load=_load,
        json=_list_json,
        template="transactions/list.html.j2",
        summary="Requests, latest first, a page at a time.",
    ),
    View(
        name="transactions.one",
        path="/transactions/{number:key}",
        input=One,
        load=_load_one,
        json=_one_json,
        template="transactions/one.html.j2",
        summary="One request: its history, notices, documents and books.",
    ),
    View(
        name="transactions.slip",
        path="/transactions/{number:key}/slip",
        input=One,
        load=_load_one,
        template="transactions/slip.html.j2",
    ),
)
