"""Which way up is a page: from the shape of its lines, and from what can be read of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maild.receipts.picture.ocr import Line, Ocr, Quad, extent
from maild.receipts.picture.pictures import Pixels

_UPRIGHT = 1.5  # a line so much taller than wide runs upwards
_SAMPLES = 4
_LONGEST = 12  # times as long as high: longer samples tell no more
_CERTAIN = 0.94  # lines read so well are the right way up: no second look

Read = dict[int, Line | None]


def lies_sideways(quads: Sequence[Quad]) -> bool:
    """Whether most of the text, by length, runs upwards or downwards."""
    along = across = 0.0
    for quad in quads:
        width, height = extent(quad)
        if height > _UPRIGHT * width:
            across += height
        elif width > _UPRIGHT * height:
            along += width
    return across > along


def turned(quad: Quad, steps: int) -> Quad:
    """The same rectangle, its text beginning `steps` corners further (clockwise)."""
    return np.roll(quad, -steps, axis=0)


def upside_down(picture: Pixels, quads: Sequence[Quad], ocr: Ocr) -> tuple[bool, Read]:
    """Whether the lines read better the other way round; with what was read that can be kept, by position."""
    samples = _samples(quads)
    read = {i: ocr.read_one(picture, quads[i]) for i in samples}
    upright = _score(read)
    if upright >= _CERTAIN:
        return False, read
    other = {i: ocr.read_one(picture, turned(quads[i], 2)) for i in samples}
    if _score(other) > upright:
        return True, other
    return False, read


def _samples(quads: Sequence[Quad]) -> list[int]:
    """Lines to judge by: long enough to tell, not so long as to be dear."""

    def worth(i: int) -> float:
        width, height = extent(quads[i])
        length = width / max(height, 1.0)
        return length if length <= _LONGEST else _LONGEST * _LONGEST / length

    return sorted(range(len(quads)), key=worth, reverse=True)[:_SAMPLES]


def _score(read: Read) -> float:
    """Mean confidence, longer texts weighing more."""
    weights = [(len(line.text), line.confidence) if line else (2, 0.0) for line in read.values()]
    total = sum(n for n, _ in weights)
    return sum(n * c for n, c in weights) / total if total else 0.0
