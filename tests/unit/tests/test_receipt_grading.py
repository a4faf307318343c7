"""The measure itself: what counts as right, wrong, dangerous."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.money import Money
from tests.receipts import Sample, Truth
from tests.receipts.grading import grade, same_account
from tests.receipts.tally import Result, as_json, percentile, table, wilson

TRUTH = Truth(
    kind="bank_receipt", layout="x", amount=Decimal("12.30"), payee_account="1202024609908808891",
    payee_account_shown="1202024609908808891", payee_is_library=True, date=date(2026, 3, 4), serials=("12AB", "7"),
    transactions=("2026030100001",),
    shown=frozenset({"amount", "payee_account", "payee_is_library", "date", "serials", "transactions"}),
)  # fmt: skip
RIGHT = Receipt(
    kind=ReceiptKind.BANK_RECEIPT, amount=Money.of("12.30"), payee_account="1202024609908808891", payee_is_library=True,
    date=date(2026, 3, 4), serials=("12AB",), transactions=("2026030100001",), sure=True,
)  # fmt: skip
NOTHING = Truth(kind="not_a_receipt", layout="y")


def sample(*truths: Truth) -> Sample:
    return Sample(seed=1, filename="a.jpg", media_type="image/jpeg", content=b"", truth=truths[0], more=truths[1:])


def test_all_right() -> None:
    """A perfect reading has no fault."""
    (one,) = grade(sample(TRUTH), (RIGHT,))
    assert all(one.right.values())
    assert set(one.right) == {"amount", "payee_account", "ours", "date", "serial", "transactions"}
    assert one.faults == ()


def test_a_wrong_sure_amount_is_a_danger() -> None:
    """Sure and wrong is dangerous, unsure and wrong is a fault."""
    wrong = replace(RIGHT, amount=Money.of("12.80"))
    assert grade(sample(TRUTH), (wrong,))[0].dangers == ("wrong amount sure",)
    assert grade(sample(TRUTH), (replace(wrong, sure=False),))[0].dangers == ()
    assert grade(sample(TRUTH), (replace(wrong, sure=False),))[0].faults == ("amount",)


def test_money_of_others_taken_for_ours() -> None:
    """A payee that is not ours, read as ours."""
    truth = replace(TRUTH, payee_is_library=False)
    assert "wrong payee ours" in grade(sample(truth), (RIGHT,))[0].dangers


def test_no_receipt_taken_for_one() -> None:
    """Taken for a receipt is a fault, for a sure one a danger."""
    assert grade(sample(NOTHING), (Receipt(),))[0].faults == ()
    weak = grade(sample(NOTHING), (replace(RIGHT, sure=False),))[0]
    assert weak.proof
    assert weak.dangers == ()
    assert grade(sample(NOTHING), (RIGHT,))[0].dangers == ("false receipt sure",)


def test_several_receipts_find_their_readings() -> None:
    """Pairs by serial and amount, not by order; a sure one too many is a danger."""
    other = replace(TRUTH, amount=Decimal("5.00"), serials=("99",), date=date(2026, 5, 6))
    read = replace(RIGHT, amount=Money.of("5.00"), serials=("99",), date=date(2026, 5, 6))
    assert [one.faults for one in grade(sample(TRUTH, other), (read, RIGHT))] == [(), ()]
    assert "false receipt sure" in grade(sample(TRUTH), (RIGHT, read))[0].dangers
    missing = grade(sample(TRUTH, other), (RIGHT,))
    assert "not seen as a receipt" in missing[1].faults


def test_fields_of_two_receipts_in_one() -> None:
    """The sum of one with the day of the other: a fault, and a danger where it is sure."""
    other = replace(TRUTH, amount=Decimal("5.00"), serials=("99",), date=date(2026, 5, 6), transactions=())
    mixed = replace(RIGHT, date=date(2026, 5, 6))
    assert "two receipts mixed" in grade(sample(TRUTH, other), (mixed,))[0].dangers
    unsure = grade(sample(TRUTH, other), (replace(mixed, sure=False),))[0]
    assert unsure.dangers == ()
    assert "1 with fields of two receipts" in unsure.faults
    assert grade(sample(TRUTH, other), (RIGHT,))[0].faults == ()


@pytest.mark.parametrize(("shown", "read", "right"), [
    ("1202024609908808891", "1202024609908808891", True), ("1202024609908808891", "1202024609908808897", False),
    ("1202***********8891", "1202***8891", True), ("1202***********8891", "1202024609908808891", True),
    ("1202***********8891", "1202***8892", False), ("1202 **** **** 8891", "1202********8891", True),
    ("****8891", "8891", True), ("****8891", "8892", False), ("1202***********8891", "", False),
])  # fmt: skip
def test_masked_accounts_by_what_is_shown(shown: str, read: str, right: bool) -> None:
    """The number of stars does not matter, each shown digit does."""
    assert same_account(read, replace(TRUTH, payee_account_shown=shown)) is right


def test_fields_that_are_not_shown_are_not_measured() -> None:
    """A page without a date cannot have a wrong one."""
    truth = replace(TRUTH, shown=frozenset({"amount"}))
    assert set(grade(sample(truth), (RIGHT,))[0].right) == {"amount"}


def test_wilson_interval() -> None:
    """Known values: 0 of 300 and 95 of 100."""
    low, high = wilson(0, 300)
    assert low == 0
    assert high == pytest.approx(0.0126, abs=0.0005)
    assert wilson(95, 100) == (pytest.approx(0.888, abs=0.002), pytest.approx(0.978, abs=0.002))


def test_table_counts_and_names_seeds() -> None:
    """A danger stands in the table with its seed."""
    bad = grade(sample(TRUTH), (replace(RIGHT, amount=Money.of("12.80")),))
    good = grade(sample(TRUTH), (RIGHT,))
    results = [
        Result(seed=seed, filename="a", grades=tuple(grades), wall=1.0, cpu=1.0, peak_mb=9, reading=(), notes=(), text_pdf=False)
        for seed, grades in ((41, bad), (42, good))
    ]  # fmt: skip
    text = table(results)
    assert "wrong amount sure: 1 (seeds 41)" in text
    assert "| bank_receipt | 2 | 50 " in text
    assert as_json(results)["bank_receipt"]["right"]["amount"] == [1, 2]  # type: ignore[index]
    assert percentile([1, 2, 3, 4], 0.5) == 3
