"""The mails that a rule took, latest first."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_mail_rule_id", "mail", ["rule", "id"])
