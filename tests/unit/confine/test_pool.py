"""Confined workers: what they cannot do, and what becomes of a call that goes wrong."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maild.confine.limits import Limits
from maild.confine.pool import Work, WorkerPool, WorkerStopped
from maild.confine.resting import RestingPool
from maild.domain.errors import MalformedMail, Permanent, RuleError

ENTRY = "tests.unit.confine.entries:make"
PARENT = os.getpid()


def make_pool(
    *, seconds: float = 5.0, cpu: float = 5.0, workers: int = 1, threads: bool = False, **options: str
) -> WorkerPool:
    """A pool of test workers with 400 MB each."""
    limits = Limits(memory_mb=400, cpu_seconds=cpu, threads=threads)
    return WorkerPool(Work(entry=ENTRY, options=options, limits=limits), workers=workers, seconds=seconds)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """One pool for the tests that leave its worker in order."""
    running = make_pool()
    yield running
    running.close()


def alive(pid: int) -> bool:
    """Whether the process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_call_and_its_frames(pool: WorkerPool) -> None:
    """JSON and bytes go there and come back, also half a surrogate pair and megabytes."""
    frames = [b"", b"\x00\xff", os.urandom(5_000_000)]
    args = {"text": "朱镕基 \udc80", "list": [1, 2.5, None, True]}
    assert pool.call("echo", args, frames) == (args, frames)


@pytest.mark.parametrize("how", ["", "RUNTIME_EXCEPTION : std::bad_alloc"])
def test_a_worker_that_others_have_filled_is_not_the_calls_fault(how: str) -> None:
    """What needs no more than it may is done in a new worker; what needs too much by itself is not tried for ever."""
    running = make_pool()
    try:
        workers = [running.call("grow", how)[0] for _ in range(6)]
        assert len(set(workers)) > 1
        with pytest.raises(WorkerStopped, match="more than 400 MB"):
            running.call("eat", None)
    finally:
        running.close()


def test_every_measure_is_in_force(pool: WorkerPool) -> None:
    """On a plain Linux nothing is missing; seccomp, rlimits and landlock always hold here."""
    pool.warm()
    missing = {name: why for name, why in pool.confinement.items() if why}
    assert set(missing) <= {"network_namespace"}
    assert len(pool.confinement) == 5


@pytest.mark.parametrize(
    ("kind", "args"),
    [
        ("fork", None), ("exec", None), ("subprocess", None), ("udp", None), ("kill", PARENT), ("signal0", None),
        ("read", "/etc/passwd"), ("read", __file__), ("write", "/dev/shm/maild-test"), ("thread", None),
    ],
    ids=["fork", "exec", "subprocess", "udp", "kill", "signal0", "read-passwd", "read-own", "write", "thread"],
)  # fmt: skip
def test_forbidden(pool: WorkerPool, kind: str, args: object) -> None:
    """Processes, programs, sockets, signals, files of others, writing, threads."""
    result, _ = pool.call(kind, args)
    assert result in ("PermissionError", "RuntimeError", "BlockingIOError")


def test_no_network(pool: WorkerPool) -> None:
    """Not even the loopback interface, where the database may listen."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert pool.call("socket", server.getsockname()[1])[0] == "PermissionError"


def test_no_file_is_made_changed_or_removed(pool: WorkerPool, tmp_path: Path) -> None:
    """Nor can one that exists be read."""
    path = tmp_path / "file"
    path.write_text("kept", encoding="ascii")
    for kind in ("write", "append", "unlink", "read"):
        assert pool.call(kind, str(path))[0] == "PermissionError"
    assert pool.call("write", str(tmp_path / "new"))[0] == "PermissionError"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert path.read_text(encoding="ascii") == "kept"


def test_nothing_of_our_environment(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets in variables stay with the daemon."""
    monkeypatch.setenv("MAILD_STORE__PASSWORD", "sesame")
    fresh = make_pool()
    environment, _ = fresh.call("environment", None)
    fresh.close()
    threads = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}
    assert set(environment) == {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "LANG", "PATH"} | threads
    assert pool.call("cwd", None)[0] == "/"


def test_threads_where_they_are_allowed() -> None:
    """OCR needs them; processes are forbidden all the same."""
    pool = make_pool(threads=True)
    assert pool.call("thread", None)[0] == ""
    assert pool.call("fork", None)[0] == "PermissionError"
    pool.close()


def test_libraries_load_in_confinement(pool: WorkerPool) -> None:
    """What reading imports only when a mail needs it."""
    for name in (
        "pypdfium2",
        "dkim",
        "cryptography.hazmat.primitives.asymmetric.rsa",
        "selectolax.lexbor",
        "PIL.Image",
    ):
        assert pool.call("import", name)[0] is True


@pytest.mark.parametrize(
    ("kind", "words", "counted"),
    [
        ("eat", "more than 400 MB", "raised"),
        ("raise", "raised KeyError: 'no such key'", "raised"),
        ("suicide", "exit code 3", "died"),
        ("garbage", "no proper answer", "died"),
    ],
)
def test_a_bad_call_costs_one_worker(kind: str, words: str, counted: str) -> None:
    """The next call has a fresh worker; the error says what happened and blames the mail."""
    pool = make_pool()
    first, _ = pool.call("pid", None)
    with pytest.raises(WorkerStopped, match=words) as caught:
        pool.call(kind, None)
    assert caught.value.mail_to_blame
    second, _ = pool.call("pid", None)
    assert second != first
    assert not alive(first)
    more = kind == "eat"  # what lacks memory is tried in a new worker: the first had served a call
    assert (getattr(pool.counters, counted), pool.counters.started, pool.counters.calls) == (1, 2 + more, 3 + more)
    pool.close()
    assert not alive(second)


def test_the_traceback_comes_along() -> None:
    """Staff see where the stage failed, not only that it did."""
    pool = make_pool()
    with pytest.raises(WorkerStopped) as caught:
        pool.call("raise", None)
    pool.close()
    assert "entries.py" in "".join(traceback.format_exception(caught.value))


def test_overtime_is_killed() -> None:
    """Asleep: by the wall clock, and promptly."""
    pool = make_pool(seconds=0.5)
    pool.warm()
    start = time.monotonic()
    with pytest.raises(WorkerStopped, match=r"longer than 0\.5 s"):
        pool.call("sleep", 60)
    assert time.monotonic() - start < 2.0
    assert pool.call("echo", 1)[0] == 1
    assert pool.counters.overtime == 1
    pool.close()


def test_a_spinning_worker_runs_out_of_cpu_time() -> None:
    """By the kernel, even where the wall clock would allow more."""
    pool = make_pool(seconds=30, cpu=0.5)
    with pytest.raises(WorkerStopped, match="CPU time"):
        pool.call("spin", None)
    pool.close()


def test_cpu_time_is_counted_for_each_call() -> None:
    """A worker that has done much is not ended for it."""
    pool = make_pool(cpu=1, seconds=60)  # by the clock: a busy machine has no time to speak of
    first, _ = pool.call("pid", None)
    for _ in range(4):
        pool.call("busy", 0.6)
    assert pool.call("pid", None)[0] == first
    pool.close()


def test_killed_from_outside_in_the_middle() -> None:
    """kill -9 during a call: that call fails, the next does not."""
    pool = make_pool(seconds=20)
    pid, _ = pool.call("pid", None)
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(WorkerStopped, match="SIGKILL"):
        pool.call("sleep", 15)
    assert pool.call("echo", "on")[0] == "on"
    pool.close()


def test_killed_between_calls() -> None:
    """A worker found dead is noticed by the next call, which alone is retried later."""
    pool = make_pool()
    pid, _ = pool.call("pid", None)
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert pool.call("echo", "on")[0] == "on"
    pool.close()


def test_one_crash_leaves_the_others() -> None:
    """Two workers, many threads, some of the calls deadly: every other call is answered."""
    pool = make_pool(workers=2)
    results: dict[int, object] = {}

    def run(number: int) -> None:
        try:
            results[number] = pool.call("suicide" if number % 7 == 3 else "echo", number)[0]
        except WorkerStopped:
            results[number] = "stopped"

    threads = [threading.Thread(target=run, args=(n,)) for n in range(28)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    pool.close()
    assert results == {n: "stopped" if n % 7 == 3 else n for n in range(28)}


def test_malformed_mail_is_passed_on(pool: WorkerPool) -> None:
    """With what could be saved, and without loss of the worker."""
    first, _ = pool.call("pid", None)
    with pytest.raises(MalformedMail, match="no mail at all") as caught:
        pool.call("malformed", None, [b"raw"])
    assert (caught.value.headers, caught.value.raw) == ((("Subject", "x"),), b"raw")
    assert pool.call("pid", None)[0] == first


def test_a_refusal_at_the_start_is_a_configuration_error() -> None:
    """A broken rule file is told as such, with its remedy, and not blamed on the mail."""
    pool = make_pool(refuse="line 3: unknown key")
    with pytest.raises(RuleError, match="line 3") as caught:
        pool.warm()
    assert caught.value.remedy == "mend it"
    pool.close()


def test_what_was_begun_loads_beside_and_is_the_first_worker() -> None:
    """Begun twice or called at once, there is one process; a call waits until it is confined."""
    pool = make_pool(workers=2)
    pool.begin()
    pool.begin()
    assert pool.confinement == {}
    pool.call("echo", "on")
    pool.warm()
    assert pool.counters.started == 1
    assert set(pool.confinement) >= {"landlock", "seccomp"}
    pool.close()


def test_what_was_begun_and_refuses_says_so_when_it_is_waited_for() -> None:
    """And the next try starts another."""
    pool = make_pool(refuse="line 3: unknown key")
    pool.begin()
    for _ in range(2):
        with pytest.raises(RuleError, match="line 3"):
            pool.warm()
    assert pool.counters.started == 2
    pool.close()


def test_what_was_begun_and_died_is_replaced() -> None:
    """A call that finds it dead starts another, as between calls."""
    pool = make_pool()
    pool.begin()
    worker = pool._places._free[0]
    assert worker is not None
    worker._process.kill()
    worker._process.wait()
    assert pool.call("echo", "on")[0] == "on"
    assert pool.counters.started == 2
    pool.close()


def test_a_worker_that_does_not_start_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is too busy: temporary, nothing is blamed on a mail, and the next try starts one."""
    pool = make_pool()
    with monkeypatch.context() as busy:
        busy.setattr("maild.confine.pool._START_SECONDS", 0.001)
        with pytest.raises(WorkerStopped, match="did not start in time") as caught:
            pool.call("pid", None)
    assert not caught.value.mail_to_blame
    assert pool.call("pid", None)[0]
    pool.close()


def test_an_entry_that_does_not_exist() -> None:
    """A fault of the installation: permanent, with the traceback."""
    pool = WorkerPool(Work(entry="maild.confine.nothing:make"))
    with pytest.raises(Permanent, match="ModuleNotFoundError"):
        pool.call("echo", None)
    pool.close()


def test_a_closed_pool_says_so(pool: WorkerPool) -> None:
    """And starts nothing any more."""
    done = make_pool()
    done.close()
    with pytest.raises(Permanent, match="closed"):
        done.call("echo", None)


def test_workers_are_replaced_after_many_calls() -> None:
    """So that a leak in a library does not grow for ever."""
    limits = Limits(memory_mb=400)
    pool = WorkerPool(Work(entry=ENTRY, limits=limits), max_calls=3)
    pids = {pool.call("pid", None)[0] for _ in range(9)}
    assert len(pids) == 3
    pool.close()


def test_after_a_while_without_a_call_as_many_are_left_as_are_kept() -> None:
    """Those that stay are called first; the others are started anew where calls need them."""
    work = Work(entry=ENTRY, limits=Limits(memory_mb=400))
    pool = RestingPool(work, idle_seconds=0.5, keep=1, workers=2)

    def both() -> set[int]:
        with ThreadPoolExecutor(2) as beside:
            list(beside.map(lambda _: pool.call("sleep", 0.3), range(2)))
            return {worker._process.pid for worker in pool._places._free}

    pids = both()
    assert len(pids) == 2
    deadline = time.monotonic() + 10
    while sum(map(alive, pids)) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    (left,) = filter(alive, pids)
    assert pool.call("pid", None)[0] == left
    assert pool.counters.started == 2
    assert left in both()
    assert pool.counters.started == 3
    pool.close()


@pytest.mark.parametrize("keep", [0, 1])
def test_what_is_at_work_does_not_rest(keep: int) -> None:
    """Calls that follow each other, or one that takes long, keep their worker."""
    pool = RestingPool(Work(entry=ENTRY, limits=Limits(memory_mb=400)), idle_seconds=0.2, keep=keep)
    pid = pool.call("pid", None)[0]
    for _ in range(4):
        time.sleep(0.1)
        assert pool.call("pid", None)[0] == pid
    pool.call("sleep", 0.6)
    assert pool.call("pid", None)[0] == pid
    pool.close()


def test_a_worker_ends_with_the_daemon() -> None:
    """Its connection closes, and it is gone."""
    pool = make_pool()
    pid, _ = pool.call("pid", None)
    worker = pool._places.take()
    assert worker is not None
    worker.channel.sock.close()
    worker._process.wait(5)
    assert not alive(pid)
