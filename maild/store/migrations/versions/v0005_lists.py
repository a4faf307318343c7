"""The console's lists: an index for each order that a page of them is read in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RUSH = sa.text("rush")


def upgrade() -> None:
    for column in ("state", "payment_state", "provider"):
        op.create_index(f"ix_transactions_{column}_opened", "transactions", [column, "opened", "number"])
    op.create_index(
        "ix_transactions_rush", "transactions", ["opened", "number"], sqlite_where=RUSH, postgresql_where=RUSH
    )
    op.create_index("ix_outbox_kind_state_id", "outbox", ["kind", "state", "id"])
    op.drop_index("ix_review_state_assignee_id", "review")
    op.create_index("ix_review_state_assignee_id", "review", ["state", "assignee", "id", "cause"])
    op.drop_index("ix_journal_actor_id", "journal")
    op.create_index("ix_journal_actor_what_id", "journal", ["actor", "what", "id"])
    op.create_index("ix_journal_at", "journal", ["at", "id"])
