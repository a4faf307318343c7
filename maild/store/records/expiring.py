"""What is older than its class may be, and how it goes: rules/retention.toml says when, this says what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.outgoing.event import EventState
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import MailStatus, ReviewState
from maild.domain.records.privacy import GONE
from maild.domain.records.retention import Class
from maild.domain.requests.lifecycle import RegistrationState, State
from maild.store._sql import chunks
from maild.store.schema.tables import document, journal, mail, outbox, registration, review, review_mail, transactions
from maild.store.schema.tables_money import ledger_claim, ledger_entry, proof
from maild.store.schema.tables_service import event, heard

_OVER = (State.CLOSED, State.CANCELLED, State.UNFILLED)
_SETTLED = (MailStatus.SETTLED, MailStatus.REVIEW, MailStatus.IGNORED, MailStatus.BASELINE)
_SENT = (OutboxState.SENT, OutboxState.MERGED, OutboxState.CANCELLED, OutboxState.FAILED)
_HAS_PROOF = sa.exists().where(proof.c.mail_id == mail.c.id)
_OPEN_ITEM = sa.or_(
    sa.exists().where(review.c.mail_id == mail.c.id, review.c.state == ReviewState.OPEN),
    sa.exists().where(
        review_mail.c.mail_id == mail.c.id, review.c.id == review_mail.c.review_id, review.c.state == ReviewState.OPEN
    ),
)
_UNDER_WAY = sa.exists().where(
    journal.c.mail_id == mail.c.id, transactions.c.number == journal.c.number, transactions.c.state.not_in(_OVER)
)
_UNCONFIRMED = sa.exists().where(
    ledger_entry.c.mail_id == mail.c.id, ledger_claim.c.entry_id == ledger_entry.c.id, ledger_claim.c.settled_by == ""
)
_AT = sa.func.coalesce(mail.c.settled, mail.c.stored)


def _mails(before: datetime, *, proofs: bool) -> sa.Select[Any]:
    kept = sa.or_(_OPEN_ITEM, _UNDER_WAY, _UNCONFIRMED)
    return sa.select(mail.c.id).where(
        mail.c.status.in_(_SETTLED),
        mail.c.subject != GONE,
        _moment(before) > _AT,
        ~kept,
        _HAS_PROOF if proofs else ~_HAS_PROOF,
    )


def _moment(value: datetime) -> Any:
    return sa.literal(value, mail.c.stored.type)


def _documents(before: datetime) -> sa.Select[Any]:
    over = (
        transactions.c.state.in_(_OVER),
        sa.func.coalesce(transactions.c.since, transactions.c.updated) < _moment(before),
    )
    return sa.select(document.c.id).join(transactions, transactions.c.number == document.c.number).where(*over)


def _notices(before: datetime) -> sa.Select[Any]:
    has = sa.or_(outbox.c["copy"] != "", outbox.c.reply != GONE)
    at = sa.func.coalesce(outbox.c.sent, outbox.c.created)
    return sa.select(outbox.c.id).where(outbox.c.state.in_(_SENT), has, at < _moment(before))


def _registrations(before: datetime) -> sa.Select[Any]:
    decided = registration.c.state != RegistrationState.PENDING
    return sa.select(registration.c.id).where(
        decided, registration.c.name != GONE, registration.c.decided < _moment(before)
    )


def _events(before: datetime) -> sa.Select[Any]:
    return sa.select(event.c.id).where(
        event.c.state == EventState.SENT, event.c.reply != GONE, event.c.at < _moment(before)
    )


def _deliveries(before: datetime) -> sa.Select[Any]:
    return sa.select(heard.c.id).where(heard.c.at < _moment(before))


_OF: Mapping[Class, Callable[[datetime], sa.Select[Any]]] = {
    Class.DOCUMENTS: _documents,
    Class.MAIL: partial(_mails, proofs=False),
    Class.PROOFS: partial(_mails, proofs=True),
    Class.NOTICES: _notices,
    Class.REGISTRATIONS: _registrations,
    Class.EVENTS: _events,
    Class.DELIVERIES: _deliveries,
}


def expired(connection: Connection, which: Class, before: datetime, limit: int, after: int = 0) -> list[int]:
    """Ids of what is older, ascending."""
    wanted = _OF[which](before)
    key = wanted.selected_columns[0]
    return list(connection.scalars(wanted.where(key > after).order_by(key).limit(limit)))


def handled(connection: Connection, mail_ids: Sequence[int]) -> list[int]:
    """Those of these mails that nobody has to look at any more."""
    found: list[int] = []
    for some in chunks(mail_ids):
        wanted = sa.select(mail.c.id).where(mail.c.id.in_(some), mail.c.status.in_(_SETTLED), ~_OPEN_ITEM)
        found += connection.scalars(wanted.order_by(mail.c.id))
    return found


def bringing(connection: Connection, document_ids: Sequence[int]) -> list[int]:
    """Mails that brought these documents and no document that stays, and that nothing waits for any more."""
    own = sa.select(document.c.mail_id).where(document.c.id.in_(document_ids), document.c.mail_id.is_not(None))
    other = sa.select(document.c.mail_id).where(document.c.mail_id.is_not(None), document.c.id.not_in(document_ids))
    done = (mail.c.status.in_(_SETTLED), ~_OPEN_ITEM, ~_UNDER_WAY, mail.c.erased.is_(None))
    found = sa.select(mail.c.id).where(mail.c.id.in_(own), mail.c.id.not_in(other), *done).order_by(mail.c.id)
    return list(connection.scalars(found))
