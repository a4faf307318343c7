"""Opening what mails bring, in confinement, apart from where mails are read: no file harms the reading of others.

A file that takes too long, or kills its worker, is told as a file that cannot be looked into: a person does.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from maild.confine import SAY
from maild.confine.codec import CodecFault, decode, encode
from maild.confine.limits import Limits
from maild.confine.pool import Confined, Work, WorkerStopped
from maild.confine.resting import RestingPool
from maild.domain.incoming.document import DocumentFault, DocumentReport

if TYPE_CHECKING:
    from maild.confine.worker import Handler
    from maild.domain.incoming.mail import Attachment
    from maild.spine.reading.files import Supplied

ENTRY = "maild.confine.files:make_handler"
SECONDS = 4.0  # of a file
SECONDS_A_MAIL = 8.0  # wall clock; files that are left then are not looked into
MEMORY_MB = 1024
IDLE_SECONDS = 120.0


def make_handler() -> Handler:
    """In the worker, before confinement: load what opening needs."""
    from maild.heap import give_back

    give_back()
    from maild.receipts.media.document import inspect
    from maild.receipts.media.filetext import text_of

    inspect(b"%PDF-1.4\n%%EOF")  # what opening imports is loaded before the doors close
    text_of(b"first")

    def handle(kind: str, args: Any, frames: list[bytes]) -> tuple[Any, list[bytes]]:
        out: list[bytes] = []
        if kind == "text":
            return text_of(frames[0]), out
        report = inspect(
            frames[0], media_type=args["media_type"], filename=args["filename"], expected_pages=args["expected_pages"]
        )
        return encode(DocumentReport, report, out), out

    return handle


class FilePool(Confined):
    """maild.spine.reading.files.Opener by confined workers: one starts with the first file, and rests when idle."""

    def __init__(self, *, workers: int = 1, seconds: float = SECONDS, seconds_a_mail: float = SECONDS_A_MAIL) -> None:
        work = Work(entry=ENTRY, limits=Limits(memory_mb=MEMORY_MB, cpu_seconds=seconds))
        self._a_mail = seconds_a_mail
        self._pool = RestingPool(work, idle_seconds=IDLE_SECONDS, workers=workers, max_calls=2000)

    def documents(self, files: Sequence[Supplied]) -> tuple[DocumentReport, ...]:
        """As Opener says. Raises Temporary, Permanent or ConfigError where no worker can be started."""
        end = time.monotonic() + self._a_mail
        return tuple(self._document(one, end) for one in files)

    def texts(self, files: Sequence[Attachment]) -> Mapping[str, str]:
        """As Opener says. Raises as `documents`."""
        end = time.monotonic() + self._a_mail
        return {file.sha256: str(self._asked("text", {}, file.content, end) or "") for file in files}

    def _document(self, one: Supplied, end: float) -> DocumentReport:
        args = {
            "media_type": one.file.media_type,
            "filename": one.file.filename,
            "expected_pages": one.expected_pages,
        }
        try:
            found = self._asked("document", args, one.file.content, end)
            if found is not None:
                return decode(DocumentReport, found, [])
        except CodecFault:
            pass
        return DocumentReport(
            sha256=one.file.sha256,
            sniffed=one.file.sniffed,
            fault=DocumentFault.UNREADABLE,
            reason=SAY("not_looked_into"),
        )

    def _asked(self, kind: str, args: Mapping[str, Any], content: bytes, end: float) -> Any:
        """The worker's answer; None where the file was too much for it, or the mail's time is up."""
        if time.monotonic() > end:
            return None
        try:
            value, _ = self._pool.call(kind, args, [content])
        except WorkerStopped as stopped:
            if not stopped.mail_to_blame:
                raise
            return None
        return value
