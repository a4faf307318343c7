"""What a provider's mail really supplies: "filled" without a usable file is not delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from maild.domain.document import DocumentFault, DocumentReport
from maild.domain.mail import Attachment, Origin
from maild.domain.patron import Document, Transaction
from maild.domain.reading import Reading
from maild.pipeline.read import all_attachments

# A second attachment with one of these faults casts doubt on the whole supply; a logo or a note does not.
GRAVE = frozenset({DocumentFault.TRUNCATED, DocumentFault.ENCRYPTED, DocumentFault.PAGE_COUNT,
                   DocumentFault.UNREADABLE, DocumentFault.EMPTY})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """The documents for one transaction; `fault` where nothing usable came, with the reasons."""

    documents: tuple[Document, ...] = ()
    fault: bool = False
    reasons: tuple[str, ...] = ()


def supplied(reading: Reading, transaction: Transaction, of: int) -> Supply:
    """The usable files and the link for `transaction`, one of `of` transactions the mail speaks of."""
    ruling = reading.classification.main
    reports = {r.sha256: r for r in reading.documents}
    files = [(a, reports[a.sha256]) for a in all_attachments(reading.mail)
             if a.sha256 in reports and a.origin is not Origin.INLINE]  # fmt: skip
    if of > 1:
        files = [(a, r) for a, r in files if transaction.number in a.filename]
    bad = [f"{a.filename or a.media_type}: {r.fault} ({r.reason})" for a, r in files if not r.usable]
    grave = [r for _, r in files if r.fault in GRAVE]
    good = tuple(_file(a, r, transaction.number) for a, r in files if r.usable)
    link = _link(reading, transaction.number) if of == 1 else ()
    if grave or not (good or link):
        why = bad or [f"{ruling.provider or 'the provider'} says it is supplied, but no file and no link came"]
        return Supply(fault=True, reasons=tuple(why))
    return Supply(documents=(*good, *link), reasons=tuple(bad))


def _file(attachment: Attachment, report: DocumentReport, number: str) -> Document:
    suffix = {"application/pdf": ".pdf", "image/tiff": ".tif", "image/jpeg": ".jpg"}.get(report.sniffed, "")
    return Document(
        number=number, sha256=attachment.sha256, filename=attachment.filename or f"{number}{suffix}",
        media_type=report.sniffed or attachment.media_type, size=attachment.size, pages=report.pages,
    )  # fmt: skip


def _link(reading: Reading, number: str) -> tuple[Document, ...]:
    ruling = reading.classification.main
    url = ruling.value("url").split("\n")[0]
    if not url.startswith(("http://", "https://")):
        return ()
    return (Document(number=number, url=url, password=ruling.value("password"),
                     expires=_moment(ruling.value("expires"))),)  # fmt: skip


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
