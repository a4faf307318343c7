"""By what a mail is known again: the first bearer stays, and goes with its mail; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from maild.domain.incoming.mail import MailKey
from maild.domain.records.journal import NewMail
from maild.store.schema.tables import mail
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ONE, TWO, THREE = "1" * 64, "2" * 64, "3" * 64


def test_the_first_bearer_stays(store: Store) -> None:
    """A mark belongs to the mail that bore it first, until that mail is purged."""
    with store.begin() as uow:
        mails = [NewMail(key=MailKey("office/INBOX", 1, n), sha256=f"{n}" * 64, size=1) for n in (1, 2)]
        first, second = (stored.mail_id for stored in uow.mails.add(mails, now=NOW))
        uow.marks.add({ONE: first, TWO: first})
        uow.marks.add({TWO: second, THREE: second})
        uow.marks.add({})
    with store.begin() as uow:
        assert uow.marks.first([ONE, TWO, THREE, "4" * 64]) == {ONE: first, TWO: first, THREE: second}
        assert uow.marks.first([]) == {}
        uow._connection.execute(sa.delete(mail).where(mail.c.id == first))
        assert uow.marks.first([ONE, TWO, THREE]) == {THREE: second}
