"""What a picture shows beside text: seals in red ink, and a hash by which look-alikes are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maild.receipts.picture.inks import Mask
from maild.receipts.picture.pictures import Pixels
from maild.receipts.sheet import Region

_SMALL = 480  # pixels: seals are seen at that size
_REDDER = 45  # by how much red exceeds green and blue
_LEAST_SEAL = 0.05  # of the shorter side
_MOST_SEALS = 8
_GROUND = 0.6  # of a picture's width and height that only what lies around the sheet has
_HASH_SIDE = 32
_HASH_CORE = 8


def features(upright: Pixels) -> tuple[tuple[Region, ...], str]:
    """(where red ink lies, in regions the size of a seal, in pixels of the upright picture; its look)."""
    import cv2

    height, width = upright.shape[:2]
    scale = min(1.0, _SMALL / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(upright, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return _stamps(small, scale), look(small)


def _stamps(small: Pixels, scale: float) -> tuple[Region, ...]:
    import cv2

    red = cv2.subtract(small[:, :, 2], cv2.max(small[:, :, 0], small[:, :, 1])) > _REDDER
    if not 0.0005 < red.mean() < 0.35:  # none, or a red background
        return ()
    shorter = min(small.shape[:2])
    close = max(3, shorter // 40 * 2 + 1)
    joined = _closed(red.astype(np.uint8), close)
    found = [entry for entry in _found(joined) if not _is_ground(entry, small.shape)]
    if len(found) < len(_found(joined)):  # the desk, which a stamp near the sheet's edge may have run into
        found = _found(_closed(_without_ground(red), close))
    least = _LEAST_SEAL * shorter
    seals = [entry for entry in found if entry[2] >= least and entry[3] >= least]
    seals.sort(key=lambda s: -int(s[4]))
    return tuple(
        Region(left=float(x / scale), top=float(y / scale), right=float((x + w) / scale), bottom=float((y + h) / scale))
        for x, y, w, h, _ in seals[:_MOST_SEALS]
    )


def _closed(mask: Mask, side: int) -> Mask:
    """Ink with gaps of that many pixels filled."""
    import cv2

    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)), dtype=np.uint8)


def _found(mask: Mask) -> list[NDArray[np.int32]]:
    """Connected ink: left, top, width, height, area of each piece."""
    import cv2

    return [np.asarray(entry, dtype=np.int32) for entry in cv2.connectedComponentsWithStats(mask)[2][1:]]


def _is_ground(entry: NDArray[np.int32], shape: tuple[int, ...]) -> bool:
    """Whether a red piece is what the sheet lies on: it reaches the picture's edge, and around most of the sheet."""
    x, y, width, height = map(int, entry[:4])
    edge = x == 0 or y == 0 or x + width == shape[1] or y + height == shape[0]
    return edge and width > _GROUND * shape[1] and height > _GROUND * shape[0]


def _without_ground(red: NDArray[np.bool_]) -> Mask:
    """Red ink without the pieces that reach the picture's edge."""
    import cv2

    mask = red.astype(np.uint8)
    _, labels = cv2.connectedComponents(mask)
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return np.asarray(mask * ~np.isin(labels, np.unique(border[border > 0])), dtype=np.uint8)


def look(upright: Pixels) -> str:
    """A perceptual hash (DCT): 64 bits as 16 hexadecimal digits. Scaling and JPEG change a few bits of it."""
    import cv2

    grey = cv2.cvtColor(upright, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (_HASH_SIDE, _HASH_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = np.asarray(cv2.dct(small), dtype=np.float32)[:_HASH_CORE, 1 : _HASH_CORE + 1].ravel()
    bits = low > np.median(low)
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"
