"""Ink by its colour: paper divided out, red apart from blue and violet, and both from black print."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from maild.receipts.picture.pictures import Pixels

Number = TypeVar("Number", np.uint8, np.float32)
Even = NDArray[np.float32]  # height × width × 3 (blue, green, red), 0 black … 1 the paper's own colour
Mask = NDArray[np.uint8]  # height × width, 0 or 1
Grey = NDArray[np.uint8]

_COLOURED = 0.05  # of the paper's brightness, by which a colour stands out of the others
_VIOLET = 0.5  # of what red light passes more than green does, blue passes at least so much more
_BLACK = 0.55  # what no colour lights up more than that is black
_DARK = 0.82  # what is darker is ink


class Colour(StrEnum):
    """BLUE: also violet. BLACK: without colour."""

    RED = "red"
    BLUE = "blue"
    BLACK = "black"


@dataclass(frozen=True, slots=True, kw_only=True)
class InkOf:
    """The ink of one colour.

    mask     where it is
    writing  as dark on white, 0 … 255, sharp, with all other ink that is there
    apart    the same, with black ink left out
    alone    what is of that colour only, less sharp: cameras and JPEG keep colours coarsely
    """

    colour: Colour
    mask: Mask
    writing: Grey
    apart: Grey
    alone: Grey


def even(picture: Pixels) -> Even:
    """Each colour by the paper's around it: the light's colour and shadows are taken out."""
    import cv2

    height, width = picture.shape[:2]
    small = cv2.resize(picture, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 9)
    paper = cv2.GaussianBlur(paper, (0, 0), 3)
    wide = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.asarray(np.clip(picture.astype(np.float32) / np.maximum(wide, 1), 0, 1), dtype=np.float32)


def darkest(picture: NDArray[Number]) -> NDArray[Number]:
    """Of each pixel its darkest channel. NumPy's own reduction over three channels takes five times as long."""
    return np.asarray(np.minimum(np.minimum(picture[:, :, 0], picture[:, :, 1]), picture[:, :, 2]))


def brightest(picture: NDArray[Number]) -> NDArray[Number]:
    """Of each pixel its brightest channel."""
    return np.asarray(np.maximum(np.maximum(picture[:, :, 0], picture[:, :, 1]), picture[:, :, 2]))


def mask_of(light: Even, colour: Colour) -> Mask:
    """Where the ink of a colour is: 1, elsewhere 0."""
    return _strength(light, colour)[2]


def ink_of(light: Even, colour: Colour) -> InkOf:
    """The ink of a colour. Its own colour's channel shows it bright, another one shows it dark: that one is read."""
    import cv2

    strength, dark, flags = _strength(light, colour)
    writing = _shown(1 - dark, flags)
    black = cv2.dilate(np.asarray(brightest(light) < _BLACK, dtype=np.uint8), np.ones((5, 5), np.uint8))
    near = cv2.dilate(flags, np.ones((7, 7), np.uint8))
    apart = np.where((black > 0) | (near == 0), np.uint8(255), writing)
    return InkOf(colour=colour, mask=flags, writing=writing, apart=apart, alone=_shown(strength, flags))


def _strength(light: Even, colour: Colour) -> tuple[Even, Even, Mask]:
    """(how strong the ink is, the channel in which it is dark, where it is)."""
    import cv2

    blue, green, red = cv2.split(cv2.GaussianBlur(light, (0, 0), 1.2))
    if colour is Colour.RED:
        strength, dark = np.minimum(red - (green + blue) / 2, red - green), light[:, :, 1]
        mask = (strength > _COLOURED) & (red >= blue)
    elif colour is Colour.BLUE:
        # Violet lets red and blue through alike, and on coloured paper now one and now the other more.
        strength = np.maximum(blue - (green + red) / 2, np.minimum(blue, red) - green)
        dark = np.minimum(light[:, :, 1], light[:, :, 2])
        mask = (strength > _COLOURED * 0.8) & ((blue > red) | (blue - green > _VIOLET * (red - green)))
    else:
        top, dark = np.maximum(np.maximum(blue, green), red), brightest(light)
        strength = 1 - top
        mask = (top < _DARK) & (top - np.minimum(np.minimum(blue, green), red) < 0.15)
    return strength, dark, np.asarray(mask, dtype=np.uint8)


def _shown(strength: NDArray[np.float32], mask: Mask) -> Grey:
    """Strength of ink as dark on white: the strong ink of the mask is black."""
    level = float(np.quantile(strength[mask > 0], 0.85)) if mask.any() else 1.0
    return np.asarray(np.clip(1 - strength / max(level, 0.04), 0, 1) * 255, dtype=np.uint8)
