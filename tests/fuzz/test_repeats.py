"""A thousand mails that repeat one token: none takes half a second of the processor, wherever it is read."""

from __future__ import annotations

from functools import partial

import pytest

from maild.authenticate import questions_of
from maild.parse import peek
from maild.spine.reading.read import LocalReader, ReadSettings
from tests.corpus.repeats import PLACES, repeats
from tests.share import WHOLE
from tests.timing import quickest

pytestmark = pytest.mark.long

LIMIT = 0.5  # seconds of CPU
SHARE, PARTS = 19, 6


@pytest.fixture(scope="module")
def reader() -> LocalReader:
    """The reader of a worker, in this process."""
    return LocalReader(
        ReadSettings(transaction_number=r"\b20\d{10,14}\b", authserv_id="mx.example", own_address="ill@lib.example")
    )


def read(reader: LocalReader, raw: bytes) -> None:
    """Looked at by what runs in the daemon itself, then parsed, authenticated and classified."""
    questions_of(raw)
    peek(raw)
    reader.read_closed(raw, {})


@pytest.mark.parametrize("part", range(PARTS))
def test_repetitions_are_read_in_linear_time(part: int, reader: LocalReader) -> None:
    """A sixth of the places each; of the thousand mails every second, all of them with WHOLE=1."""
    places = set(list(PLACES)[part::PARTS])
    slow = [
        (bomb.place, bomb.token, took)
        for place, bomb in enumerate(repeats(SHARE))
        if (WHOLE or place % 2 == 0)
        and bomb.place in places
        and (took := quickest(partial(read, reader, bomb.raw), LIMIT)) > LIMIT
    ]
    assert not slow


def test_there_are_a_thousand() -> None:
    """Of every place, with the tokens that once took seconds."""
    assert sum(1 for _ in repeats(SHARE)) >= 1000
