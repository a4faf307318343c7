"""PDF files by PDFium: can they be opened, are they whole, how many pages."""

from __future__ import annotations

import re
import threading
import time

from maild.domain.incoming.document import DocumentFault
from maild.receipts import SAY

LOCK = threading.Lock()  # PDFium must not be entered by two threads
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_MAX_PAGES_TRIED = 500
_SECONDS = 2.0
_LINEARIZED = re.compile(rb"/Linearized\b[^>]{0,300}?/L\s+(\d{1,12})")
_OBJECT = re.compile(rb"\b\d+\s+\d+\s+obj\b")
_NO_PAGES = re.compile(rb"/Kids\s*\[\s*\]")
_LOOK = 2048

Examined = tuple[DocumentFault, str, int | None]


def examine(content: bytes) -> Examined:
    """(fault, reason, pages). Cut files are told from broken ones by what is missing at their end."""
    import pypdfium2

    with LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            return _unopenable(content, getattr(error, "err_code", None))
        try:
            return _opened(content, document)
        finally:
            document.close()


def _unopenable(content: bytes, code: int | None) -> Examined:
    # PDFium keeps the last error of an earlier file: a password is believed only where /Encrypt is there.
    if code in (_PASSWORD, _SECURITY) and b"/Encrypt" in content:
        return DocumentFault.ENCRYPTED, SAY("pdf_needs_password"), None
    if _is_cut(content) or b"%%EOF" not in content:
        return DocumentFault.TRUNCATED, SAY("pdf_cut"), None
    if _NO_PAGES.search(content):
        return DocumentFault.EMPTY, SAY("pdf_without_pages"), 0
    return DocumentFault.UNREADABLE, SAY("pdf_damaged"), None


def _opened(content: bytes, document: object) -> Examined:
    pages = len(document)  # type: ignore[arg-type]
    if pages == 0:
        return DocumentFault.EMPTY, SAY("pdf_without_pages"), 0
    if _is_cut(content):
        return DocumentFault.TRUNCATED, SAY("pdf_cut"), pages
    broken = _first_broken_page(document, pages)
    if broken:
        return DocumentFault.UNREADABLE, SAY("pdf_page_damaged", page=broken), pages
    return DocumentFault.NONE, "", pages


def _first_broken_page(document: object, pages: int) -> int:
    """The number (from 1) of the first page that cannot be loaded, or 0. Gives up after 2 s of processor time."""
    import pypdfium2

    end = time.process_time() + _SECONDS
    for index in range(min(pages, _MAX_PAGES_TRIED)):
        try:
            document[index].close()  # type: ignore[index]
        except pypdfium2.PdfiumError:
            return index + 1
        if time.process_time() > end:
            break
    return 0


def _is_cut(content: bytes) -> bool:
    """Whether the file ends before its end.

    A whole file ends with 'startxref N %%EOF' (ISO 32000-1 section 7.5.5), give or take what servers append.
    A linearized one says its length at the start; one that was updated must not stop within an update.
    """
    linearized = _LINEARIZED.search(content, 0, _LOOK)
    if linearized and len(content) < int(linearized[1]):
        return True
    end = content.rfind(b"%%EOF")
    if end < 0:
        return b"startxref" not in content[-_LOOK:]
    return bool(_OBJECT.search(content, end))
