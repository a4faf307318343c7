"""Each look-up on the way of a mail is served by an index: the planners themselves are asked.

That is what keeps the cost flat from ten thousand to a million transactions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from maild.domain.accounting.invoice import InvoiceState
from maild.domain.accounting.ledger import Book, EntryKind, LedgerEntry, Posting
from maild.domain.desk.listing import (
    NOBODY,
    ClaimFilter,
    InvoiceFilter,
    JournalFilter,
    MailFilter,
    OutboxFilter,
    RegistrationFilter,
    ReviewFilter,
    StatementFilter,
    TransactionFilter,
)
from maild.domain.desk.statistics import Measure, months, spans
from maild.domain.incoming.decision import Cause, RegistrationChange, Transition
from maild.domain.money import Money
from maild.domain.outgoing.event import EventState
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.outgoing.reach import AddressBounce, Heard, News
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import PaymentState, RegistrationState, State
from maild.store import open_store
from maild.store.uow import Store, UnitOfWork
from tests.store.conftest import DATABASES
from tests.store.filling import fill

pytestmark = pytest.mark.long

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ROWS = 6000
LONG_AGO = date(2024, 3, 1)  # when little happened: where all rows are wanted, reading all is right
BIG = ("mail", "mail_location", "patron", "patron_address", "transactions", "outbox", "registration", "journal",
       "decision", "document", "review", "review_about", "proof", "proof_key", "receipt_cache", "ledger_entry", "ledger_posting",
       "ledger_claim", "statement_line", "invoice", "invoice_transaction", "heard", "address", "event",
       "rule_day", "subject_shape", "mail_mark")  # fmt: skip


_SETTLEMENT = LedgerEntry(
    key="reject:7",
    kind=EntryKind.REJECTION,
    settles="claim:7",
    postings=(
        Posting(book=Book.RECEIVABLE, amount=Money.of(1), patron_id="p7", number="N000007"),
        Posting(book=Book.CLAIMED, amount=Money.of(-1), patron_id="p7"),
    ),
)

_NEWS = News(address="p7@patron.example", what=Heard.HARD_BOUNCE)

LOOKUPS: dict[str, Callable[[UnitOfWork], object]] = {
    "mails of a sender": lambda u: u.mails.of_sender("p7@patron.example", 31),
    "transaction by number": lambda u: u.transactions.get("N000007"),
    "transactions by numbers": lambda u: u.transactions.get_many(["N000007", "N000008"]),
    "transactions of a patron": lambda u: u.transactions.of_patrons(["p7"]),
    "transactions of patrons": lambda u: u.transactions.of_patrons(["p7", "p8"]),
    "transactions of an amount": lambda u: u.transactions.of_amount(Money.of("1.30")),
    "transactions of messages": lambda u: u.transactions.by_message(["<maild.7@x>", "<maild.8@x>"]),
    "transactions due": lambda u: u.transactions.due_between(NOW.date(), NOW.date() + timedelta(days=1), 10),
    "transactions lingering": lambda u: u.transactions.lingering(State.ON_LOAN, NOW, limit=10),
    "transactions lingering, next page": lambda u: u.transactions.lingering(
        State.ON_LOAN, NOW, after=u.transactions.get("N000500"), limit=10
    ),
    "transactions in a state": lambda u: u.transactions.find(state=State.CONDITIONAL),
    "transactions owing": lambda u: u.transactions.find(payment_state=PaymentState.DISPUTED),
    "transactions, next page": lambda u: u.transactions.find(after="N000100", limit=10),
    "transaction moved": lambda u: u.transactions.apply(
        Transition(number="N000007", expected_version=0, provider="x"), NOW
    ),
    "patron by id": lambda u: u.patrons.get("p7"),
    "patrons by address": lambda u: u.patrons.by_email(["p7@patron.example", "p8@patron.example"]),
    "patrons by login": lambda u: u.patrons.by_login("login7"),
    "patrons by name": lambda u: u.patrons.by_name("Name 7"),
    "address bounced": lambda u: u.addresses.note(
        _NEWS, AddressBounce(address="p7@patron.example", permanent=True, reason="", until=NOW), NOW
    ),
    "address told": lambda u: u.addresses.told("p7@patron.example", NOW),
    "state of addresses": lambda u: u.addresses.get_many(["p7@patron.example", "p8@patron.example"]),
    "heard of an address": lambda u: u.heard.of("p7@patron.example"),
    "heard of an address, how often": lambda u: u.heard.count("p7@patron.example", Heard.SOFT_BOUNCE, NOW),
    "slow domains": lambda u: u.heard.slow(["d7.example"], NOW, 5),
    "deferring domains": lambda u: u.heard.deferring(NOW),
    "heard by domain": lambda u: u.heard.tally(NOW),
    "notices of a mail we sent": lambda u: u.outbox.parts_of("<maild.7@x>"),
    "notice opened": lambda u: u.outbox.opened([7], NOW),
    "registration by e-mail or login": lambda u: u.registrations.of(email="r7@patron.example", login="login7"),
    "registration moved": lambda u: u.registrations.change(
        RegistrationChange(email="r7@patron.example", state=RegistrationState.APPROVED), NOW
    ),
    "registrations of a person": lambda u: u.registrations.of_person(["r7@patron.example", "r8@patron.example"]),
    "registrations watched": lambda u: u.registrations.watched(5000),
    "registration told": lambda u: u.registrations.tell(7, 1, NOW),
    "registrations in a state": lambda u: u.registrations.find(state=RegistrationState.PENDING),
    "mail by id": lambda u: u.mails.get(7),
    "mails by their marks": lambda u: u.marks.first(["7" * 64, "8" * 64]),
    "mail by Message-ID": lambda u: u.mails.known_message("<m7@patron.example>"),
    "places of a mail": lambda u: u.mails.locations(7),
    "mails in a status": lambda u: u.mails.find(status=MailStatus.SHUNTED),
    "mails, next page": lambda u: u.mails.find(before=100, limit=10),
    "mails unfiled": lambda u: u.mails.unfiled("office/INBOX", 1, 50),
    "mails filed": lambda u: u.mails.mark_filed("office/INBOX", 1, [1, 2, 3]),
    "mail settled": lambda u: u.mails.settle(7, MailStatus.SETTLED, kind="", rule="", reason="", now=NOW),
    "mails claimed": lambda u: u.mails.claim(50, NOW, 60, "a"),
    "outbox claimed": lambda u: u.outbox.claim(50, NOW, 60, "a"),
    "outbox in doubt": lambda u: u.outbox.doubt(NOW),
    "outbox begun": lambda u: u.outbox.begin([7, 8], "a", "<maild.7@x>"),
    "outbox standing": lambda u: u.outbox.standing([7, 8], "a"),
    "outbox failed since": lambda u: u.outbox.failed_since(NOW),
    "outbox marked": lambda u: u.outbox.mark(7, OutboxState.SENT, now=NOW),
    "outbox of a message": lambda u: u.outbox.of_message("<maild.7@x>"),
    "outbox of a transaction": lambda u: u.outbox.find(number="N000007"),
    "outbox in a state": lambda u: u.outbox.find(state=OutboxState.FAILED),
    "outbox sent to one since": lambda u: u.outbox.sent_since(NOW, recipient="p7@patron.example"),
    "outbox written to one since": lambda u: u.outbox.count_since("p7@patron.example", [NoticeKind.ANSWER], NOW),
    "outbox written to strangers since": lambda u: u.outbox.count_strangers([NoticeKind.ANSWER], NOW),
    "drafts written anew": lambda u: u.outbox.hold(
        [NoticeRequest(kind=NoticeKind.ANSWER, subject="mail:7", recipient="p7@patron.example", revision="+draft")] * 2,
        NOW,
    ),
    "outbox sent since": lambda u: u.outbox.sent_since(NOW),
    "outbox sent to several since": lambda u: u.outbox.sent_to(["p7@patron.example", "p8@patron.example"], NOW),
    "outbox about transactions": lambda u: u.outbox.about(["N000007", "N000008"]),
    "leases of a dead process, mails": lambda u: u.mails.free("dead"),
    "leases of a dead process, outbox": lambda u: u.outbox.free("dead", NOW),
    "thread of a transaction": lambda u: u.outbox.thread("N000007"),
    "journal of a transaction": lambda u: u.journal.of_transaction("N000007"),
    "journal of a mail": lambda u: u.journal.of_mail(7),
    "decisions of a mail": lambda u: u.decisions.of_mail(7),
    "documents of a transaction": lambda u: u.documents.of_transaction("N000007"),
    "reviews open": lambda u: u.reviews.find(),
    "reviews open of mails": lambda u: u.reviews.open_of([7, 8]),
    "mails of a day": lambda u: u.census.mails(NOW, NOW + timedelta(days=1)),
    "notices of a day": lambda u: u.census.notices(NOW, NOW + timedelta(days=1)),
    "the queue by cause": lambda u: u.census.queue(),
    "the queue by age": lambda u: u.statistics.ages([NOW, NOW - timedelta(days=1)]),
    "figures of a day and its month": lambda u: u.statistics.count(
        spans(LONG_AGO, LONG_AGO + timedelta(days=1), UTC), months(LONG_AGO, LONG_AGO + timedelta(days=1), UTC)
    ),
    "turnaround of a year": lambda u: u.statistics.year(LONG_AGO, NOW - timedelta(days=900), NOW - timedelta(days=800)),
    "since when there is anything": lambda u: u.statistics.earliest(),
    "figures read": lambda u: u.statistics.figures(Measure.MAILS, NOW.date(), NOW.date() + timedelta(days=1)),
    "what rules took": lambda u: u.statistics.rules(LONG_AGO, LONG_AGO + timedelta(days=7), [LONG_AGO]),
    "mails of a rule": lambda u: u.listings.mails.page(MailFilter(rule="30-calis-shipped")),
    "notices held": lambda u: u.census.outbox(OutboxState.HELD),
    "addresses that bounce": lambda u: u.census.bounced(NOW),
    "outbox waiting for recipients": lambda u: u.outbox.waiting_to(["p7@patron.example", "p8@patron.example"]),
    "reviews of a sender": lambda u: u.reviews.of_sender("s7@provider.example"),
    "reviews by id": lambda u: u.reviews.get_many([7, 8]),
    "reviews of mails": lambda u: u.reviews.of_mails([7, 8]),
    "review of a key": lambda u: u.reviews.of_key("silence:N000007"),
    "reviews of keys": lambda u: u.reviews.of_keys(["silence:N000007", "silence:N000008"]),
    "what is held on a person": lambda u: u.erasures.held(u.erasures.person("p7")),
    "who an address is": lambda u: u.erasures.person("r7@patron.example"),
    "outbox of a mail": lambda u: u.outbox.of_mail(7),
    "outbox of a subject": lambda u: u.outbox.of_subject("N000007"),
    "proofs read before": lambda u: u.receipts.cached([f"{7:064x}"], "1"),
    "proofs seen before": lambda u: u.receipts.seen(["serial:7", "serial:8"]),
    "proofs that look alike": lambda u: u.receipts.alike("9e3779b97f4a7c15"),
    "proofs of a mail": lambda u: u.receipts.of_mail(7),
    "balances of a patron": lambda u: u.ledger.account("p7"),
    "what transactions owe": lambda u: u.ledger.owed(["N000007", "N000008"]),
    "standing of transactions": lambda u: u.ledger.standing(["N000007", "N000008"]),
    "entries of a patron": lambda u: u.ledger.entries(patron_id="p7"),
    "entries of a transaction": lambda u: u.ledger.entries(number="N000007"),
    "entry by key": lambda u: u.ledger.get("claim:7"),
    "a key that is free": lambda u: u.ledger.fresh("claim:7"),
    "claims of a patron": lambda u: u.ledger.claims(patron_ids=["p7"], open_only=False),
    "claims of a transaction": lambda u: u.ledger.claims(numbers=["N000007"], open_only=False),
    "open claims": lambda u: u.ledger.claims(),
    "open claims of an amount": lambda u: u.ledger.claims(amount=Money.of("0.01")),
    "old open claims": lambda u: u.ledger.claims(before=NOW + timedelta(days=1)),
    "refunds to be paid out": lambda u: u.ledger.refunds(),
    "refunds, the latest": lambda u: u.ledger.refunds(open_only=False, most=200),
    "a claim settled": lambda u: u.ledger.post([_SETTLEMENT], NOW),
    "statement lines open": lambda u: u.statements.open(),
    "statement lines since": lambda u: u.statements.find(since=NOW.date()),
    "statement line by key": lambda u: u.statements.get("line:000007"),
    "invoices of transactions": lambda u: u.invoices.of_transactions(["N000007"]),
    "invoices of a patron": lambda u: u.invoices.find(patron_id="p7"),
    "invoices in a state": lambda u: u.invoices.find(state=InvoiceState.REQUESTED),
    "invoice by number": lambda u: u.invoices.find(number=f"{7:020}"),
    "events claimed": lambda u: u.events.claim(20, NOW, 60, "a"),
    "event by id": lambda u: u.events.get(7),
    "events of a transaction": lambda u: u.events.find(number="N000007"),
    "events in a state": lambda u: u.events.find(state=EventState.FAILED),
    "events waiting": lambda u: u.events.waiting(),
    "leases of a dead process, events": lambda u: u.events.free("dead", NOW),
    "counts of a provider's days": lambda u: u.traffic.days("p7", "2010-01-01", "2010-02-01"),
    "counts of a provider together": lambda u: u.traffic.sums("p7", "2010-01-01", "2010-02-01"),
    "weeks of providers": lambda u: u.traffic.weeks(["p7", "p8"], "2010-01-01"),
    "shapes of a provider": lambda u: u.traffic.shapes("p7"),
}


_LISTS: dict[str, Callable[[UnitOfWork], object]] = {
    "queue": lambda u: u.listings.queue.page(ReviewFilter()),
    "queue of causes": lambda u: u.listings.queue.page(ReviewFilter(causes=(Cause.NO_NUMBER, Cause.BOUNCE))),
    "queue of somebody": lambda u: u.listings.queue.page(ReviewFilter(assignee="li")),
    "queue counted": lambda u: u.listings.queue.counts(ReviewFilter()),
    "queue of nobody counted": lambda u: u.listings.queue.counts(ReviewFilter(assignee=NOBODY)),
    "queue of drafts": lambda u: u.listings.queue.heads(ReviewFilter(causes=(Cause.QUESTION,), drafted=True)),
    "queue searched in a span": lambda u: u.listings.queue.page(
        ReviewFilter(text="发票", created_from=NOW - timedelta(days=2), created_to=NOW)
    ),
    "queue by assignee": lambda u: u.listings.queue.assignees(),
    "neighbours in the queue": lambda u: u.listings.queue.neighbours(7, ReviewFilter()),
    "stamp of the queue": lambda u: u.listings.queue.latest(),
    "queue searched": lambda u: u.listings.queue.page(ReviewFilter(text="发票")),
    "requests in states": lambda u: u.listings.transactions.page(
        TransactionFilter(states=(State.ON_LOAN, State.CONDITIONAL))
    ),
    "requests owing": lambda u: u.listings.transactions.page(
        TransactionFilter(payment_states=(PaymentState.DISPUTED,))
    ),
    "requests of a provider": lambda u: u.listings.transactions.page(TransactionFilter(providers=("calis", "nlc"))),
    "providers of requests": lambda u: u.listings.transactions.providers(),
    "requests of a patron": lambda u: u.listings.transactions.page(TransactionFilter(patron_id="p7")),
    "requests in a hurry": lambda u: u.listings.transactions.page(TransactionFilter(rush=True)),
    "notices of a kind": lambda u: u.listings.outbox.page(OutboxFilter(kinds=(NoticeKind.PICK_UP,))),
    "notices in states": lambda u: u.listings.outbox.page(
        OutboxFilter(states=(OutboxState.FAILED, OutboxState.WAITING))
    ),
    "notices to somebody": lambda u: u.listings.outbox.page(OutboxFilter(recipient="p7@patron.example")),
    "lines of somebody": lambda u: u.listings.journal.page(JournalFilter(actor="li")),
    "lines of a sort": lambda u: u.listings.journal.page(JournalFilter(what="act")),
    "lines of a day": lambda u: u.listings.journal.page(JournalFilter(actor="li", start=NOW, end=NOW)),
    "lines of a request": lambda u: u.listings.journal.page(JournalFilter(number="N000007")),
    "actors": lambda u: u.listings.journal.actors(),
    "registrations listed": lambda u: u.listings.registrations.page(
        RegistrationFilter(states=(RegistrationState.PENDING,))
    ),
    "invoices listed": lambda u: u.listings.invoices.page(InvoiceFilter(states=(InvoiceState.REQUESTED,))),
    "claims listed": lambda u: u.listings.claims.page(ClaimFilter()),
    "statement lines listed": lambda u: u.listings.statements.page(StatementFilter()),
}
LOOKUPS |= _LISTS


@pytest.fixture(scope="module", params=DATABASES)
def template(request: pytest.FixtureRequest, fresh_url: Callable[..., str]) -> str:
    """A database with enough rows, and fresh statistics, for the planner to care: to be copied."""
    url = fresh_url(request.param)
    store = open_store(url)
    fill(store, ROWS, patrons=ROWS)
    store.close()
    return url


@pytest.fixture
def filled(template: str, fresh_url: Callable[..., str], opened: Callable[[str], Store]) -> Store:
    """A copy of it."""
    return opened(fresh_url(template.partition(":")[0].partition("+")[0], template))


@contextmanager
def _statements(engine: sa.Engine) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "WITH"):
            seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def _plan(connection: sa.Connection, statement: str, parameters: Any) -> list[str]:
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    rows = connection.exec_driver_sql(explain + statement, parameters)
    return [str(row[-1]) for row in rows]


LEFT = ("_waiting", "_claim_open", "_line_open", "_rush", "_odd", "_refund")


def _scans(plan: list[str]) -> list[str]:
    """Steps that read a whole big table or index; the partial indexes of work that is left are small."""
    found = []
    for step in plan:
        words = step.replace("->", "").split()
        if words[:1] == ["SCAN"] and words[1] in BIG and not any(mark in words[-1] for mark in LEFT):
            found.append(step)
        if words[:2] == ["Seq", "Scan"] and words[3] in BIG:
            found.append(step)
    return found


# SQLite walks a table in the order of its key without naming an index: that is a page, not a scan.
PAGES = {"transactions, next page", "mails, next page", "mails of a day", "since when there is anything"}


def test_every_look_up_uses_an_index(filled: Store) -> None:
    """No look-up reads a whole table, on either database."""
    engine = filled._engine
    guilty: dict[str, list[str]] = {}
    for name, look_up in LOOKUPS.items():
        with _statements(engine) as seen, filled.begin() as uow:
            look_up(uow)
        assert seen, name
        with engine.begin() as connection:
            plans = [_plan(connection, *statement) for statement in seen]
            connection.rollback()
        scans = [step for plan in plans for step in _scans(plan)]
        if scans and name not in PAGES:
            guilty[name] = scans
    assert guilty == {}


def test_all_claims_are_walked_in_their_order(filled: Store) -> None:
    """A page of all claims reads as many as it shows, and sorts none."""
    engine = filled._engine
    with _statements(engine) as seen, filled.begin() as uow:
        uow.listings.claims.page(ClaimFilter(open_only=False))
    with engine.begin() as connection:
        plan = "\n".join(_plan(connection, *seen[0]))
    assert "ix_ledger_claim_at" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_requests_of_a_text_are_found_by_its_grams(filled: Store) -> None:
    """Only those that may have it are looked at."""
    engine = filled._engine
    with _statements(engine) as seen, filled.begin() as uow:
        uow.listings.transactions.page(TransactionFilter(text="title 777"))
    with engine.begin() as connection:
        (plan,) = ["\n".join(_plan(connection, *each)) for each in seen if "search_numbers" in each[0]]
    if engine.dialect.name == "sqlite":
        assert "SCAN search_requests VIRTUAL TABLE INDEX" in plan
        assert "SEARCH transactions USING INDEX sqlite_autoindex_transactions_1" in plan
        assert "SCAN n" not in plan
    else:
        assert "ix_search_numbers_grams" in plan


def test_notices_that_begin_alike_are_sorted_only_where_they_are_few(filled: Store) -> None:
    """A page of what nearly all begin with is walked in the order of the list."""
    engine = filled._engine
    for text, many in (("N", True), ("N000007", False)):
        with _statements(engine) as seen, filled.begin() as uow:
            uow.listings.outbox.page(OutboxFilter(text=text))
        with engine.begin() as connection:
            plan = "\n".join(_plan(connection, *seen[-1]))
        assert ("UNION" in seen[-1][0]) is not many
        if engine.dialect.name == "sqlite":
            assert ("ix_outbox_number_id" in plan) is not many
            assert ("TEMP B-TREE" in plan) is not many
        elif many:
            assert "Sort" not in plan


def test_a_missing_index_is_noticed(filled: Store) -> None:
    """The test above can fail: without its index, the look-up by address reads the table."""
    engine = filled._engine
    with engine.begin() as connection:
        connection.execute(sa.text("DROP INDEX ix_patron_address_address"))
    with _statements(engine) as seen, filled.begin() as uow:
        uow.patrons.by_email(["p7@patron.example"])
    with engine.begin() as connection:
        assert any(_scans(_plan(connection, *statement)) for statement in seen)
