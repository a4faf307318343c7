"""How a mail of the queue begins, for its list."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("snippet", sa.Text(), nullable=False, server_default=sa.text("''")))
