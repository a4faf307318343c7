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

from maild.domain import slip
from maild.receipts.pictures import Pixels

Grey = NDArray[np.uint8]
OURS = f"{slip.VERSION}:"
_LARGE = 1600  # pixels: up to that a doubled picture is tried too
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
    for grey, scale, bars in _looks(picture):
        for code in _read(grey, scale, bars):
            if len(found) < _MOST:
                found.setdefault(code.text, code)
        if any(map(is_ours, found)):
            break
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


def _read(grey: Grey, scale: float, bars: bool) -> Iterator[Code]:
    import zxingcpp

    kinds = zxingcpp.BarcodeFormat
    wanted: Any = [kinds.Code128, kinds.DataMatrix] if bars else kinds.QRCode
    for code in zxingcpp.read_barcodes(grey, formats=wanted, try_invert=not bars):
        at = code.position
        corners = tuple(
            (round(p.x / scale), round(p.y / scale))
            for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        )
        text = code.text.replace("\x00", "")[:_LONGEST]
        if text.strip():
            yield Code(text, corners)
