"""Reviews of registrations that wait: staff are reminded, alerted, and then those above them are told as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from maild.config import Staff
from maild.domain.calendar import Limit
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.registering import ReviewTimes, Stage, problems
from maild.domain.outgoing.notice import Alert, NoticeRequest
from maild.domain.records.journal import JournalEntry, ReviewItem
from maild.domain.requests.patron import Registration
from maild.domain.wording import words
from maild.office.notices.announce_staff import alert
from maild.office.registration import SAY
from maild.office.registration.registering import heading, history_of, late_key
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

MOST = 5000
LINES = 40  # of one mail to staff

WHAT = {
    Stage.REMINDED: Alert.REGISTRATION_SOON,
    Stage.ALERTED: Alert.REGISTRATION,
    Stage.ESCALATED: Alert.REGISTRATION,
}


class LateReviews:
    """Each registration is told of once a stage; after a silence of days only the last stage counts."""

    def __init__(self, store: Store, clock: Clock, *, times: ReviewTimes, staff: Staff) -> None:
        self._store, self._clock, self._times, self._staff = store, clock, times, staff

    def run_once(self) -> int:
        """Tell what has become due to be told; returns how many registrations that concerns."""
        now = self._clock.now()
        with self._store.begin() as uow:
            told: dict[Stage, list[tuple[Registration, Limit]]] = defaultdict(list)
            for waiting in uow.registrations.watched(MOST):
                limit = self._times.limit(waiting.submitted or now)
                stage = self._times.stage(limit.at, now)
                if stage > waiting.told and uow.registrations.tell(waiting.id, stage, limit.at):
                    told[stage].append((waiting, limit))
                elif waiting.due != limit.at:  # the calendar has become known, or was corrected
                    uow.registrations.set_due(waiting.id, limit.at)
            for stage, found in told.items():
                self._tell(uow, stage, found, now)
        return sum(map(len, told.values()))

    def _tell(self, uow: UnitOfWork, stage: Stage, found: Sequence[tuple[Registration, Limit]], now: datetime) -> None:
        lines = {
            waiting.id: line_of(waiting, limit, self._staff.language, self._times.zone) for waiting, limit in found
        }
        uow.outbox.add(self._mails(stage, lines), now)
        uow.journal.add(
            [
                JournalEntry(
                    what="told",
                    at=now,
                    number=history_of(waiting.id),
                    after=stage.name.lower(),
                    reasons=(SAY("review_due", due=limit.at.isoformat()),),
                )
                for waiting, limit in found
            ]
        )
        if stage >= Stage.ALERTED:
            for waiting, limit in found:
                uow.reviews.add(_item(waiting, limit), now)

    def _mails(self, stage: Stage, lines: Mapping[int, str]) -> list[NoticeRequest]:
        mails: list[NoticeRequest] = []
        ids = sorted(lines)
        for start in range(0, len(ids), LINES):
            some = ids[start : start + LINES]
            mails += alert(
                self._staff,
                WHAT[stage],
                [lines[n] for n in some],
                subject=f"registrations:{stage.name.lower()}",
                revision=f"{some[0]}-{some[-1]}-{len(some)}",
                escalate=stage is Stage.ESCALATED,
            )
        return mails


def _item(waiting: Registration, limit: Limit) -> ReviewItem:
    reasons = [
        SAY("waits_since", since=waiting.submitted, due=limit.at.isoformat()),
        f"maild registrations approve {waiting.id}, or reject {waiting.id} --why …",
        *(SAY("looks_wrong", problem=problem) for problem in _problems(waiting)),
        *_unsure(limit),
    ]
    if waiting.phone:
        reasons.insert(1, SAY("phone", number=waiting.phone))
    return ReviewItem(
        id=0,
        mail_id=None,
        cause=Cause.REGISTRATION,
        kind="registration",
        sender=waiting.email,
        subject=heading(waiting),
        reasons=tuple(reasons),
        key=late_key(waiting.id),
    )


def _problems(waiting: Registration) -> tuple[str, ...]:
    return problems(waiting.name, waiting.login, waiting.patron_kind)


def _unsure(limit: Limit) -> tuple[str, ...]:
    if limit.certain:
        return ()
    return (SAY("limit_may_be_wrong", years=", ".join(map(str, limit.unknown))),)


def line_of(waiting: Registration, limit: Limit, locale: str, zone: tzinfo) -> str:
    """One registration for staff, in their language: who, since when, by when, whom to ring."""
    say = words.REGISTRATION_LINE
    who = " ".join(filter(None, [waiting.name, waiting.login and f"({waiting.login})", f"<{waiting.email}>"]))
    parts = [
        say["case"]
        .to(locale)
        .format(
            id=waiting.id,
            who=who,
            step=words.look_up(words.REGISTRATION_STEPS, waiting.step, locale),
            since=_moment(waiting.submitted, zone),
            due=_moment(limit.at, zone),
        )
    ]
    if waiting.phone:
        parts.append(say["phone"].to(locale).format(phone=waiting.phone))
    parts += [say[problem].to(locale) for problem in _problems(waiting)]
    if not limit.certain:
        parts.append(say["unsure"].to(locale).format(years=", ".join(map(str, limit.unknown))))
    return ("；" if locale.startswith("zh") else "; ").join(parts)


def _moment(value: datetime | None, zone: tzinfo) -> str:
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}" if value else "?"
