"""Figures of the past: what is counted, over which days, and how long things took. Days are the office's.

A day, a month begins at the office's midnight; spans are cut where its clock is put forward or back, so that within
one every day begins at the same offset from UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from maild.domain.incoming.decision import Cause

DAY = timedelta(days=1)
ALL = "*"  # in place of a provider, a cause: all of them together


class Measure(StrEnum):
    """What is counted. Each says what its key means, and its second key."""

    MAILS = "mails"  # mails stored on a day; key: Outcome
    DECIDED = "decided"  # a month's mails that needed no person: arrival to decision
    HANDLED = "handled"  # a month's queue items that staff handled: creation to that; key: Cause, or ALL
    DELIVERED = "delivered"  # a month's deliveries: request submitted to that; key: provider, or ALL
    YEAR = "delivered in a year"  # the same over the last 365 days, under the day it was counted on
    SUPPLY = "supply"  # a month's requests; key: provider; second: Supplied
    HEARD = "heard"  # what was heard of addresses on a day; key: domain; second: reach.Heard
    NOTICES = "notices"  # a month's mails of ours that left; key: NoticeKind
    CLAIMED = "claimed"  # a month's payments claimed; second: currency
    CONFIRMED = "confirmed"  # a month's money confirmed, reversals taken off; key: channel; second: currency
    RULES = "rules"  # mails stored on a day; key: the rule that took them, '' for none; second: Fate
    REVIEWS = "reviews"  # a month's registrations decided: submitted to that; key: InTime, or ALL


# Counted by day, which cuts months where the office's clock does, and kept by month: nobody looks at days of them, and
# years of days of forty kinds of notices would have to be read for a plot. Older figures may still be those of days.
MONTHLY = frozenset({Measure.NOTICES, Measure.CLAIMED, Measure.CONFIRMED})


# Kept by day for as long as anybody looks at days or weeks of it, then by month: figures of ten years stay small.
FOLDED = frozenset({Measure.MAILS, Measure.HEARD})


class Outcome(StrEnum):
    """What became of a mail."""

    AUTOMATIC = "automatic"  # settled without a person
    STAFF = "staff"  # a person handled it
    REVIEW = "review"  # it waits for one
    IGNORED = "ignored"  # with a reason
    UNDER_WAY = "under_way"


class Fate(StrEnum):
    """What became of what a rule said of a mail. The last three: staff corrected it."""

    HELD = "held"  # it was acted on, or put aside, without a person; or staff handled the mail as proposed
    WAITING = "waiting"  # a person has to look
    DISMISSED = "dismissed"  # staff found that nothing was to be done
    ELSEWHERE = "elsewhere"  # staff assigned it to a request that was not among those proposed
    UNDONE = "undone"  # staff took back what handling it had done


CORRECTED = (Fate.DISMISSED, Fate.ELSEWHERE, Fate.UNDONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWeek:
    """Mails of a rule and fate in the week from `monday`. recent: those since each of the days asked for."""

    rule: str
    fate: Fate
    monday: date
    count: int
    recent: tuple[int, ...] = ()
    last: date


class Supplied(StrEnum):
    """What became of a request, for the fill rate."""

    FILLED = "filled"
    UNFILLED = "unfilled"
    CANCELLED = "cancelled"
    OPEN = "open"


class InTime(StrEnum):
    """Whether a registration was decided within its limit of one working day."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # no limit was recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of a day or month (`day` is its first). value: a sum of cents; median, high (p90): seconds."""

    day: date
    key: str = ""
    second: str = ""
    count: int = 0
    value: int = 0
    median: int | None = None
    high: int | None = None


Counted = Mapping[Measure, Sequence[Figure]]


class Grain(StrEnum):
    """How finely time is told."""

    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeCount:
    """Open queue items of a cause whose age lies in the bucket (0 is the youngest)."""

    cause: Cause
    bucket: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Moments in [start, end), all at the same offset (seconds east of UTC)."""

    start: datetime
    end: datetime
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """`first` is the day that names it."""

    first: date
    start: datetime
    end: datetime


def midnight(day: date, zone: tzinfo) -> datetime:
    """When the day begins there."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return first_of_month(day.replace(day=28) + 4 * DAY)


def monday(day: date) -> date:
    """The first day of its week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def begins(day: date, grain: Grain) -> date:
    """The first day of the week or month in which the day lies."""
    return monday(day) if grain is Grain.WEEK else day.replace(day=1) if grain is Grain.MONTH else day


def days(since: date, until: date, grain: Grain) -> tuple[date, ...]:
    """The first days of all weeks or months that have a day in [since, until)."""
    found, day = [], begins(since, grain)
    while day < until:
        found.append(day)
        day = next_month(day) if grain is Grain.MONTH else day + timedelta(days=7 if grain is Grain.WEEK else 1)
    return tuple(found)


def spans(since: date, until: date, zone: tzinfo) -> tuple[Span, ...]:
    """The days from `since` to before `until`, in as few spans as the zone's offsets allow."""
    return tuple(_spans(since, until, zone))


def _spans(since: date, until: date, zone: tzinfo) -> Iterator[Span]:
    start, day = midnight(since, zone), since
    while day < until:
        morning, evening = midnight(day, zone), midnight(day + DAY, zone)
        if _offset(morning, zone) != _offset(evening, zone):
            change = _change(morning, evening, zone)
            yield Span(start=start, end=change, offset=_offset(morning, zone))
            start = change
        day += DAY
    end = midnight(until, zone)
    if start < end:
        yield Span(start=start, end=end, offset=_offset(start, zone))


def _offset(moment: datetime, zone: tzinfo) -> int:
    return int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds())


def _change(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The first second between the two that has the offset of `high`."""
    before = _offset(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def months(since: date, until: date, zone: tzinfo) -> tuple[Month, ...]:
    """The whole months from that of `since` to that before `until` lies in or ends."""
    found, first = [], first_of_month(since)
    while first < until:
        after = next_month(first)
        found.append(Month(first=first, start=midnight(first, zone), end=midnight(after, zone)))
        first = after
    return tuple(found)
