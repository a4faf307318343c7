"""The weights of evidence and the thresholds: data, read from rules/matching.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.domain.errors import RuleError
from maild.domain.incoming.matching import Evidence, Signal
from maild.tables import Source, office_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Score points per signal; a candidate is sure at `threshold`, `margin` ahead of the next.

    common    words, and pairs of characters, that are in so many titles and mails that they call no work
    ordinary  of titles of one subject: by one of them alone nobody calls a work
    """

    threshold: int
    margin: int
    points: Mapping[Signal, int]
    common: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()

    def evidence(self, signal: Signal, reason: str) -> Evidence:
        """The signal with its weight."""
        return Evidence(signal, self.points[signal], reason)


def load_weights(rules_folder: str = "") -> Weights:
    """The office's matching.toml over the shipped one. Raises RuleError on what is unknown or not a whole number."""
    return read_weights(office_table("matching.toml", rules_folder))


def read_weights(source: Source) -> Weights:
    """What a table says. Raises RuleError on anything missing, unknown or not a whole number."""
    points, known = source.data.get("weights", {}), {signal.value for signal in Signal}
    wrong = sorted(set(points) - known) + [f"{name} (missing)" for name in sorted(known - set(points))]
    numbers = {**points, "threshold": source.data.get("threshold"), "margin": source.data.get("margin")}
    wrong += [f"{k}={v!r}" for k, v in numbers.items() if not isinstance(v, int) or isinstance(v, bool)]
    if wrong:
        raise RuleError(f"{source.path}: {', '.join(wrong)}", remedy="every signal needs one whole number; no others")
    common, ordinary = _words(source, "common"), _words(source, "ordinary")
    weights = {signal: points[signal.value] for signal in Signal}
    return Weights(
        threshold=numbers["threshold"], margin=numbers["margin"], points=weights, common=common, ordinary=ordinary
    )


def _words(source: Source, key: str) -> frozenset[str]:
    words = source.data.get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise source.error(key, "must be a list of words", "restore the shipped matching.toml")
    return frozenset(words)
