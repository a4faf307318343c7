"""All claims in their order, not the open ones alone."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ledger_claim_at", "ledger_claim", ["at", "entry_id"])
