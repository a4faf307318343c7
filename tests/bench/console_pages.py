"""How long the console's pages take at 100,000 requests and 20,000 items that wait: as one client on loopback sees it.

    python -m tests.bench.console_pages [--postgresql | --url URL] [--keep FILE] [--scale 0.1] [--only TEXT] [--json FILE]

A table of p50 and p95 in ms, of processor time a page (console with its workers, and the database where it is ours) in
ms, which says more where others use the machine as well, and of kB. Exit 1 where a p95 is above 100 ms, or a page not
answered.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.console_asked import Asked, asked
from tests.bench.console_office import Office, Served, office

AIM_MS = 100.0
ROUNDS, WARM = 30, 3
TOGETHER = 4
MIXED = ("queue.list", "queue.item", "transactions.list", "transactions.one", "patrons.list", "patrons.one", "today",
         "queue: 发票", "transactions: 湖泊沉积物", "statistics", "audit", "outbox.list")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One page: status, how long it took (ms), processor time a request (ms), bytes of the answer."""

    group: str
    name: str
    status: int
    p50: float
    p95: float
    cpu: float
    size: int

    @property
    def slow(self) -> bool:
        return self.status != 200 or self.p95 > AIM_MS


def measure(served: Served, one: Asked, rounds: int = ROUNDS) -> Timed:
    """One page, again and again; the first answers warm caches and do not count."""
    with served.visitor() as visitor:
        for _ in range(WARM):
            answer = visitor.get(one.path)
        took, busy = [], served.cpu()
        for _ in range(rounds):
            start = time.perf_counter()
            visitor.get(one.path)
            took.append((time.perf_counter() - start) * 1000)
        busy = (served.cpu() - busy) * 1000 / rounds
    return Timed(group=one.group, name=one.name, status=answer.status_code, p50=statistics.median(took), p95=p95(took),
                 cpu=busy, size=len(answer.content))  # fmt: skip


def p95(took: Sequence[float]) -> float:
    """The nearest rank: 95 of 100 took no longer."""
    return sorted(took)[max(0, -(-len(took) * 95 // 100) - 1)]


def together(served: Served, pages: Sequence[Asked], rounds: int) -> dict[str, float]:
    """Several clients at once, each going through the pages in an order of its own."""
    took: list[float] = []

    def visit(place: int) -> None:
        turned = [*pages[place * 3 % len(pages) :], *pages[: place * 3 % len(pages)]]
        with served.visitor() as visitor:
            for one in turned * rounds:
                start = time.perf_counter()
                visitor.get(one.path)
                took.append((time.perf_counter() - start) * 1000)

    start = time.perf_counter()
    threads = [threading.Thread(target=visit, args=(place,)) for place in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"clients": TOGETHER, "pages": len(took), "p50": statistics.median(took), "p95": p95(took), "max": max(took),
            "pages_a_second": len(took) / (time.perf_counter() - start)}  # fmt: skip


def pages(place: Office, *, rounds: int = ROUNDS, only: str = "") -> tuple[list[Timed], dict[str, float]]:
    """Every page of a filled office, told as it is measured; then some of them by several clients at once."""
    services = place.services()
    wanted = [one for one in asked(services.store) if only in f"{one.group}: {one.name}"]
    services.close()
    with Served(place) as served:
        found = []
        for one in wanted:
            found.append(measure(served, one, rounds))
            say(found[-1])
        mixed = [one for one in wanted if one.name in MIXED and one.group in ("page", "search")]
        return found, together(served, mixed, max(1, rounds // 6)) if mixed else {}


def say(one: Timed) -> None:
    """A line of the table."""
    mark = "  !" if one.slow else ""
    name = f"{one.group}: {one.name}"
    print(
        f"{name:<66} {one.status} {one.p50:7.1f} {one.p95:7.1f} ms {one.cpu:7.1f} cpu {one.size / 1000:7.1f} kB{mark}",
        flush=True,
    )


def main() -> int:
    """Fill, serve, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server that is started for it")
    parser.add_argument("--url", default="", help="an empty database to fill")
    parser.add_argument("--keep", type=Path, help="a filled SQLite file: made where it is not there, used where it is")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    parser.add_argument("--json", type=Path, help="where the figures go")
    said = parser.parse_args()
    with office(keep=said.keep, postgresql=said.postgresql, url=said.url, scale=said.scale) as place:
        found, crowd = pages(place, rounds=said.rounds, only=said.only)
    print(json.dumps({"together": {name: round(value, 1) for name, value in crowd.items()}}))
    if said.json:
        said.json.write_text(json.dumps({"database": place.database, "pages": [asdict(one) for one in found],
                                         "together": crowd}, ensure_ascii=False, indent=1))  # fmt: skip
    slow = [f"{one.group}: {one.name}" for one in found if one.slow]
    if slow:
        print(f"above {AIM_MS:.0f} ms, or not answered: {'; '.join(slow)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
