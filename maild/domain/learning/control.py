"""How sure a reader has to be: thresholds from mails that it was not trained on, with the bound that they keep. Pure.

Conformal risk control by fixed sequence testing (Angelopoulos et al., Learn then Test, 2021): thresholds are tried
from the strictest down, each by the one-sided exact (Clopper-Pearson) bound on the share of wrong ones above it; the
last before the first that fails is taken. So the bound holds at its confidence though many thresholds were tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from math import exp, lgamma, log

from maild.domain import SAY

NEVER = 1.01  # no probability reaches it
STRICTEST, STEP = 98, 2  # per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What is asked of a class of acts: at most this share wrong, at this confidence. `why`: for people."""

    wrong: float
    confidence: float = 0.95
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """How sure a reader must be, and what that was found on.

    at     the least probability; NEVER where the mails do not prove the level
    wrong  of `mails` at or above it (where it is never: of the strictest that has enough, or of all)
    bound  at most this share is wrong, at `confidence`; level: what was asked
    """

    at: float
    wrong: int
    mails: int
    bound: float
    confidence: float
    level: float

    @property
    def armed(self) -> bool:
        return self.at <= 1.0

    def words(self) -> str:
        """The bound as it is printed."""
        held = f"≤ {100 * self.bound:.1f} % wrong at {100 * self.confidence:.0f} % confidence, n = {self.mails}"
        if self.armed:
            return SAY("sure_from", at=f"{self.at:.2f}", held=held, wrong=self.wrong)
        return SAY("never_sure", held=held, wrong=self.wrong, level=f"{100 * self.level:.1f}")


def threshold(said: Iterable[tuple[float, bool]], level: Level) -> Threshold:
    """The lowest threshold that keeps the level. said: how sure the reader was of a mail, and whether it was wrong."""
    ranked = sorted(said, key=lambda one: -one[0])
    least = fewest(level)
    tried = [_at(ranked, per_cent / 100, level) for per_cent in range(STRICTEST, -1, -STEP)]
    # Where to begin is told by how many mails lie above, not by which are wrong: the bound is none the worse for it.
    ladder = [one for one in tried if one.mails >= least] or tried[-1:]
    kept = list(takewhile(lambda one: one.bound <= level.wrong, ladder))
    return kept[-1] if kept else replace(ladder[0], at=NEVER)


def _at(ranked: Sequence[tuple[float, bool]], at: float, level: Level) -> Threshold:
    above = [wrong for sure, wrong in ranked if sure >= at]
    bound = upper_bound(sum(above), len(above), level.confidence)
    return Threshold(
        at=at, wrong=sum(above), mails=len(above), bound=bound, confidence=level.confidence, level=level.wrong
    )


@lru_cache
def fewest(level: Level) -> int:
    """How many mails without a wrong one prove the level."""
    return next(n for n in range(1, 1_000_000) if upper_bound(0, n, level.confidence) <= level.wrong)


def upper_bound(wrong: int, tried: int, confidence: float = 0.95) -> float:
    """The one-sided Clopper-Pearson bound: with `wrong` of `tried` seen, the true share is at most this."""
    return _bound(wrong, tried, 1 - confidence) if wrong < tried else 1.0  # also where nothing was tried


def lower_bound(wrong: int, tried: int, confidence: float = 0.95) -> float:
    """The true share is at least this; 0.0 where none is wrong."""
    return 1.0 - upper_bound(tried - wrong, tried, confidence) if wrong else 0.0


def _bound(wrong: int, tried: int, doubt: float) -> float:
    low, high = wrong / tried, 1.0
    for _ in range(50):  # halves an interval of 1 to below 1e-15
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, tried, middle) > doubt else (low, middle)
    return high


def _at_most(wrong: int, tried: int, rate: float) -> float:
    """How likely it is to see at most so many wrong ones at this rate (0 < rate < 1)."""
    if wrong > tried // 2:
        return 1.0 - _sum(range(wrong + 1, tried + 1), tried, rate)
    return _sum(range(wrong + 1), tried, rate)


def _sum(counts: Iterable[int], tried: int, rate: float) -> float:
    if not 0.0 < rate < 1.0:
        return float(rate <= 0.0)
    whole = lgamma(tried + 1)
    return sum(
        exp(whole - lgamma(k + 1) - lgamma(tried - k + 1) + k * log(rate) + (tried - k) * log(1 - rate)) for k in counts
    )
