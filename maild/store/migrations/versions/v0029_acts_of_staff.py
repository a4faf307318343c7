"""What staff did has leaves in the evidence, begun with what is there."""

from alembic import op

from maild.store.records.evidence import SqlEvidence

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    SqlEvidence(op.get_bind()).adopt()
