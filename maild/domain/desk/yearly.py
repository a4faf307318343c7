"""What an office reports of a year: requests, who supplied, how long it took, what it cost, and what the program did.

Days are the office's. A request belongs to the year in which it was opened, a delivery and an entry of the books to
that in which they happened: a year that is over changes only by what the books say of it later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from maild.domain.accounting.ledger import Book
from maild.domain.desk.statistics import Supplied


class Section(StrEnum):
    """The tables of the report, in order. What its keys are stands beside each."""

    TOTAL = "total"  # ''
    MONTH = "month"  # 2026-01
    DIRECTION = "direction"  # Direction
    SERVICE = "service"  # Service
    LITERATURE = "literature"  # the request's type of literature, '' where it has none
    PROVIDER = "provider"  # id of a provider or institution, else the name as it was written
    REASON = "reason"  # ISO 18626 reason unfilled, '' where none was given
    PATRON_KIND = "patron_kind"  # PatronKind, '' where the patron is not known
    DEPARTMENT = "department"  # as the patron's row has it
    MONEY = "money"  # charged, subsidy, payable, waived, refunded, received:<channel>
    PROGRAM = "program"  # Deed


class Direction(StrEnum):
    """Where a request was supplied from: another library, or the office's own holdings."""

    BORROWED = "borrowed"
    OWN = "own"


class Deed(StrEnum):
    """What the program's work is measured by; each line says of how many."""

    SETTLED = "settled"  # mails settled without a person, of those that asked for something
    MOVES = "moves"  # changes of a request's state by a mail alone, of all
    MOVED_BACK = "moved_back"  # those of them that a person turned round afterwards
    ENTRIES = "entries"  # entries of the books made by the program, of all
    REVERSED = "reversed"  # those of them that a person reversed
    UNDONE = "undone"  # acts of staff on the queue that were taken back, of all: what people get wrong


class About(NamedTuple):
    """What a request is counted under. provider, literature, department: as they are written; kind: '' for nobody."""

    patron_id: str
    provider: str
    service: str
    literature: str
    kind: str
    department: str


class Opened(NamedTuple):
    """A request of the year."""

    about: About
    outcome: Supplied
    at: datetime


class Delivered(NamedTuple):
    """A delivery of the year. seconds: since the request was submitted."""

    about: About
    seconds: int
    at: datetime


class Booked(NamedTuple):
    """A posting of the year that names a request."""

    about: About
    book: Book
    cents: int
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """A line of a table; None: not counted there. rate: 0 to 1; median, high (p90): seconds; money: cents.

    count: requests, entries or acts; of: out of how many; patrons: different ones; amount: the whole cost, of which
    `subsidy` was the library's and `payable` the patron's
    """

    key: str
    count: int = 0
    of: int | None = None
    rate: float | None = None
    filled: int | None = None
    unfilled: int | None = None
    cancelled: int | None = None
    open: int | None = None
    patrons: int | None = None
    median: int | None = None
    high: int | None = None
    amount: int | None = None
    subsidy: int | None = None
    payable: int | None = None
    currency: str = ""


COUNTS = ("count", "filled", "unfilled", "cancelled", "open", "rate", "patrons")
TIMES = ("median", "high")
MONEY = ("amount", "subsidy", "payable")
# The columns of each table; `currency` stands beside money alone.
COLUMNS: Mapping[Section, Sequence[str]] = MappingProxyType(
    {
        **dict.fromkeys(Section, (*COUNTS, *TIMES, *MONEY)),
        Section.REASON: ("count",),
        Section.MONEY: ("count", "amount", "currency"),
        Section.PROGRAM: ("count", "of", "rate"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearReport:
    """The tables of a year. until: the first day that is not counted yet, or of the next year; names: id → (zh, en)."""

    year: int
    until: date
    tables: Mapping[Section, Sequence[YearRow]]
    names: Mapping[str, tuple[str, str]]

    def row(self, section: Section, key: str = "") -> YearRow:
        """The line of that key; an empty one where there is none."""
        return next((one for one in self.tables[section] if one.key == key), YearRow(key=key))

    def rows(self) -> list[dict[str, object]]:
        """Every line as a row with stable keys, for programs: money in yuan as text, times in seconds."""
        return [
            {"year": self.year, "section": section.value, "key": one.key, **_plain(one, COLUMNS[section])}
            for section, lines in self.tables.items()
            for one in lines
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptYear:
    """A report as it was counted at that moment."""

    at: datetime
    report: YearReport


def to_data(report: YearReport) -> dict[str, Any]:
    """As JSON data, for keeping."""
    return {
        "year": report.year,
        "until": report.until.isoformat(),
        "tables": {section.value: [_told(one) for one in rows] for section, rows in report.tables.items()},
        "names": {key: list(pair) for key, pair in report.names.items()},
    }


def _told(row: YearRow) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if value is not None}


def from_data(data: Mapping[str, Any]) -> YearReport:
    """What `to_data` made. A table that did not exist then is empty."""
    tables = data["tables"]
    return YearReport(
        year=data["year"],
        until=date.fromisoformat(data["until"]),
        tables={section: [YearRow(**one) for one in tables.get(section.value, ())] for section in Section},
        names={key: (pair[0], pair[1]) for key, pair in data["names"].items()},
    )


def _plain(row: YearRow, columns: Sequence[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in columns:
        value = getattr(row, name)
        if name in MONEY:
            found[name] = None if value is None else f"{value / 100:.2f}"
        elif name in TIMES:
            found[f"{'p90' if name == 'high' else name}_seconds"] = value
        elif name == "rate":
            found[name] = None if value is None else round(value, 4)
        else:
            found[name] = value
    return found
