"""The second reader: a linear model over character n-grams, independent of the rules.

`read` runs it from the shipped weights (rules/second/weights.npz; README.md there says how the file is made). Nothing
is loaded before the first mail of a patron is read; the same text gives the same opinion; nothing is learned here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from maild.linear.weights import Weights, load
from maild.resources import data_folder

if TYPE_CHECKING:
    from pathlib import Path

    from maild.domain.incoming.opinion import Opinion

THANKS = "thanks"  # the only kind that the model of clauses knows


def read(subject: str, text: str) -> Opinion:
    """The shipped model's opinion of a patron's new words. Raises ConfigError where its file is missing or broken."""
    return shipped().opinion(subject, text)


@cache
def shipped() -> Weights:
    """The weights that ship with maild."""
    return load(path())


def path() -> Path:
    """Where the shipped weights lie."""
    return data_folder("rules") / "second" / "weights.npz"


def thanks_in(clause: str) -> float:
    """How probable it is that a clause is nothing but thanks: a model of its own, of clauses instead of mails."""
    return of_clauses().opinion("", clause).probability(THANKS)


@cache
def of_clauses() -> Weights:
    """The weights of clauses that ship with maild. Raises ConfigError where their file is missing or broken."""
    return load(path().with_name("clauses.npz"))
