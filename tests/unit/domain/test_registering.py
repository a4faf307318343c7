"""The laws of registering: every transition, what is old news, when a review is due, what is wrong to the eye."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from maild.domain.calendar import Calendar
from maild.domain.incoming.registering import (
    REGISTRATION_TARGET,
    REGISTRATION_TRANSITIONS,
    Problem,
    RegistrationEvent,
    ReviewTimes,
    Stage,
    first_step_open,
    hear,
    problems,
)
from maild.domain.requests.lifecycle import Move, RegistrationState
from maild.domain.requests.patron import Registration, RegistrationStep
from maild.office.watch.calendars import load_calendar

S, E = RegistrationState, RegistrationEvent
ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 24, 12, tzinfo=ZONE)
HOUR = timedelta(hours=1)


def known(state: RegistrationState, *, rounds: int = 0) -> Registration:
    """Submitted at noon, decided an hour later."""
    decided = None if state is S.PENDING else NOON + HOUR
    return Registration(email="a@patron.example", state=state, submitted=NOON, decided=decided, round=rounds)


@pytest.mark.parametrize(("before", "event"), list(product([None, *S], E)))
def test_every_transition(before: RegistrationState | None, event: RegistrationEvent) -> None:
    """What the table has moves; the state that is there already is repeated; all else is illegal."""
    heard = hear(known(before) if before else None, event)
    allowed = REGISTRATION_TRANSITIONS.get((before, event))
    assert heard.before is before
    assert heard.reason
    if allowed:
        assert (heard.move, heard.after) == (Move.MOVED, allowed)
        assert heard.again is (before is S.REJECTED)
    else:
        assert heard.move is (Move.REPEATED if before is REGISTRATION_TARGET[event] else Move.ILLEGAL)
        assert heard.after is before


@pytest.mark.parametrize(
    ("state", "event", "minutes", "rounds", "move"),
    [
        (S.REJECTED, E.APPLIED, -5, 0, Move.LATE),  # mails overtook one another
        (S.REJECTED, E.APPLIED, 20, 0, Move.LATE),
        (S.REJECTED, E.APPLIED, 59, 0, Move.ILLEGAL),  # a minute before the decision: clocks differ
        (S.REJECTED, E.APPLIED, 61, 0, Move.MOVED),  # a new application
        (S.APPROVED, E.APPLIED, 40, 0, Move.LATE),
        (S.REJECTED, E.BOUND, 90, 0, Move.MOVED),
        (S.APPROVED, E.BOUND, 90, 0, Move.REPEATED),
        (S.APPROVED, E.APPLIED, 61, 0, Move.ILLEGAL),
        (S.PENDING, E.APPROVED, -1, 0, Move.ILLEGAL),  # older than the application
        (S.PENDING, E.APPROVED, 1, 0, Move.MOVED),
        (S.PENDING, E.REJECTED, -1, 1, Move.LATE),  # of the former round
        (S.REJECTED, E.APPROVED, 90, 0, Move.ILLEGAL),
        (S.APPROVED, E.REJECTED, 90, 0, Move.ILLEGAL),
    ],
)
def test_when_it_was_said_counts(
    state: RegistrationState, event: RegistrationEvent, minutes: int, rounds: int, move: Move
) -> None:
    """Old news is told from a contradiction by the time it happened."""
    assert hear(known(state, rounds=rounds), event, said=NOON + timedelta(minutes=minutes)).move is move


@pytest.mark.parametrize(
    ("step", "kind", "identity", "waits"),
    [
        ("account", "external", None, True),
        ("account", "external", S.PENDING, True),
        ("account", "external", S.REJECTED, True),
        ("account", "external", S.APPROVED, False),
        ("account", "internal", None, False),  # the campus card
        ("account", "internal", S.PENDING, True),  # could not bind it, and went the external way
        ("account", "", None, False),
        ("identity", "external", None, False),
    ],
)
def test_the_identity_comes_first(step: str, kind: str, identity: RegistrationState | None, waits: bool) -> None:
    """An account waits for the identity step of who has to be confirmed."""
    assert first_step_open(RegistrationStep(step), kind, known(identity) if identity else None) is waits


@pytest.mark.parametrize(
    ("name", "login", "kind", "found"),
    [
        ("王方", "wangfang01", "external", []),
        ("阿依古丽·买买提", "gl2026", "external", []),
        ("  王方 ", "wf", "external", []),
        ("王 方", "wf", "external", [Problem.NAME_CHARACTERS]),
        ("王\u3000方", "wf", "", [Problem.NAME_CHARACTERS]),
        ("wang_fang", "a@b.example", "external", [Problem.NAME_CHARACTERS, Problem.LOGIN_EMAIL]),
        ("王方", "w f", "external", [Problem.LOGIN_CHARACTERS]),
        ("王方", "王方01", "external", [Problem.LOGIN_CHARACTERS]),
        ("John Smith", "0926001", "internal", []),  # as the campus card has it
        ("", "", "", []),
    ],
)
def test_what_is_wrong_to_the_eye(name: str, login: str, kind: str, found: list[Problem]) -> None:
    """The guide's rules for names and logins of external readers."""
    assert list(problems(name, login, kind)) == found


def _times() -> ReviewTimes:
    return ReviewTimes(calendar=load_calendar(""), zone=ZONE)


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        ("2026-11-24T10:00", "2026-11-25T17:00"),
        ("2026-11-24T23:59", "2026-11-25T17:00"),
        ("2026-11-27T10:00", "2026-11-30T17:00"),  # over a weekend
        ("2026-11-28T10:00", "2026-11-30T17:00"),  # on a Saturday
        ("2026-05-08T10:00", "2026-05-09T17:00"),  # a Saturday that works
        ("2026-09-30T10:00", "2026-10-08T17:00"),  # over the National Day
        ("2026-02-13T10:00", "2026-02-14T17:00"),
        ("2026-02-14T10:00", "2026-02-24T17:00"),  # over the Spring Festival
    ],
)
def test_a_review_is_due_one_working_day_later(submitted: str, due: str) -> None:
    """In the office's time zone, by the State Council's notice."""
    limit = _times().limit(datetime.fromisoformat(submitted).replace(tzinfo=ZONE))
    assert limit.at.astimezone(ZONE).isoformat()[:16] == due
    assert limit.certain


def test_a_year_that_is_not_known_is_said() -> None:
    """Over New Year the limit is Monday to Friday, and says so."""
    limit = _times().limit(datetime(2026, 12, 31, 10, tzinfo=ZONE))
    assert limit.unknown == (2027,)
    assert not ReviewTimes(calendar=Calendar()).limit(NOON).certain


def test_stages_of_waiting() -> None:
    """Reminded three hours before, alerted at the limit, escalated a working day later: never on a holiday."""
    times = _times()
    limit = times.limit(datetime(2026, 9, 23, 10, tzinfo=ZONE)).at  # Thursday the 24th; then off until the 28th
    moments = {"09-24T13:59": 0, "09-24T14:00": 1, "09-24T16:59": 1, "09-24T17:00": 2, "09-27T23:00": 2,
               "09-28T16:59": 2, "09-28T17:00": 3}  # fmt: skip
    for moment, stage in moments.items():
        now = datetime.fromisoformat(f"2026-{moment}").replace(tzinfo=ZONE).astimezone(UTC)
        assert times.stage(limit, now) is Stage(stage), moment
