"""Registrations: approve, reject with a reason, enter what was heard by phone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from maild.console.acts import Act, Id, Input, Outcome
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.desk.access import Role
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import PatronKind, RegistrationStep
from maild.office.registration.acts_registration import entered


class Approve(Input):
    registration_id: Id
    anyway: bool = False


class Reject(Input):
    registration_id: Id
    why: tuple[str, ...] = ()
    reason: Annotated[str, Field(max_length=2000)] = ""


class Enter(Input):
    email: Annotated[str, Field(min_length=3, max_length=320)]
    step: RegistrationStep = RegistrationStep.ACCOUNT
    state: RegistrationState | None = None
    login: Annotated[str, Field(max_length=200)] = ""
    name: Annotated[str, Field(max_length=200)] = ""
    kind: PatronKind | None = None
    department: Annotated[str, Field(max_length=200)] = ""
    phone: Annotated[str, Field(max_length=100)] = ""
    silent: bool = False


def _approve(desk: Desk, who: Who, asked: Approve) -> Outcome:
    acts = desk.services.registration_acts
    return Outcome.of(acts.approve(asked.registration_id, actor=who.name, anyway=asked.anyway))


def _reject(desk: Desk, who: Who, asked: Reject) -> Outcome:
    acts = desk.services.registration_acts
    return Outcome.of(acts.reject(asked.registration_id, actor=who.name, why=asked.why, reason=asked.reason))


def _enter(desk: Desk, who: Who, asked: Enter) -> Outcome:
    said = entered(
        email=asked.email,
        step=asked.step,
        state=asked.state,
        kind=asked.kind.value if asked.kind else "",
        login=asked.login,
        name=asked.name,
        department=asked.department,
        phone=asked.phone,
        reason="",
        at=None,
    )
    return Outcome.of(desk.services.registration_acts.add(said, actor=who.name, silent=asked.silent))


ACTS = (
    Act(
        name="registrations.approve",
        path="/registrations/{registration_id:int}/approve",
        role=Role.LIBRARIAN,
        input=Approve,
        run=_approve,
        summary="Approve a step, and tell the applicant what comes next.",
    ),
    Act(
        name="registrations.reject",
        path="/registrations/{registration_id:int}/reject",
        role=Role.LIBRARIAN,
        input=Reject,
        run=_reject,
        summary="Reject a step, and tell the applicant why and how to put it right.",
    ),
    Act(
        name="registrations.add",
        path="/registrations",
        role=Role.LIBRARIAN,
        input=Enter,
        run=_enter,
        summary="Enter what was heard of a step by phone or at the counter.",
    ),
)
