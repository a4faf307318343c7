"""Which way up is a page: from the shape of its lines, and from what can be read of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maild.receipts.ocr import Line, Ocr, Quad
from maild.receipts.pictures import Pixels

_UPRIGHT = 1.5  # a line so much taller than wide runs upwards
_SAMPLES = 4
_CERTAIN = 0.93  # lines read so well are the right way up: no second look
_LEAST_SLANT = 0.004  # radians


def size(quad: Quad) -> tuple[float, float]:
    """(length along the text, height) of a line."""
    return float(np.linalg.norm(quad[0] - quad[1])), float(np.linalg.norm(quad[0] - quad[3]))


def lies_sideways(quads: Sequence[Quad]) -> bool:
    """Whether most of the text, by length, runs upwards or downwards."""
    along = across = 0.0
    for quad in quads:
        width, height = size(quad)
        if height > _UPRIGHT * width:
            across += height
        elif width > _UPRIGHT * height:
            along += width
    return across > along


def turned(quad: Quad, steps: int) -> Quad:
    """The same rectangle, its text beginning `steps` corners further (clockwise)."""
    return np.roll(quad, -steps, axis=0)


def is_upside_down(picture: Pixels, quads: Sequence[Quad], ocr: Ocr) -> tuple[bool, dict[int, Line | None]]:
    """Whether the lines read better the other way round; with what was read that can be kept, by position."""
    order = sorted(range(len(quads)), key=lambda i: -min(size(quads[i])[0] / max(size(quads[i])[1], 1), 9))
    samples = order[:_SAMPLES]
    read = {i: ocr.read_one(picture, quads[i]) for i in samples}
    upright = _score(read)
    if upright >= _CERTAIN:
        return False, read
    other = {i: ocr.read_one(picture, turned(quads[i], 2)) for i in samples}
    if _score(other) > upright:
        return True, other
    return False, read


def _score(read: dict[int, Line | None]) -> float:
    """Mean confidence, longer texts weighing more."""
    weights = [(len(line.text), line.confidence) if line else (1, 0.0) for line in read.values()]
    total = sum(n for n, _ in weights)
    return sum(n * c for n, c in weights) / total if total else 0.0


def slant(quads: Sequence[Quad]) -> float:
    """The lines' common slope in radians, clockwise, by the median over their lengths; 0 where next to none."""
    slopes, lengths = [], []
    for quad in quads:
        width, height = size(quad)
        if width > 3 * height:
            run = (quad[1] + quad[2] - quad[0] - quad[3]) / 2
            slopes.append(float(np.arctan2(run[1], run[0])))
            lengths.append(width)
    if not slopes:
        return 0.0
    order = np.argsort(slopes)
    weight = np.cumsum(np.array(lengths)[order])
    middle = slopes[order[int(np.searchsorted(weight, weight[-1] / 2))]]
    return middle if abs(middle) > _LEAST_SLANT else 0.0
