"""What came, what goes and what happened, as lists: mails, the outbox, the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from maild.domain.desk.listing import COUNTED, JournalFilter, MailFilter, OutboxFilter
from maild.domain.outgoing.notice import OutboxEntry, OutboxState
from maild.domain.records.journal import JournalEntry, MailRecord
from maild.store.desk.counting import plain
from maild.store.desk.listing import SLACK, Asked, Condition, SqlListing, Way, spread
from maild.store.incoming.history import line_of
from maild.store.incoming.mail_rows import RECORD, mail_record
from maild.store.outgoing.outbox_rows import outbox_entry
from maild.store.schema.tables import journal, mail, outbox

o, m, j = outbox.c, mail.c, journal.c


class SqlOutboxListing(SqlListing[OutboxFilter, OutboxEntry]):
    """Notices, newest first."""

    table = outbox
    keys = (o.id,)

    def asked(self, asked: OutboxFilter) -> Asked:
        """Kinds are asked for state by state, so that each is a range of one index."""
        where = [o.number == asked.number] if asked.number else []
        where += [o.recipient == asked.recipient.lower()] if asked.recipient else []
        if len(asked.kinds) > 1:
            where.append(o.kind.in_(asked.kinds))
        if len(asked.kinds) == 1:
            where.append(o.kind == asked.kinds[0])
        states = asked.states or (tuple(OutboxState) if asked.kinds else ())
        ways = spread(o.state, states)
        return self._finding(asked.text, where, ways) if asked.text else Asked(where=where, ways=ways)

    def _finding(self, text: str, where: Sequence[Condition], ways: Sequence[Way]) -> Asked:
        """What begins so is a range of an index: a way each, as both together would be sorted with all that is in their
        rows. Where many begin so, even one would be sorted: a page is full sooner when the list itself is walked.
        """
        numbered, written = self.begins(o.number, text), self.begins(o.recipient, text.lower())
        found = [Way(where=[*way.where, *has]) for way in ways for has in ([numbered], [sa.not_(numbered), written])]
        if not (self._many(numbered) or self._many(written)):
            return Asked(where=where, ways=found)
        either = sa.or_(numbered, written)
        if self._connection.dialect.name == "sqlite":  # which takes the index of either as soon as it can
            either = sa.or_(self.begins(plain(o.number), text), self.begins(plain(o.recipient), text.lower()))
        return Asked(where=where, ways=found, walks=[Way(where=[*way.where, either]) for way in ways])

    def _many(self, condition: Condition) -> bool:
        some = sa.select(sa.literal(1)).select_from(outbox).where(condition).limit(COUNTED + 1).subquery()
        return self._connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() > COUNTED

    def items(self, rows: Sequence[Any]) -> list[OutboxEntry]:
        """The entries of rows."""
        return [outbox_entry(row) for row in rows]

    def counts(self) -> dict[OutboxState, int]:
        """How many there are in each state, counted up to COUNTED + 1 of each."""
        parts = [
            sa.select(sa.literal(1)).select_from(outbox).where(o.state == state).limit(COUNTED + 1).subquery()
            for state in OutboxState
        ]
        sums = [sa.select(sa.func.count()).select_from(part).scalar_subquery() for part in parts]
        counts = self._connection.execute(sa.select(*sums)).one()
        return {state: count for state, count in zip(OutboxState, counts, strict=True) if count}


class SqlMailListing(SqlListing[MailFilter, MailRecord]):
    """Stored mails, newest first."""

    table = mail
    columns = RECORD
    keys = (m.id,)

    def asked(self, asked: MailFilter) -> Asked:
        """Statuses are ranges of an index."""
        where: list[Condition] = []
        if asked.sender:
            where.append(self.begins(m.sender, asked.sender.lower()))
        if asked.text:
            where.append(self.contains(asked.text, m.subject))
        if asked.rule:
            where.append(m.rule == asked.rule)
        return Asked(where=where, ways=spread(m.status, asked.statuses))

    def items(self, rows: Sequence[Any]) -> list[MailRecord]:
        """The mails of rows."""
        return [mail_record(row) for row in rows]


class SqlJournalListing(SqlListing[JournalFilter, JournalEntry]):
    """History, newest first."""

    table = journal
    keys = (j.id,)

    def asked(self, asked: JournalFilter) -> Asked:
        """Everything by number of the line: a span of time is one of numbers."""
        given = {j.number: asked.number, j.mail_id: asked.mail_id}
        where: list[Condition] = [column == value for column, value in given.items() if value not in ("", None)]
        where += self._span(asked.start, asked.end)
        if asked.actor:
            where.append(j.actor == asked.actor)
            whats = (asked.what,) if asked.what else tuple(self.whats())
            return Asked(where=where, ways=spread(j.what, whats))
        if asked.what:
            where.append(j.what == asked.what)
        return Asked(where=where)

    def _span(self, start: datetime | None, end: datetime | None) -> Sequence[Condition]:
        """start ≤ at < end, and the numbers between which such lines stand."""
        where: list[Condition] = []
        if start is not None:
            first = sa.select(j.id).where(j.at >= start - SLACK).order_by(j.at, j.id).limit(1).scalar_subquery()
            where += [j.at >= start, j.id >= first]
        if end is not None:
            last = sa.select(j.id).where(j.at < end + SLACK).order_by(j.at.desc(), j.id.desc()).limit(1)
            where += [j.at < end, j.id <= last.scalar_subquery()]
        return where

    def items(self, rows: Sequence[Any]) -> list[JournalEntry]:
        """The lines of rows."""
        return [line_of(row) for row in rows]

    def actors(self) -> list[str]:
        """Everybody who ever did something, by name."""
        return self.distinct(j.actor)

    def whats(self) -> list[str]:
        """Every word that a line has for what happened."""
        return self.distinct(j.what)
