"""The queue's ages, told by an index alone, since they are asked for every second; registrations of a month."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_review_state_cause_created", "review", ["state", "cause", "created"])
    op.create_index("ix_registration_decided", "registration", ["decided"])
