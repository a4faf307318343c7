"""Registrations: applications for an account, reviewed by staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.decision import RegistrationChange
from maild.domain.errors import StaleVersion
from maild.domain.lifecycle import RegistrationState
from maild.domain.patron import Registration
from maild.store._sql import folded, insert
from maild.store.tables import registration

_FIELDS = ("id", "patron_id", "email", "login", "name", "state", "submitted", "decided", "reason", "step", "source",
           "patron_kind", "department", "phone", "due", "told")  # fmt: skip
r = registration.c


class SqlRegistrations:
    """ports.Registrations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def change(self, change: RegistrationChange, now: datetime) -> tuple[Registration, bool]:
        """Create or move the latest application of that e-mail (or login); True if anything changed.

        "Pending" after a refusal is a new application; after an approval it is old news.
        """
        row = self._latest(email=change.email, login=change.login)
        pending = change.state is RegistrationState.PENDING
        if row is None:
            return self._insert(change, 0, now), True
        if pending and row.state is RegistrationState.REJECTED:
            return self._insert(change, row.round + 1, now), True
        if change.state is row.state or pending:
            return self._complete(row, change)
        values: dict[str, Any] = {"state": change.state, "decided": now, "reason": change.reason}
        return self._update(row, values | _missing(row, change)), True

    def of(self, *, email: str = "", login: str = "") -> Registration | None:
        """The latest registration with that e-mail (any case) or, failing that, login."""
        row = self._latest(email=email, login=login)
        return _registration(row) if row else None

    def get(self, registration_id: int) -> Registration | None:
        """The registration of that id."""
        row = self._connection.execute(sa.select(registration).where(r.id == registration_id)).first()
        return _registration(row) if row else None

    def find(self, *, state: RegistrationState | None = None, limit: int = 100) -> list[Registration]:
        """Newest first."""
        statement = sa.select(registration).order_by(r.id.desc()).limit(limit)
        if state is not None:
            statement = statement.where(r.state == state)
        return [_registration(row) for row in self._connection.execute(statement)]

    def _latest(self, *, email: str, login: str) -> Any:
        for column, value in ((r.email, email.lower()), (r.login_key, folded(login))):
            if not value:
                continue
            statement = sa.select(registration).where(column == value).order_by(r.id.desc()).limit(1)
            row = self._connection.execute(statement.with_for_update()).first()
            if row is not None:
                return row
        return None

    def _insert(self, change: RegistrationChange, round_: int, now: datetime) -> Registration:
        pending = change.state is RegistrationState.PENDING
        statement = (
            insert(self._connection.dialect.name, registration)
            .values(
                patron_id=change.patron_id, email=change.email.lower(), login=change.login,
                login_key=folded(change.login), name=change.name, state=change.state, reason=change.reason,
                submitted=now if pending else None, decided=None if pending else now, round=round_,
            )
            .on_conflict_do_nothing(index_elements=["email", "login_key", "step", "round"])
            .returning(registration)
        )  # fmt: skip
        row = self._connection.execute(statement).first()
        if row is None:
            raise StaleVersion("the same registration was recorded meanwhile by another process")
        return _registration(row)

    def _complete(self, row: Any, change: RegistrationChange) -> tuple[Registration, bool]:
        """The same state again: only fill in what was not known yet."""
        missing = _missing(row, change)
        return (self._update(row, missing), True) if missing else (_registration(row), False)

    def _update(self, row: Any, values: dict[str, Any]) -> Registration:
        statement = sa.update(registration).where(r.id == row.id).values(**values).returning(registration)
        return _registration(self._connection.execute(statement).one())


def _missing(row: Any, change: RegistrationChange) -> dict[str, Any]:
    """What the change says and the row does not."""
    said = {"name": change.name, "login": change.login, "patron_id": change.patron_id, "email": change.email.lower()}
    values: dict[str, Any] = {name: value for name, value in said.items() if value and not getattr(row, name)}
    return values | ({"login_key": folded(change.login)} if "login" in values else {})


def _registration(row: Any) -> Registration:
    return Registration(**{name: getattr(row, name) for name in _FIELDS})
