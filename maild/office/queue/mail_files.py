"""Stored mails opened to be looked at: their source and their files, read once for a page that shows many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maild.domain.errors import MalformedMail, NotFound
from maild.domain.incoming.mail import Attachment
from maild.domain.kept import Kept
from maild.office.queue import SAY
from maild.spine.reading.files import all_attachments

if TYPE_CHECKING:
    from maild.domain.accounting.receipt import Receipt
    from maild.spine.process import Parts

MOST_KEPT = 96_000_000  # bytes of mails that were looked at lately


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMail:
    """A mail's bytes, and its files in the order of spine.reading.files.all_attachments; none where it is no mail."""

    id: int
    sha256: str
    raw: bytes
    files: tuple[Attachment, ...]

    def file(self, number: int) -> Attachment:
        """The file of that place, from 0. Raises NotFound."""
        if not 0 <= number < len(self.files):
            raise NotFound(SAY("no_such_file", id=self.id, name=number))
        return self.files[number]

    def holding(self, receipt: Receipt) -> Sequence[Attachment]:
        """The files a receipt may stem from, the likeliest first: its own bytes, else what it was found within."""
        own = [file for file in self.files if file.sha256 == receipt.sha256]
        around = [file for file in self.files if file.filename and receipt.source.startswith(f"{file.filename}/")]
        return own or around or self.files


class MailFiles:
    """Opens stored mails; keeps those that were opened lately. Thread-safe."""

    def __init__(self, parts: Parts, *, most: int = MOST_KEPT) -> None:
        self._parts = parts
        self._kept: Kept[OpenedMail] = Kept(most)

    def open(self, mail_id: int) -> OpenedMail:
        """Raises NotFound; Temporary where its reader was stopped."""
        with self._parts.store.read() as uow:
            record = uow.mails.get(mail_id)
        key = f"{mail_id} {record.sha256}"
        return self._kept.get(key, lambda: self._opened(mail_id, record.sha256), _size)

    def receipt(self, mail_id: int, number: int) -> Receipt:
        """The proof of that place among those the mail brought, from 0. Raises NotFound."""
        with self._parts.store.read() as uow:
            seen = uow.receipts.of_mail(mail_id)
        if not 0 <= number < len(seen):
            raise NotFound(SAY("no_such_proof", id=mail_id, name=number))
        return seen[number].receipt

    def _opened(self, mail_id: int, sha256: str) -> OpenedMail:
        raw = self._parts.blobs.get(sha256)
        try:
            files = tuple(all_attachments(self._parts.reader.read(raw, {}).mail))
        except MalformedMail:
            files = ()
        return OpenedMail(id=mail_id, sha256=sha256, raw=raw, files=files)


def _size(mail: OpenedMail) -> int:
    return len(mail.raw) + sum(file.size for file in mail.files) + 1000
