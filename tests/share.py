"""The long matrices: `make test` tries a share of each, `make test-long` (LONG=1) all.

A test that uses these bears `pytest.mark.long`. What is left out of the share differs by place in the list alone: no kind of
case is tried in the long run only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
LONG = bool(os.environ.get("LONG"))


def share(items: Iterable[T], of: int) -> list[T]:
    """Every `of`-th, beginning with the first."""
    return list(items)[:: 1 if LONG else of]


def in_turn(items: Sequence[T], turn: int) -> list[T]:
    """One of them, the next with each turn: of a matrix whose other side is walked whole."""
    return list(items) if LONG or not items else [items[turn % len(items)]]


def at_most(items: Sequence[T], most: int) -> list[T]:
    """So many of them at most, spread over all: of what grows from month to month, as labelled mails do."""
    return list(items) if LONG or len(items) <= most else [items[n * len(items) // most] for n in range(most)]


def times(few: int, many: int) -> int:
    """How often: `many` in the long run."""
    return many if LONG else few
