"""ImapMailbox: one folder of one account, behind ports.Mailbox."""

from __future__ import annotations

import os
import random
import select
import threading
import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from maild import config
from maild.domain.errors import Temporary
from maild.domain.incoming.mail import Glance, MailKey, RawMail
from maild.domain.operation.backoff import Backoff
from maild.domain.records.journal import VANISHED, Skipped
from maild.mailbox.connecting import connect
from maild.mailbox.fetching import PLAN, SLACK, Group, Item, bodies, chunks, describe, list_uids, plan
from maild.mailbox.filing import Filer
from maild.mailbox.session import Session, TooMuch, place
from maild.mailbox.texts import SAY
from maild.ports import Clock, Filing, FilingMode, FolderStatus
from maild.ports.bearer import Bearer

STALE = 30.0  # seconds after which a connection is tried with NOOP before it is relied on
BREAKS = 5  # times a mail may break the connection, or be refused, before it is skipped, visibly
# A Message-ID longer than that is cut, and its mail then known by its bytes.
LOOKS = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS ({})]<0.2000>)"
MOST_BYTES = 2**62  # a size beyond it is nonsense, and would not go into the database
SIZE_LIES = 3  # sizes proven wrong after which a server's RFC822.SIZE is no longer compared


class ImapMailbox:
    """Implements ports.Mailbox. Use from one thread; `wake` and `close` may come from any.

    Connects when first needed and again, after a growing pause, when the connection was lost.
    """

    def __init__(
        self,
        settings: config.Mailbox,
        folder: str,
        clock: Clock,
        backoff: Backoff | None = None,
        bearer: Bearer | None = None,
    ) -> None:
        self._bearer = bearer
        self.settings = settings
        self.folder = folder
        self.name = f"{settings.name}/{folder}"
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._session: Session | None = None
        self._filer: Filer | None = None
        self._uidvalidity = 0
        self._used = self._listed = clock.monotonic()
        self._failures = 0
        self._not_before = 0.0
        self._breaks: Counter[int] = Counter()
        self._size_lies = 0
        self._closed = False
        self._lock = threading.RLock()
        self._bell, self._rope = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._rope, False)
        weakref.finalize(self, _close_pipe, self._bell, self._rope)

    # -- ports.Mailbox ----------------------------------------------------------------------------

    def open(self) -> FolderStatus:
        """SELECT the folder, (re)connecting where needed; what it says is fresh."""
        self._closed = False
        self._drain()
        had_connection = self._session is not None
        try:
            with self._work(opening=True) as session:
                if had_connection:
                    session.select(self.folder)
                return self._status(session)
        except Temporary:
            if not had_connection or self._closed:
                raise
        # the server may have dropped the idle connection long ago: that costs one try, no pause
        self._healthy()
        with self._work(opening=True) as session:
            return self._status(session)

    def _status(self, session: Session) -> FolderStatus:
        self._uidvalidity = session.uidvalidity
        exists = session.client.wire.exists
        uidnext = session.uidnext or max(list_uids(session, 0, None), default=0) + 1
        return FolderStatus(name=self.name, uidvalidity=session.uidvalidity, uidnext=uidnext, exists=exists)

    def uids(self, after: int, upto: int | None = None) -> list[int]:
        """All UIDs above `after`, ascending, from UID FETCH; a SEARCH is never sent."""
        with self._work() as session:
            with session.doing("NOOP"):  # lets the server take in what arrived since the last command
                session.client.noop()
            session.client.wire.news = False
            self._listed = self._clock.monotonic()
            found = list_uids(session, after, upto)
            self._healthy()
            return found

    def fetch(self, uids: Sequence[int]) -> Iterator[RawMail | Skipped]:
        """Each mail's exact bytes, strictly in ascending order of UID; no flag is touched.

        A failure ends the iteration at the first UID that could not be had, so progress by the highest
        UID seen loses nothing.
        """
        limits = {"batch_bytes": self.settings.batch_bytes, "max_bytes": self.settings.max_mail_bytes}
        for part in chunks(sorted(set(uids)), PLAN):
            with self._work() as session:
                sizes = describe(session, part)
            for group in plan(part, sizes, **limits, alone=frozenset(self._breaks)):
                yield from self._group(group, sizes)

    def glance(self, uids: Sequence[int], fields: Sequence[str] = ("MESSAGE-ID",)) -> Iterator[Glance]:
        """See ports: what tells each mail from others, in ascending order."""
        for part in chunks(sorted(set(uids)), PLAN):
            found = self._glanced(part, " ".join(fields))
            for uid in sorted(found):
                key = MailKey(self.name, self._uidvalidity, uid)
                yield Glance(
                    key=key, size=found[uid].size, internal_date=found[uid].internal_date, head=found[uid].body or b""
                )

    def _glanced(self, part: Sequence[int], fields: str) -> dict[int, Item]:
        """A server that does not hand out a single field is asked without: its mails are then known by their bytes."""
        try:
            with self._work() as session:
                found = describe(session, part, LOOKS.format(fields))
        except Temporary:
            with self._work() as session:
                found = describe(session, part, "(UID RFC822.SIZE INTERNALDATE)")
        self._healthy()
        return found

    def file(self, uids: Sequence[int], filing: Filing) -> list[int]:
        """Move, mark or leave; returns the UIDs that are done, gone ones included."""
        if filing.mode is FilingMode.NOTHING or not filing.target or not uids:
            return list(uids)
        with self._work() as session:
            if self._filer is None or self._filer.session is not session:
                self._filer = Filer(session, session.uidnext or 2**32)
            act = self._filer.move if filing.mode is FilingMode.MOVE else self._filer.mark
            done = act(sorted(set(uids)), filing.target)
            self._healthy()
            return done

    def wait(self, seconds: float) -> bool:
        """Wait for news; see ports. `wake` ends it with True, `close` with False."""
        end = self._clock.monotonic() + seconds
        with self._work() as session:
            while not session.client.wire.news:
                rung = self._idle(session, end) if session.idle else self._poll(session, end)
                if rung or self._closed or self._clock.monotonic() >= end:
                    break
            news, session.client.wire.news = session.client.wire.news or self._drain(), False
            self._healthy()
        if self._closed:
            self._drop()
        return (news or self._due(session)) and not self._closed

    def close(self) -> None:
        """End whatever goes on, in any thread, and hang up. `open` starts anew."""
        self._closed = True
        self._ring()
        if self._lock.acquire(timeout=0.1):
            try:
                self._drop()
            finally:
                self._lock.release()
        elif (session := self._session) is not None:
            session.close()  # the other thread meets the end of the stream, and raises Temporary

    def wake(self) -> None:
        """Make a `wait` in another thread return True now."""
        self._ring()

    # -- connection -------------------------------------------------------------------------------

    @contextmanager
    def _work(self, *, opening: bool = False) -> Iterator[Session]:
        """A selected session to work with; a Temporary failure throws it away and lengthens the pause."""
        with self._lock:
            try:
                session = self._ready()
                if not opening:
                    self._same_folder(session)
                yield session
                self._used = self._clock.monotonic()
            except Temporary:
                self._drop()
                self._failures += 1
                pause = self._backoff.delay(self._failures, random.random())  # noqa: S311 (not a secret)
                self._not_before = self._clock.monotonic() + pause
                raise

    def _ready(self) -> Session:
        if self._closed:
            raise Temporary(SAY("closed", place=place(self.settings)))
        session = self._session
        if session is not None and self._clock.monotonic() - self._used > STALE:
            try:
                with session.doing("NOOP"):
                    session.client.noop()
            except Temporary:
                self._drop()
                session = None
        if session is None or not session.folder:
            session = self._connect()
        return session

    def _same_folder(self, session: Session) -> None:
        """The caller's UIDs are those of the last `open`: they mean nothing under another UIDVALIDITY."""
        known, now = self._uidvalidity, session.uidvalidity
        if known not in (0, now):
            raise Temporary(SAY("validity_changed", place=self.name, old=known, new=now))
        self._uidvalidity = now

    def _connect(self) -> Session:
        self._drop()
        left = self._not_before - self._clock.monotonic()
        if left > 0 and self._pause(left):
            self._drain()  # else the bell would cut every further pause short, too
        if self._closed:
            raise Temporary(SAY("closed", place=place(self.settings)))
        session = connect(self.settings, self._clock.monotonic, self._bearer)
        try:
            self._session = session
            session.select(self.folder)
        except BaseException:
            self._drop()
            raise
        return session

    def _drop(self) -> None:
        session, self._session, self._filer = self._session, None, None
        if session is not None:
            session.close()

    def _healthy(self) -> None:
        self._failures, self._not_before = 0, 0.0

    # -- fetching ---------------------------------------------------------------------------------

    def _group(self, group: Group, sizes: dict[int, Item]) -> Iterator[RawMail | Skipped]:
        uid = group.uids[0]
        if group.vanished:
            yield self._skipped(uid, VANISHED)
        elif group.oversize:
            yield self._skipped(uid, SAY("over_size", bytes=group.nbytes), group.nbytes)
        elif len(group.uids) == 1 and self._breaks[uid] >= BREAKS:
            yield self._skipped(uid, SAY("not_handed_over_tries", tries=BREAKS), group.nbytes)
        else:
            yield from self._fetched(group, sizes)

    def _fetched(self, group: Group, sizes: dict[int, Item]) -> Iterator[RawMail | Skipped]:
        got: dict[int, Item] = {}
        single = len(group.uids) == 1
        budget = (self.settings.max_mail_bytes if single else self.settings.batch_bytes) + SLACK
        trouble: Temporary | None = None
        refusal, asked = "", False
        try:
            with self._work() as session:
                asked = True
                refusal = bodies(session, group.uids, group.nbytes, budget, got)
                self._healthy()
        except TooMuch as error:  # announced less than it sends: look at each mail by itself
            self._healthy()
            refusal = error.what
        except Temporary as error:
            trouble = error
        for uid in group.uids:
            item = got.pop(uid, None)
            if item is None and trouble is not None:
                if asked and not self._closed:
                    self._breaks.update(u for u in group.uids if u >= uid and u not in got)
                raise trouble
            if item is None or not self._plausible(item, sizes[uid]):
                yield self._again(uid, item, refusal)
                continue
            del self._breaks[uid]
            yield self._mail(item)

    def _plausible(self, item: Item, planned: Item) -> bool:
        return self._size_lies >= SIZE_LIES or len(item.body or b"") == planned.size

    def _again(self, uid: int, first: Item | None, refusal: str) -> RawMail | Skipped:
        """A mail that did not come, or not in its size: is it gone, and is the answer always the same?"""
        got: dict[int, Item] = {}
        asked = False
        try:
            with self._work() as session:
                there = describe(session, [uid])
                if uid not in there:
                    return self._skipped(uid, VANISHED)
                size, asked = there[uid].size, True
                said = bodies(session, [uid], size, self.settings.max_mail_bytes + SLACK, got)
                second = got.get(uid)
                if second is not None and (len(second.body or b"") == size or self._same(first, second)):
                    del self._breaks[uid]
                    return self._mail(second)
                self._breaks[uid] += 1
                reason = said or refusal or SAY("bytes_differ" if second else "no_body")
                if self._breaks[uid] < BREAKS:
                    raise Temporary(SAY("not_fetched", place=self.name, uid=uid, why=reason))
                return self._skipped(uid, SAY("not_handed_over", why=reason), size)
        except TooMuch as error:
            if not asked:
                raise
            self._healthy()
            most = self.settings.max_mail_bytes
            return self._skipped(uid, SAY("over_size_sent", sent=error.size, most=most), error.size)

    def _same(self, first: Item | None, second: Item) -> bool:
        """Twice the same bytes are the mail, whatever RFC822.SIZE says; some servers only estimate it."""
        if first is None or first.body != second.body:
            return False
        self._size_lies += 1
        return True

    def _mail(self, item: Item) -> RawMail:
        key = MailKey(self.name, self._uidvalidity, item.uid)
        return RawMail(key=key, raw=item.body or b"", internal_date=item.internal_date, flags=item.flags)

    def _skipped(self, uid: int, reason: str, size: int | None = None) -> Skipped:
        """`size` is None for a mail that is gone. One that is there never has size 0: that is how staff hear of it."""
        del self._breaks[uid]
        nbytes = 0 if size is None else min(max(size, 1), MOST_BYTES)
        return Skipped(key=MailKey(self.name, self._uidvalidity, uid), reason=reason, size=nbytes)

    # -- waiting ----------------------------------------------------------------------------------

    def _idle(self, session: Session, end: float) -> bool:
        """One IDLE, ended by news, the bell, `end`, or its time to be re-issued. True if the bell rang."""
        wire = session.client.wire
        until = min(end, self._clock.monotonic() + session.quirks.idle_seconds)
        with session.doing("IDLE"):
            session.idle_refused = not wire.idle()
        if session.idle_refused:
            return False
        poller = select.poll()
        poller.register(wire.sock, select.POLLIN)
        poller.register(self._bell, select.POLLIN)
        rung = False
        while not (wire.news or rung):
            with session.doing("IDLE"):
                while wire.has_input():
                    wire.idle_read()
            left = until - self._clock.monotonic()
            if wire.news or left <= 0:
                break
            rung = any(fd == self._bell for fd, _ in poller.poll(left * 1000 + 1))
        if not self._closed:
            with session.doing("ending IDLE"):
                wire.idle_done()
        return rung

    def _poll(self, session: Session, end: float) -> bool:
        """One pause and a NOOP. True if the bell rang or the caller should list."""
        if self._pause(min(self.settings.poll_seconds, end - self._clock.monotonic())):
            return True
        with session.doing("NOOP"):
            session.client.noop()
        return self._due(session)

    def _due(self, session: Session) -> bool:
        """Where NOOP tells nothing of new mail, listing is the only way to know: once a poll interval."""
        if session.idle or session.quirks.noop_tells:
            return False
        return self._clock.monotonic() - self._listed >= self.settings.poll_seconds

    def _pause(self, seconds: float) -> bool:
        """Sleep; True if the bell rang."""
        poller = select.poll()
        poller.register(self._bell, select.POLLIN)
        return bool(poller.poll(max(0.0, seconds) * 1000))

    def _ring(self) -> None:
        with suppress(OSError):  # a full pipe rings already
            os.write(self._rope, b"!")

    def _drain(self) -> bool:
        """Silence the bell; True if it had rung."""
        rung = False
        with suppress(BlockingIOError):
            while os.read(self._bell, 64):
                rung = True
        return rung


def _close_pipe(*ends: int) -> None:
    for end in ends:
        with suppress(OSError):
            os.close(end)
