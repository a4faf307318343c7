"""Signs in the pixels that the figures of a sum were put there: reasons for a person to look, never a verdict.

Copied digits: on a photograph no two digits have the same grain, and a copy has its model's. Another past: where a
picture was saved as JPEG twice its text shows the first time, and what was put in between shows none. Each only
where it can be told. (That digits of a screen's sum stand unevenly was tried: too many clean ones do.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maild.receipts import SAY
from maild.receipts.picture.pictures import Pixels

Grey = NDArray[np.float32]
Box = tuple[float, float, float, float]  # left, top, right, bottom, in pixels

_MOST_OTHERS = 16
_INK = 0.4  # of the contrast, from which on a pixel belongs to a glyph
_CONTRAST = 40  # of 255
_TALL = 0.45  # of a box's height: lower glyphs are points and commas
_MARGIN = 3  # pixels of paper around a glyph
_AROUND = 3.0  # heights of the box within which paper is looked at
_BARE = 24.0  # of 255: blocks with more between dark and light have ink in them
_FEW, _FEWEST = 0.3, 12  # the quantile of the blocks' grain, and how many there must be
_GRAIN = 0.6  # of 255: with less, two digits of a screen may well be the same
_ALIKE = 0.9  # correlation of what may be the same digit
_MOST_TWINS = 3  # in a box
# By less than so much of the contrast, and of the grain, a copy differs (clean pictures: 0.035 and 3.3 at least).
_SAME, _SAME_GRAIN = 0.026, 4.2
_BLOCK = 8
_QUALITIES = tuple(range(46, 97))
_APART = 4  # qualities
_FLOOR = 0.05  # of a square: what rounding changes
_LEAST_OTHERS, _MOST_COMPARED = 4, 9  # boxes of other text
_WIDEST, _TALLEST = 384, 96  # pixels of a box that are looked at
_DEEP, _FLAT = 0.4, 0.1  # a dip of other text; a sum whose own is less than so much of that has none
_MOST_AGREE = 0.85  # the quantile of the other boxes whose dip is at least half as deep


@dataclass(frozen=True, slots=True, kw_only=True)
class _Glyph:
    """A digit or letter: its rectangle in the picture."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        return self.bottom - self.top


def signs_of_figures(picture: Pixels, amount: Box, others: Sequence[Box]) -> tuple[str, ...]:
    """What the pixels say of the sum; nothing where nothing can be told.

    picture  as it was sent, not turned or warped; amount, others: boxes of text on it, others the nearest first
    """
    grey = np.asarray(picture[:, :, 1], dtype=np.float32)
    glyphs = _glyphs(grey, amount)
    near = list(others[:_MOST_OTHERS])
    grain = _grain(grey, amount)
    signs = []
    if grain >= _GRAIN and _is_copied(grey, glyphs, [amount, *near], grain):
        signs.append(SAY("copied_digits"))
    if _has_another_past(picture[:, :, 1], amount, near):
        signs.append(SAY("other_compression"))
    return tuple(signs)


def _part(grey: Grey, box: Box, margin: int = 0) -> tuple[Grey, int, int]:
    left, top = max(0, round(box[0]) - margin), max(0, round(box[1]) - margin)
    return grey[top : round(box[3]) + margin, left : round(box[2]) + margin], left, top


def _levels(part: Grey) -> tuple[float, float]:
    """(paper, ink): the brightness of most pixels, and of those farthest from it."""
    paper = float(np.median(part))
    low, high = float(np.percentile(part, 2)), float(np.percentile(part, 98))
    return paper, (low if paper - low > high - paper else high)


def _glyphs(grey: Grey, box: Box) -> list[_Glyph]:
    """The digits of a box from left to right: pieces of ink as high as most."""
    import cv2

    part, left, top = _part(grey, box)
    if min(part.shape) < _BLOCK:
        return []
    paper, ink = _levels(part)
    if abs(paper - ink) < _CONTRAST:
        return []
    mask = ((part - paper) / (ink - paper) > _INK).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = [
        _Glyph(left=left + int(x), top=top + int(y), right=left + int(x + w), bottom=top + int(y + h))
        for x, y, w, h, _ in stats[1:]
        if h >= _TALL * part.shape[0] and w >= 2 and w < 1.6 * h
    ]
    return sorted(found, key=lambda glyph: glyph.left)


def _grain(grey: Grey, box: Box) -> float:
    """By how much bare paper around a box differs from pixel to pixel, in most of JPEG's blocks that no ink touches:
    what compression leaves about letters is no grain, for it is the same wherever a letter stands alike.
    """
    part, left, top = _part(grey, box, round(_AROUND * (box[3] - box[1])))
    part = part[-top % _BLOCK :, -left % _BLOCK :]
    high, wide = (n // _BLOCK for n in part.shape)
    if not high or not wide:
        return 0.0
    blocks = part[: high * _BLOCK, : wide * _BLOCK].reshape(high, _BLOCK, wide, _BLOCK).swapaxes(1, 2)
    spread = blocks.max(axis=(2, 3)) - blocks.min(axis=(2, 3))
    bare = blocks[spread < _BARE]
    return float(np.quantile(bare.std(axis=(1, 2)), _FEW)) if len(bare) >= _FEWEST else 0.0


def _is_copied(grey: Grey, glyphs: Sequence[_Glyph], boxes: Sequence[Box], grain: float) -> bool:
    """Whether one digit has the edges and the grain of another: on a photograph two that are printed alike never fall
    on the pixels alike.
    """
    for glyph in glyphs:
        model = _around(grey, glyph)
        if model.shape[0] < 2 * _BLOCK or min(model.shape) < _BLOCK:
            continue
        most = min(_SAME * _contrast(model), _SAME_GRAIN * grain)
        if any(_apart(model, twin) < most for twin in _twins(grey, model, glyph, boxes)):
            return True
    return False


def _contrast(part: Grey) -> float:
    paper, ink = _levels(part)
    return abs(paper - ink)


def _apart(one: Grey, other: Grey) -> float:
    """The root of the mean square by which two patches of one size differ, their brightness left out."""
    return float(np.sqrt(np.mean(np.square((one - one.mean()) - (other - other.mean())))))


def _around(grey: Grey, glyph: _Glyph) -> Grey:
    return grey[
        max(0, glyph.top - _MARGIN) : glyph.bottom + _MARGIN, max(0, glyph.left - _MARGIN) : glyph.right + _MARGIN
    ]


def _twins(grey: Grey, model: Grey, glyph: _Glyph, boxes: Sequence[Box]) -> Iterator[Grey]:
    """Surroundings of glyphs like this one in the boxes. Not itself."""
    import cv2

    high, wide = model.shape
    for box in boxes:
        part, left, top = _part(grey, box, 2 * _MARGIN)
        if part.shape[0] < high or part.shape[1] < wide or part.shape[0] > 3 * high:
            continue
        likeness = cv2.matchTemplate(np.ascontiguousarray(part), np.ascontiguousarray(model), cv2.TM_CCOEFF_NORMED)
        for _ in range(_MOST_TWINS):
            _, best, _, (x, y) = cv2.minMaxLoc(likeness)
            if best < _ALIKE:
                break
            likeness[max(0, y - 3) : y + 4, max(0, x - 3) : x + 4] = -1.0
            if abs(left + x - glyph.left + _MARGIN) >= wide / 2 or abs(top + y - glyph.top + _MARGIN) >= high / 2:
                yield part[y : y + high, x : x + wide]


def _has_another_past(grey: Pixels, amount: Box, others: Sequence[Box]) -> bool:
    """Whether the other text was once saved at a quality at which the sum was not.

    What is saved at that quality again hardly changes, where it lies on the same blocks (JPEG ghosts, H. Farid 2009).
    """
    strips = [_strip(grey, box) for box in (amount, *others[:_MOST_COMPARED])]
    if len(strips) <= _LEAST_OTHERS or min(min(strip.shape) for strip in strips) < _BLOCK:
        return False
    dips = _dips(strips)
    usual, own = np.median(dips[:, 1:], axis=1), dips[:, 0]
    agreed = np.quantile(dips[:, 1:], _MOST_AGREE, axis=1)
    return bool(np.any((usual < -_DEEP) & (agreed < -_DEEP / 2) & (own > _FLAT * usual)))


def _strip(grey: Pixels, box: Box) -> Pixels:
    """What JPEG's blocks that a box touches hold, or the first of them."""
    left, top = (max(0, round(v)) // _BLOCK * _BLOCK for v in box[:2])
    right, bottom = (-(-round(v) // _BLOCK) * _BLOCK for v in box[2:])
    return grey[top : min(bottom, top + _TALLEST), left : min(right, left + _WIDEST)]


def _dips(strips: Sequence[Pixels]) -> NDArray[np.float64]:
    """By quality and strip: how much less saving changes it than at qualities near by, as a logarithm."""
    import cv2

    tall = [-(-strip.shape[0] // _BLOCK) * _BLOCK for strip in strips]
    tops = [sum(tall[:n]) for n in range(len(tall))]
    sheet = np.full((sum(tall), _WIDEST), 128, np.uint8)
    places = [(top, *strip.shape) for top, strip in zip(tops, strips, strict=True)]
    for strip, (top, high, wide) in zip(strips, places, strict=True):
        sheet[top : top + high, :wide] = strip
    rows = []
    for quality in _QUALITIES:
        packed = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        again = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.float32)
        change = np.square(sheet.astype(np.float32) - again)
        rows.append([float(change[top : top + high, :wide].mean()) + _FLOOR for top, high, wide in places])
    changes = np.log(np.array(rows))
    return np.asarray(changes[_APART:-_APART] - 0.5 * (changes[: -2 * _APART] + changes[2 * _APART :]))
