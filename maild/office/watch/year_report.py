"""The yearly report: rows of the store put under the heads that CALIS and the ministry ask for. Figures alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.desk.statistics import DAY, Grain, Measure, Outcome, Supplied, midnight
from maild.domain.desk.yearly import About, Deed, Direction, Section, YearReport, YearRow
from maild.domain.errors import Permanent
from maild.office.watch import SAY
from maild.office.watch.naming import Naming
from maild.office.watch.statistics import automatic_share, rank, totals

if TYPE_CHECKING:
    from maild.ports.statistics import Yearly
    from maild.store.uow import UnitOfWork


CURRENCY = "CNY"  # of the columns of money: fees in another stand in the table of money alone
FIRST_YEAR = 1998  # CALIS began then
# Names of one kind of literature, told as one.
_SAME = {"journal_article": "article", "conference_paper": "conference", "dissertation": "thesis"}
Key = Callable[[About, datetime], str]


def year_report(
    uow: UnitOfWork, year: int, zone: ZoneInfo, now: datetime, naming: Naming, cases: Yearly | None = None
) -> YearReport:
    """The tables of a year, up to now where it is not over. Raises Permanent for a year that has not come.

    cases: what it is made of; the store's if left out
    """
    today = now.astimezone(zone).date()
    if not FIRST_YEAR <= year <= today.year:
        raise Permanent(SAY("no_report", year=year), remedy=SAY("give_year", first=FIRST_YEAR, last=today.year))
    first, last = date(year, 1, 1), min(date(year + 1, 1, 1), today + DAY)
    cases = cases or uow.yearly
    counts = _Counts(cases, midnight(first, zone), midnight(last, zone))
    tables = {section: _lines(counts.by(key), section) for section, key in _keys(zone, naming).items()}
    deeds = {Deed.SETTLED: _settled(uow, first, last), **cases.deeds(counts.start, counts.end)}
    reasons = sorted(cases.reasons(counts.start, counts.end).items(), key=lambda pair: (-pair[1], pair[0]))
    tables[Section.REASON] = [YearRow(key=key, count=count) for key, count in reasons]
    tables[Section.MONEY] = list(_money(cases.sums(counts.start, counts.end)))
    tables[Section.PROGRAM] = [
        YearRow(key=deed.value, count=count, of=of, rate=count / of if of else None)
        for deed, (count, of) in deeds.items()
    ]
    used = {row.key for row in tables[Section.PROVIDER]}
    return YearReport(
        year=year,
        until=last,
        tables={section: tables[section] for section in Section},
        names={key: pair for key, pair in naming.names.items() if key in used},
    )


def _keys(zone: ZoneInfo, naming: Naming) -> Mapping[Section, Key]:
    """Under what each table counts a request."""

    def direction(about: About, _: datetime) -> str:
        return Direction.OWN if naming.of_name(about.provider) in naming.ours else Direction.BORROWED

    return {
        Section.TOTAL: lambda about, at: "",
        Section.MONTH: lambda about, at: f"{at.astimezone(zone):%Y-%m}",
        Section.DIRECTION: direction,
        Section.SERVICE: lambda about, at: about.service,
        Section.LITERATURE: lambda about, at: _SAME.get(about.literature, about.literature),
        Section.PROVIDER: lambda about, at: naming.of_name(about.provider),
        Section.PATRON_KIND: lambda about, at: about.kind,
        Section.DEPARTMENT: lambda about, at: about.department.strip(),
    }


class _Counts:
    """The rows of a year, read once."""

    def __init__(self, cases: Yearly, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        self._opened = list(cases.opened(start, end))
        self._delivered = list(cases.delivered(start, end))
        self._booked = [one for one in cases.booked(start, end) if one.currency == CURRENCY]

    def by(self, key: Key) -> Iterator[YearRow]:
        """A line for each key."""
        outcomes: dict[str, Counter[Supplied]] = defaultdict(Counter)
        patrons: dict[str, set[str]] = defaultdict(set)
        took: dict[str, list[int]] = defaultdict(list)
        money: dict[str, Counter[Book]] = defaultdict(Counter)
        for about, outcome, at in self._opened:
            name = key(about, at)
            outcomes[name][outcome] += 1
            if about.patron_id:
                patrons[name].add(about.patron_id)
        for about, seconds, at in self._delivered:
            took[key(about, at)].append(seconds)
        for about, book, cents, _, at in self._booked:
            money[key(about, at)][book] += cents
        for name in outcomes.keys() | took.keys() | money.keys():
            yield _line(name, outcomes[name], len(patrons[name]), sorted(took[name]), money[name])


def _line(key: str, outcomes: Counter[Supplied], patrons: int, took: Sequence[int], money: Counter[Book]) -> YearRow:
    filled, unfilled = outcomes[Supplied.FILLED], outcomes[Supplied.UNFILLED]
    amount, subsidy = -money[Book.INCOME], money[Book.SUBSIDY]
    return YearRow(
        key=key,
        count=outcomes.total(),
        filled=filled,
        unfilled=unfilled,
        cancelled=outcomes[Supplied.CANCELLED],
        open=outcomes[Supplied.OPEN],
        rate=filled / (filled + unfilled) if filled + unfilled else None,
        patrons=patrons,
        median=rank(took, 0.5),
        high=rank(took, 0.9),
        amount=amount,
        subsidy=subsidy,
        payable=amount - subsidy,
        currency=CURRENCY,
    )


def _lines(rows: Iterable[YearRow], section: Section) -> list[YearRow]:
    """In the order of a calendar, else the largest first; what has no name is last."""
    if section is Section.MONTH:
        return sorted(rows, key=lambda row: row.key)
    return sorted(rows, key=lambda row: (not row.key, -row.count, row.key))


def _settled(uow: UnitOfWork, first: date, last: date) -> tuple[int, int]:
    """Mails that needed no person, of those that asked for something."""
    outcomes = totals(uow.statistics.figures(Measure.MAILS, first, last, Grain.MONTH))
    if automatic_share(outcomes) is None:
        return 0, 0
    needed = sum(outcomes.get(each, 0) for each in (Outcome.AUTOMATIC, Outcome.STAFF, Outcome.REVIEW))
    return outcomes.get(Outcome.AUTOMATIC, 0), needed


def _money(sums: Iterable[tuple[Book, EntryKind, str, str, int, int]]) -> Iterator[YearRow]:
    """What the books say of the year, by currency; a debit of INCOME is a fee that was taken back."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    cents: dict[tuple[str, str], int] = defaultdict(int)

    def add(key: str, currency: str, count: int, amount: int) -> None:
        counts[key, currency] += count
        cents[key, currency] += amount

    for book, kind, channel, currency, count, amount in sums:
        if book is Book.INCOME:
            add("charged", currency, count, -amount)
            add("payable", currency, count, -amount)
        elif book is Book.SUBSIDY:
            add("subsidy", currency, count, amount)
            add("payable", currency, 0, -amount)
        elif book is Book.WAIVED:
            add("waived", currency, count, amount)
        elif book is Book.CASH:
            paid_out = kind is EntryKind.REFUND
            add("refunded" if paid_out else f"received:{channel}", currency, count, -amount if paid_out else amount)
    order = ("charged", "subsidy", "payable", "waived")
    for key, currency in sorted(counts, key=lambda one: (one[1], one[0] not in order, one[0])):
        yield YearRow(key=key, count=counts[key, currency], amount=cents[key, currency], currency=currency)
