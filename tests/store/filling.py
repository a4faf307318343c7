"""Fills a store with many rows, for plans and benchmarks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from maild.domain.accounting.invoice import InvoiceState
from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.event import EventState
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.outgoing.reach import Heard
from maild.domain.records.journal import MailStatus, ReviewState
from maild.domain.requests.lifecycle import PaymentState, RegistrationState, Service, State
from maild.domain.requests.patron import Language, PatronKind, RegistrationStep
from maild.store.schema import tables as t
from maild.store.schema import tables_money as m
from maild.store.schema import tables_service as s
from maild.store.schema.finding import request_key
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _blank(kind: Any) -> Any:
    """What says nothing, for a column of that type."""
    if isinstance(kind, t.Json):
        return []
    if isinstance(kind, t.Time):
        return NOW
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Date):
        return NOW.date()
    return 0 if isinstance(kind, sa.Integer) else ""


def _row(table: sa.Table, **values: Any) -> dict[str, Any]:
    """A row with every column set: what is not given is '', 0, [] or NULL."""
    row: dict[str, Any] = {}
    for column in table.c:
        if column.name in values:
            row[column.name] = values[column.name]
        elif column.nullable:
            row[column.name] = None
        else:
            row[column.name] = _blank(column.type)
    return row


def _money_rows(n: int, number: str, person: str, rare: bool) -> dict[sa.Table, dict[str, Any]]:
    """The money of one transaction: a fee, its claim (settled but for the rare ones), a proof, a line, an invoice."""
    look = n * 0x9E3779B97F4A7C15 & (1 << 64) - 1  # spread over all bits
    bands = {f"look_{band + 1}": look >> 16 * band & 0xFFFF for band in range(4)}
    return {
        m.proof: _row(m.proof, id=n, mail_id=n, sha256=f"{n:064x}", receipt={}, look=f"{look:016x}", **bands),
        m.proof_key: _row(m.proof_key, key=f"serial:{n}", proof_id=n),
        m.receipt_cache: _row(m.receipt_cache, sha256=f"{n:064x}", version="1"),
        m.ledger_entry: _row(m.ledger_entry, id=n, key=f"claim:{n}", kind=EntryKind.CLAIM, mail_id=n),
        m.ledger_posting: _row(
            m.ledger_posting, entry_id=n, position=0, book=Book.RECEIVABLE, cents=-n, currency="CNY",
            patron_id=person, number=number,
        ),
        m.ledger_claim: _row(
            m.ledger_claim, entry_id=n, tip=f"claim:{n}", settled_by="" if rare else "confirmation",
            patron_id=person, cents=n // 10, currency="CNY",
        ),
        m.statement_line: _row(
            m.statement_line, key=f"line:{n:06}", cents=n, placed_cents=0 if rare else n, currency="CNY",
            booked=NOW.date() - timedelta(days=n),
        ),
        m.invoice: _row(
            m.invoice, id=n, mail_id=n, patron_id=person, number=f"{n:020}",
            state=InvoiceState.REQUESTED if rare else InvoiceState.SENT,
        ),
        m.invoice_transaction: _row(m.invoice_transaction, invoice_id=n, number=number),
    }  # fmt: skip


def _patron_rows(n: int) -> dict[sa.Table, dict[str, Any]]:
    return {
        t.patron: _row(
            t.patron, patron_id=f"p{n}", name=f"Name {n}", name_key=f"name{n}", kind=PatronKind.INTERNAL,
            login=f"login{n}", login_key=f"login{n}", language=Language.ZH,
        ),
        t.patron_address: _row(t.patron_address, patron_id=f"p{n}", address=f"p{n}@patron.example"),
        t.address: _row(
            t.address, address=f"p{n}@patron.example", trouble=Heard.HARD_BOUNCE.value, since=NOW,
            bounced_until=NOW + timedelta(days=n), complained=NOW if n % 1000 == 0 else None,
        ),
        s.heard: _row(
            s.heard, id=n, at=NOW - timedelta(minutes=n), address=f"p{n}@patron.example", domain=f"d{n % 50}.example",
            what=Heard.DEFERRAL.value,
        ),
        t.registration: _row(
            t.registration, id=n, email=f"r{n}@patron.example", login_key=f"login{n}",
            state=RegistrationState.PENDING if n % 500 == 0 else RegistrationState.APPROVED,
            step=RegistrationStep.ACCOUNT,
        ),
    }  # fmt: skip


def _rows(n: int, patrons: int) -> dict[sa.Table, dict[str, Any]]:
    """One transaction with its mail, notice and history."""
    number, rare = f"N{n:06}", n <= 20  # as much work is left whatever the size
    person = f"p{n % patrons + 1}"
    return {
        t.mail: _row(
            t.mail, id=n, sha256=f"{n:064x}", message_id=f"<m{n}@patron.example>", subject=f"subject {n}",
            status=MailStatus.PENDING if rare else MailStatus.SETTLED, free_at=NOW if rare else None,
        ),
        s.mail_mark: _row(s.mail_mark, mark=f"{n:064x}", mail_id=n),
        t.mail_location: _row(
            t.mail_location, mailbox="office/INBOX", uidvalidity=1, uid=n, mail_id=n, filed=not rare
        ),
        t.transactions: _row(
            t.transactions, number=number, patron_id=person, service=Service.LOAN if n % 3 == 0 else Service.COPY,
            title=f"Title {n}", find_key=request_key(number, f"Title {n}"),
            state=State.ON_LOAN if rare else State.CLOSED, opened=NOW - timedelta(minutes=n),
            since=NOW - timedelta(minutes=n),
            due=(NOW + timedelta(hours=n)).date(), payable_cents=n // 10, payable_currency="CNY",
            payment_state=PaymentState.DUE if n % 10 == 0 else PaymentState.CONFIRMED,
        ),
        t.outbox: _row(
            t.outbox, id=n, kind=NoticeKind.FEE_NOTICE, subject=number, number=number,
            recipient=f"{person}@patron.example",
            state=OutboxState.WAITING if rare else OutboxState.SENT, free_at=NOW if rare else None,
            sent=None if rare else NOW - timedelta(minutes=n), message_id=f"<maild.{n}@x>", data={},
        ),
        t.journal: _row(t.journal, id=n, number=number, mail_id=n, data={}),
        t.decision: _row(t.decision, id=n, mail_id=n, body={}),
        t.document: _row(t.document, id=n, number=number, digest=f"{n:064x}", mail_id=n),
        t.review: _row(
            t.review, id=n, mail_id=n, cause=Cause.NO_NUMBER, state=ReviewState.OPEN if rare else ReviewState.ASSIGNED
        ),
        t.review_about: _row(t.review_about, number=number, review_id=n),
        s.event: _row(
            s.event, id=n, key=f"event:{n}", number=number, kind="maild.test", body={},
            state=EventState.WAITING if rare else EventState.SENT, free_at=NOW if rare else None,
            sent=None if rare else NOW - timedelta(minutes=n),
        ),
        s.rule_day: _row(
            s.rule_day, provider=f"p{n % 10}", day=f"{2000 + n // 300}-01-{n % 28 + 1:02}", rule=f"r{n}", kind="shipped",
        ),
        s.subject_shape: _row(s.subject_shape, provider=f"p{n % 300}", shape=f"shape {n}"),
        **_money_rows(n, number, person, rare),
    }  # fmt: skip


def fill(store: Store, transactions: int, patrons: int = 0) -> None:
    """So many transactions (each with mail, notice, history), patrons (a tenth by default), and statistics."""
    patrons = patrons or max(transactions // 10, 10)
    with store._engine.begin() as connection:
        _insert(connection, [_patron_rows(n) for n in range(1, patrons + 1)])
    for start in range(1, transactions + 1, 5000):
        with store._engine.begin() as connection:
            _insert(connection, [_rows(n, patrons) for n in range(start, min(start + 5000, transactions + 1))])
    with store._engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # explicit ids leave the sequences behind
            for table in t.metadata.tables.values():
                if "id" in table.c:
                    connection.exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
                    )
    with store._engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def _insert(connection: sa.Connection, rows: list[dict[sa.Table, dict[str, Any]]]) -> None:
    for table in rows[0]:
        connection.execute(sa.insert(table), [row[table] for row in rows])
