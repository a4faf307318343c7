"""Notices whose copy is still to be laid into the folder of sent mail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TIME = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sent_copy",
        sa.Column("outbox_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_sent_copy_outbox_id_outbox", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("outbox_id", name="pk_sent_copy"),
    )
    op.create_index("ix_sent_copy_due", "sent_copy", ["due"])
