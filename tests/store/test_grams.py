"""Requests by any part of what is known of them: the index that the database keeps by itself, and what is asked of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from maild.domain.desk.listing import COUNTED, TransactionFilter
from maild.domain.requests.patron import Transaction
from maild.store.desk.grams import cover, with_text
from maild.store.engine import make_engine
from maild.store.schema.finding import request_key, terms
from maild.store.schema.tables_search import WIDE
from maild.store.schema.whole import made, metadata
from maild.store.uow import Store, UnitOfWork
from tests.cases import each

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PARTS = ("湖泊沉积物", "lake", "Lake-7", "综述", "a", "§2", "café", "%_'\"\\", "卷3", "DNA测序", "𠮷野家", "x", "的")


def _grams(key: str) -> set[str]:
    """All that the index has of a key."""
    sizes = (1, 2, 3)
    return {
        key[n : n + size]
        for n in range(len(key))
        for size in sizes
        if n + size <= len(key) and (size < 3 or ord(key[n]) < WIDE)
    }


def _title(luck: random.Random) -> str:
    return " ".join(luck.choices(PARTS, k=luck.randrange(1, 5)))


def _request(number: str, title: str) -> Transaction:
    return Transaction(number=number, patron_id="", title=title)


def _found(uow: UnitOfWork, text: str) -> list[str]:
    return sorted(uow._connection.scalars(with_text(uow._connection, text)))


def test_grams_of_a_term_are_in_every_key_that_has_it() -> None:
    """Wherever the term stands; and they hold all of it."""
    luck = random.Random(3)
    for _ in range(3000):
        key = request_key(f"N{luck.randrange(10**6)}", _title(luck))
        start = luck.randrange(len(key))
        term = key[start : start + luck.randrange(1, 9)]
        if " " in term:
            continue
        grams = cover(term)
        assert set(grams) <= _grams(key), (key, term)
        assert len("".join(grams)) >= len(term)
        assert term.startswith(grams[0])
        assert term.endswith(grams[-1])


@each("term", "x xy xyz lake 湖 湖泊 湖泊沉 a湖 a湖泊 ab湖 湖ab 𠮷野家 2024110050777")
def test_what_is_asked_for_is_short(term: str) -> None:
    """Not every gram of a term, only as many as hold it."""
    assert len(cover(term)) <= max(1, len(term) - 1)


def test_requests_are_found_as_if_all_were_read(store: Store) -> None:
    """Among hundreds of requests that come, change and go: the same as when each key is looked at."""
    luck, keys = random.Random(5), dict[str, str]()
    for batch in range(4):
        with store.begin() as uow:
            made = {f"N{batch}{n:03}": _title(luck) for n in range(60)} | {
                number: _title(luck) for number in luck.sample(sorted(keys), len(keys) // 5)
            }
            uow.transactions.upsert([_request(name, title) for name, title in made.items()], NOW)
            keys |= {number: request_key(number, title) for number, title in made.items()}
            for number in luck.sample(sorted(keys), 7):
                known = uow.transactions.get(number)
                assert known is not None
                uow.transactions.remove(number, known.version)
                del keys[number]
        with store.read() as uow:
            for text in (
                *PARTS,
                "沉积",
                "湖",
                "ke",
                "lake 综",
                "N1",
                "n1059",
                "积物 卷",
                "积物卷",
                "nowhere",
                "不在",
                "  ",
            ):
                asked = terms(text)
                wanted = sorted(name for name, key in keys.items() if asked and all(one in key for one in asked))
                assert _found(uow, text) == wanted, text


def test_what_was_erased_is_in_no_index(store: Store) -> None:
    """Nothing of a title is left where requests are found by, once it is empty or the request gone."""
    with store.begin() as uow:
        uow.transactions.upsert([_request(f"N{n}", "湖泊沉积物") for n in range(130)], NOW)
        for n in range(0, 130, 2):
            uow.transactions.remove(f"N{n}", 0)
        uow._connection.exec_driver_sql("UPDATE transactions SET find_key = ''")
        if uow._connection.dialect.name == "sqlite":
            uow._connection.exec_driver_sql(
                "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search_requests, 'row')"
            )
            left = "SELECT sum(doc) FROM temp.words"
        else:
            left = "SELECT sum(length(key)) FROM search_numbers"
        assert not uow._connection.exec_driver_sql(left).scalar()
        assert uow._connection.exec_driver_sql("SELECT count(*) FROM search_numbers").scalar() == 65


def test_many_requests_are_not_counted_one_by_one(store: Store) -> None:
    """More than a list counts: that is known once they were looked for; with a filter they are counted."""
    with store.begin() as uow:
        titles = ("湖泊", "河流")
        made = [_request(f"N{n}", titles[n <= COUNTED]) for n in range(COUNTED + 4)]
        uow.transactions.upsert(made, NOW)
        listing = uow.listings.transactions
        assert listing.count(TransactionFilter(text="河流")) == COUNTED + 1
        assert listing.count(TransactionFilter(text="河流", rush=False), most=10) == 11
        assert listing.count(TransactionFilter(text="湖泊")) == 3
        assert [one.number for one in listing.page(TransactionFilter(text="湖泊")).items] == ["N1003", "N1002", "N1001"]
        assert len(listing.page(TransactionFilter(text="河流"), limit=7).items) == 7


def _made(url: str) -> list[tuple[str, ...]]:
    """Triggers and functions, as the database has them."""
    engine = make_engine(url)
    asked = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'transactions' ORDER BY name",
        "postgresql": "SELECT proname, prosrc FROM pg_proc WHERE proname IN ('maild_grams', 'maild_found') ORDER BY proname",
    }
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(asked[engine.dialect.name])]
    engine.dispose()
    return found


def test_migrated_and_created_triggers_are_alike(url: str, empty_url: str) -> None:
    """The migration and the metadata say the same."""
    created = make_engine(empty_url, create=True)
    made().create_all(created)
    created.dispose()
    assert _made(url) == _made(empty_url) != []


@pytest.mark.parametrize("number", [0, 1, 63, 64, 200])
def test_requests_of_before_are_indexed(number: int, empty_url: str, opened: Callable[[str], Store]) -> None:
    """By the migration: all of them are found, and may change and go."""
    from alembic import command

    from maild.store import migrate

    engine = make_engine(empty_url, create=True)
    with engine.begin() as connection:
        command.upgrade(migrate.alembic_config(connection), "0031")
        row = {"service": "copy", "state": "submitted", "payment_state": "none", "literature": "", "provider": ""}
        for n in range(number):
            connection.execute(
                sa.text(
                    "INSERT INTO transactions (number, title, find_key, opened, updated, version, service, state,"
                    " payment_state, literature, provider) VALUES (:number, '湖泊', :key, :at, :at, 0, :service, :state,"
                    " :payment_state, :literature, :provider)"
                ).bindparams(sa.bindparam("at", type_=metadata.tables["transactions"].c.opened.type)),
                {"number": f"N{n}", "key": f"n{n} 湖泊", "at": NOW, **row},
            )
    engine.dispose()
    assert migrate.upgrade(empty_url).ok
    with opened(empty_url).begin() as uow:
        assert len(_found(uow, "湖泊")) == number
        uow.transactions.upsert([_request(f"M{n}", "湖泊") for n in range(70)], NOW)
        if number:
            uow.transactions.upsert([_request("N0", "河流")], NOW)
        assert len(_found(uow, "湖泊")) == number + 70 - bool(number)
        assert _found(uow, "河流") == ["N0"][: bool(number)]
