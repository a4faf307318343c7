"""All laws of registering in one file: events, what may follow what, when a review is due, what is wrong to the eye.

Two steps, each reviewed: the identity (a bound campus card, or an external reader whom staff confirm), then the
account at the request system. docs/lifecycle.md shows the table REGISTRATION_TRANSITIONS.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import IntEnum, StrEnum
from types import MappingProxyType

from maild.domain import SAY
from maild.domain.calendar import Calendar, Limit
from maild.domain.incoming.decision import RegistrationChange
from maild.domain.requests.lifecycle import Move, RegistrationState
from maild.domain.requests.patron import PatronKind, Registration, RegistrationStep


class RegistrationEvent(StrEnum):
    """What happened, as a provider's mail, a list or a librarian says it."""

    APPLIED = "applied"
    APPROVED = "approved"
    REJECTED = "rejected"
    BOUND = "bound"  # a campus card: the identity step is done at once, whatever was before


_S, _E = RegistrationState, RegistrationEvent

# None: nothing is known of the applicant's step yet. A decision may be the first that is heard of it (a campus card is
# bound at once); who was refused may apply again, which begins a new round.
REGISTRATION_TRANSITIONS: Mapping[tuple[RegistrationState | None, RegistrationEvent], RegistrationState] = (
    MappingProxyType(
        {
            (None, _E.APPLIED): _S.PENDING,
            (None, _E.APPROVED): _S.APPROVED,
            (None, _E.REJECTED): _S.REJECTED,
            (_S.PENDING, _E.APPROVED): _S.APPROVED,
            (_S.PENDING, _E.REJECTED): _S.REJECTED,
            (_S.REJECTED, _E.APPLIED): _S.PENDING,
            (None, _E.BOUND): _S.APPROVED,
            (_S.PENDING, _E.BOUND): _S.APPROVED,
            (_S.REJECTED, _E.BOUND): _S.APPROVED,
        }
    )
)
REGISTRATION_TARGET: Mapping[RegistrationEvent, RegistrationState] = MappingProxyType(
    {_E.APPLIED: _S.PENDING, _E.APPROVED: _S.APPROVED, _E.REJECTED: _S.REJECTED, _E.BOUND: _S.APPROVED}
)
SKEW = timedelta(minutes=15)  # clocks of two systems differ: so near a decision, old news cannot be told from new


def event_of(change: RegistrationChange) -> RegistrationEvent:
    """What a change says that happened."""
    if change.bound:
        return _E.BOUND
    return {_S.PENDING: _E.APPLIED, _S.APPROVED: _E.APPROVED, _S.REJECTED: _E.REJECTED}[change.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What an event does to a step; `after` equals `before` unless move is MOVED."""

    move: Move
    before: RegistrationState | None
    after: RegistrationState | None
    reason: str

    @property
    def again(self) -> bool:
        """Whether it begins a new round: who was refused applies again, or binds a card."""
        return self.move is Move.MOVED and self.before is _S.REJECTED


def hear(known: Registration | None, event: RegistrationEvent, *, said: datetime | None = None) -> Heard:
    """What `event` does to a step of which `known` is known. Pure; raises nothing.

    said: when it happened, where that is told (aware). Mails overtake one another: an application that is older than
    the decision it would take back is old news, and a decision older than the application is not about it.
    """
    before = known.state if known else None

    def outcome(move: Move, after: RegistrationState | None, reason: str) -> Heard:
        return Heard(move=move, before=before, after=after, reason=reason)

    after = REGISTRATION_TRANSITIONS.get((before, event))
    decided, submitted = (known.decided, known.submitted) if known else (None, None)
    if event is _E.APPLIED and said and decided and said < decided:
        if submitted and said > submitted and decided - said < SKEW:
            return outcome(Move.ILLEGAL, before, SAY("application_when", state=before))
        return outcome(Move.LATE, before, SAY("application_before", state=before))
    if before is REGISTRATION_TARGET[event]:
        return outcome(Move.REPEATED, before, SAY("same_news_again", state=before))
    if after is None:
        return outcome(Move.ILLEGAL, before, SAY("contradicts_state", event=event, state=before))
    if event in (_E.APPROVED, _E.REJECTED) and said and submitted and said < submitted:
        if known and known.round:
            return outcome(Move.LATE, before, SAY("former_application", event=event))
        return outcome(Move.ILLEGAL, before, SAY("older_than_application", event=event))
    return outcome(Move.MOVED, after, SAY("moved_by", before=before or "unknown", after=after, event=event))


def first_step_open(step: RegistrationStep, kind: str, identity: Registration | None) -> bool:
    """Whether an account waits for the identity step: of an external reader it must be approved; of own readers the
    bound campus card is, unless they went the external way and are not confirmed yet.
    """
    if step is not RegistrationStep.ACCOUNT:
        return False
    if identity is None:
        return kind == PatronKind.EXTERNAL
    return identity.state is not _S.APPROVED


# --- what is wrong to the eye ---------------------------------------------------------------------------


class Problem(StrEnum):
    """What the guide forbids and everybody can see; the same codes as in rules/registrations/review.toml."""

    NAME_CHARACTERS = "name_characters"
    LOGIN_EMAIL = "login_email"
    LOGIN_CHARACTERS = "login_characters"


NAME_SIGNS = frozenset("·•・")  # they belong to names (阿依古丽·买买提)


def problems(name: str, login: str, kind: str) -> tuple[Problem, ...]:
    """What keeps such an application from being approved. Own readers' names come from the campus card."""
    if kind == PatronKind.INTERNAL:
        return ()
    found = []
    if any(char not in NAME_SIGNS and unicodedata.category(char)[0] not in "LMN" for char in name.strip()):
        found.append(Problem.NAME_CHARACTERS)
    if "@" in login or "＠" in login:
        found.append(Problem.LOGIN_EMAIL)
    elif login and not (login.isascii() and login.isalnum()):
        found.append(Problem.LOGIN_CHARACTERS)
    return tuple(found)


# --- when a review is due -------------------------------------------------------------------------------


class Stage(IntEnum):
    """How often staff were told that a review waits (Registration.told)."""

    QUIET = 0
    REMINDED = 1
    ALERTED = 2
    ESCALATED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTimes:
    """days: working days for a review; until: the office's hour at which they end, in `zone`.

    remind: how long before the limit staff are reminded; escalate: working days after it that others are told as well
    """

    calendar: Calendar = field(default_factory=Calendar)
    zone: tzinfo = UTC
    days: int = 1
    until: time = time(17)
    remind: timedelta = timedelta(hours=3)
    escalate: int = 1

    def limit(self, submitted: datetime) -> Limit:
        """When the review of what was submitted then must be done."""
        return self._after(submitted, self.days)

    def escalation(self, limit: datetime) -> datetime:
        """When those above are told."""
        return self._after(limit, self.escalate).at

    def _after(self, moment: datetime, days: int) -> Limit:
        reckoned = self.calendar.add_working_days(moment.astimezone(self.zone).date(), days)
        at = datetime.combine(reckoned.day, self.until, tzinfo=self.zone).astimezone(UTC)
        return Limit(at=at, unknown=reckoned.unknown)

    def stage(self, limit: datetime, now: datetime) -> Stage:
        """How far the waiting has gone."""
        if now >= self.escalation(limit):
            return Stage.ESCALATED
        if now >= limit:
            return Stage.ALERTED
        return Stage.REMINDED if now >= limit - self.remind else Stage.QUIET
