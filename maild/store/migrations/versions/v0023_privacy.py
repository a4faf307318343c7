"""Erasure: what was erased is known again by keyed hashes; files that go; the parts of sent copies."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
NOTHING = sa.text("''")


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("sort", "digest", name="pk_erased"),
    )
    op.create_table(
        "unlinked",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_unlinked"),
    )
    op.create_table(
        "blob_part",
        sa.Column("whole", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("whole", "part", name="pk_blob_part"),
    )
    op.create_index("ix_blob_part_part", "blob_part", ["part"])
    op.add_column("mail", sa.Column("erased", TIME))
    op.add_column("store_identity", sa.Column("secret", sa.Text(), nullable=False, server_default=NOTHING))
