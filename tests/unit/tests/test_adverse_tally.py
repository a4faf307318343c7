"""What counts as wrong among adversarial proofs: each kind of wrong act is seen, and what is allowed is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.money import Money
from tests.bench.adverse_office import Decided
from tests.bench.adverse_tally import Outcome, judge, table
from tests.receipts.adverse import Case
from tests.receipts.truth import Sample, Truth

A, B = Decimal("12.50"), Decimal("8.00")
NOT_PAID = ("proof_unreadable:not_paid_to_us",)


def case(
    cls: str, allow: str, amounts: tuple[Decimal, ...] = (A,), *, told: bool = False, never: tuple[Decimal, ...] = ()
) -> Case:
    truths = [
        Truth(kind="bank_receipt", layout="x", amount=one, serials=(f"S{one}",), shown=frozenset({"amount"}))
        for one in amounts
    ]
    sample = Sample(
        seed=1, filename="a.jpg", media_type="image/jpeg", content=b"x", truth=truths[0], more=tuple(truths[1:])
    )
    return Case(
        cls=cls, variant="v", group="g", allow=allow, sample=sample, told=told, fees=amounts, never=frozenset(never)
    )  # type: ignore[arg-type]


def read(amount: Decimal = A, **more: object) -> Receipt:
    return Receipt(kind=ReceiptKind.BANK_RECEIPT, amount=Money(amount), sure=True, serials=(f"S{amount}",), **more)  # type: ignore[arg-type]


def outcome(
    one: Case,
    *receipts: Receipt,
    booked: tuple[Decimal, ...] = (),
    released: int = 0,
    settled: bool = False,
    told: tuple[str, ...] = (),
) -> Outcome:
    decided = Decided(settled=settled, booked=booked, released=released, told=told, cause="")
    return judge(one, receipts or (read(),), decided, 0.5, "")


@pytest.mark.parametrize(
    ("one", "booked", "released", "settled", "wrong"),
    [
        (case("honest", "apply"), (A,), 1, True, False),
        (case("honest", "apply"), (), 0, False, False),
        (case("honest", "apply"), (), 0, True, True),
        (case("honest", "apply"), (B,), 0, True, True),
        (case("unpaid", "person"), (A,), 0, True, True),
        (case("unpaid", "person"), (), 0, False, False),
        (case("stamps", "claim"), (A,), 0, True, False),
        (case("stamps", "claim"), (A,), 1, True, True),
        (case("two", "apply", (A, B)), (A, B), 2, True, False),
        (case("two", "apply", (A, B)), (A,), 1, True, True),
        (case("two", "apply", (A, B)), (A,), 1, False, False),
        (case("two", "apply", (A, B)), (A, A), 1, False, True),
        (case("two", "apply", (A, B), never=(B,)), (B,), 0, False, True),
        (case("two", "apply", (A, B), never=(B,)), (A,), 1, True, False),
    ],
)
def test_wrong_acts(one: Case, booked: tuple[Decimal, ...], released: int, settled: bool, wrong: bool) -> None:
    """Booked what may not be, another sum, a document too early, a payment lost."""
    assert bool(outcome(one, booked=booked, released=released, settled=settled).wrong) is wrong


def test_wrong_readings() -> None:
    """Sure of what was not paid or is not there, another's account for ours, a sum with another's serial."""
    assert outcome(case("returned", "person")).misread
    assert outcome(case("honest", "apply"), read(B)).misread
    assert outcome(case("elsewhere", "person"), read(payee_is_library=True)).misread
    mixed = Receipt(kind=ReceiptKind.BANK_RECEIPT, amount=Money(A), sure=True, serials=(f"S{B}",))
    assert outcome(case("two", "apply", (A, B)), mixed).misread
    assert not outcome(case("two", "apply", (A, B)), read(A), read(B)).misread
    assert not outcome(case("foreign", "person")).misread


def test_told_wrongly() -> None:
    """'Not paid to us' is for what clearly went elsewhere."""
    assert outcome(case("honest", "apply"), told=NOT_PAID).told_wrongly
    assert outcome(case("elsewhere", "person"), told=NOT_PAID).told_wrongly
    assert not outcome(case("elsewhere", "person", told=True), told=NOT_PAID).told_wrongly


def test_the_table_counts() -> None:
    """A line a class, one for all that is not honest, the honest by layout."""
    rows = table(
        [outcome(case("honest", "apply"), booked=(A,), released=1), outcome(case("unpaid", "person"), booked=(A,))]
    )
    assert "| honest | 1 | 1 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 |" in rows
    assert "| all but honest | 1 | 1 | 1 | 0 | 1 | 0 | 0 | 0 | 0 | 1 |" in rows
    assert "| g | 1 | 1/1 | 1/1 |" in rows
