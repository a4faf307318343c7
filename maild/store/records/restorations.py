"""What was brought back from a backup, and what is held because of it."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import MailStatus
from maild.domain.records.restoration import PERHAPS_SENT, Restoration
from maild.store._sql import insert_if_new
from maild.store.schema.tables import mail, outbox
from maild.store.schema.tables_backup import restoration, store_identity

GAP = 10_000  # numbers left out: rows of the lost time had them, and other systems may know them
_NAMES = tuple(each.name for each in fields(Restoration))
_LATEST = sa.select(*(restoration.c[name] for name in _NAMES)).order_by(restoration.c.id.desc()).limit(1)
_FURTHER = "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ?"
_SEQUENCES = (
    "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) FROM pg_sequences "
    "WHERE schemaname = current_schema()"
)
_UNSENT = (OutboxState.WAITING, OutboxState.LEASED, OutboxState.SENDING)


class SqlRestorations:
    """What was brought back from a backup, and what is held because of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def latest(self) -> Restoration | None:
        """The last one."""
        row = self._connection.execute(_LATEST).first()
        return Restoration(**row._mapping) if row else None

    def add(self, made: Restoration) -> int:
        """Write one down; returns its id."""
        values = {name: getattr(made, name) for name in _NAMES if name != "id"}
        return int(
            self._connection.execute(sa.insert(restoration).values(values).returning(restoration.c.id)).scalar_one()
        )

    def timed(self, restoration_id: int) -> None:
        """What time brings has been looked at: from now on its notices go out."""
        self._connection.execute(sa.update(restoration).where(restoration.c.id == restoration_id).values(timed=True))

    def hold_waiting(self, reason: str) -> list[int]:
        """Hold every notice that waits to be sent, or was being sent; returns their ids."""
        held: dict[str, Any] = {"state": PERHAPS_SENT, "reply": reason, "free_at": None, "lease_owner": ""}
        statement = sa.update(outbox).where(outbox.c.state.in_(_UNSENT)).values(held).returning(outbox.c.id)
        return sorted(self._connection.scalars(statement))

    def recover_pending(self) -> int:
        """Mails that wait to be processed may have been: what they would send is held. Returns how many."""
        pending = sa.update(mail).where(mail.c.status == MailStatus.PENDING)
        return self._connection.execute(pending.values(recovered=True, lease_owner="")).rowcount

    def skip_numbers(self) -> None:
        """Let new rows begin GAP numbers further on: those between may stand in mails and in other systems."""
        run = self._connection.exec_driver_sql
        if self._connection.dialect.name == "sqlite":
            from maild.store.schema.whole import metadata

            for name, table in metadata.tables.items():
                if table.dialect_options["sqlite"]["autoincrement"] and not run(_FURTHER, (GAP, name)).rowcount:
                    run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, GAP))
            return
        for name in list(run(_SEQUENCES).scalars()):
            run(f"SELECT setval('{name}', (SELECT last_value FROM {name}) + {GAP})")  # noqa: S608 (a name of its own)

    # -- whose blob folder this is -----------------------------------------------------------------

    def identity(self) -> tuple[str, datetime] | None:
        """The name of this database's blobs and when it was given; None before the first start."""
        row = self._connection.execute(sa.select(store_identity.c.identity, store_identity.c.created)).first()
        return (row.identity, row.created) if row else None

    def claim_identity(self, wanted: str, now: datetime) -> str:
        """Give the database its name, if it has none; returns the one that it has."""
        statement = insert_if_new(self._connection.dialect.name, store_identity, "one")
        self._connection.execute(statement, {"one": 1, "identity": wanted, "created": now})
        found = self.identity()
        return found[0] if found else wanted

    def empty(self) -> bool:
        """Whether no mail was ever stored."""
        return self._connection.execute(sa.select(mail.c.id).limit(1)).first() is None

    def newest(self) -> datetime | None:
        """When the last mail was stored."""
        moment: datetime | None = self._connection.execute(
            sa.select(mail.c.stored).order_by(mail.c.stored.desc()).limit(1)
        ).scalar()
        return moment

    def since(self) -> datetime | None:
        """When this database began: its name was given, or its first mail stored, or came where it was no history."""
        columns = (mail.c.stored, mail.c.received, mail.c.status)
        row = self._connection.execute(sa.select(*columns).order_by(mail.c.id).limit(1)).first()
        first = row.stored if row else None
        if row and row.received and row.status is not MailStatus.BASELINE:
            first = min(row.stored, row.received)
        found = self.identity()
        return min((moment for moment in (first, found[1] if found else None) if moment is not None), default=None)
