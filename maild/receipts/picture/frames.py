"""Where a picture has the frames of stamps: outlines of connected ink that are round, oval or have corners.

What lies close together is one stamp where it has one frame, several where each has its own; a round stamp that another
touches is taken out by its ring, so that the other is seen by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, starmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maild.receipts.picture.ellipses import BAND, SAMPLES, WITHIN, Points, around, inked, is_ring, through_arcs
from maild.receipts.picture.inks import Mask
from maild.receipts.picture.ruling import is_table, unruled
from maild.receipts.sheet import Region

_FRAMED = 0.62  # of a frame's length that is inked
_MANY_SIDED = 0.82  # of one that is neither an ellipse nor has four corners
_SIDE = 0.4  # of each side of a frame with corners
_WHOLE = 0.85  # from which on a frame is one, whatever else might be made of it
_ALL = 0.75  # of what lies close together: a ring of that extent is all of it
_LOOSE, _POOR = 0.8, 0.78  # of what such corners count; below which a frame is looked for by its arcs
_BEYOND = 0.02  # of a frame's ink that lies outside its four corners at most
_SHARED = 0.5  # of the smaller of two stamps that touch: their boxes have less than that in common
_FLAT = 0.28  # height by width of a frame with corners at least: a line of writing is flatter
_HOLLOW = 0.35  # of a line a little within a frame that is inked at most
_BLOCK = 0.75  # of a shape's area that is inked: a block of colour, no stamp
_EMPTY = 0.02  # of the area within a frame: no writing
_WIDEST = 0.8  # of a picture's width and height: ink of that extent is its ground
_MOST = 4  # stamps on a page
_SMALL = 320  # pixels of the side on which rings are looked for
_RINGS = 3  # at most, in what lies close together


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The outline of connected ink.

    box      left, top, width, height in the picture; all else is within it
    ellipse  OpenCV's, of its hull
    corners  of a frame with corners, from its top left on clockwise; without one of the narrowest rectangle
    share    of its frame's length that is inked
    round, framed; many: of many sides, which may be an oval that something touches; flat: a block, or an empty frame
    beside   the rings of stamps that touch it
    """

    box: tuple[int, int, int, int]
    ellipse: Any
    corners: Points
    share: float
    round: bool
    framed: bool
    many: bool
    flat: bool
    beside: tuple[Any, ...] = ()

    @property
    def sides(self) -> tuple[float, float]:
        """How wide and how high it is between its corners."""
        long = np.hypot(*(np.roll(self.corners, -1, axis=0) - self.corners).T)
        return float((long[0] + long[2]) / 2), float((long[1] + long[3]) / 2)

    @property
    def turn(self) -> float:
        """Degrees by which its upper side leaves the level."""
        across, down = self.corners[1] - self.corners[0]
        return float(np.degrees(np.arctan2(down, across)))


def framed_regions(mask: Mask, least: float, *, tables: bool = False) -> list[Region]:
    """Where ink has the frame of a stamp. tables: on a whole page, on which a table may be printed in its colour."""
    boxes = [shape.box for shape in shapes(mask, least, tables=tables) if shape.framed]
    return [Region(left=x, top=y, right=x + width, bottom=y + height) for x, y, width, height in boxes]


def shapes(mask: Mask, least: float, *, tables: bool) -> Iterator[Shape]:
    """Stamps' outlines; where a form's own table is printed in their colour, without its lines, on which stamps lie.

    least: pixels, the longer side of the smallest stamp
    """
    found: list[Shape] = []
    for shape in _outlines(mask, least):
        if tables and _is_table(shape, mask):
            found = [one for one in _outlines(unruled(mask), least) if not _is_table(one, mask)]
            break
        found.append(shape)
    yield from found


def _is_table(shape: Shape, mask: Mask) -> bool:
    return shape.framed and not shape.round and is_table(shape.box, shape.turn, mask)


def _outlines(mask: Mask, least: float) -> Iterator[Shape]:
    """Connected ink of the extent of a stamp; what lies within another's outline belongs to that.

    A worn frame is in pieces: what lies close together is tried as one first, and is one where it has a frame.
    """
    reach, labels, stats = _pieces(mask, least)
    most = _WIDEST * mask.shape[1], _WIDEST * mask.shape[0]
    pieces = [(i, tuple(map(int, stats[i][:4]))) for i in range(1, len(stats)) if stats[i][4] > reach * reach]
    pieces = [(i, box) for i, box in pieces if box[2] < most[0] or box[3] < most[1]]  # else it is the desk
    yielded = 0
    for group in _groups([box for _, box in pieces], grow=reach):
        if not _large(_union([pieces[n][1] for n in group]), least):
            continue
        outline = np.isin(labels, [pieces[n][0] for n in group])
        found = [_shape(mask, outline)]
        if found[0].share < _WHOLE:
            # What has no frame is read as well: what makes a stamp void may be written over it.
            apart = [_shape(mask, labels == pieces[n][0]) for n in group if _large(pieces[n][1], least)]
            ways = found, apart, _touching(mask, outline, least)
            found = max((way for way in ways if way), key=_framing)
        poor = all(one.many or one.share < _POOR for one in found)
        if poor and (bulged := _shape(mask, outline, bulged=True)).round:
            found = [bulged]
        yielded += max(1, sum(shape.framed for shape in found))
        yield from found
        if yielded >= _MOST:
            return


def _framing(found: Sequence[Shape]) -> float:
    """How much of their frames' lengths is inked, of the shapes that have frames; 0 where none has."""
    shares = [one.share for one in found if one.framed]
    return sum(shares) / max(1, len(shares))


def _touching(mask: Mask, outline: NDArray[np.bool_], least: float) -> list[Shape]:
    """Round stamps that others touch, and what is left without them."""
    import cv2

    ink = np.asarray(mask * outline, dtype=np.uint8)
    found: list[Shape] = []
    for _ in range(_RINGS):
        ring = _ring(ink, least)
        if ring is None:
            break
        inside = np.zeros_like(ink)
        cv2.ellipse(inside, (ring[0], (ring[1][0] * (1 + BAND), ring[1][1] * (1 + BAND)), ring[2]), 1, -1)
        one = _shape(mask, (ink & inside) > 0)
        if not (one.framed and one.round):  # a round part of a frame with corners
            break
        found.append(one)
        ink &= 1 - inside
    found = [one for one in found if not any(_is_double(one, other) for other in found)]
    if not found:
        return []
    rings = tuple(_placed(one.ellipse, one.box) for one in found)
    _, labels, stats = _pieces(ink, least)
    rest = [_shape(ink, labels == i) for i in range(1, len(stats)) if _large(stats[i][:4], least)]
    extent = cv2.boundingRect(cv2.findNonZero(np.asarray(outline, dtype=np.uint8)))
    boxes = [one.box for one in (*found, *rest) if one.framed]
    if any(_area(box) > _ALL * _area(extent) for box in boxes) or any(starmap(_lies_over, combinations(boxes, 2))):
        return []  # round parts of one stamp, which has another frame
    return [
        replace(
            one, beside=tuple(_placed(ring, (-one.box[0], -one.box[1])) for n, ring in enumerate(rings) if n != place)
        )
        for place, one in enumerate((*found, *rest))
    ]


def _pieces(ink: Mask, least: float) -> tuple[int, NDArray[Any], NDArray[Any]]:
    """How far apart ink may lie in one piece, and OpenCV's labels and figures of the pieces."""
    import cv2

    reach = max(3, round(least / 9)) | 1
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    return reach, labels, stats


def _placed(ellipse: Any, box: Sequence[int]) -> Any:
    return (ellipse[0][0] + box[0], ellipse[0][1] + box[1]), ellipse[1], ellipse[2]


def _ring(ink: Mask, least: float) -> Any:
    """The ellipse of a ring in ink that touches other ink; None where there is none."""
    import cv2

    if not ink.any():
        return None
    left, top, width, height = cv2.boundingRect(cv2.findNonZero(ink))
    part = np.ascontiguousarray(ink[top : top + height, left : left + width])
    scale = min(1.0, _SMALL / max(width, height))
    small = cv2.resize(part * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    low, high = round(least / 2 * scale), round(max(width, height) / 2 * scale)
    circles = cv2.HoughCircles(
        cv2.GaussianBlur(small, (0, 0), 1.2),
        cv2.HOUGH_GRADIENT,
        1.5,
        low,
        param1=120,
        param2=30,
        minRadius=low,
        maxRadius=high,
    )
    for x, y, radius in np.reshape(circles, (-1, 3))[: 2 * _RINGS] if circles is not None else ():
        points = np.argwhere(part > 0)[:, ::-1] - np.array([x, y]) / scale
        away = np.hypot(points[:, 0], points[:, 1]) * scale / radius
        rim = points[(away > 1 - BAND) & (away < 1 + BAND)]
        if len(rim) < SAMPLES:
            continue
        ellipse = cv2.fitEllipse((rim + np.array([x, y]) / scale).astype(np.float32))
        thick = max(3, round(2 * radius / scale / 22)) | 1
        wide = np.asarray(cv2.dilate(part, np.ones((thick, thick), np.uint8)), dtype=np.uint8)
        if is_ring(part, ellipse) and inked(wide, around(ellipse)) >= _FRAMED:
            return _placed(ellipse, (left, top))
    return None


def _is_double(one: Shape, other: Shape) -> bool:
    """Whether a ring is the smaller of two about one middle: a stamp's double rim."""
    smaller = one.box[2] * one.box[3] < other.box[2] * other.box[3]
    apart = [abs(one.box[k] + one.box[k + 2] / 2 - other.box[k] - other.box[k + 2] / 2) for k in (0, 1)]
    return smaller and max(apart) < BAND * max(other.box[2:])


def _lies_over(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether much of the smaller of two boxes lies within the other: pieces of one stamp, not two that touch."""
    shared = [min(one[k] + one[k + 2], other[k] + other[k + 2]) - max(one[k], other[k]) for k in (0, 1)]
    return min(shared) > 0 and shared[0] * shared[1] > _SHARED * min(_area(one), _area(other))


def _large(box: Sequence[int], least: float) -> bool:
    return bool(max(box[2], box[3]) >= least and min(box[2], box[3]) >= least * 0.3)


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


def _shape(mask: Mask, outline: NDArray[np.bool_], *, bulged: bool = False) -> Shape:
    """The shape of a stamp whose own ink, but for what lies within it, is `outline`. bulged: something may touch it."""
    import cv2

    inks = np.asarray(mask * outline, dtype=np.uint8)
    points = cv2.findNonZero(inks)
    left, top, width, height = cv2.boundingRect(points)
    part = np.ascontiguousarray(mask[top : top + height, left : left + width])
    hull = cv2.convexHull(points - np.array([left, top], dtype=np.int32))
    rectangle = _in_order(cv2.boxPoints(cv2.minAreaRect(hull)).astype(np.float64))
    ellipse = cv2.fitEllipse(hull) if len(hull) >= 5 else cv2.minAreaRect(hull)
    thick = max(3, round(max(width, height) / 22)) | 1
    wide = np.asarray(cv2.dilate(part, np.ones((thick, thick), np.uint8)), dtype=np.uint8)
    ring = inked(wide, around(ellipse)) if is_ring(part, ellipse) else 0.0
    if bulged and not _is_flat(rectangle):  # a pen or print that touches it bulges its outline
        ellipse, ring = max(((ellipse, ring), *through_arcs(part, wide)), key=lambda one: one[1])
    own = inks[top : top + height, left : left + width]
    sides = [(_sides_inked(wide, each) if _is_hollow(part, each) else 0.0, each) for each in (rectangle, *_four(hull))]
    sides = [(share if _holds(each, own, thick) else _loose(share), each) for share, each in sides]
    share, corners = max(sides, key=lambda one: one[0])
    many = hull[:, 0].astype(np.float64)
    many_sided = (
        inked(wide, _along(many))
        if max(ring, share) < _FRAMED and not _is_flat(rectangle) and _is_hollow(part, many)
        else 0.0
    )
    whole = np.zeros_like(part)
    cv2.fillConvexPoly(whole, hull, 1)
    rim = np.ones((2 * thick + 1, 2 * thick + 1), np.uint8)
    inner = cv2.erode(whole, rim, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    full, writing = float(part[whole > 0].mean()), float(part[inner > 0].mean()) if inner.any() else 0.0
    framed = max(ring, share) >= _FRAMED or many_sided >= _MANY_SIDED
    return Shape(
        box=(left, top, width, height),
        ellipse=ellipse,
        corners=corners,
        share=max(ring, share, many_sided),
        round=ring > share,
        framed=framed,
        many=max(ring, share) < _FRAMED,
        flat=full > _BLOCK or (framed and writing < _EMPTY),
    )


def _is_flat(corners: Points) -> bool:
    """Whether four corners are about a line of writing rather than a stamp."""
    long = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    return bool(min(long[:2]) < _FLAT * max(long[:2]))


def _sides_inked(mask: Mask, corners: Points) -> float:
    """The share of a frame's length that is inked, 0 where one of its sides is bare, as of what is written."""
    each = [inked(mask, _along(np.array([a, b]))) for a, b in pairwise((*corners, corners[0]))]
    return inked(mask, _along(corners)) if min(each) >= _SIDE else 0.0


def _four(hull: Any) -> list[Points]:
    """The four corners of a hull, as a photograph from aside has them; none where it has others."""
    import cv2

    around = cv2.arcLength(hull, closed=True)
    for part in (0.02, 0.03, 0.045, 0.06, 0.08):
        corners = cv2.approxPolyDP(hull, part * around, closed=True)
        if len(corners) == 4:
            return [_in_order(corners[:, 0].astype(np.float64))]
    return []


def _holds(corners: Points, ink: Mask, thick: int) -> bool:
    """Whether ink lies within four corners: not where they are cut, or of two stamps."""
    import cv2

    within = np.zeros(ink.shape, np.uint8)
    cv2.fillConvexPoly(within, corners.astype(np.int32), 1)
    near = np.asarray(cv2.dilate(within, np.ones((2 * thick + 1, 2 * thick + 1), np.uint8)), dtype=np.uint8)
    return float(ink[near == 0].sum()) < _BEYOND * float(ink.sum())


def _loose(share: float) -> float:
    """What four corners count for that leave ink outside: any other frame is better, and they are better than none."""
    return max(_FRAMED, _LOOSE * share) if share >= _FRAMED else share


def _in_order(corners: Points) -> Points:
    """Four corners from the top left on clockwise: the upper side is the one that leaves the level least."""
    middle = corners.mean(axis=0)
    turning = np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))
    ordered = corners[turning]
    angles = [np.degrees(np.arctan2(*(np.roll(ordered, -1, axis=0) - ordered)[n][::-1])) for n in range(4)]
    return np.roll(ordered, -int(np.argmin(np.abs(angles))), axis=0)


def _is_hollow(mask: Mask, corners: Points) -> bool:
    """Whether there is paper between a frame with corners and what is written in it: a line of writing has none."""
    if len(corners) != 4:
        middle = corners.mean(axis=0)
        return min(inked(mask, _along(middle + (corners - middle) * part)) for part in WITHIN) < _HOLLOW
    right, down = corners[1] - corners[0], corners[3] - corners[0]
    sides = max(1.0, float(np.hypot(*right))), max(1.0, float(np.hypot(*down)))
    if _is_flat(corners):
        return False
    least = False
    for n in (2, 3, 4):
        across, deep = (n * min(sides) / 24 / side for side in sides)
        top, foot = (corners[k] + (corners[m] - corners[k]) * deep for k, m in ((0, 3), (3, 0)))
        top_right, foot_right = (corners[k] + (corners[m] - corners[k]) * deep for k, m in ((1, 2), (2, 1)))
        inner = [(top, top_right), (top_right, top), (foot_right, foot), (foot, foot_right)]
        least |= inked(mask, _along(np.array([a + (b - a) * across for a, b in inner]))) < _HOLLOW
    return least


def _along(corners: Points) -> Points:
    """Points of a polygon's sides, in equal steps."""
    sides = np.roll(corners, -1, axis=0) - corners
    long = np.hypot(*sides.T)
    counts = np.maximum(1, np.round(SAMPLES * long / max(long.sum(), 1))).astype(int)
    return np.concatenate(
        [
            corner + side * np.linspace(0, 1, n, endpoint=False)[:, None]
            for corner, side, n in zip(corners, sides, counts, strict=True)
        ]
    )
