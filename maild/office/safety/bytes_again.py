"""Bytes that the database speaks of and the blob folder does not have: found, fetched again, else put before staff."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.errors import BytesLost, Damaged, MaildError, NotFound, Permanent, StaleVersion
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.mail import MailKey, RawMail
from maild.domain.records.held_bytes import BYTES, Holder, Referred
from maild.domain.records.journal import JournalEntry, MailRecord, MailStatus, ReviewItem, ReviewState
from maild.office.safety import SAY
from maild.ports import Clock, Mailbox, Reader
from maild.spine.reading.files import all_attachments

if TYPE_CHECKING:
    from maild.store.blobs import FileBlobs
    from maild.store.uow import Store, UnitOfWork

PARTS = "0123456789abcdef"  # first digits of blobs' names
SINGLY = 20  # items at a time; what more is lost at once stands in one
_KEY, _MANY = "bytes:", "bytes:many:"

Folders = Callable[[str], AbstractContextManager[Mailbox | None]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look at the stored bytes found: references looked at, of them read whole; faults, and what became of them.

    lost: references whose bytes are nowhere to be had; waiting: those that a server did not let us fetch now
    """

    seen: int = 0
    read: int = 0
    missing: int = 0
    damaged: int = 0
    fetched: int = 0
    lost: tuple[Referred, ...] = ()
    waiting: tuple[Referred, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything is there (again)."""
        return not self.lost and not self.waiting


@dataclass(slots=True)
class _Found:
    """What is being counted."""

    seen: int = 0
    read: int = 0
    missing: list[Referred] = field(default_factory=list)
    damaged: list[Referred] = field(default_factory=list)


def missing(store: Store, blobs: FileBlobs) -> Iterator[Referred]:
    """References to blobs that are not there, or not in their size: the folder's entries are looked at, no bytes."""
    for part in PARTS:
        yield from _gone(_references(store, part), blobs, part)


def missing_by_mailbox(store: Store, blobs: FileBlobs) -> Counter[str]:
    """How many located mails of each folder have lost their bytes."""
    counts: Counter[str] = Counter()
    for one in missing(store, blobs):
        if one.holder is Holder.MAIL:
            with store.read() as uow:
                counts.update({key.mailbox for key in uow.mails.locations(one.id)})
    return counts


def _references(store: Store, part: str) -> list[Referred]:
    with store.read() as uow:
        return list(uow.references.within(part))


def _gone(wanted: Sequence[Referred], blobs: FileBlobs, part: str) -> list[Referred]:
    there = blobs.inventory(part)  # after the references: what is stored meanwhile is found
    return [
        one
        for one in wanted
        if not one.given_up and ((size := there.get(one.sha256)) is None or one.size not in (None, size))
    ]


class BytesAgain:
    """Looks after the bytes. `folders` opens a folder of a mail server by name, on a connection of its own."""

    def __init__(self, store: Store, blobs: FileBlobs, clock: Clock, folders: Folders, reader: Reader) -> None:
        self._store, self._blobs, self._clock = store, blobs, clock
        self._folders, self._reader = folders, reader

    def of_mail(self, mail: MailRecord) -> bytes:
        """The bytes of one mail, fetched again and stored. Raises BytesLost; Temporary where a server is away."""
        with self._store.read() as uow:
            places = uow.mails.locations(mail.id)
        for key in reversed(places):  # where it lies since it was moved comes last
            found = self._fetch(key.mailbox, [key])
            if mail.sha256 in found:
                return found[mail.sha256]
        seen = ", ".join(dict.fromkeys(key.mailbox for key in places)) or "–"
        raise BytesLost(SAY("lost", folders=seen), remedy=SAY("from_backup"))

    def look(
        self, share: tuple[int, int] | None = None, *, fetch: bool = True, progress: Progress | None = None
    ) -> Looked:
        """Find what is missing; read the bytes of a share of all (number, of how many) too; fetch what is not whole.

        What is nowhere to be had is put before staff, what is back closes its item. Raises as store and blobs do.
        """
        found = _Found()
        for number, part in enumerate(PARTS):
            self._look_at(part, share, found)
            if progress:
                progress(number + 1, len(PARTS))
        faults = [*found.missing, *found.damaged]
        looked = Looked(seen=found.seen, read=found.read, missing=len(found.missing), damaged=len(found.damaged))
        if not fetch:
            return replace(looked, lost=tuple(faults))
        back, waiting = self._mend(faults)
        self.settle()
        lost = [one for one in faults if one.sha256 not in back and one.sha256 not in waiting]
        self._tell(lost)
        return replace(
            looked, fetched=len(back), lost=tuple(lost), waiting=tuple(one for one in faults if one.sha256 in waiting)
        )

    def _look_at(self, part: str, share: tuple[int, int] | None, found: _Found) -> None:
        wanted = _references(self._store, part)
        gone = _gone(wanted, self._blobs, part)
        found.seen += len(wanted)
        found.missing += gone
        absent = {one.sha256 for one in gone}
        read: dict[str, bool] = {}
        for one in wanted:
            if share is None or one.given_up or one.sha256 in absent or not _in_share(one.sha256, share):
                continue
            if one.sha256 not in read:
                read[one.sha256] = self._sound(one.sha256)
            if not read[one.sha256]:
                found.damaged.append(one)
        found.read += len(read)

    def _sound(self, sha256: str) -> bool:
        try:
            self._blobs.get(sha256)
        except (Damaged, NotFound):
            return False
        return True

    # -- lost for good ---------------------------------------------------------------------------------

    def names_of(self, item: ReviewItem) -> list[str]:
        """The blobs that an item of lost bytes stands for, and that are not there. Raises Permanent where it stands for
        none any more, or the count of many is an old one.
        """
        if item.cause is not Cause.BYTES_MISSING:
            raise Permanent(SAY("other_item", id=item.id), remedy="maild queue list --cause bytes_missing")
        if item.key.startswith(_MANY):
            lost = {one.sha256: one for one in missing(self._store, self._blobs)}
            rest = [lost[name] for name in sorted(lost)][SINGLY:]
            if (many := _many(rest)) is None or many.key != item.key:
                raise Permanent(SAY("changed_since"), remedy="maild check --blobs")
            return [one.sha256 for one in rest]
        name = item.key.removeprefix(_KEY)
        if not name and item.mail_id is not None:
            with self._store.read() as uow:
                name = uow.mails.get(item.mail_id).sha256
        if self._sound(name):
            raise Permanent(SAY("there_again"), remedy=SAY("closes"))
        return [name]

    # -- fetching ----------------------------------------------------------------------------------

    def _mend(self, faults: Sequence[Referred]) -> tuple[set[str], set[str]]:
        """Names of blobs that are back, and of those whose server did not let us look."""
        waiting: set[str] = set()
        back = self._mails([one for one in faults if one.holder is Holder.MAIL], waiting)
        for one in faults:
            if one.holder is Holder.DOCUMENT and one.mail_id and one.sha256 not in back:
                back |= self._documents(one.mail_id) & {one.sha256}
        self._told_back(faults, back)
        return back, waiting - back

    def _mails(self, faults: Sequence[Referred], waiting: set[str]) -> set[str]:
        """Fetch mails from where they lie, a folder at a time."""
        wanted = {one.sha256 for one in faults}
        by_folder: dict[str, list[tuple[MailKey, str]]] = {}
        for one in faults:
            with self._store.read() as uow:
                for key in uow.mails.locations(one.id):
                    by_folder.setdefault(key.mailbox, []).append((key, one.sha256))
        back: set[str] = set()
        for folder, keys in by_folder.items():
            open_ = [(key, name) for key, name in keys if name not in back]
            try:
                back |= wanted & self._fetch(folder, [key for key, _ in open_]).keys()
            except MaildError:  # out of reach: asked again by the next look
                waiting |= {name for _, name in open_}
        return back

    def _fetch(self, folder: str, keys: Sequence[MailKey]) -> dict[str, bytes]:
        """Store what the folder has at these keys; by name. Raises Temporary or Permanent as the mailbox does."""
        found: dict[str, bytes] = {}
        with self._folders(folder) as box:
            if box is None or not keys:
                return found
            status = box.open()
            uids = sorted(key.uid for key in keys if key.uidvalidity == status.uidvalidity)
            for item in box.fetch(uids) if uids else ():
                if isinstance(item, RawMail):
                    found[self._blobs.renew(item.raw)] = item.raw
        return found

    def _documents(self, mail_id: int) -> set[str]:
        """Store the files of a mail again; their names. None where it cannot be read."""
        with self._store.read() as uow:
            mail = uow.mails.get(mail_id)
        try:
            read = self._reader.read(self._blobs.get(mail.sha256), {})
        except MaildError:
            return set()
        return {self._blobs.renew(file.content) for file in all_attachments(read.mail) if file.content}

    # -- telling -----------------------------------------------------------------------------------

    def _tell(self, lost: Sequence[Referred]) -> None:
        """Put before staff what is lost: the first ones each by itself, the rest in one item that counts them."""
        now, unlike = self._clock.now(), {one.sha256: one for one in lost}
        ordered = [unlike[name] for name in sorted(unlike)]
        many = _many(ordered[SINGLY:])
        with self._store.begin() as uow:
            for one in ordered[:SINGLY]:
                uow.reviews.add(_item(uow, one), now)
            for item in uow.reviews.find(cause=Cause.BYTES_MISSING, limit=1000):
                if item.key.startswith(_MANY) and (many is None or item.key != many.key):
                    _close(uow, item, now, SAY("counted_anew"))
            if many is not None:
                uow.reviews.add(many, now)

    def settle(self) -> None:
        """Close the items of what has turned up by itself, and let the mails among it be processed."""
        found = self._turned_up()
        self._told_back(found, {one.sha256 for one in found})

    def _turned_up(self) -> list[Referred]:
        """What stands before staff as lost, and is there: brought from a backup, or taken in once more."""
        found = []
        with self._store.read() as uow:
            for item in uow.reviews.find(cause=Cause.BYTES_MISSING, limit=1000):
                name = "" if item.key.startswith(_MANY) else item.key.removeprefix(_KEY)
                if not name and item.mail_id is not None and not item.key:
                    name = uow.mails.get(item.mail_id).sha256
                holder = Holder.COPY if item.mail_id is None else Holder.MAIL
                if name and self._sound(name):
                    found.append(Referred(sha256=name, holder=holder, id=item.mail_id or 0, mail_id=item.mail_id or 0))
        return found

    def _told_back(self, faults: Sequence[Referred], back: set[str]) -> None:
        """What is whole again waits no more; a mail that could not be read for want of its bytes is processed."""
        now = self._clock.now()
        for one in faults:
            if one.sha256 not in back:
                continue
            with self._store.begin() as uow:
                keyed = uow.reviews.of_key(f"{_KEY}{one.sha256}")
                items = [keyed] if keyed is not None and keyed.state is ReviewState.OPEN else []
                if one.holder is Holder.MAIL:
                    own = [i for i in uow.reviews.open_of([one.id]) if i.cause is Cause.BYTES_MISSING and not i.key]
                    items += own
                    if own and uow.mails.get(one.id).status is MailStatus.SHUNTED:
                        uow.mails.replay(one.id)
                for item in items:
                    _close(uow, item, now, SAY("back"))
                uow.journal.add(
                    [
                        JournalEntry(
                            what=BYTES,
                            at=now,
                            mail_id=one.mail_id or None,
                            after="fetched",
                            reasons=(SAY("back"),),
                            data={"sha256": one.sha256},
                        )
                    ]
                )


def _in_share(sha256: str, share: tuple[int, int]) -> bool:
    number, of = share
    return int(sha256[:4], 16) % of == number % of


def _item(uow: UnitOfWork, one: Referred) -> ReviewItem:
    """What staff are shown of lost bytes."""
    mail = None
    with suppress(NotFound):
        mail = uow.mails.get(one.mail_id) if one.mail_id else None
    said = SAY("nowhere", holder=one.holder, id=one.id, sha=one.sha256)
    return ReviewItem(
        id=0,
        mail_id=mail.id if mail else None,
        cause=Cause.BYTES_MISSING,
        key=f"{_KEY}{one.sha256}",
        sender=mail.sender if mail else "",
        subject=mail.subject if mail else f"{one.holder} {one.id}",
        reasons=(said,),
    )


def _many(rest: Sequence[Referred]) -> ReviewItem | None:
    """One item for all that is lost beside the first ones."""
    if not rest:
        return None
    names = hashlib.sha256("".join(one.sha256 for one in rest).encode()).hexdigest()[:16]
    said = ", ".join(f"{count} {holder}" for holder, count in sorted(Counter(one.holder.value for one in rest).items()))
    return ReviewItem(
        id=0,
        mail_id=None,
        cause=Cause.BYTES_MISSING,
        key=f"{_MANY}{names}",
        subject=SAY("more", count=len(rest)),
        reasons=(SAY("many_lost", said=said),),
    )


def _close(uow: UnitOfWork, item: ReviewItem, now: datetime, note: str) -> None:
    with suppress(StaleVersion), uow.savepoint():
        uow.reviews.handle(
            item.id,
            ReviewState.DISMISSED,
            expected_version=item.version,
            actor="maild",
            note=note,
            transactions=item.transactions,
            now=now,
        )
