"""Real pictures of layouts unlike those the reader was made on, through the confined reader: a few of each class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from maild.bootstrap import build
from maild.config import Settings
from maild.confine.receipts import ReceiptPool
from tests.receipts import Sample, generate, several
from tests.receipts.grading import DANGERS, grade

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def pool() -> Iterator[ReceiptPool]:
    """One confined worker, with time enough beside other tests: what a file may cost is tested elsewhere."""
    usual = Settings()
    services = build(replace(usual, receipts=replace(usual.receipts, seconds=60.0)))
    yield services.receipts
    services.close()


def read(pool: ReceiptPool, sample: Sample) -> list[tuple[str, ...]]:
    """What is wrong with each receipt of a sample."""
    grades = grade(sample, pool.read(sample.content, filename=sample.filename, media_type=sample.media_type))
    assert not any(danger in DANGERS for one in grades for danger in one.dangers), grades
    return [one.faults for one in grades]


@pytest.mark.parametrize("arrangement", ["beside", "grid", "screens"])
def test_several_in_one_picture(pool: ReceiptPool, arrangement: str) -> None:
    """Side by side, stacked, in a grid: each with its own sum, none lost, no field of another."""
    sample = several(11, arrangement)
    for faults in read(pool, sample):
        assert not {"amount", "not seen as a receipt"} & set(faults), faults
        assert not any("two receipts" in fault for fault in faults), faults


@pytest.mark.parametrize("layout", [
    "guide_as_printed", "wide_strip", "traditional", "wechat_english", "english_app", "list_below", "campus_card",
])  # fmt: skip
def test_one_of_each(pool: ReceiptPool, layout: str) -> None:
    """Sum, payee, day and number of a picture as a patron sends it."""
    assert read(pool, generate(21, "further", layout=f"further.{layout}")) == [()]
