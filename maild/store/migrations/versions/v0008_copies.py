"""What was really sent is kept: a notice's mail as a blob, named by the row."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("copy", sa.Text(), nullable=False, server_default=sa.text("''")))
