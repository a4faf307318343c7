"""How registrations are reviewed, as data: rules/registrations/review.toml and the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from maild.classify.rules.patterns import BadPattern, Pattern, compile_pattern
from maild.domain.calendar import Calendar
from maild.domain.requests.registering import Problem, ReviewTimes
from maild.domain.text import normalise
from maild.domain.wording.words import Word
from maild.tables import Source, office_table

FILE = Path("registrations") / "review.toml"
_KEYS = {"working_days", "until", "remind_hours", "escalate_days", "reason"}
_REASON = {"code", "zh", "en", "zh_fix", "en_fix", "recognise"}
_HELP = "see the shipped rules/registrations/review.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A reason for a rejection: what is wrong, how to put it right, and how a provider may say it."""

    code: str
    text: Word
    fix: Word
    recognise: tuple[Pattern, ...] = ()


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


def load_review(rules_folder: str, calendar: Calendar, timezone: str) -> ReviewPolicy:
    """The office's own file, else the shipped one. Raises RuleError with file and line for what is wrong."""
    return read_review(office_table(FILE, rules_folder), calendar, timezone)


def read_review(source: Source, calendar: Calendar, timezone: str) -> ReviewPolicy:
    """One file. Raises RuleError with file and key."""
    unknown = sorted(set(source.data) - _KEYS)
    if unknown:
        raise source.error(unknown[0], f"is not known; known: {', '.join(sorted(_KEYS))}", _HELP)
    until = _until(source)
    times = ReviewTimes(
        calendar=calendar,
        zone=ZoneInfo(timezone),
        until=until,
        days=_number(source, "working_days", 1, 30),
        remind=timedelta(hours=_number(source, "remind_hours", 0, until.hour)),
        escalate=_number(source, "escalate_days", 1, 30),
    )
    reasons: dict[str, Why] = {}
    tables = source.data.get("reason", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise source.error("reason", "write each as [[reason]]", _HELP)
    for n, table in enumerate(tables):
        why = _why(source, n, table)
        if why.code in reasons:
            raise source.error(f"reason[{n}].code", f"{why.code!r} is there twice", _HELP)
        reasons[why.code] = why
    missing = sorted(set(Problem) - set(reasons))
    if missing:
        raise source.error(
            "reason", f"the reason {missing[0].value!r} is missing: maild finds such applications", _HELP
        )
    return ReviewPolicy(times=times, reasons=MappingProxyType(reasons))


def _number(source: Source, name: str, least: int, most: int) -> int:
    value = source.data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise source.error(name, f"a whole number from {least} to {most} is needed", _HELP)
    return value


def _until(source: Source) -> time:
    value = source.data.get("until")
    try:
        return time.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise source.error("until", 'an hour such as "17:00" is needed', _HELP) from error


def _why(source: Source, n: int, table: Mapping[str, Any]) -> Why:
    where = f"reason[{n}]"
    for name in table:
        if name not in _REASON:
            raise source.error(f"{where}.{name}", f"is not known; known: {', '.join(sorted(_REASON))}", _HELP)
    for name in sorted(_REASON - {"recognise"}):
        if not isinstance(table.get(name), str) or not table[name].strip():
            raise source.error(f"{where}.{name}", "a sentence is needed", _HELP)
    code = table["code"]
    if not code.isidentifier():
        raise source.error(f"{where}.code", "letters, digits and _ only", _HELP)
    try:
        patterns = tuple(compile_pattern(pattern) for pattern in table.get("recognise", []))
    except BadPattern as error:
        raise source.error(f"{where}.recognise", str(error), _HELP) from error
    return Why(
        code=code, text=Word(table["zh"], table["en"]), fix=Word(table["zh_fix"], table["en_fix"]), recognise=patterns
    )
