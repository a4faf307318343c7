"""What the core sees of the outside world where several things may stand there: the real, a test's, a pool of workers.

What there is but one of (the store, the webhook, the alarm roads) is known by its own type.

Every method that can fail for a passing reason raises errors.Temporary; for a lasting one errors.Permanent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from maild.domain.accounting.receipt import Receipt
    from maild.domain.incoming.mail import Glance, RawMail
    from maild.domain.incoming.reading import Reading
    from maild.domain.outgoing.notice import Message, SendResult
    from maild.domain.records.journal import Skipped


class Clock(Protocol):
    """The only wall clock. `now` is aware, UTC; `monotonic` seconds never step back."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...


class BlobStore(Protocol):
    """Content-addressed bytes: a blob is durable (file and folder fsynced) when `put` returns."""

    def put(self, data: bytes) -> str:
        """Store and return the sha256 in hex; storing known bytes again is cheap and changes nothing."""

    def put_many(self, items: Sequence[bytes]) -> list[str]:
        """Store several with their fsyncs batched; all are durable on return."""

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises NotFound; raises Permanent where they no longer match their name."""

    def __contains__(self, sha256: str) -> bool: ...


# DNS TXT answers by name (lower case, no final dot): strings; () no such record; None not known now.
DnsAnswers = Mapping[str, tuple[str, ...] | None]


class Resolver(Protocol):
    def txt(self, names: Iterable[str]) -> DnsAnswers:
        """Look all names up at once, within the configured time; what did not come in time is None."""


class Reader(Protocol):
    """Reads a mail in a confined process: parse, authenticate, classify, extract."""

    def read(self, raw: bytes, answers: DnsAnswers, named: str = "", *, vouched: bool = False) -> Reading:
        """Raises Temporary if the worker had to be stopped (time, memory); the mail is to blame.

        named    whom staff said that the author's address speaks for
        vouched  a person answers for the sender: files are opened as a proven sender's are, and no other's
        """

    def close(self) -> None: ...


class ReceiptReader(Protocol):
    """Reads files that patrons send, in a confined process of its own: slow, so apart from reading mails."""

    @property
    def version(self) -> str:
        """Changes whenever the same file might be read otherwise: the code or the layouts are others."""

    def read(self, content: bytes, *, filename: str = "", media_type: str = "") -> tuple[Receipt, ...]:
        """Every receipt found in a picture, PDF, page, archive or mail; one NOT_A_RECEIPT where there is none.

        A file that cannot be read (broken, encrypted, too large, over time or memory) is told in the receipt's
        warnings. Raises Temporary only where no worker can be had at all.
        """

    def scanned(self, content: bytes) -> tuple[str, ...]:
        """What OCR reads on the first page or two of a document without text; () where nothing. Raises as `read`."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderStatus:
    """What SELECT said (RFC 9051 section 6.3.2). `name` is 'account/folder'."""

    name: str
    uidvalidity: int
    uidnext: int
    exists: int


class FilingMode(StrEnum):
    """What happens on the server to a mail whose fate is recorded."""

    MOVE = "move"
    KEYWORD = "keyword"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """MOVE to `target` (a folder name in Unicode), or set `target` as a keyword."""

    mode: FilingMode
    target: str = ""


class Mailbox(Protocol):
    """One folder of one IMAP account. Blocking; used from one thread. Connects and reconnects itself.

    Any network or server trouble raises Temporary (the connection is thrown away); wrong credentials,
    an untrusted certificate or a missing folder raise Permanent.
    """

    name: str

    def open(self) -> FolderStatus: ...

    def uids(self, after: int, upto: int | None = None) -> list[int]:
        """All UIDs above `after`, ascending; never by a server-side search criterion other than UID."""

    def fetch(self, uids: Sequence[int]) -> Iterator[RawMail | Skipped]:
        """Bytes of each (BODY.PEEK[]), in bounded memory; over-size and vanished ones as Skipped."""

    def glance(self, uids: Sequence[int], fields: Sequence[str] = ("MESSAGE-ID",)) -> Iterator[Glance]:
        """What tells each mail from others, in ascending order, without its bytes; none that is gone.

        Its head holds those fields alone, and none where the server does not hand out single ones.
        """

    def file(self, uids: Sequence[int], filing: Filing) -> list[int]:
        """Do it in batches; returns the UIDs that are done (or are gone: done as well)."""

    def wait(self, seconds: float) -> bool:
        """Wait for news by IDLE (RFC 2177) or NOOP; True if there may be new mail, False on time-out."""

    def close(self) -> None: ...


class Courier(Protocol):
    async def send(self, message: Message) -> SendResult:
        """Hand one message to the server. Never raises for what the server or network does."""

    async def close(self) -> None: ...
