"""What was learned from the office's own history, and which of it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from maild.domain.learning.control import Threshold, lower_bound

SHIPPED = ""  # the version of the weights that ship with maild
SHIPPED_NAME = "shipped"  # as it is listed and typed


class Use(StrEnum):
    """What was decided about the second reader."""

    ADOPTED = "adopted"  # these weights speak from now on
    SILENCED = "silenced"  # nobody listens, whatever they say
    ARMED = "armed"  # and again


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """One such decision. `actor` is 'maild' where drift silenced it; only a person adopts and arms."""

    id: int = 0
    at: datetime
    actor: str
    what: Use
    version: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights that were learned here. report: the back-test, as rows for people and programs."""

    version: str
    made: datetime
    actor: str
    report: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """Which weights speak, since when, by whose decision; `silent`: why nobody listens, '' where somebody does."""

    version: str = SHIPPED
    since: datetime | None = None
    actor: str = ""
    silent: str = ""


def in_force(last: Used | None) -> InForce:
    """What follows from the last decision."""
    if last is None:
        return InForce()
    silent = (last.note or "silenced") if last.what is Use.SILENCED else ""
    return InForce(version=last.version, since=last.at, actor=last.actor, silent=silent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How its agreement fared where something was done on it: mails, and how many of them staff corrected."""

    mails: int = 0
    corrected: int = 0

    def drifted(self, promised: Threshold | None, confidence: float = 0.95) -> bool:
        """Whether more is wrong than was promised, beyond chance: the one-sided lower bound lies above the level."""
        level = promised.level if promised else 0.0
        return lower_bound(self.corrected, self.mails, confidence) > level
