"""The tables of what was counted, and of the processes that run."""

from __future__ import annotations

from sqlalchemy import BigInteger as Big
from sqlalchemy import Column, Date, Integer, Table

from maild.store.schema.tables import metadata
from maild.store.schema.types import Json, Key, Text, Time

__all__ = ["metadata"]  # which knows all tables once this module is loaded

# One number of a day, or of a month named by its first day (maild.domain.desk.statistics.Figure). It may outlive
# what it counted.
figure = Table(
    "figure",
    metadata,
    Column("measure", Key(), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("key", Key(), primary_key=True),
    Column("second", Key(), primary_key=True),
    Column("count", Big, nullable=False),
    Column("value", Big, nullable=False),
    Column("median", Big),
    Column("high", Big),
)

# How far the figures are counted: 'recent', and 'whole' from the beginning.
figure_run = Table(
    "figure_run",
    metadata,
    Column("extent", Key(20), primary_key=True),
    Column("at", Time, nullable=False),
)

# A year's report as it was last counted (maild.domain.desk.yearly.YearReport). Figures alone.
year_kept = Table(
    "year_kept",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("at", Time, nullable=False),
    Column("body", Json, nullable=False),
)

# A process that runs says so every quarter of a minute. `data`: see maild.domain.operation.heartbeat.
heartbeat = Table(
    "heartbeat",
    metadata,
    Column("role", Key(20), primary_key=True),
    Column("host", Key(), primary_key=True),
    Column("pid", Integer, nullable=False),
    Column("version", Text(50), nullable=False),
    Column("started", Time, nullable=False),
    Column("seen", Time, nullable=False),
    Column("stopped", Time),
    Column("status", Text(2000), nullable=False),
    Column("data", Json, nullable=False),
)
