"""Hostile and broken files, made when they are asked for. None is larger than 65 MB, most are small."""

from __future__ import annotations

import base64
import functools
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Bomb:
    """A hostile file. `harm`: what it tries."""

    name: str
    filename: str
    harm: str
    make: Callable[[], bytes]


BOMBS: list[Bomb] = []


def bomb(filename: str, harm: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Enter a maker in the table under its own name."""

    def enter(make: Callable[[], bytes]) -> Callable[[], bytes]:
        BOMBS.append(Bomb(make.__name__, filename, harm, make))
        return make

    return enter


# -- pictures


def picture(form: str, size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: object) -> bytes:
    """A small sound picture."""
    image = Image.new(mode, size, "white" if mode != "1" else 1)
    ImageDraw.Draw(image).line((0, 0, *size), fill=0)
    if form == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *, bits: int = 1, colour: int = 0, rows: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG by hand."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zeros(total: int, level: int = 9) -> bytes:
    """`total` zero bytes, compressed piece by piece."""
    packer = zlib.compressobj(level)
    parts = [packer.compress(bytes(min(MB, total - at))) for at in range(0, total, MB)]
    return b"".join([*parts, packer.flush()])


@bomb("bomb.png", "3.6 gigapixels in 450 kB")
def png_gigapixels() -> bytes:
    return png(60_000, 60_000, rows=zeros(60_000 * (60_000 // 8 + 1)))


@bomb("bomb.png", "16-bit colour, just within the pixel limit")
def png_deep() -> bytes:
    return png(7000, 7000, bits=16, colour=6, rows=zeros(7000 * (7000 * 8 + 1)))


@bomb("bomb.png", "claims 4 gigapixels, holds nothing")
def png_claims() -> bytes:
    return png(65_000, 65_000, bits=8, colour=2, rows=zlib.compress(b""))


@bomb("bomb.png", "a colour profile that unpacks to 300 MB")
def png_profile() -> bytes:
    return png(200, 200, bits=8, rows=zeros(200 * 201), extra=chunk(b"iCCP", b"x\0\0" + zeros(300 * MB)))


@bomb("bomb.png", "a comment that unpacks to 300 MB")
def png_comment() -> bytes:
    return png(200, 200, bits=8, rows=zeros(200 * 201), extra=chunk(b"zTXt", b"x\0\0" + zeros(300 * MB)))


@bomb("bomb.png", "200,000 empty chunks")
def png_chunks() -> bytes:
    return png(200, 200, bits=8, rows=zeros(200 * 201), extra=chunk(b"abCd", b"") * 200_000)


@bomb("bomb.png", "1 × 60,000 pixels")
def png_thread() -> bytes:
    return png(1, 60_000, bits=8, rows=zeros(60_000 * 2))


@bomb("bomb.png", "60,000 × 1 pixels")
def png_wire() -> bytes:
    return png(60_000, 1, bits=8, rows=zeros(60_001))


@bomb("bomb.png", "one pixel")
def png_pixel() -> bytes:
    return picture("PNG", (1, 1))


@bomb("bomb.png", "no size at all")
def png_nothing() -> bytes:
    return png(0, 0, rows=zlib.compress(b""))


@bomb("bomb.gif", "4.3 gigapixels")
def gif_gigapixels() -> bytes:
    small = bytearray(picture("GIF", (8, 8), "P"))
    small[6:10] = struct.pack("<HH", 65_535, 65_535)
    return bytes(small)


@bomb("bomb.gif", "20,000 frames")
def gif_frames() -> bytes:
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 400, 400, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", 400, 400, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + frame * 20_000 + b"\x3b"


@bomb("bomb.bmp", "claims 900 megapixels, holds nothing")
def bmp_claims() -> bytes:
    small = bytearray(picture("BMP", (8, 8)))
    small[18:26] = struct.pack("<ii", 30_000, 30_000)
    return bytes(small)


@bomb("bomb.tif", "10 gigapixels")
def tiff_gigapixels() -> bytes:
    return _tiff(100_000, 100_000)


@bomb("bomb.tif", "a directory that is its own successor")
def tiff_loop() -> bytes:
    return _tiff(400, 400, loop=True)


@bomb("bomb.tif", "1,000 pages")
def tiff_pages() -> bytes:
    file = io.BytesIO()
    page = Image.new("1", (200, 200), 1)
    page.save(file, "TIFF", save_all=True, append_images=[page] * 999, compression="group4")
    return file.getvalue()


def _tiff(width: int, height: int, *, loop: bool = False) -> bytes:
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1),
               (273, 4, 1, 200), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 50)]  # fmt: skip
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    directory += struct.pack("<I", 8 if loop else 0)
    return (b"II*\0" + struct.pack("<I", 8) + directory).ljust(200, b"\0") + zeros(1000).ljust(50, b"\0")


@bomb("bomb.webp", "268 megapixels, lossless, flat")
def webp_flat() -> bytes:
    small = bytearray(picture("WEBP", (16, 16), lossless=True))
    at = small.index(b"VP8L") + 9
    bits = int.from_bytes(small[at : at + 4], "little")
    small[at : at + 4] = (bits & ~0xFFFFFFF | 16_383 | 16_383 << 14).to_bytes(4, "little")
    return bytes(small)


@bomb("bomb.heic", "claims 3.6 gigapixels")
def heic_claims() -> bytes:
    small = bytearray(picture("HEIF", (64, 64)))
    at = small.index(b"ispe") + 8
    small[at : at + 8] = struct.pack(">II", 60_000, 60_000)
    return bytes(small)


@bomb("bomb.avif", "claims 3.6 gigapixels")
def avif_claims() -> bytes:
    small = bytearray(picture("AVIF", (64, 64)))
    at = small.index(b"ispe") + 8
    small[at : at + 8] = struct.pack(">II", 60_000, 60_000)
    return bytes(small)


def _jpeg(width: int, height: int, *, progressive: bool) -> bytes:
    small = bytearray(picture("JPEG", (64, 64), progressive=progressive))
    at = small.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    small[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(small)


@bomb("bomb.jpg", "claims 4.2 gigapixels")
def jpeg_claims() -> bytes:
    return _jpeg(65_000, 65_000, progressive=False)


@bomb("bomb.jpg", "progressive, claims 144 megapixels: all of them are kept in memory")
def jpeg_progressive() -> bytes:
    return _jpeg(12_000, 12_000, progressive=True)


@bomb("bomb.jpg", "9 megapixels, progressive, 3,000 scans")
def jpeg_scans() -> bytes:
    small = _jpeg(3000, 3000, progressive=True)
    at = small.rindex(b"\xff\xda")
    return small[:at] + small[at:-2] * 3000 + b"\xff\xd9"


@bomb("bomb.jpg", "metadata that points into itself")
def jpeg_exif() -> bytes:
    tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 2)
    tiff += (
        struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<HHII", 0x0112, 3, 0xFFFFFFFF, 8) + struct.pack("<I", 8)
    )
    return picture("JPEG", exif=b"Exif\0\0" + tiff)


@bomb("noise.png", "12 megapixels of noise, all of it edges")
def noise_picture() -> bytes:
    image = Image.frombytes("L", (1000, 750), random.Random(1).randbytes(750_000)).resize((4000, 3000))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=60)
    return file.getvalue()


@bomb("dense.png", "6,000 words in small print")
def dense_picture() -> bytes:
    image = Image.new("L", (2400, 3200), "white")
    draw = ImageDraw.Draw(image)
    words = random.Random(2)
    for row in range(150):
        line = " ".join("".join(words.choices("etaoinshrdlu", k=words.randint(2, 9))) for _ in range(40))
        draw.text((30, 20 + row * 21), line, fill=0, font_size=17)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@bomb("long.png", "a screenshot 40,000 pixels long")
def long_screenshot() -> bytes:
    image = Image.new("L", (900, 40_000), "white")
    draw = ImageDraw.Draw(image)
    for row in range(800):
        draw.text((40, 10 + row * 50), f"message {row} of a very long talk", fill=0, font_size=28)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@bomb("codes.png", "140 QR codes")
def many_codes() -> bytes:
    import segno

    image = Image.new("L", (2000, 1500), "white")
    for index in range(140):
        file = io.BytesIO()
        segno.make(f"https://patron.example/{index}").save(file, kind="png", scale=4)
        image.paste(Image.open(file).convert("L"), (index % 14 * 140, index // 14 * 140))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


# -- broken and lying files

FORMS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "BMP": "bmp", "TIFF": "tif", "WEBP": "webp", "HEIF": "heic",
         "AVIF": "avif"}  # fmt: skip


def _half(form: str) -> bytes:
    whole = picture(form)
    return whole[: len(whole) // 2]


def _head(form: str) -> bytes:
    return picture(form)[:24]


def _noise_behind(form: str) -> bytes:
    return picture(form)[:24] + random.Random(form).randbytes(200_000)


for _form, _suffix in FORMS.items():
    for _kind, _make in (("cut", _half), ("head", _head), ("noise", _noise_behind)):
        BOMBS.append(
            Bomb(f"{_suffix}_{_kind}", f"{_kind}.{_suffix}", f"{_form}: {_kind}", functools.partial(_make, _form))
        )


@bomb("picture.pdf", "a picture called a PDF")
def lying_pdf() -> bytes:
    return picture("PNG")


@bomb("photo.jpg", "a program called a photo")
def lying_program() -> bytes:
    return b"MZ" + random.Random(3).randbytes(50_000)


@bomb("photo.jpg", "a web page called a photo")
def lying_page() -> bytes:
    return b"<html><body>" + b"<p>hello</p>" * 50 + b"</body></html>"


@bomb("photo.png", "an archive called a picture, holding noise called a photo")
def lying_archive() -> bytes:
    return archive({"a.jpg": random.Random(4).randbytes(1000)})


@bomb("empty.jpg", "nothing")
def empty() -> bytes:
    return b""


@bomb("zeros.pdf", "a megabyte of zeros")
def zero_bytes() -> bytes:
    return bytes(MB)


@bomb("noise.bin", "60 MB of noise")
def noise() -> bytes:
    return random.Random(5).randbytes(59 * MB)


@bomb("large.jpg", "over the limit of bytes")
def too_many_bytes() -> bytes:
    return picture("JPEG") + bytes(65 * 1000 * 1000)


@bomb("laughs.svg", "a billion laughs")
def laughs() -> bytes:
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">{levels}]><svg>&l9;</svg>'.encode()


# -- PDFs


def pdf(objects: list[bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF by hand: object n is the nth of the list, from 1 on."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<<%b /Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(objects) + 1, start))


def stream(data: bytes, extra: bytes = b"/Filter /FlateDecode") -> bytes:
    """A stream object."""
    return b"<</Length %d %b>>\nstream\n%b\nendstream" % (len(data), extra, data)


def one_page(content: bytes, *, resources: bytes = b"", box: bytes = b"0 0 595 842", more: list[bytes] | None = None,
             extra: bytes = b"/Filter /FlateDecode") -> bytes:  # fmt: skip
    """A PDF of one page; further objects begin with number 5."""
    return pdf(
        [
            b"<</Type /Catalog /Pages 2 0 R>>",
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            b"<</Type /Page /Parent 2 0 R /MediaBox [%b] /Contents 4 0 R /Resources <<%b>>>>" % (box, resources),
            stream(content, extra),
            *(more or []),
        ]
    )


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


# -- archives, documents, mails, pages


def archive(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return file.getvalue()


@bomb("bomb.zip", "400 MB of zeros called a photo")
def zip_zeros() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made, made.open("a.jpg", "w", force_zip64=True) as member:
        for _ in range(400):
            member.write(bytes(MB))
    return file.getvalue()


@bomb("bomb.zip", "archives in archives, eight deep, ten wide")
def zip_nested() -> bytes:
    inner = archive({"a.jpg": bytes(10 * MB)})
    for level in range(8):
        inner = archive({f"{level}-{n}.zip": inner for n in range(10)})
    return inner


@bomb("bomb.zip", "1,900 entries that share one body of 50 MB")
def zip_overlapping() -> bytes:
    one = archive({"a.jpg": bytes(50 * MB)})
    end = one.rindex(b"PK\x05\x06")
    start = one.rindex(b"PK\x01\x02")
    entry = one[start:end]
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1900, 1900, len(entry) * 1900, start, 0)
    return one[:start] + entry * 1900 + tail


@bomb("bomb.zip", "60,000 entries")
def zip_entries() -> bytes:
    return archive({f"{n}.jpg": b"" for n in range(60_000)}, method=zipfile.ZIP_STORED)


@bomb("bomb.zip", "packed by LZMA")
def zip_lzma() -> bytes:
    return archive({"a.jpg": bytes(100 * MB)}, method=zipfile.ZIP_LZMA)


@bomb("secret.zip", "a password")
def zip_password() -> bytes:
    made = bytearray(archive({"a.jpg": picture("JPEG")}))
    made[6] |= 1
    made[made.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


@bomb("cut.zip", "half an archive")
def zip_cut() -> bytes:
    whole = archive({"a.jpg": random.Random(8).randbytes(MB)})
    return whole[: len(whole) // 2]


@bomb("broken.zip", "a wrong checksum")
def zip_checksum() -> bytes:
    made = bytearray(archive({"a.jpg": picture("JPEG")}, method=zipfile.ZIP_STORED))
    made[60] ^= 0xFF
    return bytes(made)


@bomb("names.zip", "paths to elsewhere")
def zip_paths() -> bytes:
    return archive({"../../etc/passwd.jpg": b"x" * 50, "/root/a.png": b"y" * 50, "a\\..\\b.pdf": b"z" * 50})


@bomb("bomb.docx", "a document with 1,800 pictures")
def docx_pictures() -> bytes:
    small = picture("PNG", (300, 200))
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>",
                    **{f"word/media/image{n}.png": small + bytes([n & 255, n >> 8]) for n in range(1800)}})  # fmt: skip


@bomb("bomb.docx", "a document with a picture of gigapixels")
def docx_gigapixels() -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "word/media/image1.png": png_gigapixels()})


@bomb("bomb.eml", "a mail 3,000 levels deep")
def mail_deep() -> bytes:
    levels = range(3000)
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in levels)
    return f"From: a@patron.example\r\nSubject: deep\r\nMIME-Version: 1.0\r\n{heads}\r\nend\r\n".encode()


@bomb("bomb.eml", "a mail of 20,000 parts")
def mail_parts() -> bytes:
    part = "--b\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    head = "From: a@patron.example\r\nSubject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return (head + part * 20_000 + "--b--\r\n").encode()


@bomb("bomb.eml", "mails within mails, sixty deep")
def mail_nested() -> bytes:
    mail = b"From: a@patron.example\r\nSubject: last\r\n\r\nend\r\n"
    for level in range(60):
        head = (
            f"From: a@patron.example\r\nSubject: {level}\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
        )
        mail = head.encode() + mail
    return mail


@bomb("bomb.html", "a page that nests 200,000 deep")
def html_deep() -> bytes:
    return b"<html><body>" + b"<div>" * 200_000 + b"end"


@bomb("bomb.html", "20,000 pictures within a page")
def html_pictures() -> bytes:
    data = base64.b64encode(picture("PNG", (150, 150))).decode()
    return ("<html><body>" + f'<img src="data:image/png;base64,{data}">' * 20_000).encode()


@bomb("bomb.html", "a picture of 20 MB of noise within a page")
def html_noise() -> bytes:
    data = base64.b64encode(random.Random(9).randbytes(20 * MB))
    return b'<html><body><img src="data:image/png;base64,' + data + b'">'


@bomb("bomb.html", "30 MB of 'data:image'")
def html_prefixes() -> bytes:
    return b"<html><body>" + b"data:image/png;base64" * (30 * MB // 21)


@bomb("bomb.doc", "an old document full of picture beginnings")
def ole_starts() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff\xd8\xff\xe0\x00\x10JFIF\0\0" * 1_000_000
