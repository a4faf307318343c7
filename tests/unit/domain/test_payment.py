"""When two proofs are one payment, and which fees an amount pays."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.accounting.allocation import Due, Fit, allocate
from maild.domain.accounting.payment import Sameness, edits, identity, keys, repeated, same
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.money import Money

SERIAL = "1234567890123456"


def receipt(**more: object) -> Receipt:
    """A bank's receipt of 12.50."""
    values: dict[str, object] = {
        "sha256": "a" * 64, "kind": ReceiptKind.BANK_RECEIPT, "amount": Money.of("12.50"), "date": date(2026, 11, 20),
        "time": "10:11:12", "serials": (SERIAL,), "look": "00ff00ff00ff00ff", **more,
    }  # fmt: skip
    return Receipt(**values)  # type: ignore[arg-type]


BASE = receipt()
ANOTHER = {"sha256": "b" * 64}
UNLIKE = {**ANOTHER, "look": "ff00ff00ff00ff00"}


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, Sameness.CERTAIN),
        (ANOTHER, Sameness.CERTAIN),
        ({**UNLIKE, "time": "", "date": None}, Sameness.CERTAIN),
        ({**UNLIKE, "amount": Money.of("13.50")}, Sameness.LIKELY),
        ({**ANOTHER, "serials": ()}, Sameness.LIKELY),
        ({**ANOTHER, "serials": (), "look": "01ff00ff00ff00ff", "time": ""}, Sameness.LIKELY),
        ({**UNLIKE, "serials": (SERIAL[:-1] + "9",)}, Sameness.LIKELY),
        ({**UNLIKE, "serials": ()}, Sameness.LIKELY),
        ({**UNLIKE, "serials": (), "time": ""}, Sameness.POSSIBLE),
        ({**UNLIKE, "serials": (), "time": "16:00:00"}, Sameness.NO),
        ({**ANOTHER, "serials": ("9876543210987654",)}, Sameness.NO),
        ({**ANOTHER, "serials": (), "amount": Money.of("12.51")}, Sameness.NO),
        ({**UNLIKE, "serials": (), "date": date(2026, 11, 22)}, Sameness.NO),
        ({**ANOTHER, "kind": ReceiptKind.NOT_A_RECEIPT}, Sameness.NO),
    ],
)
def test_two_proofs_of_one_payment_are_known(other: dict[str, object], expected: Sameness) -> None:
    """Bytes and serials are certain, looks and the second need an amount, what contradicts is another payment."""
    assert same(BASE, receipt(**other)) is expected
    assert same(receipt(**other), BASE) is expected


def test_a_form_is_known_by_date_codes_and_amount() -> None:
    """Campus forms have no serial; two of our own with different codes are two payments."""
    form = {
        "kind": ReceiptKind.CAMPUS_TRANSFER,
        "serials": (),
        "time": "",
        "payer_department": "1",
        "payer_project": "2",
    }
    one, two = receipt(**form), receipt(**form, **UNLIKE)
    assert same(one, two) is Sameness.LIKELY
    assert same(one, receipt(**{**form, **UNLIKE, "payer_project": "3"})) is Sameness.POSSIBLE
    assert same(receipt(**form, qr="ILF1:A"), receipt(**form, **UNLIKE, qr="ILF1:B")) is Sameness.NO
    assert same(receipt(**form, qr="ILF1:A"), receipt(**form, **UNLIKE, qr="ILF1:A")) is Sameness.CERTAIN


def test_keys_are_few_telling_and_never_an_account() -> None:
    """Our account, read as a serial, makes no two payments one; a short serial counts with day and amount only."""
    account = "1202024609908808891"
    assert f"serial:{account}" not in keys(receipt(serials=(account,), payee_account=account))
    assert "serial:12345678" not in keys(receipt(serials=("12345678",)))
    assert "serial:12345678:2026-11-20:1250CNY" in keys(receipt(serials=("12345678",)))
    assert keys(receipt(kind=ReceiptKind.NOT_A_RECEIPT)) == (f"file:{'a' * 64}:1:1",)
    assert all(len(key) <= 200 for key in keys(receipt(qr="ILF1:" + "9" * 300)))


def test_identity_is_one_for_one_payment() -> None:
    """Two pictures with one serial make one claim key; without a serial the file stands for it."""
    assert identity(BASE) == identity(receipt(**UNLIKE))
    assert identity(receipt(serials=())) != identity(receipt(serials=(), **ANOTHER))


def test_the_same_twice_in_one_mail_is_found() -> None:
    """Only the repetition is named."""
    assert repeated([BASE, receipt(**ANOTHER), receipt(**UNLIKE, serials=("9" * 16,), time="09:00:00")]) == [1]


@pytest.mark.parametrize(
    ("one", "other", "most"), [("abc", "abc", 0), ("abc", "axc", 1), ("abc", "abxc", 1), ("abcd", "x", 3)]
)
def test_edits(one: str, other: str, most: int) -> None:
    """Single-character changes, counted up to a limit."""
    assert edits(one, other) == most


def dues(*amounts: str) -> list[Due]:
    return [Due(number=f"t{i}", amount=Money.of(amount)) for i, amount in enumerate(amounts)]


@pytest.mark.parametrize(
    ("paid", "open_", "named", "fit", "numbers", "rest"),
    [
        ("12.50", ("12.50", "8.00"), (), Fit.EXACT, ("t0",), None),
        ("20.50", ("12.50", "8.00", "3.00"), (), Fit.EXACT, ("t0", "t1"), None),
        ("10.00", ("10.00", "10.00"), (), Fit.AMBIGUOUS, (), "10.00"),
        ("10.00", ("10.00", "4.00", "6.00"), (), Fit.AMBIGUOUS, (), "10.00"),
        ("20.00", ("10.00", "10.00"), (), Fit.EXACT, ("t0", "t1"), None),
        ("5.00", ("10.00",), (), Fit.PARTIAL, ("t0",), None),
        ("5.00", ("10.00", "7.00"), (), Fit.NONE, (), "5.00"),
        ("50.00", ("10.00", "7.00"), (), Fit.OVER, ("t0", "t1"), "33.00"),
        ("10.00", ("10.00", "10.00"), ("t1",), Fit.EXACT, ("t1",), None),
        ("5.00", ("10.00", "5.00"), ("t0",), Fit.PARTIAL, ("t0",), None),
        ("12.00", ("10.00", "5.00"), ("t0",), Fit.OVER, ("t0",), "2.00"),
        ("15.00", ("10.00", "5.00"), ("t0",), Fit.EXACT, ("t0", "t1"), None),
        ("15.00", ("10.00", "5.00", "5.00"), ("t0",), Fit.AMBIGUOUS, (), "15.00"),
        ("5.00", ("10.00", "5.00"), ("t0", "t1"), Fit.EXACT, ("t1",), None),
        ("7.00", ("10.00", "5.00"), ("t0", "t1"), Fit.AMBIGUOUS, (), "7.00"),
        ("7.00", ("10.00", "5.00"), ("t9",), Fit.NONE, (), "7.00"),
        ("7.00", (), (), Fit.NONE, (), "7.00"),
        ("0.00", ("10.00",), (), Fit.NONE, (), "0.00"),
    ],
)
def test_what_an_amount_pays(
    paid: str, open_: tuple[str, ...], named: tuple[str, ...], fit: Fit, numbers: tuple[str, ...], rest: str | None
) -> None:
    """Exact, several, a part, too much, or not to be told; named requests go first."""
    found = allocate(Money.of(paid), dues(*open_), named)
    assert (found.fit, found.numbers) == (fit, numbers)
    assert found.rest == (Money.of(rest) if rest else None)


def test_other_currencies_and_too_many_fees_are_no_match() -> None:
    """Money is never mixed; among more than thirty fees a sum proves nothing, and a name still does."""
    assert allocate(Money.of("10.00", "USD"), dues("10.00")).fit is Fit.NONE
    many = dues(*[f"{n}.00" for n in range(1, 41)])
    assert allocate(Money.of("7.00"), many).fit is Fit.AMBIGUOUS
    assert allocate(Money.of("7.00"), many, ["t6"]).numbers == ("t6",)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(1, 120))
def test_a_sum_is_matched_only_where_it_is_the_only_one(cents: list[int], paid: int) -> None:
    """Held against trying every set of fees."""
    open_ = [Due(number=f"t{i}", amount=Money.of(f"{c / 100:.2f}")) for i, c in enumerate(cents)]
    sets = [
        some
        for size in range(1, len(cents) + 1)
        for some in combinations(range(len(cents)), size)
        if sum(cents[i] for i in some) == paid
    ]
    found = allocate(Money.of(f"{paid / 100:.2f}"), open_)
    if len(sets) == 1:
        assert found.fit is Fit.EXACT
        assert found.numbers == tuple(f"t{i}" for i in sets[0])
    else:
        assert found.fit is not Fit.EXACT
    whole = sum((part for _, part in found.parts), Money.of(0)) + (found.rest or Money.of(0))
    assert whole == Money.of(f"{paid / 100:.2f}")
