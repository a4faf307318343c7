"""The tables of erasure: what was erased, by keyed hashes; files that are to be removed; parts of copies."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from maild.domain.records.privacy import Sort
from maild.store.schema.tables import metadata
from maild.store.schema.types import Choice, Key, Time

__all__ = ["metadata"]  # which knows all tables once this module is loaded

# Keyed hashes (maild.domain.records.privacy.keyed) of persons, addresses and mails that were erased: none is taken in
# again.
erased = Table(
    "erased",
    metadata,
    Column("sort", Choice(Sort), primary_key=True),
    Column("digest", Key(64), primary_key=True),
    Column("at", Time, nullable=False),
)

# Blobs that nothing speaks of any more, written down with what took the last word of them: their files go next.
unlinked = Table(
    "unlinked",
    metadata,
    Column("sha256", Key(64), primary_key=True),
    Column("at", Time, nullable=False),
)

# A sent mail is kept as its parts (maild.domain.records.copies): `whole` is the blob that lists them.
blob_part = Table(
    "blob_part",
    metadata,
    Column("whole", Key(64), primary_key=True),
    Column("part", Key(64), primary_key=True),
    Index("ix_blob_part_part", "part"),
)
