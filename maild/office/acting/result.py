"""What an act of staff did, as each door tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ActResult:
    """What an act did: a sentence, the transactions it touched, the notices it wrote, what else programs may ask."""

    done: str
    transactions: tuple[str, ...] = ()
    outbox: tuple[int, ...] = ()
    data: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart(ActResult):
    """What an act did that touches no request and writes no notice: a command speaks of none."""


class One(Protocol):
    """What became of one of several: `done` says what was done; '' where it was not, then `refused` says why."""

    @property
    def number(self) -> int:
        """Of the row."""

    @property
    def noun(self) -> str:
        """What it is: 'item', 'notice'."""

    @property
    def done(self) -> str: ...
    @property
    def refused(self) -> str: ...
    @property
    def remedy(self) -> str: ...
    @property
    def outbox(self) -> tuple[int, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """What became of each, and what names the act as a whole for its undoing; '' where nothing was done."""

    each: Sequence[One]
    key: str = ""
