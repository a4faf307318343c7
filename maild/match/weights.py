"""The weights of evidence and the thresholds: data, read from rules/matching.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from maild.domain.errors import RuleError
from maild.domain.incoming.matching import Evidence, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Score points per signal; a candidate is sure at `threshold`, `margin` ahead of the next."""

    threshold: int
    margin: int
    points: Mapping[Signal, int]

    def evidence(self, signal: Signal, reason: str) -> Evidence:
        """The signal with its weight."""
        return Evidence(signal, self.points[signal], reason)


def load_weights(path: Path) -> Weights:
    """Read matching.toml. Raises RuleError on anything missing, unknown or not a whole number."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleError(f"{path}: {error}", remedy="restore the shipped matching.toml") from error
    table = data.get("weights", {})
    known = {signal.value for signal in Signal}
    wrong = sorted(set(table) - known) + [f"{name} (missing)" for name in sorted(known - set(table))]
    numbers = {**table, "threshold": data.get("threshold"), "margin": data.get("margin")}
    wrong += [f"{k}={v!r}" for k, v in numbers.items() if not isinstance(v, int) or isinstance(v, bool)]
    if wrong:
        raise RuleError(f"{path}: {', '.join(wrong)}", remedy="every signal needs one whole number; no others")
    points = {signal: table[signal.value] for signal in Signal}
    return Weights(threshold=data["threshold"], margin=data["margin"], points=points)
