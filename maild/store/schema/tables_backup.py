"""The tables of backups: which blob folder belongs to this database, and what was brought back from a backup."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table

from maild.store.schema.tables import NOTHING, metadata
from maild.store.schema.types import ID, Key, Text, Time

__all__ = ["metadata"]  # which knows all tables once this module is loaded

# One row: the name that the folder of blobs bears as well (maild.store.blobs.IDENTITY), and when it was given.
# `secret` (hex, made by the first erasure): the key of the hashes by which what was erased is known again.
store_identity = Table(
    "store_identity",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("identity", Key(36), nullable=False),
    Column("created", Time, nullable=False),
    Column("secret", Key(64), nullable=False, server_default=NOTHING),
)

# maild.domain.records.restoration.Restoration
restoration = Table(
    "restoration",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", Time, nullable=False),
    Column("backup", Key(), nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=False),
    Column("reason", Text(1000), nullable=False),
    Column("timed", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
