"""Back-tests of drafted rules, in the background of the console: one at a time, bounded in number, memory and time.

A back-test lives in this process only: when the console restarts it is gone, and its page says so. What it reads is
opened by confined workers of its own, at a lower priority than everything else that the machine does.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from maild.console import SAY
from maild.domain.errors import MaildError, NotFound, Permanent, Temporary
from maild.domain.learning.backtest import BacktestReport, BacktestRow, Finding
from maild.office.workshop.backtest import Headway
from maild.spine.poison import Trouble, guard

MOST_WAITING = 4  # back-tests that wait for the one that runs
MOST_KEPT = 10  # back-tests that are over
KEPT = timedelta(hours=8)
MOST_ROWS = 200  # of one finding that are kept; all are counted
NICE = 10
STOP_SECONDS = 5.0


class State(StrEnum):
    """Where a back-test stands."""

    WAITING = "waiting"  # another one runs
    PREPARING = "preparing"  # the example is made, the rules are loaded
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # somebody stopped it: what was found until then is kept
    FAILED = "failed"


T = TypeVar("T")
OVER = frozenset({State.DONE, State.STOPPED, State.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be tried. text: the rule without its examples, as it was drafted or changed (`edited`).

    query: what the draft was made of, as the query of its page; whole: the example is the mail as it came
    """

    owner: str
    mail_id: int
    name: str
    text: str
    days: int
    whole: bool = False
    edited: bool = False
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """All files of the rule as they would be written. base: fingerprint of the rules they were tried among."""

    files: Mapping[str, bytes]
    base: str
    replaces: bool = False

    @property
    def digest(self) -> str:
        """Names exactly this text and these examples."""
        seen = hashlib.sha256(self.base.encode())
        for name in sorted(self.files):
            seen.update(f"{name}\0{hashlib.sha256(self.files[name]).hexdigest()}\n".encode())
        return seen.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """By whom and when; done: what the act said."""

    by: str
    at: datetime
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far it is. fault, remedy: why it failed."""

    state: State = State.WAITING
    headway: Headway | None = None
    ready: Ready | None = None
    report: BacktestReport | None = None
    fault: str = ""
    remedy: str = ""
    ended: datetime | None = None
    saved: Saved | None = None


@dataclass(slots=True)
class Try:
    """One back-test. `standing` is replaced as a whole, so that whoever reads it sees one moment."""

    id: str
    order: Order
    began: datetime
    standing: Standing = field(default_factory=Standing)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def over(self) -> bool:
        return self.standing.state in OVER

    def now(self, **changed: object) -> None:
        self.standing = replace(self.standing, **changed)  # type: ignore[arg-type]


# (the files of the order, among the rules of now); (a report of them). Both block, and raise the domain's errors.
Prepare = Callable[[Order], Ready]
Run = Callable[[Order, Ready, Callable[[Headway], None], Callable[[], bool]], BacktestReport]


class Tries:
    """All back-tests of this console. Thread-safe. now: the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._boot = secrets.token_hex(4)  # tells this process's back-tests from those before a restart
        self.saving = threading.Lock()  # held by who saves what was tried
        self._lock = threading.Lock()
        self._all: dict[str, Try] = {}
        self._queue: deque[tuple[Try, Prepare, Run]] = deque()
        self._thread: threading.Thread | None = None
        self._closing = False

    def start(self, order: Order, prepare: Prepare, run: Run) -> Try:
        """Begin, or wait for the one that runs. What its owner tries for the same mail yet ends. Raises Temporary."""
        with self._lock:
            self._forget()
            for other in self._all.values():
                if not other.over and (other.order.owner, other.order.mail_id) == (order.owner, order.mail_id):
                    self._end(other)
            if (
                self._closing
                or sum(not one.over and not one.stop.is_set() for one in self._all.values()) > MOST_WAITING
            ):
                raise Temporary(SAY("tests_of_others"))
            made = Try(id=f"{self._boot}-{secrets.token_hex(6)}", order=order, began=self._now())
            self._all[made.id] = made
            self._queue.append((made, prepare, run))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="back-tests", daemon=True)
                self._thread.start()
            return made

    def get(self, mail_id: int, id_: str) -> Try:
        """The back-test. Raises NotFound, which says whether the console was restarted."""
        with self._lock:
            self._forget()
            found = self._all.get(id_)
        if found is not None and found.order.mail_id == mail_id:
            return found
        if found is None and not id_.startswith(f"{self._boot}-"):
            raise NotFound(SAY("console_restarted"), remedy=SAY("start_unsaved_again"))
        raise NotFound(SAY("test_not_kept"), remedy=SAY("start_unsaved_again"))

    def ahead(self, one: Try) -> int:
        """How many are before it."""
        with self._lock:
            waiting = [other for other, _, _ in self._queue]
            running = any(o.standing.state in (State.PREPARING, State.RUNNING) for o in self._all.values())
        return waiting.index(one) + running if one in waiting else 0

    def cancel(self, one: Try) -> None:
        """Stop it after the mails that are being read. Nothing happens where it is over."""
        with self._lock:
            if not one.over:
                self._end(one)

    def saved(self, one: Try, by: str, done: str) -> None:
        """Remember that its rule was saved."""
        one.now(saved=Saved(by=by, at=self._now(), done=done))

    def close(self) -> None:
        """Stop all; waits a little for the one that runs."""
        with self._lock:
            self._closing = True
            for one in self._all.values():
                one.stop.set()
            thread = self._thread
        if thread is not None:
            thread.join(STOP_SECONDS)

    # -- inside -----------------------------------------------------------------------------------

    def _end(self, one: Try) -> None:
        one.stop.set()
        if one.standing.state is State.WAITING:
            self._queue = deque(entry for entry in self._queue if entry[0] is not one)
            one.now(state=State.STOPPED, ended=self._now())

    def _forget(self) -> None:
        """What is over for long, and the oldest of too many."""
        over = [one for one in reversed(self._all.values()) if one.over]  # the latest first
        old = self._now() - KEPT
        for place, one in enumerate(over):
            if place >= MOST_KEPT or one.began < old:
                del self._all[one.id]

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._queue or self._closing:
                    self._thread = None
                    return
                one, prepare, run = self._queue.popleft()
            if not one.stop.is_set():
                self._try(one, prepare, run)

    def _try(self, one: Try, prepare: Prepare, run: Run) -> None:
        one.now(state=State.PREPARING)
        ready = guard(lambda: _said(lambda: prepare(one.order)))
        if isinstance(ready, Trouble | MaildError):
            self._failed(one, ready)
            return
        one.now(ready=ready, state=State.RUNNING)
        report = _apart(lambda: run(one.order, ready, lambda headway: one.now(headway=headway), one.stop.is_set))
        if isinstance(report, Trouble | MaildError):
            self._failed(one, report)
            return
        state = State.DONE if report.complete else State.STOPPED
        one.now(report=_bounded(report), state=state, ended=self._now())

    def _failed(self, one: Try, trouble: Trouble | MaildError) -> None:
        if isinstance(trouble, MaildError):
            one.now(state=State.FAILED, fault=trouble.what, remedy=trouble.remedy, ended=self._now())
        else:
            one.now(state=State.FAILED, fault=trouble.what, ended=self._now())


def _said(work: Callable[[], T]) -> T | MaildError:
    """What was raised on purpose keeps its remedy."""
    try:
        return work()
    except MaildError as error:
        return error


def _apart(work: Callable[[], T]) -> T | MaildError | Trouble:
    """In a thread of low priority, which its workers inherit: a thread cannot raise its own again (setpriority(2))."""
    found: list[T | MaildError | Trouble] = []

    def run() -> None:
        with suppress(OSError):  # not granted: it runs as everything else does
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        found.append(guard(lambda: _said(work)))

    thread = threading.Thread(target=run, name="back-test", daemon=True)
    thread.start()
    thread.join()
    return found[0] if found else Permanent(SAY("test_without_result"))


def _bounded(report: BacktestReport) -> BacktestReport:
    kept: list[BacktestRow] = []
    for finding in Finding:
        kept += report.of(finding)[:MOST_ROWS]
    return replace(report, rows=tuple(kept), counts=MappingProxyType(dict(report.counts)))
