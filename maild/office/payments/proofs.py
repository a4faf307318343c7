"""Payment proofs are read beside the queue: a picture takes a second, and no other mail waits for it.

A mail that brings one is put back, its files are read in a worker of their own, what they say is kept by the
files' hash, and the mail comes again. Nothing but that memory connects the two: a crash in between costs a
second reading, and a file that was read once is never read again.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.mail import Attachment, Automatic, Origin
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.operation.metric import RECEIPT_SECONDS, RECEIPTS, Tally
from maild.domain.operation.trace import Trail
from maild.office.payments import SAY
from maild.office.payments.facts_payment import MOST_PROOFS
from maild.office.payments.scans import look_now, scan_files, with_scans
from maild.ports import Clock, ReceiptReader
from maild.spine.background import PARKED, Waiting
from maild.spine.poison import PATIENCE, Trouble, guard
from maild.spine.reading.files import all_attachments

if TYPE_CHECKING:
    from maild.store.uow import Store

MOST_FILES = 12  # of one mail: more are no payment proofs
MOST_BYTES = 12_000_000  # held for reading, or one larger mail: what exceeds it comes again when there is room
MOST_TRIES = 3
# First words of warnings that tell of the load of the moment, or of a worker that was killed: tried again, it may do.
_MOMENTARY = ("time:", "broken: the worker ")
_ICON_BYTES = 4_000  # a picture inside a text that is smaller is a logo, a smiley or a tracker
_NOBODY = frozenset({Kind.BULK, Kind.OWN, Kind.BOUNCE, Kind.AUTO_REPLY})
_READABLE = (
    "image/",
    "application/pdf",
    "application/zip",
    "application/x-zip",
    "text/html",
    "message/",
    "application/vnd.openxmlformats-officedocument.wordprocessingml",
)
_NAMES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".heic",
    ".heif",
    ".gif",
    ".bmp",
    ".tif",
    ".tiff",
    ".pdf",
    ".zip",
    ".docx",
    ".html",
    ".htm",
    ".eml",
    ".jfif",
    ".avif",
)


def proof_files(reading: Reading) -> tuple[Attachment, ...]:
    """The files of a person's mail that may be payment proofs, each once."""
    main = (reading.classification.unless or reading.classification).main
    if main.party is Party.PROVIDER or main.kind in _NOBODY or reading.mail.automatic is not Automatic.NO:
        return ()
    return _files(reading)[:MOST_FILES]


def _files(reading: Reading) -> tuple[Attachment, ...]:
    return tuple({a.sha256: a for a in all_attachments(reading.mail) if _may_be_proof(a)}.values())


def _may_be_proof(attachment: Attachment) -> bool:
    if not attachment.content or (attachment.origin is Origin.INLINE and attachment.size < _ICON_BYTES):
        return False
    kinds = (attachment.sniffed.lower(), attachment.media_type.lower())
    return any(kind.startswith(_READABLE) for kind in kinds) or attachment.filename.lower().endswith(_NAMES)


def with_receipts(reading: Reading, known: Mapping[str, Sequence[Receipt]]) -> Reading:
    """The reading with what its files say; `known` by hash. What is beyond the limits is told first of all."""
    files = proof_files(reading)
    found = [
        replace(receipt, source=file.filename or receipt.source)
        for file in files
        for receipt in known.get(file.sha256, ())
    ]
    more = len(_files(reading)) - len(files) if files else 0
    if more or len(found) > MOST_PROOFS:
        what = SAY("more_files", count=more) if more else SAY("more_receipts", count=len(found))
        found.insert(0, Receipt(warnings=(what,)))
    return replace(reading, receipts=tuple(found))


def read_now(reading: Reading, reader: ReceiptReader) -> Reading:
    """Read the proofs of one mail at once. Raises Temporary where no worker can be had."""
    files = proof_files(reading)
    if not files:
        return reading
    known = {f.sha256: reader.read(f.content, filename=f.filename, media_type=f.media_type) for f in files}
    return with_receipts(reading, known)


def read_files_now(reading: Reading, reader: ReceiptReader) -> Reading:
    """Read the proofs and the supplied scans of one mail at once. Raises Temporary where no worker can be had."""
    return look_now(read_now(reading, reader), reader)


def is_momentary(receipts: Sequence[Receipt]) -> bool:
    """Whether what was read of a file may be the load of the moment, which another try may mend."""
    return any(warning.startswith(_MOMENTARY) for one in receipts for warning in one.warnings)


class BackgroundProofs:
    """Reads proofs in threads of its own, before confined workers. Thread-safe."""

    def __init__(
        self,
        store: Store,
        reader: ReceiptReader,
        clock: Clock,
        tally: Tally | None = None,
        trail: Trail | None = None,
        *,
        threads: int = 1,
    ) -> None:
        self._store, self._reader, self._clock = store, reader, clock
        self._tally, self._trail = tally or Tally(), trail or Trail()
        self._pool = ThreadPoolExecutor(max(1, threads), thread_name_prefix="proof")
        self._changed = threading.Condition()
        self._bytes: dict[int, int] = {}  # mail id → bytes of its files that are being read
        self._refused: dict[int, int] = {}  # the same of mails that there was no room for, in their order
        self._called: dict[int, int] = {}  # the same of those that come again, since there is room now
        self._tries: dict[int, float] = {}
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether proofs are being read."""
        return bool(self._bytes)

    def complete(self, readings: Mapping[int, Reading]) -> dict[int, Reading | Waiting]:
        """Each reading with its receipts, as far as its files were read before; the others as Waiting."""
        files = {mail_id: proof_files(reading) for mail_id, reading in readings.items()}
        known = self._known(_hashes(files))
        scans = {mail_id: found for mail_id, reading in readings.items() if (found := scan_files(reading))}
        looked = self._looked(_hashes(scans))
        done: dict[int, Reading | Waiting] = {}
        for mail_id, some in files.items():
            missing = tuple(f for f in some if f.sha256 not in known)
            if missing and self._tries.get(mail_id, 0) < MOST_TRIES:
                done[mail_id] = Waiting(files=missing)
            elif some:
                unread = {f.sha256: (_unread(f),) for f in missing}
                self._tries.pop(mail_id, None)  # processed once more, it is tried again
                done[mail_id] = with_receipts(readings[mail_id], {**known, **unread})
            else:
                done[mail_id] = self._with_scans(mail_id, readings[mail_id], scans.get(mail_id, ()), looked)
        self._let_in(mail_id for mail_id, found in done.items() if isinstance(found, Reading))
        return done

    def _with_scans(
        self, mail_id: int, reading: Reading, scans: Sequence[Attachment], looked: Mapping[str, tuple[str, ...]]
    ) -> Reading | Waiting:
        missing = tuple(f for f in scans if f.sha256 not in looked)
        if missing and self._tries.get(mail_id, 0) < MOST_TRIES:
            return Waiting(scans=missing)
        self._tries.pop(mail_id, None)
        return with_scans(reading, looked) if scans else reading

    def _known(self, hashes: Collection[str]) -> dict[str, tuple[Receipt, ...]]:
        if not hashes:
            return {}
        with self._store.read() as uow:
            return uow.receipts.cached(sorted(hashes), self._reader.version)

    def _looked(self, hashes: Collection[str]) -> dict[str, tuple[str, ...]]:
        if not hashes:
            return {}
        with self._store.read() as uow:
            return uow.receipts.scans(sorted(hashes), self._reader.version)

    def ask(self, mail_id: int, files: Sequence[Attachment], scans: Sequence[Attachment] = ()) -> bool:
        """Have the files read, and the mail come again then; False where too much is being read already."""
        size = sum(f.size for f in (*files, *scans))
        with self._changed:
            self._called.pop(mail_id, None)
            if mail_id in self._bytes:
                return True
            held = sum(self._bytes.values())
            if self._closed or (held and held + size > MOST_BYTES):
                self._refused[mail_id] = size
                return False
            self._refused.pop(mail_id, None)
            self._bytes[mail_id] = size
        self._pool.submit(self._read, mail_id, tuple(files), tuple(scans))
        return True

    def _read(self, mail_id: int, files: Sequence[Attachment], scans: Sequence[Attachment]) -> None:
        last = self._tries.get(mail_id, 0) + 1 >= MOST_TRIES
        began = self._clock.now()
        again = False
        todo = [partial(self._read_one, file, last=last) for file in files]
        try:
            for one in (*todo, *(partial(self._look_at, file) for file in scans)):
                if self._closed:
                    return
                done = guard(one)
                if isinstance(done, Trouble):
                    # A worker that cannot be had is no fault of the file: that may take a day to mend.
                    weight = 1 if done.blame else MOST_TRIES * (PARKED / PATIENCE)
                    self._tries[mail_id] = self._tries.get(mail_id, 0) + weight
                    return  # the mail comes again by itself, and its files are tried again
                again = again or not done
            if again:
                self._tries[mail_id] = self._tries.get(mail_id, 0) + 1
                return
            self._tries.pop(mail_id, None)
            guard(partial(self._wake, [mail_id]))
        finally:
            seen = {"maild.files": len(files), "maild.scans": len(scans)}
            self._trail.stage("extract", mail_id, began, self._clock.now(), seen)
            with self._changed:
                self._bytes[mail_id] = 0  # its files are let go of
                if not any(self._bytes.values()):
                    self._called.clear()  # who has not come by now is waited for no longer
            self._let_in()
            with self._changed:
                self._bytes.pop(mail_id, None)
                self._changed.notify_all()

    def _let_in(self, done: Iterable[int] = ()) -> None:
        """Have those come again, with their files, that there is room for now. done: mails that need none any more."""
        with self._changed:
            for mail_id in done:
                self._called.pop(mail_id, None)
                self._refused.pop(mail_id, None)
            held = sum(self._bytes.values())
            left = MOST_BYTES - held - sum(self._called.values())
            called: list[int] = []
            for mail_id, size in self._refused.items():
                if size > left and (called or held or self._called):
                    break
                called.append(mail_id)
                left -= size
            self._called.update((mail_id, self._refused.pop(mail_id)) for mail_id in called)
        if called and not self._closed:
            guard(partial(self._wake, called))

    def _read_one(self, file: Attachment, *, last: bool) -> bool:
        """Read and remember; False where the outcome is one of the moment, which only the `last` try remembers."""
        with self._tally.timed(RECEIPT_SECONDS):
            receipts = self._reader.read(file.content, filename=file.filename, media_type=file.media_type)
        if not last and is_momentary(receipts):
            return False
        with self._store.begin() as uow:
            uow.receipts.cache(file.sha256, self._reader.version, receipts, self._clock.now())
        for one in receipts:
            self._tally.count(RECEIPTS, one.kind.value, "yes" if one.sure else "no")
        return True

    def _look_at(self, file: Attachment) -> bool:
        """Read a scan's first pages and remember; a reader that fell over it leaves it unread."""
        texts = self._reader.scanned(file.content)
        with self._store.begin() as uow:
            uow.receipts.keep_scan(file.sha256, self._reader.version, texts, self._clock.now())
        return True

    def _wake(self, mail_ids: Sequence[int]) -> None:
        with self._store.begin() as uow:
            uow.mails.wake(mail_ids)

    def wait(self, seconds: float) -> None:
        """Wait until some mail's proofs are read, at most so long."""
        with self._changed:
            if self._bytes:
                self._changed.wait(seconds)

    def close(self) -> None:
        """Finish the file under way, and begin no other: its mail comes again."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)


def _hashes(files: Mapping[int, Iterable[Attachment]]) -> set[str]:
    return {file.sha256 for some in files.values() for file in some}


def _unread(file: Attachment) -> Receipt:
    return Receipt(source=file.filename, sha256=file.sha256, warnings=(SAY("reader_missing"),))
