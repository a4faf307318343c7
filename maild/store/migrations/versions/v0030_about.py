"""Which requests an item of the queue is about, addresses in odd writing, and yearly reports as they were counted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TIME = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
ADDRESSES = (("mail", "sender"), ("registration", "email"), ("outbox", "recipient"), ("review", "sender"))
AT_ONCE = 5000
LONGEST = 200  # of a number
REVIEW = sa.table("review", sa.column("id"), sa.column("transactions", JSON), sa.column("key"))


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, column in ADDRESSES:
        key = f"lower({column})" if postgresql else column
        op.execute(f"CREATE INDEX ix_{table}_{column}_odd ON {table} ({key}) WHERE {column} <> lower({column})")
    for table in ("registration", "outbox", "proof"):
        op.create_index(f"ix_{table}_patron_id", table, ["patron_id"])
    op.create_table(
        "year_kept",
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_year_kept"),
    )
    about = op.create_table(
        "review_about",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name="fk_review_about_review_id_review", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", "review_id", name="pk_review_about"),
    )
    op.create_index("ix_review_about_review_id", "review_about", ["review_id"])
    _fill(about)


def _fill(about: sa.Table) -> None:
    """What items that are there are about."""
    connection, last = op.get_bind(), 0
    while True:
        found = sa.select(REVIEW).where(REVIEW.c.id > last).order_by(REVIEW.c.id).limit(AT_ONCE)
        rows = connection.execute(found).all()
        if not rows:
            return
        last = rows[-1].id
        made = []
        for row in rows:
            named = dict.fromkeys((*(row.transactions or ()), *(row.key or "").split(":")[1:2]))
            made += [{"number": one, "review_id": row.id} for one in named if 0 < len(one) <= LONGEST]
        if made:
            connection.execute(sa.insert(about), made)
