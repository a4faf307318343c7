"""A form's own table, printed in the colour of its stamps: known by its extent, and taken off the ink line by line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maild.receipts.picture.inks import Mask

_TABLE, _LEVEL = (0.6, 0.4), 6.0  # of a picture's width and height, and degrees
_RULED, _GAPS = 0.25, 0.01  # of a picture's width: a line of a table, longer than a stamp's sides, and what it may miss
_THIN, _LEAST = 250, 5  # of a picture's width, a part: a line's thickness, in pixels no less


def is_table(box: Sequence[int], turn: float, mask: Mask) -> bool:
    """Whether a frame with corners is a form's own: level, and most of the page. box: left, top, width, height."""
    large = box[2] > _TABLE[0] * mask.shape[1] and box[3] > _TABLE[1] * mask.shape[0]
    return large and abs((turn + 45) % 90 - 45) < _LEVEL


def unruled(mask: Mask) -> Mask:
    """Ink without the lines of tables, but for what of them lies within other ink, as where a stamp crosses one."""
    import cv2

    width = mask.shape[1]
    long, gap = _RULED * width, _GAPS * width
    lines = cv2.HoughLinesP(mask * 255, 1, np.pi / 720, round(long / 2), minLineLength=long, maxLineGap=gap)
    thick, left = max(_LEAST, width // _THIN), mask.copy()
    for x, y, end, foot in np.reshape(lines, (-1, 4)) if lines is not None else ():
        cv2.line(left, (int(x), int(y)), (int(end), int(foot)), 0, thick)
    kernel = np.ones((2 * thick + 1, 2 * thick + 1), np.uint8)
    across = np.asarray(cv2.morphologyEx(left, cv2.MORPH_CLOSE, kernel), dtype=np.uint8)
    return np.asarray(left | (across & mask), dtype=np.uint8)
