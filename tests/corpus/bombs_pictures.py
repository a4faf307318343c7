"""Hostile and broken pictures: sizes that they claim, frames, scans, noise, halves."""

from __future__ import annotations

import functools
import io
import random
import struct
import zlib

from PIL import Image, ImageDraw

from tests.corpus.bombing import MB, TABLE, Bomb, bomb, picture, zeros


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *, bits: int = 1, colour: int = 0, rows: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG by hand."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


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
        TABLE.append(
            Bomb(f"{_suffix}_{_kind}", f"{_kind}.{_suffix}", f"{_form}: {_kind}", functools.partial(_make, _form))
        )
