"""Preparing a picture to be read again: red ink of seals away, light made even."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maild.receipts.picture.pictures import Pixels
from maild.receipts.sheet import Preparation

Grey = NDArray[np.uint8]


def prepare(picture: Pixels, how: Preparation) -> Pixels:
    """The picture prepared; PLAIN leaves it alone."""
    if how is Preparation.NO_RED:
        return without_red(picture)
    if how is Preparation.FLAT:
        return flat(picture)
    return picture


def without_red(picture: Pixels) -> Pixels:
    """Red ink disappears in the red channel, where black ink stays black."""
    return np.repeat(flat_grey(np.ascontiguousarray(picture[:, :, 2]))[:, :, None], 3, axis=2)


def flat(picture: Pixels) -> Pixels:
    """Grey, shadows divided out."""
    import cv2

    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return np.repeat(flat_grey(grey)[:, :, None], 3, axis=2)


def flat_grey(grey: Grey) -> Grey:
    """Divide by the paper's own brightness, estimated far from ink, and stretch the contrast."""
    import cv2

    small = cv2.resize(grey, (max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4)), interpolation=cv2.INTER_AREA)
    size = max(3, min(small.shape[:2]) // 20 * 2 + 1)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), min(size, 31))
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    even = np.asarray(cv2.divide(grey, paper, scale=255), dtype=np.float32)
    low = float(np.percentile(even, 1))
    stretched: Grey = np.clip((even - low) * (255.0 / max(255.0 - low, 1.0)), 0, 255).astype(np.uint8)
    return stretched
