"""The weights of evidence and the thresholds: data, read from rules/matching.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from maild.domain.incoming.matching import Evidence, Signal
from maild.tables.table import Every, Key, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Score points per signal; a candidate is sure at `threshold`, `margin` ahead of the next.

    common    words, and pairs of characters, that are in so many titles and mails that they call no work
    ordinary  of titles of one subject: by one of them alone nobody calls a work
    """

    threshold: int
    margin: int
    points: Annotated[Mapping[Signal, int], Key("weights"), Every]
    common: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()

    def evidence(self, signal: Signal, reason: str) -> Evidence:
        """The signal with its weight."""
        return Evidence(signal, self.points[signal], reason)


WEIGHTS: Table[Weights] = Table("matching.toml", Weights, "every signal needs one whole number; no others")


def load_weights(rules_folder: str = "") -> Weights:
    """The office's matching.toml over the shipped one. Raises RuleError naming file, line and key."""
    return WEIGHTS.load(rules_folder)
