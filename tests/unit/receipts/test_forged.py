"""Figures that were put into a picture: copied digits, and a sum that was not saved as often as the text around it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from maild.receipts import SAY
from maild.receipts.picture.forged import signs_of_figures
from maild.receipts.picture.pictures import Pixels

Box = tuple[float, float, float, float]
BOXES: list[Box] = [
    (40.0 + 300 * (n % 2), 40.0 + 56 * (n // 2), 250.0 + 300 * (n % 2), 76.0 + 56 * (n // 2)) for n in range(12)
]
AMOUNT, REST = BOXES[5], [box for box in BOXES if box != BOXES[5]]


def jpeg(picture: Pixels, quality: int) -> Pixels:
    packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)


def page(seed: int, grain: float) -> Pixels:
    """Lines of figures, a little aslant on a photograph; grain: of the camera, 0 for a screen."""
    noise = np.random.default_rng(seed)
    drawn = np.full((420, 640, 3), 232, np.uint8)
    for left, top, _, _ in BOXES:
        text = f"{noise.integers(1000, 9999)}.{noise.integers(10, 99)}"
        for n, char in enumerate(text):
            at = (int(left + 1 + 26 * n), int(top + 29))
            cv2.putText(drawn, char, at, cv2.FONT_HERSHEY_DUPLEX, 1.0, (50, 50, 50), 1, cv2.LINE_AA)
    if not grain:
        return drawn
    turned = cv2.warpAffine(drawn, cv2.getRotationMatrix2D((320, 210), 0.4, 0.997), (640, 420), borderValue=(232,) * 3)
    return np.asarray(np.clip(turned + noise.normal(0, grain, turned.shape), 0, 255), dtype=np.uint8)


def repainted(picture: Pixels, box: Box) -> Pixels:
    """The sum painted over with its ground, another one written there."""
    left, top, right, bottom = map(int, box)
    made = picture.copy()
    made[top:bottom, left:right] = np.median(picture[top:bottom, left:right], axis=(0, 1))
    cv2.putText(made, "8765.43", (left + 2, top + 29), cv2.FONT_HERSHEY_DUPLEX, 1.0, (50, 50, 50), 1, cv2.LINE_AA)
    return made


@pytest.mark.parametrize("grain", [0.0, 3.0])
@pytest.mark.parametrize("first", [62, 75, 81])
def test_a_sum_that_was_saved_less_often(grain: float, first: int) -> None:
    """Seen on screens and photographs, saved again or not; a whole picture saved twice says nothing, nor one once."""
    base = page(first, grain)
    sent = jpeg(base, first)
    forged = repainted(sent, AMOUNT)
    assert SAY("other_compression") in signs_of_figures(jpeg(forged, 95), AMOUNT, REST)
    assert SAY("other_compression") in signs_of_figures(forged, AMOUNT, REST)
    for honest in (base, sent, jpeg(sent, 92), jpeg(base, 92)):
        assert signs_of_figures(honest, AMOUNT, REST) == ()


def copied(picture: Pixels) -> Pixels:
    """The first digit of another line put over the first of the sum, paper and all."""
    made = picture.copy()
    (x, y), (u, v) = (int(AMOUNT[0]), int(AMOUNT[1])), (int(BOXES[4][0]), int(BOXES[4][1]))
    made[y : y + 36, x - 3 : x + 25] = picture[v : v + 36, u - 3 : u + 25]
    return made


@pytest.mark.parametrize("seed", range(6))
def test_a_copied_digit(seed: int) -> None:
    """Seen on a photograph, saved again or not; the same digits photographed apart are not, nor those of a screen."""
    photo = page(seed, 3.0)
    assert SAY("copied_digits") in signs_of_figures(copied(photo), AMOUNT, REST)
    assert SAY("copied_digits") in signs_of_figures(jpeg(copied(photo), 95), AMOUNT, REST)
    assert signs_of_figures(photo, AMOUNT, REST) == ()
    assert signs_of_figures(jpeg(photo, 90), AMOUNT, REST) == ()
    assert signs_of_figures(copied(page(seed, 0.0)), AMOUNT, REST) == ()


def test_where_nothing_can_be_told() -> None:
    """Without other text, at the picture's edge, on a blank page: nothing is said, and nothing raises."""
    photo = page(1, 3.0)
    assert signs_of_figures(jpeg(repainted(jpeg(photo, 70), AMOUNT), 95), AMOUNT, REST[:2]) == ()
    assert signs_of_figures(photo, (630.0, 400.0, 700.0, 460.0), REST) == ()
    assert signs_of_figures(np.full((420, 640, 3), 255, np.uint8), AMOUNT, REST) == ()
