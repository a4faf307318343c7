"""What a library's or supplier's mail tells, to models that learned it, independent of the rules: rules/news/README.md.

Nothing is loaded before they are asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from maild.resources import data_folder

if TYPE_CHECKING:
    from maild.linear.weights import Weights

PERSON = "person"  # the only kind of the second model: a careful colleague would read it first
# As labels and, but for the last, `Kind` call them.
KINDS = (
    "shipped",
    "unfilled",
    "fee_quoted",
    "request_accepted",
    "request_forwarded",
    "cancelled",
    "loan_due",
    "loan_overdue",
    "loan_returned",
    "recalled",
)
# What a clause tells (clauses.py); the last two move nothing: a field says them.
CLAUSE_KINDS = (*KINDS, "renewed", "renewal_refused")
# A book that is wanted back is called by either of these.
BACK = ("loan_due", "loan_overdue", "recalled")
WITH_FILE = " ¤file"  # stands behind the text where a document came with the mail


@dataclass(frozen=True, kw_only=True)
class News:
    """kinds: the weights of what is told; persons: of what a person has to read first."""

    kinds: Weights
    persons: Weights

    def told(self, subject: str, text: str, kind: str) -> float:
        """How probable it is that the mail tells that. subject, text: without quoted history, titles masked; with
        WITH_FILE for a file.
        """
        found = self.kinds.opinion(subject, text)
        return max(found.probability(each) for each in (BACK if kind in BACK else (kind,)))

    def need(self, subject: str, text: str) -> float:
        """How probable it is that a person has to read the mail first."""
        return self.persons.opinion(subject, text).probability(PERSON)


@cache
def shipped() -> News:
    """The weights that ship with maild. Raises ConfigError where a file is missing or broken."""
    from maild.linear.weights import load

    folder = data_folder("rules") / "news"
    return News(kinds=load(folder / "weights.npz"), persons=load(folder / "person.npz"))
