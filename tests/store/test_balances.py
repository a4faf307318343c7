"""The trial balance is the sum of the entries, from wherever it is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.domain.accounting.ledger import Book, EntryKind, LedgerEntry, Posting
from maild.domain.money import Money
from maild.store.accounting import balances
from maild.store.schema.tables_statistics import figure
from maild.store.schema.types import money
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def _charge(n: int, currency: str = "CNY") -> LedgerEntry:
    fee = Money.of(f"{n % 40 + 1}.50", currency)
    lines = (
        Posting(book=Book.RECEIVABLE, amount=fee, patron_id="p1", number=f"N{n}"),
        Posting(book=Book.INCOME, amount=-fee, number=f"N{n}"),
    )
    return LedgerEntry(key=f"charge:N{n}:1", kind=EntryKind.CHARGE, postings=lines)


def _post(store: Store, first: int, count: int, currency: str = "CNY") -> None:
    with store.begin() as uow:
        uow.ledger.post([_charge(n, currency) for n in range(first, first + count)], NOW)


def _keep(store: Store, late: int) -> int:
    """Keep it; up to which entry it is kept then."""
    with store.begin() as uow:
        balances.keep(uow._connection, late)
        return int(uow._connection.scalar(sa.select(sa.func.max(figure.c["count"]))) or 0)


def _balances(store: Store) -> dict[tuple[Book, str], Money]:
    with store.read() as uow:
        assert uow.ledger.faults() == []
        return uow.ledger.balances()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 12), st.sampled_from(("CNY", "USD"))), max_size=6))
def test_wherever_it_is_kept_the_balance_is_the_same(store: Store, steps: list[tuple[int, int, str]]) -> None:
    """Entries come and the balance is kept in any order, more or less late: it is what all entries come to."""
    with store.read() as uow:
        first = int(uow._connection.scalar(sa.text("SELECT count(*) FROM ledger_entry")) or 0)
    for count, late, currency in steps:
        _post(store, first, count, currency)
        first += count
        _keep(store, late)
        with store.read() as uow:
            plain = uow._connection.execute(
                sa.text("SELECT book, currency, sum(cents) FROM ledger_posting GROUP BY book, currency")
            ).all()
        assert _balances(store) == {(Book(book), of): money(int(cents), of) for book, of, cents in plain}


def test_what_is_kept_never_goes_back(store: Store) -> None:
    """A host that knows of fewer entries changes nothing; the last ones are never in it."""
    _post(store, 0, 10)
    assert _keep(store, 3) == 7
    assert _keep(store, 5) == 7
    assert _keep(store, 0) == 10


def test_a_wrong_sum_is_told(store: Store) -> None:
    """The check of the books looks at what is kept, too."""
    _post(store, 0, 3)
    _keep(store, 0)
    with store._engine.begin() as connection:
        connection.execute(sa.update(figure).where(figure.c.key == "income").values(value=-1))
    with store.read() as uow:
        (fault,) = uow.ledger.faults()
    assert fault == "the kept balance of income is -1 CNY cents, its entries come to -750"
