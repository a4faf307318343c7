"""Evidence weighed: a few named signs of a mail, each with a weight, make how sure it is that the mail asks one thing.

The readers look at words; this looks at what stands around them: whether the mail asks, whether it names a request of
the writer's and how that stands, what both readers find, and which signs of danger are there. A logistic regression
whose weights lie in rules/second/standing.toml, so that a decision can say what spoke for it (decision 0108).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Annotated

from maild.domain.learning.control import NEVER, Threshold
from maild.tables.table import Key, Needed, Table

WISH = "wish."  # begins the level of what the second reader alone finds wished: 'wish.cancel_request'
STANDING = "standing"  # how the writer's requests stand: the level, and the file's name
SHOWN = 4  # signs that staff are told of

Evidence = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """beside: the version of the second reader's weights with which the thresholds were proven.

    wishes  by kind, and 'consent': how probable the second reader must find a wish, where nothing speaks against it
    """

    beside: str = ""
    bias: Annotated[float, Needed] = 0.0
    weights: Annotated[Mapping[str, float], Needed] = field(default_factory=lambda: MappingProxyType({}))
    threshold: Threshold | None = None
    wishes: Annotated[Mapping[str, Threshold], Key("wish")] = field(default_factory=lambda: MappingProxyType({}))

    def at_wish(self, wish: str, version: str) -> float:
        """How probable these weights of the second reader must find a wish that no rule read; NEVER beside others."""
        found = self.wishes.get(wish)
        return found.at if found is not None and version == self.beside else NEVER

    def at(self, version: str) -> float:
        """How sure it has to be beside these weights of the second reader; NEVER beside others than were proven."""
        return self.threshold.at if self.threshold is not None and version == self.beside else NEVER

    def sure(self, evidence: Evidence) -> float:
        """How probable it is that the mail asks it; 0.0 to 1.0. What has no weight counts nothing."""
        score = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in evidence.items())
        return 1.0 / (1.0 + math.exp(-max(min(score, 40.0), -40.0)))

    def words(self, evidence: Evidence) -> str:
        """The signs that spoke most for it, for staff."""
        spoke = {name: self.weights.get(name, 0.0) * value for name, value in evidence.items()}
        return ", ".join(sorted((name for name in spoke if spoke[name] > 0), key=lambda name: -spoke[name])[:SHOWN])


WEIGHING: Table[Weighing] = Table("second/standing.toml", Weighing)


def load_weighing(rules_folder: str = "") -> Weighing:
    """The office's file, else the shipped one. Raises RuleError naming file, line and key."""
    return WEIGHING.load(rules_folder)


@cache
def shipped() -> Weighing:
    """As shipped."""
    return load_weighing()
