"""One box over everything: requests, patrons, mails, notices, payments, invoices; and where a number or name leads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maild.console.acts import MOST_ID, Input
from maild.console.desk import Desk
from maild.console.pages.queue import listed as queue
from maild.console.seeking import Group, Sought, sought
from maild.console.segments import segment
from maild.console.serving import web
from maild.console.views import View
from maild.console.who import Who
from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import Claim
from maild.domain.desk.kept import SHARED, Kept, Sort
from maild.domain.desk.listing import (
    ClaimFilter,
    InvoiceFilter,
    OutboxFilter,
    PatronFilter,
    ReviewFilter,
    TransactionFilter,
)
from maild.domain.desk.rows import API
from maild.domain.desk.search import MOST_QUERY
from maild.domain.outgoing.notice import OutboxEntry
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.patron import Patron, Transaction
from maild.domain.text import normalise

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


T = TypeVar("T")
FEW = 6  # of each group; its own list has the rest
NAMED = 20  # patrons of a name whose mails are looked for
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]*")
_PLAIN = re.compile(r"[\w.@+-]+", re.ASCII)


class Asked(Input):
    """text: as sought() reads it."""

    text: Annotated[str, Field(max_length=MOST_QUERY)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Up to FEW of each group. more: groups that have further ones; exact: the path of the page that is meant, ''."""

    sought: Sought
    exact: str = ""
    requests: Sequence[Transaction] = ()
    patrons: Sequence[Patron] = ()
    mails: Sequence[ReviewItem] = ()
    notices: Sequence[OutboxEntry] = ()
    payments: Sequence[Claim] = ()
    invoices: Sequence[Invoice] = ()
    more: frozenset[Group] = frozenset()
    saved: Sequence[Kept] = ()

    @property
    def none(self) -> bool:
        return not any((self.requests, self.patrons, self.mails, self.notices, self.payments, self.invoices))


def _load(desk: Desk, who: Who, asked: Asked) -> Found:
    wanted = sought(asked.text)
    with desk.services.store.read() as uow:
        saved = uow.kept.find(Sort.SEARCH, [SHARED, who.name])
        if wanted.empty:
            return Found(sought=wanted, saved=saved)
        found = Seeker(uow, wanted, ZoneInfo(desk.services.settings.office.timezone)).found()
        return replace(found, saved=saved)


class Seeker:
    """Looks through the groups that are meant, each by what has an index there."""

    def __init__(self, uow: UnitOfWork, wanted: Sought, zone: ZoneInfo) -> None:
        self._uow, self._wanted, self._zone = uow, wanted, zone
        name = wanted.sender or wanted.recipient or wanted.text
        self._patrons = self._named(name) if name and not wanted.proof else []
        if (wanted.sender or wanted.recipient) and wanted.proof and not _ADDRESS.fullmatch(name):
            self._patrons = self._named(name)
        self._more: set[Group] = set()

    def found(self) -> Found:
        """What there is."""
        return Found(
            sought=self._wanted,
            exact=exact(self._uow, self._wanted),
            requests=self._few(Group.REQUESTS, self._requests),
            patrons=self._few(Group.PATRONS, lambda: self._patrons),
            mails=self._few(Group.MAILS, self._mails),
            notices=self._few(Group.NOTICES, self._notices),
            payments=self._few(Group.PAYMENTS, self._payments),
            invoices=self._few(Group.INVOICES, self._invoices),
            more=frozenset(self._more),
        )

    def _few(self, group: Group, look: Callable[[], Sequence[T]]) -> Sequence[T]:
        rows = look() if group in self._wanted.within else ()
        if len(rows) > FEW:
            self._more.add(group)
        return tuple(rows[:FEW])

    def _named(self, name: str) -> list[Patron]:
        return list(self._uow.listings.patrons.page(PatronFilter(text=name), limit=NAMED).items)

    @property
    def _days(self) -> dict[str, datetime | None]:
        first, last = self._wanted.after, self._wanted.before
        start, end = (datetime.combine(day, time.min, self._zone) if day else None for day in (first, last))
        return {"start": start, "end": end}

    @property
    def _person(self) -> str:
        """The one patron that is meant, ''."""
        return self._patrons[0].patron_id if len(self._patrons) == 1 else ""

    def _requests(self) -> Sequence[Transaction]:
        wanted, days = self._wanted, self._days
        text = wanted.number or wanted.text
        person = self._person if wanted.sender or wanted.recipient else ""
        if not (text or person or days["start"] or days["end"]):
            return []
        asked = TransactionFilter(text=text, patron_id=person, opened_from=days["start"], opened_to=days["end"])
        return self._uow.listings.transactions.page(asked, limit=FEW + 1).items

    def _mails(self) -> Sequence[ReviewItem]:
        wanted, days = self._wanted, self._days
        begins = wanted.sender if _ADDRESS.match(wanted.sender) or not self._patrons else ""
        addresses = () if begins or not wanted.sender else tuple(a.address for p in self._patrons for a in p.emails)
        text = " ".join(filter(None, (wanted.text, wanted.number)))
        asked = ReviewFilter(
            shown=wanted.shown,
            text=text,
            sender=begins,
            senders=addresses,
            proof=wanted.proof,
            created_from=days["start"],
            created_to=days["end"],
        )
        return self._uow.listings.queue.page(asked, limit=FEW + 1, backwards=True).items

    def _notices(self) -> Sequence[OutboxEntry]:
        wanted = self._wanted
        said = wanted.number or wanted.recipient or wanted.text
        listing = self._uow.listings.outbox
        if said and _PLAIN.fullmatch(said):
            return listing.page(OutboxFilter(text=said), limit=FEW + 1).items
        people = [p for p in self._patrons if p.patron_id == self._person]
        return [
            row
            for p in people
            for a in p.emails
            for row in listing.page(OutboxFilter(recipient=a.address), limit=FEW + 1).items
        ][: FEW + 1]

    def _payments(self) -> Sequence[Claim]:
        if self._person:
            asked = ClaimFilter(open_only=False, patron_id=self._person)
            return self._uow.listings.claims.page(asked, limit=FEW + 1, backwards=True).items
        number = self._wanted.number or self._wanted.text
        known = self._uow.transactions.get(number) if number and _PLAIN.fullmatch(number) else None
        if known is None:
            return []
        asked = ClaimFilter(open_only=False, patron_id=known.patron_id)
        page = self._uow.listings.claims.page(asked, limit=50, backwards=True)
        return [claim for claim in page.items if known.number in [part[0] for part in claim.parts]]

    def _invoices(self) -> Sequence[Invoice]:
        said = self._wanted.number or self._wanted.text
        listing = self._uow.listings.invoices
        found = list(listing.page(InvoiceFilter(text=said), limit=FEW + 1).items) if len(said) > 1 else []
        if not found and self._person:
            found = list(listing.page(InvoiceFilter(patron_id=self._person), limit=FEW + 1).items)
        return found


def exact(uow: UnitOfWork, wanted: Sought) -> str:
    """The path of the one page that a number, an address or a whole name stands for; '' where it stands for none."""
    said = normalise(wanted.number or wanted.text).strip()
    if not said or wanted.sender or wanted.recipient or wanted.proof:
        return ""
    if (item := re.fullmatch(r"#([0-9]{1,18})", said)) and int(item[1]) <= MOST_ID:
        return f"/queue/{item[1]}" if uow.reviews.get(int(item[1])) else ""
    if uow.transactions.get(said) is not None:
        return f"/transactions/{segment(said)}"
    if issued := uow.invoices.find(number=said, limit=2):
        return f"/invoices/{issued[0].id}" if len(issued) == 1 else ""
    if "@" in said:
        people = uow.patrons.by_email([said])
    else:
        known = uow.patrons.get(said)
        people = [known] if known else uow.patrons.by_login(said) or uow.patrons.by_name(said)
    return f"/patrons/{segment(people[0].patron_id)}" if len(people) == 1 else ""


def _json(loaded: Found) -> Mapping[str, object]:
    return {
        "exact": loaded.exact,
        "requests": [API.request(r) for r in loaded.requests],
        "patrons": [API.patron(p) for p in loaded.patrons],
        "mails": [queue.row(i) for i in loaded.mails],
        "notices": [API.notice(n) for n in loaded.notices],
        "invoices": [API.invoice(i) for i in loaded.invoices],
        "payments": [
            {"key": c.key, "patron_id": c.patron_id, "amount": str(c.amount.amount), "at": c.at.isoformat()}
            for c in loaded.payments
        ],
        "more": sorted(loaded.more),
    }


async def _find(request: Request) -> Response:
    """What was typed into the box: to the page that is meant, or to all that fits."""
    desk: Desk = request.app.state.desk
    typed = request.query_params.get("text", "")[:MOST_QUERY]

    def look() -> str:
        with desk.services.store.read() as uow:
            return exact(uow, sought(typed))

    path = await run_in_threadpool(look)
    return web.redirect(desk.prefix + path if path else web.url(request, "search", query={"text": typed}))


VIEWS = (
    View(
        name="search",
        path="/search",
        input=Asked,
        load=_load,
        template="search/show.html.j2",
        json=_json,
        summary="Everything that fits: requests, patrons, mails, notices, payments, invoices, a few of each.",
    ),
)
ROUTES = (Route("/find", _find, methods=["GET"], name="find"),)
