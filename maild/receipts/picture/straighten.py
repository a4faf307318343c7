"""Laying a page level: turn it by quarters, by its slant, and undo that its lines run together (perspective)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maild.receipts.picture.ocr import Quad
from maild.receipts.picture.pictures import Pixels

Matrix = NDArray[np.float64]  # 3 × 3: picture → page, homogeneous

_LEAST_SLANT = 0.004  # radians
_LONG = 3.0  # a line so many times longer than high tells its slope
_FEW = 6  # lines: fewer do not tell perspective
_MOST_CONVERGENCE = 0.5  # of slope over the whole height
_LEAST_CONVERGENCE = 0.01
_ROUNDS = 3


def straighten(size: tuple[int, int], quads: Sequence[Quad]) -> tuple[Matrix, tuple[int, int]]:
    """The map that lays the lines level, and the (width, height) of the page that holds all of the picture."""
    width, height = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    matrix = _turn(-_quarter(quads) * np.pi / 2)
    for _ in range(_ROUNDS):
        matrix = _turn(-_slant([apply(matrix, quad) for quad in quads])) @ matrix
        matrix = _centred(matrix, corners)
        bend = _parallel([apply(matrix, quad) for quad in quads], apply(matrix, corners))
        if bend is None:
            break
        matrix = bend @ matrix
    spread = apply(matrix, corners)
    low, high = spread.min(axis=0), spread.max(axis=0)
    shift = np.eye(3)
    shift[:2, 2] = -low
    page = np.maximum(1, np.round(high - low)).astype(int)
    return shift @ matrix, (int(page[0]), int(page[1]))


def quarter(size: tuple[int, int], quarters: int) -> Matrix:
    """The map of pixels by `quarters` turns counter-clockwise of a picture of (width, height), as numpy.rot90 does."""
    matrix, (width, height) = np.eye(3), size
    for _ in range(quarters % 4):  # (x, y) → (y, width − 1 − x)
        matrix = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, width - 1.0], [0.0, 0.0, 1.0]]) @ matrix
        width, height = height, width
    return matrix


def apply(matrix: Matrix, points: NDArray[Any]) -> NDArray[np.float64]:
    """Points (N × 2) of the picture → points of the page."""
    spread = np.c_[points, np.ones(len(points))] @ matrix.T
    flat: NDArray[np.float64] = spread[:, :2] / spread[:, 2:]
    return flat


def warp(picture: Pixels, matrix: Matrix, size: tuple[int, int]) -> Pixels:
    """The picture as the page."""
    import cv2

    if size == (picture.shape[1], picture.shape[0]) and np.allclose(matrix, np.eye(3), atol=1e-9):
        return picture
    flat = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return np.asarray(flat, dtype=np.uint8)


def _run(quad: NDArray[Any]) -> tuple[float, float]:
    """The vector along a line's middle."""
    run = (quad[1] + quad[2] - quad[0] - quad[3]) / 2
    return float(run[0]), float(run[1])


def _quarter(quads: Sequence[Quad]) -> int:
    """Quarter turns clockwise in which the text runs."""
    if not quads:
        return 0
    x, y = np.sum([_run(quad) for quad in quads], axis=0)
    return round(float(np.arctan2(y, x)) / (np.pi / 2)) % 4


def _turn(angle: float) -> Matrix:
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    matrix[np.abs(matrix) < 1e-12] = 0.0
    return matrix


def _long(quads: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """Of the lines long enough: x, y of the middle, slope, length."""
    rows = []
    for quad in quads:
        x, y = _run(quad)
        height = float(np.linalg.norm(quad[3] - quad[0]))
        if x > _LONG * height:
            middle = quad.mean(axis=0)
            rows.append((float(middle[0]), float(middle[1]), y / x, x))
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _slant(quads: Sequence[NDArray[Any]]) -> float:
    """The lines' common angle in radians: the median, weighed by length; 0 where next to none."""
    lines = _long(quads)
    if not len(lines):
        return 0.0
    order = np.argsort(lines[:, 2])
    weight = np.cumsum(lines[order, 3])
    middle = float(np.arctan(lines[order, 2][int(np.searchsorted(weight, weight[-1] / 2))]))
    return middle if abs(middle) > _LEAST_SLANT else 0.0


def _centred(matrix: Matrix, corners: NDArray[np.float64]) -> Matrix:
    shift = np.eye(3)
    shift[:2, 2] = -apply(matrix, corners).mean(axis=0)
    return shift @ matrix


def _parallel(quads: Sequence[NDArray[Any]], corners: NDArray[np.float64]) -> Matrix | None:
    """Send the point where the lines meet, far to the left or right, to infinity; None where they are parallel.

    A line through (x, y) that meets the others at (v, h) has, near x = 0, the slope (h - y) / v: slope's change
    with height gives v, and where it is zero, h.
    """
    lines = _long(quads)
    if len(lines) < _FEW:
        return None
    change, start = _change(lines)
    if not _LEAST_CONVERGENCE < abs(change) * float(np.ptp(corners[:, 1])) < _MOST_CONVERGENCE:
        return None
    shift, bend = np.eye(3), np.eye(3)
    shift[1, 2] = start / change
    reach = float(np.abs(corners[:, 0]).max())
    bend[2, 0] = float(np.clip(change, -0.4 / reach, 0.4 / reach))  # no part of the picture may fold over
    return bend @ shift


def _change(lines: NDArray[np.float64]) -> tuple[float, float]:
    """Slope's change with height, and slope at height 0, by least squares; lines that stray are left out twice over."""
    keep = np.ones(len(lines), dtype=bool)
    change = start = 0.0
    for _ in range(3):
        y, slope, weight = lines[keep, 1], lines[keep, 2], lines[keep, 3]
        if keep.sum() < _FEW or np.ptp(y) < 1:
            return 0.0, 0.0
        change, start = map(float, np.polyfit(y, slope, 1, w=np.sqrt(weight)))
        off = np.abs(lines[:, 2] - change * lines[:, 1] - start)
        keep = off <= max(0.01, 2.5 * float(np.median(off[keep])))
    return change, start
