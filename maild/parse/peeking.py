"""The few headers intake keeps of a mail, read without its body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maild.domain.text import visible
from maild.parse import address
from maild.parse.defects import Defects
from maild.parse.head import prepare, read

HEAD = 64_000  # bytes looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """`message_id` with its angle brackets; `sender` the From address; '' and None where unknown."""

    message_id: str = ""
    sender: str = ""
    subject: str = ""
    date: datetime | None = None


def peek(raw: bytes) -> Peek:
    """The identity of a mail from its headers; never raises."""
    defects = Defects()
    data = prepare(raw[:HEAD], defects)
    head = read(data, 0, len(data), defects)
    from_ = address.addresses(head.raw("from"), "From", defects)
    return Peek(
        message_id=address.message_id(head.raw("message-id"), defects),
        sender=next((a.address for a in from_ if a.address), ""),
        subject=visible(head.text("subject", defects)),
        date=address.date(head.raw("date"), defects),
    )
