"""By what mails are known again: the marks of their seals (maild.domain.incoming.trust.Seal)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.store._sql import any_of, chunks, insert_if_new
from maild.store.prepared import Prepared
from maild.store.schema.tables_service import mail_mark

m = mail_mark.c

_THESE = Prepared(sa.select(m.mark, m.mail_id).where(m.mark.in_(any_of("marks"))))


class SqlMarks:
    """By what mails are known again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, marks: Mapping[str, int]) -> None:
        """Remember which mail bore each mark; one that is known stays the first one's."""
        if marks:
            rows = [{"mark": mark, "mail_id": mail_id} for mark, mail_id in marks.items()]
            self._connection.execute(insert_if_new(self._connection.dialect.name, mail_mark, "mark"), rows)

    def first(self, marks: Sequence[str]) -> dict[str, int]:
        """The first mail that bore each mark; one that no mail bore is not named."""
        found: dict[str, int] = {}
        for some in chunks(marks):
            found |= {row.mark: row.mail_id for row in _THESE.rows(self._connection, {"marks": some})}
        return found
