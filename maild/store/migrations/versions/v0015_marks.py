"""By what a mail is known again, whatever envelope it comes in."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_mark",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_mail_mark_mail_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mark", name="pk_mail_mark"),
    )
    op.create_index("ix_mail_mark_mail_id", "mail_mark", ["mail_id"])
