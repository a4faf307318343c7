"""All tables: for who makes, compares or walks through the whole schema. Repositories import only their own."""

from __future__ import annotations

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
