"""The outbox: notices to be sent, each exactly once as far as anyone can promise."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import NotFound
from maild.domain.operation.waits import NOTICE_CAP
from maild.domain.outgoing.notice import UNDER_WAY, NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.records.restoration import PERHAPS_SENT
from maild.store._sql import any_of, chunks, database_now, free_when, insert_if_new, is_free
from maild.store.outgoing.outbox_rows import insert_new, outbox_entry, outbox_row
from maild.store.outgoing.sent_counts import (
    KINDS_SINCE,
    SENT_SINCE,
    SENT_TO,
    SENT_TO_SINCE,
    WRITTEN_SINCE,
    WRITTEN_TO_STRANGERS,
)
from maild.store.prepared import Prepared
from maild.store.schema.tables import journal, outbox
from maild.store.schema.tables_privacy import blob_part
from maild.store.schema.types import END_OF_TIME, EPOCH
from maild.store.texts import SAY

_DRAFT = ("recipient", "patron_id", "number", "locale", "data", "documents", "reply_to", "state", "reply")
_GONE_OUT = (OutboxState.SENT, OutboxState.MERGED)
o = outbox.c

_CHANGE = Prepared(sa.update(outbox).where(o.id == sa.bindparam("at_id")))
_BY_ID = Prepared(sa.select(outbox).where(o.id == sa.bindparam("at_id")))
_OF_MESSAGE = Prepared(sa.select(outbox).where(o.message_id == sa.bindparam("message")).order_by(o.id))
# Other rows that wait, about the same transaction and for the same recipient.
_REDRAFT = (
    sa.update(outbox)
    .where(o.subject == sa.bindparam("of_subject"), o.kind == sa.bindparam("of_kind"))
    .where(o.revision == sa.bindparam("of_revision"), o.state.in_((OutboxState.HELD, OutboxState.CANCELLED)))
)
_WAITING_TO = Prepared(
    sa.select(outbox).where(o.recipient.in_(any_of("recipients")), o.state == OutboxState.WAITING).order_by(o.id)
)
_OF_MAILS = Prepared(sa.select(outbox).where(o.mail_id.in_(any_of("mails"))).order_by(o.id))
_OF_MAIL = Prepared(sa.select(outbox).where(o.mail_id == sa.bindparam("mail")).order_by(o.id))
_OF_SUBJECT = Prepared(sa.select(outbox).where(o.subject == sa.bindparam("about")).order_by(o.id))
_ABOUT = Prepared(sa.select(outbox).where(o.number.in_(any_of("numbers"))).order_by(o.id))
_THREAD = sa.select(o.message_id).where(o.number == sa.bindparam("about"), o.state.in_(_GONE_OUT)).order_by(o.id)
# The free rows, most urgent first; rows that another process is claiming at this moment are stepped over.
_FREE = (
    sa.select(o.id)
    .where(is_free(o.free_at, o.state == OutboxState.LEASED), o.state.in_((OutboxState.WAITING, OutboxState.LEASED)))
    .order_by(o.priority, o.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
    .cte("picked")
)
# A row that another process is busy with is no more waited for than one that it has taken.
_STILL = (
    sa.select(o.id)
    .where(o.id == sa.bindparam("at_id"), o.state == OutboxState.WAITING, o.not_before == sa.bindparam("seen"))
    .with_for_update(skip_locked=True)
    .cte("still")
)
_RESERVE = Prepared(
    sa.update(outbox).where(o.id.in_(sa.select(_STILL.c.id))).values(state=OutboxState.LEASED).returning(o.id)
)
_BEGIN = Prepared(
    sa.update(outbox)
    .where(o.id.in_(any_of("ids")), o.state == OutboxState.LEASED, o.lease_owner == sa.bindparam("holder"))
    .values(state=OutboxState.SENDING)
    .returning(o.id)
)
_UNBEGIN = Prepared(
    sa.update(outbox)
    .where(o.id.in_(any_of("ids")), o.state == OutboxState.SENDING, o.lease_owner == sa.bindparam("holder"))
    .values(state=OutboxState.LEASED)
)
_POSTPONE = (
    sa.update(outbox)
    .where(o.id.in_(any_of("ids")), o.state == OutboxState.WAITING)
    .values(
        free_at=sa.bindparam("until", type_=o.free_at.type), not_before=sa.bindparam("moment", type_=o.not_before.type)
    )
)
_STANDING = Prepared(
    sa.select(o.id, o.state).where(
        o.id.in_(any_of("ids")),
        sa.or_(
            o.state == OutboxState.IN_DOUBT,
            sa.and_(o.state.in_(tuple(UNDER_WAY)), o.lease_owner == sa.bindparam("holder")),
        ),
    )
)
# Begun, and whoever began it has not marked it in time.
_DOUBT = Prepared(
    sa.update(outbox)
    .where(o.state == OutboxState.SENDING)
    .where(sa.or_(o.free_at <= sa.bindparam("lease_now"), o.free_at > sa.bindparam("lease_far")))
    .values(state=OutboxState.IN_DOUBT, free_at=None, lease_owner="")
    .returning(outbox)
)
_CLAIM = Prepared(
    sa.update(outbox).where(o.id.in_(sa.select(_FREE.c.id))).values(state=OutboxState.LEASED).returning(outbox)
)


class SqlOutbox:
    """`domain` is the right-hand side of the Message-IDs it gives out, `key` makes their check.

    held: why what is written goes nowhere by itself, '' lets it go
    """

    def __init__(self, connection: Connection, domain: str, key: bytes = b"", *, held: str = "") -> None:
        self._connection, self._held = connection, held
        self._domain, self._key = domain, key

    def add(
        self, requests: Sequence[NoticeRequest], now: datetime, *, state: OutboxState = OutboxState.WAITING
    ) -> list[int]:
        """Ids of the rows created, in the order given; a row that exists (subject, kind, revision) is left alone."""
        if not requests:
            return []
        if self._held and state is OutboxState.WAITING:
            return self.hold_back(requests, now, self._held)
        return self._insert([outbox_row(request, now, state) for request in requests])

    def keep_parts(self, copy: str, parts: Sequence[str]) -> None:
        """Of which blobs the copy of a sent mail is put together."""
        if rows := [{"whole": copy, "part": part} for part in dict.fromkeys(parts)]:
            self._connection.execute(insert_if_new(self._connection.dialect.name, blob_part, "whole", "part"), rows)

    def hold_back(self, requests: Sequence[NoticeRequest], now: datetime, why: str) -> list[int]:
        """Add notices that may have been sent before: a person looks before they go. Ids of the new ones."""
        return self._insert([outbox_row(request, now, PERHAPS_SENT) | {"reply": why} for request in requests])

    def _insert(self, new: Sequence[dict[str, Any]]) -> list[int]:
        if not new:
            return []
        rows = self._connection.execute(insert_new(self._connection.dialect.name), new).all()
        if rows:
            _CHANGE.change(self._connection, [{"at_id": row.id, "message_id": self._message_id(row)} for row in rows])
        return sorted(row.id for row in rows)

    def hold(self, requests: Sequence[NoticeRequest], now: datetime) -> list[int]:
        """Add drafts. One that is there, and was not let go, is written anew: its mail was processed again."""
        created = self.add(requests, now, state=OutboxState.HELD)
        if len(created) < len(requests):
            for request in requests:
                values = {k: v for k, v in outbox_row(request, now, OutboxState.HELD).items() if k in _DRAFT}
                self._connection.execute(
                    _REDRAFT,
                    values
                    | {
                        "of_subject": request.subject,
                        "of_kind": request.kind,
                        "of_revision": request.revision,
                    },
                )
        return created

    def _message_id(self, row: Any) -> str:
        """The Message-ID of a row: the same whenever it is sent, so a repeat can be recognised. Keyed, so that
        nobody can make up a delivery report about a notice that he has not seen.
        """
        return self._id_of(row.id, row.subject, row.kind, row.revision, row.recipient)

    def _id_of(self, entry_id: int, *said: str) -> str:
        check = hmac.new(self._key or b"maild", "\0".join((str(entry_id), *said)).encode(), hashlib.sha256)
        return f"<maild.{entry_id}.{check.hexdigest()[:16]}@{self._domain}>"

    def own_id(self, entry: OutboxEntry) -> str:
        """The Message-ID of a row when it goes by itself, or leads."""
        request = entry.request
        return self._id_of(entry.id, request.subject, request.kind, request.revision, request.recipient)

    def lease_time(self, steady: datetime) -> datetime:
        """What leases are measured by. PostgreSQL: the database's clock, since hosts differ. SQLite lies on one host,
        whose clock may be set at any moment: the caller's, which goes by the seconds that passed.
        """
        return steady if self._connection.dialect.name == "sqlite" else database_now(self._connection)

    def claim(
        self, limit: int, now: datetime, lease_seconds: float, owner: str, *, lease_now: datetime | None = None
    ) -> list[OutboxEntry]:
        """Lease up to `limit` rows that are free, most urgent first; no two callers get the same one.

        lease_now: by the clock that leases go by (`lease_time`); now where it is not given
        """
        started = lease_now or now
        lease = started + timedelta(seconds=lease_seconds)
        asked = {"most": limit, "free_at": lease, "lease_owner": owner, **free_when(now, NOTICE_CAP, started)}
        claimed = [outbox_entry(row) for row in _CLAIM.rows(self._connection, asked)]
        return sorted(claimed, key=lambda entry: (entry.priority, entry.id))

    def begin(self, entry_ids: Sequence[int], owner: str, message_id: str) -> bool:
        """From now on these may leave, as one mail of that Message-ID. False where another process has one of them
        by now: then none of them is begun, and those that are still the caller's wait again.
        """
        asked = {"ids": list(entry_ids), "holder": owner, "message_id": message_id}
        begun = _BEGIN.scalars(self._connection, asked)
        if len(begun) == len(entry_ids):
            return True
        for entry_id in begun:
            row = _BY_ID.rows(self._connection, {"at_id": entry_id})[0]
            values = {"state": OutboxState.WAITING, "free_at": row.not_before, "lease_owner": ""}
            _CHANGE.change(self._connection, [values | {"at_id": entry_id, "message_id": self._message_id(row)}])
        return False

    def unbegin(self, entry_ids: Sequence[int], owner: str) -> None:
        """They did not leave: still the owner's, as before they were begun."""
        _UNBEGIN.change(self._connection, [{"ids": list(entry_ids), "holder": owner}])

    def standing(self, entry_ids: Sequence[int], owner: str) -> dict[int, OutboxState]:
        """The states of those rows that nobody else has taken since this owner claimed them; doubt takes nothing."""
        rows = _STANDING.rows(self._connection, {"ids": list(entry_ids), "holder": owner})
        return {row.id: row.state for row in rows}

    def doubt(self, lease_now: datetime) -> list[OutboxEntry]:
        """What was begun by a process that died, or fell silent: it is in doubt from now on. Returns these rows."""
        asked = free_when(lease_now, NOTICE_CAP, lease_now)
        found = _DOUBT.rows(self._connection, {name: asked[name] for name in ("lease_now", "lease_far")})
        return sorted(map(outbox_entry, found), key=lambda entry: entry.id)

    def mark(
        self,
        entry_id: int,
        state: OutboxState,
        *,
        now: datetime,
        reply: str = "",
        message_id: str = "",
        not_before: datetime | None = None,
        attempts: int | None = None,
        copy: str = "",
    ) -> None:
        """Write down what became of a row; WAITING puts it back, to be claimed from `not_before` on.

        Raises NotFound.
        """
        values: dict[str, Any] = {"state": state, "lease_owner": "", "free_at": None}
        if state is OutboxState.WAITING:
            values["free_at"] = not_before or now
        if state is OutboxState.SENT:
            values["sent"] = now
        given = {"reply": reply, "message_id": message_id, "not_before": not_before, "copy": copy}
        values |= {name: value for name, value in given.items() if value}
        if attempts is not None:
            values["attempts"] = attempts
        if _CHANGE.change(self._connection, [values | {"at_id": entry_id}]) != 1:
            raise NotFound(SAY("no_outbox_row", id=entry_id))

    def postpone(self, entry_ids: Sequence[int], until: datetime) -> None:
        """Those of them that wait are not claimed before then."""
        if entry_ids:
            asked = {"ids": list(entry_ids), "until": until, "moment": until}
            self._connection.execute(_POSTPONE, asked)

    def reserve(self, entry_id: int, until: datetime, owner: str, *, seen: datetime) -> bool:
        """Claim this waiting row until then; False if another process was faster since it was read.

        seen: its `not_before` when it was read
        """
        asked = {"at_id": entry_id, "seen": seen, "free_at": until, "lease_owner": owner}
        return _RESERVE.row(self._connection, asked) is not None

    def owners(self) -> list[str]:
        """Who holds leases at present (run out or not)."""
        held = sa.select(o.lease_owner).where(o.free_at.is_not(None), o.lease_owner != "").distinct()
        return list(self._connection.scalars(held))

    def free(self, owner: str, now: datetime) -> int:
        """End the leases of an owner that is known to be dead; returns how many. What it had begun to send is not
        free: `doubt` finds it.
        """
        held = sa.update(outbox).where(o.lease_owner == owner)
        waiting = held.where(o.state == OutboxState.LEASED).values(state=OutboxState.WAITING, free_at=now)
        freed = self._connection.execute(waiting.values(lease_owner="")).rowcount
        begun = held.where(o.state == OutboxState.SENDING).values(free_at=EPOCH, lease_owner="")
        return freed + self._connection.execute(begun).rowcount

    def get(self, entry_id: int) -> OutboxEntry | None:
        """The row of that id."""
        row = _BY_ID.row(self._connection, {"at_id": entry_id})
        return outbox_entry(row) if row else None

    def find(self, *, state: OutboxState | None = None, number: str = "", limit: int = 100) -> list[OutboxEntry]:
        """Newest first."""
        statement = sa.select(outbox).order_by(o.id.desc()).limit(limit)
        if state is not None:
            statement = statement.where(o.state == state)
        if number:
            statement = statement.where(o.number == number)
        return [outbox_entry(row) for row in self._connection.execute(statement)]

    def failed_since(self, since: datetime) -> list[OutboxEntry]:
        """Failed notices whose last failing was then or later, oldest first."""
        j = journal.c
        of_late = sa.select(j.outbox_id).where(
            j.what == "notice", j.after == OutboxState.FAILED.value, j.at >= since, j.outbox_id.is_not(None)
        )
        statement = sa.select(outbox).where(o.state == OutboxState.FAILED, o.id.in_(of_late)).order_by(o.id)
        return [outbox_entry(row) for row in self._connection.execute(statement)]

    def of_message(self, message_id: str) -> OutboxEntry | None:
        """The row that was sent with that Message-ID (rows merged into it carry it as well)."""
        return next(iter(self.parts_of(message_id)), None)

    def parts_of(self, message_id: str) -> list[OutboxEntry]:
        """All rows that went in the mail of that Message-ID, the leading one first."""
        if not message_id:
            return []
        entries = [outbox_entry(row) for row in _OF_MESSAGE.rows(self._connection, {"message": message_id})]
        return sorted(entries, key=lambda entry: (entry.state is OutboxState.MERGED, entry.id))

    def opened(self, entry_ids: Sequence[int], at: datetime) -> None:
        """The recipient's mail program said that these were shown; the first time counts."""
        shown = sa.update(outbox).where(o.id.in_(entry_ids), o.opened.is_(None)).values(opened=at)
        if entry_ids:
            self._connection.execute(shown)

    def of_mail(self, mail_id: int) -> list[OutboxEntry]:
        """All rows that a mail caused, drafts included, oldest first."""
        return [outbox_entry(row) for row in _OF_MAIL.rows(self._connection, {"mail": mail_id})]

    def of_mails(self, mail_ids: Sequence[int]) -> list[OutboxEntry]:
        """The same of several mails."""
        found: list[OutboxEntry] = []
        for some in chunks(mail_ids):
            found += map(outbox_entry, _OF_MAILS.rows(self._connection, {"mails": some}))
        return found

    def of_subject(self, subject: str) -> list[OutboxEntry]:
        """All rows of that subject, oldest first."""
        return [outbox_entry(row) for row in _OF_SUBJECT.rows(self._connection, {"about": subject})]

    def waiting_to(self, recipients: Sequence[str]) -> list[OutboxEntry]:
        """All rows that wait for these recipients (not those being sent), oldest first."""
        entries: list[OutboxEntry] = []
        for some in chunks(recipients):
            entries += [outbox_entry(row) for row in _WAITING_TO.rows(self._connection, {"recipients": some})]
        return sorted(entries, key=lambda entry: entry.id)

    def sent_since(self, since: datetime, *, recipient: str = "", until: datetime = END_OF_TIME) -> int:
        """How many mails went out since then, to that recipient or to all."""
        asked = {"since": since, "until": until}
        if not recipient:
            return self._connection.execute(SENT_SINCE, asked).scalar_one()
        return self._connection.execute(SENT_TO_SINCE, asked | {"to": recipient}).scalar_one()

    def kinds_since(self, since: datetime) -> dict[NoticeKind, int]:
        """How many notices of each kind went out since then."""
        return {kind: int(count) for kind, count in self._connection.execute(KINDS_SINCE, {"since": since})}

    def count_since(self, recipient: str, kinds: Sequence[NoticeKind], since: datetime) -> int:
        """How many notices of these kinds were written to the address since then, sent or waiting."""
        asked = {"to": recipient, "kinds": tuple(kinds), "since": since}
        return int(WRITTEN_SINCE.scalars(self._connection, asked)[0])

    def count_strangers(self, kinds: Sequence[NoticeKind], since: datetime) -> int:
        """How many notices of these kinds went to nobody known since then, or are still to go."""
        return int(WRITTEN_TO_STRANGERS.scalars(self._connection, {"kinds": tuple(kinds), "since": since})[0])

    def sent_to(self, recipients: Sequence[str], since: datetime, until: datetime = END_OF_TIME) -> dict[str, int]:
        """How many mails went out since then, by recipient; who got none is not named."""
        counts: dict[str, int] = {}
        for some in chunks(recipients):
            rows = SENT_TO.rows(self._connection, {"recipients": some, "since": since, "until": until})
            counts.update((recipient, count) for recipient, count in rows)
        return counts

    def about(self, numbers: Sequence[str]) -> list[OutboxEntry]:
        """All rows about these transactions, oldest first."""
        entries: list[OutboxEntry] = []
        for some in chunks(numbers):
            entries += [outbox_entry(row) for row in _ABOUT.rows(self._connection, {"numbers": some})]
        return sorted(entries, key=lambda entry: entry.id)

    def thread(self, number: str) -> list[str]:
        """Message-IDs already sent about the transaction, oldest first (for References)."""
        if not number:
            return []
        return list(dict.fromkeys(self._connection.scalars(_THREAD, {"about": number})))
