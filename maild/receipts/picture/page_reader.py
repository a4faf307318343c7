"""A picture of a page: read it once, upright; look again, finer or otherwise prepared, where in doubt."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from maild.domain.accounting.receipt import Frame
from maild.receipts.magic import sniff
from maild.receipts.picture import orient
from maild.receipts.picture.codes import Code, read_codes
from maild.receipts.picture.features import features
from maild.receipts.picture.ocr import DETECTOR_SIDE, Line, Ocr, Quad, engine, extent
from maild.receipts.picture.pictures import Bounds, Pixels, open_frames
from maild.receipts.picture.prepare import flat, prepare
from maild.receipts.picture.straighten import Matrix, apply, straighten, warp
from maild.receipts.sheet import Box, Origin, Preparation, Region, Sheet, Zoom

MAX_LINES = 320
_DENSE = 600  # heights of text: what takes longer than some 3 s to read is looked at before it is read
_ENOUGH = 1300  # heights of text read at most
_PROBE = 24  # lines
_PROBE_LENGTH = 8  # heights of each
_MONEY_WORDS = re.compile(
    r"(?i)转[账帐]|汇款|回单|凭证|收款|付款|支付|缴费|金额|[账帐]号|户名|交易|流水|余额|小写|大写|部门代码|项目代码|"
    r"人民币|[¥￥]|rmb|cny|amount|payee|payer|account|transfer|payment|receipt"
)
_LEAST_WORDS = 2
_FIRST_SIDE = 864  # pixels: a first look at 960 finds the same lines, and takes a quarter longer
_FINE_SIDE = 1344
_MANY = 60  # lines
_SMALL = 15.5  # pixels of the first look: as high are the usual lines of a page that is hard to find at that size
_FEW = 5  # lines
_DIM = 170  # of 255
_DOUBTFUL = 0.8
_TALL = 2.2  # a picture so much longer than wide is looked at at a size of its own
_WIDTH = 1 / 1.6  # of the side asked for: the shorter side of such a picture
_TILE = 4.0  # a tile's length by its width: what is longer is looked at in tiles, which cut lines that run along it
_OVERLAP = 0.15
_MOST_PIXELS = 1_400_000  # the detector takes 0.3 kB a pixel
_MOST_TILES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as first read, and the means to look again (None where the text is the file's own).

    frame    how the sheet comes from the picture that was read
    picture  the upright picture the sheet lies on, where there is one
    """

    sheet: Sheet
    zoom: Zoom | None = None
    frame: Frame | None = None
    picture: Callable[[], Pixels] | None = None


class PictureZoom:
    """A picture that was turned upright. Coordinates: pixels of the upright picture."""

    def __init__(self, upright: Pixels, ocr: Ocr, deadline: float = float("inf")) -> None:
        """`deadline`: of time.process_time; nothing more is seen after it: no second witness, so nothing is sure."""
        self.upright = upright
        self._ocr = ocr
        self._deadline = deadline

    def look(
        self, region: Region | None = None, *, preparation: Preparation = Preparation.PLAIN, side: int = DETECTOR_SIDE
    ) -> Sheet:
        """As sheet.Zoom says."""
        height, width = self.upright.shape[:2]
        region = region or Region(left=0, top=0, right=width, bottom=height)
        left, top = int(max(0, region.left)), int(max(0, region.top))
        part = self.upright[top : int(np.ceil(region.bottom)), left : int(np.ceil(region.right))]
        if min(part.shape[:2]) < 4 or time.process_time() > self._deadline:
            return Sheet(width=width, height=height, origin=Origin.OCR)
        part = prepare(np.ascontiguousarray(part), preparation)
        shift = np.array([left, top], dtype=np.float32)
        # A strip of a few rows is no long screenshot: tiles would cut its lines in pieces.
        quads = find_lines(part, self._ocr, side) if part.shape[0] > part.shape[1] else self._ocr.find(part, side)
        lines = self._ocr.read(part, quads[:MAX_LINES])
        boxes = sorted((_box(replace(line, quad=line.quad + shift)) for line in lines), key=_reading_order)
        return Sheet(width=width, height=height, origin=Origin.OCR, boxes=tuple(boxes))


def open_picture(content: bytes, kind: str = "", bounds: Bounds | None = None) -> tuple[Page, ...]:
    """Every picture of a file, read. Raises PictureFault."""
    return tuple(read_page(frame) for frame in open_frames(content, kind or sniff(content), bounds or Bounds()))


def read_page(
    picture: Pixels, *, codes: Sequence[Code] | None = None, ocr: Ocr | None = None, deadline: float = float("inf")
) -> Page:
    """Find which way up a picture is, lay it level, read its lines. `codes`: where they were looked for before."""
    ocr = ocr or engine()
    codes = read_codes(picture) if codes is None else codes
    quads, even = find_lines(picture, ocr), None
    if _is_small(picture, quads):
        quads = find_lines(picture, ocr, _FINE_SIDE)
    if len(quads) < _FEW or _is_dim(picture):
        even = flat(picture)
        quads += [q for q in find_lines(even, ocr) if not any(_same(q, other) for other in quads)]
    if orient.lies_sideways(quads):
        quads = [orient.turned(quad, 1) for quad in quads]
    flipped, known = orient.upside_down(picture, quads, ocr)
    if flipped:
        quads = [orient.turned(quad, 2) for quad in quads]
    matrix, size = straighten((picture.shape[1], picture.shape[0]), quads)
    boxes = sorted((_box(line, matrix) for line in _read(picture, quads, known, ocr, even)), key=_reading_order)
    upright = warp(picture, matrix, size)
    stamps, look = features(upright)
    sheet = Sheet(
        width=size[0],
        height=size[1],
        origin=Origin.OCR,
        boxes=tuple(boxes),
        codes=tuple(code.text for code in codes),
        stamps=stamps,
        look=look,
    )
    frame = frame_of(matrix, size)
    return Page(sheet=sheet, zoom=PictureZoom(upright, ocr, deadline), frame=frame, picture=lambda: upright)


def frame_of(matrix: Matrix, size: tuple[float, float]) -> Frame:
    """The frame of a page: matrix, picture → page."""
    return Frame(width=float(size[0]), height=float(size[1]), matrix=tuple(map(float, matrix.ravel())))


def find_lines(picture: Pixels, ocr: Ocr, side: int = _FIRST_SIDE) -> list[Quad]:
    """The lines of a picture; of long ones, strips and screenshots, as finely as of others, in tiles if very long."""
    height, width = picture.shape[:2]
    length, across = max(height, width), min(height, width)
    if length <= _TALL * across:
        return ocr.find(picture, min(side, _most_side(length / across)))
    down = height >= width
    tile = min(length, round(across * _TILE))
    side = min(round(side * _WIDTH * tile / across), _most_side(tile / across))
    step = round(tile * (1 - _OVERLAP))
    starts = [*range(0, max(1, length - tile), step), max(0, length - tile)][:_MOST_TILES]
    quads: list[Quad] = []
    for start in starts:
        part = picture[start : start + tile] if down else picture[:, start : start + tile]
        shift = np.array([0, start] if down else [start, 0], dtype=np.float32)
        for found in ocr.find(np.ascontiguousarray(part), side):
            quad = found + shift
            twin = next((n for n, other in enumerate(quads) if _same(quad, other)), None)
            if twin is None:
                quads.append(quad)
            elif sum(extent(quad)) > sum(extent(quads[twin])):  # the other was cut at its tile's edge
                quads[twin] = quad
    return quads


def _most_side(ratio: float) -> int:
    """The longer side at which a picture, so much longer than wide, takes no more memory than a reader has."""
    return round(sqrt(_MOST_PIXELS * ratio))


def _is_small(picture: Pixels, quads: Sequence[Quad]) -> bool:
    """Whether many lines are so small that a finer look finds them better: several receipts in one photo."""
    if len(quads) < _MANY:
        return False
    usual = float(np.median([min(extent(quad)) for quad in quads]))
    return usual * _FIRST_SIDE < _SMALL * float(max(picture.shape[:2]))


def _is_dim(picture: Pixels) -> bool:
    """Whether a photo was taken in poor light: nothing in it is bright (the text of a dark screen would be)."""
    return float(np.percentile(picture[::4, ::4].max(axis=2), 99.5)) < _DIM


def _same(one: Quad, other: Quad) -> bool:
    """Whether two tiles saw the same line: the middle of either lies within the other's bounds."""
    a, b = one.mean(axis=0), other.mean(axis=0)
    return bool(
        ((other.min(axis=0) < a) & (a < other.max(axis=0))).all()
        or ((one.min(axis=0) < b) & (b < one.max(axis=0))).all()
    )


def _read(
    picture: Pixels, quads: Sequence[Quad], known: orient.Read, ocr: Ocr, even: Pixels | None = None
) -> list[Line]:
    """The lines read. A dense page is probed first, and left unread where it does not speak of money.

    `even`: the picture in even light, where doubtful lines are read once more.
    """
    lengths = [width / max(height, 1.0) for width, height in map(extent, quads)]
    order = list(range(len(quads)))
    if len(quads) > MAX_LINES or sum(lengths) > _DENSE:
        if not _probe(picture, quads, known, ocr):
            return [line for line in known.values() if line]
        order.sort(key=lambda i: lengths[i])  # labels and values are short, the lines of articles are long
    lines: list[Line] = []
    spent = 0.0
    for i in order[:MAX_LINES]:
        spent += lengths[i]
        line = known[i] if i in known else ocr.read_one(picture, quads[i])
        if even is not None and (line is None or line.confidence < _DOUBTFUL):
            again = ocr.read_one(even, quads[i])
            line = max(filter(None, (line, again)), key=lambda found: found.confidence, default=None)
        if line:
            lines.append(line)
        if spent > _ENOUGH:
            break
    return lines


def _probe(picture: Pixels, quads: Sequence[Quad], known: orient.Read, ocr: Ocr) -> bool:
    """Whether the beginnings of some lines, spread over the page, hold words that receipts use."""
    step = max(1, len(quads) // _PROBE)
    texts = [line.text for line in known.values() if line]
    for quad in quads[::step]:
        line = ocr.read_one(picture, _beginning(quad))
        if line:
            texts.append(line.text)
        if speaks_of_money(texts):
            return True
    return False


def speaks_of_money(texts: Sequence[str]) -> bool:
    """Whether at least two different words that receipts use occur."""
    return len(set(_MONEY_WORDS.findall(" ".join(texts)))) >= _LEAST_WORDS


def _beginning(quad: Quad) -> Quad:
    """The first few characters of a line."""
    width, height = extent(quad)
    share = min(1.0, _PROBE_LENGTH * height / max(width, 1.0))
    return np.array(
        [quad[0], quad[0] + (quad[1] - quad[0]) * share, quad[3] + (quad[2] - quad[3]) * share, quad[3]],
        dtype=np.float32,
    )


def _reading_order(box: Box) -> tuple[float, float]:
    return box.top + box.bottom, box.left


def _box(line: Line, matrix: Matrix | None = None) -> Box:
    """A line as a box of the page."""
    quad = line.quad if matrix is None else apply(matrix, line.quad)
    left, right = float(quad[[0, 3], 0].mean()), float(quad[[1, 2], 0].mean())
    top, bottom = float(quad[[0, 1], 1].mean()), float(quad[[2, 3], 1].mean())
    edges = tuple(round(left + (right - left) * start, 1) for start in line.starts)
    return Box(
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        text=line.text,
        confidence=round(line.confidence, 4),
        edges=edges,
    )
