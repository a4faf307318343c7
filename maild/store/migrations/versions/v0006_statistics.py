"""What was counted by day and month, the processes that run, and the indexes that counting needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# As in maild/store/schema/types.py, frozen: a migration never changes once it is out.
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "figure",
        _word("measure"),
        sa.Column("day", sa.Date(), nullable=False),
        _word("key"),
        _word("second"),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("median", sa.BigInteger()),
        sa.Column("high", sa.BigInteger()),
        sa.PrimaryKeyConstraint("measure", "day", "key", "second", name="pk_figure"),
    )
    op.create_table(
        "figure_run",
        _word("extent"),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("extent", name="pk_figure_run"),
    )
    op.create_table(
        "heartbeat",
        _word("role"),
        _word("host"),
        sa.Column("pid", sa.Integer(), nullable=False),
        _word("version"),
        sa.Column("started", TIME, nullable=False),
        sa.Column("seen", TIME, nullable=False),
        sa.Column("stopped", TIME),
        _word("status"),
        sa.Column("data", JSON, nullable=False),
        sa.PrimaryKeyConstraint("role", "host", name="pk_heartbeat"),
    )
    op.create_index("ix_mail_stored", "mail", ["stored"])
    op.create_index("ix_review_handled", "review", ["handled"])
    op.create_index("ix_ledger_entry_at", "ledger_entry", ["at"])


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
