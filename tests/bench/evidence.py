"""How long it takes to hold a large evidence against its rows: `python -m tests.bench.evidence [LEAVES]`.

An SQLite database with so many leaves: a fifth entries of the books with two postings each, three fifths decisions, a
fifth acts of staff. Prints seconds of the clock, of the processor, and the most memory.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.accounting.ledger import Book, EntryKind
from maild.domain.records.journal import MailStatus
from maild.store.engine import make_engine
from maild.store.records.evidence import SqlEvidence
from maild.store.schema import tables as t
from maild.store.schema import tables_money as m
from tests.servers.schema import lay_out
from tests.store.filling import _row

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SOME = 10_000


def main(leaves: int) -> int:
    """Exit 1 where what was changed behind its back is not found, or anything else is."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(lay_out(Path(folder) / "maild.db"))
        print("| step | leaves | s | s of processor | memory, MB |\n|" + " --- |" * 5, flush=True)
        with engine.begin() as connection:
            fill(connection, leaves)
            wall, cpu = time.monotonic(), time.process_time()
            count = SqlEvidence(connection).adopt()
            _say("adopted", count, wall, cpu)
        with engine.begin() as connection:
            wall, cpu = time.monotonic(), time.process_time()
            found = SqlEvidence(connection).verify()
            _say("verified", found.head.size, wall, cpu)
            assert found.faults == ()
            changed = sa.update(t.journal).where(t.journal.c.id == leaves // 10).values(actor="wu")
            connection.execute(changed)
            wall, cpu = time.monotonic(), time.process_time()
            again = SqlEvidence(connection).verify()
            _say("one act changed, found", again.head.size, wall, cpu)
        engine.dispose()
    return int([fault.row for fault in again.faults] != [f"history {leaves // 10}"])


def _say(step: str, count: int, wall: float, cpu: float) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = (step, count, round(time.monotonic() - wall, 1), round(time.process_time() - cpu, 1), round(memory))
    print("| " + " | ".join(map(str, row)) + " |", flush=True)


def fill(connection: Connection, leaves: int) -> None:
    """Bare rows, as many as make so many leaves."""
    fifth = leaves // 5
    settled = _row(t.mail, id=1, sha256=f"{1:064x}", message_id="<a@a.example>", status=MailStatus.SETTLED, stored=NOW)
    connection.execute(sa.insert(t.mail), settled)
    for some in _chunks(range(1, fifth + 1)):
        connection.execute(sa.insert(m.ledger_entry), [_entry(n) for n in some])
        connection.execute(sa.insert(m.ledger_posting), [line for n in some for line in _postings(n)])
        connection.execute(sa.insert(t.journal), [_act(n) for n in some])
    for some in _chunks(range(1, leaves - 2 * fifth + 1)):
        connection.execute(sa.insert(t.decision), [_decision(n) for n in some])


def _chunks(numbers: range) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), SOME):
        yield numbers[start : start + SOME]


def _entry(n: int) -> dict[str, Any]:
    return _row(m.ledger_entry, id=n, key=f"charge:N{n}:1", kind=EntryKind.CHARGE, settles=f"s{n}", at=NOW, actor="maild",
                reason="the fee of a copy of twelve pages", mail_id=n)  # fmt: skip


def _postings(n: int) -> list[dict[str, Any]]:
    both = ((0, Book.RECEIVABLE, n % 9000), (1, Book.INCOME, -(n % 9000)))
    return [_row(m.ledger_posting, entry_id=n, position=at, book=book, cents=cents, currency="CNY", patron_id=f"p{n % 999}",
                 number=f"N{n}") for at, book, cents in both]  # fmt: skip


def _act(n: int) -> dict[str, Any]:
    return _row(t.journal, id=n, at=NOW + timedelta(seconds=n), actor="li", what="act", number=f"N{n}", mail_id=n,
                after="assigned", reasons=["the slip names it"], data={"item": n, "transactions": [f"N{n}"]})  # fmt: skip


def _decision(n: int) -> dict[str, Any]:
    body = {
        "event": "shipped",
        "transactions": [f"N{n}"],
        "transitions": [{"number": f"N{n}", "state": "shipped"}],
        "notices": [{"kind": "delivered", "subject": f"N{n}", "recipient": "p@patron.example", "revision": 1}],
        "fields": {"transaction": f"N{n}", "title": "On the strength of thin plates under load", "pages": "12"},
        "reasons": ["rule 30-calis-shipped fires", "the sender is proven by DKIM for calis.edu.cn", "one request fits"],
    }
    return _row(t.decision, id=n, mail_id=1, at=NOW, action="apply", kind="shipped", rule="30-calis-shipped", body=body)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m tests.bench.evidence")
    arguments.add_argument("leaves", nargs="?", type=int, default=1_000_000)
    sys.exit(main(arguments.parse_args().leaves))
