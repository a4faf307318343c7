"""Files that come again in one command. The daemon remembers what it read in its database; a look writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from maild.domain.accounting.receipt import Receipt
from maild.ports import ReceiptReader
from maild.spine.process import Parts

T = TypeVar("T")
KEPT = 2_000  # files; what was read of one takes some kilobytes


def remembering(parts: Parts) -> Parts:
    """The same, with a reader of receipts that reads each file once."""
    return parts if parts.receipts is None else replace(parts, receipts=RememberedReceipts(parts.receipts))


class RememberedReceipts:
    """A ReceiptReader that reads equal bytes once, whatever they are called, as BackgroundProofs does: a logo below
    every letter, a form that is sent again. Thread-safe: two that ask at once read twice.
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
        return _once(
            self._receipts, content, lambda: self._reader.read(content, filename=filename, media_type=media_type)
        )

    def scanned(self, content: bytes) -> tuple[str, ...]:
        """As ReceiptReader.scanned; raises what that raises, and asks again then."""
        return _once(self._scans, content, lambda: self._reader.scanned(content))

    def close(self) -> None:
        """End the reader behind it."""
        self._reader.close()


def _once(known: dict[bytes, T], content: bytes, read: Callable[[], T]) -> T:
    digest = sha256(content).digest()
    if digest not in known:
        if len(known) >= KEPT:
            known.clear()
        known[digest] = read()
    return known[digest]
