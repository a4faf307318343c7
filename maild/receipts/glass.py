"""A page under the glass: read it once, upright; look again, finer or otherwise prepared, where in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maild.receipts import orient
from maild.receipts.magic import sniff
from maild.receipts.ocr import DETECTOR_SIDE, Line, Ocr, Quad, engine
from maild.receipts.pictures import Bounds, Pixels, open_frames
from maild.receipts.prepare import prepare
from maild.receipts.sheet import Box, Glass, Origin, Preparation, Region, Sheet

MAX_LINES = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as first read, and the means to look again (None where the text is the file's own)."""

    sheet: Sheet
    glass: Glass | None = None


class PictureGlass:
    """A picture that was turned upright. Coordinates: pixels of the upright picture."""

    def __init__(self, upright: Pixels, ocr: Ocr) -> None:
        self.upright = upright
        self._ocr = ocr

    def look(
        self, region: Region | None = None, *, preparation: Preparation = Preparation.PLAIN, side: int = DETECTOR_SIDE
    ) -> Sheet:
        """See ports of sheet.Glass."""
        height, width = self.upright.shape[:2]
        region = region or Region(left=0, top=0, right=width, bottom=height)
        left, top = int(max(0, region.left)), int(max(0, region.top))
        part = self.upright[top : int(np.ceil(region.bottom)), left : int(np.ceil(region.right))]
        if min(part.shape[:2]) < 4:
            return Sheet(width=width, height=height, origin=Origin.OCR)
        part = prepare(np.ascontiguousarray(part), preparation)
        quads = self._ocr.find(part, side)[:MAX_LINES]
        shift = np.array([left, top], dtype=np.float32)
        boxes = [_box(replace(line, quad=line.quad + shift), None) for line in self._ocr.read(part, quads)]
        return Sheet(width=width, height=height, origin=Origin.OCR, boxes=tuple(boxes))


def open_picture(content: bytes, kind: str = "", bounds: Bounds = Bounds()) -> tuple[Page, ...]:  # noqa: B008
    """Every picture of a file, read. Raises PictureFault."""
    return tuple(read_page(frame) for frame in open_frames(content, kind or sniff(content), bounds))


def read_page(picture: Pixels, ocr: Ocr | None = None) -> Page:
    """Find which way up a picture is, lay it straight, read its lines."""
    ocr = ocr or engine()
    quads = ocr.find(picture)
    if orient.lies_sideways(quads):
        quads = [orient.turned(quad, 1) for quad in quads]
    flipped, known = orient.is_upside_down(picture, quads, ocr)
    if flipped:
        quads = [orient.turned(quad, 2) for quad in quads]
    lines = [known[i] if i in known else ocr.read_one(picture, quad) for i, quad in enumerate(quads[:MAX_LINES])]
    matrix, (width, height) = _straighten(picture, quads)
    boxes = sorted((_box(line, matrix) for line in lines if line), key=lambda box: (box.top + box.bottom, box.left))
    upright = _warped(picture, matrix, (width, height))
    sheet = Sheet(width=width, height=height, origin=Origin.OCR, boxes=tuple(boxes))
    return Page(sheet=sheet, glass=PictureGlass(upright, ocr))


def _straighten(picture: Pixels, quads: Sequence[Quad]) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """The rotation that lays the lines level, and the size of the page that holds all of the picture."""
    height, width = picture.shape[:2]
    angle = _heading(quads)
    cos, sin = np.cos(-angle), np.sin(-angle)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    rotation = np.array([[cos, -sin], [sin, cos]], dtype=np.float32)
    spread = corners @ rotation.T
    low, high = spread.min(axis=0), spread.max(axis=0)
    matrix = np.eye(3, dtype=np.float32)
    matrix[:2, :2], matrix[:2, 2] = rotation, -low
    size = np.round(high - low).astype(int)
    return matrix, (int(size[0]), int(size[1]))


def _heading(quads: Sequence[Quad]) -> float:
    """The direction in which the text runs, radians clockwise from rightwards."""
    if not quads:
        return 0.0
    run = sum((quad[1] + quad[2] - quad[0] - quad[3] for quad in quads), np.zeros(2, dtype=np.float32))
    quarter = round(float(np.arctan2(run[1], run[0])) / (np.pi / 2))
    back = -quarter * np.pi / 2
    rotation = np.array([[np.cos(back), -np.sin(back)], [np.sin(back), np.cos(back)]], dtype=np.float32)
    return quarter * np.pi / 2 + orient.slant([quad @ rotation.T for quad in quads])


def _warped(picture: Pixels, matrix: NDArray[np.float32], size: tuple[int, int]) -> Pixels:
    import cv2

    if np.allclose(matrix, np.eye(3)):
        return picture
    return np.asarray(
        cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)), dtype=np.uint8
    )


def _box(line: Line, matrix: NDArray[np.float32] | None) -> Box:
    """A line as a box of the page."""
    quad = line.quad
    if matrix is not None:
        spread = np.c_[quad, np.ones(4, dtype=np.float32)] @ matrix.T
        quad = spread[:, :2] / spread[:, 2:]
    left, right = float(quad[[0, 3], 0].mean()), float(quad[[1, 2], 0].mean())
    top, bottom = float(quad[[0, 1], 1].mean()), float(quad[[2, 3], 1].mean())
    edges = tuple(round(left + (right - left) * start, 1) for start in line.starts)
    return Box(left=left, top=top, right=right, bottom=bottom, text=line.text,
               confidence=round(line.confidence, 4), edges=edges)  # fmt: skip
