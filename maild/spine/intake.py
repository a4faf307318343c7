"""receive: every mail of a folder becomes a durable blob and a row, once, before anything else happens."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.domain.errors import NotFound, Temporary
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.mail import Glance, MailKey, RawMail
from maild.domain.operation.trace import Fact, Trail
from maild.domain.records.journal import MailboxState, MailStatus, NewMail, Skipped
from maild.domain.records.privacy import Sort
from maild.domain.records.restoration import Restoration
from maild.parse import peek
from maild.ports import BlobStore, Clock, FolderStatus, Mailbox
from maild.spine import SAY
from maild.spine.fair.room import NOTHING, Room, Waiting
from maild.spine.fair.shares import ENVELOPE, Envelope, Left, envelope, shares
from maild.spine.recording.record import open_notice

if TYPE_CHECKING:
    from maild.store.uow import Store

BATCH = 50  # mails a commit: fsyncs and commits are shared, and little is fetched again after a crash
BATCH_BYTES = 4_000_000
LOOK = 500  # filed mails looked at a time
HEAP = 400  # so many new mails at once are fetched with each sender in turn
SLICE = 200  # mails of a heap that are fetched before it is looked again what has come
AT_EACH_END = 5_000  # the oldest and the newest of a heap, whose senders are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeReport:
    """Mails newly stored; UIDs skipped with a reason; UIDs whose mail was known already; what waits for room."""

    stored: int = 0
    skipped: int = 0
    known: int = 0
    waiting: Waiting = NOTHING

    def plus(self, other: IntakeReport) -> IntakeReport:
        return IntakeReport(
            stored=self.stored + other.stored, skipped=self.skipped + other.skipped, known=self.known + other.known
        )

    @property
    def total(self) -> int:
        return self.stored + self.skipped + self.known


class Intake:
    """Reads folders into the store. Progress is the stored UID, never a flag on the server."""

    def __init__(
        self,
        store: Store,
        blobs: BlobStore,
        clock: Clock,
        *,
        armed: Collection[str] = (),
        sent: Collection[str] = (),
        marks: Mapping[str, Collection[str]] = MappingProxyType({}),
        trail: Trail | None = None,
        room: Room | None = None,
    ) -> None:
        """`armed`: names of folders whose first sight needs no operator's word; `sent`: of those that hold sent mail.

        What lies in these at first sight is history, what comes later counts at once: nothing of it is answered.
        marks: keywords, in lower case, that maild sets on handled mail, by folder
        room: who may still send what while the disk runs short, and who is known; None: everybody and everything
        """
        self._store, self._blobs, self._clock, self._armed, self._sent = store, blobs, clock, armed, sent
        self._marks, self._trail, self._room = marks, trail or Trail(), room

    def run_once(self, mailbox: Mailbox) -> IntakeReport:
        """Store all that is new. Raises Temporary or Permanent as the mailbox does; what is stored stays.

        In the order of UIDs; a heap with each sender in turn. The mark goes over nothing that is listed and not stored.
        While the disk runs short, what is more than its sender's share is left on the server.
        """
        status = mailbox.open()
        state = self._state(status)
        listed = mailbox.uids(state.last_uid)
        if not listed:
            return IntakeReport()
        with self._store.read() as uow:  # of a heap that was left half-way
            left = Left(listed, uow.mails.uids(state.mailbox, state.uidvalidity, after=state.last_uid))
        heads, report = Heads(mailbox, self._room), IntakeReport()
        while left.uids:
            short = self._room.short() if self._room is not None else None
            if short is None and len(left.uids) <= (SLICE if heads.looked else HEAP):
                break
            turn, waiting = heads.turn(left.uids, short)
            part = self._take(mailbox, state, turn, left)
            report = report.plus(part)
            if waiting.mails and not part.total:
                return replace(report, waiting=waiting)
            if not part.total:
                break  # it hands nothing out: all of it is asked for once
            left.more(mailbox.uids(left.highest))
        return report.plus(self._take(mailbox, state, left.uids, left))

    def audit(self, mailbox: Mailbox) -> IntakeReport:
        """Look at every UID of the folder and fetch what a server's wrong answer once hid from us.

        That is also a UID recorded as vanished which the server lists: one answer left it out, no more.
        """
        status = mailbox.open()
        state = self._state(status)
        with self._store.read() as uow:
            known = set(uow.mails.uids(state.mailbox, state.uidvalidity, vanished=False))
        return self._take(mailbox, state, [uid for uid in mailbox.uids(0) if uid not in known])

    def look_through(self, folder: Mailbox) -> IntakeReport:
        """A folder that maild moves settled mail into: what is known gets its place, anything else is taken in.

        It may have been handled in a state that was lost (or somebody moved it here), so what it would send is held.
        Mail of before this database began is left alone. Raises Temporary or Permanent as the mailbox does.
        """
        state = self._filing_state(folder.open())
        report = IntakeReport()
        uids = folder.uids(state.last_uid)
        for start in range(0, len(uids), LOOK):
            known, strange, old = self._recognised(state, list(folder.glance(uids[start : start + LOOK])))
            with self._store.begin() as uow:
                uow.filed.place(known)
                gone = [Skipped(key=glance.key, reason=SAY("older"), size=0) for glance in old]
                uow.mails.add([], gone, self._clock.now())
            report = report.plus(IntakeReport(known=len(known), skipped=len(old)))
            report = report.plus(self._take(folder, state, strange))
            with self._store.begin() as uow:
                uow.mailboxes.progress(state.mailbox, state.uidvalidity, uids[start : start + LOOK][-1])
        return report

    def unknown(self, folder: Mailbox) -> list[int]:
        """UIDs of such a folder that `look_through` would take in. Changes nothing."""
        status = folder.open()
        with self._store.read() as uow:
            state = uow.mailboxes.state(status.name)
        if state is None or state.uidvalidity != status.uidvalidity:
            state = MailboxState(mailbox=status.name, uidvalidity=status.uidvalidity, filing=True)
        uids = folder.uids(state.last_uid)
        return [
            uid
            for start in range(0, len(uids), LOOK)
            for uid in self._recognised(state, list(folder.glance(uids[start : start + LOOK])))[1]
        ]

    def _filing_state(self, status: FolderStatus) -> MailboxState:
        with self._store.begin() as uow:
            state = uow.mailboxes.state(status.name)
            if state is None or state.uidvalidity != status.uidvalidity:
                state = MailboxState(mailbox=status.name, uidvalidity=status.uidvalidity, filing=True)
                uow.mailboxes.save(state)
        return state

    def _recognised(
        self, state: MailboxState, glances: Sequence[Glance]
    ) -> tuple[list[tuple[MailKey, int, int]], list[int], list[Glance]]:
        """Places of known mails; UIDs of those that are to be taken in; those of before our time.

        The Message-ID alone is anybody's to choose; the moment of its arrival is our own server's word.
        """
        ids = {glance.key.uid: peek(glance.head).message_id for glance in glances}
        account = state.mailbox.partition("/")[0]
        with self._store.read() as uow:
            alike = uow.filed.alike(list(ids.values()))
            since = uow.restorations.since()
            # INTERNALDATE is in whole seconds (RFC 3501 section 2.3.3): what came in the second we began is ours.
            since = since.replace(microsecond=0) if since else None
            working = any(s.armed and s.mailbox.partition("/")[0] == account for s in uow.mailboxes.all())
        known, strange, old = [], [], []
        for glance in glances:
            mail_id = alike.get((ids[glance.key.uid], glance.size, glance.internal_date))
            came = glance.internal_date
            if mail_id is not None:
                known.append((glance.key, mail_id, glance.size))
            elif working and since is not None and (came is None or came >= since):
                strange.append(glance.key.uid)
            else:
                old.append(glance)
        return known, strange, old

    def arm(self, mailbox: str) -> int:
        """From now on mail of this folder is answered, also what came since its first sight; returns how many.

        What was there at first sight stays history. Raises NotFound for a folder that was never read.
        """
        with self._store.begin() as uow:
            state = uow.mailboxes.state(mailbox)
            if state is None:
                raise NotFound(SAY("never_read", mailbox=mailbox), remedy=SAY("run_before_arming"))
            uow.mailboxes.save(replace(state, armed=True))
            return uow.mails.arm(mailbox, state.baseline_uid)

    def _state(self, status: FolderStatus) -> MailboxState:
        with self._store.read() as uow:
            state = uow.mailboxes.state(status.name)
        if state and state.uidvalidity == status.uidvalidity:
            return state
        if state:
            # RFC 9051 section 2.3.1.1: all UIDs are void. List again; known mails are recognised by content.
            # What lies in a folder that nobody has armed is still history, under whatever UIDs.
            baseline = 0 if state.armed else status.uidnext - 1
            fresh = replace(state, uidvalidity=status.uidvalidity, last_uid=0, baseline_uid=baseline)
        else:
            armed = status.name in self._armed
            baseline = 0 if armed else status.uidnext - 1
            fresh = MailboxState(
                mailbox=status.name,
                uidvalidity=status.uidvalidity,
                baseline_uid=baseline,
                armed=armed or status.name in self._sent,
            )
        with self._store.begin() as uow:
            uow.mailboxes.save(fresh)
        return fresh

    def _take(
        self, mailbox: Mailbox, state: MailboxState, uids: Sequence[int], left: Left | None = None
    ) -> IntakeReport:
        report = IntakeReport()
        left = left or Left(uids)
        began = self._clock.now()
        for batch in _batches(mailbox.fetch(uids)):
            state, part = self._keep(state, batch, left, began)
            report = report.plus(part)
            began = self._clock.now()
        return report

    def _keep(
        self, state: MailboxState, batch: list[RawMail | Skipped], left: Left, began: datetime
    ) -> tuple[MailboxState, IntakeReport]:
        """Blobs first, durably; then one commit of rows and progress."""
        mails = [item for item in batch if isinstance(item, RawMail)]
        skipped = [item for item in batch if isinstance(item, Skipped)]
        mails, forgotten = self._erased(mails)
        skipped += forgotten
        digests = self._blobs.put_many([mail.raw for mail in mails])
        last = left.mark(item.key.uid for item in batch)
        now = self._clock.now()
        with self._store.begin() as uow:
            # As it stands now: an operator may have armed the folder while its mail was being fetched.
            current = uow.mailboxes.state(state.mailbox)
            if current is None or current.uidvalidity != state.uidvalidity:
                raise Temporary(SAY("listed_anew", mailbox=state.mailbox), remedy=SAY("read_again"))
            state = current
            lately = uow.restorations.latest()
            rows = [self._row(mail, digest, state, lately) for mail, digest in zip(mails, digests, strict=True)]
            stored = uow.mails.add(rows, skipped, now)
            if state.filing:  # it lies where it belongs
                uow.mails.mark_filed(state.mailbox, state.uidvalidity, [mail.key.uid for mail in mails])
            uow.mailboxes.progress(state.mailbox, state.uidvalidity, last)
            for item in skipped:
                if item.size:  # it is there, and we do not have it: staff must look in the mailbox itself
                    cause = Cause.OVERSIZE if item.reason.startswith("over size") else Cause.UNREADABLE
                    subject = SAY("mail_of", mailbox=state.mailbox, uid=item.key.uid, bytes=item.size)
                    open_notice(uow, cause, subject, (item.reason,), now)
        fresh = [one for one in stored if one.fresh]
        for one in fresh if self._trail.on else ():
            facts: dict[str, Fact] = {"maild.mailbox": one.key.mailbox, "maild.uid": one.key.uid}
            self._trail.received(one.mail_id, began, self._clock.now(), facts)
        return state, IntakeReport(stored=len(fresh), skipped=len(skipped), known=len(stored) - len(fresh))

    def _erased(self, mails: list[RawMail]) -> tuple[list[RawMail], list[Skipped]]:
        """Mails that were erased are not taken in again: they are known by keyed hashes of their bytes."""
        names = [hashlib.sha256(mail.raw).hexdigest() for mail in mails]
        with self._store.read() as uow:
            known = uow.erasures.known(Sort.MAIL, names)
        gone = [mail for mail, name in zip(mails, names, strict=True) if name in known]
        if not gone:
            return mails, []
        stay = [mail for mail, name in zip(mails, names, strict=True) if name not in known]
        return stay, [Skipped(key=mail.key, reason=SAY("erased"), size=0) for mail in gone]

    def _row(self, mail: RawMail, digest: str, state: MailboxState, lately: Restoration | None) -> NewMail:
        head = peek(mail.raw)
        answered = state.filing or (state.armed and mail.key.uid > state.baseline_uid)
        marked = {flag.lower() for flag in mail.flags} & set(self._marks.get(state.mailbox, ()))
        before = bool(state.filing or marked or (lately and lately.covers(mail.internal_date)))
        return NewMail(
            key=mail.key,
            sha256=digest,
            size=len(mail.raw),
            message_id=head.message_id,
            sender=head.sender,
            subject=head.subject,
            internal_date=mail.internal_date,
            recovered=before,
            status=MailStatus.PENDING if answered else MailStatus.BASELINE,
            reason="" if answered else SAY("there_before_arming"),
        )


class Heads:
    """The heads of a folder's new mails, each looked at once."""

    def __init__(self, mailbox: Mailbox, room: Room | None) -> None:
        self._mailbox, self._room = mailbox, room
        self._seen: dict[int, Envelope] = {}
        self._known: set[str] | None = set() if room is not None else None
        self._asked: set[str] = set()
        self.looked = False

    def turn(self, uids: Sequence[int], short: int | None) -> tuple[list[int], Waiting]:
        """The next SLICE of these at most, and what may not be fetched. short: the bytes that are left, see Room."""
        self.looked = True
        ends = dict.fromkeys([*uids[:AT_EACH_END], *uids[-AT_EACH_END:]])
        looked = self._mailbox.glance([uid for uid in ends if uid not in self._seen], ENVELOPE)
        self._seen |= {glance.key.uid: envelope(glance) for glance in looked}
        envelopes = {uid: self._seen.get(uid, Envelope()) for uid in ends}
        if self._room is None or self._known is None:
            return shares(envelopes, SLICE), NOTHING
        senders = {each.sender for each in envelopes.values()} - self._asked
        self._asked |= senders
        self._known |= self._room.known(senders)
        waiting = NOTHING
        if short is not None:
            envelopes, waiting = self._room.fitting(envelopes, short, self._known)
        return shares(envelopes, SLICE, self._known), waiting


def _batches(items: Iterator[RawMail | Skipped]) -> Iterator[list[RawMail | Skipped]]:
    batch: list[RawMail | Skipped] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.raw) if isinstance(item, RawMail) else 0
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
