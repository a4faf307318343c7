"""Whether a mail looks like those that colleagues let go: a second model, of mails that a person has to read first.

Its weights (rules/second/person.npz) are made like the second reader's, of labels that say what a careful colleague
would do. It settles nothing: where it finds no need for a person, the second reader's agreement with a rule counts from
a lower probability, which was proven on such mails with just these weights of both (decision 0105).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from maild.classify.learned.agreement import CALM
from maild.classify.learned.second import path
from maild.domain.learning.control import NEVER
from maild.linear.weights import Weights, load

PERSON = "person"  # the only kind that the model knows
FILE = "person.npz"
MOST = 0.3  # how probable that need may be: 280 of 500 mails that are let go lie below, 60 of 335 that are held
LEAST = 0.3  # a kind that is less probable is none that is found, whatever the proof would let go


@dataclass(frozen=True, slots=True, kw_only=True)
class Letting:
    """weights  of PERSON; their `about` says `beside` which weights of the second reader its threshold was proven"""

    weights: Weights

    def need(self, subject: str, text: str) -> float:
        """How probable it is that a person has to read a mail first, whose quoted history and signature are cut."""
        return self.weights.opinion(subject, text).probability(PERSON)

    def agrees(self, version: str) -> float:
        """How probable the second reader of that version must find the likeliest kind, which a rule read, if nobody is
        needed; NEVER beside other weights than those of the proof.
        """
        return max(self.weights.at(CALM), LEAST) if self.weights.about.get("beside") == version else NEVER


@cache
def shipped() -> Letting:
    """The weights that ship with maild. Raises ConfigError where their file is missing or broken."""
    return Letting(weights=load(path().with_name(FILE)))
