"""What hostile files are made of, and the table that each enters itself in."""

from __future__ import annotations

import io
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


TABLE: list[Bomb] = []


def bomb(filename: str, harm: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Enter a maker in the table under its own name."""

    def enter(make: Callable[[], bytes]) -> Callable[[], bytes]:
        TABLE.append(Bomb(make.__name__, filename, harm, make))
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


def zeros(total: int, level: int = 9) -> bytes:
    """`total` zero bytes, compressed piece by piece."""
    packer = zlib.compressobj(level)
    parts = [packer.compress(bytes(min(MB, total - at))) for at in range(0, total, MB)]
    return b"".join([*parts, packer.flush()])


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


# -- archives, documents, mails, pages


def archive(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return file.getvalue()
