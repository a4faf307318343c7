"""A Drawing as a PDF: text with embedded fonts, each label and value an object of its own; or a picture in a page."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

from tests.receipts import fonts
from tests.receipts.drawing import Drawing, Hand, Picture, Shape, Stamp, Text
from tests.receipts.raster import raster, stamp_picture

if TYPE_CHECKING:
    from PIL.Image import Image
    from reportlab.pdfgen.canvas import Canvas


def as_pdf(page: Drawing, random: Random, family: str, *, pictures: float = 0.15) -> tuple[bytes, str]:
    """(the file, what was done): mostly text, in a share of `pictures` a picture in a page, in mixed order of objects."""
    if random.random() < pictures:
        out = BytesIO()
        raster(page, random.uniform(1.6, 2.4)).save(out, "PDF", resolution=150, quality=random.randint(70, 90))
        return out.getvalue(), "pdf of a picture"
    font = random.choice(fonts.FAMILIES[family]["pdf"])
    order = random.choice(("as drawn", "labels first", "shuffled"))
    return _text_pdf(page, font, order, random), f"pdf text, {order}"


@lru_cache(maxsize=8)
def _registered(font: fonts.Font) -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    name = font.file.stem + str(font.index)
    pdfmetrics.registerFont(TTFont(name, str(font.file), subfontIndex=font.index))
    return name


def _text_pdf(page: Drawing, font: fonts.Font, order: str, random: Random) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    scale = 595 / page.width
    pen = Canvas(out, pagesize=(595, page.height * scale), pageCompression=1, invariant=1)
    texts = [op for op in page.ops if isinstance(op, Text)]
    if order == "shuffled":
        random.shuffle(texts)
    elif order == "labels first":
        texts.sort(key=lambda op: (op.x > page.width * 0.25, op.y))
    for op in page.ops:
        if isinstance(op, Shape):
            _shape(pen, op, page.height, scale)
    for text in texts:
        _text(pen, text, _registered(font), page.height, scale)
    for op in page.ops:
        if isinstance(op, Stamp):
            _image(pen, _ink(op, page), op.x, op.y, page.height, scale)
        elif isinstance(op, Picture):
            x0, y0, x1, y1 = op.box
            _image(pen, op.image, (x0 + x1) / 2, (y0 + y1) / 2, page.height, scale, width=x1 - x0)
        elif isinstance(op, Hand):
            raise TypeError("handwriting is no text of a PDF")
    pen.save()
    return out.getvalue()


def _text(pen: Canvas, op: Text, name: str, height: float, scale: float) -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    length = stringWidth(op.text, name, op.size) + op.spacing * (len(op.text) - 1)
    x = op.x - {"l": 0.0, "m": length / 2, "r": length}[op.anchor[0]]
    y = op.y + {"s": 0.0, "a": 0.88 * op.size, "m": 0.36 * op.size}[op.anchor[1]]
    pen.setFillColor(op.colour)
    pen.setFont(name, op.size * scale)
    pen.drawString(x * scale, (height - y) * scale, op.text, charSpace=op.spacing * scale)


def _shape(pen: Canvas, op: Shape, height: float, scale: float) -> None:
    x0, y0, x1, y1 = op.box
    pen.setLineWidth(op.width * scale)
    pen.setDash([op.dash * scale] * 2 if op.dash else [])
    if op.colour:
        pen.setStrokeColor(op.colour)
    if op.fill:
        pen.setFillColor(op.fill)
    how = {"stroke": int(op.colour is not None), "fill": int(op.fill is not None)}
    if op.kind == "line":
        pen.line(x0 * scale, (height - y0) * scale, x1 * scale, (height - y1) * scale)
    elif op.kind == "rect":
        pen.rect(x0 * scale, (height - y1) * scale, (x1 - x0) * scale, (y1 - y0) * scale, **how)
    else:
        pen.ellipse(x0 * scale, (height - y1) * scale, x1 * scale, (height - y0) * scale, **how)


def _ink(op: Stamp, page: Drawing) -> Image:
    from PIL import Image

    mask = stamp_picture(op, page.style, 2.0)
    ink = Image.new("RGBA", mask.size, op.colour)
    ink.putalpha(mask)
    return ink.resize((mask.width // 2 * 2, mask.height // 2 * 2))


def _image(pen: Canvas, image: Image, x: float, y: float, height: float, scale: float, *, width: float = 0.0) -> None:
    from reportlab.lib.utils import ImageReader

    w = width or image.width / 2
    h = w * image.height / image.width
    pen.drawImage(
        ImageReader(image), (x - w / 2) * scale, (height - y - h / 2) * scale, w * scale, h * scale, mask="auto"
    )
