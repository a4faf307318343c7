"""A mail is a set of matters: what is wished or told, about what, resting on which words, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind


class Risk(StrEnum):
    """What an act can cost where it is wrong; the mildest first. rules/risk.toml says which act is of which."""

    NOTHING = "nothing"  # nothing is done: thanks, news that is repeated
    FACTS = "facts"  # the proven writer is told the writer's own facts, or what the office tells everybody
    REVERSIBLE = "reversible"  # mends something, and can be taken back
    GRAVE = "grave"  # cannot be taken back, is about money, or discloses


class Outcome(StrEnum):
    SETTLED = "settled"  # nobody has to look at it any more
    TOLD = "told"  # answered, and the mail's other matters wait
    HELD = "held"
    NOTHING = "nothing"  # nothing is to be done


class Source(StrEnum):
    """Where the reading of a matter comes from."""

    RULES = "rules"
    LEARNED = "learned"
    BOTH = "both"
    RECEIPT = "receipt"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One matter.

    about       numbers of the requests it is about, or was told of
    words       the clauses it rests on, as they were written (of what was not understood: those left over)
    confidence  that it is this kind, 0 to 1
    cause       why a person looks at it, '' where nobody has to
    moved       numbers of the requests that moved, or for which something was booked, asked or passed on
    """

    kind: Kind
    outcome: Outcome
    risk: Risk
    about: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    confidence: float = 1.0
    source: Source = Source.RULES
    cause: str = ""
    notices: tuple[NoticeKind, ...] = ()
    moved: tuple[str, ...] = ()
