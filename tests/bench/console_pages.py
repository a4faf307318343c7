"""How long the console's pages take at 100,000 requests and 20,000 items that wait: from the server's side of loopback.

    python -m tests.bench.console_pages [--scale 0.1] [--rounds 40] [--keep FILE] [URL of a PostgreSQL database]

Every page that needs no stored mail, and the queue with its filters and searches; p50 and p95 in milliseconds. Exit 1
where a page's p95 is above 100 ms.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import httpx

from maild.bootstrap import Services
from maild.console.areas import VIEWS
from maild.console.serve import Server, make_desk
from maild.domain.access import Role
from tests.bench.console_fill import NOW, Size, fill
from tests.console.stand_in import StandIn
from tests.console.world import settings
from tests.servers.clock import MovedClock

AIM_MS = 100.0
SEARCHES = ("湖泊沉积物", "发票", "2026", "张伟", "catalysis")


def addresses(services: Services) -> list[tuple[str, str]]:
    """(name, path) of what is measured: every view without parameters, one of each kind, filters, searches."""
    with services.store.read() as uow:
        items = uow.reviews.find(limit=2)
        case = uow.listings.transactions.page(_any("TransactionFilter"), limit=1).items[0]
        patron = case.patron_id
    found = [(view.name, view.path) for view in VIEWS if "{" not in view.path and view.name != "settings"]
    found += [("transactions.one", f"/transactions/{case.number}"), ("patrons.one", f"/patrons/{patron}"),
              ("queue.item", f"/queue/{items[-1].id}"), ("queue by cause", "/queue?cause=question"),
              ("rules.one", "/rules/30-calis-shipped"), ("queue, newest", "/queue?newest=true"), ("queue, handled", "/queue?shown=handled"),
              ("requests by state", "/transactions?state=shipped&payment=due")]  # fmt: skip
    found += [(f"queue, {text}", f"/queue?text={text}") for text in SEARCHES]
    found += [(f"requests, {text}", f"/transactions?text={text}") for text in SEARCHES]
    found += [(f"patrons, {text}", f"/patrons?text={text}") for text in SEARCHES[2:4]]
    return found


def _any(name: str):
    from maild.domain import listing

    return getattr(listing, name)()


def measure(host: str, path: str, rounds: int) -> tuple[int, float, float]:
    """(status, p50, p95) of one page, in ms; the first answers warm caches and do not count."""
    with httpx.Client(base_url=host, timeout=60, headers={"accept-language": "zh-CN"}) as client:
        status = client.get(path).status_code
        client.get(path)
        took = []
        for _ in range(rounds):
            start = time.perf_counter()
            client.get(path)
            took.append((time.perf_counter() - start) * 1000)
    return status, statistics.median(took), statistics.quantiles(took, n=20)[-1]


def main() -> None:
    """Fill, serve, measure, tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url", nargs="?", default="")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--keep", type=Path, help="A filled SQLite file: made where it is not there, used where it is.")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        there = said.keep is not None and said.keep.exists()
        url = said.url or f"sqlite:///{said.keep.resolve() if said.keep else Path(folder) / 'maild.db'}"
        office = replace(settings(Path(folder), url))
        services = Services(office, clock=MovedClock(NOW))
        services.ensure_schema()
        if not there:
            start = time.monotonic()
            fill(services.store, Size(scale=said.scale))
            print(f"filled in {time.monotonic() - start:.0f} s", flush=True)
        server = Server(make_desk(services), StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
        server.start()
        slow = []
        for name, path in addresses(services):
            status, half, most = measure(server.url, path, said.rounds)
            print(f"{name:<28} {status} {half:8.1f} {most:8.1f} ms", flush=True)
            slow += [name] if most > AIM_MS or status != 200 else []
        server.stop()
        services.close()
    if slow:
        print(f"above {AIM_MS:.0f} ms, or not answered: {', '.join(slow)}")
        sys.exit(1)


if __name__ == "__main__":
    main()
