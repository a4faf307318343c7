"""The text of a document's first pages, and of its last: an old Chinese journal has its English title there."""

from __future__ import annotations

from maild.receipts import magic
from maild.receipts.media import pdf
from maild.receipts.media.glyphs import plain

FIRST = 4
MOST_CHARACTERS = 5000  # of a page


def front(content: bytes, kind: str) -> tuple[str, ...]:
    """Page by page, '' for one without text; () where nothing can be read without looking at pictures."""
    if kind == magic.PDF:
        return _pdf(content)
    return (_clean(magic.as_text(content[: MOST_CHARACTERS * 4])),) if kind == magic.TEXT else ()


def _pdf(content: bytes) -> tuple[str, ...]:
    import pypdfium2

    texts: list[str] = []
    with pdf.LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return ()
        try:
            pages = len(document)
            for index in sorted({*range(min(pages, FIRST)), pages - 1}):
                page = document[index]
                texts.append(_clean(page.get_textpage().get_text_bounded()))
                page.close()
        except pypdfium2.PdfiumError:
            pass  # what was read before the damaged page counts
        finally:
            document.close()
    return tuple(texts)


def _clean(text: str) -> str:
    """As people write it; what a font maps to nothing stays, so that a page of it can be told."""
    lines = text.replace("\r\n", "\n").replace("\ufffe", "")[
        :MOST_CHARACTERS
    ]  # U+FFFE: PDFium's hyphen at a line's end
    return "".join(c if c == "\n" else plain(c) for c in lines)
