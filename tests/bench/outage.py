"""A heap after an outage: python -m tests.bench.outage [--mails 5000]

So many mails wait in a real Dovecot, three fifths of them three pieces of news each about one request, in their order
but with much between them. The real supervisor works it off: how long it takes, the most memory that daemon and
confined processes held together at one moment, and whether each request heard its news in their order.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from maild.daemon.supervisor import Supervisor
from tests.bench.ground import Place, ground, measured
from tests.bench.meter import Figure, Meter, Spent, children, peak_mb, pss_mb, table
from tests.bench.traffic import NUMBER, Traffic, news, traffic

NEWS = ("accepted", "forwarded", "unfilled")
FIRST = 5000  # the first request of which several mails tell: those of the other mails come before it
SECONDS_A_MAIL = 0.5
SAMPLE_SECONDS = 0.5


def heap(count: int, seed: int = 1) -> Traffic:
    """`count` mails (a multiple of 500): a third of the news comes first, then the next third, each third shuffled."""
    rng = random.Random(seed)
    rest = traffic(count * 2 // 5, seed)
    requests = range(FIRST, FIRST + count // 5)
    mails: list[bytes] = []
    for stage, what in enumerate(NEWS):
        share = list(rest.mails[stage :: len(NEWS)]) + [news(rng, number, what) for number in requests]
        rng.shuffle(share)
        mails += share
    return Traffic(mails=tuple(mails), sorts={**rest.sorts, "news in a row": len(NEWS) * len(requests)}, dns=rest.dns)


class Most:
    """The most that this process, its readers and those of pictures held at one moment, in MB of memory of their own:
    what processes share counts in parts (Pss).
    """

    def __init__(self) -> None:
        self.own = self.readers = self.ocr = self.without_ocr = 0.0

    def look(self) -> None:
        own, readers, ocr = pss_mb(), 0.0, 0.0
        for pid in children():
            with suppress(FileNotFoundError, ProcessLookupError):
                if b"onnxruntime" in Path(f"/proc/{pid}/maps").read_bytes():
                    ocr += pss_mb(pid)
                else:
                    readers += pss_mb(pid)
        self.own, self.readers, self.ocr = max(self.own, own), max(self.readers, readers), max(self.ocr, ocr)
        self.without_ocr = max(self.without_ocr, own + readers)


def worked_off(place: Place) -> dict[str, Any]:
    """The measured process (tests.bench.subject): the whole heap, to the last notice."""
    from tests.bench.subject import _supervised, _waiting

    done: list[float] = []
    result: dict[str, Any] = {}

    def drive(made: Any, supervisor: Supervisor) -> None:
        spent, most = Spent(), Most()
        deadline = time.monotonic() + SECONDS_A_MAIL * place.mails
        with Meter(spent):
            while (len(done) < place.mails or _waiting(made)) and time.monotonic() < deadline:
                most.look()
                time.sleep(SAMPLE_SECONDS)
        result.update(seconds=spent.wall, own=spent.own, workers=spent.workers, mails=len(done),
                      own_mb=most.own, readers_mb=most.readers, ocr_mb=most.ocr, without_ocr_mb=most.without_ocr,
                     peak_mb=peak_mb(),
                      **order(made, place.mails // 5))  # fmt: skip

    _supervised(place, drive, on_result=lambda processed: done.append(time.monotonic()))
    return result


def order(made: Any, requests: int) -> dict[str, int]:
    """Of the requests with several pieces of news: how many heard all of them, and how many of those in their order."""
    from sqlalchemy import text

    with made.store._engine.connect() as connection:
        rows = connection.execute(
            text("SELECT j.number, l.uid FROM journal j JOIN mail_location l ON l.mail_id = j.mail_id"
                 " WHERE j.what = 'state' AND j.number BETWEEN :first AND :last ORDER BY j.id"),
            {"first": NUMBER.format(FIRST), "last": NUMBER.format(FIRST + requests - 1)},
        ).tuples()  # fmt: skip
        heard: dict[str, list[int]] = {}
        for number, uid in rows:
            heard.setdefault(number, []).append(uid)
    whole = [uids for uids in heard.values() if len(set(uids)) == len(NEWS)]
    return {"requests": requests, "whole": len(whole), "in_order": sum(uids == sorted(uids) for uids in whole)}


def figures(mails: int) -> tuple[list[Figure], dict[str, Any]]:
    """What it took."""
    with ground(heap(mails)) as on:
        run = measured("outage", on.place(), seconds=SECONDS_A_MAIL * mails + 120)
    return [
        Figure(what=f"{run['mails']:,} of {mails:,} mails after an outage", value=run["mails"] / run["seconds"], unit="mails/s"),
        Figure(what="daemon and confined processes", value=1000 * (run["own"] + run["workers"]) / run["mails"],
               unit="ms CPU a mail"),
        Figure(what="daemon and readers at one moment, OCR apart", value=run["without_ocr_mb"], unit="MB", aim="≤ 250"),
        Figure(what="  the daemon, at most", value=run["own_mb"], unit="MB"),
        Figure(what="  readers of mails and files, at most", value=run["readers_mb"], unit="MB"),
        Figure(what="  the reader of pictures, at most", value=run["ocr_mb"], unit="MB"),
        Figure(what="requests that heard all their news", value=run["whole"], unit="", floor=run["requests"], against="all"),
        Figure(what="  of those in their order", value=run["in_order"], unit="", floor=run["whole"], against="all"),
    ], run  # fmt: skip


def main() -> None:
    """Run it. Exit 1 where mails are left or a request heard its news in another order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=5000)
    chosen = parser.parse_args()
    told, run = figures(chosen.mails)
    print(table(told))
    if run["mails"] < chosen.mails or not run["in_order"] == run["whole"] == run["requests"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
