"""The whole path on an office's mail, beside its floors: python -m tests.bench.path [--mails N] [--rounds N] [--million]

Every figure of maild stands beside one measured in the same run on the same mails: raw fetching, and the path
written by hand for these mails alone (tests.bench.reference). On a busy machine look at the ratios.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.bench.ground import ROOT, Ground, Place, ground, measured
from tests.bench.meter import Figure, table
from tests.bench.traffic import NUMBER, Traffic, accepted, traffic
from tests.servers.smtp import SmtpServer

QUIET = ("idle@lib.example", "poll@lib.example")
SCANS = "scans@lib.example"  # the same mails, but that supplied documents are scans: OCR reads them beside
ARRIVALS = 15


def throughput(on: Ground, mails: int, rounds: int) -> Iterator[Figure]:
    """Catching up: medians of paired runs."""
    measured("fetch", on.place())  # the server's caches
    runs = [
        {mode: measured(mode, on.place()) for mode in ("fetch", "reference", "daemon", "stages")} for _ in range(rounds)
    ]

    def rate(mode: str) -> float:
        return statistics.median(run[mode].get("mails", mails) / run[mode]["seconds"] for run in runs)

    def cpu(mode: str) -> float:
        return statistics.median(
            1000 * (run[mode]["own"] + run[mode]["workers"]) / run[mode].get("mails", mails) for run in runs
        )

    fetch, by_hand = cpu("fetch"), cpu("reference")
    yield Figure(what="raw fetch (imaplib)", value=rate("fetch"), unit="mails/s")
    yield Figure(what="path by hand", value=rate("reference"), unit="mails/s")
    yield Figure(what="maild, steady", value=rate("daemon"), unit="mails/s", floor=rate("reference"),
                 against="path by hand", aim="≥ 400, ≥ 0.5 ×")  # fmt: skip
    yield Figure(what="maild, steady", value=cpu("daemon"), unit="ms CPU a mail", floor=by_hand,
                 against="path by hand", aim="≤ 4")  # fmt: skip
    own = statistics.median(1000 * run["daemon"]["own"] / run["daemon"]["mails"] for run in runs)
    yield Figure(what="  of which the daemon's own share", value=own, unit="ms CPU a mail", aim="≤ 2.5")
    busy = statistics.median(
        (run["daemon"]["own"] + run["daemon"]["workers"]) / run["daemon"]["seconds"] for run in runs
    )
    yield Figure(what="  cores in use, servers apart", value=busy, unit="cores")
    for name in runs[0]["stages"]["split"]:
        spent = statistics.median(1000 * run["stages"]["split"][name]["cpu"] / mails for run in runs)
        floor = fetch if name == "receive" else None
        yield Figure(
            what=f"  {name}", value=spent, unit="ms CPU a mail", floor=floor, against="raw fetch" * bool(floor)
        )
    sent = statistics.median(run["stages"]["notices"] / run["stages"]["split"]["relay"]["wall"] for run in runs)
    yield Figure(what="sending alone, signed", value=sent, unit="notices/s", aim="≥ 500")
    slow = measured("daemon", on.place(SCANS))
    yield Figure(what="maild, supplies scanned, OCR beside", value=slow["mails"] / slow["seconds"], unit="mails/s")
    peak = max(run["daemon"]["peak_mb"] for run in runs)
    yield Figure(what="peak memory, daemon", value=peak, unit="MB", aim="≤ 250 with its reader")
    yield Figure(what="peak memory, reader", value=max(run["daemon"]["workers_mb"] for run in runs), unit="MB")


def flatness(on: Ground, sizes: list[int]) -> Iterator[Figure]:
    """Deciding and recording, as the tables grow."""
    floor = None
    for size in sizes:
        best = min(
            1000 * run["cpu"] / run["mails"]
            for run in [measured("record", on.place(transactions=size)) for _ in range(2)]
        )
        yield Figure(what=f"decide + record, {size:,} requests", value=best, unit="ms CPU a mail", floor=floor,
                     against=f"{sizes[0]:,}" * bool(floor), aim="within 10 %" if floor else "")  # fmt: skip
        floor = floor or best


@contextmanager
def daemon(place: Place) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """The real supervisor in its own process; seconds from start to ready."""
    command = [sys.executable, "-m", "tests.bench.subject", "latency", json.dumps(asdict(place))]
    start = time.perf_counter()
    with (Path(place.folder) / "log").open("wb") as log:
        child = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == "ready\n", (Path(place.folder) / "log").read_text()[-2000:]
        yield child, time.perf_counter() - start
        child.stdin.close()
        child.wait(30)
    finally:
        child.kill()
        child.wait(10)
        child.stdout.close()  # type: ignore[union-attr]


def _idle(child: subprocess.Popen[str], seconds: float) -> dict[str, float]:
    """How idle it is over so long a time."""
    assert child.stdout is not None
    assert child.stdin is not None
    for wait in (0.0, seconds):
        time.sleep(wait)
        child.stdin.write("\n")
        child.stdin.flush()
        answer: dict[str, float] = json.loads(child.stdout.readline())
    return answer


def latency(on: Ground) -> Iterator[Figure]:
    """One mail at a time: from its delivery into the mailbox to its notice at the SMTP server."""
    for user, poll, aim in ((QUIET[0], 0.0, "≤ 0.55"), (QUIET[1], 0.1, "≤ 0.1")):
        with SmtpServer() as smtp:
            place = on.place(user, smtp_port=smtp.port, poll_seconds=poll)
            with daemon(place) as (child, ready):
                if not poll:
                    time.sleep(2)
                    idle = _idle(child, 10)
                    yield Figure(what="start to ready", value=ready, unit="s", aim="≤ 1.0")
                    yield Figure(what="idle", value=idle["idle_percent"], unit="% of a core", aim="≤ 0.3")
                    yield Figure(what="idle, no mail read yet", value=idle["rss_mb"], unit="MB", aim="≤ 120")
                seconds = []
                for number in range(ARRIVALS + 1):
                    on.imap.deliver(accepted(NUMBER.format(number)), user=user)
                    start = time.perf_counter()
                    smtp.wait_for(number + 1, 30)
                    seconds.append(time.perf_counter() - start)
                    time.sleep(0.3)
                yield Figure(
                    what=f"arrival to notice, {f'poll {poll} s' if poll else 'IDLE'}",
                    unit="s, median",
                    aim=aim,
                    value=statistics.median(seconds[1:]),
                )  # fmt: skip  the first starts the reader


def figures(mails: int = 1000, rounds: int = 3, *, million: bool = False) -> Iterator[Figure]:
    """Everything, as it is measured."""
    made: Traffic = traffic(mails)
    with ground(made, SCANS, *QUIET) as on:
        on.imap.fill(traffic(mails, scanned=True).mails, user=SCANS)
        yield from throughput(on, mails, rounds)
        yield from flatness(on, [10_000, 200_000, *([1_000_000] * million)])
        yield from latency(on)


def main() -> None:
    """Run it; each figure is told as it comes, the table at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--million", action="store_true", help="also fill 1,000,000 requests (a minute more)")
    chosen = parser.parse_args()
    found = []
    for figure in figures(chosen.mails, chosen.rounds, million=chosen.million):
        found.append(figure)
        print(f"  … {figure.what}: {figure.value:.2f} {figure.unit}", file=sys.stderr, flush=True)
    print(table(found))


if __name__ == "__main__":
    main()
