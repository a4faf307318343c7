"""Beside the reasons of an item: their codes, and what fills their gaps. Those that are there have none."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("codes", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True))
