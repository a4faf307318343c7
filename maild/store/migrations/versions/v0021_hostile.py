"""Whose turn a waiting mail is, so that no sender holds up the others; mails that share an item of the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

WAITING = sa.text("free_at IS NOT NULL")
OPEN = sa.text("state = 'open'")
ZERO = sa.text("0")


def upgrade() -> None:
    op.add_column("mail", sa.Column("turn", sa.BigInteger(), nullable=False, server_default=ZERO))
    op.drop_index("ix_mail_waiting", "mail")
    op.create_index(
        "ix_mail_waiting", "mail", ["turn", "id", "free_at"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index(
        "ix_mail_waiting_sender", "mail", ["sender", "turn"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.add_column("review", sa.Column("folded", sa.Integer(), nullable=False, server_default=ZERO))
    op.create_index("ix_review_open_sender", "review", ["sender", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "review_mail",
        sa.Column("mail_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_review_mail_mail_id_mail", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name="fk_review_mail_review_id_review", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mail_id", name="pk_review_mail"),
    )
    op.create_index("ix_review_mail_review_id", "review_mail", ["review_id"])
