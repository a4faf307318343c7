"""Registrations: applications for the steps of an account, reviewed by staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import StaleVersion
from maild.domain.incoming.decision import RegistrationChange
from maild.domain.incoming.registering import Stage, event_of, hear
from maild.domain.requests.lifecycle import Move, RegistrationState
from maild.domain.requests.patron import Registration, RegistrationStep
from maild.store._sql import any_of, folded, insert
from maild.store.schema.tables import registration
from maild.store.texts import SAY

_FIELDS = (
    "id",
    "patron_id",
    "email",
    "login",
    "name",
    "state",
    "submitted",
    "decided",
    "reason",
    "step",
    "source",
    "patron_kind",
    "department",
    "phone",
    "due",
    "told",
    "round",
)
# What a later word on a registration may fill in, where nothing was known.
_MISSING = ("name", "login", "patron_id", "email", "patron_kind", "department", "phone", "due")
r = registration.c

_OF_PERSON = sa.select(registration).where(r.email.in_(any_of("emails"))).order_by(r.id)
_WATCHED = (
    sa.select(registration)
    .where(r.state == RegistrationState.PENDING, r.told < int(Stage.ESCALATED))
    .order_by(r.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


class SqlRegistrations:
    """Registrations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def change(self, change: RegistrationChange, now: datetime) -> tuple[Registration, bool]:
        """Create or move the latest application of that e-mail (or login) for the step; True if anything changed.

        The laws are domain.registering's. Raises StaleVersion where they forbid it: then somebody was faster than
        the decision that asked for it.
        """
        row = self._latest(change.step, email=change.email, login=change.login, lock=True)
        known = registration_of(row) if row else None
        heard = hear(known, event_of(change), said=change.at)
        if row is None:
            return self._insert(change, 0, now), True
        if heard.move is Move.REPEATED:
            return self._complete(row, change)
        if heard.move is Move.LATE:
            return registration_of(row), False
        if heard.move is not Move.MOVED:
            raise StaleVersion(SAY("registration_is", id=row.id, state=row.state, why=heard.reason))
        if heard.again:
            return self._insert(change, row.round + 1, now), True
        values: dict[str, Any] = {"state": change.state, "decided": change.at or now, "reason": change.reason}
        return self._update(row, values | _missing(row, change)), True

    def of(
        self, *, email: str = "", login: str = "", step: RegistrationStep = RegistrationStep.ACCOUNT
    ) -> Registration | None:
        """The latest registration for the step with that e-mail (any case) or, failing that, login."""
        row = self._latest(step, email=email, login=login)
        return registration_of(row) if row else None

    def of_person(self, emails: Sequence[str]) -> list[Registration]:
        """The latest registration of each step and each of these e-mails (any case), oldest first."""
        wanted = sorted({email.lower() for email in emails if email})
        rows = self._connection.execute(_OF_PERSON, {"emails": wanted}) if wanted else ()
        latest = {(row.email, row.step): row for row in rows}
        return [registration_of(row) for row in sorted(latest.values(), key=lambda row: row.id)]

    def get(self, registration_id: int) -> Registration | None:
        """The registration of that id."""
        row = self._connection.execute(sa.select(registration).where(r.id == registration_id)).first()
        return registration_of(row) if row else None

    def find(
        self, *, state: RegistrationState | None = None, step: RegistrationStep | None = None, limit: int = 100
    ) -> list[Registration]:
        """Newest first."""
        statement = sa.select(registration).order_by(r.id.desc()).limit(limit)
        if state is not None:
            statement = statement.where(r.state == state)
        if step is not None:
            statement = statement.where(r.step == step)
        return [registration_of(row) for row in self._connection.execute(statement)]

    def watched(self, limit: int) -> list[Registration]:
        """Those that wait for their review, unless all have been told already; oldest first."""
        return [registration_of(row) for row in self._connection.execute(_WATCHED, {"most": limit})]

    def tell(self, registration_id: int, stage: int, due: datetime | None) -> bool:
        """Note that staff were told, and the limit that they were told; False where another process was faster."""
        statement = (
            sa.update(registration)
            .where(r.id == registration_id, r.state == RegistrationState.PENDING, r.told < stage)
            .values(told=stage, due=due)
        )
        return self._connection.execute(statement).rowcount == 1

    def set_due(self, registration_id: int, due: datetime) -> None:
        """The limit, reckoned anew: the calendar may have become known."""
        self._connection.execute(sa.update(registration).where(r.id == registration_id).values(due=due))

    def _latest(self, step: RegistrationStep, *, email: str, login: str, lock: bool = False) -> Any:
        for column, value in ((r.email, email.lower()), (r.login_key, folded(login))):
            if not value:
                continue
            statement = sa.select(registration).where(column == value, r.step == step).order_by(r.id.desc()).limit(1)
            row = self._connection.execute(statement.with_for_update() if lock else statement).first()
            if row is not None:
                return row
        return None

    def _insert(self, change: RegistrationChange, round_: int, now: datetime) -> Registration:
        pending = change.state is RegistrationState.PENDING
        at = change.at or now
        statement = (
            insert(self._connection.dialect.name, registration)
            .values(
                patron_id=change.patron_id,
                email=change.email.lower(),
                login=change.login,
                login_key=folded(change.login),
                name=change.name,
                state=change.state,
                reason=change.reason,
                submitted=at if pending else None,
                decided=None if pending else at,
                round=round_,
                step=change.step,
                source=change.source,
                patron_kind=change.patron_kind,
                department=change.department,
                phone=change.phone,
                due=change.due,
            )
            .on_conflict_do_nothing(index_elements=["email", "step", "round"])
            .returning(registration)
        )
        row = self._connection.execute(statement).first()
        if row is None:
            raise StaleVersion(SAY("registration_recorded"))
        return registration_of(row)

    def _complete(self, row: Any, change: RegistrationChange) -> tuple[Registration, bool]:
        """The same state again: only fill in what was not known yet."""
        missing = _missing(row, change)
        return (self._update(row, missing), True) if missing else (registration_of(row), False)

    def _update(self, row: Any, values: dict[str, Any]) -> Registration:
        statement = sa.update(registration).where(r.id == row.id).values(**values).returning(registration)
        return registration_of(self._connection.execute(statement).one())


def _missing(row: Any, change: RegistrationChange) -> dict[str, Any]:
    """What the change says and the row does not."""
    said = {name: getattr(change, name, None) for name in _MISSING} | {"email": change.email.lower()}
    values: dict[str, Any] = {name: value for name, value in said.items() if value and not getattr(row, name)}
    return values | ({"login_key": folded(change.login)} if "login" in values else {})


def registration_of(row: Any) -> Registration:
    """The registration of a row."""
    return Registration(**{name: getattr(row, name) for name in _FIELDS})
