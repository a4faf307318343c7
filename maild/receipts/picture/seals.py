"""Stamps in a picture: found by their ink and frame, straightened (round ones unrolled), their words read.

A stamp has a frame, round or with corners, and writing in it. A pen's stroke, a block of colour or an empty frame is
none. What the words say is decided in maild.receipts.words.stamps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maild.domain.accounting.receipt import Stamp
from maild.receipts.media.pictures import Pixels
from maild.receipts.page.sheet import Region
from maild.receipts.picture.inks import Colour, Grey, InkOf, Mask, even, ink_of
from maild.receipts.picture.ocr import Line, Ocr, engine
from maild.receipts.picture.ruling import is_table, unruled
from maild.receipts.words.stamps import StampWords

_FRAMED = 0.62  # of a frame's length that is inked
_LONGEST = 0.45  # an oval stamp's height by its width at least
_HOLLOW = 0.35  # of a line a little within a frame that is inked at most
_BLOCK = 0.75  # of a shape's area that is inked: a block of colour, no stamp
_EMPTY = 0.02  # of the area within a frame: no writing
_STRANGE = 0.14  # of a stamp's ink that is none of its own at most
_WIDEST = 0.8  # of a picture's width and height: ink of that extent is its ground
_PAD = 0.06  # of a stamp's longer side, around it when it is cut out
_SIDE = 384  # pixels of a stamp's longer side when it is read
_RING = (0.5, 0.955)  # of the radius: where letters along the rim are
_TURNS = 1.25  # the rim is unrolled so many times round, so that no word is cut
_SAMPLES = 144
_LEAST_SURE = 0.6  # OCR's confidence in a stamp's line
_BARE_SURE = 0.85  # … of one without a frame: handwriting is read less surely
_MOST = 4  # stamps read on a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One stamp. region: in the picture; framed: it has a frame; lines: its words as read, arcs first.

    office  it names the finance office and no other unit; booked: it says that the money was moved, and nothing else
    """

    region: Region
    colour: Colour
    framed: bool
    lines: tuple[str, ...] = ()
    stamp: Stamp = Stamp.UNREAD
    office: bool = False
    booked: bool = False
    strange: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """The outline of connected ink: its hull's ellipse and rectangle (OpenCV's), and the frame's kind."""

    box: tuple[int, int, int, int]  # left, top, width, height
    ellipse: Any
    rectangle: Any
    round: bool
    framed: bool
    flat: bool  # a block, or an empty frame


def read_seals(
    picture: Pixels,
    words: StampWords,
    *,
    least: float,
    colours: Sequence[Colour] = (Colour.RED, Colour.BLUE),
    clear: bool = False,
    ocr: Ocr | None = None,
) -> list[Seal]:
    """The stamps in an upright picture or a part of it, the largest first.

    least  pixels: the longer side of the smallest stamp
    clear  nothing but stamps is to be expected there, so that ink of all colours may be read
    """
    light = even(picture)
    found: list[Seal] = []
    for colour in colours:
        ink = ink_of(light, colour)
        for shape in _shapes(ink.mask, least, tables=not clear):
            # Writing by hand is blue as well: there only a frame makes a stamp.
            if shape.flat or (colour is not Colour.RED and not shape.framed):
                continue
            found.append(_read(ink, shape, words, ocr or engine(), clear=clear))
    return sorted(found, key=lambda s: -(s.region.right - s.region.left) * (s.region.bottom - s.region.top))


def framed_regions(mask: Mask, least: float, *, tables: bool = False) -> list[Region]:
    """Where ink has the frame of a stamp. tables: on a whole page, on which a table may be printed in its colour."""
    boxes = [shape.box for shape in _shapes(mask, least, tables=tables) if shape.framed]
    return [Region(left=x, top=y, right=x + width, bottom=y + height) for x, y, width, height in boxes]


def _shapes(mask: Mask, least: float, *, tables: bool) -> Iterator[_Shape]:
    """Stamps' outlines; where a form's own table is printed in their colour, without its lines, on which stamps lie."""
    found: list[_Shape] = []
    for shape in _outlines(mask, least):
        if tables and _is_table(shape, mask):
            found = [one for one in _outlines(unruled(mask), least) if not _is_table(one, mask)]
            break
        found.append(shape)
    yield from found


def _is_table(shape: _Shape, mask: Mask) -> bool:
    return shape.framed and not shape.round and is_table(shape.box, shape.rectangle[2], mask)


def _outlines(mask: Mask, least: float) -> Iterator[_Shape]:
    """Connected ink of the extent of a stamp; what lies within another's outline belongs to that.

    A worn frame is in pieces: what lies close together is tried as one first, and is one where it has a frame.
    """
    import cv2

    reach = max(3, round(least / 9)) | 1
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    most = _WIDEST * joined.shape[1], _WIDEST * joined.shape[0]
    pieces = [(i, tuple(map(int, stats[i][:4]))) for i in range(1, count) if stats[i][4] > reach * reach]
    pieces = [(i, box) for i, box in pieces if box[2] < most[0] or box[3] < most[1]]  # else it is the desk
    yielded = 0
    for group in _groups([box for _, box in pieces], grow=reach):
        outline = np.isin(labels, [pieces[n][0] for n in group])
        shapes = [_shape(mask, outline)] if _large(_union([pieces[n][1] for n in group]), least) else []
        if not shapes or not (shapes[0].framed or len(group) == 1):
            apart = [_shape(mask, labels == pieces[n][0]) for n in group if _large(pieces[n][1], least)]
            shapes = [one for one in apart if one.framed] or shapes
        for shape in shapes:
            yielded += 1
            yield shape
        if yielded >= _MOST:
            return


def verdict(seals: Sequence[Seal], *, alone: bool) -> Stamp:
    """What all stamps on a form say together.

    alone  one stamp is to be expected there: another, or ink over it, leaves open what it says
    """
    said = {seal.stamp for seal in seals}
    if Stamp.REFUSED in said:
        return Stamp.REFUSED
    finance = [seal for seal in seals if seal.stamp is Stamp.FINANCE]
    if finance:
        others = any(seal.stamp is not Stamp.FINANCE for seal in seals if seal.framed) and alone
        clean = any(seal.strange <= _STRANGE and seal.colour is not Colour.BLACK for seal in finance)
        return Stamp.FINANCE if clean and not others else Stamp.UNREAD
    if not alone and _together(seals):
        return Stamp.FINANCE
    return next((stamp for stamp in (Stamp.UNREAD, Stamp.OTHER) if stamp in said), Stamp.NONE)


def _together(seals: Sequence[Seal]) -> bool:
    """Whether one stamp names the finance office and another beside it says that the money was moved: 转讫."""
    read = [seal for seal in seals if seal.framed and seal.strange <= _STRANGE and seal.colour is not Colour.BLACK]
    return any(seal.office for seal in read) and any(seal.booked for seal in read)


def _large(box: Sequence[int], least: float) -> bool:
    return max(box[2], box[3]) >= least and min(box[2], box[3]) >= least * 0.3


def _groups(boxes: Sequence[Sequence[int]], grow: int) -> list[list[int]]:
    """Boxes that touch when they are grown, together; the largest groups first."""
    groups: list[list[int]] = []
    for n, box in enumerate(boxes):
        near = [g for g in groups if any(_touch(box, boxes[m], grow) for m in g)]
        groups = [g for g in groups if g not in near]
        groups.append([n, *(m for g in near for m in g)])
    return sorted(groups, key=lambda g: -_area(_union([boxes[n] for n in g])))


def _area(box: Sequence[int]) -> int:
    return box[2] * box[3]


def _touch(one: Sequence[int], other: Sequence[int], grow: int) -> bool:
    return all(one[k] - grow < other[k] + other[k + 2] and other[k] - grow < one[k] + one[k + 2] for k in (0, 1))


def _union(boxes: Sequence[Sequence[int]]) -> tuple[int, int, int, int]:
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    return left, top, max(b[0] + b[2] for b in boxes) - left, max(b[1] + b[3] for b in boxes) - top


def _shape(mask: Mask, outline: NDArray[np.bool_]) -> _Shape:
    """The shape of a stamp whose own ink, but for what lies within it, is `outline`."""
    import cv2

    points = cv2.findNonZero(np.asarray(mask * outline, dtype=np.uint8))
    left, top, width, height = cv2.boundingRect(points)
    part = np.ascontiguousarray(mask[top : top + height, left : left + width])
    hull = cv2.convexHull(points - np.array([left, top], dtype=np.int32))
    rectangle = cv2.minAreaRect(hull)
    ellipse = cv2.fitEllipse(hull) if len(hull) >= 5 else rectangle
    thick = max(3, round(max(width, height) / 22)) | 1
    wide = np.asarray(cv2.dilate(part, np.ones((thick, thick), np.uint8)), dtype=np.uint8)
    shares = (
        _inked(wide, _around(ellipse)) if _is_ring(part, ellipse) else 0.0,
        _inked(wide, _along(rectangle)) if _is_hollow(part, rectangle) else 0.0,
    )
    whole = np.zeros_like(part)
    cv2.fillConvexPoly(whole, hull, 1)
    rim = np.ones((2 * thick + 1, 2 * thick + 1), np.uint8)
    inner = cv2.erode(whole, rim, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    full, writing = float(part[whole > 0].mean()), float(part[inner > 0].mean()) if inner.any() else 0.0
    framed = max(shares) >= _FRAMED
    return _Shape(
        box=(left, top, width, height),
        ellipse=ellipse,
        rectangle=rectangle,
        round=shares[0] > shares[1],
        framed=framed,
        flat=full > _BLOCK or (framed and writing < _EMPTY),
    )


def _is_ring(mask: Mask, ellipse: Any) -> bool:
    """Whether there is paper between a round frame and what is written in it."""
    (x, y), (width, height), turn = ellipse
    if min(width, height) < _LONGEST * max(width, height):
        return False
    inner = (_around(((x, y), (width * part, height * part), turn)) for part in (0.95, 0.92, 0.89, 0.86, 0.83))
    return min(_inked(mask, points) for points in inner) < _HOLLOW


def _is_hollow(mask: Mask, rectangle: Any) -> bool:
    """Whether there is paper between a frame with corners and what is written in it: a line of writing has none."""
    (x, y), (width, height), turn = rectangle
    step = min(width, height) / 24
    inner = (_along(((x, y), (width - 2 * n * step, height - 2 * n * step), turn)) for n in (2, 3, 4))
    return min(_inked(mask, points) for points in inner) < _HOLLOW


def _around(ellipse: Any) -> NDArray[np.float64]:
    """Points of an ellipse, in equal steps of its angle."""
    (x, y), (width, height), turn = ellipse
    angles, turned = np.linspace(0, 2 * np.pi, _SAMPLES, endpoint=False), np.deg2rad(turn)
    across, down = width / 2 * np.cos(angles), height / 2 * np.sin(angles)
    cos, sin = np.cos(turned), np.sin(turned)
    return np.column_stack([x + across * cos - down * sin, y + across * sin + down * cos])


def _along(rectangle: Any) -> NDArray[np.float64]:
    """Points of a rectangle's sides, in equal steps."""
    import cv2

    corners = cv2.boxPoints(rectangle).astype(np.float64)
    sides = np.roll(corners, -1, axis=0) - corners
    steps = np.linspace(0, 1, _SAMPLES // 4, endpoint=False)
    return np.concatenate([corner + side * steps[:, None] for corner, side in zip(corners, sides, strict=True)])


def _inked(mask: Mask, points: NDArray[np.float64]) -> float:
    """The share of the points that lie on ink."""
    x = np.clip(np.round(points[:, 0]).astype(int), 0, mask.shape[1] - 1)
    y = np.clip(np.round(points[:, 1]).astype(int), 0, mask.shape[0] - 1)
    return float(mask[y, x].mean())


def _read(ink: InkOf, shape: _Shape, words: StampWords, ocr: Ocr, *, clear: bool) -> Seal:
    left, top, width, height = shape.box
    least = _LEAST_SURE if shape.framed else _BARE_SURE
    said: list[str] = []
    stamp, strange = Stamp.UNREAD, 0.0
    # Read without black ink that lies over it, then by its colour alone; in a frame at last with all that is there.
    looks = (ink.writing, ink.alone) if clear else (ink.apart, ink.alone, *((ink.writing,) if shape.framed else ()))
    for writing in looks:
        if not clear and writing is ink.writing and not words.names_finance(said):
            break
        look = _look(writing, shape, ocr, least)
        said += [line.text for line in look.lines]
        stamp = words.verdict(said)
        if stamp is Stamp.FINANCE:
            if not clear and writing is ink.writing:  # what black ink lies over it says nothing of the stamp's own
                look = replace(look, level=_level(ink.apart, shape))
            strange = _unexplained(look, shape, whole=clear)
        if stamp in (Stamp.FINANCE, Stamp.REFUSED):
            break
        if words.is_offices(said) or words.is_booking(said):
            strange = _unexplained(look, shape, whole=clear)
    if not shape.framed and stamp is not Stamp.REFUSED:
        # Ink without a frame is a pen's, unless it says clearly what only a stamp says.
        stamp = Stamp.UNREAD if stamp is Stamp.FINANCE else Stamp.NONE
    return Seal(
        region=Region(left=left, top=top, right=left + width, bottom=top + height),
        colour=ink.colour,
        framed=shape.framed,
        lines=tuple(dict.fromkeys(said)),
        stamp=stamp,
        office=stamp is Stamp.UNREAD and words.is_offices(said),
        booked=stamp is Stamp.UNREAD and words.is_booking(said),
        strange=strange,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One reading of a stamp. level: cut out and turned level; arc: the line along the rim, among `lines`."""

    level: Pixels
    lines: tuple[Line, ...]
    arc: Line | None


def _look(writing: Grey, shape: _Shape, ocr: Ocr, least: float) -> _Look:
    level = _level(writing, shape)
    arc = _rim(writing, shape, ocr) if shape.round else None
    straight = ocr.read(level, ocr.find(level, _SIDE))
    lines = tuple(line for line in (arc, *straight) if line is not None and line.confidence >= least)
    return _Look(level=level, lines=lines, arc=arc if any(line is arc for line in lines) else None)


def _rim(writing: Grey, shape: _Shape, ocr: Ocr) -> Line | None:
    """The words along the rim of a round stamp."""
    (x, y), (wide, high), turn = shape.ellipse
    strip = _unrolled(writing, (x + shape.box[0], y + shape.box[1]), (wide / 2, high / 2), turn)
    height, width = strip.shape[:2]
    return ocr.read_one(strip, np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32))


def _unexplained(look: _Look, shape: _Shape, *, whole: bool) -> float:
    """The share of a stamp's ink that is neither frame, star nor one of its lines as read: another's over it.

    whole  all of the ink should be the stamp's; else what lies about its lines: another's may run into it
    """
    import cv2

    ink = np.asarray(look.level[:, :, 0] < 140, dtype=np.uint8)
    known = np.zeros_like(ink)
    pad = _PAD * max(shape.box[2:])
    if shape.round:
        (x, y), (wide, high), turn = shape.ellipse
        for reach, value in ((1.04, 1), (_RING[0] if look.arc else 0.92, 0), (0.3 if look.arc else 0, 1)):
            cv2.ellipse(known, ((x + pad, y + pad), (wide * reach, high * reach), turn), value, -1)
    else:
        rim = round(pad + 0.05 * max(ink.shape))
        known[:] = 1
        known[rim:-rim, rim:-rim] = 0
    for line in look.lines:
        if line is not look.arc:
            middle = line.quad.mean(axis=0)
            cv2.fillConvexPoly(known, np.asarray(middle + (line.quad - middle) * 1.12, dtype=np.int32), 1)
    if not whole:
        about = np.zeros_like(ink)
        corners = [line.quad for line in look.lines if line is not look.arc]
        if corners:
            cv2.fillConvexPoly(about, cv2.convexHull(np.concatenate(corners).astype(np.int32)), 1)
        ink &= about
    return float((ink & (1 - known)).sum() / max(1, int(ink.sum())))


def _level(writing: Grey, shape: _Shape) -> Pixels:
    """The stamp cut out, turned level where its frame has corners."""
    import cv2

    left, top, width, height = shape.box
    (x, y), size, turn = shape.rectangle
    angle = (turn + 45) % 90 - 45 if shape.framed and not shape.round else 0.0
    pad = _PAD * max(width, height)
    across, down = (size if (turn % 180 < 45 or turn % 180 > 135) else size[::-1]) if angle else (width, height)
    middle = (x + left, y + top) if angle else (left + width / 2, top + height / 2)
    matrix = np.asarray(cv2.getRotationMatrix2D(middle, angle, 1.0), dtype=np.float64)
    matrix[:, 2] += np.array([across / 2 + pad - middle[0], down / 2 + pad - middle[1]])
    flat = cv2.warpAffine(writing, matrix, (round(across + 2 * pad), round(down + 2 * pad)), borderValue=255)
    return np.repeat(flat[:, :, None], 3, axis=2)


def _unrolled(writing: Grey, middle: tuple[float, float], radii: tuple[float, float], turn: float) -> Pixels:
    """The rim of a round or oval stamp as a strip that reads from left to right, from its foot on clockwise."""
    import cv2

    inner, outer = _RING
    high = 48
    wide = round(_TURNS * np.pi * 2 * (inner + outer) / 2 * high / (outer - inner))
    angles = np.pi / 2 + np.linspace(0, 2 * np.pi * _TURNS, wide, endpoint=False)
    depth = np.linspace(outer, inner, high)[:, None]
    turned = np.deg2rad(turn)
    across, down = radii[0] * np.cos(angles - turned), radii[1] * np.sin(angles - turned)
    x = middle[0] + depth * (across * np.cos(turned) - down * np.sin(turned))
    y = middle[1] + depth * (across * np.sin(turned) + down * np.cos(turned))
    strip = cv2.remap(writing, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderValue=255)
    return np.repeat(strip[:, :, None], 3, axis=2)
