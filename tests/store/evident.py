"""Rows that the evidence covers, and a look at what it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.accounting.ledger import Book, EntryKind, LedgerEntry, Posting
from maild.domain.incoming.decision import About, Action, Cause, Decision, Transition
from maild.domain.incoming.mail import MailKey
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.domain.records.evidence import Head, RowKind, Verified
from maild.domain.records.journal import JournalEntry, NewMail
from maild.store.records.evidence import SqlEvidence
from maild.store.schema.tables import decision, journal
from maild.store.schema.tables_evidence import evidence, evidence_act
from maild.store.schema.tables_money import ledger_entry, ledger_posting
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def an_entry(n: int) -> LedgerEntry:
    number, patron = f"N{n}", f"p{n}"
    return LedgerEntry(key=f"charge:{number}:1", kind=EntryKind.CHARGE, reason=f"the fee of patron {n}", postings=(
        Posting(book=Book.RECEIVABLE, amount=Money.of(n), patron_id=patron, number=number),
        Posting(book=Book.INCOME, amount=Money.of(-n), patron_id=patron, number=number),
    ))  # fmt: skip


def a_decision(n: int) -> Decision:
    return Decision(action=Action.APPLY, cause=Cause.NONE, reasons=(f"said by patron {n}",),
                    about=About(kind=Kind.SHIPPED, rule="21-shipped", transactions=(f"N{n}",),
                                fields={"recipient": f"patron {n}", "score": "0.50"}),
                    effects=(Transition(number=f"N{n}", expected_version=1, total=Money.of(n)),))  # fmt: skip


def an_act(n: int, mail_id: int, actor: str = "li") -> JournalEntry:
    return JournalEntry(what="act", at=NOW, actor=actor, number=f"N{n}", mail_id=mail_id, outbox_id=n, before="open",
                        after="assigned", reasons=(f"asked for by patron {n}",), data={"rows": [n, 0.5]})  # fmt: skip


def some_mails(store: Store, count: int, start: int = 0) -> list[int]:
    news = [NewMail(key=MailKey("office/INBOX", 1, start + n), sha256=f"{start + n:064x}", size=1,
                    message_id=f"<{start + n}@a.example>") for n in range(1, count + 1)]  # fmt: skip
    with store.begin() as uow:
        return [one.mail_id for one in uow.mails.add(news)]


def fill(store: Store) -> Head:
    """Six entries, decisions and acts of staff in several transactions; of each one erased, a decision removed by law."""
    mails = some_mails(store, 6)
    for n, mail_id in enumerate(mails, 1):
        with store.begin() as uow:
            uow.ledger.post([an_entry(n)], NOW, mail_id=mail_id)
            uow.decisions.add_many([(mail_id, a_decision(n))], NOW + timedelta(minutes=n))
            uow.journal.add([an_act(n, mail_id)])
    with store.begin() as uow:
        before = uow.evidence.head()
    with store.begin() as uow:
        connection = uow._connection
        connection.execute(sa.update(ledger_entry).where(ledger_entry.c.id == 2).values(reason=""))
        connection.execute(sa.update(ledger_posting).where(ledger_posting.c.entry_id == 2).values(patron_id="erased:1"))
        assert uow.evidence.erased(RowKind.ENTRY, [2], NOW, actor="li", why="asked for") == 1
        body = connection.execute(sa.select(decision.c.body).where(decision.c.id == 2)).scalar_one()
        bare = {name: body[name] for name in ("event", "transactions", "transitions", "creations")}
        connection.execute(sa.update(decision).where(decision.c.id == 2).values(body=bare))
        assert uow.evidence.erased(RowKind.DECISION, [2], NOW, actor="li", why="asked for") == 1
        connection.execute(sa.update(journal).where(journal.c.id == 2).values(number="", reasons=[]))
        assert uow.evidence.erased(RowKind.HISTORY, [2], NOW, actor="li", why="asked for") == 1
        connection.execute(sa.delete(decision).where(decision.c.id == 4))
        assert uow.evidence.removed(RowKind.DECISION, [4], NOW, actor="maild", why="kept for three years") == 1
    return before


@dataclass(kw_only=True)
class Office:
    """A filled database, whose every change is undone."""

    engine: sa.Engine
    before: Head

    @contextmanager
    def tampered(self, *, rows: bool = True) -> Iterator[Connection]:
        """A connection of somebody who may do everything: no trigger and no foreign key stands in his way."""
        with self.engine.connect() as connection, connection.begin() as transaction:
            if connection.dialect.name == "sqlite":
                names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
                for name in list(names) if rows else ():
                    connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
                connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            elif rows:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
            transaction.rollback()


def verified(connection: Connection, *heads: Head) -> Verified:
    return SqlEvidence(connection).verify(heads=heads)


def rewritten(connection: Connection) -> None:
    """Somebody who knows how makes all of the evidence anew, over what the rows say now."""
    connection.execute(sa.delete(evidence))
    connection.execute(sa.delete(evidence_act))
    SqlEvidence(connection).adopt()
