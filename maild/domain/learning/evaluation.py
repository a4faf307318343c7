"""How much of the mail is settled as a careful colleague would settle it, and how sure that figure is. Pure.

A mail is settled where nobody has to look at it any more, told in part where a question of it was really answered (or a
step done) and the rest waits, held where a person sees it first; that its arrival was acknowledged answers nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from maild.domain.learning.control import upper_bound

# Kinds of labels that no kind of mail has a name for: a field says it, or the day on which a loan is due. A copy
# that is delivered is supplied.
# How our letters are let through, and how what a mail would order is requested, are topics of patron_other.
ALSO = MappingProxyType(
    {
        "renewed": "provider_other",
        "recalled": "loan_due",
        "shipped": "delivered",
        "whitelist_question": "patron_other",
        "new_request": "patron_other",
    }
)
# A label that says nothing but that it is asked how something is done: the guide answers it, whichever kind it is of.
HOW_TO = "how_to"
GUIDE = frozenset(
    {"fee_question", "registration_question", "permission_problem", "pickup_question", "deposit", "patron_other"}
)


class Colleague(StrEnum):
    """What a careful colleague would let a program do with the mail unread."""

    SETTLE = "settle"
    PART = "part"
    HOLD = "hold"


class Fate(StrEnum):
    """What became of a mail."""

    SETTLED = "settled"
    TOLD = "told"  # in part: an answer or a step, and the rest waits
    HELD = "held"


class Wrong(StrEnum):
    """What is wrong with what was done unread. '' : nothing."""

    NOTHING = ""
    ACT = "act"  # something moved, was booked or passed on that should not have been
    ANSWER = "answer"  # only words went out, and they were not what was asked for, or left a wish unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What is right for one mail. kinds: all that its new text carries, the most important first; about: requests."""

    id: str
    kinds: tuple[str, ...]
    colleague: Colleague
    about: tuple[str, ...] = ()
    writer: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was made of it.

    read   kinds that were read; told: kinds that were settled or answered; numbers: requests that were told of
    moved  requests that moved, or for which something was booked or asked
    """

    fate: Fate
    read: tuple[str, ...]
    told: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One mail held against its label. `beyond`: answered in part where a colleague would have read it first."""

    label: Label
    done: Done
    wrong: Wrong = Wrong.NOTHING
    beyond: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Counts of one class of mails. `wanted`: a colleague would let it, or a part of it, go unread."""

    mails: int
    settled: int
    told: int
    held: int
    wanted: int
    wanted_done: int
    wrong_acts: int
    wrong_answers: int
    beyond: int

    @property
    def acted(self) -> int:
        """Mails for which something was done or said unread: what a bound on wrong ones is about."""
        return self.settled + self.told

    def bound(self, wrong: int) -> float:
        """At most this share is wrong, at CONFIDENCE; 1.0 where nothing was done."""
        return upper_bound(wrong, self.acted)


def grade(label: Label, done: Done) -> Grade:
    """Hold what was done against what is right."""
    wrong, why = _wrong(label, done)
    beyond = done.fate is Fate.TOLD and label.colleague is Colleague.HOLD
    return Grade(label=label, done=done, wrong=wrong, why=why, beyond=beyond)


def _wrong(label: Label, done: Done) -> tuple[Wrong, str]:
    if done.fate is Fate.HELD:
        return Wrong.NOTHING, ""
    act = Wrong.ACT if done.moved else Wrong.ANSWER
    if strange := sorted(set(done.moved) - set(label.about)) if label.about else []:
        return Wrong.ACT, f"moved {', '.join(strange)}"
    if done.fate is Fate.SETTLED and label.colleague is not Colleague.SETTLE:
        return act, f"settled where a colleague says {label.colleague}"
    if done.told and set(done.told).isdisjoint(_meant(label)):
        return act, f"took it for {', '.join(done.told)}, not {', '.join(label.kinds)}"
    if label.about and done.numbers and set(label.about).isdisjoint(done.numbers):
        return act, f"told of {', '.join(done.numbers[:5])}, not {', '.join(label.about)}"
    return Wrong.NOTHING, ""


def _meant(label: Label) -> set[str]:
    """The kinds by which its mail may be answered."""
    guide = GUIDE if set(label.kinds) == {HOW_TO} else ()
    return {*label.kinds, *(ALSO[kind] for kind in label.kinds if kind in ALSO), *guide}


def share(grades: Iterable[Grade]) -> Share:
    """The counts of these mails."""
    grades = tuple(grades)
    fates = Counter(g.done.fate for g in grades)
    wanted = [g for g in grades if g.label.colleague is not Colleague.HOLD]
    return Share(
        mails=len(grades),
        settled=fates[Fate.SETTLED],
        told=fates[Fate.TOLD],
        held=fates[Fate.HELD],
        wanted=len(wanted),
        wanted_done=sum(g.done.fate is not Fate.HELD for g in wanted),
        wrong_acts=sum(g.wrong is Wrong.ACT for g in grades),
        wrong_answers=sum(g.wrong is Wrong.ANSWER for g in grades),
        beyond=sum(g.beyond for g in grades),
    )


def by_kind(grades: Sequence[Grade]) -> Mapping[str, Share]:
    """The counts by the most important kind, the most frequent first."""
    kinds = Counter(g.label.kinds[0] for g in grades)
    return MappingProxyType({k: share(g for g in grades if g.label.kinds[0] == k) for k, _ in kinds.most_common()})


def by_class(grades: Sequence[Grade]) -> Mapping[str, Share]:
    """The counts by what a colleague would do."""
    return MappingProxyType({str(c): share(g for g in grades if g.label.colleague is c) for c in Colleague})
