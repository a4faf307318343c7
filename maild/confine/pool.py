"""The daemon's side of its workers: starts them at need, times every call, kills and replaces."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from maild.confine import SAY
from maild.confine.limits import Limits, missing
from maild.confine.places import Places
from maild.confine.wire import Closed, SocketChannel, WireFault, receive, send
from maild.domain import SAY as DOMAIN
from maild.domain import errors
from maild.domain.errors import ConfigError, MalformedMail, Permanent, Temporary

_ANSWER_SECONDS = 5  # to read an answer that lies there
_START_SECONDS = 60.0
_WALL = 4.0  # times a call's CPU time, by the clock: only a machine that is busy beyond that changes an outcome
_SIGNALS = {
    signal.SIGXCPU: "more_cpu_time",
    signal.SIGSYS: "forbidden_call",
    signal.SIGSEGV: "crashed",
    signal.SIGKILL: "killed",
}


_LESS_WILL_DO = threading.Event()


def require_confinement(required: bool) -> None:
    """Whether this process refuses workers that the system does not confine fully; it does unless told otherwise."""
    if required:
        _LESS_WILL_DO.clear()
    else:
        _LESS_WILL_DO.set()


class WorkerStopped(Temporary):
    """A worker had to be stopped, or died, over a call; a fresh one takes its place.

    `mail_to_blame`: the bytes it was given are the likely cause, so tries are counted.
    """

    def __init__(self, what: str, *, mail_to_blame: bool = True) -> None:
        super().__init__(what)
        self.mail_to_blame = mail_to_blame


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """What happened since the start."""

    calls: int = 0
    started: int = 0
    overtime: int = 0
    died: int = 0
    raised: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the workers of a pool do. entry: 'module:function' (see maild.confine.worker); options: JSON."""

    entry: str
    options: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


class Worker:
    """One child process. Not thread-safe: the pool hands it to one caller at a time."""

    def __init__(self, work: Work) -> None:
        """Start it: it loads what it works with, and is of use once it is `confined`."""
        ours, theirs = socket.socketpair()
        self.calls = 0
        self.confinement: dict[str, str] = {}
        self.channel = SocketChannel(ours)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "maild.confine.worker", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_environment(),
                start_new_session=True,
            )
        try:
            order = {"entry": work.entry, "options": dict(work.options), "limits": asdict(work.limits)}
            self._ask(order, (), _START_SECONDS)
        except BaseException:
            self.stop()
            raise

    def confined(self) -> Worker:
        """It, once it is confined; stopped where this raises: ConfigError (as the entry did), WorkerStopped."""
        if not self.confinement:
            try:
                self.confinement = self._prepared()
            except BaseException:
                self.stop()
                raise
        return self

    def _prepared(self) -> dict[str, str]:
        # What was begun long ago may have answered since: its time runs while the daemon does something else.
        self.channel.deadline = max(self.channel.deadline, time.monotonic() + min(_ANSWER_SECONDS, _START_SECONDS))
        try:
            answer, _ = self._answer()
        except TimeoutError as error:
            raise WorkerStopped(SAY("not_started_in_time"), mail_to_blame=False) from error
        except WireFault as error:
            what = SAY("died_at_start", why=self.last_words())
            raise WorkerStopped(what, mail_to_blame=False) from error
        if "raised" in answer:
            _raise_start_fault(*answer["raised"])
        report: dict[str, str] = answer["ready"]
        if (open_doors := missing(report)) and not _LESS_WILL_DO.is_set():
            what = SAY("no_confinement", doors=", ".join(open_doors))
            raise ConfigError(what, remedy="a newer kernel, or confine.required = false to do with less")
        return report

    def exchange(self, header: Any, frames: Sequence[bytes], seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        """Send, and wait for the answer. Raises TimeoutError, WireFault."""
        self._ask(header, frames, seconds)
        return self._answer()

    def _ask(self, header: Any, frames: Sequence[bytes], seconds: float) -> None:
        self.channel.deadline = time.monotonic() + seconds
        with suppress(Closed):  # a worker that died may have left its last words to read
            send(self.channel, header, frames)

    def _answer(self) -> tuple[dict[str, Any], list[bytes]]:
        answer, out = receive(self.channel)
        if not isinstance(answer, dict):
            raise WireFault(SAY("no_object"))
        return answer, out

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Kill it with all it may have started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self.channel.sock.close()

    def last_words(self) -> str:
        """How it ended, in words; to be asked once it is gone or going."""
        try:
            code = self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            return SAY("closed_connection")
        if code < 0:
            died = signal.Signals(-code)
            return SAY(_SIGNALS[died]) if died in _SIGNALS else SAY("ended_by", signal=died.name)
        return SAY("exit_code", code=code)


def _environment() -> dict[str, str]:
    """Nothing of ours (which may hold secrets) but where the code lies."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(dict.fromkeys([root, *filter(None, sys.path)]))
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # else NumPy starts a thread for each core
    return {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", **single}


def _raise_start_fault(name: str, what: str, trace: str) -> None:
    """The entry refused: its ConfigError is ours; anything else is a fault of the installation."""
    kind = getattr(errors, name, None)
    text, _, remedy = what.partition("\n  remedy: ")
    if isinstance(kind, type) and issubclass(kind, ConfigError):
        raise kind(text, remedy=remedy)
    fault = Permanent(SAY("could_not_start", kind=name, why=what))
    fault.add_note(trace)
    raise fault


def _lacks_memory(answer: Mapping[str, Any]) -> bool:
    """Whether a call ended for want of memory: Python's own way to say so, or that of a library in C++."""
    name, what, _ = answer.get("raised", ("", "", ""))
    return name == "MemoryError" or "bad_alloc" in what


class WorkerPool:
    """Up to `workers` processes doing `work`; started at need, one call each at a time. Thread-safe.

    seconds    wall-clock limit of a call; as a rule some times its CPU limit, which is what bounds it
    max_calls  a worker is replaced after so many calls, so that no library's leak grows for ever
    patience   seconds a call waits for a worker that is free; None: as long as it takes
    grows_after  seconds that a call waits for a worker that runs before one more is started (Places)
    """

    def __init__(
        self,
        work: Work,
        *,
        workers: int = 1,
        seconds: float | None = None,
        max_calls: int = 20_000,
        patience: float | None = None,
        grows_after: float = 0.0,
    ) -> None:
        self._work = work
        self._patience = patience
        self._seconds = seconds or _WALL * work.limits.cpu_seconds
        self._max_calls = max_calls
        self._lock = threading.Lock()
        self._counters = Counters()
        self._closed = False
        self.confinement: dict[str, str] = {}
        self._places: Places[Worker] = Places(workers, grows_after)

    @property
    def counters(self) -> Counters:
        return self._counters

    def call(
        self, kind: str, args: Any, frames: Sequence[bytes] = (), *, seconds: float | None = None
    ) -> tuple[Any, list[bytes]]:
        """One call of the handler: (JSON, frames) out.

        A call that lacks memory in a worker that has served others is made once more, in a new one: what they left
        behind is no fault of this one's.

        Raises WorkerStopped (Temporary) where the worker ran over time, died or raised; Temporary where none became
        free in time; MalformedMail as the handler did; ConfigError or Permanent where no worker can be started at all.
        """
        answer, out, served = self._try(kind, args, frames, seconds, fresh=False)
        if served and _lacks_memory(answer):
            answer, out, _ = self._try(kind, args, frames, seconds, fresh=True)
        return self._outcome(answer, out)

    def _try(
        self, kind: str, args: Any, frames: Sequence[bytes], seconds: float | None, *, fresh: bool
    ) -> tuple[dict[str, Any], list[bytes], int]:
        """The answer, and how many calls its worker had served before. fresh: of a worker that has served none."""
        worker = self._free()
        keep = False
        try:
            if worker is None or not worker.alive or (fresh and worker.calls):  # killed meanwhile, not by this call
                worker = self._replace(worker)
            self._ready(worker)
            served = worker.calls
            answer, out = self._exchange(worker, [kind, args], frames, seconds or self._seconds)
            worker.calls += 1
            keep = "raised" not in answer and worker.calls < self._max_calls
        finally:
            if worker is not None and not keep:
                worker.stop()
            self._places.give(worker if keep else None)
        return answer, out, served

    def begin(self) -> None:
        """Start a process now, for which the next `warm` or call waits: it loads beside what this one does."""
        worker = self._places.take()
        try:
            worker = worker or self._launch()
        finally:
            self._places.give(worker)

    def warm(self) -> None:
        """Start a worker now, so that the first mail need not wait for it. Raises as `call` does."""
        worker, ready = self._places.take(), None
        try:
            ready = self._ready(worker or self._launch())
        finally:
            self._places.give(ready)

    def rest(self, keep: int = 0) -> None:
        """Stop the workers that have nothing to do, but `keep` of them; a call that finds none starts one anew."""
        for worker in self._places.idle(keep):
            worker.stop()

    def close(self) -> None:
        """Stop all workers; waits for calls under way."""
        self._closed = True
        for _ in range(self._places.most):
            if worker := self._places.take(at_once=True):
                worker.stop()
        for _ in range(self._places.most):
            self._places.give(None)  # a caller that still waits is told that we are closed

    def _free(self) -> Worker | None:
        try:
            return self._places.take(self._patience)
        except TimeoutError:
            raise Temporary(SAY("workers_busy"), remedy=DOMAIN("try_again")) from None

    def _replace(self, dead: Worker | None) -> Worker:
        if dead is not None:
            dead.stop()
        return self._launch()

    def _launch(self) -> Worker:
        if self._closed:
            raise Permanent(SAY("workers_closed"))
        worker = Worker(self._work)
        self._count("started")
        return worker

    def _ready(self, worker: Worker) -> Worker:
        self.confinement = worker.confined().confinement
        return worker

    def _exchange(
        self, worker: Worker, header: Any, frames: Sequence[bytes], seconds: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        self._count("calls")
        try:
            return worker.exchange(header, frames, seconds)
        except TimeoutError as error:
            self._count("overtime")
            raise WorkerStopped(SAY("took_longer", seconds=f"{seconds:g}")) from error
        except Closed as error:
            self._count("died")
            raise WorkerStopped(SAY("died_while_reading", why=worker.last_words())) from error
        except WireFault as error:
            self._count("died")
            raise WorkerStopped(SAY("no_proper_answer", why=error)) from error

    def _outcome(self, answer: dict[str, Any], out: list[bytes]) -> tuple[Any, list[bytes]]:
        if "result" in answer:
            return answer["result"], out
        if "malformed" in answer:
            what, headers = answer["malformed"]
            pairs = tuple((str(name), str(value)) for name, value in headers)
            raise MalformedMail(str(what), headers=pairs, raw=out[0] if out else b"")
        self._count("raised")
        name, what, trace = answer.get("raised", ("WireFault", SAY("unknown_answer"), ""))
        if _lacks_memory(answer):
            stopped = WorkerStopped(SAY("more_memory", mb=self._work.limits.memory_mb))
        else:
            stopped = WorkerStopped(SAY("reading_raised", kind=name, why=what))
        stopped.add_note(str(trace))
        raise stopped

    def _count(self, name: str) -> None:
        with self._lock:
            self._counters = replace(self._counters, **{name: getattr(self._counters, name) + 1})


class Confined:
    """What reads in confinement by a pool of workers, which it makes."""

    _pool: WorkerPool

    def begin(self) -> None:
        """Start a worker, and wait for nothing."""
        self._pool.begin()

    def warm(self) -> None:
        """Start a worker now. Raises ConfigError where what it is made of is broken."""
        self._pool.warm()

    @property
    def counters(self) -> Counters:
        return self._pool.counters

    @property
    def confinement(self) -> dict[str, str]:
        """Measure → '' where in force, else why it is not; empty before the first worker started."""
        return self._pool.confinement

    def close(self) -> None:
        """Stop the workers."""
        self._pool.close()
