"""rules/second/levels.toml: what is asked of the second reader, by class of acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from maild.domain.learning.control import Level
from maild.tables.table import From, Table


def _wrong(share: float) -> float:
    if not 0.0 < share < 0.5:
        raise ValueError(f"{share!r} is no share between 0 and 0.5")
    return share


def _confidence(share: float) -> float:
    if not 0.5 < share < 1.0:
        raise ValueError(f"{share!r} is no confidence between 0.5 and 1")
    return share


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    wrong: Annotated[float, From(_wrong, float)]
    confidence: Annotated[float, From(_confidence, float)]
    why: str = ""


LEVELS: Table[Mapping[str, _Row]] = Table("second/levels.toml", Mapping[str, _Row])


def load_levels(rules_folder: str = "") -> Mapping[str, Level]:
    """The office's file over the shipped one. Raises RuleError naming file, line and key."""
    rows = LEVELS.load(rules_folder)
    return MappingProxyType({n: Level(wrong=r.wrong, confidence=r.confidence, why=r.why) for n, r in rows.items()})
