"""How much a mail reads like advertising: a linear model over character n-grams, as the second reader's.

It is one sign among others, speaks for the low heap at most, and ignores nothing. rules/advertising/README.md says how
its weights are made. Nothing is loaded before the first mail is asked about.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from maild.resources import data_folder

if TYPE_CHECKING:
    from maild.linear.weights import Weights

KIND = "advertising"


def likelihood(subject: str, text: str) -> float:
    """How probable it is that these words sell something, from 0 to 1; 0 where there are none.

    Raises ConfigError where the file of weights is missing or broken.
    """
    return shipped().opinion(subject, text).kinds[0][1] if text.strip() else 0.0


@cache
def shipped() -> Weights:
    """The weights that ship with maild."""
    from maild.linear.weights import load

    return load(data_folder("rules") / "advertising" / "weights.npz")
