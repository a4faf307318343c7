"""An office's past as bare rows: for counting, and for measuring how long counting takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.outgoing.reach import Heard
from maild.domain.records.journal import MailStatus, ReviewState
from maild.domain.requests.lifecycle import PaymentState, RegistrationState, Service, State
from maild.domain.requests.patron import RegistrationStep
from maild.store.schema import tables as t
from maild.store.schema import tables_money as m
from maild.store.schema import tables_service as s
from maild.store.uow import Store
from tests.store.filling import _row

END = datetime(2026, 11, 24, 9, tzinfo=UTC)
PROVIDERS = ("calis", "nlc", "nstl", "zju", "")
CAUSES = tuple(cause for cause in Cause if cause)

Rows = dict[sa.Table, list[dict[str, Any]]]


def _mail(n: int, at: datetime, random: Random) -> list[tuple[sa.Table, dict[str, Any]]]:
    status = random.choices(list(MailStatus), weights=(1, 60, 10, 20, 1, 3))[0]
    took = timedelta(seconds=random.randrange(1, 9000))
    received = random.choice((None, at - timedelta(minutes=random.randrange(600)), at + timedelta(minutes=3)))
    made = [(t.mail, _row(
        t.mail, id=n, sha256=f"{n:064x}", message_id=f"<{n}@a.example>", stored=at, status=status, received=received,
        kind="own" if random.random() < 0.03 else "shipped", rule=random.choice(("30-a", "60-b", "")),
        settled=None if status in {MailStatus.PENDING, MailStatus.SHUNTED} else at + took,
    ))]  # fmt: skip
    if status in {MailStatus.REVIEW, MailStatus.SHUNTED} or random.random() < 0.06:
        state = random.choice(list(ReviewState))
        made.append((t.review, _row(
            t.review, id=n, mail_id=n, cause=random.choice(CAUSES), state=state, created=at + took,
            handled=None if state is ReviewState.OPEN else at + took + timedelta(minutes=random.randrange(8000)),
            handled_by="" if state is ReviewState.OPEN else random.choice(("li", "wang", "maild")),
            note=random.choice(("", "", "replayed", "undone: a mistake")), key=random.choice((None, None, f"k:{n}")),
            transactions=random.choice(([], ["N1"], ["N2", "N1"])),
            candidates=random.choice(([], [{"transaction": "N1", "score": 9}], [{"transaction": "N2"}])),
        )))  # fmt: skip
    if random.random() < 0.5:
        sent = random.random() < 0.8
        made.append((t.outbox, _row(
            t.outbox, id=n, subject=f"s{n}", kind=random.choice(list(NoticeKind)), created=at, message_id=f"<o{n}>",
            state=OutboxState.SENT if sent else random.choice((OutboxState.FAILED, OutboxState.MERGED)),
            sent=at + took,
        )))  # fmt: skip
    if random.random() < 0.05:
        made.append((s.heard, _row(
            s.heard, id=n, at=at + took, address=f"a{n % 90}@d{n % 9}.example", domain=f"d{n % 9}.example",
            what=random.choice(list(Heard)).value,
        )))  # fmt: skip
    return made


def _request(n: int, at: datetime, random: Random) -> list[tuple[sa.Table, dict[str, Any]]]:
    number, loan = f"N{n:07}", random.random() < 0.4
    state = random.choice(list(State))
    made = [(t.transactions, _row(
        t.transactions, number=number, service=Service.LOAN if loan else Service.COPY, state=state, opened=at,
        provider=random.choice(PROVIDERS), payment_state=PaymentState.NONE, patron_id=None,
        submitted=random.choice((None, at, at - timedelta(days=2))),
    ))]  # fmt: skip
    when = at
    for place in range(random.randrange(1, 5)):
        when += timedelta(minutes=random.randrange(4000))
        made.append((t.journal, _row(
            t.journal, id=n * 10 + place, at=when, what=random.choice(("state", "state", "notice", "payment")),
            number=number, actor="maild",
            after=random.choice((State.DELIVERED, State.RECEIVED, State.SHIPPED)).value, data={},
        )))  # fmt: skip
    if random.random() < 0.6:
        made += _payment(n, when, random)
    if random.random() < 0.1:
        made.append((t.registration, _row(
            t.registration, id=n, email=f"r{n}@p.example", step=RegistrationStep.ACCOUNT,
            state=random.choice(list(RegistrationState)), submitted=random.choice((at, None)),
            decided=random.choice((when, None)), due=random.choice((None, at + timedelta(days=1))),
        )))  # fmt: skip
    return made


def _payment(n: int, at: datetime, random: Random) -> list[tuple[sa.Table, dict[str, Any]]]:
    kind = random.choice(
        (EntryKind.CLAIM, EntryKind.CONFIRMATION, EntryKind.PAYMENT, EntryKind.REVERSAL, EntryKind.REFUND)
    )
    book = Book.CLAIMED if kind is EntryKind.CLAIM else Book.CASH
    cents = random.randrange(1, 9999) * (-1 if kind in {EntryKind.REVERSAL, EntryKind.REFUND} else 1)
    currency = random.choice(("CNY", "CNY", "USD"))
    channel = "" if book is Book.CLAIMED else random.choice(("bank", "campus"))
    return [
        (m.ledger_entry, _row(m.ledger_entry, id=n, key=f"k{n}", kind=kind, at=at)),
        (
            m.ledger_posting,
            _row(m.ledger_posting, entry_id=n, position=0, book=book, cents=cents, currency=currency, channel=channel),
        ),
        (
            m.ledger_posting,
            _row(m.ledger_posting, entry_id=n, position=1, book=Book.RECEIVABLE, cents=-cents, currency=currency),
        ),
    ]


def rows(seed: int, mails: int, requests: int, days: int, end: datetime = END) -> Rows:
    """So many mails and requests, spread over the days before `end`."""
    random, made = Random(seed), Rows()
    span = timedelta(days=days)
    for n in range(1, 1 + mails):
        at = end - span + span * (n - 1) / max(mails, 1)
        for table, row in _mail(n, at, random):
            made.setdefault(table, []).append(row)
    for n in range(1, 1 + requests):
        at = end - span + span * (n - 1) / max(requests, 1)
        for table, row in _request(n, at, random):
            made.setdefault(table, []).append(row)
    return made


def write(store: Store, made: Rows) -> None:
    """Put them into the tables as they are."""
    with store._engine.begin() as connection:
        for table in sorted(made, key=lambda one: list(t.metadata.sorted_tables).index(one)):
            for start in range(0, len(made[table]), 5000):
                connection.execute(sa.insert(table), made[table][start : start + 5000])
