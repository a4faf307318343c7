"""The queries behind the console's pages, on an office after years: how long each takes.

    python -m tests.bench.console_store [--postgresql] [--scale 1.0] [--keep FILE]

Prints one JSON object a line: {database, query, p50, p95, max, cpu} in ms; cpu is processor time a query, the server's
included: it says more than the clock where others use the machine as well. Aim: no query over 20 ms, no page over 100.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from maild.domain.desk.listing import (
    NOBODY,
    InvoiceFilter,
    JournalFilter,
    MailFilter,
    OutboxFilter,
    PatronFilter,
    RegistrationFilter,
    ReviewFilter,
    Shown,
    StatementFilter,
    TransactionFilter,
)
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.requests.lifecycle import PaymentState, RegistrationState, Service, State
from maild.store import open_store
from maild.store.uow import Store, UnitOfWork
from tests.bench.console_office import office
from tests.bench.console_past import NOW, number_of

REPEATS = 20
Query = Callable[[UnitOfWork], object]
HANDLED, ANY = Shown.HANDLED, Shown.ANY
R, T = ReviewFilter, TransactionFilter


def _queue() -> dict[str, Query]:
    asked = {
        "": R(), "handled": R(shown=HANDLED), "any": R(shown=ANY), "cause": R(causes=(Cause.QUESTION,)),
        "causes": R(causes=(Cause.QUESTION, Cause.DRIFT, Cause.BOUNCE)), "nobody's": R(assignee=NOBODY),
        "mine": R(assignee="li"), "mine of a cause": R(assignee="li", causes=(Cause.BOUNCE,)), "nobody": R(assignee="none"),
        "sender": R(sender="user777@"), "kind": R(kinds=("shipped",)), "handled cause": R(shown=HANDLED, causes=(Cause.DRIFT,)),
    }  # fmt: skip
    texts = {
        "common word": "文献", "in every item": "关于", "rare number": number_of(50_777), "number's beginning": "20221",
        "one character": "票", "phrase": "电子发票", "phrase of common pairs": "文献传递费", "name": "张伟", "two words": "发票 张伟",
        "english": "lake sed", "prefix of one letter": "l", "prefix of one digit": "2", "nothing": "不存在的词语",
        "serial": "0012",
    }  # fmt: skip
    asked |= {f"text, {name}": R(text=text) for name, text in texts.items()}
    asked |= {f"handled text, {name}": R(text=text, shown=HANDLED) for name, text in texts.items()}
    asked |= {"text, any": R(text="发票", shown=ANY), "text of a cause": R(text="发票", causes=(Cause.DRIFT,))}
    found: dict[str, Query] = {}
    for name, one in asked.items():
        found[f"queue {name}"] = lambda u, one=one: u.listings.queue.page(one)
        found[f"queue {name}: count"] = lambda u, one=one: u.listings.queue.count(one)
    for name in ("", "mine", "text, common word", "text, in every item", "text, phrase"):
        one = asked[name]
        found[f"queue {name}: neighbours"] = lambda u, one=one: u.listings.queue.neighbours(215_000, one)
        found[f"queue {name}: counts"] = lambda u, one=one: u.listings.queue.counts(one)
    return found | {
        "queue: page far on": lambda u: u.listings.queue.page(R(), after="212000"),
        "queue: assignees": lambda u: u.listings.queue.assignees(),
        "queue: latest": lambda u: u.listings.queue.latest(),
        "census: queue": lambda u: u.census.queue(),
    }


def _requests() -> dict[str, Query]:
    asked = {
        "": T(), "state": T(states=(State.CONDITIONAL,)), "states": T(states=tuple(State)[:8]), "closed": T(states=(State.CLOSED,)),
        "payment": T(payment_states=(PaymentState.DUE,)), "state and payment": T(states=(State.CLOSED,), payment_states=(PaymentState.DUE,)),
        "provider": T(provider="nstl"), "rush": T(rush=True), "loans": T(service=Service.LOAN), "patron": T(patron_id="P000077"),
        "due": T(due_before=NOW, states=(State.ON_LOAN, State.OVERDUE)), "due alone": T(due_before=NOW - timedelta(days=1400)),
        "opened": T(opened_from=NOW - timedelta(days=800), opened_to=NOW - timedelta(days=799)),
        "rare state of a provider": T(states=(State.FORWARDED,), provider="cashl"),
        "text, number": T(text=number_of(777)), "text, word": T(text="敦煌写本"), "text, rare": T(text="不存在的词语"), "text, name": T(text="张伟"),
        "text, english": T(text="lake sediments"), "text, in a state": T(text="敦煌", states=(State.CONDITIONAL,)),
    }  # fmt: skip
    found: dict[str, Query] = {}
    for name, one in asked.items():
        found[f"requests {name}"] = lambda u, one=one: u.listings.transactions.page(one)
        found[f"requests {name}: count"] = lambda u, one=one: u.listings.transactions.count(one)
    for text in ("", "张伟", "user777", "化学系", "不存在", "P0007", "user777@patron3.example", "weber"):
        found[f"patrons '{text}'"] = lambda u, text=text: u.listings.patrons.page(PatronFilter(text=text))
        found[f"patrons '{text}': count"] = lambda u, text=text: u.listings.patrons.count(PatronFilter(text=text))
    pending = RegistrationFilter(states=(RegistrationState.PENDING,))
    return found | {
        "registrations pending": lambda u: u.listings.registrations.page(pending),
        "registrations text": lambda u: u.listings.registrations.page(RegistrationFilter(text="张伟")),
    }


def _post() -> dict[str, Query]:
    day = timedelta(days=1)
    outbox = {
        "": OutboxFilter(),
        "failed": OutboxFilter(states=(OutboxState.FAILED,)),
        "kind": OutboxFilter(kinds=(NoticeKind.FEE_NOTICE,)),
        "rare kind": OutboxFilter(kinds=(NoticeKind.STAFF_ALERT,), states=(OutboxState.FAILED,)),
        "kinds": OutboxFilter(kinds=(NoticeKind.STAFF_ALERT, NoticeKind.PICK_UP)),
        "recipient": OutboxFilter(recipient="user777@patron3.example"),
        "text": OutboxFilter(text="user777@"),
        "number": OutboxFilter(number=number_of(777)),
        "text, number": OutboxFilter(text=number_of(777)[:11]),
    }
    journal = {
        "": JournalFilter(), "actor": JournalFilter(actor="zhao"), "what": JournalFilter(what="registration"),
        "actor and what": JournalFilter(actor="zhao", what="registration"), "maild": JournalFilter(actor="maild"),
        "old day": JournalFilter(start=NOW - 900 * day, end=NOW - 899 * day), "number": JournalFilter(number=number_of(7)),
        "actor on an old day": JournalFilter(actor="maild", start=NOW - 900 * day, end=NOW - 899 * day),
        "nobody": JournalFilter(actor="nobody"), "old day and what": JournalFilter(what="state", end=NOW - 899 * day),
    }  # fmt: skip
    mails = {"": MailFilter(), "sender": MailFilter(sender="user777@"), "text": MailFilter(text=number_of(77_777))}
    found: dict[str, Query] = {}
    for name, one in outbox.items():
        found[f"outbox {name}"] = lambda u, one=one: u.listings.outbox.page(one)
        found[f"outbox {name}: count"] = lambda u, one=one: u.listings.outbox.count(one)
    for name, line in journal.items():
        found[f"journal {name}"] = lambda u, line=line: u.listings.journal.page(line)
        found[f"journal {name}: count"] = lambda u, line=line: u.listings.journal.count(line)
    for name, mail in mails.items():
        found[f"mails {name}"] = lambda u, mail=mail: u.listings.mails.page(mail)
    return found | {
        "outbox: counts": lambda u: u.listings.outbox.counts(),
        "journal: actors": lambda u: u.listings.journal.actors(),
        "journal: whats": lambda u: u.listings.journal.whats(),
        "invoices": lambda u: u.listings.invoices.page(InvoiceFilter()),
        "invoices text": lambda u: u.listings.invoices.page(InvoiceFilter(text="研究院77")),
        "statements open": lambda u: u.listings.statements.page(StatementFilter()),
        "statements text": lambda u: u.listings.statements.page(StatementFilter(open_only=False, text="张伟")),
    }


def measure(database: str, store: Store, only: str = "") -> list[str]:
    """Time each query; those that take over 20 ms of processor time are returned."""
    slow = []
    for name, query in {**_queue(), **_requests(), **_post()}.items():
        if only and only not in name:
            continue
        times, busy = [], 0.0
        with store.read() as uow:
            query(uow)
            busy = _busy(uow)
            for _ in range(REPEATS):
                start = time.perf_counter()
                query(uow)
                times.append((time.perf_counter() - start) * 1000)
                if sum(times) > 2000:
                    break
            busy = (_busy(uow) - busy) * 1000 / len(times)
        times.sort()
        p95 = times[min(int(len(times) * 0.95), len(times) - 1)]
        slow += [f"{name}: {busy:.0f} ms"] * (busy > 20)
        _say(database=database, query=name, p50=round(statistics.median(times), 2), p95=round(p95, 2),
             max=round(times[-1], 2), cpu=round(busy, 2))  # fmt: skip
    return slow


def _busy(uow: UnitOfWork) -> float:
    """Seconds of processor time that this thread and the server's process for it have used."""
    own = time.thread_time()
    if uow._connection.dialect.name == "sqlite":
        return own
    pid = uow._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return own + (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def _say(**values: object) -> None:
    print(json.dumps(values, ensure_ascii=False), flush=True)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--keep", type=Path, help="SQLite: a file to fill, or that was filled before")
    parser.add_argument("--url", default="", help="a database that was filled before")
    parser.add_argument("--only", default="", help="queries whose name has this in it")
    options = parser.parse_args()
    if options.url:
        _measured(options.url, options.only)
        return
    with office(keep=options.keep, postgresql=options.postgresql, scale=options.scale) as place:
        _measured(place.url, options.only)


def _measured(url: str, only: str) -> None:
    store, database = open_store(url), url.partition(":")[0].partition("+")[0]
    _say(database=database, over_20_ms=measure(database, store, only))
    store.close()


if __name__ == "__main__":
    main()
