"""What staff do with registrations: enter, approve, reject. On the same laws as the mails, each with its author."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import RegistrationChange
from maild.domain.requests.lifecycle import Move, RegistrationState
from maild.domain.requests.patron import PatronKind, RegistrationStep
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, Id, act
from maild.office.acting.result import ActResult
from maild.office.acting.seen import check_registration
from maild.office.registration import SAY
from maild.office.registration.registering import Outcome, case_of, follow, history_of, keep, tell
from maild.office.registration.review_policy import ReviewPolicy
from maild.spine.process import Parts

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

RegistrationId = Annotated[Id, Given(help="Number of the registration.")]
Seen = Annotated[str | None, Given(help="Stamp of what was looked at.", most=100)]  # Registration.stamp
Short = Annotated[str, Given(most=200)]


class RegistrationActs:
    """Raises NotFound, Permanent (not allowed, with the reason), StaleVersion where a colleague was faster."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @property
    def _policy(self) -> ReviewPolicy:
        return self._parts.policy.of(ReviewPolicy)

    @act("registrations.approve", "/registrations/{registration_id:int}/approve")
    def approve(
        self,
        registration_id: RegistrationId,
        *,
        actor: str,
        anyway: Annotated[bool, Given(help="Also where the identity step is not approved.")] = False,
        seen: Seen = None,
    ) -> ActResult:
        """Approve a step, and tell the applicant what comes next."""
        return self._decide(registration_id, RegistrationState.APPROVED, "", actor=actor, anyway=anyway, seen=seen)

    @act("registrations.reject", "/registrations/{registration_id:int}/reject")
    def reject(
        self,
        registration_id: RegistrationId,
        *,
        actor: str,
        why: Annotated[tuple[str, ...], Given(help="A reason by its code; may be repeated.")] = (),
        reason: Annotated[str, Given(help="What the applicant is told, in your own words.", most=2000)] = "",
        seen: Seen = None,
    ) -> ActResult:
        """Reject a step, and tell the applicant why and how to put it right.

        why: codes of review.toml.
        Raises Permanent without a known reason.
        """
        unknown = [code for code in why if code not in self._policy.reasons]
        if unknown:
            known = ", ".join(self._policy.reasons)
            raise Permanent(SAY("no_such_reason", code=repr(unknown[0])), remedy=SAY("one_of_reasons", names=known))
        if not why and not reason.strip():
            remedy = SAY("give_why")
            raise Permanent(COMMON("rejection_needs_reason"), remedy=remedy)
        said = "\n".join(dict.fromkeys([*why, *filter(None, [" ".join(reason.split())])]))
        return self._decide(registration_id, RegistrationState.REJECTED, said, actor=actor, seen=seen)

    @act("registrations.add", "/registrations", command=None)
    def enter(
        self,
        email: Annotated[str, Given(least=3, most=320)],
        *,
        actor: str,
        step: RegistrationStep = RegistrationStep.ACCOUNT,
        state: RegistrationState | None = None,
        login: Short = "",
        name: Short = "",
        kind: PatronKind | None = None,
        department: Short = "",
        phone: Annotated[str, Given(most=100)] = "",
        silent: Annotated[bool, Given(help="Tell the applicant nothing.")] = False,
    ) -> ActResult:
        """Enter what was heard of a step by phone or at the counter.

        Raises as `add`.
        """
        said = entered(
            email=email,
            step=step,
            state=state,
            kind=kind.value if kind else "",
            login=login,
            name=name,
            department=department,
            phone=phone,
        )
        return self.add(said, actor=actor, silent=silent)

    def add(self, said: RegistrationChange, *, actor: str, anyway: bool = False, silent: bool = False) -> ActResult:
        """Enter what staff heard of a step, by phone or at the counter; the applicant is told, unless `silent`.

        Raises Permanent where it does not fit what is known.
        """
        if "@" not in said.email:
            raise Permanent(COMMON("no_mail_address", address=repr(said.email)), remedy=SAY("give_applicants"))
        if said.state is RegistrationState.REJECTED and not said.reason.strip():
            raise Permanent(COMMON("rejection_needs_reason"), remedy=SAY("say_with_reason"))
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            made = follow(said, case_of(uow, said), self._policy, now)
            what = COMMON("step_of", step=said.step, who=made.change.email)
            if made.heard.move not in (Move.MOVED, Move.REPEATED):
                raise Permanent(f"{what}: {made.heard.reason}", remedy=COMMON("see_registrations"))
            if made.misfit:
                raise Permanent(f"{what}: {made.misfit}", remedy=COMMON("see_registrations"))
            self._first_things_first(made, what, anyway=anyway)
            news = made.heard.move is Move.MOVED and not silent
            outbox = self._write(uow, made, now, actor=actor, news=news, reasons=(COMMON("entered_by_staff"),))
            known = uow.registrations.of(email=made.change.email, step=said.step)
        state = made.change.state
        done = (
            SAY("number_is", id=known.id, what=what, state=state) if known else SAY("step_is", what=what, state=state)
        )
        return ActResult(done="; ".join([done, *made.problems]), outbox=outbox)

    def _decide(
        self,
        registration_id: int,
        state: RegistrationState,
        reason: str,
        *,
        actor: str,
        anyway: bool = False,
        seen: str | None = None,
    ) -> ActResult:
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            known = uow.registrations.get(registration_id)
            if known is None:
                raise NotFound(COMMON("no_registration", id=registration_id), remedy="maild registrations list")
            check_registration(uow, known, seen, history_of(known.id))
            said = RegistrationChange(
                email=known.email,
                state=state,
                login=known.login,
                name=known.name,
                patron_id=known.patron_id,
                reason=reason,
                step=known.step,
                source="staff",
                patron_kind=known.patron_kind,
            )
            case = case_of(uow, said)
            if known.state is not RegistrationState.PENDING or case.known is None or case.known.id != known.id:
                raise Permanent(
                    SAY("waits_for_no_review", id=registration_id, state=known.state), remedy=SAY("enter_application")
                )
            made = follow(said, case, self._policy, now)
            what = COMMON("step_of", step=known.step, who=known.email)
            self._first_things_first(made, what, anyway=anyway)
            outbox = self._write(
                uow, made, now, actor=actor, news=True, reasons=tuple(reason.splitlines()) or (COMMON("by_staff"),)
            )
        return ActResult(done=SAY("number_is", id=registration_id, what=what, state=state), outbox=outbox)

    def _first_things_first(self, made: Outcome, what: str, *, anyway: bool) -> None:
        """An external reader who is not confirmed cannot log in, whatever the account's state."""
        if made.change.state is RegistrationState.APPROVED and made.waits and not anyway:
            raise Permanent(SAY("identity_not_approved", what=what), remedy=SAY("approve_first"))

    def _write(
        self, uow: UnitOfWork, made: Outcome, now: datetime, *, actor: str, news: bool, reasons: tuple[str, ...]
    ) -> tuple[int, ...]:
        notices = tell(made, self._policy) if news else ()
        uow.journal.add(keep(uow, made.change, now, actor=actor, mail_id=None, reasons=reasons))
        return tuple(uow.outbox.add(notices, now)) if notices else ()


def entered(
    *,
    email: str,
    step: RegistrationStep,
    state: RegistrationState | None,
    kind: str,
    login: str = "",
    name: str = "",
    department: str = "",
    phone: str = "",
    at: datetime | None = None,
    reason: str = "",
    source: str = "staff",
) -> RegistrationChange:
    """What a row or a command says. A bound campus card needs no review: own readers' identity is approved at once."""
    bound = step is RegistrationStep.IDENTITY and kind == PatronKind.INTERNAL
    return RegistrationChange(
        email=email.lower(),
        step=step,
        login=login,
        name=name,
        department=department,
        phone=phone,
        at=at,
        state=state or (RegistrationState.APPROVED if bound else RegistrationState.PENDING),
        reason=reason,
        patron_kind=kind,
        source=source,
        bound=bound and state in (None, RegistrationState.APPROVED),
    )
