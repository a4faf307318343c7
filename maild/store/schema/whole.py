"""All tables: for who makes, compares (`made`) or walks through the whole schema. A repository imports its own."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import MetaData

from maild.store.schema import (
    tables_backup,
    tables_console,
    tables_evidence,
    tables_money,
    tables_privacy,
    tables_service,
    tables_statistics,
)
from maild.store.schema.tables import metadata
from maild.store.schema.tables_search import compared

__all__ = ["compared", "made", "metadata"]
_REGISTERED = (
    tables_backup,
    tables_console,
    tables_evidence,
    tables_money,
    tables_privacy,
    tables_service,
    tables_statistics,
)


@cache
def made() -> MetaData:
    """All tables, whose partial indexes have the words that either database makes them by."""
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        options: Any = index.dialect_options  # loads the dialect of each database that is named
        for dialect in ("sqlite", "postgresql") if "where" in index.info else ():
            options[dialect]["where"] = index.info["where"]
    return metadata
