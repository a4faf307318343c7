"""Layouts full of hints, offers and buttons: what was not paid is never sure there, and honest pages mostly are."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from maild.config import Office
from maild.receipts.extract import extract
from tests.receipts.adverse import LATER
from tests.receipts.adverse.case import Shape, Turn, payment
from tests.receipts.adverse.compose import HONEST, pad
from tests.receipts.sheets import sheet_of
from tests.receipts.shipped import shipped

pytestmark = pytest.mark.long

LAYOUTS, OFFICE = shipped(), Office()
SHAPES = {shape.name: shape for shape in LATER.shapes}


def _sure(shape: Shape, turn: Turn, seed: int) -> bool:
    """Of the page's own text, as a perfect reader sees it."""
    random = Random(f"{shape.name}/{turn.name}/{seed}")
    slip = replace(payment(random, shape), **dict(turn.change))
    found = extract(sheet_of(shape.draw(slip, pad(LATER, random))), layouts=LAYOUTS, office=OFFICE)
    return any(receipt.sure for receipt in found)


def test_what_was_not_paid_is_not_sure() -> None:
    """Each wording of the open part, in a layout that it was not written for."""
    cases = [(SHAPES[turn.shapes[n % len(turn.shapes)]], turn) for n, turn in enumerate(LATER.turns)]
    assert [(shape.name, turn.cls, turn.name) for shape, turn in cases if _sure(shape, turn, 1)] == []


def test_honest_pages_are_mostly_sure() -> None:
    """Hints and offers stop fewer than three in ten."""
    found = [_sure(shape, HONEST, seed) for shape in LATER.shapes for seed in range(2)]
    assert sum(found) >= 0.7 * len(found)
