"""What telling goes by: the risk of each act, signs of danger, the words of each matter, the second reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from maild.classify.learned import letting as persons
from maild.classify.learned.agreement import ALONE
from maild.classify.learned.letting import Letting
from maild.classify.learned.second import thanks_in
from maild.classify.learned.weighing import Weighing, load_weighing
from maild.classify.rules.tabled import AnyOf
from maild.classify.vocabulary.patterns import Pattern
from maild.domain.incoming.matter import Risk
from maild.domain.incoming.opinion import Opinion
from maild.domain.incoming.ruling import Kind
from maild.domain.learning.control import NEVER
from maild.office.answers.danger import Danger, load_danger
from maild.office.answers.risk import Risks, load_risks
from maild.office.answers.second_reader import SecondReader
from maild.tables import office_table
from maild.tables.table import read_as

TOPICS = Path("words") / "topics.toml"
GUESSES = frozenset({"97-patron-topic"})  # rules that go by single words


class Second(Protocol):
    """A second reader, independent of the rules: it agrees, or it holds a mail back (second_voice)."""

    def __call__(self, subject: str, text: str) -> Opinion | None: ...

    def at(self, risk: str) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """words: by kind, what speaks of it. second: None where there is none, and then nothing loose is told.

    guess   how likely the second reader has to find a kind that the rules only guess; named_guess: the same of how a
            request stands that the mail names
    doubts  how likely it has to find another kind for a person to look at the mail
    thanks  how likely it is that a clause is nothing but thanks; None: nobody can say
    grateful  how likely that has to be of each clause that no rule understands, for a mail of thanks to be over
    surely  the same of a clause that has words of asking
    barely  the same of each clause, where the second reader is sure of the whole
    loosely, hardly  the same, where nobody seems to be needed either; hardly: and nothing of the writer's is under way
    beside  how unlikely the second reader has to find all else in the mail
    letting  tells whether a person has to read a mail first; None: nobody can say
    calm    how unlikely that has to be for a mail to look like those that colleagues let go
    standing  weighs whether a mail asks how the writer's requests stand; None: nobody can say
    """

    risks: Risks = field(default_factory=Risks)
    danger: Danger = field(default_factory=Danger)
    words: Mapping[Kind, Pattern] = field(default_factory=lambda: MappingProxyType({}))
    second: Second | None = None
    guess: float = 0.8
    named_guess: float = 0.65
    doubts: float = 0.5
    thanks: Callable[[str], float] | None = None
    grateful: float = 0.6
    surely: float = 0.85
    barely: float = 0.5
    loosely: float = 0.08
    hardly: float = 0.05
    letting: Callable[[], Letting] | None = None
    calm: float = persons.MOST
    beside: float = 0.35
    standing: Weighing | None = None

    @classmethod
    def usual(cls) -> Telling:
        """As shipped."""
        return shipped()

    @property
    def agrees(self) -> float:
        """How likely the second reader has to find a kind that a rule read: from mails it was not trained on."""
        return self.second.at(Risk.FACTS) if self.second is not None else NEVER

    @property
    def alone(self) -> float:
        """How likely it has to find one that no rule read: shipped, no probability is enough."""
        return self.second.at(ALONE) if self.second is not None else NEVER


def load_telling(rules_folder: str = "", second: Second | None = None) -> Telling:
    """What is in force: the office's files, else the shipped ones. Raises RuleError naming file, line and key."""
    source = office_table(TOPICS, rules_folder)
    kinds = {name: patterns for name, patterns in source.data.items() if name in set(Kind)}
    return Telling(
        risks=load_risks(rules_folder),
        danger=load_danger(rules_folder),
        words=read_as(Mapping[Kind, AnyOf], replace(source, data=kinds)),
        second=second,
        thanks=thanks_in if second is not None else None,
        letting=persons.shipped if second is not None else None,
        standing=load_weighing(rules_folder) if second is not None else None,
    )


@cache
def shipped() -> Telling:
    """As shipped."""
    return load_telling(second=SecondReader())
