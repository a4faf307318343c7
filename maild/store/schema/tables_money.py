"""The tables of money: proofs, the books, statements, invoices.

`ledger_entry` and `ledger_posting` are append-only: triggers of the database refuse UPDATE and DELETE (migration
0002). Nothing refers to them and they refer to nothing outside, so that no purge ever touches them.
`ledger_claim` and `statement_line.placed_cents` are indexes over the books, kept by the same transaction that
posts; `maild ledger check` holds them to what the books say.
"""

from __future__ import annotations

from sqlalchemy import BigInteger as Big
from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, UniqueConstraint, text

from maild.domain.accounting.invoice import InvoiceState
from maild.domain.accounting.ledger import Book, EntryKind
from maild.store.schema.tables import ADDRESS_LIMIT, NEVER_REUSED, metadata, partial
from maild.store.schema.types import ID, Choice, Json, Key, Ref, Text, Time

__all__ = ["metadata"]

OF_TRANSACTION = text("number <> ''")
OF_CLAIM = text("claim <> ''")
OPEN_CLAIM = text("settled_by = ''")
OPEN_LINE = text("placed_cents <> cents")
OF_REFUND = text("kind = 'refund'")

# What a version of the reader found in a file: identical files are read once.
receipt_cache = Table(
    "receipt_cache",
    metadata,
    Column("sha256", Key(64), primary_key=True),
    Column("version", Key(), primary_key=True),
    Column("receipts", Json, nullable=False),
    Column("stored", Time, nullable=False),
)

# A proof as it was read, and what came of it. `look` is the perceptual hash, band by band (see receipts.py).
proof = Table(
    "proof",
    metadata,
    Column("id", ID, primary_key=True),
    Column("mail_id", Big, ForeignKey("mail.id", ondelete="SET NULL")),
    Column("patron_id", Key(), nullable=False),
    Column("sha256", Key(64), nullable=False),
    Column("page", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("receipt", Json, nullable=False),
    Column("claim", Key(), nullable=False),
    Column("transactions", Json, nullable=False),
    Column("at", Time, nullable=False),
    Column("look", Key(16), nullable=False),
    Column("look_1", Integer),
    Column("look_2", Integer),
    Column("look_3", Integer),
    Column("look_4", Integer),
    UniqueConstraint("mail_id", "sha256", "page", "part"),
    Index("ix_proof_patron_id", "patron_id"),
    partial("ix_proof_claim", "claim", where=OF_CLAIM),
    Index("ix_proof_look_1", "look_1", "id"),
    Index("ix_proof_look_2", "look_2", "id"),
    Index("ix_proof_look_3", "look_3", "id"),
    Index("ix_proof_look_4", "look_4", "id"),
    sqlite_autoincrement=NEVER_REUSED,
)

proof_key = Table(
    "proof_key",
    metadata,
    Column("key", Key(), primary_key=True),
    Column("proof_id", Big, ForeignKey("proof.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_proof_key_proof_id", "proof_id"),
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("id", ID, primary_key=True),
    Column("key", Key(), nullable=False),
    Column("kind", Choice(EntryKind), nullable=False),
    Column("settles", Ref()),
    Column("line", Ref()),
    Column("reason", Text(2000), nullable=False),
    Column("at", Time, nullable=False),
    Column("actor", Text(200), nullable=False),
    Column("mail_id", Big),
    UniqueConstraint("key"),
    UniqueConstraint("settles"),
    Index("ix_ledger_entry_line", "line"),
    Index("ix_ledger_entry_mail_id", "mail_id"),
    Index("ix_ledger_entry_at", "at"),
    partial("ix_ledger_entry_refund", "at", "id", where=OF_REFUND),
    sqlite_autoincrement=NEVER_REUSED,
)

ledger_posting = Table(
    "ledger_posting",
    metadata,
    Column("entry_id", Big, ForeignKey("ledger_entry.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("book", Choice(Book), nullable=False),
    Column("cents", Big, nullable=False),
    Column("currency", Text(3), nullable=False),
    Column("patron_id", Key(), nullable=False),
    Column("number", Key(), nullable=False),
    Column("channel", Key(), nullable=False),
    Index("ix_ledger_posting_patron_id", "patron_id", "book", "currency", "cents"),
    partial("ix_ledger_posting_number", "number", "book", "currency", "cents", where=OF_TRANSACTION),
)

# Claims as they stand. `tip`: key of the entry that a settlement has to name, as reversals reopen a claim.
ledger_claim = Table(
    "ledger_claim",
    metadata,
    Column("entry_id", Big, ForeignKey("ledger_entry.id"), primary_key=True),
    Column("tip", Key(), nullable=False),
    Column("settled_by", Text(50), nullable=False),
    Column("patron_id", Key(), nullable=False),
    Column("cents", Big, nullable=False),
    Column("currency", Text(3), nullable=False),
    Column("at", Time, nullable=False),
    UniqueConstraint("tip"),
    Index("ix_ledger_claim_patron_id", "patron_id", "entry_id"),
    Index("ix_ledger_claim_at", "at", "entry_id"),
    partial("ix_ledger_claim_open_at", "at", "entry_id", where=OPEN_CLAIM),
    partial("ix_ledger_claim_open_cents", "cents", "currency", where=OPEN_CLAIM),
)

# `placed_cents`: how much of the line's money the books have a use for; open while it is not all of it.
statement_line = Table(
    "statement_line",
    metadata,
    Column("key", Key(), primary_key=True),
    Column("format", Key(), nullable=False),
    Column("channel", Key(), nullable=False),
    Column("cents", Big, nullable=False),
    Column("currency", Text(3), nullable=False),
    Column("booked", Date, nullable=False),
    Column("time", Text(50), nullable=False),
    Column("account", Text(200), nullable=False),
    Column("payer", Text(500), nullable=False),
    Column("payer_account", Text(200), nullable=False),
    Column("purpose", Text(2000), nullable=False),
    Column("serials", Json, nullable=False),
    Column("department", Text(200), nullable=False),
    Column("project", Text(200), nullable=False),
    Column("file", Text(500), nullable=False),
    Column("row", Integer, nullable=False),
    Column("stored", Time, nullable=False),
    Column("placed_cents", Big, nullable=False),
    Index("ix_statement_line_booked", "booked", "key"),
    partial("ix_statement_line_open", "booked", "key", where=OPEN_LINE),
)

invoice = Table(
    "invoice",
    metadata,
    Column("id", ID, primary_key=True),
    Column("patron_id", Key(), nullable=False),
    Column("title", Key(500), nullable=False),
    Column("tax_number", Text(100), nullable=False),
    Column("email", Text(ADDRESS_LIMIT), nullable=False),
    Column("cents", Big),
    Column("currency", Text(3)),
    Column("state", Choice(InvoiceState), nullable=False),
    Column("number", Key(), nullable=False),
    Column("issued", Date),
    Column("sha256", Key(64), nullable=False),
    Column("filename", Text(500), nullable=False),
    Column("warnings", Json, nullable=False),
    Column("note", Text(10_000), nullable=False),
    Column("mail_id", Big, ForeignKey("mail.id", ondelete="SET NULL")),
    Column("created", Time, nullable=False),
    Column("updated", Time, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("mail_id", "patron_id", "title"),
    Index("ix_invoice_state_id", "state", "id"),
    Index("ix_invoice_patron_id_id", "patron_id", "id"),
    Index("ix_invoice_number", "number"),
    sqlite_autoincrement=NEVER_REUSED,
)

# The transactions of an invoice, in order.
invoice_transaction = Table(
    "invoice_transaction",
    metadata,
    Column("invoice_id", Big, ForeignKey("invoice.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("number", Key(), nullable=False),
    Index("ix_invoice_transaction_number", "number", "invoice_id"),
)
