"""What is said of a registration, by a mail, a list or a librarian, and what follows from it. One way for all three."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.domain.calendar import Limit
from maild.domain.incoming.decision import Cause, Decision, RegistrationChange
from maild.domain.incoming.registering import Heard, event_of, first_step_open, hear, problems
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import JournalEntry, ReviewItem, ReviewState
from maild.domain.requests.lifecycle import Move, RegistrationState
from maild.domain.requests.patron import Patron, Registration, RegistrationStep
from maild.office.registration import SAY
from maild.office.registration.review_policy import ReviewPolicy
from maild.spine.recording.keeping import At

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

KINDS = {
    RegistrationState.PENDING: NoticeKind.REGISTRATION_RECEIVED,
    RegistrationState.APPROVED: NoticeKind.REGISTRATION_APPROVED,
    RegistrationState.REJECTED: NoticeKind.REGISTRATION_REJECTED,
}
OLDEST = timedelta(days=60)  # a mail's date that lies farther back, or ahead, says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known of the applicant: this step, the identity step, the patron record."""

    known: Registration | None = None
    identity: Registration | None = None
    patron: Patron | None = None

    def kind(self, said: RegistrationChange) -> str:
        """internal, external or '': the patron record knows best, then what is said, then what was said before."""
        if self.patron:
            return self.patron.kind.value
        before = (known.patron_kind for known in (self.known, self.identity) if known and known.patron_kind)
        return said.patron_kind or next(before, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What follows: `change` is complete where heard.move is MOVED or REPEATED.

    late: the limit has passed before we heard of it
    waits: an account that is approved though its identity step is not; misfit: why it may not be the same person
    problems: codes of what staff should know at once (domain.registering.Problem)
    """

    heard: Heard
    change: RegistrationChange
    round: int = 0
    limit: Limit | None = None
    late: bool = False
    waits: bool = False
    misfit: str = ""
    problems: tuple[str, ...] = ()


def follow(said: RegistrationChange, case: Case, policy: ReviewPolicy, now: datetime) -> Outcome:
    """Hold what is said against what is known. Pure; writes nothing."""
    known = case.known
    heard = hear(known, event_of(said), said=said.at)
    kind = case.kind(said)
    change = replace(
        said,
        email=said.email.lower() or (known.email if known else ""),
        login=said.login or (known.login if known and not heard.again else ""),
        name=said.name or (known.name if known and not heard.again else ""),
        patron_id=case.patron.patron_id if case.patron else said.patron_id,
        patron_kind=kind,
    )
    limit = policy.times.limit(said.at or now) if said.state is RegistrationState.PENDING else None
    pending = said.state is RegistrationState.PENDING
    return Outcome(
        heard=heard,
        change=replace(change, due=limit.at if limit else None),
        round=(known.round + int(heard.again)) if known else 0,
        limit=limit,
        late=bool(limit and now > limit.at),
        waits=said.state is not RegistrationState.REJECTED and first_step_open(said.step, kind, case.identity),
        misfit=_misfit(said, known) if heard.move in (Move.MOVED, Move.REPEATED) and not heard.again else "",
        problems=problems(change.name, change.login, kind) if pending else (),
    )


def _misfit(said: RegistrationChange, known: Registration | None) -> str:
    """Two names of one person contradict each other: perhaps there are two persons."""
    if known is None:
        return ""
    pairs = (("e-mail", said.email, known.email), (SAY("login_name"), said.login, known.login))
    for what, new, old in pairs:
        if new and old and new.casefold().strip() != old.casefold().strip():
            return SAY("data_changed", what=what, new=new, old=old)
    return ""


def moment_said(date: datetime | None, now: datetime) -> datetime | None:
    """When a mail says that something happened: its date, unless no clock can have been so wrong."""
    if date is None or date.tzinfo is None:
        return None
    return min(date, now) if now - OLDEST <= date <= now + timedelta(hours=1) else None


# --- notices --------------------------------------------------------------------------------------------


def subject_of(step: RegistrationStep, email: str) -> str:
    """What all notices of one step of one applicant have in common (NoticeRequest.subject)."""
    return f"registration:{step}:{email}"


def tell(outcome: Outcome, policy: ReviewPolicy) -> tuple[NoticeRequest, ...]:
    """What the applicant is told of it, once a round."""
    change = outcome.change
    data: dict[str, object] = {
        "name": change.name,
        "login": change.login,
        "step": str(change.step),
        "patron_kind": change.patron_kind,
        "waits": outcome.waits,
        **explained(change.reason, policy),
    }
    if outcome.limit and not outcome.late:
        data |= {"due": outcome.limit.at.isoformat(), "unsure": not outcome.limit.certain}
    return (
        NoticeRequest(
            kind=KINDS[change.state],
            subject=subject_of(change.step, change.email),
            recipient=change.email,
            patron_id=change.patron_id,
            revision=str(outcome.round),
            data=data,
        ),
    )


def explained(reason: str, policy: ReviewPolicy) -> dict[str, object]:
    """A registration's reason for a notice: somebody's own words, and what is known of it in both languages."""
    whys = [policy.reasons[code] for code in policy.codes(reason)]
    return {
        "reason": policy.free(reason),
        "whys": [{"zh-CN": f"{why.text.zh}{why.fix.zh}", "en": f"{why.text.en} {why.fix.en}"} for why in whys],
    }


def with_codes(text: str, policy: ReviewPolicy) -> str:
    """A provider's words for a rejection, with the codes of the reasons that are recognised in them."""
    return "\n".join([*policy.recognised(text), *filter(None, [text])])


# --- keeping --------------------------------------------------------------------------------------------


def history_of(registration_id: int) -> str:
    """What the journal's lines of a registration have as their number."""
    return f"registration:{registration_id}"


def look_key(registration_id: int) -> str:
    """The queue item for what is wrong to the eye."""
    return f"registration:{registration_id}:look"


def late_key(registration_id: int) -> str:
    """The queue item for a review that is overdue."""
    return f"registration:{registration_id}:late"


def keep_registrations(uow: UnitOfWork, decision: Decision, at: At) -> Iterator[JournalEntry]:
    """Keeper: every step of registering that the decision is about."""
    for change in decision.of(RegistrationChange):
        yield from keep(uow, change, at.now, actor=at.actor, mail_id=at.mail_id, reasons=decision.reasons)


def keep(
    uow: UnitOfWork,
    change: RegistrationChange,
    now: datetime,
    *,
    actor: str,
    mail_id: int | None,
    reasons: Iterable[str] = (),
) -> list[JournalEntry]:
    """Write a change down; returns its history. What waits for a decision leaves the queue with it."""
    before = uow.registrations.of(email=change.email, login=change.login, step=change.step)
    made, changed = uow.registrations.change(change, now)
    if not changed:
        return []
    if made.state is RegistrationState.PENDING:
        _put_before_staff(uow, made, now)
    else:
        _clear(uow, made, now, actor)
    was = before.state if before is not None and before.id == made.id else ""
    return [
        JournalEntry(  # a line of its state is news for others; what was only filled in is not
            what="completed" if was == made.state else "registration",
            at=now,
            actor=actor,
            number=history_of(made.id),
            mail_id=mail_id,
            before=was,
            after=made.state,
            reasons=tuple(reasons),
            data={"email": made.email, "step": str(made.step), "source": change.source, "registration": made.id},
        )
    ]


def heading(made: Registration) -> str:
    """Of an item about it: number, step, name and login."""
    return SAY("subject", id=made.id, step=made.step, who=f"{made.name} {made.login}").strip()


def _put_before_staff(uow: UnitOfWork, made: Registration, now: datetime) -> None:
    """What keeps the application from being approved is told at once, not when its time is up."""
    identity = uow.registrations.of(email=made.email, login=made.login, step=RegistrationStep.IDENTITY)
    said = [
        SAY("reject_with", problem=problem, id=made.id, code=problem)
        for problem in problems(made.name, made.login, made.patron_kind)
    ]
    if first_step_open(made.step, made.patron_kind, identity):
        state = identity.state if identity else SAY("unknown")
        said.append(SAY("identity_is", state=state))
    if said:
        what = heading(made)
        uow.reviews.add(
            ReviewItem(
                id=0,
                mail_id=None,
                cause=Cause.REGISTRATION,
                kind="registration",
                sender=made.email,
                subject=what,
                reasons=tuple(said),
                key=look_key(made.id),
            ),
            now,
        )


def _clear(uow: UnitOfWork, made: Registration, now: datetime, actor: str) -> None:
    for key in (look_key(made.id), late_key(made.id)):
        item = uow.reviews.of_key(key)
        if item is not None and item.state is ReviewState.OPEN:
            uow.reviews.handle(
                item.id,
                ReviewState.ASSIGNED,
                expected_version=item.version,
                actor=actor,
                note=SAY("is_now", id=made.id, state=made.state),
                transactions=(),
                now=now,
            )


def case_of(uow: UnitOfWork, said: RegistrationChange) -> Case:
    """Look up what is known of an applicant."""
    known = uow.registrations.of(email=said.email, login=said.login, step=said.step)
    email = said.email.lower() or (known.email if known else "")
    patrons = uow.patrons.by_email([email]) if email else []
    return Case(
        known=known,
        identity=uow.registrations.of(email=email, login=said.login, step=RegistrationStep.IDENTITY),
        patron=patrons[0] if len(patrons) == 1 else None,
    )
