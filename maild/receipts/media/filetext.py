"""The text of files that patrons attach to say something: plain text, PDF, Word, Excel, pages. Within limits.

Nothing raises for what bytes may be: what cannot be read has no text. Pictures have none here.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from maild.receipts import magic
from maild.receipts.media import pdf
from maild.receipts.media.einvoice_xml import XmlFault, cells, paragraphs

MOST_BYTES = 8_000_000
MOST_CHARACTERS = 8000
MOST_PAGES = 3
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]{0,2000}>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]{0,200}>", re.IGNORECASE)


def text_of(content: bytes) -> str:
    """The file's text, its first pages and characters; '' for a picture, a broken or an unknown file."""
    if not content or len(content) > MOST_BYTES:
        return ""
    kind = magic.sniff(content)
    if kind == magic.PDF:
        return _pdf(content)
    if kind in (_WORD, _EXCEL):
        return _office(content, kind)
    if kind == magic.HTML:
        import html

        page = magic.as_text(content)[: MOST_CHARACTERS * 20]
        return html.unescape(_TAG.sub(" ", _BREAK.sub("\n", page)))[:MOST_CHARACTERS]
    return magic.as_text(content)[:MOST_CHARACTERS] if kind == magic.TEXT else ""


def _pdf(content: bytes) -> str:
    import pypdfium2

    texts: list[str] = []
    with pdf.LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return ""
        try:
            for index in range(min(len(document), MOST_PAGES)):
                page = document[index]
                texts.append(page.get_textpage().get_text_bounded())
                page.close()
        except pypdfium2.PdfiumError:
            pass  # what was read before the damaged page counts
        finally:
            document.close()
    return "\n".join(texts).replace("\r\n", "\n")[:MOST_CHARACTERS]


def _office(content: bytes, kind: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if kind == _WORD:
                return "\n".join(paragraphs(_member(archive, "word/document.xml")))[:MOST_CHARACTERS]
            shared = _member(archive, "xl/sharedStrings.xml")
            names = sorted(n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d{1,2}\.xml", n))[:3]
            lines = [line for name in names for line in cells(_member(archive, name), shared)]
            return "\n".join(lines)[:MOST_CHARACTERS]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, NotImplementedError, RuntimeError, XmlFault):
        return ""


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member's bytes, b'' where there is none or it is too large; counted while it unpacks."""
    if name not in archive.NameToInfo:
        return b""
    with archive.open(name) as stream:
        data = stream.read(MOST_BYTES + 1)
    return data if len(data) <= MOST_BYTES else b""
