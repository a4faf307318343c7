"""The console: accounts, sessions, keys, who looks at what, ignored senders, templates, and whose an item is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# As in maild/store/schema/types.py, frozen: a migration never changes once it is out.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
HAS_SUBJECT = sa.text("subject <> ''")


def upgrade() -> None:
    _accounts()
    _sessions()
    _keys()
    _queue()
    _settings()


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, TIME, nullable=nullable)


def _accounts() -> None:
    op.create_table(
        "account",
        _word("name"),
        _word("display"),
        _word("role"),
        _word("password"),
        _word("subject"),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        _word("locale"),
        _moment("created"),
        _moment("revoked", nullable=True),
        _moment("seen", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_account"),
    )
    op.create_index(
        "ix_account_subject",
        "account",
        ["subject"],
        unique=True,
        sqlite_where=HAS_SUBJECT,
        postgresql_where=HAS_SUBJECT,
    )


def _sessions() -> None:
    op.create_table(
        "session",
        _word("token"),
        _word("account"),
        _moment("created"),
        _moment("seen"),
        _moment("ends"),
        _word("origin"),
        _word("agent"),
        sa.PrimaryKeyConstraint("token", name="pk_session"),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name="fk_session_account", ondelete="CASCADE"),
    )
    op.create_index("ix_session_account", "session", ["account"])
    op.create_index("ix_session_ends", "session", ["ends"])
    op.create_table(
        "failed_login",
        sa.Column("id", ID, nullable=False),
        _moment("at"),
        _word("account"),
        _word("origin"),
        sa.PrimaryKeyConstraint("id", name="pk_failed_login"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_failed_login_account_at", "failed_login", ["account", "at"])
    op.create_index("ix_failed_login_origin_at", "failed_login", ["origin", "at"])
    op.create_index("ix_failed_login_at", "failed_login", ["at"])


def _keys() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", ID, nullable=False),
        _word("token"),
        _word("account"),
        _word("label"),
        sa.Column("scopes", JSON, nullable=False),
        _moment("created"),
        _moment("expires", nullable=True),
        _moment("seen", nullable=True),
        _moment("revoked", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name="fk_api_token_account", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_token_token", "api_token", ["token"], unique=True)
    op.create_index("ix_api_token_account", "api_token", ["account"])


def _queue() -> None:
    op.add_column("review", sa.Column("assignee", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_index("ix_review_state_cause_id", "review", ["state", "cause", "id"])
    op.create_index("ix_review_state_assignee_id", "review", ["state", "assignee", "id"])
    op.create_index("ix_review_sender_id", "review", ["sender", "id"])
    op.create_index("ix_journal_actor_id", "journal", ["actor", "id"])
    op.create_index("ix_journal_what_id", "journal", ["what", "id"])
    op.create_index("ix_transactions_opened", "transactions", ["opened", "number"])
    op.create_table(
        "viewer",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        _word("account"),
        _moment("seen"),
        sa.PrimaryKeyConstraint("item_id", "account", name="pk_viewer"),
        sa.ForeignKeyConstraint(["item_id"], ["review.id"], name="fk_viewer_item_id", ondelete="CASCADE"),
    )
    op.create_index("ix_viewer_seen", "viewer", ["seen"])


def _settings() -> None:
    op.create_table(
        "ignored_sender",
        _word("address"),
        _word("actor"),
        _moment("at"),
        _word("reason"),
        sa.PrimaryKeyConstraint("address", name="pk_ignored_sender"),
    )
    op.create_table(
        "template_version",
        sa.Column("id", ID, nullable=False),
        _word("name"),
        sa.Column("body", sa.Text()),
        _word("actor"),
        _moment("at"),
        _word("note"),
        sa.PrimaryKeyConstraint("id", name="pk_template_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_template_version_name_id", "template_version", ["name", "id"])
