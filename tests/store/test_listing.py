"""Lists a page at a time: every row once, whatever is added meanwhile; filters; counts; who was faster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maild.domain.accounting.ledger import Book, EntryKind, LedgerEntry, Posting
from maild.domain.desk.listing import (
    ClaimFilter,
    InvoiceFilter,
    JournalFilter,
    MailFilter,
    OutboxFilter,
    PatronFilter,
    RegistrationFilter,
    ReviewFilter,
    Shown,
    StatementFilter,
    TransactionFilter,
)
from maild.domain.errors import Permanent
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import PaymentState, RegistrationState, Service, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.store import open_store
from maild.store.desk.listings import SqlListings
from maild.store.uow import Store
from tests.cases import each
from tests.store.conftest import DATABASES
from tests.store.filling import fill

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ROWS = 60
LISTS: dict[str, tuple[Callable[[SqlListings], Any], Any]] = {
    "queue": (lambda lists: lists.queue, ReviewFilter(shown=Shown.ANY)),
    "handled": (lambda lists: lists.queue, ReviewFilter(shown=Shown.HANDLED)),
    "transactions": (lambda lists: lists.transactions, TransactionFilter()),
    "transactions in states": (
        lambda lists: lists.transactions,
        TransactionFilter(states=(State.CLOSED, State.ON_LOAN)),
    ),
    "patrons": (lambda lists: lists.patrons, PatronFilter()),
    "outbox": (lambda lists: lists.outbox, OutboxFilter()),
    "outbox of a kind": (lambda lists: lists.outbox, OutboxFilter(kinds=(NoticeKind.FEE_NOTICE,))),
    "mails": (lambda lists: lists.mails, MailFilter()),
    "journal": (lambda lists: lists.journal, JournalFilter()),
    "registrations": (lambda lists: lists.registrations, RegistrationFilter(states=tuple(RegistrationState))),
    "invoices": (lambda lists: lists.invoices, InvoiceFilter()),
    "statements": (lambda lists: lists.statements, StatementFilter(open_only=False)),
}


def _keys(items: Any) -> list[Any]:
    names = ("id", "number", "patron_id", "key")
    return [next(getattr(item, name) for name in names if hasattr(item, name)) for item in items]


@pytest.fixture(scope="module", params=DATABASES)
def filled(request: pytest.FixtureRequest, fresh_url: Callable[..., str]) -> Iterator[Store]:
    """Sixty of everything, to be read."""
    store = open_store(fresh_url(request.param))
    fill(store, ROWS, patrons=ROWS)
    yield store
    store.close()


@each("name", LISTS)
def test_every_row_is_on_one_page(filled: Store, name: str) -> None:
    """Walking on by `after`, and back by `before`, tells every row once, in the same order as all in one page."""
    which, asked = LISTS[name]
    with filled.read() as uow:
        listing = which(uow.listings)
        whole = _keys(listing.page(asked, limit=1000).items)
        assert len(whole) == len(set(whole)) == listing.count(asked) > 20
        assert _keys(listing.page(asked, limit=1000, backwards=True).items) == whole[::-1]
        page, forwards = listing.page(asked, limit=7), []
        assert page.before == ""
        while True:
            forwards += _keys(page.items)
            if not page.after:
                break
            last, page = page, listing.page(asked, limit=7, after=page.after)
            assert listing.page(asked, limit=7, before=page.before) == (
                last if len(forwards) > 7 else type(last)(items=last.items, before="", after=last.after)
            )
        assert forwards == whole
        assert listing.count(asked, most=5) == 6


def test_claims_are_listed(store: Store) -> None:
    """Claims come oldest first, open ones alone unless all are asked for."""
    with store.begin() as uow:
        for n in range(5):
            postings = (
                Posting(book=Book.CLAIMED, amount=Money.of(n + 1), patron_id=f"p{n % 2}"),
                Posting(book=Book.DEPOSIT, amount=Money.of(-n - 1), patron_id=f"p{n % 2}"),
            )
            claim = LedgerEntry(key=f"claim:{n}", kind=EntryKind.CLAIM, postings=postings)
            uow.ledger.post([claim], NOW + timedelta(minutes=n))
    with store.read() as uow:
        page = uow.listings.claims.page(ClaimFilter(), limit=3)
        assert [claim.key for claim in page.items] == ["claim:0", "claim:1", "claim:2"]
        following = uow.listings.claims.page(ClaimFilter(), limit=3, after=page.after)
        assert [claim.key for claim in following.items] == ["claim:3", "claim:4"]
        assert following.items == tuple(uow.ledger.claims())[3:]
        assert uow.listings.claims.count(ClaimFilter(open_only=False, patron_id="p1")) == 2


def test_paging_holds_while_rows_come(store: Store) -> None:
    """New requests appear before the first page; nobody who pages on sees one twice or misses one."""

    def request(n: int) -> Transaction:
        return Transaction(number=f"N{n:03}", patron_id="", submitted=NOW + timedelta(minutes=n // 2))

    with store.begin() as uow:
        uow.transactions.upsert([request(n) for n in range(10)], NOW)
    seen: list[str] = []
    place, coming = "", iter(range(10, 40))
    while True:
        with store.begin() as uow:
            page = uow.listings.transactions.page(TransactionFilter(), limit=3, after=place)
            uow.transactions.upsert([request(next(coming)), request(next(coming))], NOW)
        seen += [one.number for one in page.items]
        if not page.after:
            break
        place = page.after
    assert seen == [f"N{n:03}" for n in range(9, -1, -1)]


def test_a_place_that_is_none_is_refused(filled: Store) -> None:
    """What somebody writes into the address is told, not believed."""
    with filled.read() as uow:
        for listing, asked in ((uow.listings.queue, ReviewFilter()), (uow.listings.transactions, TransactionFilter())):
            for place in ("x", "1~2~3x", "9" * 40, "2026-11-24~N1", "\0", "2026-13-01T00:00:00+00:00~N1"):
                with pytest.raises(Permanent, match="no place"):
                    listing.page(asked, after=place)  # type: ignore[attr-defined]


def test_transactions_are_filtered(store: Store) -> None:
    """Each field alone and several together; text is part of number and title, or fits the patron."""
    patrons = [Patron(patron_id="p1", name="张三"), Patron(patron_id="p2", name="Maria Weber")]
    made = [
        Transaction(
            number=f"ZJU-{n}", patron_id="p1" if n % 2 else "p2", title=f"湖泊沉积物 diatoms {n}",
            service=Service.LOAN if n < 3 else Service.COPY, provider="calis" if n % 3 else "nstl",
            state=(State.SUBMITTED, State.SHIPPED, State.CLOSED)[n % 3], rush=n == 4,
            payment_state=PaymentState.DUE if n > 5 else PaymentState.NONE, submitted=NOW + timedelta(days=n),
            due=(NOW + timedelta(days=n)).date() if n < 3 else None,
        )
        for n in range(9)
    ]  # fmt: skip
    with store.begin() as uow:
        uow.patrons.upsert(patrons, NOW)
        uow.transactions.upsert(made, NOW)
    with store.read() as uow:
        listing = uow.listings.transactions

        def found(**asked: Any) -> list[int]:
            return [int(one.number[4:]) for one in listing.page(TransactionFilter(**asked)).items]

        assert found() == [8, 7, 6, 5, 4, 3, 2, 1, 0]
        assert found(states=(State.SHIPPED,)) == [7, 4, 1]
        assert found(states=(State.SHIPPED, State.CLOSED)) == [8, 7, 5, 4, 2, 1]
        assert found(payment_states=(PaymentState.DUE,)) == [8, 7, 6]
        assert found(states=(State.SHIPPED, State.CLOSED), payment_states=(PaymentState.DUE,)) == [8, 7]
        assert found(providers=("nstl", "nl")) == [6, 3, 0]
        assert found(service=Service.LOAN) == [2, 1, 0]
        assert found(patron_id="p1") == [7, 5, 3, 1]
        assert found(rush=True) == [4]
        assert found(rush=False, service=Service.COPY) == [8, 7, 6, 5, 3]
        assert found(opened_from=NOW + timedelta(days=2), opened_to=NOW + timedelta(days=4)) == [3, 2]
        assert found(due_before=(NOW + timedelta(days=2)).date()) == [1, 0]
        assert found(text="ZJU-7") == [7]
        assert found(text="Weber", states=(State.CLOSED,)) == [8, 2]
        assert found(text="沉积物") == found(text="沈積物 DIATOMS".replace("沈", "沉")) == [8, 7, 6, 5, 4, 3, 2, 1, 0]
        assert found(text="積物 7") == [7]
        assert found(text="张三") == [7, 5, 3, 1]
        assert found(text="%") == found(text="  ") == found(text="_") == []
        assert listing.count(TransactionFilter(states=(State.SHIPPED, State.CLOSED)), most=3) == 4


def test_a_changed_request_is_found_by_what_it_says_now(store: Store) -> None:
    """A new title, or patron's name, is found at once and the old one no more; too many patrons are not meant."""
    with store.begin() as uow:
        uow.patrons.upsert([Patron(patron_id="p1", name="张三", department="化学系")], NOW)
        uow.transactions.upsert([Transaction(number="N1", patron_id="p1", title="旧题名")], NOW)
        uow.transactions.upsert([Transaction(number="N1", patron_id="p1", title="新题名")], NOW)
        uow.patrons.upsert([Patron(patron_id="p1", name="李四", department="化学系")], NOW)
        listing = uow.listings.transactions
        counts = {
            text: listing.count(TransactionFilter(text=text)) for text in ("旧题", "新题", "张三", "李四", "化学系")
        }
        assert counts == {"旧题": 0, "新题": 1, "张三": 0, "李四": 1, "化学系": 1}
        crowd = [Patron(patron_id=f"q{n}", name="王五", department="化学系") for n in range(501)]
        uow.patrons.upsert(crowd, NOW)
        assert listing.count(TransactionFilter(text="化学系")) == 0
        assert uow.listings.patrons.count(PatronFilter(text="化学系 王五")) == 501


def test_patrons_are_found_by_what_is_known_of_them(store: Store) -> None:
    """Name, id, login, address, department."""
    emails = (PatronAddress(address="Li@patron.example"),)
    known = [
        Patron(patron_id="p1", name="李四", login="lisi", emails=emails, department="化学系 50%\\a_b"),
        Patron(patron_id="q2", name="Maria Weber", login="mweber"),
    ]
    with store.begin() as uow:
        uow.patrons.upsert(known, NOW)
    with store.read() as uow:
        for text, ids in (("李四", ["p1"]), ("li@patron", ["p1"]), ("化学系", ["p1"]), ("mweb", ["q2"]), ("q2", ["q2"]),
                          ("weber", ["q2"]), ("", ["p1", "q2"]), ("0%\\", ["p1"]), ("a_b", ["p1"]), ("m_eber", []), ("we%er", []),
                          ("\\m", [])):  # fmt: skip
            page = uow.listings.patrons.page(PatronFilter(text=text))
            assert [one.patron_id for one in page.items] == ids, text
        assert uow.listings.patrons.page(PatronFilter(text="李四")).items[0].emails[0].address == "li@patron.example"


def test_the_outbox_is_filtered(store: Store) -> None:
    """By state, kind, recipient and number, or the beginning of a number or address; counted by state."""
    requests = [
        NoticeRequest(
            kind=NoticeKind.FEE_NOTICE if n % 2 else NoticeKind.PICK_UP,
            subject=f"s{n}",
            number=f"N-{n % 3}",
            recipient=f"p{n % 2}@patron.example",
        )
        for n in range(6)
    ]
    with store.begin() as uow:
        ids = uow.outbox.add(requests, NOW)
        uow.outbox.mark(ids[0], OutboxState.SENT, now=NOW)
        uow.outbox.mark(ids[1], OutboxState.FAILED, now=NOW)
    with store.read() as uow:
        listing = uow.listings.outbox

        def found(**asked: Any) -> list[int]:
            return [ids.index(one.id) for one in listing.page(OutboxFilter(**asked)).items]

        assert found(states=(OutboxState.SENT, OutboxState.FAILED)) == [1, 0]
        assert found(kinds=(NoticeKind.FEE_NOTICE,)) == [5, 3, 1]
        assert found(kinds=(NoticeKind.FEE_NOTICE, NoticeKind.PICK_UP), states=(OutboxState.WAITING,)) == [5, 4, 3, 2]
        assert found(recipient="P1@patron.example", number="N-0") == [3]
        assert found(text="N-1") == [4, 1]
        assert found(text="p0@") == [4, 2, 0]
        assert listing.counts() == {OutboxState.WAITING: 4, OutboxState.SENT: 1, OutboxState.FAILED: 1}


def test_the_journal_is_filtered(store: Store) -> None:
    """By actor, what, number, mail and span; who and what there is is told, each once."""
    lines = [
        JournalEntry(what="state" if n % 2 else "notice", actor=("maild", "li", "wang")[n % 3], number=f"N{n % 2}",
                     at=NOW + timedelta(days=n), mail_id=n)
        for n in range(9)
    ]  # fmt: skip
    with store.begin() as uow:
        uow.journal.add(lines)
    with store.read() as uow:
        listing = uow.listings.journal

        def found(**asked: Any) -> list[int | None]:
            return [one.mail_id for one in listing.page(JournalFilter(**asked)).items]

        assert found() == [8, 7, 6, 5, 4, 3, 2, 1, 0]
        assert found(actor="li") == [7, 4, 1]
        assert found(actor="li", what="state") == [7, 1]
        assert found(what="notice") == [8, 6, 4, 2, 0]
        assert found(number="N1", actor="wang") == [5]
        assert found(mail_id=3) == [3]
        assert found(start=NOW + timedelta(days=2), end=NOW + timedelta(days=4)) == [3, 2]
        assert found(start=NOW + timedelta(days=20)) == found(end=NOW) == []
        assert listing.actors() == ["li", "maild", "wang"]
        assert listing.whats() == ["notice", "state"]


def test_an_empty_journal_names_nobody(store: Store) -> None:
    """Before anything happened there is nothing to choose from, and nothing to list."""
    with store.read() as uow:
        assert uow.listings.journal.actors() == uow.listings.journal.whats() == []
        assert uow.listings.journal.page(JournalFilter(actor="li")).items == ()
