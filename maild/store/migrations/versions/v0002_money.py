"""Money: proofs, the append-only books, statements, invoices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# As in maild/store/schema/types.py, frozen: a migration never changes once it is out.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
OF_TRANSACTION = sa.text("number <> ''")
OPEN_CLAIM = sa.text("settled_by = ''")
OPEN_LINE = sa.text("cents > 0 AND placed_cents <> cents")

APPEND_ONLY = ("ledger_entry", "ledger_posting")
REFUSAL = "the books are append-only: post an entry that reverses the wrong one"


def upgrade() -> None:
    _proofs()
    _books()
    _statements()
    _invoices()
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            _refuse_sqlite(table)
        else:
            _refuse_postgres(table)


def _refuse_sqlite(table: str) -> None:
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _refuse_postgres(table: str) -> None:
    """TRUNCATE fires no row triggers, so it has one of its own."""
    op.execute(
        "CREATE OR REPLACE FUNCTION maild_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION maild_append_only()"
        )


def _proofs() -> None:
    op.create_table(
        "receipt_cache",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("receipts", JSON, nullable=False),
        sa.Column("stored", TIME, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "version", name="pk_receipt_cache"),
    )
    op.create_table(
        "proof",
        sa.Column("id", ID, nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.Column("patron_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("receipt", JSON, nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("transactions", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("look", sa.Text(), nullable=False),
        sa.Column("look_1", sa.Integer(), nullable=True),
        sa.Column("look_2", sa.Integer(), nullable=True),
        sa.Column("look_3", sa.Integer(), nullable=True),
        sa.Column("look_4", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_proof_mail_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_proof"),
        sa.UniqueConstraint("mail_id", "sha256", "page", "part", name="uq_proof_mail_id_sha256_page_part"),
        sqlite_autoincrement=True,
    )
    of_claim = sa.text("claim <> ''")
    op.create_index("ix_proof_claim", "proof", ["claim"], sqlite_where=of_claim, postgresql_where=of_claim)
    op.create_index("ix_proof_look_1", "proof", ["look_1", "id"])
    op.create_index("ix_proof_look_2", "proof", ["look_2", "id"])
    op.create_index("ix_proof_look_3", "proof", ["look_3", "id"])
    op.create_index("ix_proof_look_4", "proof", ["look_4", "id"])
    op.create_table(
        "proof_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("proof_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["proof_id"], ["proof.id"], name="fk_proof_key_proof_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "proof_id", name="pk_proof_key"),
    )
    op.create_index("ix_proof_key_proof_id", "proof_key", ["proof_id"])


def _books() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settles", sa.Text(), nullable=True),
        sa.Column("line", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entry"),
        sa.UniqueConstraint("settles", name="uq_ledger_entry_settles"),
        sa.UniqueConstraint("key", name="uq_ledger_entry_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ledger_entry_line", "ledger_entry", ["line"])
    op.create_index("ix_ledger_entry_mail_id", "ledger_entry", ["mail_id"])
    op.create_table(
        "ledger_posting",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("patron_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name="fk_ledger_posting_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", "position", name="pk_ledger_posting"),
    )
    op.create_index(
        "ix_ledger_posting_number",
        "ledger_posting",
        ["number", "book", "currency", "cents"],
        sqlite_where=OF_TRANSACTION,
        postgresql_where=OF_TRANSACTION,
    )
    op.create_index("ix_ledger_posting_patron_id", "ledger_posting", ["patron_id", "book", "currency", "cents"])
    op.create_table(
        "ledger_claim",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("tip", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("patron_id", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name="fk_ledger_claim_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_ledger_claim"),
        sa.UniqueConstraint("tip", name="uq_ledger_claim_tip"),
    )
    op.create_index(
        "ix_ledger_claim_open_at",
        "ledger_claim",
        ["at", "entry_id"],
        sqlite_where=OPEN_CLAIM,
        postgresql_where=OPEN_CLAIM,
    )
    op.create_index(
        "ix_ledger_claim_open_cents",
        "ledger_claim",
        ["cents", "currency"],
        sqlite_where=OPEN_CLAIM,
        postgresql_where=OPEN_CLAIM,
    )
    op.create_index("ix_ledger_claim_patron_id", "ledger_claim", ["patron_id", "entry_id"])


def _statements() -> None:
    op.create_table(
        "statement_line",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("booked", sa.Date(), nullable=False),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("payer_account", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("serials", JSON, nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("stored", TIME, nullable=False),
        sa.Column("placed_cents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_statement_line"),
    )
    op.create_index("ix_statement_line_booked", "statement_line", ["booked", "key"])
    op.create_index(
        "ix_statement_line_open",
        "statement_line",
        ["booked", "key"],
        sqlite_where=OPEN_LINE,
        postgresql_where=OPEN_LINE,
    )


def _invoices() -> None:
    op.create_table(
        "invoice",
        sa.Column("id", ID, nullable=False),
        sa.Column("patron_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("tax_number", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("warnings", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.Column("created", TIME, nullable=False),
        sa.Column("updated", TIME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_invoice_mail_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_invoice"),
        sa.UniqueConstraint("mail_id", "patron_id", "title", name="uq_invoice_mail_id_patron_id_title"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invoice_number", "invoice", ["number"])
    op.create_index("ix_invoice_patron_id_id", "invoice", ["patron_id", "id"])
    op.create_index("ix_invoice_state_id", "invoice", ["state", "id"])
    op.create_table(
        "invoice_transaction",
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name="fk_invoice_transaction_invoice_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("invoice_id", "position", name="pk_invoice_transaction"),
    )
    op.create_index("ix_invoice_transaction_number", "invoice_transaction", ["number", "invoice_id"])
