"""Copies of what left, for people who look into the folder of sent mail: laid after the notice, and never in its way.

That a copy is wanted is written with the mark that the mail was sent. It is laid from what was kept of the mail, in a
round of its own: claimed for a while, laid, crossed off. Should maild die between the last two, the next round finds
its Message-ID in the folder and lays nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from maild.domain.errors import MaildError, Temporary
from maild.domain.operation.backoff import Backoff
from maild.domain.operation.waits import COPY_CAP
from maild.domain.records.copies import SentCopy
from maild.notify.sending import SAY
from maild.notify.sending.ending import note
from maild.ports import BlobStore, Clock

if TYPE_CHECKING:
    from maild.mailbox.sent import ImapSentFolder, OpenSentFolder
    from maild.store.uow import Store

BATCH = 20
HOLD = timedelta(minutes=15)  # so long a round has its copies to itself
REFUSED = 3  # copies refused one after the other: the folder takes nothing now
GIVE_UP = timedelta(days=5)  # since it was sent: as long as a mail itself is tried (RFC 5321 section 4.5.4.1)
AGAIN = Backoff(base=60.0, cap=COPY_CAP.total_seconds() / 4, jitter=0.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayingReport:
    """What one round did. gone: copies that there are no more; more: call again at once; trouble: the last refusal."""

    laid: int = 0
    refused: int = 0
    gone: int = 0
    given_up: int = 0
    more: bool = False
    trouble: str = ""


class Laying:
    """Lays what is wanted. Used from one thread; several processes may share a database."""

    def __init__(
        self,
        store: Store,
        blobs: BlobStore,
        folder: ImapSentFolder,
        clock: Clock,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._blobs, self._folder, self._clock, self._chance = store, blobs, folder, clock, chance
        self._stopping = False

    def stop(self) -> None:
        """Begin no further copy."""
        self._stopping = True

    def run_once(self) -> LayingReport:
        """One round. Raises as the store does, and Temporary or Permanent where the folder cannot be reached."""
        with self._store.read() as uow:
            if self._stopping or not uow.sent_copies.waiting():
                return LayingReport()
        with self._store.begin() as uow:
            now = self._clock.now()
            copies = uow.sent_copies.claim(BATCH, now, now + HOLD)
        if not copies:
            return LayingReport()
        left = list(copies)
        try:
            with self._folder.open() as folder:
                return self._lay_all(folder, left)
        except MaildError as error:
            self._put_back(left, error.what)
            raise

    def _lay_all(self, folder: OpenSentFolder, left: list[SentCopy]) -> LayingReport:
        """Takes from `left` what is done with."""
        counts = {"laid": 0, "refused": 0, "gone": 0, "given_up": 0}
        trouble, in_a_row, full = "", 0, len(left) == BATCH
        while left and in_a_row < REFUSED and not self._stopping:
            copy = left[0]
            raw = self._bytes(copy)
            refusal = folder.lay(copy.message_id, raw, copy.sent) if raw else ""
            what = self._keep(copy, refusal, there=bool(raw))
            left.pop(0)
            counts[what] += 1
            trouble, in_a_row = refusal or trouble, in_a_row + 1 if refusal else 0
        self._put_back(left, trouble)
        return LayingReport(**counts, more=full and not trouble and not self._stopping, trouble=trouble)

    def _bytes(self, copy: SentCopy) -> bytes:
        """The mail as it left; b'' where nothing is kept of it any more. What is damaged is told by who looks after
        bytes. Raises Temporary.
        """
        if not copy.copy:
            return b""
        try:
            with self._store.read() as uow:
                return uow.fresh_copies.mail(copy.copy, self._blobs.get)
        except Temporary:
            raise
        except MaildError:
            return b""

    def _keep(self, copy: SentCopy, refusal: str, *, there: bool) -> str:
        """Write down what became of it, in a transaction of its own."""
        now = self._clock.now()
        given_up = bool(refusal) and now - copy.sent > GIVE_UP
        with self._store.begin() as uow:
            if not refusal or given_up:
                uow.sent_copies.done(copy.outbox_id)
            else:
                due = now + timedelta(seconds=AGAIN.delay(copy.tries, self._chance()))
                uow.sent_copies.later(copy.outbox_id, due, refusal)
            if given_up and (entry := uow.outbox.get(copy.outbox_id)):
                why = SAY("no_copy_laid", reply=refusal)
                note(uow, entry, entry.state, now, why, before=entry.state)
        return "given_up" if given_up else "refused" if refusal else "laid" if there else "gone"

    def _put_back(self, copies: list[SentCopy], why: str) -> None:
        """Not tried: due when the folder is asked again."""
        if not copies:
            return
        now = self._clock.now()
        with self._store.begin() as uow:
            for copy in copies:
                uow.sent_copies.later(copy.outbox_id, now, why)
