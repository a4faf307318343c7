"""All tables: for who makes, compares or walks through the whole schema. Repositories import only their own."""

from __future__ import annotations

from typing import Any

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

__all__ = ["compared", "metadata"]
_REGISTERED = (
    tables_backup,
    tables_console,
    tables_evidence,
    tables_money,
    tables_privacy,
    tables_service,
    tables_statistics,
)


def _say_where() -> None:
    """Give the partial indexes the words that either database makes them by."""
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        options: Any = index.dialect_options
        for dialect in ("sqlite", "postgresql") if "where" in index.info else ():
            options[dialect]["where"] = index.info["where"]


_say_where()
