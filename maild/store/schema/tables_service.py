"""The tables around the cases: what became of addresses, news for other systems, what rules find in mails."""

from __future__ import annotations

from sqlalchemy import BigInteger as Big
from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table

from maild.store.schema.tables import ADDRESS_LIMIT, NEVER_REUSED, WAITING, metadata, partial
from maild.store.schema.types import ID, Json, Key, Text, Time

__all__ = ["metadata"]  # which knows all tables once this module is loaded

# What was heard of sending to an address: history, never changed. `what`: maild.domain.outgoing.reach.Heard.
heard = Table(
    "heard",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", Time, nullable=False),
    Column("address", Key(ADDRESS_LIMIT), nullable=False),
    Column("domain", Key(), nullable=False),
    Column("what", Text(30), nullable=False),
    Column("reason", Text(1000), nullable=False),
    Column("outbox_id", Big),
    Column("mail_id", Big),
    Index("ix_heard_address_id", "address", "id"),
    Index("ix_heard_domain_at", "domain", "at"),
    Index("ix_heard_at", "at"),
    sqlite_autoincrement=NEVER_REUSED,
)

# By what a mail is known again, whatever envelope it comes in: the first that bore each mark.
mail_mark = Table(
    "mail_mark",
    metadata,
    Column("mark", Key(64), primary_key=True),
    Column("mail_id", Big, ForeignKey("mail.id", ondelete="CASCADE"), nullable=False),
    Index("ix_mail_mark_mail_id", "mail_id"),
)

# News for the library's own system, sent from here until it is taken. `key` is what makes one event one row.
event = Table(
    "event",
    metadata,
    Column("id", ID, primary_key=True),
    Column("key", Key(), nullable=False),
    Column("at", Time, nullable=False),
    Column("kind", Text(60), nullable=False),
    Column("number", Key(), nullable=False),
    Column("body", Json, nullable=False),
    Column("state", Text(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("free_at", Time),
    Column("lease_owner", Text(200), nullable=False),
    Column("sent", Time),
    Column("reply", Text(2000), nullable=False),
    Index("ix_event_key", "key", unique=True),
    Index("ix_event_number_id", "number", "id"),
    Index("ix_event_state_id", "state", "id"),
    partial("ix_event_waiting", "id", "free_at", where=WAITING),
    partial("ix_event_number_waiting", "number", "id", where=WAITING),
    sqlite_autoincrement=NEVER_REUSED,
)

# Notices that left, and whose copy is still to be laid into the folder of sent mail (maild.notify.sending.laying).
sent_copy = Table(
    "sent_copy",
    metadata,
    Column("outbox_id", Big, ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("due", Time, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reply", Text(1000), nullable=False),
    Index("ix_sent_copy_due", "due"),
)

# Copies of notices that left, since their mark and until their files are written (maild.notify.sending.copying): `name`
# is the SHA-256 of `whole` (maild.domain.records.copies), as outbox.copy has it.
fresh_copy = Table(
    "fresh_copy",
    metadata,
    Column("name", Key(64), primary_key=True),
    Column("whole", LargeBinary, nullable=False),
)

# What a rule found on a day: the mails it took for a kind (`field` ''), and how many of them had each field.
# A row a number, so that counting needs no reading: each only ever grows. `mail_id` is the latest of those mails.
rule_day = Table(
    "rule_day",
    metadata,
    Column("provider", Key(), primary_key=True),
    Column("day", Key(10), primary_key=True),
    Column("rule", Key(), primary_key=True),
    Column("kind", Key(), primary_key=True),
    Column("field", Key(), primary_key=True),
    Column("mails", Integer, nullable=False),
    Column("mail_id", Big),
)

# How a provider's subjects look, numbers and names left out.
subject_shape = Table(
    "subject_shape",
    metadata,
    Column("provider", Key(), primary_key=True),
    Column("shape", Key(), primary_key=True),
    Column("rule", Text(200), nullable=False),
    Column("mails", Integer, nullable=False),
    Column("first_seen", Time, nullable=False),
    Column("last_seen", Time, nullable=False),
    Column("mail_id", Big),
    Index("ix_subject_shape_provider_first_seen", "provider", "first_seen"),
)
