"""Hostile and broken PDFs: pages, loops, streams, patterns, passwords."""

from __future__ import annotations

import io
import random
import zlib

from tests.corpus.bombing import MB, bomb, one_page, pdf, stream, zeros


@bomb("bomb.pdf", "a page of 350 × 350 km")
def pdf_huge_page() -> bytes:
    return one_page(zlib.compress(b"0 0 100 100 re f"), box=b"0 0 999999999 999999999")


@bomb("bomb.pdf", "a page 1 point wide and 999,999 high")
def pdf_thin_page() -> bytes:
    return one_page(zlib.compress(b"0 0 100 100 re f"), box=b"0 0 1 999999")


@bomb("bomb.pdf", "a page without extent")
def pdf_flat_page() -> bytes:
    return one_page(zlib.compress(b"0 0 100 100 re f"), box=b"0 0 0 0")


@bomb("bomb.pdf", "100,000 pages")
def pdf_pages() -> bytes:
    kids = b"3 0 R " * 100_000
    return pdf(
        [
            b"<</Type /Catalog /Pages 2 0 R>>",
            b"<</Type /Pages /Kids [%b] /Count 100000>>" % kids,
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R>>",
            stream(zlib.compress(b"0 0 9 9 re f")),
        ]
    )


@bomb("bomb.pdf", "a tree of pages that is its own child")
def pdf_page_loop() -> bytes:
    return pdf([b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000>>"])


@bomb("bomb.pdf", "a form that draws itself")
def pdf_form_loop() -> bytes:
    form = stream(
        zlib.compress(b"/F Do /F Do"),
        b"/Type /XObject /Subtype /Form /BBox [0 0 500 500] /Resources <</XObject <</F 5 0 R>>>> /Filter /FlateDecode",
    )
    return one_page(zlib.compress(b"/F Do"), resources=b"/XObject <</F 5 0 R>>", more=[form])


@bomb("bomb.pdf", "twelve forms, each drawing the next twelve times")
def pdf_forms() -> bytes:
    forms = [
        stream(
            zlib.compress(b"/F Do " * 12 if n < 12 else b"0 0 9 9 re f"),
            b"/Type /XObject /Subtype /Form "
            b"/BBox [0 0 500 500] /Resources <</XObject <</F %d 0 R>>>> /Filter /FlateDecode" % (n + 6),
        )
        for n in range(13)
    ]
    return one_page(zlib.compress(b"/F Do"), resources=b"/XObject <</F 5 0 R>>", more=forms)


@bomb("bomb.pdf", "a page description of 400 MB")
def pdf_stream() -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b"q Q " * (MB // 4)) for _ in range(400)) + packer.flush()
    return one_page(data)


@bomb("bomb.pdf", "a page description packed four times over")
def pdf_filters() -> bytes:
    data = zeros(400 * MB)
    for _ in range(3):
        data = zlib.compress(data, 9)
    return one_page(data, extra=b"/Filter [" + b"/FlateDecode " * 4 + b"]")


@bomb("bomb.pdf", "a picture of 2.5 gigapixels")
def pdf_picture() -> bytes:
    image = stream(
        zeros(50_000 * 50_000 // 8),
        b"/Type /XObject /Subtype /Image /Width 50000 /Height 50000 "
        b"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode",
    )
    return one_page(zlib.compress(b"500 0 0 500 0 0 cm /I Do"), resources=b"/XObject <</I 5 0 R>>", more=[image])


@bomb("bomb.pdf", "100,000 lines")
def pdf_lines() -> bytes:
    random_ = random.Random(6)
    lines = " ".join(f"{random_.random() * 600:.2f} {random_.random() * 800:.2f} l" for _ in range(100_000))
    return one_page(zlib.compress(f"0 0 m {lines} S".encode()))


@bomb("bomb.pdf", "two million characters")
def pdf_text() -> bytes:
    font = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"
    text = b"BT /F 6 Tf 1 0 0 1 20 800 Tm 6 TL " + b"(amount payment transfer account) ' " * 60_000 + b"ET"
    return one_page(zlib.compress(text), resources=b"/Font <</F 5 0 R>>", more=[font])


@bomb("bomb.pdf", "a tiling pattern of a million tiles")
def pdf_pattern() -> bytes:
    tile = stream(
        zlib.compress(b"0 0 .4 .4 re f"),
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 "
        b"/BBox [0 0 1 1] /XStep 0.5 /YStep 0.5 /Resources <<>> /Filter /FlateDecode",
    )
    return one_page(
        zlib.compress(b"/Pattern cs /P scn 0 0 595 842 re f"), resources=b"/Pattern <</P 5 0 R>>", more=[tile]
    )


@bomb("secret.pdf", "a password")
def pdf_password() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    file = io.BytesIO()
    page = canvas.Canvas(file, encrypt=StandardEncryption("sesame", canPrint=0))
    page.drawString(100, 700, "secret")
    page.save()
    return file.getvalue()


@bomb("loop.pdf", "a cross-reference table that precedes itself")
def pdf_table_loop() -> bytes:
    whole = one_page(zlib.compress(b"0 0 9 9 re f"))
    start = int(whole.rsplit(b"startxref\n", 1)[1].split()[0])
    return whole.replace(b"trailer\n<<", b"trailer\n<</Prev %d " % start)


@bomb("cut.pdf", "half a PDF")
def pdf_cut() -> bytes:
    whole = pdf_lines()
    return whole[: len(whole) // 2]


@bomb("noise.pdf", "noise behind a PDF's first line")
def pdf_noise() -> bytes:
    return b"%PDF-1.7\n" + random.Random(7).randbytes(500_000)
