"""Strokes of a pen through figures or words: what was struck out is still read as it was written.

A stroke is a thin line that runs, a little aslant at most, through the middle of several characters. What is printed
has none: lines of a table run above and below, and no letter is so wide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from maild.receipts import SAY
from maild.receipts.page.numerals import WORD_CHARACTERS
from maild.receipts.picture.inks import Colour, Even, Mask, even, mask_of
from maild.receipts.picture.pictures import Pixels
from maild.receipts.rows import fold
from maild.receipts.sheet import Region, Sheet

_HEIGHT = 48  # pixels of a box laid out for it
_SLOPES = tuple(n / 100 for n in range(-24, 25, 4))
_LONG = 2.2  # heights of the text: no character is so wide
_SHARE = 0.55  # of the box's width
_SHORT = 0.62  # of the width of a short sum: a red stroke, which no print is
_RED = 0.3  # of the columns looked at show red, where there is a red stroke
_MIDDLE = (0.22, 0.8)  # of the box's height, between which a stroke goes through the characters
_THICK = 0.22  # of the height at most
_BEYOND = 0.9  # heights that are looked at on either side
_RUNS_ON = 0.97  # of all that is looked at: a line of a table
_INK = 0.2, 0.5  # darker than the paper by so much; and as dark as so much of the darkest
_LIGHTNESS = np.array([0.114, 0.587, 0.299], dtype=np.float32)  # of blue, green and red
_WORDS, _SUM = 3, 0.6  # characters of a sum in words at least, and their share
_FIGURES = re.compile(r"[¥YVy]\d{1,6}(?:[.,-]?\d{1,2})?元?|\d{1,6}[.,-]\d{1,2}元?")
_CLOSE = 1.0  # heights between a sum and the one that was struck
_NIGHT = 90  # of 255: a dark screen, on which no pen writes
_BAND, _LIT = 165.0, 60.0  # of 255: a coloured band of a screen, and how much lighter what is written on it is
# Of a line's height: no letter's stroke is so broad; the share of what is, among letters.
_BROAD, _THIN = 0.4, 0.02


def is_struck(picture: Pixels, box: Sequence[float], seals: Sequence[Region] = ()) -> bool:
    """Whether a pen went through a line of text.

    picture  upright; box: left, top, right, bottom of the text; seals: red ink there may be a stamp's
    """
    import cv2

    left, top, right, bottom = box
    high = bottom - top
    if high < 6 or right - left < high:
        return False
    x0, x1 = max(0, round(left - _BEYOND * high)), round(right + _BEYOND * high)
    scale = _HEIGHT / high
    cut = np.ascontiguousarray(picture[max(0, round(top - high)) : round(bottom + high), x0:x1])
    part = cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if float(np.median(part)) < _NIGHT or _is_band(np.asarray(part, dtype=np.float32) @ _LIGHTNESS):
        return False
    light = even(np.asarray(part, dtype=np.uint8))
    red = np.asarray(mask_of(light, Colour.RED) & (1 - light @ _LIGHTNESS > _INK[0]), dtype=np.uint8)
    inks = [(_dark(light, red), _LONG)]
    is_red = float(red.any(axis=0).mean()) > _RED
    if is_red and not any(s.left < right and s.right > left and s.top < bottom and s.bottom > top for s in seals):
        # What is written below breaks a red line.
        inks.append((inks[0][0] | red, min(_LONG, _SHORT * (right - left) / high)))
    above = round((top - max(0, round(top - high))) * scale)
    inner = slice(round((left - x0) * scale), round((right - x0) * scale))
    return any(_has_stroke(ink, above, inner, least) for ink, least in inks)


def _is_band(lightness: Even) -> bool:
    """Whether letters are lighter than what they stand on, as on no paper. lightness: 0 to 255. What is light has to be
    thin as letters are: a shadow over paper leaves broad light.
    """
    import cv2

    ground, letters = np.percentile(lightness, (50, 97))
    if ground >= _BAND or letters - ground <= _LIT:
        return False
    high = lightness.shape[0] // 3  # above and below it there is as much again
    light = np.asarray(lightness[high : 2 * high] > (ground + letters) / 2, dtype=np.uint8)
    broad = cv2.morphologyEx(light, cv2.MORPH_OPEN, np.ones((round(_BROAD * high),) * 2, np.uint8))
    return float(broad.mean()) < _THIN


def _dark(light: Even, red: Mask) -> Mask:
    """Ink of any colour but a stamp's red, by its lightness: what a felt marker lights up is no ink."""
    dark = 1 - light @ _LIGHTNESS
    least = max(_INK[0], _INK[1] * float(np.percentile(dark, 97)))
    return np.asarray((dark > least) & (red == 0), dtype=np.uint8)


def _has_stroke(ink: Mask, above: int, inner: slice, least: float) -> bool:
    import cv2

    height, width = ink.shape
    wide = inner.stop - inner.start
    long = round(max(least * _HEIGHT, _SHARE * wide))
    if long >= width:
        return False
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    for slope in _SLOPES:
        shear = np.array([[1, 0, 0], [-slope, 1, slope * (inner.start + wide / 2)]], dtype=np.float32)
        level = cv2.warpAffine(closed, shear, (width, height), flags=cv2.INTER_NEAREST)
        # A hand is not quite straight: rows are joined by threes before they are followed.
        joined = cv2.dilate(level, np.ones((2, 1), np.uint8))
        runs = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
        if _goes_through(np.asarray(runs, dtype=np.uint8), above, inner):
            return True
    return False


def _goes_through(runs: Mask, above: int, inner: slice) -> bool:
    """Whether one of the runs is thin, in the middle of the text, and no line of a table."""
    import cv2

    count, _, stats, middles = cv2.connectedComponentsWithStats(runs)
    for (left, _, width, height, area), (_, y) in zip(stats[1:count].tolist(), middles[1:count], strict=True):
        place = (float(y) - above) / _HEIGHT
        covered = min(left + width, inner.stop) - max(left, inner.start)
        thin = area / width <= _THICK * _HEIGHT + 2 and height <= 0.5 * _HEIGHT
        through = _MIDDLE[0] < place < _MIDDLE[1] and covered >= _SHARE * (inner.stop - inner.start)
        if thin and through and width < _RUNS_ON * runs.shape[1]:
            return True
    return False


def struck(picture: Pixels, boxes: Sequence[Sequence[float]], sheet: Sheet) -> tuple[str, ...]:
    """Why an amount in these boxes is for a person: a pen went through it, or through another sum above, below or
    beside it, which it was written instead of.
    """
    others = [(b.left, b.top, b.right, b.bottom) for b in sheet.boxes if _is_sum(b.text)]
    beside = [other for other in others if any(_are_close(other, box) for box in boxes)]
    lines = [line for box in boxes for line in _lines(box, sheet)]
    return (SAY("struck_through"),) if any(is_struck(picture, box, sheet.stamps) for box in (*lines, *beside)) else ()


def _lines(box: Sequence[float], sheet: Sheet) -> list[Sequence[float]]:
    """The lines of a box that holds several, as a message does; else the box."""
    left, top, right, bottom = box
    inside = [
        (b.left, b.top, b.right, b.bottom)
        for b in sheet.boxes
        if top < (b.top + b.bottom) / 2 < bottom and left <= (b.left + b.right) / 2 <= right
    ]
    several = any(lower[1] >= upper[3] - (upper[3] - upper[1]) / 2 for upper in inside for lower in inside)
    return list(inside) if several else [box]


def _is_sum(text: str) -> bool:
    """Whether a text may be a sum, in figures or in words, however badly it was read."""
    said = fold(text).replace(" ", "")
    words = [c for c in said if c in WORD_CHARACTERS]
    return bool(_FIGURES.fullmatch(said)) or len(words) >= max(_WORDS, _SUM * len(said))


def _are_close(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether a sum is where somebody would write it who struck the other one: over or under it, or just beside it."""
    reach = _CLOSE * min(one[3] - one[1], other[3] - other[1])
    return all(max(one[n], other[n]) - min(one[n + 2], other[n + 2]) < reach for n in (0, 1))
