"""What goes past SQLAlchemy's execution finds, returns and changes what goes through it."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.sql import visitors

import maild.store
from maild.domain.errors import Permanent
from maild.domain.outgoing.notice import OutboxState
from maild.store import open_store
from maild.store.outgoing.outbox import _CHANGE
from maild.store.prepared import Prepared
from maild.store.schema.tables import outbox
from maild.store.schema.types import Choice, Time
from maild.store.uow import Store
from tests.cases import each
from tests.store.conftest import DATABASES
from tests.store.filling import NOW, fill

TEXTS = ["N000007", "p7", "p7@patron.example", "<maild.7@x>", "patron.example", "fill"]


def statements() -> Iterator[tuple[str, Prepared]]:
    """All that are prepared, by module and name."""
    for module in pkgutil.walk_packages(maild.store.__path__, "maild.store."):
        if ".migrations" not in module.name:
            for name, value in vars(import_module(module.name)).items():
                if isinstance(value, Prepared):
                    yield f"{module.name}.{name}", value


def values(bind: sa.BindParameter[Any]) -> list[Any]:
    """Some that fit its type."""
    kind = bind.type
    if isinstance(kind, Time):
        return [NOW, NOW - timedelta(days=400), NOW + timedelta(days=400)]
    if isinstance(kind, Choice):
        return list(kind.kind)
    if isinstance(kind, sa.Integer):
        return [7, 8, 9]
    return TEXTS


def asked(statement: Any, size: int) -> dict[str, Any]:
    """Parameters, with lists of that size."""
    binds = [each for each in visitors.iterate(statement) if isinstance(each, sa.BindParameter) and each.required]
    return {b.key: (values(b) * size)[:size] if b.expanding else values(b)[size % len(values(b))] for b in binds}


@pytest.fixture(scope="module", params=DATABASES)
def filled(request: pytest.FixtureRequest, fresh_url: Callable[..., str]) -> Iterator[Store]:
    """A store with some rows of everything, one for all tests: each takes back what it changed."""
    store = open_store(fresh_url(request.param), message_id_domain="office.example")
    fill(store, 30)
    yield store
    store.close()


ANSWERING = [(name, one) for name, one in statements() if list(getattr(one.statement, "exported_columns", ()))]


@each(("name", "statement"), ANSWERING, ids=[name for name, _ in ANSWERING])
def test_rows_are_the_same(filled: Store, name: str, statement: Prepared) -> None:
    """With lists of one, two, three and nine values, of which three and nine leave places over."""
    for size in (1, 2, 3, 9):
        given = asked(statement.statement, size) | ({"lease_owner": "x"} if name.endswith("._CLAIM") else {})
        with filled._engine.connect() as connection, connection.begin() as transaction:
            short = statement.rows(connection, given)
            transaction.rollback()
        with filled._engine.connect() as connection, connection.begin() as transaction:
            long = connection.execute(statement.statement, given).all()
            transaction.rollback()
        assert [tuple(row) for row in short] == [tuple(row) for row in long]
        for row, same in zip(short, long, strict=True):
            assert all(getattr(row, key) == value for key, value in same._mapping.items() if key in row._fields)


def test_changes_are_the_same(filled: Store) -> None:
    """One row, several rows, and none; None, moments and choices go through their types."""
    rows = [
        {"at_id": n, "state": OutboxState.SENT, "sent": NOW, "free_at": None, "reply": f"250 \0 {n}", "attempts": n}
        for n in (1, 2, 3, 99_999)
    ]
    for some in (rows[:1], rows[:3], rows[3:], rows):
        ways = []
        for long in (False, True):
            with filled._engine.connect() as connection, connection.begin() as transaction:
                if long:
                    count = connection.execute(_CHANGE.statement, some).rowcount
                else:
                    count = _CHANGE.change(connection, some)
                ways.append((count, connection.execute(sa.select(outbox).order_by(outbox.c.id)).all()))
                transaction.rollback()
        assert ways[0] == ways[1]
        assert ways[0][0] == len([row for row in some if row["at_id"] < 100])


def test_an_empty_list_finds_nothing(filled: Store) -> None:
    """SQL knows no empty list: SQLAlchemy's way to write one is taken."""
    statement = Prepared(sa.select(outbox.c.id).where(outbox.c.id.in_(sa.bindparam("ids", expanding=True))))
    with filled._engine.connect() as connection:
        assert statement.rows(connection, {"ids": []}) == []


def test_what_the_database_refuses_is_told_as_always(filled: Store) -> None:
    """An error of the driver is one of ours, and the transaction can be rolled back."""
    nowhere = Prepared(sa.select(sa.Column("id", sa.Integer)).select_from(sa.table("nowhere")))
    with pytest.raises(Permanent, match=r"schema|missing"), filled.begin() as uow:
        nowhere.rows(uow._connection, {})
    with filled.read() as uow:
        assert uow.outbox.get(1) is not None
