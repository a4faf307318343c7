"""The first page of a scan, read by OCR: enough to see what document it is."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from maild.receipts import magic
from maild.receipts.media.pdfpages import PdfFault, open_pages
from maild.receipts.picture.ocr import Ocr, Quad, engine, extent
from maild.receipts.picture.pictures import Bounds, PictureFault, Pixels, open_frames

_SIDE = 1600  # pixels of the longer side
_MOST_LINES = 26  # from the top: title, authors, journal and the beginning of the text
_COVER_LINES = 22  # a page of fewer may be a cover sheet: the next is looked at, too
_PAGES = 2
_SECONDS = 3.0  # processor time from which on no further line is read


def scanned(content: bytes) -> tuple[str, ...]:
    """The text of the first page or two, () where there is none to be read. Nothing raises for its bytes."""
    kind = magic.sniff(content)
    ocr, end, texts = engine(), time.process_time() + _SECONDS, list[str]()
    try:
        for picture in _pictures(content, kind):
            lines = _read(picture, ocr, end)
            texts.append("\n".join(lines))
            if len(texts) == _PAGES or len(lines) >= _COVER_LINES or time.process_time() > end:
                break
    except (PdfFault, PictureFault, MemoryError):
        pass  # what was read before counts
    return tuple(texts)


def _pictures(content: bytes, kind: str) -> Iterator[Pixels]:
    if kind == magic.PDF:
        yield from (page.render(_SIDE) for page in open_pages(content, _PAGES))
    elif kind.startswith("image/"):
        yield from open_frames(content, kind, Bounds())


def _read(picture: Pixels, ocr: Ocr, end: float) -> list[str]:
    quads = ocr.find(picture)
    if quads and sum(_upright(quad) for quad in quads) * 2 < len(quads):  # scanned sideways
        picture = np.ascontiguousarray(np.rot90(picture))
        quads = ocr.find(picture)
    lines = []
    for quad in quads[:_MOST_LINES]:
        if time.process_time() > end:
            break
        if line := ocr.read_one(picture, quad):
            lines.append(line.text)
    return lines


def _upright(quad: Quad) -> bool:
    """Whether a line runs across the page."""
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return bool(right - left >= bottom - top) or min(extent(quad)) == 0
