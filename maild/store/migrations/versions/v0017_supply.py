"""Statement lines that are open: those by which money went out, too."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_statement_line_open", table_name="statement_line")
    still = sa.text("placed_cents <> cents")
    op.create_index(
        "ix_statement_line_open", "statement_line", ["booked", "key"], sqlite_where=still, postgresql_where=still
    )
