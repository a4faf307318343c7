"""The mails of a sender, latest first."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_mail_sender_id", "mail", ["sender", "id"])
