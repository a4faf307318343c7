"""Entries of the books as rows of their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from maild.domain.accounting.channel import booked
from maild.domain.accounting.ledger import Book, Claim, EntryKind, LedgerEntry, Posting, Standing
from maild.domain.money import Money
from maild.store.schema.types import cents, money


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


def posting_of(row: Any) -> Posting:
    """The posting of a row."""
    amount = money(row.cents, row.currency)
    assert amount is not None
    return Posting(
        book=row.book, amount=amount, patron_id=row.patron_id, number=row.number, channel=booked(row.channel)
    )


def claim_of(row: Any, postings: Sequence[Posting]) -> Claim:
    """The claim of a row, with the postings of its proof."""
    amount = money(row.cents, row.currency)
    assert amount is not None
    return Claim(
        key=row.key,
        patron_id=row.patron_id,
        amount=amount,
        at=row.at,
        mail_id=row.mail_id,
        tip=row.tip,
        parts=tuple((one.number, -one.amount) for one in postings if one.book is Book.RECEIVABLE),
        owners=tuple(one.patron_id for one in postings if one.book is Book.RECEIVABLE),
        settled_by=EntryKind(row.settled_by) if row.settled_by else None,
    )


def standing_of(row: Any, claimed: Any, books: Mapping[Book, Money]) -> Standing:
    """How a transaction stands in the books: a row of counts, one of what is claimed, sums by book."""
    none = _zero(books)
    return Standing(
        number=row.number,
        patron_id=row.patron_id,
        charges=row.charges,
        entries=row.entries,
        total=none - books.get(Book.INCOME, none),
        subsidy=books.get(Book.SUBSIDY, none),
        owed=books.get(Book.RECEIVABLE, none),
        waived=books.get(Book.WAIVED, none),
        pending=none - books.get(Book.PENDING, none),
        claimed=money(claimed.cents, none.currency) or none if claimed else none,
    )


def _zero(books: Mapping[Book, Money]) -> Money:
    """Nothing, in the currency that the amounts have."""
    return Money.of(0, next(iter(books.values())).currency)
