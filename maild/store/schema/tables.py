"""The tables. Every look-up on the way of a mail has its index here (tests/store/ asks the planners).

The schema of a real database comes from the migrations alone; a test holds both to be the same.
`free_at` is when work may be claimed: not before then, or when the lease on it runs out; NULL when it
is done. One partial index over it holds exactly the work that is left.
"""

from __future__ import annotations

from sqlalchemy import BigInteger as Big
from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    TextClause,
    UniqueConstraint,
    false,
    text,
)

from maild.domain.incoming.cause import Cause
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.records.journal import MailStatus, ReviewState
from maild.domain.requests.lifecycle import PaymentState, RegistrationState, Service, State
from maild.domain.requests.patron import Delivery, Honorific, Language, PatronKind, RegistrationStep
from maild.store.schema.finding import MOST_KEY
from maild.store.schema.types import ID, Choice, Day, Json, Key, Ref, Text, Time

MESSAGE_ID_LIMIT = 500
MAILBOX_LIMIT = 250
ADDRESS_LIMIT = 320

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# Numbers of rows that appear in Message-IDs and in the journal must never be given out twice.
NEVER_REUSED = True
WAITING = text("free_at IS NOT NULL")
BOUNCED = text("bounced_until IS NOT NULL")
NOTHING = text("''")
ZERO = text("0")
OPEN = text("state = 'open'")
RUSH = text("rush")


def partial(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """An index over the rows of which this holds. The databases' own words for it load both of their dialects, which
    costs a process more than its tables: they are said where the schema is made (maild.store.schema.whole.made).
    """
    return Index(name, *columns, unique=unique, info={"where": where})


mailbox_state = Table(
    "mailbox_state",
    metadata,
    Column("mailbox", Key(MAILBOX_LIMIT), primary_key=True),
    Column("uidvalidity", Big, nullable=False),
    Column("last_uid", Big, nullable=False),
    Column("baseline_uid", Big, nullable=False),
    Column("armed", Boolean, nullable=False),
    Column("filing", Boolean, nullable=False, server_default=false()),
)

# `erased`: when its bytes and what names people were erased. `sha256` and `message_id` are keyed hashes from then on.
mail = Table(
    "mail",
    metadata,
    Column("id", ID, primary_key=True),
    Column("sha256", Key(64), nullable=False),
    Column("message_id", Key(MESSAGE_ID_LIMIT), nullable=False),
    Column("size", Big, nullable=False),
    Column("sender", Text(ADDRESS_LIMIT), nullable=False),
    Column("subject", Text(1000), nullable=False),
    Column("received", Time),
    Column("stored", Time, nullable=False),
    Column("status", Choice(MailStatus), nullable=False),
    Column("reason", Text(2000), nullable=False),
    Column("kind", Text(100), nullable=False),
    Column("rule", Text(200), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text(20_000), nullable=False),
    Column("settled", Time),
    Column("free_at", Time),
    Column("lease_owner", Text(200), nullable=False),
    Column("recovered", Boolean, nullable=False, server_default=false()),
    Column("turn", Big, nullable=False, server_default=ZERO),
    Column("erased", Time),
    UniqueConstraint("sha256", "message_id"),
    Index("ix_mail_message_id", "message_id"),
    Index("ix_mail_status_id", "status", "id"),
    Index("ix_mail_stored", "stored"),
    Index("ix_mail_rule_id", "rule", "id"),
    Index("ix_mail_sender_id", "sender", "id"),
    partial("ix_mail_waiting", "turn", "id", "free_at", where=WAITING),
    partial("ix_mail_waiting_sender", "sender", "turn", where=WAITING),
    sqlite_autoincrement=NEVER_REUSED,
)

# Where a mail lies (or lay) on a server; a UID that was skipped has no mail, but a reason.
mail_location = Table(
    "mail_location",
    metadata,
    Column("mailbox", Key(MAILBOX_LIMIT), primary_key=True),
    Column("uidvalidity", Big, primary_key=True),
    Column("uid", Big, primary_key=True),
    Column("mail_id", Big, ForeignKey("mail.id", ondelete="CASCADE")),
    Column("skip_reason", Text(500), nullable=False),
    Column("size", Big, nullable=False),
    Column("filed", Boolean, nullable=False),
    Index("ix_mail_location_mail_id", "mail_id"),
    Index("ix_mail_location_unfiled", "mailbox", "uidvalidity", "filed", "uid"),
)

patron = Table(
    "patron",
    metadata,
    Column("patron_id", Key(), primary_key=True),
    Column("name", Text(200), nullable=False),
    Column("name_key", Key(), nullable=False),
    Column("kind", Choice(PatronKind), nullable=False),
    Column("department", Text(200), nullable=False),
    Column("login", Text(200), nullable=False),
    Column("login_key", Key(), nullable=False),
    Column("phone", Text(100), nullable=False),
    Column("language", Choice(Language), nullable=False),
    Column("updated", Time, nullable=False),
    Column("version", Integer, nullable=False),
    Column("honorific", Choice(Honorific), nullable=False, server_default=NOTHING),
    Column("delivery", Choice(Delivery), nullable=False, server_default=NOTHING),
    Column("find_key", Text(MOST_KEY), nullable=False, server_default=NOTHING),
    Index("ix_patron_name_key", "name_key"),
    Index("ix_patron_login_key", "login_key"),
    Index("ix_patron_find", "patron_id", "find_key"),
)

patron_address = Table(
    "patron_address",
    metadata,
    Column("patron_id", Key(), ForeignKey("patron.patron_id", ondelete="CASCADE"), primary_key=True),
    Column("address", Key(ADDRESS_LIMIT), primary_key=True),
    Column("position", Integer, nullable=False),
    Index("ix_patron_address_address", "address"),
)

# What is known of reaching an address, whoever's it is: maild.domain.outgoing.reach.AddressState. It holds those that
# made trouble alone.
address = Table(
    "address",
    metadata,
    Column("address", Key(ADDRESS_LIMIT), primary_key=True),
    Column("trouble", Text(30), nullable=False),
    Column("reason", Text(1000), nullable=False),
    Column("since", Time),
    Column("bounced_until", Time),
    Column("permanent", Boolean, nullable=False),
    Column("complained", Time),
    Column("told", Time),
    partial("ix_address_bounced_until", "bounced_until", where=BOUNCED),
)

# `opened` is when it was submitted, or else first heard of: the order of a patron's list.
# `find_key` is what typed text is looked for in, folded (maild.store.schema.finding).
# `since` is when it came into its present state: what has been silent for too long is found by it.
transactions = Table(
    "transactions",
    metadata,
    Column("number", Key(), primary_key=True),
    Column("patron_id", Ref(), ForeignKey("patron.patron_id")),
    Column("service", Choice(Service), nullable=False),
    Column("literature", Text(200), nullable=False),
    Column("title", Text(2000), nullable=False),
    Column("provider", Text(200), nullable=False),
    Column("state", Choice(State), nullable=False),
    Column("submitted", Time),
    Column("opened", Time, nullable=False),
    Column("due", Day),
    Column("total_cents", Big),
    Column("total_currency", Text(3)),
    Column("subsidy_cents", Big),
    Column("subsidy_currency", Text(3)),
    Column("payable_cents", Big),
    Column("payable_currency", Text(3)),
    Column("payment_state", Choice(PaymentState), nullable=False),
    Column("updated", Time, nullable=False),
    Column("version", Integer, nullable=False),
    Column("rush", Boolean, nullable=False, server_default=false()),
    Column("since", Time),
    Column("find_key", Text(MOST_KEY), nullable=False, server_default=NOTHING),
    Index("ix_transactions_patron_id_opened", "patron_id", "opened"),
    Index("ix_transactions_payable_cents_payment_state", "payable_cents", "payment_state"),
    Index("ix_transactions_state_number", "state", "number"),
    Index("ix_transactions_payment_state_number", "payment_state", "number"),
    Index("ix_transactions_due", "due"),
    Index("ix_transactions_state_since", "state", "since"),
    Index("ix_transactions_opened", "opened", "number", "find_key"),
    Index("ix_transactions_state_opened", "state", "opened", "number"),
    Index("ix_transactions_payment_state_opened", "payment_state", "opened", "number"),
    Index("ix_transactions_provider_opened", "provider", "opened", "number"),
    partial("ix_transactions_rush", "opened", "number", where=RUSH),
)

# `round` counts the applications of one person for a step: who was refused may apply again.
# `due` is when its review must be done; `told` how often staff were told that it is late.
registration = Table(
    "registration",
    metadata,
    Column("id", ID, primary_key=True),
    Column("patron_id", Ref(), ForeignKey("patron.patron_id")),
    Column("email", Key(ADDRESS_LIMIT), nullable=False),
    Column("login", Text(200), nullable=False),
    Column("login_key", Key(), nullable=False),
    Column("name", Text(200), nullable=False),
    Column("state", Choice(RegistrationState), nullable=False),
    Column("submitted", Time),
    Column("decided", Time),
    Column("reason", Text(2000), nullable=False),
    Column("round", Integer, nullable=False),
    Column("step", Choice(RegistrationStep), nullable=False, server_default="account"),
    Column("source", Text(20), nullable=False, server_default="mail"),
    Column("patron_kind", Text(20), nullable=False, server_default=NOTHING),
    Column("department", Text(200), nullable=False, server_default=NOTHING),
    Column("phone", Text(100), nullable=False, server_default=NOTHING),
    Column("due", Time),
    Column("told", Integer, nullable=False, server_default="0"),
    UniqueConstraint("email", "step", "round"),
    Index("ix_registration_login_key", "login_key"),
    Index("ix_registration_state_id", "state", "id"),
    Index("ix_registration_decided", "decided"),
    Index("ix_registration_patron_id", "patron_id"),
    sqlite_autoincrement=NEVER_REUSED,
)

# `mail_id` is the mail that caused the notice; `opened` when the recipient's mail program said it was shown.
outbox = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", Choice(NoticeKind), nullable=False),
    Column("subject", Key(), nullable=False),
    Column("revision", Key(), nullable=False),
    Column("recipient", Key(ADDRESS_LIMIT), nullable=False),
    Column("patron_id", Key(), nullable=False),
    Column("number", Key(), nullable=False),
    Column("locale", Text(20), nullable=False),
    Column("data", Json, nullable=False),
    Column("documents", Json, nullable=False),
    Column("reply_to", Text(1000), nullable=False),
    Column("state", Choice(OutboxState), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created", Time, nullable=False),
    Column("not_before", Time, nullable=False),
    Column("free_at", Time),
    Column("lease_owner", Text(200), nullable=False),
    Column("sent", Time),
    Column("message_id", Key(MESSAGE_ID_LIMIT), nullable=False),
    Column("reply", Text(2000), nullable=False),
    Column("opened", Time),
    Column("mail_id", Big),
    Column("copy", Key(64), nullable=False, server_default=NOTHING),
    UniqueConstraint("subject", "kind", "revision"),
    Index("ix_outbox_message_id", "message_id"),
    Index("ix_outbox_number_id", "number", "id"),
    Index("ix_outbox_state_id", "state", "id"),
    Index("ix_outbox_kind_state_id", "kind", "state", "id"),
    Index("ix_outbox_sent", "sent"),
    Index("ix_outbox_mail_id", "mail_id"),
    Index("ix_outbox_recipient_sent", "recipient", "sent"),
    Index("ix_outbox_patron_id", "patron_id"),
    partial("ix_outbox_waiting", "priority", "id", "free_at", where=WAITING),
    sqlite_autoincrement=NEVER_REUSED,
)

# `key` names what the clock, not a mail, put into the queue: it is put there once. `assignee`: whose it is, or ''.
# `codes`: of each reason its code and what fills its gaps (maild.texts); NULL where none has one.
review = Table(
    "review",
    metadata,
    Column("id", ID, primary_key=True),
    Column("mail_id", Big, ForeignKey("mail.id", ondelete="CASCADE")),
    Column("cause", Choice(Cause), nullable=False),
    Column("state", Choice(ReviewState), nullable=False),
    Column("created", Time, nullable=False),
    Column("kind", Text(100), nullable=False),
    Column("sender", Text(ADDRESS_LIMIT), nullable=False),
    Column("subject", Text(1000), nullable=False),
    Column("transactions", Json, nullable=False),
    Column("candidates", Json, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("handled_by", Text(200), nullable=False),
    Column("handled", Time),
    Column("note", Text(10_000), nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", Ref()),
    Column("assignee", Key(), nullable=False, server_default=NOTHING),
    Column("folded", Integer, nullable=False, server_default=ZERO),
    Column("snippet", Text(200), nullable=False, server_default=NOTHING),
    Column("codes", Json),
    Index("ix_review_state_id", "state", "id"),
    Index("ix_review_state_cause_id", "state", "cause", "id"),
    Index("ix_review_state_cause_created", "state", "cause", "created"),
    Index("ix_review_state_assignee_id", "state", "assignee", "id", "cause"),
    Index("ix_review_key", "key", unique=True),
    Index("ix_review_mail_id", "mail_id"),
    Index("ix_review_sender_id", "sender", "id"),
    Index("ix_review_handled", "handled"),
    partial("ix_review_open_sender", "sender", "id", where=OPEN),
    sqlite_autoincrement=NEVER_REUSED,
)

# Mails without an item of their own: they are handled with that of another mail (maild.domain.incoming.folding).
review_mail = Table(
    "review_mail",
    metadata,
    Column("mail_id", Big, ForeignKey("mail.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("review_id", Big, ForeignKey("review.id", ondelete="CASCADE"), nullable=False),
    Index("ix_review_mail_review_id", "review_id"),
)

# The requests that an item is about, as its `transactions` and its `key` say them: to find it by number.
review_about = Table(
    "review_about",
    metadata,
    Column("number", Key(), primary_key=True),
    Column("review_id", Big, ForeignKey("review.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Index("ix_review_about_review_id", "review_id"),
)

# History outlives what it speaks of: no foreign keys, and no statement of ours changes a line.
journal = Table(
    "journal",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", Time, nullable=False),
    Column("actor", Text(200), nullable=False),
    Column("what", Text(100), nullable=False),
    Column("number", Key(), nullable=False),
    Column("mail_id", Big),
    Column("outbox_id", Big),
    Column("before", Text(2000), nullable=False),
    Column("after", Text(2000), nullable=False),
    Column("reasons", Json, nullable=False),
    Column("data", Json, nullable=False),
    Index("ix_journal_number_id", "number", "id"),
    Index("ix_journal_mail_id", "mail_id"),
    Index("ix_journal_actor_what_id", "actor", "what", "id"),
    Index("ix_journal_at", "at", "id"),
    Index("ix_journal_what_id", "what", "id"),
    sqlite_autoincrement=NEVER_REUSED,
)

decision = Table(
    "decision",
    metadata,
    Column("id", ID, primary_key=True),
    Column("mail_id", Big, ForeignKey("mail.id", ondelete="CASCADE"), nullable=False),
    Column("at", Time, nullable=False),
    Column("action", Text(50), nullable=False),
    Column("kind", Text(100), nullable=False),
    Column("rule", Text(200), nullable=False),
    Column("cause", Text(100), nullable=False),
    Column("body", Json, nullable=False),
    Index("ix_decision_mail_id", "mail_id"),
    sqlite_autoincrement=NEVER_REUSED,
)

# `digest` is the sha256 of the blob, or of the link where there is only a link.
document = Table(
    "document",
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", Ref(), ForeignKey("transactions.number")),
    Column("digest", Key(64), nullable=False),
    Column("sha256", Key(64), nullable=False),
    Column("filename", Text(500), nullable=False),
    Column("media_type", Text(200), nullable=False),
    Column("size", Big, nullable=False),
    Column("pages", Integer),
    Column("url", Text(8000), nullable=False),
    Column("password", Text(200), nullable=False),
    Column("expires", Day),
    Column("mail_id", Big, ForeignKey("mail.id", ondelete="SET NULL")),
    Column("stored", Time, nullable=False),
    Column("terms", Text(500), nullable=False, server_default=NOTHING),
    UniqueConstraint("number", "digest"),
    Index("ix_document_mail_id", "mail_id"),
    sqlite_autoincrement=NEVER_REUSED,
)
