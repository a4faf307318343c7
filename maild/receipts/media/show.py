"""Pictures and pages made fit to be shown: decoded, turned, scaled, and encoded anew without metadata.

`upright` shows a page in the very frame that the boxes of a receipt's marks lie in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from maild.domain.accounting.receipt import Frame
from maild.domain.desk.shown import ShownPicture
from maild.receipts import SAY, magic
from maild.receipts.media.files import Leaf, OpenMail, kind_of, leaves
from maild.receipts.media.pdfpages import PdfFault, count, open_pages
from maild.receipts.picture.codes import read_codes
from maild.receipts.picture.pictures import (
    FORMATS,
    MASTER_SIDE,
    Bounds,
    PictureFault,
    Pixels,
    count_frames,
    open_frames,
)
from maild.receipts.picture.straighten import warp

MOST_PAGES = 200
MOST_WIDTH = 4000
_MOST_FRAME = 20_000  # pixels of a side: no page of the reader's is longer
_LOSSLESS = ("image/png", "image/gif", "image/bmp", "image/tiff", magic.PDF)
_MOST_PNG = 2_000_000  # bytes: a larger one is shown as JPEG
_QUALITY = 88
_SHARE = 3  # a picture is decoded at so many times the wanted width: more than that is long screenshots'


class ShowFault(ValueError):
    """What cannot be shown; the message begins with a stable word, as that of PictureFault."""


def pages(content: bytes) -> int:
    """How many pages the file shows: of a PDF, of a TIFF; 1 for other pictures. Raises ShowFault."""
    kind = _kind(content)
    with _told():
        found = count(content) if kind == magic.PDF else count_frames(content, kind)
    if not found:
        raise ShowFault(SAY("file_without_page"))
    return min(found, MOST_PAGES)


def page(content: bytes, number: int, *, width: int, turn: int = 0, pixels: int = Bounds().pixels) -> ShownPicture:
    """Page `number` (from 1) at most `width` pixels wide, upright by EXIF or by its text, then turned clockwise.

    turn    0, 90, 180 or 270 degrees; pixels: larger pictures are refused. Raises ShowFault.
    """
    width = max(16, min(width, MOST_WIDTH))
    kind = _kind(content)
    side = max(64, min(_SHARE * width, MOST_WIDTH))
    with _told():
        shown = _pixels(content, kind, number, Bounds(pixels=pixels, side=side, frames=MOST_PAGES))
        total = count(content) if kind == magic.PDF else count_frames(content, kind)
    shown = np.ascontiguousarray(np.rot90(shown, -(turn // 90) % 4))
    return replace(encoded(_within(shown, width), lossless=kind in _LOSSLESS), pages=min(total, MOST_PAGES))


def upright(
    content: bytes, number: int, frame: Frame, *, width: int = MASTER_SIDE, pixels: int = Bounds().pixels
) -> ShownPicture:
    """The page as the reader of receipts laid it level; as wide as the frame, or `width` where that is less.

    Boxes of marks lie on it where an overlay of the frame's width and height is put. Raises ShowFault.
    """
    size = round(frame.width), round(frame.height)
    if not all(0 < side <= _MOST_FRAME for side in size) or size[0] * size[1] > 2 * pixels:
        raise ShowFault(SAY("pixels_too_many", width=size[0], height=size[1]))
    kind = _kind(content)
    with _told():
        shown = _pixels(content, kind, number, Bounds(pixels=pixels, frames=MOST_PAGES))
    shown = warp(shown, np.reshape(np.array(frame.matrix, dtype=np.float64), (3, 3)), size)
    return encoded(_within(shown, max(16, width)), lossless=kind in _LOSSLESS)


def codes(content: bytes, number: int = 1, *, pixels: int = Bounds().pixels) -> tuple[str, ...]:
    """The texts of the QR and bar codes on a page. Raises ShowFault."""
    kind = _kind(content)
    with _told():
        return tuple(code.text for code in read_codes(_pixels(content, kind, number, Bounds(pixels=pixels))))


def leaf(content: bytes, sha256: str, open_mail: OpenMail | None = None) -> bytes:
    """The file of that hash: this one, or one within it (an archive, an office document, a mail). Raises ShowFault."""
    if not sha256 or hashlib.sha256(content).hexdigest() == sha256:
        return content
    for found in leaves(content, open_mail=open_mail):
        if isinstance(found, Leaf) and hashlib.sha256(found.content).hexdigest() == sha256:
            return found.content
    raise ShowFault(SAY("page_not_in_file"))


def encoded(picture: Pixels, *, lossless: bool) -> ShownPicture:
    """The pixels as PNG where that is small enough and wanted, else as JPEG. Raises ShowFault."""
    import cv2

    height, width = picture.shape[:2]
    if lossless:
        sound, packed = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 4])
        if sound and packed.size <= _MOST_PNG:
            return ShownPicture(media_type="image/png", content=packed.tobytes(), width=width, height=height)
    sound, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not sound:
        raise ShowFault(SAY("picture_unencoded"))
    return ShownPicture(media_type="image/jpeg", content=packed.tobytes(), width=width, height=height)


def _kind(content: bytes) -> str:
    kind = kind_of(content)
    if kind not in FORMATS and kind != magic.PDF:
        raise ShowFault(SAY("no_picture_of_kind", kind=kind))
    return kind


def _pixels(content: bytes, kind: str, number: int, bounds: Bounds) -> Pixels:
    if not 1 <= number <= MOST_PAGES:
        raise ShowFault(SAY("no_such_page", page=number))
    shown: Iterator[Pixels]
    if kind == magic.PDF:
        shown = (one.render(bounds.side) for one in open_pages(content, number, first=number))
    else:
        shown = open_frames(content, kind, bounds, first=number)
    found = next(shown, None)
    if found is None:
        raise ShowFault(SAY("no_such_page", page=number))
    return found


def _within(picture: Pixels, width: int) -> Pixels:
    import cv2

    height, wide = picture.shape[:2]
    if wide <= width:
        return picture
    size = width, max(1, round(height * width / wide))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


@contextmanager
def _told() -> Iterator[None]:
    """Faults of the readers are ours."""
    try:
        yield
    except (PictureFault, PdfFault) as fault:
        raise ShowFault(str(fault)) from fault
    except MemoryError as error:
        raise ShowFault(SAY("showing_memory")) from error
