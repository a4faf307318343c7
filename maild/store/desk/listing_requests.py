"""Requests and those who make them, as lists: transactions, patrons, registrations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.desk.listing import COUNTED, PatronFilter, RegistrationFilter, TransactionFilter
from maild.domain.requests.patron import Patron, Registration, Transaction
from maild.store._sql import among
from maild.store.desk.grams import with_text
from maild.store.desk.listing import Asked, Condition, SqlListing, Way, spread
from maild.store.requests.patrons import READ as PATRON
from maild.store.requests.patrons import SqlPatrons
from maild.store.requests.registrations import registration_of
from maild.store.requests.transactions import READ, transaction_of
from maild.store.schema.finding import Few, has
from maild.store.schema.tables import patron, registration, transactions

_RUSH: Any = sa.text("transactions.rush")
t, p, g = transactions.c, patron.c, registration.c


class SqlTransactionListing(SqlListing[TransactionFilter, Transaction]):
    """Requests, latest opened first."""

    table = transactions
    columns = READ
    keys = (t.opened, t.number)

    def __init__(self, connection: Connection, few: Few) -> None:
        super().__init__(connection)
        self._few = few

    def asked(self, asked: TransactionFilter) -> Asked:
        """States are ranges of an index in the order of the list; so are payment states where no state is given."""
        where = self._plain(asked)
        ranges = spread(t.state, asked.states)
        if not asked.states:
            ranges = spread(t.payment_state, asked.payment_states)
        elif asked.payment_states:
            where.append(t.payment_state.in_(asked.payment_states))
        if not asked.text:
            return Asked(where=where, ways=ranges)
        # Where many fit: of requests a page is soon full, patrons are not what is meant.
        few, patrons = self._requests(asked.text), self._few.named(*_patrons(self._connection, asked.text))
        said = has(self._connection, t.find_key, asked.text) if few is None else among(self._connection, t.number, few)
        parts = [[said], *([[t.patron_id.in_(patrons), ~said]] if patrons else [])]
        return Asked(where=where, ways=[Way(where=[*one.where, *part]) for one in ranges for part in parts])

    def count(self, asked: TransactionFilter, *, most: int = COUNTED) -> int:
        """As of any list; where a text alone is asked for and many fit, that is known already."""
        alone = asked.text and most <= COUNTED and asked == TransactionFilter(text=asked.text)
        if alone and self._requests(asked.text) is None:
            return most + 1
        return super().count(asked, most=most)

    def _requests(self, text: str) -> Sequence[str] | None:
        """The numbers of those that have the text; None where there are more than a list counts."""
        return self._few.named("requests", text, lambda: with_text(self._connection, text), COUNTED)

    def _plain(self, asked: TransactionFilter) -> list[Condition]:
        equal = {t.service: asked.service, t.patron_id: asked.patron_id}
        where: list[Condition] = [column == value for column, value in equal.items() if value]
        if asked.providers:
            where.append(t.provider.in_(asked.providers))
        if asked.rush is not None:  # word by word as its partial index has it
            where.append(_RUSH if asked.rush else ~t.rush)
        if asked.opened_from is not None:
            where.append(t.opened >= asked.opened_from)
        if asked.opened_to is not None:
            where.append(t.opened < asked.opened_to)
        if asked.due_before is not None:
            where.append(t.due < asked.due_before)
        return where

    def items(self, rows: Sequence[Any]) -> list[Transaction]:
        """The requests of rows."""
        return [transaction_of(row) for row in rows]

    def providers(self) -> list[str]:
        """Every spelling of a provider's name that a request has."""
        return self.distinct(t.provider)


class SqlPatronListing(SqlListing[PatronFilter, Patron]):
    """Patrons, by id."""

    table = patron
    columns = PATRON
    keys = (p.patron_id,)
    newest_first = False

    def __init__(self, connection: Connection, few: Few) -> None:
        super().__init__(connection)
        self._few = few

    def asked(self, asked: PatronFilter) -> Asked:
        """All of them, or those that the text fits."""
        if not asked.text:
            return Asked()
        few = self._few.named(*_patrons(self._connection, asked.text))
        said = has(self._connection, p.find_key, asked.text)
        return Asked(where=[said if few is None else among(self._connection, p.patron_id, few)])

    def items(self, rows: Sequence[Any]) -> list[Patron]:
        """The patrons of rows, with their addresses."""
        return SqlPatrons(self._connection).of_rows(rows)


def _patrons(connection: Connection, text: str) -> tuple[str, str, Callable[[], sa.Select[Any]]]:
    """Patrons whose key has the text, as `Few.named` asks for them."""
    return "patrons", text, lambda: sa.select(p.patron_id).where(has(connection, p.find_key, text))


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
            where.append(self.contains(asked.text, g.name, g.login, g.email))
        return Asked(where=where, ways=spread(g.state, asked.states))

    def items(self, rows: Sequence[Any]) -> list[Registration]:
        """The applications of rows."""
        return [registration_of(row) for row in rows]
