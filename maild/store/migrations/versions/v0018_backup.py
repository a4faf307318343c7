"""Which blob folder is this database's; what a backup brought back; which folders maild files into."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "store_identity",
        sa.Column("one", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_store_identity"),
    )
    op.create_table(
        "restoration",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("backup", sa.Text(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_restoration"),
        sqlite_autoincrement=True,
    )
    op.add_column("mailbox_state", sa.Column("filing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("mail", sa.Column("recovered", sa.Boolean(), nullable=False, server_default=sa.false()))
