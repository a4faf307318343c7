"""Passwords that were made by somebody else, and by which way a session was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("provisional", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("session", sa.Column("way", sa.Text(), nullable=False, server_default=""))
