"""Real PDFs of invented documents: pages with a text layer, cover sheets, scans without text, damage."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pypdfium2
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_SIZE, _LINES = (595, 842), 56
_SANS = Path("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Light.ttf")


@cache
def _font() -> str:
    """A font that has Chinese: one of the machine's, else Adobe's by name."""
    if _SANS.is_file():
        pdfmetrics.registerFont(TTFont("body", str(_SANS)))
        return "body"
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"


def pdf(pages: list[str], more: int = 0) -> bytes:
    """The pages, each on one sheet, and `more` that say their number only."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=_SIZE, invariant=1)
    for number, text in enumerate([*pages, *(f"- {n} -" for n in range(more))], 1):
        canvas.setFont(_font(), 10)
        for row, line in enumerate(text.split("\n")[:_LINES]):
            canvas.drawString(50, 790 - row * 13, line[:110])
        canvas.drawString(290, 30, str(number))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan(pages: list[str]) -> bytes:
    """The same as pictures: no text layer."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=_SIZE, invariant=1)
    document = pypdfium2.PdfDocument(pdf(pages))
    for page in document:
        canvas.drawImage(ImageReader(page.render(scale=2).to_pil()), 0, 0, *_SIZE)
        canvas.showPage()
    document.close()
    canvas.save()
    return out.getvalue()
