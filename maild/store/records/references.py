"""Which blobs the database speaks of, a sixteenth at a time: there may be millions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.records.held_bytes import BYTES, GIVEN_UP, SOUGHT, Holder, Referred
from maild.store.schema.tables import document, journal, mail, outbox
from maild.store.schema.tables_money import invoice
from maild.store.schema.tables_privacy import blob_part
from maild.store.schema.tables_service import fresh_copy

PARTS = "0123456789abcdef"  # first digits of names
_CHUNK = 1000
_SAID = (
    sa.select(journal.c.after, journal.c.data)
    .where(journal.c.what == BYTES, journal.c.after.in_((GIVEN_UP, SOUGHT)))
    .order_by(journal.c.id)
)


class SqlReferences:
    """Which blobs are spoken of."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def within(self, part: str) -> Iterator[Referred]:
        """Every reference to a blob whose name begins with `part`, mails first; a blob may come several times."""
        lost = self.given_up()
        return (replace(one, given_up=True) if one.sha256 in lost else one for one in self._within(part))

    def given_up(self) -> set[str]:
        """Blobs that staff said are lost for good, as the last word about each is."""
        lost: set[str] = set()
        for row in self._connection.execute(_SAID):
            names = row.data.get("given_up", ())
            lost = lost | {*names} if row.after == GIVEN_UP else lost - {*names}
        return lost

    def _within(self, part: str) -> Iterator[Referred]:
        yield from self._of(
            Holder.MAIL, mail.c.sha256, part, mail.c.id, mail.c.size, mail.c.id, mail.c.erased.is_(None)
        )
        yield from self._of(
            Holder.DOCUMENT, document.c.sha256, part, document.c.id, document.c.size, document.c.mail_id
        )
        yield from self._of(Holder.INVOICE, invoice.c.sha256, part, invoice.c.id, sa.null(), sa.null())
        no_file = sa.exists().where(fresh_copy.c.name == outbox.c["copy"])
        yield from self._of(Holder.COPY, outbox.c["copy"], part, outbox.c.id, sa.null(), sa.null(), ~no_file)
        yield from self._of(Holder.PART, blob_part.c.part, part, sa.literal(0), sa.null(), sa.null())
        files = sa.select(outbox.c.id, outbox.c.documents).where(sa.cast(outbox.c.documents, sa.Text) != "[]")
        for row in self._connection.execute(files):
            for sha256, _ in row.documents:
                if sha256.startswith(part):
                    yield Referred(sha256=sha256, holder=Holder.NOTICE, id=row.id)

    def _of(
        self,
        holder: Holder,
        name: sa.Column[Any],
        part: str,
        id_: Any,
        size: Any,
        mail_id: Any,
        *also: sa.ColumnElement[bool],
    ) -> Iterator[Referred]:
        beyond = chr(ord(part[-1]) + 1)
        statement = (
            sa.select(name.label("sha256"), id_.label("id"), size.label("size"), mail_id.label("mail_id"))
            .where(name >= part, name < part[:-1] + beyond, *also)
            .execution_options(yield_per=_CHUNK)
        )
        for row in self._connection.execute(statement):
            yield Referred(sha256=row.sha256, holder=holder, id=row.id, size=row.size, mail_id=row.mail_id or 0)
