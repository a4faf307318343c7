"""Figures of the past, counted by day and month into a table of their own, so that reading them costs nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.desk.statistics import (
    FOLDED,
    MONTHLY,
    AgeCount,
    Counted,
    Fate,
    Figure,
    Grain,
    Measure,
    Month,
    RuleWeek,
    Span,
    first_of_month,
)
from maild.domain.incoming.cause import Cause
from maild.domain.records.journal import ReviewState
from maild.store._sql import insert
from maild.store.desk.counting import delivered, delivered_by, per_day, per_month
from maild.store.schema.tables import mail, review, transactions
from maild.store.schema.tables_statistics import figure, figure_run

f, r = figure.c, review.c
_SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}
RECENT, WHOLE = "recent", "whole"
_NAMES = ("day", "key", "second", "count", "value", "median", "high")
_EPOCH_DAY = date(1970, 1, 1).toordinal()

_FIRST_MAIL = sa.select(mail.c.stored).order_by(mail.c.stored).limit(1)
_FIRST_REQUEST = sa.select(transactions.c.opened).order_by(transactions.c.opened).limit(1)
_RUN = sa.select(figure_run.c.at).where(figure_run.c.extent == sa.bindparam("of"))
_CLEAR = sa.delete(figure).where(f.measure.in_(sa.bindparam("of", expanding=True)), f.day >= sa.bindparam("since"))
_CLEAR_BEFORE = sa.delete(figure).where(f.measure == sa.bindparam("of"), f.day < sa.bindparam("before"))


class SqlStatistics:
    """Figures are counted into a table of their own (`count`, `keep`), and read from there (`figures`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    def earliest(self) -> datetime | None:
        """When the first mail was stored or the first request opened, whichever was earlier."""
        found = [self._connection.scalar(each) for each in (_FIRST_MAIL, _FIRST_REQUEST)]
        return min((at for at in found if at is not None), default=None)

    def refreshed(self) -> datetime | None:
        """Up to when the figures are counted; None where they never were."""
        return self._connection.scalar(_RUN, {"of": RECENT})

    def whole(self) -> datetime | None:
        """When they were last counted from the beginning."""
        return self._connection.scalar(_RUN, {"of": WHOLE})

    def count(self, spans: Sequence[Span], months: Sequence[Month], provider_of: Callable[[str], str] = str) -> Counted:
        """Figures of the days of the spans and of the months, which begin on the same day. Reads alone.

        `provider_of`: whom a provider's name means, however it is written.
        """
        counted = {
            measure: (_summed if measure in MONTHLY else list)(
                found for span in spans for found in self._days(statement, span)
            )
            for measure, statement in per_day(self._dialect).items()
        }
        for measure, statements in per_month(self._dialect).items():
            counted[measure] = [
                found for month in months for found in self._timed(month.first, statements, month.start, month.end)
            ]
        counted[Measure.DELIVERED] = [
            found for month in months for found in self._turnaround(month.first, month.start, month.end, provider_of)
        ]
        supply = (replace(one, key=provider_of(one.key)) for one in counted[Measure.SUPPLY])
        return {**counted, Measure.SUPPLY: _summed(supply)}

    def year(self, day: date, start: datetime, end: datetime, provider_of: Callable[[str], str] = str) -> Counted:
        """Turnaround of the year that ends on the day, as `count` has that of months. Reads alone."""
        return {Measure.YEAR: list(self._turnaround(day, start, end, provider_of))}

    def _turnaround(
        self, day: date, start: datetime, end: datetime, provider_of: Callable[[str], str]
    ) -> Iterator[Figure]:
        """Of all, and of each provider; who is written in several ways is counted again as one."""
        found: dict[str, list[Figure]] = defaultdict(list)
        for one in self._timed(day, delivered(self._dialect), start, end):
            found[provider_of(one.key)].append(one)
        for key, figures in found.items():
            if len(figures) == 1:
                yield replace(figures[0], key=key)
            else:
                names = [one.key for one in figures]
                yield from self._timed(day, [delivered_by(self._dialect)], start, end, key=key, names=names)

    def keep(self, counted: Counted, since: date, now: datetime, *, whole: bool = False) -> None:
        """Put figures in the place of those from `since` on; `whole`: they are counted from the beginning."""
        # First of all: another host that keeps its figures now waits here, and clears what it then finds.
        for extent in (RECENT, WHOLE) if whole else (RECENT,):
            self._connection.execute(_note_run(self._dialect), {"extent": extent, "at": now})
        self._connection.execute(_CLEAR, {"of": [each.value for each in counted], "since": since})
        self._add(counted)

    def fold(self, before: date) -> None:
        """Make figures of days before that first day of a month those of months, where nobody looks at days any more.

        In the same transaction as `keep`.
        """
        for measure in sorted(FOLDED):
            asked = {"of": measure.value, "before": before}
            if self._connection.scalar(_by_days(self._dialect), asked) is not None:
                sums = self.figures(measure, date.min, before, Grain.MONTH)
                self._connection.execute(_CLEAR_BEFORE, asked)
                self._add({measure: sums})

    def _add(self, counted: Counted) -> None:
        rows = [_row(measure, one) for measure, figures in counted.items() for one in figures]
        if rows:
            self._connection.execute(_add_figures(self._dialect), rows)

    def figures(self, measure: Measure, since: date, until: date, grain: Grain = Grain.DAY) -> Sequence[Figure]:
        """In [since, until), by day, key and second key. Of a coarser grain: sums, named by its first day."""
        asked = {"of": measure.value, "since": since, "until": until}
        # All at once: rows that are fetched one by one cost PostgreSQL's driver a third more.
        return [
            Figure(day=day, key=key, second=second, count=count, value=value, median=median, high=high)
            for day, key, second, count, value, median, high in self._connection.execute(
                _read(self._dialect, grain), asked
            ).all()
        ]

    def rules(self, since: date, until: date, recent: Sequence[date]) -> Sequence[RuleWeek]:
        """What rules took in [since, until), by week; with the counts since each of the `recent` days."""
        week = _begins(self._dialect, Grain.WEEK)
        partly = [sa.func.sum(sa.case((f.day >= day, f.count), else_=0)) for day in recent]
        asked = (
            sa.select(f.key, f.second, week, sa.func.sum(f.count), sa.func.max(f.day), *partly)
            .where(f.measure == Measure.RULES.value, f.day >= since, f.day < until)
            .group_by(f.key, f.second, week)
        )
        return [
            RuleWeek(
                rule=row[0],
                fate=Fate(row[1]),
                monday=row[2],
                count=int(row[3]),
                last=row[4],
                recent=tuple(map(int, row[5:])),
            )
            for row in self._connection.execute(asked).all()
        ]

    def size(self) -> int:
        """Bytes that the database takes."""
        return int(self._connection.scalar(sa.text(_SIZE[self._dialect])) or 0)

    def ages(self, edges: Sequence[datetime]) -> Sequence[AgeCount]:
        """Open queue items by cause and age. `edges`, latest first: an item created at or after one is below it."""
        asked = {f"edge{place}": edge for place, edge in enumerate(edges)}
        found = []
        for row in self._connection.execute(_ages(len(edges)), asked).all():
            counts = [more - less for less, more in pairwise((0, *row[1:]))]  # each number has those before it in it
            found += [AgeCount(cause=row[0], bucket=n, count=count) for n, count in enumerate(counts) if count]
        return sorted(found, key=lambda one: (one.cause, one.bucket))

    def _days(self, statement: Any, span: Span) -> Iterator[Figure]:
        asked = {"start": span.start, "end": span.end, "offset": span.offset}
        for row in self._connection.execute(statement, asked).mappings():
            yield Figure(
                day=date.fromordinal(_EPOCH_DAY + row["day"]),
                key=str(row["key"]),
                second=str(row["second"]),
                count=row["count"],
                value=row["value"] or 0,
            )

    def _timed(
        self, day: date, statements: Iterable[Any], start: datetime, end: datetime, **asked: object
    ) -> Iterator[Figure]:
        for statement in statements:
            for row in self._connection.execute(statement, {"start": start, "end": end, **asked}).mappings():
                yield Figure(
                    day=day,
                    key=str(row["key"]),
                    second=str(row["second"]),
                    count=row["count"],
                    median=row["median"],
                    high=row["high"],
                )


def _summed(figures: Iterable[Figure]) -> list[Figure]:
    """Counts and values of the same month, key and second key, added up."""
    sums: dict[tuple[date, str, str], tuple[int, int]] = {}
    for one in figures:
        name = first_of_month(one.day), one.key, one.second
        count, value = sums.get(name, (0, 0))
        sums[name] = count + one.count, value + one.value
    return [
        Figure(day=day, key=key, second=second, count=count, value=value)
        for (day, key, second), (count, value) in sums.items()
    ]


def _row(measure: Measure, one: Figure) -> dict[str, Any]:
    return {"measure": measure.value, **{name: getattr(one, name) for name in _NAMES}}


@cache
def _read(dialect: str, grain: Grain) -> sa.Select[Any]:
    day = _begins(dialect, grain)
    sums = [sa.cast(sa.func.sum(each), sa.BigInteger) for each in (f.count, f.value)]
    numbers = [f.count, f.value, f.median, f.high] if grain is Grain.DAY else [*sums, sa.null(), sa.null()]
    asked = (
        sa.select(day, f.key, f.second, *numbers)
        .where(f.measure == sa.bindparam("of"), f.day >= sa.bindparam("since"), f.day < sa.bindparam("until"))
        .order_by(day, f.key, f.second)
    )
    return asked if grain is Grain.DAY else asked.group_by(day, f.key, f.second)


def _begins(dialect: str, grain: Grain) -> sa.ColumnElement[Any]:
    """The first day of the week or month in which a figure's day lies."""
    if grain is Grain.DAY:
        return f.day
    if dialect == "sqlite":
        moves = ("start of month",) if grain is Grain.MONTH else ("-6 days", "weekday 1")
        return sa.type_coerce(sa.func.date(f.day, *(sa.literal_column(f"'{move}'") for move in moves)), sa.Date)
    return sa.cast(sa.func.date_trunc(sa.literal_column(f"'{grain.value}'"), f.day), sa.Date)


@cache
def _ages(edges: int) -> sa.Select[Any]:
    """Of each cause: how many open items came at or after each edge, and how many there are. Ranges of one index, which
    are counted several times as fast as every row is sorted into its age.
    """
    causes = (
        sa.values(sa.column("cause", sa.Text), name="causes").data([(cause.value,) for cause in Cause]).cte("causes")
    )
    same = r.state == ReviewState.OPEN, r.cause == sa.type_coerce(causes.c.cause, r.cause.type)

    def number(*which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).select_from(review).where(*same, *which).correlate(causes).scalar_subquery()

    newer = [number(r.created >= sa.bindparam(f"edge{n}", type_=r.created.type)) for n in range(edges)]
    return sa.select(sa.type_coerce(causes.c.cause, r.cause.type), *newer, number())


@cache
def _by_days(dialect: str) -> sa.Select[Any]:
    """A figure that is not one of a month."""
    named = f.measure == sa.bindparam("of"), f.day < sa.bindparam("before")
    return sa.select(f.day).where(*named, f.day != _begins(dialect, Grain.MONTH)).limit(1)


@cache
def _add_figures(dialect: str) -> Any:
    """A day that is cut in two by a change of the clock is counted in two.

    A median is of the cases that are counted beside it: what is added up has none.
    """
    statement = insert(dialect, figure)
    said = statement.excluded
    added = {"count": f.count + said.count, "value": f.value + said.value, "median": None, "high": None}
    return statement.on_conflict_do_update(index_elements=["measure", "day", "key", "second"], set_=added)


@cache
def _note_run(dialect: str) -> Any:
    statement = insert(dialect, figure_run)
    return statement.on_conflict_do_update(index_elements=["extent"], set_={"at": statement.excluded.at})
