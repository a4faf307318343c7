"""What requests and patrons are found by as typed text: one folded column each, in the index of their list.

And indexes that PostgreSQL needs: of what waits in the queue, and for what begins with a text.
"""

import sqlalchemy as sa
from alembic import op

from maild.store.schema.finding import patron_key, request_key

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BATCH = 2000
INDEXES = (
    "CREATE INDEX ix_search_open_items ON search (item_id) WHERE open",
    "CREATE INDEX ix_outbox_number_begins ON outbox (number text_pattern_ops)",
    "CREATE INDEX ix_outbox_recipient_begins ON outbox (recipient text_pattern_ops)",
    "CREATE INDEX ix_review_sender_begins ON review (sender text_pattern_ops)",
    "CREATE INDEX ix_review_open ON review (id) WHERE state = 'open'",
)


def upgrade() -> None:
    for table in ("transactions", "patron"):
        op.add_column(table, sa.Column("find_key", sa.Text(), nullable=False, server_default=sa.text("''")))
    _requests()
    _patrons()
    op.drop_index("ix_transactions_opened", "transactions")
    op.create_index("ix_transactions_opened", "transactions", ["opened", "number", "find_key"])
    op.create_index("ix_patron_find", "patron", ["patron_id", "find_key"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in INDEXES:
            op.execute(statement)


def _requests() -> None:
    """The keys of what is there, in batches."""
    connection = op.get_bind()
    read = sa.text("SELECT number, title FROM transactions WHERE number > :after ORDER BY number LIMIT :most")
    write = sa.text("UPDATE transactions SET find_key = :key WHERE number = :number")
    after = ""
    while rows := connection.execute(read, {"after": after, "most": BATCH}).all():
        connection.execute(write, [{"number": row.number, "key": request_key(row.number, row.title)} for row in rows])
        after = rows[-1].number


def _patrons() -> None:
    connection = op.get_bind()
    read = sa.text(
        "SELECT patron_id, name, login, department FROM patron WHERE patron_id > :after ORDER BY patron_id LIMIT :most"
    )
    reach = sa.text("SELECT address FROM patron_address WHERE patron_id = :patron_id ORDER BY position")
    write = sa.text("UPDATE patron SET find_key = :key WHERE patron_id = :patron_id")
    after = ""
    while rows := connection.execute(read, {"after": after, "most": BATCH}).all():
        keys = []
        for row in rows:
            addresses = [one.address for one in connection.execute(reach, {"patron_id": row.patron_id})]
            key = patron_key(row.patron_id, row.name, row.login, addresses, row.department)
            keys.append({"patron_id": row.patron_id, "key": key})
        connection.execute(write, keys)
        after = rows[-1].patron_id
