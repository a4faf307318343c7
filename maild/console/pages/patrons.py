"""Patrons: the list, and one with requests, addresses and what became of them, books, registrations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from maild.console import SAY
from maild.console.acts import Input
from maild.console.desk import Desk
from maild.console.views import View, total
from maild.console.who import Who
from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import Account, Claim, LedgerEntry
from maild.domain.desk.listing import COUNTED, Page, PatronFilter
from maild.domain.desk.rows import API
from maild.domain.errors import NotFound
from maild.domain.money import Money
from maild.domain.outgoing.reach import AddressState, HeardLine
from maild.domain.requests.patron import Patron, Registration, Transaction
from maild.office import SAY as COMMON

LIMIT = 50
MOST_REQUESTS = 200


class Asked(Input):
    text: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = LIMIT
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of patrons. count: at most COUNTED + 1."""

    page: Page[Patron]
    count: int
    most: int = COUNTED


def _load(desk: Desk, who: Who, asked: Asked) -> Listing:
    wanted = PatronFilter(text=asked.text)
    with desk.services.store.read() as uow:
        page = uow.listings.patrons.page(wanted, limit=asked.limit, after=asked.after, before=asked.before)
        return Listing(page=page, count=total(uow.listings.patrons, wanted, page))


def _list_json(loaded: Listing) -> object:
    return {
        "items": [API.patron(item) for item in loaded.page.items],
        "after": loaded.page.after,
        "before": loaded.page.before,
        "count": loaded.count,
    }


class One(Input):
    patron_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One patron. addresses: state of each; heard: what was heard of each; owed: by request, where anything is."""

    patron: Patron
    requests: Sequence[Transaction]
    addresses: Mapping[str, AddressState]
    heard: Mapping[str, Sequence[HeardLine]]
    account: Account
    entries: Sequence[LedgerEntry]
    claims: Sequence[Claim]
    owed: Mapping[str, Money]
    registrations: Sequence[Registration]
    invoices: Sequence[Invoice]


def _load_one(desk: Desk, who: Who, asked: One) -> Detail:
    with desk.services.store.read() as uow:
        found = uow.patrons.get(asked.patron_id)
        if found is None:
            raise NotFound(COMMON("no_patron", patron=asked.patron_id), remedy=SAY("look_by_name"))
        requests = uow.transactions.of_patrons([found.patron_id], limit=MOST_REQUESTS)
        emails = [known.address for known in found.emails]
        owed = uow.ledger.owed([case.number for case in requests])
        return Detail(
            patron=found,
            requests=requests,
            addresses=uow.addresses.get_many(emails),
            heard={address: uow.heard.of(address, limit=10) for address in emails},
            account=uow.ledger.account(found.patron_id),
            entries=uow.ledger.entries(patron_id=found.patron_id, limit=100),
            claims=uow.ledger.claims(patron_ids=[found.patron_id]),
            owed={number: amount for number, amount in owed.items() if amount},
            registrations=uow.registrations.of_person(emails),
            invoices=uow.invoices.find(patron_id=found.patron_id),
        )


def _one_json(loaded: Detail) -> object:
    account = loaded.account
    return {
        **API.patron(loaded.patron),
        "transactions": [API.request(case) for case in loaded.requests],
        "account": {
            "owed": API.money(account.owed),
            "claimed": API.money(account.claimed),
            "pending": API.money(account.pending),
            "deposit": API.money(account.deposit),
        },
        "entries": [API.entry(booked) for booked in loaded.entries],
        "registrations": [
            {"id": r.id, "step": r.step.value, "state": r.state.value, "email": r.email} for r in loaded.registrations
        ],
    }


VIEWS = (
    View(
        name="patrons.list",
        path="/patrons",
        input=Asked,
        load=_load,
        json=_list_json,
        template="patrons/list.html.j2",
        summary="Patrons, a page at a time.",
    ),
    View(
        name="patrons.one",
        path="/patrons/{patron_id:key}",
        input=One,
        load=_load_one,
        json=_one_json,
        template="patrons/one.html.j2",
        summary="One patron: requests, addresses, balances and books.",
    ),
)
