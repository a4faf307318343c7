"""Bytes that the database speaks of: stored mails, documents, invoices, copies of what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BYTES = "bytes"  # what lines of history about bytes are called; `after`, and the blobs' names in data["given_up"]:
GIVEN_UP, SOUGHT = "given up", "sought again"


class Holder(StrEnum):
    """What refers to a blob."""

    MAIL = "mail"
    DOCUMENT = "document"
    INVOICE = "invoice"
    NOTICE = "notice"  # a file that a notice attaches
    COPY = "copy"  # a notice as it was sent
    PART = "part"  # of such a copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """A blob, and what refers to it. `id`: of that row; size in bytes, None where the row does not tell.

    mail_id: the stored mail in which the bytes came, or 0; given_up: staff said that the bytes are lost for good
    """

    sha256: str
    holder: Holder
    id: int
    size: int | None = None
    mail_id: int = 0
    given_up: bool = False
