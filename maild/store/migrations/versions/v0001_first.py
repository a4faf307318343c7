"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As in maild/store/schema/types.py, frozen: a migration never changes once it is out.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
WAITING = sa.text("free_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "journal",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.Column("outbox_id", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_mail_id", "journal", ["mail_id"])
    op.create_index("ix_journal_number_id", "journal", ["number", "id"])
    op.create_table(
        "mail",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("received", TIME, nullable=True),
        sa.Column("stored", TIME, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("settled", TIME, nullable=True),
        sa.Column("free_at", TIME, nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("sha256", "message_id", name="uq_mail_sha256_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_message_id", "mail", ["message_id"])
    op.create_index("ix_mail_status_id", "mail", ["status", "id"])
    op.create_index("ix_mail_waiting", "mail", ["id", "free_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "mailbox_state",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("baseline_uid", sa.BigInteger(), nullable=False),
        sa.Column("armed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name="pk_mailbox_state"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("patron_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("documents", JSON, nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("not_before", TIME, nullable=False),
        sa.Column("free_at", TIME, nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=False),
        sa.Column("sent", TIME, nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("subject", "kind", "revision", name="uq_outbox_subject_kind_revision"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"])
    op.create_index("ix_outbox_number_id", "outbox", ["number", "id"])
    op.create_index("ix_outbox_recipient_sent", "outbox", ["recipient", "sent"])
    op.create_index("ix_outbox_sent", "outbox", ["sent"])
    op.create_index("ix_outbox_state_id", "outbox", ["state", "id"])
    op.create_index(
        "ix_outbox_waiting", "outbox", ["priority", "id", "free_at"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_table(
        "patron",
        sa.Column("patron_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("login_key", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("updated", TIME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("patron_id", name="pk_patron"),
    )
    op.create_index("ix_patron_login_key", "patron", ["login_key"])
    op.create_index("ix_patron_name_key", "patron", ["name_key"])
    op.create_table(
        "decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_decision_mail_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_mail_id", "decision", ["mail_id"])
    op.create_table(
        "mail_location",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.Column("skip_reason", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("filed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_mail_location_mail_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mailbox", "uidvalidity", "uid", name="pk_mail_location"),
    )
    op.create_index("ix_mail_location_mail_id", "mail_location", ["mail_id"])
    op.create_index("ix_mail_location_unfiled", "mail_location", ["mailbox", "uidvalidity", "filed", "uid"])
    op.create_table(
        "patron_address",
        sa.Column("patron_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("bounced_until", TIME, nullable=True),
        sa.Column("bounce_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patron_id"], ["patron.patron_id"], name="fk_patron_address_patron_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("patron_id", "address", name="pk_patron_address"),
    )
    op.create_index("ix_patron_address_address", "patron_address", ["address"])
    op.create_table(
        "registration",
        sa.Column("id", ID, nullable=False),
        sa.Column("patron_id", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("login_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("submitted", TIME, nullable=True),
        sa.Column("decided", TIME, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.patron_id"], name="fk_registration_patron_id"),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("email", "login_key", "round", name="uq_registration_email_login_key_round"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_registration_login_key", "registration", ["login_key"])
    op.create_index("ix_registration_state_id", "registration", ["state", "id"])
    op.create_table(
        "review",
        sa.Column("id", ID, nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("transactions", JSON, nullable=False),
        sa.Column("candidates", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("handled_by", sa.Text(), nullable=False),
        sa.Column("handled", TIME, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_review_mail_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_review_mail_id", "review", ["mail_id"])
    op.create_index("ix_review_state_id", "review", ["state", "id"])
    op.create_table(
        "transactions",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("patron_id", sa.Text(), nullable=True),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("literature", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("submitted", TIME, nullable=True),
        sa.Column("opened", TIME, nullable=False),
        sa.Column("due", TIME, nullable=True),
        sa.Column("total_cents", sa.BigInteger(), nullable=True),
        sa.Column("total_currency", sa.Text(), nullable=True),
        sa.Column("subsidy_cents", sa.BigInteger(), nullable=True),
        sa.Column("subsidy_currency", sa.Text(), nullable=True),
        sa.Column("payable_cents", sa.BigInteger(), nullable=True),
        sa.Column("payable_currency", sa.Text(), nullable=True),
        sa.Column("payment_state", sa.Text(), nullable=False),
        sa.Column("updated", TIME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.patron_id"], name="fk_transactions_patron_id"),
        sa.PrimaryKeyConstraint("number", name="pk_transactions"),
    )
    op.create_index("ix_transactions_due", "transactions", ["due"])
    op.create_index("ix_transactions_patron_id_opened", "transactions", ["patron_id", "opened"])
    op.create_index("ix_transactions_payable_cents_payment_state", "transactions", ["payable_cents", "payment_state"])
    op.create_index("ix_transactions_payment_state_number", "transactions", ["payment_state", "number"])
    op.create_index("ix_transactions_state_number", "transactions", ["state", "number"])
    op.create_table(
        "document",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("expires", TIME, nullable=True),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.Column("stored", TIME, nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_document_mail_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["number"], ["transactions.number"], name="fk_document_number"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("number", "digest", name="uq_document_number_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_document_mail_id", "document", ["mail_id"])
