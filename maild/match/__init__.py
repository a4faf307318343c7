"""Matching: a query and candidates handed in → scores with reasons → Matched | Ambiguous | Unmatched."""

from maild.match.numbers import NumberFinder
from maild.match.score import judge, weigh
from maild.match.weights import Weights, load_weights

__all__ = ["NumberFinder", "Weights", "judge", "load_weights", "weigh"]
