"""Transactions: the requests that mails move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from maild.domain.errors import NotFound, StaleVersion
from maild.domain.incoming.decision import NewTransaction, Transition
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Transaction
from maild.store._sql import any_of, chunks, contains, insert_if_new
from maild.store.prepared import Prepared
from maild.store.schema.finding import request_key
from maild.store.schema.tables import outbox, transactions
from maild.store.schema.types import cents, money
from maild.store.texts import SAY

_PLAIN = (
    "number",
    "patron_id",
    "service",
    "literature",
    "title",
    "provider",
    "state",
    "submitted",
    "due",
    "payment_state",
    "rush",
    "since",
    "updated",
    "version",
)
_AMOUNTS = ("total", "subsidy", "payable")
_OWED = (PaymentState.QUOTED, PaymentState.DUE, PaymentState.PROOF_RECEIVED, PaymentState.DISPUTED)
_LOANS_OUT = (State.RECEIVED, State.ON_LOAN, State.OVERDUE)
t = transactions.c
READ = tuple(column for column in t if column.name != "find_key")

_BY_NUMBER = Prepared(sa.select(*READ).where(t.number == sa.bindparam("at_number")))
_BY_NUMBERS = Prepared(sa.select(*READ).where(t.number.in_(any_of("numbers"))))
# Locks are taken in one order everywhere: two imports could block one another else.
_LOCKED = Prepared(_BY_NUMBERS.statement.order_by(t.number).with_for_update())
_LATEST_FIRST = (
    sa.select(*READ).order_by(t.opened.desc(), t.number.desc()).limit(sa.bindparam("most", type_=sa.Integer))
)
_OF_PATRON = Prepared(_LATEST_FIRST.where(t.patron_id == sa.bindparam("patron")))
_OF_PATRONS = Prepared(_LATEST_FIRST.where(t.patron_id.in_(any_of("patrons"))))
_OF_AMOUNT = Prepared(
    _LATEST_FIRST.where(
        t.payable_cents == sa.bindparam("amount"),
        t.payable_currency == sa.bindparam("currency"),
        t.payment_state.in_(_OWED),
    )
)
# Those that have been in a state for some time, longest first: a page of the index (state, since).
_LINGERING = (
    sa.select(*READ)
    .where(t.state == sa.bindparam("at_state"), t.since < sa.bindparam("before"))
    .order_by(t.since, t.number)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_LINGERING_AFTER = _LINGERING.where(
    t.since >= sa.bindparam("after_since"),
    sa.or_(t.since > sa.bindparam("after_since"), t.number > sa.bindparam("after_number")),
)
# By the index (state, number) alone.
_IN_STATES = t.state.in_(sa.bindparam("states", expanding=True))
_SOME_IN = sa.select(t.number).where(_IN_STATES).limit(sa.bindparam("most", type_=sa.Integer)).subquery()
_HOW_MANY_IN = sa.select(sa.func.count()).select_from(_SOME_IN)
_ALL_IN = sa.select(*READ).where(_IN_STATES)
_OF_MESSAGES = Prepared(
    sa.select(outbox.c.message_id, outbox.c.number)
    .where(outbox.c.message_id.in_(any_of("messages")), outbox.c.number != "")
    .order_by(outbox.c.id)
)
# Only at the version that the decision was made on.
_MOVE = Prepared(
    sa.update(transactions)
    .where(t.number == sa.bindparam("at_number"), t.version == sa.bindparam("at_version"))
    .values(version=t.version + 1)
)


class SqlTransactions:
    """Requests."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, number: str) -> Transaction | None:
        """The transaction of that number."""
        row = _BY_NUMBER.row(self._connection, {"at_number": number})
        return transaction_of(row) if row else None

    def get_many(self, numbers: Sequence[str], *, for_update: bool = False) -> list[Transaction]:
        """Those that exist, in the order asked for; `for_update` keeps others from changing them till commit."""
        found: dict[str, Transaction] = {}
        statement = _LOCKED if for_update else _BY_NUMBERS
        for some in chunks(numbers):
            rows = statement.rows(self._connection, {"numbers": some})
            found |= {row.number: transaction_of(row) for row in rows}
        return [found[number] for number in dict.fromkeys(numbers) if number in found]

    def of_patrons(self, patron_ids: Sequence[str], *, limit: int = 50) -> list[Transaction]:
        """Requests of any of the patrons, latest first."""
        if not patron_ids:
            return []
        if len(patron_ids) == 1:
            rows = _OF_PATRON.rows(self._connection, {"patron": patron_ids[0], "most": limit})
        else:
            rows = _OF_PATRONS.rows(self._connection, {"patrons": list(patron_ids), "most": limit})
        return [transaction_of(row) for row in rows]

    def of_amount(self, amount: Money, *, limit: int = 50) -> list[Transaction]:
        """Requests whose payable amount this is and which are not settled, latest first."""
        asked = {"amount": cents(amount), "currency": amount.currency, "most": limit}
        return [transaction_of(row) for row in _OF_AMOUNT.rows(self._connection, asked)]

    def by_message(self, message_ids: Sequence[str]) -> dict[str, list[str]]:
        """By Message-ID: the requests that notices were about; one that no notice has is not named."""
        found: dict[str, list[str]] = {}
        for some in chunks(message_ids):
            for row in _OF_MESSAGES.rows(self._connection, {"messages": some}):
                found.setdefault(row.message_id, []).append(row.number)
        return found

    def create(self, new: NewTransaction, now: datetime) -> Transaction:
        """Record a request; one that exists already is returned as it is."""
        item = Transaction(
            number=new.number,
            patron_id=new.patron_id,
            service=Service(new.service),
            title=new.title,
            literature=new.literature,
            provider=new.provider,
            submitted=new.submitted,
            updated=now,
            rush=new.rush,
            since=now,
        )
        statement = insert_if_new(self._connection.dialect.name, transactions, "number")
        self._connection.execute(statement, _row(item, now))
        return self.get(new.number) or item

    def apply(self, transition: Transition, now: datetime) -> None:
        """Change what the transition sets. Raises StaleVersion if the row is not at `expected_version`."""
        at = {"at_number": transition.number, "at_version": transition.expected_version}
        if _MOVE.change(self._connection, [_changes(transition, now) | at | {"updated": now}]) == 1:
            return
        if self.get(transition.number) is None:
            raise NotFound(SAY("no_such_request", number=transition.number))
        raise StaleVersion(SAY("request_changed", number=transition.number))

    def restore(self, before: Transaction, expected_version: int, now: datetime) -> None:
        """Put every value of a transaction back; its version goes on. Raises StaleVersion."""
        values = _row(replace(before, version=expected_version + 1), now)
        held = (t.number == before.number, t.version == expected_version)
        if self._connection.execute(sa.update(transactions).where(*held).values(**values)).rowcount != 1:
            raise StaleVersion(SAY("request_changed", number=before.number))

    def remove(self, number: str, expected_version: int) -> None:
        """Forget a request that was created by mistake, and that nothing refers to. Raises StaleVersion."""
        held = (t.number == number, t.version == expected_version)
        if self._connection.execute(sa.delete(transactions).where(*held)).rowcount != 1:
            raise StaleVersion(SAY("request_changed", number=number))

    def upsert(self, items: Sequence[Transaction], now: datetime) -> tuple[int, int, int]:
        """Insert or replace, from an import: (created, changed, unchanged)."""
        created = changed = unchanged = 0
        for some in chunks(items):
            known = {one.number: one for one in self.get_many([item.number for item in some], for_update=True)}
            new = [item for item in some if item.number not in known]
            differing = [item for item in some if item.number in known and _differs(item, known[item.number])]
            if new:
                self._insert(new, now)
            for item in differing:
                self._replace(item, known[item.number], now)
            created, changed = created + len(new), changed + len(differing)
            unchanged += len(some) - len(new) - len(differing)
        return created, changed, unchanged

    def _insert(self, items: Sequence[Transaction], now: datetime) -> None:
        statement = insert_if_new(self._connection.dialect.name, transactions, "number").returning(t.number)
        rows = [_row(replace(item, version=0), now) for item in items]
        if len(self._connection.execute(statement, rows).all()) != len(items):
            raise StaleVersion(SAY("request_created"))

    def _replace(self, item: Transaction, known: Transaction, now: datetime) -> None:
        since = (known.since or now) if item.state is known.state else now
        values = _row(replace(item, version=known.version + 1, since=since), now)
        if item.submitted is None:
            del values["opened"]
        self._connection.execute(sa.update(transactions).where(t.number == item.number).values(**values))

    def find(
        self,
        *,
        state: State | None = None,
        payment_state: PaymentState | None = None,
        patron_id: str = "",
        text: str = "",
        limit: int = 100,
        after: str = "",
    ) -> list[Transaction]:
        """By number, ascending; `text` is looked for in number and title; `after` pages on by number."""
        statement = sa.select(*READ).order_by(t.number).limit(limit)
        if state is not None:
            statement = statement.where(t.state == state)
        if payment_state is not None:
            statement = statement.where(t.payment_state == payment_state)
        if patron_id:
            statement = statement.where(t.patron_id == patron_id)
        if text:
            statement = statement.where(contains(text, t.number, t.title))
        if after:
            statement = statement.where(t.number > after)
        return [transaction_of(row) for row in self._connection.execute(statement)]

    def all_in(self, states: Sequence[State], *, most: int) -> list[Transaction]:
        """All requests in any of these states; none where there are more than `most`: no more are counted."""
        asked = {"states": list(states), "most": most + 1}
        if self._connection.execute(_HOW_MANY_IN, asked).scalar_one() > most:
            return []
        return [transaction_of(row) for row in self._connection.execute(_ALL_IN, asked)]

    def lingering(
        self, state: State, before: datetime, *, after: Transaction | None = None, limit: int = 500
    ) -> list[Transaction]:
        """Requests that came into `state` before that moment, longest first; `after` pages on."""
        asked: dict[str, Any] = {"at_state": state, "before": before, "most": limit}
        if after is None:
            rows = self._connection.execute(_LINGERING, asked)
        else:
            asked |= {"after_since": after.since, "after_number": after.number}
            rows = self._connection.execute(_LINGERING_AFTER, asked)
        return [transaction_of(row) for row in rows]

    def due_between(self, start: date, end: date, limit: int) -> list[Transaction]:
        """Loans that are out that are due on a day in [start, end), soonest first."""
        statement = (
            sa.select(*READ)
            .where(t.due >= start, t.due < end, t.state.in_(_LOANS_OUT), t.service == Service.LOAN)
            .order_by(t.due, t.number)
            .limit(limit)
        )
        return [transaction_of(row) for row in self._connection.execute(statement)]


def transaction_of(row: Any) -> Transaction:
    """The transaction of a row."""
    values = {name: getattr(row, name) for name in _PLAIN}
    for name in _AMOUNTS:
        values[name] = money(getattr(row, f"{name}_cents"), getattr(row, f"{name}_currency"))
    return Transaction(**values)


def _amounts(**amounts: Money | None) -> dict[str, Any]:
    """The two columns of each amount."""
    columns: dict[str, Any] = {}
    for name, amount in amounts.items():
        columns[f"{name}_cents"] = cents(amount)
        columns[f"{name}_currency"] = amount.currency if amount is not None else None
    return columns


def _row(item: Transaction, now: datetime) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in _PLAIN}
    amounts = _amounts(total=item.total, subsidy=item.subsidy, payable=item.payable)
    amounts["find_key"] = request_key(item.number, item.title)
    return {**values, **amounts, "opened": item.submitted or now, "updated": now, "since": item.since or now}


def _differs(new: Transaction, known: Transaction) -> bool:
    """`since` counts only where somebody says it."""
    since = known.since if new.since is None or new.state is known.state else new.since
    return replace(new, updated=None, version=0, since=since) != replace(known, updated=None, version=0)


def _changes(transition: Transition, now: datetime) -> dict[str, Any]:
    """The columns that a transition sets."""
    values: dict[str, Any] = {
        "state": transition.after,
        "payment_state": transition.payment_after,
        "due": transition.due,
        "provider": transition.provider,
        "rush": transition.rush,
        "since": now if transition.after is not None else None,
    }
    amounts = {name: getattr(transition, name) for name in _AMOUNTS if getattr(transition, name) is not None}
    return {name: value for name, value in values.items() if value is not None} | _amounts(**amounts)
