"""How long a supplier's link works, in its own words."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("terms", sa.Text(), nullable=False, server_default=""))
