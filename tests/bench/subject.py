"""The measured process: python -m tests.bench.subject MODE PLACE (tests.bench.ground starts it). Prints JSON.

fetch      raw fetch with imaplib: the floor of intake
reference  the hand-tuned path (tests.bench.reference)
stages     maild's services one after the other, for the split
daemon     the real supervisor catching up on the whole mailbox
latency    the real supervisor, idle; mails come one by one (told on standard input)
record     decide and record alone, readings made beforehand
outage     the real supervisor and a heap of mails, for its memory and its order
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import os
import pstats
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from maild.daemon.notify import Notifier
from maild.garbage import loading, serving
from tests.bench.ground import Place
from tests.bench.meter import Meter, Spent, children, peak_mb, rss_mb

PROFILE = os.environ.get("BENCH_PROFILE", "")


def _result(place: Place, spent: Spent, **more: Any) -> dict[str, Any]:
    workers = sum(map(peak_mb, children()))
    return {"seconds": spent.wall, "own": spent.own, "workers": spent.workers, "peak_mb": peak_mb(),
            "workers_mb": workers, **more}  # fmt: skip


def fetch(place: Place) -> dict[str, Any]:
    from tests.bench.reference import fetch as raw

    spent, size = Spent(), 0
    with Meter(spent):
        for batch in raw("localhost", place.imap_port, place.ca_file, place.user, "pw"):
            size += sum(map(len, batch))
    return _result(place, spent, bytes=size)


def reference(place: Place) -> dict[str, Any]:
    from tests.bench import reference as by_hand
    from tests.bench.traffic import KEYS, dns

    spent = Spent()
    pem, answers = (KEYS / "rsa2048.pem").read_bytes(), dns()
    with Meter(spent):
        batches = by_hand.fetch("localhost", place.imap_port, place.ca_file, place.user, "pw")
        counts = by_hand.whole_path(batches, Path(place.folder) / "maild.db", answers, place.smtp_port, pem)
    return _result(place, spent, **counts)


def services(place: Place, *, supervised: bool = False, **more: Any) -> Any:
    """maild wired for the place, its reader started. supervised: the supervisor says when all is loaded."""
    from maild.bootstrap import Services

    made = Services(place.settings(), **more)
    made.prepare()
    if not supervised:
        serving()
    return made


def _profiled(stage: str, work: Callable[[], Any]) -> Any:
    """Profile the stage that BENCH_PROFILE names (its main thread), on standard error."""
    if stage != PROFILE:
        return work()
    profile = cProfile.Profile(time.process_time)
    result = profile.runcall(work)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(45).sort_stats("cumtime").print_stats(70)
    return result


def _timed(owner: Any, name: str, spent: Spent) -> None:
    """Count the CPU of calls of a synchronous method."""
    inner = getattr(owner, name)

    def outer(*args: Any, **kwargs: Any) -> Any:
        wall, own = time.perf_counter(), time.thread_time()
        try:
            return inner(*args, **kwargs)
        finally:
            spent.wall += time.perf_counter() - wall
            spent.own += time.thread_time() - own

    setattr(owner, name, outer)


def stages(place: Place) -> dict[str, Any]:
    """Receive all, then read and record all, then send all."""
    made = services(place)
    split = {
        name: Spent() for name in ("receive", "read", "decide + record", "relay", "render", "sign", "plan", "keep")
    }
    with Meter(split["receive"]):
        _profiled("receive", lambda: [made.intake.run_once(mailbox) for mailbox in made.mailboxes])
    processor = made.processor
    _timed(processor, "_settle_all", split["decide + record"])
    whole = Spent()

    def process() -> int:
        total = 0
        while (done := processor.run_once(50)).total or done.more:  # of one batch all may wait for their files
            total += done.total
        return total

    with Meter(whole):
        total = _profiled("process", process)
    recorded = split["decide + record"]
    split["read"] = Spent(wall=whole.wall - recorded.wall, own=whole.own - recorded.own, workers=whole.workers)
    renderer, signer = made.renderer, made.signer
    _timed(renderer, "render", split["render"])
    _timed(signer.__class__, "sign", split["sign"])
    _timed(made.relay, "_plan", split["plan"])
    _timed(made.relay, "_keep", split["keep"])
    with Meter(split["relay"]):
        sent = _profiled("relay", lambda: asyncio.run(_send_all(made)))
    result = _result(place, whole, mails=total, notices=sent,
                     split={name: {"wall": s.wall, "cpu": s.cpu, "workers": s.workers} for name, s in split.items()},
                     kinds=_kinds(made))  # fmt: skip
    made.close()
    return result


def _kinds(made: Any) -> dict[str, int]:
    from sqlalchemy import text

    with made.store._engine.connect() as connection:
        rows = connection.execute(text("SELECT status || ' ' || kind, count(*) FROM mail GROUP BY 1 ORDER BY 2 DESC"))
        counts = dict(rows.tuples().all())
        rows = connection.execute(text("SELECT 'notice ' || state || ' ' || kind, count(*) FROM outbox GROUP BY 1"))
        return counts | dict(rows.tuples().all())


async def _send_all(made: Any) -> int:
    sent = 0
    while True:
        report = await made.relay.run_once()
        sent += report.sent
        if not report.more:
            await made.relay.close()
            return sent


def _supervised(place: Place, drive: Callable[[Any, Any], None], notifier: Any = None, **more: Any) -> None:
    """Run the real supervisor; `drive` runs in a thread beside it and ends it by returning."""
    from maild.daemon import logs
    from maild.daemon.supervisor import Supervisor
    from maild.heap import give_back

    give_back()  # as `maild run` does
    logs.configure("keyvalue", "info")
    made = services(place, supervised=True, **more)

    async def run() -> None:
        supervisor = Supervisor(made, notifier)
        loop = asyncio.get_running_loop()

        def beside() -> None:
            try:
                drive(made, supervisor)
            finally:
                loop.call_soon_threadsafe(supervisor.stop)

        thread = threading.Thread(target=beside)
        thread.start()
        await supervisor.run()
        thread.join()

    asyncio.run(run())


def _waiting(made: Any) -> int:
    from sqlalchemy import text

    with made.store._engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM outbox WHERE free_at IS NOT NULL")).scalar_one())


def daemon(place: Place) -> dict[str, Any]:
    """Catch up, to the last notice taken by the server; counted once a fifth of the mails is settled (all is warm)."""
    done: list[float] = []
    result: dict[str, Any] = {}
    spent = Spent()

    def drive(made: Any, supervisor: Any) -> None:
        deadline = time.monotonic() + 150
        while len(done) < place.mails // 5 and time.monotonic() < deadline:
            time.sleep(0.01)
        before, sent = len(done), supervisor._counts["sent"]
        with Meter(spent):
            while (len(done) < place.mails or _waiting(made)) and time.monotonic() < deadline:
                time.sleep(0.01 if len(done) >= place.mails else 0.05)
        result.update(
            _result(
                place, spent, mails=len(done) - before, notices=supervisor._counts["sent"] - sent, threads=threads()
            )
        )

    _supervised(place, drive, on_result=lambda processed: done.append(time.monotonic()))
    return result


def threads() -> dict[str, float]:
    """CPU seconds of this process's threads, by name; short-lived ones of a pool are lost."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    spent: dict[str, float] = {}
    for task in Path("/proc/self/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        name = names.get(int(task.name), "?")
        spent[name] = spent.get(name, 0.0) + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


def latency(place: Place) -> dict[str, Any]:
    """Says 'ready' as to systemd; after each line on standard input, how idle it was since, until input ends."""

    class Told(Notifier):
        def ready(self) -> None:
            print("ready", flush=True)

    def drive(made: Any, supervisor: Any) -> None:
        while True:
            idle = Spent()
            with Meter(idle):
                line = sys.stdin.readline()
            if not line:
                return
            print(json.dumps({"idle_percent": 100 * idle.cpu / idle.wall, "rss_mb": rss_mb(),
                              "workers_mb": sum(map(rss_mb, children()))}), flush=True)  # fmt: skip

    _supervised(place, drive, notifier=Told())
    return {}


def record(place: Place) -> dict[str, Any]:
    """Decide and record alone, milliseconds a mail: all mails are received and read first."""
    made = services(place)
    for mailbox in made.mailboxes:
        made.intake.run_once(mailbox)
    spent, total = Spent(), 0
    _timed(made.processor, "_settle_all", spent)
    while (done := made.processor.run_once(50)).total or done.more:
        total += done.total
    made.close()
    return {"mails": total, "wall": spent.wall, "cpu": spent.own}


def outage(place: Place) -> dict[str, Any]:
    """A heap to the last notice, with the most memory that was held (tests.bench.outage)."""
    from tests.bench.outage import worked_off

    return worked_off(place)


MODES: dict[str, Callable[[Place], dict[str, Any]]] = {
    "fetch": fetch, "reference": reference, "stages": stages, "daemon": daemon, "latency": latency, "record": record,
    "outage": outage,
}  # fmt: skip


if __name__ == "__main__":
    loading()  # as a command does
    print(json.dumps(MODES[sys.argv[1]](Place(**json.loads(sys.argv[2])))), flush=True)
