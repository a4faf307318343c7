"""How long to wait before trying again: exponential, capped, with jitter so that clients do not march in step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """`base` seconds after the first failure, times `factor` after each further one, `cap` at most.

    `jitter` is the share of a delay that chance may take away: 0.5 leaves between half and all of it.
    """

    base: float = 0.5
    factor: float = 2.0
    cap: float = 60.0
    jitter: float = 0.5

    def delay(self, failures: int, chance: float = 0.0) -> float:
        """Seconds to wait after `failures` failures in a row; `chance` in [0, 1) is the caller's random number."""
        if failures <= 0:
            return 0.0
        exponent = min(failures - 1, 64)  # beyond that a float has long passed any cap
        return min(self.cap, self.base * self.factor**exponent) * (1.0 - self.jitter * chance)
