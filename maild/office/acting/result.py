"""What an act of staff did, as each door tells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ActResult:
    """What an act did: a sentence, the transactions it touched, the notices it wrote."""

    done: str
    transactions: tuple[str, ...] = ()
    outbox: tuple[int, ...] = ()
