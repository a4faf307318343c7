"""The tables of the console: who may sign in, who is signed in, and what staff set there."""

from __future__ import annotations

from sqlalchemy import BigInteger as Big
from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint, false, text

from maild.domain.desk.access import Role
from maild.domain.desk.kept import Sort
from maild.domain.learning.learned import Use
from maild.store.schema.tables import ADDRESS_LIMIT, MESSAGE_ID_LIMIT, NEVER_REUSED, NOTHING, metadata, partial
from maild.store.schema.types import ID, Choice, Json, Key, Text, Time

__all__ = ["metadata"]  # which knows all tables once this module is loaded

HAS_SUBJECT = text("subject <> ''")

# `password` is an argon2 hash, '' where who it is is proven elsewhere; a `provisional` one opens nothing but the page
# that changes it; `subject` is 'issuer subject' of OpenID Connect.
# `revoked` ends every session that began before it: set with a new password, a lesser role, a closed account.
account = Table(
    "account",
    metadata,
    Column("name", Key(), primary_key=True),
    Column("display", Text(200), nullable=False),
    Column("role", Choice(Role), nullable=False),
    Column("password", Text(500), nullable=False),
    Column("subject", Key(500), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("locale", Text(20), nullable=False),
    Column("created", Time, nullable=False),
    Column("revoked", Time),
    Column("seen", Time),
    Column("version", Integer, nullable=False),
    Column("provisional", Boolean, nullable=False, server_default=false()),
    partial("ix_account_subject", "subject", unique=True, where=HAS_SUBJECT),
)

# `token` is the sha256 of what the browser holds: who reads the database cannot use it.
session = Table(
    "session",
    metadata,
    Column("token", Key(64), primary_key=True),
    Column("account", Key(), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("created", Time, nullable=False),
    Column("seen", Time, nullable=False),
    Column("ends", Time, nullable=False),
    Column("origin", Text(100), nullable=False),
    Column("agent", Text(500), nullable=False),
    Column("way", Text(50), nullable=False, server_default=NOTHING),
    Index("ix_session_account", "account"),
    Index("ix_session_ends", "ends"),
)

# Keys of the HTTP API, each with its scopes.
api_token = Table(
    "api_token",
    metadata,
    Column("id", ID, primary_key=True),
    Column("token", Key(64), nullable=False),
    Column("account", Key(), ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("label", Text(200), nullable=False),
    Column("scopes", Json, nullable=False),
    Column("created", Time, nullable=False),
    Column("expires", Time),
    Column("seen", Time),
    Column("revoked", Time),
    Index("ix_api_token_token", "token", unique=True),
    Index("ix_api_token_account", "account"),
    sqlite_autoincrement=NEVER_REUSED,
)

# What was answered to requests that bore an Idempotency-Key; `status` NULL: it is being worked on.
api_answer = Table(
    "api_answer",
    metadata,
    Column("account", Key(), primary_key=True),
    Column("key", Key(), primary_key=True),
    Column("digest", Key(64), nullable=False),
    Column("at", Time, nullable=False),
    Column("status", Integer),
    Column("body", Text(10_000_000), nullable=False),
    Index("ix_api_answer_at", "at"),
)

# Logins that failed, for the rate limit: on every host the same.
failed_login = Table(
    "failed_login",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", Time, nullable=False),
    Column("account", Key(), nullable=False),
    Column("origin", Key(100), nullable=False),
    Index("ix_failed_login_account_at", "account", "at"),
    Index("ix_failed_login_origin_at", "origin", "at"),
    Index("ix_failed_login_at", "at"),
    sqlite_autoincrement=NEVER_REUSED,
)

# Who has which queue item before them now.
viewer = Table(
    "viewer",
    metadata,
    Column("item_id", Big, ForeignKey("review.id", ondelete="CASCADE"), primary_key=True),
    Column("account", Key(), primary_key=True),
    Column("seen", Time, nullable=False),
    Index("ix_viewer_seen", "seen"),
)

# Senders whose mail staff want to see no more.
ignored_sender = Table(
    "ignored_sender",
    metadata,
    Column("address", Key(ADDRESS_LIMIT), primary_key=True),
    Column("actor", Text(200), nullable=False),
    Column("at", Time, nullable=False),
    Column("reason", Text(2000), nullable=False),
)

# Addresses of which staff said for whom they speak: an institution or a provider, by id.
sender_speaks = Table(
    "sender_speaks",
    metadata,
    Column("address", Key(ADDRESS_LIMIT), primary_key=True),
    Column("institution", Text(200), nullable=False),
    Column("actor", Text(200), nullable=False),
    Column("at", Time, nullable=False),
    Column("reason", Text(2000), nullable=False),
)

# Whom a librarian wrote to about a request, and under which Message-ID: who answers that speaks about that request.
letter = Table(
    "letter",
    metadata,
    Column("address", Key(ADDRESS_LIMIT), primary_key=True),
    Column("message_id", Key(MESSAGE_ID_LIMIT), primary_key=True),
    Column("number", Key(), primary_key=True),
    Column("at", Time, nullable=False),
)

# Templates as staff wrote them, version by version: the last row of a name is in force. A NULL body is the shipped
# (or the configured folder's) template again.
template_version = Table(
    "template_version",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Key(), nullable=False),
    Column("body", Text(100_000)),
    Column("actor", Text(200), nullable=False),
    Column("at", Time, nullable=False),
    Column("note", Text(2000), nullable=False),
    Index("ix_template_version_name_id", "name", "id"),
    sqlite_autoincrement=NEVER_REUSED,
)

# What was learned from the office's own history: the weights of the second reader, and what the back-test said.
learned_model = Table(
    "learned_model",
    metadata,
    Column("version", Key(40), primary_key=True),
    Column("made", Time, nullable=False),
    Column("actor", Text(200), nullable=False),
    Column("weights", LargeBinary, nullable=False),
    Column("report", Json(), nullable=False),
)

# Which weights speak, and whether they do: the last row is in force. `version` '' are those that ship with maild.
learned_use = Table(
    "learned_use",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", Time, nullable=False),
    Column("actor", Text(200), nullable=False),
    Column("what", Choice(Use), nullable=False),
    Column("version", Text(40), nullable=False),
    Column("note", Text(2000), nullable=False),
    sqlite_autoincrement=NEVER_REUSED,
)

# What staff keep at the desk (maild.domain.desk.kept): `owner` '' is everybody.
desk_kept = Table(
    "desk_kept",
    metadata,
    Column("id", ID, primary_key=True),
    Column("sort", Choice(Sort), nullable=False),
    Column("owner", Key(), nullable=False),
    Column("name", Key(), nullable=False),
    Column("body", Json(), nullable=False),
    Column("actor", Text(200), nullable=False),
    Column("at", Time, nullable=False),
    UniqueConstraint("sort", "owner", "name"),
    sqlite_autoincrement=NEVER_REUSED,
)
