"""Supplied scans: files without text, whose first page is read by OCR beside the queue (see proofs)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from maild.domain.incoming.document import DocumentReport
from maild.domain.incoming.mail import Attachment
from maild.domain.incoming.reading import Reading
from maild.match.document import needs_look
from maild.ports import ReceiptReader
from maild.spine.reading.files import all_attachments

MOST_SCANS = 4  # of one mail
_SCANNED = ("application/pdf", "image/jpeg", "image/png", "image/tiff")


def scan_files(reading: Reading) -> tuple[Attachment, ...]:
    """The files of a proven provider's supply that say too little to be held against the request, each once."""
    if not reading.classification.main.trusted:
        return ()
    wanted = {r.sha256 for r in reading.documents if _is_scan(r)}
    found = {a.sha256: a for a in all_attachments(reading.mail) if a.sha256 in wanted}
    return tuple(found.values())[:MOST_SCANS]


def _is_scan(report: DocumentReport) -> bool:
    return report.usable and report.pictured and report.sniffed in _SCANNED and needs_look(report.front)


def with_scans(reading: Reading, known: Mapping[str, tuple[str, ...]]) -> Reading:
    """The reading with what was read on its scans, by hash."""
    reports = (replace(r, front=(*r.front, *known.get(r.sha256, ()))) for r in reading.documents)
    return replace(reading, documents=tuple(reports))


def look_now(reading: Reading, reader: ReceiptReader) -> Reading:
    """Read the scans of one mail at once. Raises Temporary where no worker can be had."""
    files = scan_files(reading)
    return with_scans(reading, {f.sha256: reader.scanned(f.content) for f in files}) if files else reading
