"""maild explain: what would be done with mails, and why. Changes nothing."""

from __future__ import annotations

import collections
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import context, show
from maild.cli.context import CALL
from maild.domain.incoming.ruling import PERSONS

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.ports import Resolver

READERS = 2  # processes that read side by side; a mail that hangs holds up one of them
AHEAD = 8  # mails in flight: order is kept and memory stays bounded
Row = dict[str, Any]


def explain(
    paths: Annotated[list[Path], typer.Argument(help="Mail files, folders, mbox files, Maildirs.", metavar="PATH…")],
    dns: Annotated[
        str, typer.Option("--dns", help="JSON file of TXT answers (name → list of strings), or none.", metavar="FILE")
    ] = "",
) -> None:
    """Read mails without changing anything and tell, stage by stage, what would be done and why.

    Exit 1 where nothing of it is a mail.
    """
    from maild.cli.reading import sources

    others: list[str] = []
    seen = 0

    def told() -> Iterator[tuple[str, bytes]]:
        for source, raw in sources.mails(paths):
            if not sources.is_mail(raw):
                others.append(source)
            yield source, raw

    with _services(dns) as services, sources.progress(sources.count(paths)) as advance:
        for row in _rows(services, told()):
            advance()
            seen += 1
            show.dump(row) if CALL.json else _tell(row)
    for source in others:
        print(f"maild: {source}: no mail: it does not begin with a header", file=sys.stderr)  # noqa: T201
    if others and len(others) == seen:
        raise typer.Exit(1)


@contextmanager
def _services(dns: str) -> Iterator[Services]:
    from maild.bootstrap import build

    settings = context.settings()
    settings = replace(settings, daemon=replace(settings.daemon, workers=max(READERS, settings.daemon.readers)))
    with tempfile.TemporaryDirectory(prefix="maild-explain-") as folder:
        services = build(settings, resolver=_resolver(dns))
        if not _readable(services):
            print("maild: no database is there: no patron and no request is known", file=sys.stderr)  # noqa: T201
            store = replace(settings.store, url=f"sqlite:///{folder}/empty.db")
            services = build(replace(settings, store=store), resolver=_resolver(dns))
            services.ensure_schema()
        try:
            yield services
        finally:
            services.close()


def _readable(services: Services) -> bool:
    """Whether a database with a schema is there. Raises Permanent for one of another revision, or none to read."""
    from maild.store import migrate

    store = services.settings.store
    scheme, _, path = store.url.partition(":///")
    if scheme.startswith("sqlite") and not Path(path).exists():
        return False  # nor need its folder be there: nothing is known, and nothing is written
    password = store.password.reveal()
    if not migrate.check(store.url, password).current:
        return False
    migrate.require(store.url, password)  # read as it is, it would tell half of what would be done
    return True


def _resolver(dns: str) -> Resolver | None:
    from maild.authenticate.resolver import NoResolver, load_static

    if not dns:
        return None
    return NoResolver() if dns == "none" else load_static(Path(dns))


def _rows(services: Services, mails: Iterator[tuple[str, bytes]]) -> Iterator[Row]:
    """Explain each mail, several at a time, in order."""
    from maild.cli.reading.remembered import remembering
    from maild.spine.explain import explain as explain_one

    parts = remembering(services.parts)

    def work(source: str, raw: bytes) -> Row:
        return explain_one(raw, source, parts, parts.clock.now())

    flight: collections.deque[Future[Row]] = collections.deque()
    with ThreadPoolExecutor(services.settings.daemon.readers) as pool:
        try:
            for source, raw in mails:
                flight.append(pool.submit(work, source, raw))
                if len(flight) >= AHEAD:
                    yield flight.popleft().result()
            while flight:
                yield flight.popleft().result()
        finally:  # rules that no reader starts with are told at once, not once a mail
            pool.shutdown(wait=False, cancel_futures=True)


def _tell(row: Row) -> None:
    """One mail for a reader: the spine, a line a stage."""
    decision, auth = row["decision"], row["auth"]
    lines: list[tuple[str, str]] = [
        ("mail", f"{row['source']}"),
        ("from", f"{row['from']}   {row['date']}"),
        ("subject", row["subject"]),
        ("authenticate", f"{auth['verdict']} {auth['domain']}".strip()),
        *(("", reason) for reason in auth["reasons"][:3]),
        ("classify", f"{', '.join(row['kinds'])}   (rule {row['rule'] or '-'})"),
        *(("extract", f"{name} = {_one_line(value)}") for name, value in row["fields"].items()),
        *_left_over(row),
        *(("attached", f"{a['filename']} ({a['type']}, {a['size']} bytes)") for a in row["attachments"]),
        *(("receipt", _receipt(one)) for one in row["receipts"]),
        *(
            ("match", f"{c['transaction']} score {c['score']}: {'; '.join(c['reasons'])}")
            for c in row["candidates"][:5]
        ),
        *(("iso 18626", _news(news)) for news in row["iso18626"]),
        *(("matter", _matter(matter)) for matter in row["matters"]),
        ("decide", _decision(decision)),
        *(("because", reason) for reason in decision["reasons"]),
        *(("notice", f"{n['kind']} to {n['recipient']}") for n in decision["notices"]),
        *(("error", error) for error in row["errors"]),
        *(("defect", defect) for defect in row["defects"][:10]),
    ]
    for name, value in lines:
        show.say(f"{name:>12}  {_one_line(value)}")
    show.say("")


def _left_over(row: Row) -> list[tuple[str, str]]:
    """What was not understood, so that nobody is answered without a person; also that nothing was left over."""
    if row["rest"]:
        return [("left over", f"not understood: {clause}") for clause in row["rest"]]
    person = any(kind in PERSONS for kind in row["kinds"])
    return [("left over", "nothing: all that was written is understood")] if person else []


def _matter(matter: Row) -> str:
    """'status_query: told (facts), sure 0.93 by both: query_answer'."""
    sure = f"sure {matter['confidence']:.2f} by {matter['source']}"
    return f"{matter['kind']}: {matter['outcome']} ({matter['risk']}), {sure} {', '.join(matter['notices'])}".rstrip()


def _news(news: Row) -> str:
    words = ("status", "reasonForMessage", "reasonUnfilled", "reasonRetry", "dueDate")
    return " ".join(str(news[name]) for name in ("requestingAgencyRequestId", *words) if news.get(name))


def _receipt(one: Row) -> str:
    said = " ".join(str(one[name]) for name in ("amount", "payee", "date") if one[name])
    sure = "sure" if one["sure"] else "not sure"
    return f"{one['source']}: {one['kind']} {said} ({sure}) {'; '.join(one['warnings'])}"


def _decision(decision: Row) -> str:
    moves = ", ".join(f"{m['transaction']} {m['before']} → {m['after']}" for m in decision["moves"] if m["after"])
    cause = f" ({decision['cause']})" if decision["cause"] else ""
    return f"{decision['action']}{cause} {decision['event']} {moves}".strip()


def _one_line(value: Sequence[str] | str) -> str:
    return " ".join(str(value).split())[:160]
