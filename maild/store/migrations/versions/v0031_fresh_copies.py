"""Copies of notices that left, until their files are written."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fresh_copy",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("whole", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_fresh_copy"),
    )
