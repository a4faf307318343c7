"""What is asked of a console that is measured: every page, filters, searches, last pages, files, the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from maild.console.areas import VIEWS
from maild.domain.desk import listing
from maild.domain.desk.listing import OutboxFilter, ReviewFilter, Shown, TransactionFilter
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxState
from maild.store.uow import Store, UnitOfWork
from tests.bench.console_past import NOW, number_of
from tests.console.tour import paths

# One character, two, several; digits; a name; letters; what is nowhere.
WORDS = ("票", "发票", "湖泊沉积物", "2026", "张伟", "lake sed", "catalysts", "不存在的词语")
LAST = "last page"


@dataclass(frozen=True, slots=True)
class Asked:
    """group: page, file, filter, search, last page, api; name: what is told of it."""

    group: str
    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Numbers of rows to look at. proof, question: open items; proof_mail: the mail of the former."""

    proof: int
    question: int
    proof_mail: int
    busy: str
    sent: int
    failed: int
    paths: Mapping[str, str]


def examples(store: Store) -> Examples:
    """Some of each kind; the patron is one of the busiest, the request one with a long history."""
    with store.read() as uow:
        items = uow.listings.queue.page(ReviewFilter(), limit=200, backwards=True).items
        proof = next(one for one in items if one.mail_id and uow.receipts.of_mail(one.mail_id))
        question = next(one for one in items if one.mail_id and not uow.receipts.of_mail(one.mail_id))
        usual = number_of(7)
        registration = uow.registrations.find(limit=1)[0].id
        sent, failed = (
            uow.listings.outbox.page(OutboxFilter(states=(state,)), limit=1).items[0].id
            for state in (OutboxState.SENT, OutboxState.FAILED)
        )
        return Examples(
            proof=proof.id, question=question.id, proof_mail=proof.mail_id or 0, busy=_busy(uow), sent=sent,
            failed=failed,
            paths={
                "item_id": str(proof.id), "number": usual, "patron_id": "P000001", "mail_id": str(proof.mail_id),
                "n": "0", "registration_id": str(registration), "invoice_id": str(uow.invoices.find(limit=1)[0].id),
                "entry_id": str(sent), "notice_id": str(sent), "kind": "fee_notice", "name": "30-calis-shipped",
                "accounts.one.name": "wang", "try_id": "0000-gone",
            },
        )  # fmt: skip


def _busy(uow: UnitOfWork) -> str:
    """The request with the longest history: that of the first line."""
    return uow.listings.journal.page(listing.JournalFilter(), limit=1, backwards=True).items[0].number


def asked(store: Store) -> list[Asked]:
    """All that is measured by reading alone."""
    found = examples(store)
    return [*_pages(found), *_files(found), *filters(), *searches(), *_last(store), *_api(found)]


def _pages(found: Examples) -> Iterator[Asked]:
    for name, path in paths(found.paths):
        yield Asked("page", name, path)
    item = f"/queue/{found.question}"
    yield Asked("page", "queue.item, a question", item)
    for tab in ("text", "html", "files", "source"):
        yield Asked("page", f"queue.item, {tab}", f"/queue/{found.proof}?tab={tab}")
    yield Asked("page", "queue.item, in a search", f"{item}?{urlencode({'text': '发票'})}")
    yield Asked("page", "transactions.one, longest history", f"/transactions/{found.busy}")
    yield Asked("page", "transactions.slip, longest history", f"/transactions/{found.busy}/slip")
    yield Asked("page", "outbox.one, not sent", f"/outbox/{found.failed}")
    for days in (30, 90, 1095, 3660):
        yield Asked("page", f"statistics, {days} days", f"/statistics?days={days}")


def _files(found: Examples) -> Iterator[Asked]:
    mail = f"/mails/{found.proof_mail}"
    for name, path in (
        ("proof as it was read", "/proofs/0"),
        ("picture, page 1", "/files/0/picture?page=1"),
        ("thumbnail", "/files/0/picture?width=160"),
        ("about a picture", "/files/0/about"),
        ("download", "/files/0"),
        ("raw mail", "/raw"),
        ("source in a frame", "/source"),
    ):
        yield Asked("file", name, mail + path)
    yield Asked("file", "a sent notice's HTML", f"/outbox/{found.sent}/mail.html")
    yield Asked("file", "a sent notice's source", f"/outbox/{found.sent}/mail.eml")


def filters() -> Iterator[Asked]:
    """Lists as they are narrowed."""
    day = NOW.date().isoformat()
    for area, queries in {
        "queue": ("cause=question", "cause=question&cause=bounce&cause=drift", "newest=true", "shown=handled", "shown=any",
                  "assignee=me", "assignee=-", "assignee=wang&cause=bounce", "sender=user777", "shown=handled&cause=drift"),
        "transactions": ("state=shipped", "state=shipped&payment=due", "payment=due", "provider=nstl", "service=loan",
                         "rush=true", "patron=P000001", f"since={day}", f"due={day}&state=on_loan&state=overdue",
                         "until=2024-06-01", "limit=200"),
        "patrons": ("limit=200",),
        "registrations": ("state=pending", "state=approved&step=account"),
        "payments": ("all=true", "patron=P000001"),
        "payments/statements": ("all=true",),
        "invoices": ("state=requested", "patron=P000001"),
        "outbox": ("state=failed", "kind=fee_notice", "kind=staff_alert&state=failed", f"number={number_of(777)}"),
        "audit": ("actor=zhao", "what=registration", "actor=zhao&what=registration", "actor=maild", "mail=100",
                  f"number={number_of(7)}", "since=2024-06-01&until=2024-06-02", "actor=maild&until=2024-06-02",
                  "actor=nobody"),
    }.items():  # fmt: skip
        for query in queries:
            yield Asked("filter", f"{area}: {query}", f"/{area}?{query}")


def searches() -> Iterator[Asked]:
    """Words that are looked for, in one list or in everything."""
    for area, more in (
        ("queue", WORDS),
        ("transactions", WORDS),
        ("search", (*WORDS, "from:张伟", "has:proof", "before:2026-01-01 发票", "is:handled 发票")),
        ("patrons", ("2026", "张伟", "user777", "化学系", "不存在的词语")),
    ):
        for word in (*more, number_of(50_777)) if area != "patrons" else more:
            yield Asked("search", f"{area}: {word}", f"/{area}?{urlencode({'text': word})}")
    for word in ("发票", "张伟", "不存在的词语"):
        yield Asked("search", f"queue, handled: {word}", f"/queue?{urlencode({'text': word, 'shown': 'handled'})}")
    for area, word in (("outbox", "user777@"), ("outbox", number_of(777)[:11]), ("registrations", "张伟"),
                       ("payments/statements", "张伟"), ("invoices", "研究院77")):  # fmt: skip
        yield Asked("search", f"{area}: {word}", f"/{area}?{urlencode({'text': word})}")


def _last(store: Store) -> Iterator[Asked]:
    """The last page of each list, asked for by the place after which it begins."""
    with store.read() as uow:
        lists: dict[str, tuple[Any, Any, dict[str, str]]] = {
            "queue": (uow.listings.queue, ReviewFilter(), {}),
            "queue, handled": (uow.listings.queue, ReviewFilter(shown=Shown.HANDLED), {"shown": "handled"}),
            "queue, a cause": (uow.listings.queue, ReviewFilter(causes=(Cause.QUESTION,)), {"cause": "question"}),
            "transactions": (uow.listings.transactions, TransactionFilter(), {}),
            "patrons": (uow.listings.patrons, listing.PatronFilter(), {}),
            "registrations": (uow.listings.registrations, listing.RegistrationFilter(), {}),
            "payments": (uow.listings.claims, listing.ClaimFilter(), {}),
            "payments/statements": (uow.listings.statements, listing.StatementFilter(), {}),
            "invoices": (uow.listings.invoices, listing.InvoiceFilter(), {}),
            "outbox": (uow.listings.outbox, OutboxFilter(), {}),
            "audit": (uow.listings.journal, listing.JournalFilter(), {}),
        }
        for name, (source, wanted, query) in lists.items():
            place = source.page(wanted, limit=50, backwards=True).after
            path = f"/{name.partition(',')[0]}?{urlencode({**query, 'after': place})}"
            yield Asked(LAST, name, path)


def _api(found: Examples) -> Iterator[Asked]:
    # A back-test that is not kept any more has a page, but for programs it is not there.
    spoken = {view.name for view in VIEWS if view.json is not None} - {"rules.backtested"}
    for name, path in paths(found.paths):
        if name in spoken:
            yield Asked("api", name, f"/api/v1{path}")
    yield Asked("api", "document", "/api/v1/openapi.json")
