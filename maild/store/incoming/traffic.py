"""What rules found in providers' mails, counted by day; and what their subjects look like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.learning.drift import ShapeSeen, Tally
from maild.store._sql import insert
from maild.store.schema.tables_service import rule_day, subject_shape

d, s = rule_day.c, subject_shape.c
_TALLY = ("provider", "day", "rule", "kind", "field", "mails", "mail_id")
_SHAPE = ("provider", "shape", "rule", "mails", "first_seen", "last_seen", "mail_id")

# Who was counted is told by the shapes, of which there are few.
_PROVIDERS = sa.select(s.provider, sa.func.max(s.last_seen).label("last")).group_by(s.provider).order_by(s.provider)
_BETWEEN = (d.day >= sa.bindparam("since"), d.day < sa.bindparam("until"), d.provider == sa.bindparam("of"))
_DAYS = sa.select(*(d[name] for name in _TALLY)).where(*_BETWEEN).order_by(d.day)
_SUMS = (
    sa.select(d.rule, d.kind, d.field, sa.func.sum(d.mails).label("mails"), sa.func.max(d.mail_id).label("mail_id"))
    .where(*_BETWEEN)
    .group_by(d.rule, d.kind, d.field)
)
_SHAPES = sa.select(subject_shape).where(s.provider == sa.bindparam("of")).order_by(s.first_seen.desc(), s.shape)


class SqlTraffic:
    """What rules found in providers' mails, by day."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, tallies: Sequence[Tally], shapes: Sequence[ShapeSeen]) -> None:
        """Add to what was counted. In the order of the keys, so that two that count at a time wait, and no more."""
        dialect = self._connection.dialect.name
        if tallies:
            rows = [{name: getattr(one, name) for name in _TALLY} for one in tallies]
            rows.sort(key=lambda row: tuple(row[name] for name in _TALLY[:5]))
            self._connection.execute(_add_tallies(dialect), rows)
        if shapes:
            rows = [{name: getattr(one, name) for name in _SHAPE} for one in shapes]
            rows.sort(key=lambda row: (row["provider"], row["shape"]))
            self._connection.execute(_add_shapes(dialect), rows)

    def providers(self) -> dict[str, datetime]:
        """Of whom anything was counted, and when last."""
        return {row.provider: row.last for row in self._connection.execute(_PROVIDERS)}

    def days(self, provider: str, since: str, until: str = "9999") -> list[Tally]:
        """Counts of the days from `since` to before `until` (ISO dates)."""
        asked = {"of": provider, "since": since, "until": until}
        return [  # thousands of rows: each named column of one would cost as much again as reading it
            Tally(provider=of, day=day, rule=rule, kind=kind, field=field, mails=mails, mail_id=mail_id)
            for of, day, rule, kind, field, mails, mail_id in self._connection.execute(_DAYS, asked)
        ]

    def sums(self, provider: str, since: str, until: str) -> list[Tally]:
        """The same, all days together, as of the day before `until`."""
        day = (date.fromisoformat(until) - timedelta(days=1)).isoformat()
        asked = {"of": provider, "since": since, "until": until}
        return [
            Tally(
                day=day,
                provider=provider,
                rule=row.rule,
                kind=row.kind,
                field=row.field,
                mails=int(row.mails),
                mail_id=row.mail_id,
            )
            for row in self._connection.execute(_SUMS, asked)
        ]

    def weeks(self, providers: Sequence[str], since: str) -> list[Tally]:
        """What rules took of these providers' mails from `since` on, by week: `day` is its Monday, `kind` is ''."""
        asked = {"of": list(providers), "since": since}
        rows = self._connection.execute(_weeks(self._connection.dialect.name), asked)
        return [
            Tally(day=str(row.week), provider=row.provider, rule=row.rule, kind="", mails=int(row.mails))
            for row in rows
        ]

    def shapes(self, provider: str) -> list[ShapeSeen]:
        """Latest first seen first."""
        return [ShapeSeen(**row._mapping) for row in self._connection.execute(_SHAPES, {"of": provider})]

    def forget(self, provider: str, day: str, most_shapes: int) -> None:
        """Drop what is older than `day`, and the rarest shapes beyond so many."""
        self._connection.execute(sa.delete(rule_day).where(d.day < day, d.provider == provider))
        old = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
        shapes = sa.delete(subject_shape).where(s.provider == provider)
        self._connection.execute(shapes.where(s.last_seen < old))
        kept = sorted(self.shapes(provider), key=lambda one: (one.mails, one.last_seen), reverse=True)
        for one in kept[most_shapes:]:
            self._connection.execute(shapes.where(s.shape == one.shape))


@cache
def _weeks(dialect: str) -> Any:
    """By provider: a range of the key each."""
    if dialect == "sqlite":
        week: Any = sa.func.date(d.day, *(sa.literal_column(f"'{move}'") for move in ("-6 days", "weekday 1")))
    else:
        week = sa.cast(sa.func.date_trunc(sa.literal_column("'week'"), sa.cast(d.day, sa.Date)), sa.Date)
    return (
        sa.select(d.provider, d.rule, week.label("week"), sa.func.sum(d.mails).label("mails"))
        .where(d.provider.in_(sa.bindparam("of", expanding=True)), d.day >= sa.bindparam("since"), d.field == "")
        .group_by(d.provider, d.rule, week)
    )


@cache
def _add_tallies(dialect: str) -> Any:
    statement = insert(dialect, rule_day)
    said = statement.excluded
    added = {"mails": d.mails + said.mails, "mail_id": said.mail_id}
    return statement.on_conflict_do_update(index_elements=_TALLY[:5], set_=added)


@cache
def _add_shapes(dialect: str) -> Any:
    statement = insert(dialect, subject_shape)
    said = statement.excluded
    added = {"mails": s.mails + said.mails, "rule": said.rule, "last_seen": said.last_seen}
    return statement.on_conflict_do_update(index_elements=["provider", "shape"], set_=added)
