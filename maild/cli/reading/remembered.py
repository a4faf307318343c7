"""Files that come again in one command. The daemon remembers what it read in its database; a look writes nothing."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from maild.domain.accounting.receipt import Receipt
from maild.office.payments.proofs import is_momentary
from maild.ports import ReceiptReader
from maild.spine.process import Parts

T = TypeVar("T")
KEPT = 2_000  # files; what was read of one takes some kilobytes


def remembering(parts: Parts) -> Parts:
    """The same, with a reader of receipts that reads each file once."""
    return parts if parts.receipts is None else replace(parts, receipts=RememberedReceipts(parts.receipts))


class RememberedReceipts:
    """A ReceiptReader that reads equal bytes once, whatever they are called: a logo below every letter, a form that is
    sent again. What may have been the load of the moment is read again with the next mail. Thread-safe: two that ask at
    once read twice.
    """

    def __init__(self, reader: ReceiptReader) -> None:
        self._reader = reader
        self._receipts: dict[bytes, tuple[Receipt, ...]] = {}
        self._scans: dict[bytes, tuple[str, ...]] = {}

    @property
    def version(self) -> str:
        """That of the reader behind it."""
        return self._reader.version

    def read(self, content: bytes, *, filename: str = "", media_type: str = "") -> tuple[Receipt, ...]:
        """As ReceiptReader.read; raises what that raises, and asks again then."""
        digest = sha256(content).digest()
        if (known := self._receipts.get(digest)) is not None:
            return known
        found = self._reader.read(content, filename=filename, media_type=media_type)
        if not is_momentary(found):
            _keep(self._receipts, digest, found)
        return found

    def scanned(self, content: bytes) -> tuple[str, ...]:
        """As ReceiptReader.scanned; raises what that raises, and asks again then."""
        digest = sha256(content).digest()
        if (known := self._scans.get(digest)) is not None:
            return known
        found = self._reader.scanned(content)
        _keep(self._scans, digest, found)
        return found

    def close(self) -> None:
        """End the reader behind it."""
        self._reader.close()


def _keep(known: dict[bytes, T], digest: bytes, found: T) -> None:
    if len(known) >= KEPT:
        known.clear()
    known[digest] = found
