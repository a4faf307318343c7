"""Is a supplied file the document that was asked for?"""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib import pdfencrypt
from reportlab.pdfgen import canvas

from maild.domain.incoming.document import DocumentFault
from maild.receipts.media.document import inspect
from tests.cases import each
from tests.share import times


def make_pdf(pages: int = 4, *, password: str = "") -> bytes:
    """A PDF with `pages` pages of text; with `password`, one is needed to open it."""
    out = io.BytesIO()
    encrypt = pdfencrypt.StandardEncryption(password, strength=128) if password else None
    drawing = canvas.Canvas(out, encrypt=encrypt)
    for number in range(pages):
        for line in range(40):
            drawing.drawString(72, 800 - 18 * line, f"Page {number + 1}, line {line} of an article on silica gels")
        drawing.showPage()
    drawing.save()
    return out.getvalue()


def make_picture(kind: str, *, frames: int = 1, size: tuple[int, int] = (300, 400)) -> bytes:
    """A picture file in the format Pillow calls `kind`."""
    out = io.BytesIO()
    pages = [Image.new("L", size, 40 * i) for i in range(frames)]
    extra = {"save_all": True, "append_images": pages[1:]} if frames > 1 else {}
    pages[0].save(out, kind, **extra)
    return out.getvalue()


def make_zip(*names: str) -> bytes:
    """A ZIP archive with files of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "content " * 50)
    return out.getvalue()


def locked(archive: bytes) -> bytes:
    """The archive, of whose first file a password is asked."""
    made = bytearray(archive)
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def stored(content: bytes) -> bytes:
    """A ZIP archive whose file lies in it as it is: its first bytes show."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("paper.pdf", content)
    return out.getvalue()


def without_pages() -> bytes:
    """A PDF whose page tree is empty."""
    document = pypdfium2.PdfDocument.new()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


LOGIN = (
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form><input type=password></form></body></html>"
)
CAS = "<html><body>浙江大学统一身份认证</body></html>".encode()
GONE = "<html><body><h1>链接已失效</h1></body></html>".encode("gb18030")
PDF = make_pdf()


def test_a_whole_pdf_is_usable() -> None:
    """Pages are counted, and rubbish around it that readers allow does no harm."""
    report = inspect(PDF, media_type="application/pdf", filename="paper.pdf")
    assert (report.usable, report.pages, report.sniffed) == (True, 4, "application/pdf")
    assert inspect(b"\r\n\r\n" + PDF).usable
    assert inspect(PDF + b"\r\n\x00\x00").usable


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.98, 0.99])
def test_a_cut_pdf_is_truncated(share: float) -> None:
    """Wherever the transfer broke off."""
    assert inspect(PDF[: int(len(PDF) * share)], filename="a.pdf").fault is DocumentFault.TRUNCATED


def test_a_pdf_cut_within_an_update_is_truncated() -> None:
    """The first revision opens, but what came after it was cut."""
    assert inspect(PDF + b"\n9 0 obj\n<< /Type /Page").fault is DocumentFault.TRUNCATED


def test_a_linearized_pdf_must_have_the_length_it_says() -> None:
    """Its first %%EOF comes early, so the end says nothing."""
    head, tail = PDF.split(b"\n", 1)
    claimed = head + b"\n99 0 obj\n<< /Linearized 1 /L 999999 >>\nendobj\n" + tail
    assert inspect(claimed).fault is DocumentFault.TRUNCATED


def test_an_encrypted_pdf_is_said_to_be() -> None:
    """It needs a password, so the patron could not read it."""
    assert inspect(make_pdf(password="sesame")).fault is DocumentFault.ENCRYPTED


def test_a_pdf_without_pages_is_empty() -> None:
    """It opens, and there is nothing in it."""
    inspect(make_pdf(password="sesame"))  # PDFium remembers its last error, which must not be taken for this one's
    report = inspect(without_pages())
    assert (report.fault, report.pages) == (DocumentFault.EMPTY, 0)


def test_a_damaged_pdf_with_its_end_is_unreadable() -> None:
    """The end is there, the rest is not a PDF."""
    assert inspect(b"%PDF-1.4\nrubbish " * 20 + b"\nstartxref\n7\n%%EOF").fault is DocumentFault.UNREADABLE


@pytest.mark.parametrize(
    ("expected", "fault"),
    [(4, ""), (3, ""), (5, "page_count"), (12, "page_count"), (2, "page_count"), (None, ""), (0, "")],
)
def test_pages_are_compared(expected: int | None, fault: str) -> None:
    """Too few is a fault; one more is the provider's cover sheet."""
    report = inspect(PDF, expected_pages=expected)
    assert report.fault == fault
    assert report.pages == 4


@pytest.mark.parametrize("content", [LOGIN, CAS, b"\xef\xbb\xbf\n<!-- x --> <!-- y -->" + LOGIN])
@pytest.mark.parametrize(("media_type", "name"), [("application/pdf", "a.pdf"), ("text/html", "a.html"), ("", "")])
def test_a_login_page_is_recognised(content: bytes, media_type: str, name: str) -> None:
    """Whatever the mail calls it."""
    report = inspect(content, media_type=media_type, filename=name)
    assert (report.fault, report.sniffed) == (DocumentFault.LOGIN_PAGE, "text/html")


def test_error_pages_and_other_pages() -> None:
    """A page that reports an error is no document; a page that says nothing known is of the wrong type."""
    assert inspect(GONE, filename="a.pdf").fault is DocumentFault.NOT_A_DOCUMENT
    assert inspect(b"<html><body>Welcome</body></html>", filename="a.pdf").fault is DocumentFault.WRONG_TYPE


@each(
    ("content", "name", "fault"),
    [
        (b"", "a.pdf", "empty"),
        (b"\x00" * 4096, "a.pdf", "empty"),
        (b" \r\n\t", "a.pdf", "empty"),
        (b"403 Forbidden", "a.pdf", "not_a_document"),
        ("下载失败，请稍后再试".encode("gb18030"), "a.pdf", "not_a_document"),
        (b'{"error": "expired"}', "a.pdf", "not_a_document"),
        (b"see you soon", "a.pdf", "wrong_type"),
        (b"see you soon", "note.txt", "not_a_document"),
        ("全文 " * 2000, "text.txt", ""),
        (b"MZ\x90\x00" + b"x" * 900, "a.pdf", "not_a_document"),
        (b"\x7fELF" + b"x" * 900, "", "not_a_document"),
        (PDF, "paper.pdf.exe", "not_a_document"),
        (b"\x01\x02\x03" * 999, "a.pdf", "wrong_type"),
        (b"\x01\x02\x03" * 999, "a.bin", "not_a_document"),
        (b"\xc8\x02\x03" * 999, "a.caj", ""),
        (b"CAJ\x00" + b"x" * 900, "a", ""),
        (b"HN\x00\x00" + b"x" * 900, "a.caj", ""),
        (b"KDH " + b"x" * 900, "a.kdh", ""),
        (b"NH\x00\x00" + b"x" * 900, "a.nh", ""),
        (b"%!PS-Adobe-3.0\n%%EOF", "a.ps", ""),
        (b"{\\rtf1 hello}", "a.rtf", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99 + "WordDocument".encode("utf-16-le"), "a.doc", ""),
        (b"Rar!\x1a\x07\x00" + b"x" * 99, "a.rar", ""),
        (make_zip("paper.pdf"), "a.zip", ""),
        (make_zip("word/document.xml"), "a.docx", ""),
        (make_zip("paper.pdf")[:-30], "a.zip", "truncated"),
        (make_zip(), "a.zip", "empty"),
        (make_zip("META-INF/MANIFEST.MF"), "a.zip", "not_a_document"),
        (make_zip("paper.pdf", "view/reader.exe"), "a.zip", "not_a_document"),
        (make_zip("paper.pdf", "reader.exe. "), "a.zip", "not_a_document"),
        (make_zip("paper.pdf", "more.7z"), "a.zip", "not_a_document"),
        (locked(make_zip("paper.pdf")), "a.zip", "encrypted"),
        (make_zip(*(f"{n}.pdf" for n in range(501))), "a.zip", "unreadable"),
        (make_zip("paper.pdf").replace(b"PK\x01\x02", b"PK\x01\x09"), "a.zip", "unreadable"),
        (stored(PDF), "a.zip", ""),
        (b"AT&TFORM" + struct.pack(">I", 100) + b"DJVU" + b"x" * 96, "a.djvu", ""),
        (b"AT&TFORM" + struct.pack(">I", 100) + b"DJVU" + b"x" * 50, "a.djvu", "truncated"),
    ],
)
def test_other_files(content: bytes | str, name: str, fault: str) -> None:
    """What counts as a document and what does not; containers and foreign formats have no page count."""
    data = content.encode() if isinstance(content, str) else content
    report = inspect(data, filename=name)
    assert report.fault == fault
    assert report.pages is None
    assert bool(report.reason) == bool(fault)


@pytest.mark.parametrize(("kind", "pages"), [("TIFF", 1), ("TIFF", 7), ("JPEG", 1), ("PNG", 1)])
def test_scans_are_documents(kind: str, pages: int) -> None:
    """Pictures count, with their frames; a cut one is truncated."""
    content = make_picture(kind, frames=pages)
    report = inspect(content)
    assert (report.usable, report.pages) == (True, pages)
    assert inspect(content[: len(content) // 2]).fault is DocumentFault.TRUNCATED


def test_a_big_endian_and_a_looping_tiff() -> None:
    """Both byte orders are read, and a chain that bites its tail ends."""
    directory = struct.pack(">HHHIHHI", 1, 256, 3, 1, 9, 0, 8)
    assert inspect(b"MM\x00*" + struct.pack(">I", 8) + directory).pages == 1


def test_an_icon_is_no_document() -> None:
    """A logo in a signature is not what was asked for."""
    assert inspect(make_picture("PNG", size=(32, 32))).fault is DocumentFault.NOT_A_DOCUMENT


@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.7\n", b"II*\x00", b"PK\x03\x04", b"<html>", b"MM\x00+"]))
@pytest.mark.long
@settings(max_examples=times(100, 300), deadline=None)
def test_any_bytes_give_a_report(tail: bytes, head: bytes) -> None:
    """Never an exception, and a fault always has its reason."""
    report = inspect(head + tail, media_type="application/pdf", filename="a.pdf", expected_pages=3)
    assert report.usable or report.reason


def test_hostile_files_do_not_take_long() -> None:
    """Comments without end, digits without end, many pages: seconds, not minutes."""
    start = time.monotonic()
    inspect(b"<!-- a -->" * 200_000 + b"x")
    inspect(b"%PDF-1.4 /Linearized " + b"1 " * 2_000_000)
    inspect(make_pdf() + b"1" * 3_000_000)
    inspect(make_pdf(1500))
    assert time.monotonic() - start < 20
