"""Who made headway, and when: the watchdog is fed by work done, not by a timer that always runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from maild.domain.incoming.mail import Glance, RawMail
from maild.domain.records.journal import Skipped
from maild.ports import Filing, FolderStatus, Mailbox


@dataclass(slots=True)
class _Stamp:
    at: float
    limit: float
    answered: float | None = None


class Progress:
    """Stamps by name on the monotonic clock. Thread-safe."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._stamps: dict[str, _Stamp] = {}
        self._lock = threading.Lock()

    def expect(self, name: str, limit: float) -> None:
        """From now on `name` has to be heard of at least every `limit` seconds."""
        with self._lock:
            self._stamps[name] = _Stamp(self._monotonic(), limit)

    def stamp(self, name: str) -> None:
        """`name` has just made headway."""
        with self._lock:
            if known := self._stamps.get(name):
                known.at = self._monotonic()

    def answer(self, name: str) -> None:
        """`name` has made headway because its server answered: a failure is headway, too, but no answer."""
        with self._lock:
            if known := self._stamps.get(name):
                known.at = known.answered = self._monotonic()

    def dismiss(self, name: str) -> None:
        """`name` has ended, as it should."""
        with self._lock:
            self._stamps.pop(name, None)

    def answers(self) -> dict[str, timedelta]:
        """How long ago the server of each answered, for those that have been answered at all."""
        now = self._monotonic()
        with self._lock:
            return {
                name: timedelta(seconds=now - stamp.answered)
                for name, stamp in sorted(self._stamps.items())
                if stamp.answered is not None
            }

    def stalled(self) -> list[str]:
        """Who has not been heard of for too long, with the seconds."""
        return [f"{name} ({seconds:.0f} s)" for name, seconds in sorted(self._late().items())]

    def stalled_names(self) -> list[str]:
        """The same by name alone."""
        return sorted(self._late())

    def _late(self) -> dict[str, float]:
        now = self._monotonic()
        with self._lock:
            return {name: now - stamp.at for name, stamp in self._stamps.items() if now - stamp.at > stamp.limit}


class StampedMailbox:
    """A mailbox whose every answer counts as headway, so that a long intake is not taken for a hang.

    Once `stopping`, a fetch ends early: intake keeps what it has and goes on from there next time.
    """

    def __init__(self, mailbox: Mailbox, stamp: Callable[[], None], stopping: threading.Event) -> None:
        self.name = mailbox.name
        self.mailbox = mailbox
        self._stamp = stamp
        self._stopping = stopping

    def open(self) -> FolderStatus:
        status = self.mailbox.open()
        self._stamp()
        return status

    def uids(self, after: int, upto: int | None = None) -> list[int]:
        found = self.mailbox.uids(after, upto)
        self._stamp()
        return found

    def fetch(self, uids: Sequence[int]) -> Iterator[RawMail | Skipped]:
        for item in self.mailbox.fetch(uids):
            self._stamp()
            yield item
            if self._stopping.is_set():
                return

    def glance(self, uids: Sequence[int], fields: Sequence[str] = ("MESSAGE-ID",)) -> Iterator[Glance]:
        for found in self.mailbox.glance(uids, fields):
            self._stamp()
            yield found

    def file(self, uids: Sequence[int], filing: Filing) -> list[int]:
        done = self.mailbox.file(uids, filing)
        self._stamp()
        return done

    def wait(self, seconds: float) -> bool:
        news = self.mailbox.wait(seconds)
        self._stamp()
        return news

    def close(self) -> None:
        self.mailbox.close()
