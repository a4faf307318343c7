"""Erasure: what was erased is known by keyed hashes; the books may lose a person's name, and nothing else."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
NOTHING = sa.text("''")
REFUSAL = "the books are append-only: post an entry that reverses the wrong one"
# What an erasure may write into the books, as in maild/domain/privacy.py: all else must stay as it is.
KEPT = {
    "ledger_entry": (("id", "key", "kind", "settles", "line", "at", "actor", "mail_id"), "reason", ""),
    "ledger_posting": (
        ("entry_id", "position", "book", "cents", "currency", "number", "channel"), "patron_id", "erased:%",
    ),
}  # fmt: skip


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
    for table, (kept, column, mark) in KEPT.items():
        _but_for_erasure(table, kept, column, mark)


def _but_for_erasure(table: str, kept: tuple[str, ...], column: str, mark: str) -> None:
    """Rows are refused any change but that one column becomes the mark of what was erased."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    same = "IS" if sqlite else "IS NOT DISTINCT FROM"
    only = " AND ".join([f"NEW.{name} {same} OLD.{name}" for name in kept] + [f"NEW.{column} LIKE '{mark}'"])
    if sqlite:
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({only}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    else:
        op.execute(f"DROP TRIGGER {table}_no_update ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN (NOT ({only})) "
            "EXECUTE FUNCTION maild_append_only()"
        )
