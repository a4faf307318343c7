"""Copies of what was sent: in the commit of the mark at first, files of the blob folder once nothing is being sent.

A file is two fsyncs, which each notice of a heap would wait for; and what a database keeps for years is in each of its
backups, where files are stored once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from maild.domain.errors import MaildError
from maild.domain.records.copies import taken_apart
from maild.notify.sending.outcome import Outcome
from maild.ports import BlobStore, Clock

if TYPE_CHECKING:
    from maild.store.uow import Store

REST = 5.0  # seconds without a mail after which files are written
AT_ONCE = 100  # files a transaction
AT_MOST = 0.5  # seconds
MOST_BYTES = 250_000  # a larger copy is a file at once


class Copying:
    """Keeps copies. Used from one thread at a time.

    uncopied: why no copy could be kept of what was sent last, '' where it is
    unfiled: why files cannot be written of copies that lie in the database, '' where they can
    """

    def __init__(self, store: Store, blobs: BlobStore, clock: Clock) -> None:
        self._store, self._blobs, self._clock = store, blobs, clock
        self._fresh, self._since = True, clock.monotonic()  # a process that died may have left some
        self.uncopied = self.unfiled = ""

    def take(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Outcomes with the copies of the mails that were taken, to be recorded with their marks. What mails attach
        becomes files here; a disk that fails costs such copies, not the marks: none goes twice.
        """
        return [self._taken(outcome) if outcome.raw else outcome for outcome in outcomes]

    def _taken(self, outcome: Outcome) -> Outcome:
        copy = taken_apart(outcome.raw)
        large = len(copy.whole) > MOST_BYTES
        self._fresh, self._since = True, self._clock.monotonic()
        if files := [*copy.parts.values(), *([copy.whole] if large else [])]:
            try:
                self._blobs.put_many(files)
            except MaildError as error:
                self.uncopied = error.what
                return replace(outcome, raw=b"")
            self.uncopied = ""
        name = hashlib.sha256(copy.whole).hexdigest()
        whole = b"" if large else copy.whole
        return replace(outcome, raw=b"", copy=name, whole=whole, parts=tuple(copy.parts))

    @property
    def due(self) -> bool:
        """Whether files are to be written now."""
        return self._fresh and self._clock.monotonic() - self._since >= REST

    def file(self) -> None:
        """Write files of copies in the database, and take those out of it, for as long as a notice may wait; the next
        call goes on. Raises what the store does.
        """
        begun = self._clock.monotonic()
        while self._clock.monotonic() - begun < AT_MOST:
            with self._store.read() as uow:
                some = uow.fresh_copies.some(AT_ONCE)
            try:
                self._blobs.put_many(list(some.values()))
            except MaildError as error:
                self.unfiled, self._since = error.what, self._clock.monotonic()
                return
            self.unfiled = ""
            if some:
                with self._store.begin() as uow:
                    # A person may have been erased meanwhile: a file that came too late goes again.
                    gone = some.keys() - uow.fresh_copies.drop(some)
                    uow.erasures.unlink(gone, self._clock.now())
            if len(some) < AT_ONCE:
                self._fresh = False
                return
