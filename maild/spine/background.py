"""What is read of a mail in the background: a picture takes a second, and no other mail waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from maild.domain.incoming.mail import Attachment
from maild.domain.incoming.reading import Reading

PARKED = timedelta(seconds=60)  # when a mail comes again though nobody said that its files are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A mail that was read but for its proofs, or for its supplied scans."""

    files: tuple[Attachment, ...] = ()
    scans: tuple[Attachment, ...] = ()


class Background(Protocol):
    """Reads files in threads of its own (maild.office.payments.proofs)."""

    @property
    def busy(self) -> bool:
        """Whether files are being read."""
        ...

    def complete(self, readings: Mapping[int, Reading]) -> dict[int, Reading | Waiting]:
        """Each reading with what its files say, as far as they were read before; the others as Waiting."""
        ...

    def ask(self, mail_id: int, files: Sequence[Attachment], scans: Sequence[Attachment] = ()) -> bool:
        """Have the files read, and the mail come again then; False where too much is being read already."""
        ...

    def wait(self, seconds: float) -> None:
        """Until something is read, or the time is up."""
        ...

    def close(self) -> None:
        """Read nothing more."""
        ...
