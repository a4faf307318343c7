"""Forged proofs, and what honest files have in common with them."""

from __future__ import annotations

import ctypes
from decimal import Decimal
from io import BytesIO
from random import Random

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw

from tests.receipts import fonts
from tests.receipts.drawing import Drawing, Text
from tests.receipts.raster import raster

SOFTWARE = 0x0131
EDITORS = ("Adobe Photoshop 25.1 (Windows)", "美图秀秀 10.2", "PicsArt", "GIMP 2.10.36")
CAMERAS = ("HarmonyOS 4.2", "17.5.1", "MIUI 14", "")


def jpeg(image: Image.Image, quality: int, software: str = "") -> bytes:
    """The picture as JPEG."""
    exif = Image.Exif()
    if software:
        exif[SOFTWARE] = software
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def sum_box(page: Drawing, figures: str) -> Text:
    """The text that shows the sum."""
    return max((op for op in page.ops if isinstance(op, Text) and figures in op.text), key=lambda op: op.size)


def pasted(page: Drawing, figures: str, scale: float, other: str, random: Random, *, first: int = 62) -> Image.Image:
    """The page as a JPEG of some noise, with the sum cut out and another one put there, sharp and clean."""
    image = opened(jpeg(raster(page, scale).effect_spread(1), first))
    op = sum_box(page, figures)
    font = page.style.font(op.face)
    length = fonts.width(op.text, font, op.size)
    x0 = (op.x - {"l": 0.0, "m": length / 2, "r": length}[op.anchor[0]]) * scale
    y0, y1 = (op.y - op.size * 0.95) * scale, (op.y + op.size * 0.25) * scale
    if op.anchor[1] == "m":
        y0, y1 = (op.y - op.size * 0.6) * scale, (op.y + op.size * 0.6) * scale
    ground = image.getpixel((max(0, round(x0 - 6)), round(y0)))
    pen = ImageDraw.Draw(image)
    pen.rectangle((x0 - 2, y0, x0 + length * scale + 2, y1), fill=ground)
    text = op.text.replace(figures, other)
    pen.text((x0, y1 - 0.25 * op.size * scale), text, op.colour, fonts.sized(font, round(op.size * scale)), anchor="ls")
    return image


def _contents(pages: pypdfium2.PdfPage) -> list[tuple[object, str]]:
    """The text objects of a page and what they say."""
    text = pages.get_textpage()
    found = []
    for one in pages.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,)):
        size = pdfium.FPDFTextObj_GetText(one.raw, text.raw, None, 0)
        buffer = ctypes.create_string_buffer(size)
        pdfium.FPDFTextObj_GetText(one.raw, text.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
        found.append((one, buffer.raw.decode("utf-16-le").rstrip("\0")))
    return found


def amended(content: bytes, figures: str, other: str) -> bytes:
    """A PDF in which the sum was exchanged and saved behind the old file, as editors do (an incremental update)."""
    document = pypdfium2.PdfDocument(content)
    page = document[0]
    for one, text in _contents(page):
        if figures not in text:
            continue
        left, bottom, _, top = one.get_bounds()
        page.remove_obj(one)
        _write(
            document,
            page,
            left,
            bottom + 1,
            "".join(c for c in text if ord(c) < 256).replace(figures, other),
            (top - bottom) * 1.05,
        )
    page.gen_content()
    return _saved(document, pdfium.FPDF_INCREMENTAL)


def _write(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, x: float, y: float, text: str, size: float
) -> None:
    made = pdfium.FPDFPageObj_NewTextObj(document.raw, b"Helvetica", ctypes.c_float(size))
    wide = (text + "\0").encode("utf-16-le")
    buffer = (ctypes.c_ushort * (len(wide) // 2)).from_buffer_copy(wide)
    pdfium.FPDFText_SetText(made, buffer)
    pdfium.FPDFPageObj_Transform(made, 1, 0, 0, 1, x, y)
    pdfium.FPDFPage_InsertObject(page.raw, made)


def ringed(content: bytes, at: tuple[float, float], words: str) -> bytes:
    """A PDF that was never printed, with a red box of vectors drawn in (points from the lower left)."""
    document = pypdfium2.PdfDocument(content)
    page = document[0]
    x, y = at
    box = pdfium.FPDFPageObj_CreateNewRect(x, y, 92, 40)
    pdfium.FPDFPageObj_SetStrokeColor(box, 220, 20, 30, 255)
    pdfium.FPDFPageObj_SetStrokeWidth(box, 2)
    pdfium.FPDFPath_SetDrawMode(box, pdfium.FPDF_FILLMODE_NONE, True)
    pdfium.FPDFPage_InsertObject(page.raw, box)
    if words:
        _write(document, page, x + 12, y + 14, words, 16)
    page.gen_content()
    return _saved(document, pdfium.FPDF_INCREMENTAL)


def resaved(content: bytes) -> bytes:
    """An honest PDF, written anew by a viewer without any change."""
    return _saved(pypdfium2.PdfDocument(content), pdfium.FPDF_NO_INCREMENTAL)


def _saved(document: pypdfium2.PdfDocument, flags: int) -> bytes:
    out = BytesIO()
    document.save(out, flags=flags)
    return out.getvalue()


def larger(amount: Decimal, random: Random) -> Decimal:
    """Another sum."""
    return amount + random.choice((10, 30, 90, 100, 200))
