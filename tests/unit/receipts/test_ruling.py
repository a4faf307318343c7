"""A table printed in the colour of the stamps on it, and a desk in theirs: neither is a stamp, and none is lost."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from maild.receipts.picture.features import features
from maild.receipts.picture.frames import framed_regions
from maild.receipts.picture.inks import Colour, even, ink_of
from maild.receipts.picture.pictures import Pixels
from maild.receipts.picture.ruling import is_table, unruled

RED, PAPER = (40, 40, 205), 250
STAMP = (620, 380, 820, 500)  # left, top, right, bottom


def form(turn: float = 0.0) -> Pixels:
    """A red table of six rows, and a red stamp with a frame over two of its lines."""
    page = np.full((700, 1000, 3), PAPER, np.uint8)
    cv2.rectangle(page, (60, 100), (940, 620), RED, 3)
    for y in range(187, 620, 87):
        cv2.line(page, (60, y), (940, y), RED, 2)
    cv2.line(page, (300, 100), (300, 620), RED, 2)
    left, top, right, bottom = STAMP
    cv2.rectangle(page, (left, top), (right, bottom), RED, 5)
    for y in (420, 455):
        cv2.putText(page, "PAID 11", (left + 30, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, RED, 3)
    matrix = cv2.getRotationMatrix2D((500, 350), turn, 1.0)
    return np.asarray(cv2.warpAffine(page, matrix, (1000, 700), borderValue=(PAPER,) * 3), dtype=np.uint8)


@pytest.mark.parametrize("turn", [0.0, 1.5, -2.0])
def test_a_stamp_on_a_table_of_its_colour_is_found_alone(turn: float) -> None:
    mask = ink_of(even(form(turn)), Colour.RED).mask
    found = [region for region in framed_regions(mask, 60.0, tables=True) if region.right - region.left < 400]
    left, top, right, bottom = STAMP
    assert any(
        region.left < (left + right) / 2 < region.right and region.top < (top + bottom) / 2 < region.bottom
        for region in found
    )
    assert not [region for region in framed_regions(mask, 60.0, tables=True) if region.right - region.left > 600]


def test_lines_are_taken_off_and_writing_across_them_is_left() -> None:
    mask = ink_of(even(form()), Colour.RED).mask
    left = unruled(mask)
    assert left[100, 200] == 0  # the table's edge
    assert left[440, 620:624].all()  # the stamp's side
    assert left.sum() < mask.sum()


@pytest.mark.parametrize(
    ("box", "turn", "table"),
    [((60, 100, 880, 520), 0.5, True), ((600, 380, 200, 120), 0.5, False), ((60, 100, 880, 520), 30.0, False)],
)
def test_a_table_is_level_and_most_of_the_page(box: tuple[int, int, int, int], turn: float, table: bool) -> None:
    assert is_table(box, turn, np.zeros((700, 1000), np.uint8)) is table


def test_a_red_desk_is_no_stamp_and_hides_none() -> None:
    picture = np.full((480, 640, 3), (60, 60, 190), np.uint8)
    picture[30:450, 40:600] = PAPER
    picture[200:280, 300:420] = (30, 30, 200)
    picture[440:450, 40:600] = (60, 60, 190)
    stamps, _ = features(picture)
    assert len(stamps) == 1
    assert abs(stamps[0].left - 300) < 12
    assert abs(stamps[0].top - 200) < 12
