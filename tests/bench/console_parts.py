"""What the console costs beside its pages: starting, memory, acts on many items, live counts, the index, figures.

Each gives named figures; tests.bench.console tells them. Those of a store are measured in this process.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from maild.bootstrap import Services
from maild.console.serving.live import Hub
from maild.domain.desk.listing import ReviewFilter
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewItem
from maild.office.queue.reindex import reindex
from tests.bench.console_office import ROOT, Office, Served
from tests.bench.console_past import MAILS, NOW
from tests.servers.ports import free_port

SEVERAL = 50  # items of a page, marked all at once
ROUNDS = 5
Figures = Mapping[str, float]
_LIMIT_SECONDS = 60.0


def _timed(work: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median of the clock, and processor time of this process, in ms a round."""
    took, busy = [], time.process_time()
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took), (time.process_time() - busy) * 1000 / rounds


def start(place: Office) -> Figures:
    """`maild console` from its start to its first page (that of signing in); processor time, memory then."""
    listen = f"127.0.0.1:{free_port()}"
    environment = {**os.environ, "MAILD_STORE__URL": place.url, "MAILD_STORE__BLOBS": str(place.folder / "blobs"),
                   "MAILD_OFFICE__ADDRESS": "office@demo.example", "MAILD_MATCHING__TOKEN_KEY": "ab" * 32}  # fmt: skip
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "maild", "console", "--listen", listen], cwd=ROOT,
                               env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        while True:
            try:
                status = httpx.get(f"http://{listen}/sign-in", timeout=_LIMIT_SECONDS).status_code
                break
            except httpx.TransportError:
                if process.poll() is not None or time.perf_counter() - began > _LIMIT_SECONDS:
                    raise RuntimeError("maild console did not start") from None
                time.sleep(0.01)
        took = time.perf_counter() - began
        if status != 200:
            raise RuntimeError(f"the page of signing in: {status}")
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        busy = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    finally:
        process.terminate()
        process.wait(_LIMIT_SECONDS)
    return {"start to first page, ms": took * 1000, "start, cpu ms": busy * 1000}


def acts(served: Served, place: Office) -> Figures:
    """Handing over and dismissing fifty items at once, dismissing one and taking it back: as a form that is sent."""
    services = place.services()
    with services.store.read() as uow:
        items = list(uow.listings.queue.page(ReviewFilter(), limit=SEVERAL * 2 + 1).items)
    services.close()
    hand, dismiss, one = items[:SEVERAL], items[SEVERAL : SEVERAL * 2], items[-1]
    with served.visitor() as visitor:
        page = visitor.get("/queue").text
        token = re.search(r'name="csrf" content="([^"]+)"', page)
        assert token is not None

        def post(path: str, **fields: object) -> float:
            began = time.perf_counter()
            answer = visitor.post(path, data={"csrf": token[1], **fields}, headers={"accept": "application/json"})
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
            return (time.perf_counter() - began) * 1000

        return {
            f"hand {SEVERAL} items to a colleague, ms": post("/queue/several/hand", to="wang", items=_marked(hand)),
            f"dismiss {SEVERAL} items, ms": post("/queue/several/dismiss", note="measured", items=_marked(dismiss)),
            "dismiss one item, ms": post(f"/queue/{one.id}/dismiss", note="measured", seen=str(one.version)),
            "take that back, ms": post(f"/queue/{one.id}/undo", seen=str(one.version + 1)),
        }


def _marked(items: list[ReviewItem]) -> list[str]:
    return [f"{item.id}:{item.version}" for item in items]


def live(services: Services) -> Figures:
    """One look of the hub for all who listen: with nobody at an item, and with four at four."""
    hub = Hub(services)
    with services.store.read() as uow:
        items = [item.id for item in uow.listings.queue.page(ReviewFilter(), limit=4).items]
    alone = _timed(lambda: hub._see((), ()), 20)
    watched = _timed(lambda: hub._see(tuple(items), tuple((item, f"c{item}") for item in items)), 20)
    return {
        "live counts, a look, ms": alone[0],
        "live counts, a look, cpu ms": alone[1],
        "live counts, four items open, ms": watched[0],
        "live counts, four items open, cpu ms": watched[1],
    }


def index(services: Services, count: int = 200) -> Figures:
    """What indexing adds to a mail that goes to the queue, in batches as the pipeline writes them; and finding it all
    again: `maild queue reindex` for so many items, whose mails are read anew.
    """
    texts = [" ".join(MAILS[n % 8 :] + MAILS[: n % 8]) for n in range(SEVERAL)]

    def add(*, indexed: bool) -> None:
        with services.store.begin() as uow:
            ids = [
                uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=Cause.QUESTION, text=text if indexed else ""), NOW)
                for text in texts
            ]
            if not indexed:
                uow.search.forget(ids)

    plain, plain_cpu = _timed(lambda: add(indexed=False))
    whole, whole_cpu = _timed(lambda: add(indexed=True))
    with services.store.begin() as uow:
        items = uow.listings.queue.page(ReviewFilter(), limit=count).items
        uow.search.forget([item.id for item in items])
    began = time.perf_counter()
    done = reindex(services.parts)
    return {
        "index, cpu ms a mail": max(whole_cpu - plain_cpu, 0) / SEVERAL,
        "index, ms a mail": max(whole - plain, 0) / SEVERAL,
        "queue item with its words, cpu ms": whole_cpu / SEVERAL,
        "reindexed items a second": done.items / (time.perf_counter() - began),
    }


def figures(services: Services) -> Figures:
    """Counting the figures of the past anew: what the daemon does every quarter of an hour, and once a day."""
    recent = _timed(services.figures.count, 1)
    whole = _timed(lambda: services.figures.count(whole=True), 1)
    return {"figures, the last month, ms": recent[0], "figures, the last year, ms": whole[0]}
