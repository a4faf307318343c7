"""Requests and those who make them, as lists: transactions, patrons, registrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from maild.domain.listing import PatronFilter, RegistrationFilter, TransactionFilter
from maild.domain.patron import Patron, Registration, Transaction
from maild.store._sql import contains
from maild.store.listing import Asked, Condition, SqlListing, spread
from maild.store.patrons import SqlPatrons
from maild.store.registrations import registration_of
from maild.store.tables import patron, patron_address, registration, transactions
from maild.store.transactions import transaction_of

t, p, a, g = transactions.c, patron.c, patron_address.c, registration.c


class SqlTransactionListing(SqlListing[TransactionFilter, Transaction]):
    """Requests, latest opened first."""

    table = transactions
    keys = (t.opened, t.number)

    def asked(self, asked: TransactionFilter) -> Asked:
        """States are ranges of an index in the order of the list; so are payment states where no state is given."""
        where = list(self._plain(asked))
        if not asked.states:
            return Asked(where=where, ways=spread(t.payment_state, asked.payment_states))
        if asked.payment_states:
            where.append(t.payment_state.in_(asked.payment_states))
        return Asked(where=where, ways=spread(t.state, asked.states))

    def _plain(self, asked: TransactionFilter) -> Sequence[Condition]:
        equal = {t.provider: asked.provider, t.service: asked.service, t.patron_id: asked.patron_id}
        where: list[Condition] = [column == value for column, value in equal.items() if value]
        if asked.rush is not None:
            where.append(t.rush == asked.rush)
        if asked.opened_from is not None:
            where.append(t.opened >= asked.opened_from)
        if asked.opened_to is not None:
            where.append(t.opened < asked.opened_to)
        if asked.due_before is not None:
            where.append(t.due < asked.due_before)
        if asked.text:
            named = sa.select(p.patron_id).where(contains(asked.text, p.patron_id, p.name))
            where.append(contains(asked.text, t.number, t.title) | t.patron_id.in_(named))
        return where

    def items(self, rows: Sequence[Any]) -> list[Transaction]:
        """The requests of rows."""
        return [transaction_of(row) for row in rows]


class SqlPatronListing(SqlListing[PatronFilter, Patron]):
    """Patrons, by id."""

    table = patron
    keys = (p.patron_id,)
    newest_first = False

    def asked(self, asked: PatronFilter) -> Asked:
        """All of them, or those that the text fits."""
        if not asked.text:
            return Asked()
        addressed = sa.select(a.patron_id).where(contains(asked.text, a.address))
        named = contains(asked.text, p.patron_id, p.name, p.login, p.department)
        return Asked(where=[named | p.patron_id.in_(addressed)])

    def items(self, rows: Sequence[Any]) -> list[Patron]:
        """The patrons of rows, with their addresses."""
        return SqlPatrons(self._connection).of_rows(rows)


class SqlRegistrationListing(SqlListing[RegistrationFilter, Registration]):
    """Applications, newest first."""

    table = registration
    keys = (g.id,)

    def asked(self, asked: RegistrationFilter) -> Asked:
        """States are ranges of an index."""
        where: list[Condition] = []
        if asked.step is not None:
            where.append(g.step == asked.step)
        if asked.text:
            where.append(contains(asked.text, g.name, g.login, g.email))
        return Asked(where=where, ways=spread(g.state, asked.states))

    def items(self, rows: Sequence[Any]) -> list[Registration]:
        """The applications of rows."""
        return [registration_of(row) for row in rows]
