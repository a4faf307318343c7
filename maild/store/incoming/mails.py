"""Mailboxes and mails: how far a folder is read, what was stored, what waits, where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import NotFound, StaleVersion
from maild.domain.incoming.mail import MailKey
from maild.domain.operation.waits import MAIL_CAP
from maild.domain.records.journal import (
    VANISHED,
    MailboxCounts,
    MailRecord,
    MailStatus,
    NewMail,
    Settled,
    Skipped,
    Stored,
)
from maild.store._sql import any_of, chunks, contains, database_now, free_when, is_free
from maild.store.incoming.mail_rows import (
    IDENTITY,
    RECORD,
    identity_of,
    insert_location,
    insert_mail,
    location_of,
    mail_record,
    new_row,
)
from maild.store.incoming.mailboxes import SqlMailboxes
from maild.store.incoming.turns import taken, turns
from maild.store.prepared import Prepared
from maild.store.schema.tables import mail, mail_location, mailbox_state
from maild.store.schema.types import EPOCH
from maild.store.texts import SAY

# Statuses after which a mail may be moved on the server. A shunted mail stays where it is, for staff to see.
FILED_STATUSES = (MailStatus.SETTLED, MailStatus.REVIEW, MailStatus.IGNORED)

_BY_CONTENT = sa.select(*IDENTITY).where(mail.c.sha256.in_(any_of("digests")))
_BY_ID = sa.select(*RECORD).where(mail.c.id == sa.bindparam("at_id"))
_BY_IDS = sa.select(*RECORD).where(mail.c.id.in_(any_of("ids")))
_BY_MESSAGE_ID = sa.select(*RECORD).where(mail.c.message_id == sa.bindparam("message")).order_by(mail.c.id).limit(1)
_CHANGE = sa.update(mail).where(mail.c.id == sa.bindparam("at_id"))
_CHANGE_IF = _CHANGE.where(mail.c.status == sa.bindparam("expected"))
# The free mails, each sender in turn; those that another process is claiming at this moment are stepped over.
_FREE = (
    sa.select(mail.c.id)
    .where(is_free(mail.c.free_at, mail.c.lease_owner != ""))
    .order_by(mail.c.turn, mail.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
    .cte("picked")
)
# Kept from others till commit (SQLite has one writer anyway, and no such clause).
_HOLD = Prepared(
    sa.select(mail.c.id)
    .where(
        mail.c.id.in_(any_of("ids")), mail.c.status == MailStatus.PENDING, mail.c.lease_owner == sa.bindparam("owner")
    )
    .order_by(mail.c.id)
    .with_for_update()
)
_WAKE = Prepared(
    sa.update(mail)
    .where(mail.c.id.in_(any_of("ids")), mail.c.free_at.is_not(None), mail.c.lease_owner == "")
    .values(free_at=EPOCH)
)
_CLAIM = Prepared(sa.update(mail).where(mail.c.id.in_(sa.select(_FREE.c.id))).returning(*RECORD))


class SqlMails:
    """Mails that were taken in, and their turn."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- intake ------------------------------------------------------------------------------------

    def add(
        self, mails: Sequence[NewMail], skipped: Sequence[Skipped] = (), now: datetime | None = None
    ) -> list[Stored]:
        """Record mails and skipped UIDs in a few statements; idempotent, answers in the order given.

        `now` is when they count as stored (default: the database's clock).
        """
        known: dict[tuple[str, str], tuple[int, MailStatus]] = {}
        fresh: set[tuple[str, str]] = set()
        if mails:
            known = self._insert_mails(mails, now or database_now(self._connection))
            fresh = set(known)
            known |= self._known([m for m in mails if identity_of(m) not in known])
        located = [location_of(m.key, known[identity_of(m)], m.size) for m in mails]
        located += [location_of(s.key, None, s.size, reason=s.reason) for s in skipped]
        if located:
            self._insert_locations(located)
        stored = []
        for item in mails:
            identity = identity_of(item)
            stored.append(Stored(mail_id=known[identity][0], key=item.key, fresh=identity in fresh))
            fresh.discard(identity)  # the same mail twice in one batch is fresh once
        return stored

    def _insert_mails(self, mails: Sequence[NewMail], now: datetime) -> dict[tuple[str, str], tuple[int, MailStatus]]:
        """Insert those that are new; returns these, by identity."""
        due = turns(self._connection, [m.sender for m in mails])
        new = [new_row(m, now) | {"turn": turn} for m, turn in zip(mails, due, strict=True)]
        rows = self._connection.execute(insert_mail(self._connection.dialect.name), new)
        return {(row.sha256, row.message_id): (row.id, row.status) for row in rows}

    def _known(self, mails: Iterable[NewMail]) -> dict[tuple[str, str], tuple[int, MailStatus]]:
        """Mails stored before, by identity."""
        known: dict[tuple[str, str], tuple[int, MailStatus]] = {}
        for some in chunks(m.sha256 for m in mails):
            for row in self._connection.execute(_BY_CONTENT, {"digests": some}):
                known[row.sha256, row.message_id] = (row.id, row.status)
        return known

    def _insert_locations(self, rows: list[dict[str, Any]]) -> None:
        """Insert; a known UID changes only if it was skipped and is stored now, or was VANISHED and is there."""
        self._connection.execute(insert_location(self._connection.dialect.name), rows)

    def uids(self, mailbox: str, uidvalidity: int, *, vanished: bool = True, after: int = 0) -> list[int]:
        """Every UID above `after` recorded for the folder, stored or skipped, ascending: one side of the balance sheet.

        `vanished` False leaves out those skipped as VANISHED: where the server lists them still, they are missing.
        """
        statement = sa.select(mail_location.c.uid).where(*_in(mailbox, uidvalidity), mail_location.c.uid > after)
        if not vanished:
            statement = statement.where(mail_location.c.skip_reason != VANISHED)
        return list(self._connection.scalars(statement.order_by(mail_location.c.uid)))

    def taken(self, since: datetime, short: int) -> list[tuple[str, bool, int]]:
        """(sender, whether longer than `short`, bytes together) of the mails that were stored since then."""
        return taken(self._connection, since, short)

    def arm(self, mailbox: str, after_uid: int) -> int:
        """Turn the folder's baseline mails above `after_uid` into pending ones; returns how many."""
        state = SqlMailboxes(self._connection).state(mailbox)
        if state is None:
            return 0
        above = (*_in(mailbox, state.uidvalidity), mail_location.c.uid > after_uid)
        located = sa.select(mail_location.c.mail_id).where(*above, mail_location.c.mail_id.is_not(None))
        turned = (
            sa.update(mail)
            .where(mail.c.status == MailStatus.BASELINE, mail.c.id.in_(located))
            .values(status=MailStatus.PENDING, reason="", settled=None, free_at=EPOCH, lease_owner="")
            .returning(mail.c.id)
        )
        ids = list(self._connection.scalars(turned))
        for some in chunks(ids):
            unfiled = sa.update(mail_location).where(mail_location.c.mail_id.in_(some)).values(filed=False)
            self._connection.execute(unfiled)
        return len(ids)

    # -- the queue ---------------------------------------------------------------------------------

    def claim(
        self, limit: int, now: datetime, lease_seconds: float, owner: str, *, lease_now: datetime | None = None
    ) -> list[MailRecord]:
        """Take up to `limit` pending mails whose lease is free for `owner`: the oldest of all, but each sender in turn,
        so that nobody's thousand mails keep another's one waiting. Answers in the order of arrival.

        A mail whose thread (same sender) has an earlier one leased elsewhere may still be claimed:
        order per transaction is kept by versions on the transactions.
        """
        started = lease_now or now
        lease = started + timedelta(seconds=lease_seconds)
        asked = {"most": limit, "free_at": lease, "lease_owner": owner, **free_when(now, MAIL_CAP, started)}
        return sorted(map(mail_record, _CLAIM.rows(self._connection, asked)), key=lambda record: record.id)

    def owners(self) -> list[str]:
        """Who holds leases at present (run out or not)."""
        held = sa.select(mail.c.lease_owner).where(mail.c.free_at.is_not(None), mail.c.lease_owner != "").distinct()
        return list(self._connection.scalars(held))

    def free(self, owner: str) -> int:
        """End the leases of an owner that is known to be dead; returns how many."""
        held = (mail.c.lease_owner == owner, mail.c.free_at.is_not(None))
        freed = sa.update(mail).where(*held).values(free_at=EPOCH, lease_owner="")
        return self._connection.execute(freed).rowcount

    def release(self, mail_id: int, *, not_before: datetime, error: str, attempts: int) -> None:
        """Give a pending mail back, to be claimed again from `not_before` on."""
        self._update(
            mail_id,
            MailStatus.PENDING,
            free_at=not_before,
            lease_owner="",
            error=error,
            attempts=attempts,
        )

    def wake(self, mail_ids: Sequence[int]) -> None:
        """Let pending mails that nobody leases be claimed at once, whatever they were put back until."""
        _WAKE.change(self._connection, [{"ids": list(mail_ids)}])

    def settle(
        self,
        mail_id: int,
        status: MailStatus,
        *,
        kind: str,
        rule: str,
        reason: str,
        now: datetime,
        expected: MailStatus | None = None,
    ) -> None:
        """Give a mail its final status. Raises StaleVersion where it is not (or no longer) `expected`:
        processing expects PENDING, so that two processes never act on one mail after a lease ran out.
        """
        done = self._update(
            mail_id,
            expected,
            status=status,
            kind=kind,
            rule=rule,
            reason=reason,
            settled=now,
            error="",
            free_at=None,
            lease_owner="",
        )
        if not done:
            raise StaleVersion(SAY("mail_settled", id=mail_id, status=expected or "there"))

    def hold(self, mail_ids: Sequence[int], owner: str) -> set[int]:
        """Those that are still pending and leased by `owner`; nobody else can change them till commit."""
        held: set[int] = set()
        for some in chunks(mail_ids):
            held |= set(_HOLD.scalars(self._connection, {"ids": some, "owner": owner}))
        return held

    def settle_many(self, settled: Sequence[Settled], now: datetime) -> None:
        """Give the mails of a batch, which are held, their final status."""
        if settled:
            done = {"settled": now, "error": "", "free_at": None, "lease_owner": ""}
            rows = [
                {"at_id": s.mail_id, "status": s.status, "kind": s.kind, "rule": s.rule, "reason": s.reason, **done}
                for s in settled
            ]
            self._connection.execute(_CHANGE, rows)

    def shunt(self, mail_id: int, *, error: str, now: datetime) -> bool:
        """Take a mail that cannot be processed out of the queue, with its traceback; False if it is settled."""
        pending = MailStatus.PENDING
        return self._update(
            mail_id, pending, status=MailStatus.SHUNTED, error=error, settled=now, free_at=None, lease_owner=""
        )

    def replay(self, mail_id: int) -> None:
        """Put a mail back into the queue, as if it had just come. Raises NotFound."""
        done = self._update(
            mail_id,
            None,
            status=MailStatus.PENDING,
            attempts=0,
            error="",
            settled=None,
            free_at=EPOCH,
            lease_owner="",
        )
        if not done:
            raise NotFound(SAY("no_mail", id=mail_id))
        located = sa.update(mail_location).where(mail_location.c.mail_id == mail_id).values(filed=False)
        self._connection.execute(located)

    def _update(self, mail_id: int, expected: MailStatus | None, **values: Any) -> bool:
        """Set the values, if the mail is there and in the status that is expected."""
        if expected is None:
            return self._connection.execute(_CHANGE, values | {"at_id": mail_id}).rowcount == 1
        asked = values | {"at_id": mail_id, "expected": expected}
        return self._connection.execute(_CHANGE_IF, asked).rowcount == 1

    # -- look-ups ----------------------------------------------------------------------------------

    def get(self, mail_id: int) -> MailRecord:
        """Raises NotFound."""
        row = self._connection.execute(_BY_ID, {"at_id": mail_id}).first()
        if row is None:
            raise NotFound(SAY("no_mail", id=mail_id))
        return mail_record(row)

    def get_many(self, mail_ids: Sequence[int]) -> list[MailRecord]:
        """Those that exist, in the order asked for."""
        found: dict[int, MailRecord] = {}
        for some in chunks(mail_ids):
            found |= {row.id: mail_record(row) for row in self._connection.execute(_BY_IDS, {"ids": some})}
        return [found[mail_id] for mail_id in dict.fromkeys(mail_ids) if mail_id in found]

    def locations(self, mail_id: int) -> list[MailKey]:
        """Everywhere the mail was seen."""
        columns = (mail_location.c.mailbox, mail_location.c.uidvalidity, mail_location.c.uid)
        rows = self._connection.execute(sa.select(*columns).where(mail_location.c.mail_id == mail_id))
        return sorted(MailKey(*row) for row in rows)

    def known_message(self, message_id: str) -> MailRecord | None:
        """The first mail stored with that Message-ID."""
        if not message_id:
            return None
        row = self._connection.execute(_BY_MESSAGE_ID, {"message": message_id}).first()
        return mail_record(row) if row else None

    def find(
        self, *, status: MailStatus | None = None, text: str = "", limit: int = 100, before: int | None = None
    ) -> list[MailRecord]:
        """Newest first; `text` is looked for in sender and subject; `before` pages on by id."""
        statement = sa.select(*RECORD).order_by(mail.c.id.desc()).limit(limit)
        if status is not None:
            statement = statement.where(mail.c.status == status)
        if before is not None:
            statement = statement.where(mail.c.id < before)
        if text:
            statement = statement.where(contains(text, mail.c.sender, mail.c.subject))
        return [mail_record(row) for row in self._connection.execute(statement)]

    def of_sender(self, sender: str, limit: int) -> list[MailRecord]:
        """Newest first, of exactly that address."""
        statement = sa.select(*RECORD).where(mail.c.sender == sender).order_by(mail.c.id.desc()).limit(limit)
        return [mail_record(row) for row in self._connection.execute(statement)]

    # -- filing on the server ----------------------------------------------------------------------

    def unfiled(self, mailbox: str, uidvalidity: int, limit: int) -> list[tuple[int, MailStatus]]:
        """UIDs whose mail is settled but not yet filed on the server, with the mail's status."""
        statement = (
            sa.select(mail_location.c.uid, mail.c.status)
            .join(mail, mail.c.id == mail_location.c.mail_id)
            .where(*_in(mailbox, uidvalidity), mail_location.c.filed == sa.false(), mail.c.status.in_(FILED_STATUSES))
            .order_by(mail_location.c.uid)
            .limit(limit)
        )
        return [(row.uid, row.status) for row in self._connection.execute(statement)]

    def mark_filed(self, mailbox: str, uidvalidity: int, uids: Sequence[int]) -> None:
        """The server did it: these need no more filing."""
        for some in chunks(uids):
            where = (*_in(mailbox, uidvalidity), mail_location.c.uid.in_(some))
            self._connection.execute(sa.update(mail_location).where(*where).values(filed=True))

    # -- the balance sheet -------------------------------------------------------------------------

    def counts(self) -> list[MailboxCounts]:
        """For each mailbox under its present UIDVALIDITY: stored, skipped by reason, mails by status."""
        by_status: dict[str, dict[MailStatus, int]] = {}
        for row in self._connection.execute(_count(mail.c.status, joined=True)):
            by_status.setdefault(row.mailbox, {})[row.status] = row.number
        skipped: dict[str, dict[str, int]] = {}
        for row in self._connection.execute(_count(mail_location.c.skip_reason, joined=False)):
            skipped.setdefault(row.mailbox, {})[row.skip_reason] = row.number
        return [
            MailboxCounts(
                mailbox=state.mailbox,
                stored=sum(by_status.get(state.mailbox, {}).values()),
                skipped=MappingProxyType(skipped.get(state.mailbox, {})),
                by_status=MappingProxyType(by_status.get(state.mailbox, {})),
                last_uid=state.last_uid,
                uidvalidity=state.uidvalidity,
            )
            for state in SqlMailboxes(self._connection).all()
        ]


def _in(mailbox: str, uidvalidity: int) -> tuple[sa.ColumnElement[bool], ...]:
    return mail_location.c.mailbox == mailbox, mail_location.c.uidvalidity == uidvalidity


def _count(column: sa.Column[Any], *, joined: bool) -> sa.Select[Any]:
    """Locations counted by mailbox and `column`, under the present UIDVALIDITY of each mailbox."""
    statement = sa.select(mail_location.c.mailbox, column, sa.func.count().label("number")).join(
        mailbox_state,
        (mailbox_state.c.mailbox == mail_location.c.mailbox)
        & (mailbox_state.c.uidvalidity == mail_location.c.uidvalidity),
    )
    if joined:
        statement = statement.join(mail, mail.c.id == mail_location.c.mail_id)
    else:
        statement = statement.where(mail_location.c.mail_id.is_(None))
    return statement.group_by(mail_location.c.mailbox, column)
