"""Full-text search of the queue. What waits already is indexed by `maild queue reindex`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.LargeBinary().with_variant(TSVECTOR(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "search",
        sa.Column("item_id", ID, nullable=False, autoincrement=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_search"),
        sa.ForeignKeyConstraint(["item_id"], ["review.id"], name="fk_search_item_id", ondelete="CASCADE"),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for which, condition in (("open", "open"), ("handled", "NOT open")):
        if sqlite:
            op.execute(
                f"CREATE VIRTUAL TABLE search_{which} USING fts5(words, content='', columnsize=0, tokenize='ascii')"
            )
        else:
            op.execute(
                f"CREATE INDEX ix_search_{which} ON search USING gin (words) WITH (gin_pending_list_limit=256)"
                f" WHERE {condition}"
            )
