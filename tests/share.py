"""The long matrices: `make test` leaves them out, `make test-long` has them alone, CI runs all in one (tests/tally.py).

What is `pytest.mark.long` tries one law on many cases: hostile files, kills, pages, labelled mails. Of the longest of them a
share is tried, all with `make test-long WHOLE=1`. What is left out of the share differs by place in the list alone: no kind of
case is tried in the whole only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
WHOLE = bool(os.environ.get("WHOLE"))


def share(items: Iterable[T], of: int) -> list[T]:
    """Every `of`-th, beginning with the first."""
    return list(items)[:: 1 if WHOLE else of]


def in_turn(items: Sequence[T], turn: int) -> list[T]:
    """One of them, the next with each turn: of a matrix whose other side is walked whole."""
    return list(items) if WHOLE or not items else [items[turn % len(items)]]


def at_most(items: Sequence[T], most: int) -> list[T]:
    """So many of them at most, spread over all: of what grows from month to month, as labelled mails do."""
    return list(items) if WHOLE or len(items) <= most else [items[n * len(items) // most] for n in range(most)]


def times(few: int, many: int) -> int:
    """How often: `many` of the whole."""
    return many if WHOLE else few
