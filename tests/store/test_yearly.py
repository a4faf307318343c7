"""The yearly report holds what a plain count over the rows gives, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.desk.yearly import Deed, KeptYear, Section, YearReport
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.office.watch.naming import Naming
from maild.office.watch.statistics import FigureKeeper
from maild.office.watch.year_kept import YearKeeper
from maild.office.watch.year_report import year_report
from maild.store.schema import tables as t
from maild.store.schema import tables_money as m
from maild.store.uow import Store
from tests.servers.clock import MovedClock
from tests.store.filling import _row
from tests.store.past import END, rows, write

ZONE = ZoneInfo("Asia/Shanghai")
NAMING = Naming(
    ids={"nlc": "nlc", "国家图书馆": "nlc", "zju": "zju"}, names={"nlc": ("国家图书馆", "NLC")}, ours=frozenset({"zju"})
)


def _report(store: Store, year: int = 2026) -> YearReport:
    with store.read() as uow:
        return year_report(uow, year, ZONE, END, NAMING)


def _in(at: datetime | None, year: int) -> bool:
    return at is not None and at.astimezone(ZONE).year == year


def test_requests_and_deliveries_are_those_of_the_year(store: Store) -> None:
    """By year, provider and month, as a plain count has them; both years together are all."""
    made = rows(7, 0, 400, 500)
    write(store, made)
    requests = made[t.transactions]
    found = {year: _report(store, year) for year in (2025, 2026)}
    assert sum(report.row(Section.TOTAL).count for report in found.values()) == len(requests)
    for year, report in found.items():
        own = [row for row in requests if _in(row["opened"], year)]
        assert {row.key: row.count for row in report.tables[Section.PROVIDER]} == Counter(r["provider"] for r in own)
        unfilled = [row for row in own if row["state"] is State.UNFILLED]
        assert report.row(Section.TOTAL).unfilled == len(unfilled)
        assert {row.key: row.count for row in report.tables[Section.MONTH]} == Counter(
            f"{row['opened'].astimezone(ZONE):%Y-%m}" for row in own
        )
        assert report.row(Section.DIRECTION, "own").count == sum(row["provider"] == "zju" for row in own)
        total = report.row(Section.TOTAL)
        assert total.median is not None
        assert total.high is not None
        assert total.median <= total.high


def test_a_provider_is_one_however_it_is_written(store: Store) -> None:
    """Name and id of a library are one line of the table."""
    made = rows(8, 0, 60, 30)
    for place, row in enumerate(made[t.transactions]):
        row["provider"] = ("国家图书馆", "NLC", "Nowhere College")[place % 3]
    write(store, made)
    assert {row.key: row.count for row in _report(store).tables[Section.PROVIDER]} == {"nlc": 40, "Nowhere College": 20}


def test_money_is_that_of_the_books(store: Store) -> None:
    """Cost, subsidy and the patron's part from postings; money received by channel; what was paid out is taken off."""
    at = datetime(2026, 5, 5, tzinfo=UTC)
    made = rows(9, 0, 2, 100)
    made[m.ledger_entry], made[m.ledger_posting] = [], []
    number = made[t.transactions][0]["number"]
    entries = (
        (EntryKind.CHARGE, [(Book.RECEIVABLE, 700, ""), (Book.SUBSIDY, 300, ""), (Book.INCOME, -1000, "")]),
        (EntryKind.PAYMENT, [(Book.CASH, 900, "bank"), (Book.RECEIVABLE, -900, "")]),
        (EntryKind.REFUND, [(Book.REFUNDED, 200, ""), (Book.CASH, -200, "bank")]),
    )
    for n, (kind, postings) in enumerate(entries, 1):
        made[m.ledger_entry].append(_row(m.ledger_entry, id=n, key=f"k{n}", kind=kind, at=at, actor="maild"))
        made[m.ledger_posting] += [
            _row(m.ledger_posting, entry_id=n, position=place, book=book, cents=cents, currency="CNY", number=number,
                 channel=channel)
            for place, (book, cents, channel) in enumerate(postings)
        ]  # fmt: skip
    write(store, made)
    report = _report(store)
    total = report.row(Section.TOTAL)
    assert (total.amount, total.subsidy, total.payable) == (1000, 300, 700)
    money = {row.key: row.amount for row in report.tables[Section.MONEY]}
    assert money == {"charged": 1000, "subsidy": 300, "payable": 700, "received:bank": 900, "refunded": 200}


def test_what_a_person_turned_round_is_the_programs_error(store: Store) -> None:
    """Of three moves by mail one was turned round; a move of staff and its undoing are none of the program's."""
    at = datetime(2026, 6, 1, tzinfo=UTC)
    moves = [("maild", 1, "submitted", "shipped"), ("maild", 2, "submitted", "shipped"), ("maild", 3, "in_process", "unfilled"),
             ("li", None, "unfilled", "in_process"), ("li", 4, "submitted", "cancelled"), ("maild", 4, "cancelled", "submitted")]  # fmt: skip
    lines = [
        _row(t.journal, id=n, at=at, what="state", number="N1" if n in (3, 4) else f"N{10 + n}", actor=actor,
             mail_id=mail, before=before, after=after, data={}, reasons=["undone by staff"] if n == 6 else [])
        for n, (actor, mail, before, after) in enumerate(moves, 1)
    ]  # fmt: skip
    acts = [
        _row(t.journal, id=20 + n, at=at, what="act", actor="li", after=after, data={}, reasons=[])
        for n, after in enumerate(("assigned", "undone", "dismissed", "answered"))
    ]
    write(store, {t.journal: lines + acts})
    deeds = {row.key: (row.count, row.of) for row in _report(store).tables[Section.PROGRAM]}
    assert deeds[Deed.MOVES] == (3, 5)
    assert deeds[Deed.MOVED_BACK] == (1, 3)
    assert deeds[Deed.UNDONE] == (1, 3)
    with store._engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.journal)) == 10


def test_a_kept_report_is_the_one_that_was_counted(store: Store) -> None:
    """Kept and read again it is the same, tables, names and days; keeping it again takes the place of the first."""
    write(store, rows(10, 50, 200, 300))
    counted = _report(store)
    for at in (END - timedelta(hours=1), END):
        with store.begin() as uow:
            uow.yearly.keep(counted, at)
    with store.read() as uow:
        assert uow.yearly.kept(2026) == KeptYear(at=END, report=counted)
        assert uow.yearly.kept(2025) is None


def test_a_report_is_counted_again_when_it_is_old(store: Store) -> None:
    """A page has the kept report of the running year for an hour and a half, that of one that is over for a day; the
    daemon counts what is older than an hour; who asks for a fresh one gets it.
    """
    write(store, rows(11, 0, 40, 300))
    clock = MovedClock(END)
    keeper = YearKeeper(store, clock, FigureKeeper(store, clock, "Asia/Shanghai"), lambda: NAMING)
    keeper.fresh()
    write(
        store,
        {
            t.transactions: [
                _row(
                    t.transactions,
                    number="LATE",
                    opened=END,
                    since=END,
                    payment_state=PaymentState.NONE,
                    service=Service.COPY,
                    state=State.SUBMITTED,
                )
            ]
        },
    )
    before, last = keeper.of(), keeper.of(2025)
    clock.pass_time(timedelta(minutes=80))
    assert keeper.of() == before
    keeper.fresh()
    after = keeper.of()
    assert after.at == END + timedelta(minutes=80)
    assert after.report.row(Section.TOTAL).count == before.report.row(Section.TOTAL).count + 1
    clock.pass_time(timedelta(hours=3))
    assert keeper.of().at == END + timedelta(minutes=80, hours=3)
    assert keeper.of(2025) == last
    assert keeper.count(2025).at == keeper.of().at
