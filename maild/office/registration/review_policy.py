"""How registrations are reviewed, as data: rules/registrations/review.toml and the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from types import MappingProxyType
from typing import Annotated
from zoneinfo import ZoneInfo

from maild.classify.rules.tabled import EachOrNone
from maild.domain.calendar import Calendar
from maild.domain.incoming.registering import Problem, ReviewTimes
from maild.domain.text import normalise
from maild.domain.wording.words import Word
from maild.tables import Source, office_table
from maild.tables.table import From, Limits, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A reason for a rejection: what is wrong, how to put it right, and how a provider may say it."""

    code: str
    text: Word
    fix: Word
    recognise: EachOrNone = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPolicy:
    """times: when a review is due and staff are told; reasons: by their code."""

    times: ReviewTimes = field(default_factory=ReviewTimes)
    reasons: Mapping[str, Why] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def usual(cls) -> ReviewPolicy:
        """The usual times, and no reasons."""
        return ReviewPolicy()

    def codes(self, reason: str) -> tuple[str, ...]:
        """The codes among the lines of a registration's reason."""
        return tuple(line for line in reason.splitlines() if line in self.reasons)

    def free(self, reason: str) -> str:
        """What a registration's reason says in somebody's own words."""
        return "\n".join(line for line in reason.splitlines() if line not in self.reasons)

    def recognised(self, text: str) -> tuple[str, ...]:
        """The codes of the reasons that a provider's words give."""
        folded = normalise(text)
        return tuple(why.code for why in self.reasons.values() if any(p.search(folded) for p in why.recognise))


def _code(code: str) -> str:
    if not code.isidentifier():
        raise ValueError("letters, digits and _ only")
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    code: Annotated[str, From(_code, str)]
    zh: str
    en: str
    zh_fix: str
    en_fix: str
    recognise: EachOrNone = ()

    def why(self) -> Why:
        text, fix = Word(self.zh, self.en), Word(self.zh_fix, self.en_fix)
        return Why(code=self.code, text=text, fix=fix, recognise=self.recognise)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Review:
    working_days: Annotated[int, Limits(1, 30)]
    until: Annotated[time, From(time.fromisoformat, str, wanted='an hour such as "17:00"')]
    remind_hours: Annotated[int, Limits(0, 23)]
    escalate_days: Annotated[int, Limits(1, 30)]
    reason: tuple[_Reason, ...] = ()


REVIEW: Table[_Review] = Table("registrations/review.toml", _Review, "see the shipped rules/registrations/review.toml")


def load_review(rules_folder: str, calendar: Calendar, timezone: str) -> ReviewPolicy:
    """The office's own file, else the shipped one. Raises RuleError naming file, line and key."""
    return read_review(office_table(REVIEW.name, rules_folder), calendar, timezone)


def read_review(source: Source, calendar: Calendar, timezone: str) -> ReviewPolicy:
    """One file. Raises RuleError naming file, line and key."""
    said = REVIEW.read(source)
    if said.remind_hours > said.until.hour:
        raise source.error("remind_hours", f"must be a whole number from 0 to {said.until.hour}", REVIEW.help)
    times = ReviewTimes(
        calendar=calendar,
        zone=ZoneInfo(timezone),
        until=said.until,
        days=said.working_days,
        remind=timedelta(hours=said.remind_hours),
        escalate=said.escalate_days,
    )
    reasons: dict[str, Why] = {}
    for n, each in enumerate(said.reason):
        if each.code in reasons:
            raise source.error(f"reason[{n}].code", f"{each.code!r} is there twice", REVIEW.help)
        reasons[each.code] = each.why()
    if missing := sorted(set(Problem) - set(reasons)):
        reason = f"the reason {missing[0].value!r} is missing: maild finds such applications"
        raise source.error("reason", reason, REVIEW.help)
    return ReviewPolicy(times=times, reasons=MappingProxyType(reasons))
