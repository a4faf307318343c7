"""The whole service: steps of registering, what is silent, addresses, news for other systems, drift of rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As in maild/store/schema/types.py, frozen: a migration never changes once it is out.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
WAITING = sa.text("free_at IS NOT NULL")
BOUNCED = sa.text("bounced_until IS NOT NULL")


def upgrade() -> None:
    _cases()
    _registrations()
    _queue()
    _heard()
    _addresses()
    _events()
    _rules()


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=sa.text(f"'{default}'"))


def _cases() -> None:
    op.add_column("patron", _text("honorific"))
    op.add_column("patron", _text("delivery"))
    op.add_column("transactions", sa.Column("rush", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("transactions", sa.Column("since", TIME, nullable=True))
    op.execute("UPDATE transactions SET since = updated")
    op.create_index("ix_transactions_state_since", "transactions", ["state", "since"])


def _registrations() -> None:
    with op.batch_alter_table("registration") as batch:
        batch.add_column(_text("step", "account"))
        batch.add_column(_text("source", "mail"))
        batch.add_column(_text("patron_kind"))
        batch.add_column(_text("department"))
        batch.add_column(_text("phone"))
        batch.add_column(sa.Column("due", TIME, nullable=True))
        batch.add_column(sa.Column("told", sa.Integer(), nullable=False, server_default="0"))
        batch.drop_constraint("uq_registration_email_login_key_round", type_="unique")
    # Rounds were counted for each login of an address; now they are an address's, in the order the rows came: the
    # latest row has the highest, or the next application would find its number taken.
    op.execute(
        "UPDATE registration SET round = (SELECT COUNT(*) FROM registration AS other WHERE"
        " other.email = registration.email AND other.id < registration.id) WHERE email IN"
        " (SELECT email FROM registration GROUP BY email HAVING COUNT(DISTINCT login_key) > 1)"
    )
    with op.batch_alter_table("registration") as batch:
        batch.create_unique_constraint("uq_registration_email_step_round", ["email", "step", "round"])


def _queue() -> None:
    op.add_column("outbox", sa.Column("opened", TIME, nullable=True))
    op.add_column("outbox", sa.Column("mail_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_outbox_mail_id", "outbox", ["mail_id"])
    op.add_column("review", sa.Column("key", sa.Text(), nullable=True))
    op.create_index("ix_review_key", "review", ["key"], unique=True)


def _heard() -> None:
    op.create_table(
        "heard",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=True),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_heard"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_heard_address_id", "heard", ["address", "id"])
    op.create_index("ix_heard_domain_at", "heard", ["domain", "at"])
    op.create_index("ix_heard_at", "heard", ["at"])


def _addresses() -> None:
    """What is known of an address moves out of the patrons that have it."""
    op.create_table(
        "address",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", TIME, nullable=True),
        sa.Column("bounced_until", TIME, nullable=True),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        sa.Column("complained", TIME, nullable=True),
        sa.Column("told", TIME, nullable=True),
        sa.PrimaryKeyConstraint("address", name="pk_address"),
    )
    op.create_index(
        "ix_address_bounced_until", "address", ["bounced_until"], sqlite_where=BOUNCED, postgresql_where=BOUNCED
    )
    op.execute(
        "INSERT INTO address (address, trouble, reason, bounced_until, permanent)"
        " SELECT address, 'hard_bounce', MAX(bounce_reason), MAX(bounced_until), TRUE FROM patron_address"
        " WHERE bounced_until IS NOT NULL GROUP BY address"
    )
    with op.batch_alter_table("patron_address") as batch:
        batch.drop_column("bounced_until")
        batch.drop_column("bounce_reason")


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("free_at", TIME, nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=False),
        sa.Column("sent", TIME, nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_key", "event", ["key"], unique=True)
    op.create_index("ix_event_number_id", "event", ["number", "id"])
    op.create_index("ix_event_state_id", "event", ["state", "id"])
    op.create_index("ix_event_waiting", "event", ["id", "free_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index(
        "ix_event_number_waiting", "event", ["number", "id"], sqlite_where=WAITING, postgresql_where=WAITING
    )


def _rules() -> None:
    op.create_table(
        "rule_day",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("provider", "day", "rule", "kind", "field", name="pk_rule_day"),
    )
    op.create_table(
        "subject_shape",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("last_seen", TIME, nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("provider", "shape", name="pk_subject_shape"),
    )
    op.create_index("ix_subject_shape_provider_first_seen", "subject_shape", ["provider", "first_seen"])
