"""Invoices: what patrons asked for, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from maild.console import SAY
from maild.console.acts import Id, Input
from maild.console.desk import Desk
from maild.console.views import View, total
from maild.console.who import Who
from maild.domain.accounting.invoice import Invoice, InvoiceState
from maild.domain.desk.listing import COUNTED, InvoiceFilter, Page
from maild.domain.desk.rows import API
from maild.domain.errors import NotFound
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.patron import Patron, Transaction
from maild.office.invoices import SAY as INVOICES
from maild.office.invoices.invoice_acts import OPEN_TO

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


LIMIT = 50


class Asked(Input):
    text: Annotated[str, Field(max_length=200)] = ""
    state: tuple[InvoiceState, ...] = ()
    patron: Annotated[str, Field(max_length=200)] = ""
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of invoices. count: at most COUNTED + 1."""

    page: Page[Invoice]
    patrons: Mapping[str, Patron]
    count: int
    most: int = COUNTED


def _load(desk: Desk, who: Who, asked: Asked) -> Listing:
    wanted = InvoiceFilter(states=asked.state, patron_id=asked.patron, text=asked.text)
    with desk.services.store.read() as uow:
        page = uow.listings.invoices.page(wanted, limit=LIMIT, after=asked.after, before=asked.before)
        patrons = {p.patron_id: p for p in uow.patrons.get_many([i.patron_id for i in page.items])}
        return Listing(page=page, patrons=patrons, count=total(uow.listings.invoices, wanted, page))


def _list_json(loaded: Listing) -> object:
    return {
        "items": [API.invoice(item) for item in loaded.page.items],
        "after": loaded.page.after,
        "before": loaded.page.before,
        "count": loaded.count,
    }


class One(Input):
    invoice_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One invoice. may: the acts that its state allows."""

    item: Invoice
    patron: Patron | None
    requests: Sequence[Transaction]
    history: Sequence[JournalEntry]
    may: frozenset[str]
    queued: Sequence[int]


def _load_one(desk: Desk, who: Who, asked: One) -> Detail:
    with desk.services.store.read() as uow:
        return detail(uow, asked.invoice_id)


def detail(uow: UnitOfWork, invoice_id: int) -> Detail:
    """All of one invoice. Raises NotFound."""
    item = uow.invoices.get(invoice_id)
    if item is None:
        raise NotFound(INVOICES("no_invoice", id=invoice_id), remedy=SAY("look_in_list"))
    lines = uow.journal.of_mail(item.mail_id) if item.mail_id is not None else []
    queued = [i.id for i in uow.reviews.open_of([item.mail_id])] if item.mail_id is not None else []
    return Detail(
        item=item,
        patron=uow.patrons.get(item.patron_id),
        requests=uow.transactions.get_many(item.transactions),
        history=[line for line in lines if line.what == "invoice"],
        queued=queued,
        may=frozenset(act for act, states in OPEN_TO.items() if item.state in states),
    )


def _one_json(loaded: Detail) -> object:
    return {
        **API.invoice(loaded.item),
        "may": sorted(loaded.may),
        "history": [API.event(line) for line in loaded.history],
    }


VIEWS = (
    View(
        name="invoices.list",
        path="/invoices",
        input=Asked,
        load=_load,
        json=_list_json,
        template="invoices/list.html.j2",
        summary="Invoices that patrons asked for, newest first.",
    ),
    View(
        name="invoices.one",
        path="/invoices/{invoice_id:int}",
        input=One,
        load=_load_one,
        json=_one_json,
        template="invoices/one.html.j2",
        summary="One invoice and its history.",
    ),
)
