"""Hostile files: each has an outcome within the seconds of the processor that it may take, the worker's memory is bounded, and the pool goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maild.config import Receipts
from maild.confine.receipts import ReceiptPool
from maild.domain.accounting.receipt import ReceiptKind
from tests.corpus.bombing import Bomb
from tests.corpus.bombs import BOMBS
from tests.tools.bombs_table import measure, running, sound

pytestmark = pytest.mark.long

# Eight, where an office allows twenty: whoever is stopped for time is stopped in the same way.
SECONDS = 8.0
WORDS = {"broken", "encrypted", "too large", "too many", "too many pages", "too deep", "no picture", "time",
         "not a receipt"}  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[ReceiptPool]:
    """As the daemon has it."""
    with running(SECONDS) as made:
        yield made


@pytest.mark.timeout(120)
@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.name)
def test_a_bomb(pool: ReceiptPool, bomb: Bomb) -> None:
    """Told in words, in time, within memory; right afterwards a sound file is read."""
    outcome = measure(pool, bomb)
    assert outcome.cpu < SECONDS + 1.5  # the kernel counts whole seconds
    assert outcome.megabytes < Receipts().memory_mb
    assert len(outcome.receipts) == 1
    (receipt,) = outcome.receipts
    assert receipt.kind is ReceiptKind.NOT_A_RECEIPT
    assert receipt.warnings[0].partition(":")[0] in WORDS
    assert len(receipt.warnings[0]) < 200
    (after,) = pool.read(sound(), filename="sound.pdf")
    assert after.warnings[0].startswith("not a receipt"), after
