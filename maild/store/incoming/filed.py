"""Where filed mails lie: folders that maild moves settled mail into, looked through for mail that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.incoming.mail import MailKey
from maild.domain.records.privacy import Sort, keyed
from maild.store._sql import any_of, chunks, insert
from maild.store.schema.tables import MESSAGE_ID_LIMIT, mail, mail_location
from maild.store.schema.tables_backup import store_identity
from maild.store.schema.types import key_text

_ALIKE = sa.select(mail.c.id, mail.c.message_id, mail.c.size, mail.c.received).where(
    mail.c.message_id.in_(any_of("messages"))
)


class SqlFiled:
    """Folders that maild moves settled mail into."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def alike(self, message_ids: Sequence[str]) -> dict[tuple[str, int, datetime | None], int]:
        """Stored mails with these Message-IDs: (Message-ID, size, INTERNALDATE) → id. Of those that were erased, the
        keyed hash is kept.
        """
        said = {key_text(message_id, MESSAGE_ID_LIMIT): message_id for message_id in message_ids if message_id}
        if secret := self._connection.execute(sa.select(store_identity.c.secret)).scalar():
            said |= {keyed(secret, Sort.MAIL, stored): message_id for stored, message_id in list(said.items())}
        found: dict[tuple[str, int, datetime | None], int] = {}
        for some in chunks(said):
            for row in self._connection.execute(_ALIKE, {"messages": some}):
                found[said[row.message_id], row.size, row.received] = row.id
        return found

    def place(self, places: Sequence[tuple[MailKey, int, int]]) -> None:
        """Record that known mails (id, size in bytes) lie at these keys, where nothing is left to do with them."""
        rows = [
            {
                "mailbox": key.mailbox,
                "uidvalidity": key.uidvalidity,
                "uid": key.uid,
                "mail_id": mail_id,
                "skip_reason": "",
                "size": size,
                "filed": True,
            }
            for key, mail_id, size in places
        ]
        if rows:
            statement = insert(self._connection.dialect.name, mail_location)
            self._connection.execute(statement.on_conflict_do_nothing(), rows)
