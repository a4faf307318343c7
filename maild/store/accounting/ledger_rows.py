"""Entries of the books as rows of their tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from maild.domain.accounting.ledger import LedgerEntry
from maild.store.schema.types import cents


def entry_row(entry: LedgerEntry, now: datetime, actor: str, mail_id: int | None) -> dict[str, Any]:
    """A row of ledger_entry; what the entry does not say itself comes from the transaction that writes it."""
    return {
        "key": entry.key,
        "kind": entry.kind,
        "settles": entry.settles,
        "line": entry.line,
        "reason": entry.reason,
        "at": entry.at or now,
        "actor": actor if entry.actor == "maild" else entry.actor,
        "mail_id": entry.mail_id if entry.mail_id is not None else mail_id,
    }


def posting_rows(entry_id: int, entry: LedgerEntry) -> list[dict[str, Any]]:
    """The rows of ledger_posting, in their order."""
    return [
        {
            "entry_id": entry_id,
            "position": position,
            "book": one.book,
            "cents": cents(one.amount),
            "currency": one.amount.currency,
            "patron_id": one.patron_id,
            "number": one.number,
            "channel": one.channel,
        }
        for position, one in enumerate(entry.postings)
    ]
