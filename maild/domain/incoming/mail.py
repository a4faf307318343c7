"""A mail as fetched, and a mail as understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class MailKey:
    """Where a mail lies on its server (RFC 9051 section 2.3.1.1): unique while uidvalidity stands."""

    mailbox: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What tells a mail from others without its bytes: size, INTERNALDATE, and its Message-ID field as it stands."""

    key: MailKey
    size: int
    internal_date: datetime | None
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """A mail as the server handed it over: the bytes are never changed or re-serialised."""

    key: MailKey
    raw: bytes
    internal_date: datetime | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mailbox of an address header; `address` is lower-cased, '' where it could not be read."""

    name: str = ""
    address: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


class Origin(StrEnum):
    """How an attachment was found."""

    PART = "part"
    INLINE = "inline"
    UUENCODE = "uuencode"
    TNEF = "tnef"
    SMIME = "smime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A decoded attachment. `filename` is safe: no path, no control or direction marks; may be ''.

    `media_type` is what the mail claims; `sniffed` what the first bytes say ('' if unknown).
    """

    filename: str
    media_type: str
    content: bytes
    sha256: str
    sniffed: str = ""
    content_id: str = ""
    origin: Origin = Origin.PART

    @property
    def size(self) -> int:
        return len(self.content)


class Automatic(StrEnum):
    """Why a mail counts as not written by a person (RFC 3834); NO where a person wrote it."""

    NO = "no"
    AUTO_REPLIED = "auto_replied"
    AUTO_GENERATED = "auto_generated"
    BULK = "bulk"
    BOUNCE = "bounce"
    RECEIPT = "receipt"  # read receipts (RFC 8098)
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceRecipient:
    """One address a delivery report speaks of. `status` is an RFC 3463 code such as 5.1.1, or ''.

    delayed: whoever reports it has the mail still, and goes on trying
    """

    address: str
    status: str = ""
    permanent: bool = False
    reason: str = ""
    delayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """A recipient's complaint about a mail (RFC 5965). `kind`: abuse, fraud, virus, other, not-spam (RFC 6430).

    recipients: as far as the report names them; most systems make them unreadable
    """

    kind: str
    recipients: tuple[str, ...] = ()
    original_message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReceipt:
    """A mail program's word on what became of a mail (RFC 8098). `displayed`: it was shown, not deleted unread."""

    original_message_id: str = ""
    recipient: str = ""
    displayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A delivery report; `original_message_id` is the Message-ID of the mail it speaks of, or ''."""

    recipients: tuple[BounceRecipient, ...]
    original_message_id: str = ""
    original_subject: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value: from a two-column table, or a line such as '事务号：123'."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """What the parser understood. Every repair it made is listed in `defects`.

    text        the body as text, HTML made readable (tables as rows 'a | b')
    reply_text  the new text alone: no quoted history, no signature
    quoted_text what was cut from `text` as quoted
    pairs       label/value pairs of the new text and of its HTML tables, in order
    headers     all headers, decoded, in order, names as written
    forwarded   mails found inside (message/rfc822, or quoted inline as forwarded), opened alike
    """

    sha256: str
    size: int
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    from_: tuple[Address, ...] = ()
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    return_path: str | None = None
    subject: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    reply_text: str = ""
    quoted_text: str = ""
    html: str = ""
    pairs: tuple[Pair, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    forwarded: tuple[ParsedMail, ...] = ()
    automatic: Automatic = Automatic.NO
    bounce: Bounce | None = None
    feedback: Feedback | None = None
    receipt: ReadReceipt | None = None
    links: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()

    @property
    def author(self) -> Address:
        """The first From address, or an empty one."""
        return self.from_[0] if self.from_ else Address()

    def header(self, name: str) -> str:
        """The first header of that name, decoded, or ''."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")
