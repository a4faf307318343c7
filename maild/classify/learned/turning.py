"""What turns a library's news, clause by clause, to a model that learned it from mails in pairs (rules/news/README.md).

A colleague lets 'the scan is attached' go, and reads 'the scan is attached, pages 3 and 4 are missing' first: in a long
mail one clause is lost among many, so each is asked by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from maild.domain.text import normalise
from maild.resources import data_folder

if TYPE_CHECKING:
    from maild.linear.weights import Weights

TURNS = "turns"  # the only kind that the model knows
LEAST, LONGEST, MOST = 2, 400, 60  # characters of a clause, clauses of a mail
# A label stays with its value, which `match.pieces.CLAUSE` parts, and a number whole.
_ENDS = re.compile(r"[。;?!；？！\n]|(?<=[.!?;])\s|[,，、](?!\d)")
_EDGES = " \t,，。.;；:：-–—"


@dataclass(frozen=True, kw_only=True)
class Turning:
    """The weights of what turns news."""

    weights: Weights

    def likeliest(
        self, subject: str, text: str, is_news: Callable[[str], bool] = lambda clause: False
    ) -> tuple[str, float]:
        """The clause of a mail that most probably turns its news, and how probable that is; ('', 0.0) of an empty one.

        subject, text: without quoted history, titles masked, as `News.told` takes them
        is_news: whether a clause is what tells the news: 'not on the shelf' turns a supply, and is a refusal
        """
        said = ((each, self.weights.sure(each)[TURNS]) for each in pieces(subject, text))
        likeliest = sorted(said, key=lambda each: -each[1])
        return next((each for each in likeliest if not is_news(each[0])), ("", 0.0))


def pieces(subject: str, text: str) -> tuple[str, ...]:
    """The first `MOST` clauses of a mail, each once, in their order; a longer one than `LONGEST` in pieces of that."""
    said = (each.strip(_EDGES) for each in _ENDS.split(normalise(f"{subject}\n{text}")))
    found = (each[at : at + LONGEST] for each in said for at in range(0, len(each), LONGEST))
    return tuple(dict.fromkeys(each for each in found if len(each) >= LEAST))[:MOST]


@cache
def shipped() -> Turning:
    """The weights that ship with maild. Raises ConfigError where the file is missing or broken."""
    from maild.linear.weights import load

    return Turning(weights=load(data_folder("rules") / "news" / "turning.npz"))
