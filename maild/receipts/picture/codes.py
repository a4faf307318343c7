"""QR and bar codes of a picture, before any text is read: a code that is ours says what the form was for.

A look for QR codes alone costs 5 ms at 2,000 pixels, so that several looks are cheap; bar codes cost more and
are looked for once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maild.domain.accounting import slip
from maild.receipts.picture.pictures import Pixels

Grey = NDArray[np.uint8]
OURS = f"{slip.VERSION}:"
_LARGE = 1600  # pixels: up to that a doubled picture is tried too
_CLOSER = 1000  # pixels: up to that closer looks are cheap enough to be taken without a hint
_SMALL = 700  # pixels: down to that a halved one
_LONGEST = 2000  # characters of a code's text that are kept
_MOST = 20


@dataclass(frozen=True, slots=True)
class Code:
    """A code's text and where it lies: four corners in pixels of the picture it was found in."""

    text: str
    corners: tuple[tuple[int, int], ...]


def is_ours(text: str) -> bool:
    """Whether a code's text has the shape of our form's; genuine only once its check is verified."""
    return text.startswith(OURS)


def read_codes(picture: Pixels) -> tuple[Code, ...]:
    """All codes, each text once. Looks no further as soon as one of ours is found."""
    found: dict[str, Code] = {}
    spoilt: list[bool] = []  # whether there was something like a code that could not be read, look by look

    def look(grey: Grey, scale: float, bars: bool) -> bool:
        codes, unread = _read(grey, scale, bars)
        spoilt.append(unread)
        for code in codes[: _MOST - len(found)]:
            found.setdefault(code.text, code)
        return any(map(is_ours, found))

    if not any(look(*way) for way in _looks(picture)) and (any(spoilt) or max(picture.shape) <= _CLOSER):
        any(look(*way) for way in _closer_looks(picture))
    return tuple(found.values())


def _looks(picture: Pixels) -> Iterator[tuple[Grey, float, bool]]:
    """Ways to look at a picture, the likeliest first: (grey picture, its scale, whether to look for bar codes)."""
    import cv2

    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    side = max(grey.shape)
    yield grey, 1.0, False
    if side > _SMALL:
        half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        yield np.asarray(half, dtype=np.uint8), 0.5, False
    yield np.ascontiguousarray(picture[:, :, 2]), 1.0, False  # red: a seal over the code disappears
    soft = np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.4), dtype=np.uint8)
    yield soft, 1.0, False
    if side <= _LARGE:
        double = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        yield np.asarray(double, dtype=np.uint8), 2.0, False
    yield grey, 1.0, True


def _closer_looks(picture: Pixels) -> Iterator[tuple[Grey, float, bool]]:
    """Dearer ways, where a code is likely: out of focus, edges are made steep; in shadow, each place has its black."""
    import cv2

    red: Grey = np.ascontiguousarray(picture[:, :, 2])
    scale = 2.0 if max(red.shape) <= _LARGE else 1.0
    if scale > 1:
        red = np.asarray(cv2.resize(red, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    blurred = cv2.GaussianBlur(red, (0, 0), 3.0)
    yield np.asarray(cv2.addWeighted(red, 2.5, blurred, -1.5, 0), dtype=np.uint8), scale, False
    around = cv2.adaptiveThreshold(red, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 51, 5)
    yield np.asarray(around, dtype=np.uint8), scale, False


def _read(grey: Grey, scale: float, bars: bool) -> tuple[list[Code], bool]:
    """The codes, and whether there was one that could not be read."""
    import zxingcpp

    kinds = zxingcpp.BarcodeFormat
    wanted: Any = [kinds.Code128, kinds.DataMatrix] if bars else kinds.QRCode
    codes, spoilt = [], False
    for code in zxingcpp.read_barcodes(grey, formats=wanted, try_invert=not bars, return_errors=not bars):
        if not code.valid:
            spoilt = True
            continue
        at = code.position
        corners = tuple(
            (round(p.x / scale), round(p.y / scale))
            for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        )
        text = code.text.replace("\x00", "")[:_LONGEST]
        if text.strip():
            codes.append(Code(text, corners))
    return codes, spoilt
