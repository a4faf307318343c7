"""The tables of evidence: a leaf for each entry of the books, decision and act of staff (domain.records.evidence).

Both are append-only by triggers (migration 0022); of a leaf nothing but the salt may go.
"""

from __future__ import annotations

from sqlalchemy import BigInteger as Big
from sqlalchemy import Column, Index, Table

from maild.domain.records.evidence import ActKind, RowKind
from maild.store.schema.tables import metadata
from maild.store.schema.types import ID, Choice, Json, Key, Text, Time

__all__ = ["metadata"]  # which knows all tables once this module is loaded

# `seq` counts from 1 without a gap. A row that was erased has a leaf of how it was, and one of how it is since.
# `seal`: salted digest of what may name a person; salt: '' once that was erased. `hash`: the leaf's; `node`: head of
# the largest perfect tree that ends with it; `root`: head of the whole tree up to it.
evidence = Table(
    "evidence",
    metadata,
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("kind", Choice(RowKind), nullable=False),
    Column("row_id", Big, nullable=False),
    Column("salt", Key(32), nullable=False),
    Column("seal", Key(64), nullable=False),
    Column("hash", Key(64), nullable=False),
    Column("node", Key(64), nullable=False),
    Column("root", Key(64), nullable=False),
    Index("ix_evidence_kind_row_id", "kind", "row_id", "seq"),
)

# `leaves`: [[first, last], …] by `seq`.
evidence_act = Table(
    "evidence_act",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", Time, nullable=False),
    Column("actor", Text(200), nullable=False),
    Column("what", Choice(ActKind), nullable=False),
    Column("why", Text(2000), nullable=False),
    Column("leaves", Json, nullable=False),
    sqlite_autoincrement=True,
)
