"""Ink of a pen where no hand has to write: on our own form, whose print is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maild.receipts.picture.frames import framed_regions
from maild.receipts.picture.inks import Colour, darkest, even, mask_of
from maild.receipts.picture.slipplane import Place, Plane, geometry

_SCALE = 5.0  # pixels a millimetre
_COLOURED = 5.0  # square millimetres of coloured ink that a hand leaves at least
_BLACK = 5.0  # square millimetres of ink more than print
_DARK = 0.35  # darker than the paper by so much
_FEW = 2  # numbers of transactions: more of them reach into the place below
_STAMP = 12.0  # millimetres: the longer side of the smallest stamp


def is_written_over(plane: Plane, numbers: int) -> bool:
    """Whether a pen wrote where only print belongs. numbers: of transactions on the form."""
    blank = numbers <= _FEW
    return any(_hand(plane, place, ink if ink or blank else 1) for place, ink in geometry().printed)


def _hand(plane: Plane, place: Place, ink: float) -> bool:
    light = even(plane.flat(place, _SCALE))
    dark = np.asarray(1 - darkest(light) > _DARK)
    seals = np.zeros(dark.shape, dtype=bool)
    coloured = np.zeros(dark.shape, dtype=bool)
    for colour in (Colour.RED, Colour.BLUE):
        mask = mask_of(light, colour)
        if colour is Colour.BLUE:
            coloured |= mask > 0
        else:
            seals |= mask > 0
        for box in framed_regions(mask, _STAMP * _SCALE):
            seals[round(box.top) : round(box.bottom), round(box.left) : round(box.right)] = True
    if _area(coloured & dark & ~seals) > _COLOURED:
        return True
    return ink < 1 and _area(dark & ~seals) > ink * dark.size / _SCALE**2 + _BLACK


def _area(mask: NDArray[np.bool_]) -> float:
    """Square millimetres."""
    return float(mask.sum()) / _SCALE**2
