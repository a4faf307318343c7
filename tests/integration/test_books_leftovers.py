"""What is left over when fees move after they were charged: rows, currencies, reopened requests, late claims."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.domain.ledger import Account
from maild.domain.money import Money
from maild.domain.patron import Patron
from maild.pipeline.importing import ImportReport, import_transactions
from tests.stories.tales import Tale
from tests.stories.world import world


@pytest.fixture
def tale(tmp_path: Path) -> Iterator[Tale]:
    """One story in an empty office."""
    with world(tmp_path) as office:
        yield Tale(rng=random.Random(4), world=office, place=1)


def _import(tale: Tale, folder: Path, text: str, *, dry_run: bool = False) -> ImportReport:
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return import_transactions(tale.world.store, path, tale.world.clock, dry_run=dry_run)


def _account(tale: Tale, patron: Patron) -> Account:
    with tale.world.store.read() as uow:
        assert uow.ledger.faults() == []
        return uow.ledger.account(patron.patron_id)


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_import_moves_no_fee_to_another_patron(tale: Tale, tmp_path: Path, dry_run: bool) -> None:
    """The books charged one patron: a row that names another is refused; the other rows go in."""
    one, other = tale.patron(), tale.patron()
    row = f"number,patron_id,payable,payment_state\nT1,{one.patron_id},12.60,due\n"
    assert _import(tale, tmp_path, row).errors == ()
    moved = f"number,patron_id,payable,payment_state\nT1,{other.patron_id},0,confirmed\nT2,{other.patron_id},1,due\n"
    report = _import(tale, tmp_path, moved, dry_run=dry_run)
    (error,) = report.errors
    assert (error.line, error.column, report.created, report.changed) == (2, "patron_id", 1, 0)
    assert one.patron_id in error.what
    assert error.remedy
    assert _account(tale, one).owed == Money.of("12.60")
    assert _account(tale, other).owed == Money.of(0 if dry_run else 1)
    with tale.world.store.read() as uow:
        assert [t.patron_id for t in uow.transactions.get_many(["T1"])] == [one.patron_id]


def test_a_request_without_a_fee_may_change_hands(tale: Tale, tmp_path: Path) -> None:
    """Nothing in the books, nothing to refuse."""
    one, other = tale.patron(), tale.patron()
    assert _import(tale, tmp_path, f"number,patron_id\nT1,{one.patron_id}\n").errors == ()
    report = _import(tale, tmp_path, f"number,patron_id\nT1,{other.patron_id}\n")
    assert (report.changed, report.errors) == (1, ())


@pytest.mark.parametrize("column", ["total", "payable"])
def test_an_import_changes_no_currency(tale: Tale, tmp_path: Path, column: str) -> None:
    """A fee charged in CNY and told in USD is an error of its row; nothing of the row goes in."""
    patron = tale.patron()
    who = patron.patron_id
    _import(tale, tmp_path, f"number,patron_id,payable,payment_state\nT1,{who},12.60,due\n")
    report = _import(tale, tmp_path, f"number,patron_id,{column}\nT1,{who},USD 5\nT2,{who},USD 5\n")
    (error,) = report.errors
    assert (error.line, error.column, report.created) == (2, column, 1)
    assert "CNY" in error.what
    assert "USD" in error.what
    assert error.remedy
    assert _account(tale, patron).owed == Money.of("12.60")
