"""Statement lines and claims: only what is certain in both directions is paired."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.domain.accounting.ledger import Claim
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.accounting.statement import StatementLine
from maild.domain.money import Money
from maild.match.reconcile import OpenClaim, Trait, reconcile

DAY = date(2026, 11, 20)
_ids = count(1)


def _line(amount: str = "12.60", **values: Any) -> StatementLine:
    defaults = {"format": "bank", "channel": "bank", "booked": DAY, "key": f"line-{next(_ids)}"}
    return StatementLine(**{**defaults, "amount": Money.of(amount), **values})


def _claim(amount: str = "12.60", *, number: str = "2026112000101", name: str = "", **receipt: Any) -> OpenClaim:
    claim = Claim(key=f"claim:{next(_ids)}", patron_id="P1", amount=Money.of(amount),
                  parts=((number, Money.of(amount)),), at=datetime(2026, 11, 20, tzinfo=UTC))  # fmt: skip
    proof = Receipt(**{"kind": ReceiptKind.BANK_RECEIPT, "date": DAY, **receipt})
    return OpenClaim(claim=claim, receipts=(proof,), names=(name,) if name else ())


def test_serial() -> None:
    """The same serial and the same amount: certain, whatever else is unlike."""
    claim = _claim(serials=("0001000200030004",))
    found = reconcile([_line(serials=("0001000200030004",), booked=DAY + timedelta(days=40))], [claim, _claim()])
    assert [pair.claim for pair in found.pairs] == [claim.claim]
    assert Trait.SERIAL in found.pairs[0].traits


def test_serial_with_another_amount_is_a_doubt() -> None:
    """Somebody changed the figure, or we misread it: a person looks, with the claim before them."""
    found = reconcile([_line("12.00", serials=("0001000200030004",))], [_claim(serials=("0001000200030004",))])
    assert found.pairs == ()
    ((candidate,),) = found.doubts.values()
    assert candidate.traits >= {Trait.SERIAL}


def test_amount_alone_is_no_proof() -> None:
    """The same amount on the same day is chance: small fees repeat."""
    found = reconcile([_line()], [_claim()])
    assert found.pairs == ()


def test_number_in_the_purpose() -> None:
    """The transaction number in the purpose and the amount: certain."""
    line = _line(purpose="图书馆文献传递费2026112000101")
    found = reconcile([line], [_claim(), _claim(number="2026112000102")], {line.key: ["2026112000101"]})
    assert [pair.claim.parts[0][0] for pair in found.pairs] == ["2026112000101"]


@pytest.mark.parametrize(
    ("line", "receipt", "certain"),
    [
        ({"payer_account": "6222000000001234"}, {"payer_account": "6222********1234"}, True),
        ({"payer_account": "6222000000001235"}, {"payer_account": "6222********1234"}, False),
        ({"payer_account": "6222000000001234"}, {"payer_account": "6222********1234", "date": date(2026, 8, 1)}, False),
        ({"payer": "张三"}, {"payer": "张三"}, True),
        ({"payer": "张三", "booked": DAY + timedelta(days=5)}, {"payer": "张三"}, False),
        ({"payer": "张*"}, {"payer": "张*"}, False),
        ({"channel": "wechat", "payer": "张三"}, {"payer": "张三"}, False),
        (
            {"channel": "campus", "department": "181000", "project": "512345", "booked": DAY + timedelta(days=60)},
            {"kind": ReceiptKind.CAMPUS_TRANSFER, "payer_department": "181000", "payer_project": "512345"},
            True,
        ),
    ],
)
def test_what_suffices(line: dict[str, Any], receipt: dict[str, Any], certain: bool) -> None:
    """An account, codes or a name suffice with the amount and a date that fits; a masked name never does."""
    assert bool(reconcile([_line(**line)], [_claim(**receipt)]).pairs) is certain


def test_two_of_a_kind_wait() -> None:
    """Two claims, or two lines, of the same payer and amount: nobody can say which is which."""
    one, two = _claim(payer="张三"), _claim(payer="张三")
    assert reconcile([_line(payer="张三")], [one, two]).pairs == ()
    assert reconcile([_line(payer="张三"), _line(payer="张三")], [one]).pairs == ()


def test_money_that_went_out_is_left_alone() -> None:
    """A refund is no payment."""
    assert reconcile([_line("-12.60", payer="张三")], [_claim(payer="张三")]) == reconcile([], [])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_never_wrong(data: st.DataObject) -> None:
    """Whatever payers and amounts: a pair is always the true one, and none is used twice.

    Payers are few and amounts repeat; each true payment has its serial on the line or the payer's account, and
    some payments were never claimed, some claims never paid.
    """
    people = [(f"人{i}", f"62220000000{i}{i}{i}{i}") for i in range(4)]
    lines, claims, truth = [], [], {}
    for index in range(data.draw(st.integers(1, 12))):
        name, account = people[data.draw(st.integers(0, 3))]
        amount = data.draw(st.sampled_from(["3.00", "5.00", "12.60"]))
        serial = f"SERIAL{index:010d}"
        paid, claimed = data.draw(st.booleans()), data.draw(st.booleans())
        shown = data.draw(st.booleans())
        day = DAY + timedelta(days=data.draw(st.integers(0, 40)))
        line = _line(amount, payer=name, payer_account=account, serials=(serial,) if shown else (), booked=day)
        claim = _claim(
            amount, number=f"20261120{index:05d}", payer=name, payer_account=account, serials=(serial,), date=day
        )
        if paid:
            lines.append(line)
        if claimed:
            claims.append(claim)
        truth[line.key] = claim.claim.key if paid and claimed else ""
    found = reconcile(lines, claims)
    assert len({pair.claim.key for pair in found.pairs}) == len(found.pairs)
    for pair in found.pairs:
        if Trait.SERIAL in pair.traits:
            assert truth[pair.line.key] == pair.claim.key
        assert pair.line.amount == pair.claim.amount
        assert (
            pair.line.payer_account
            == claims[[c.claim.key for c in claims].index(pair.claim.key)].receipts[0].payer_account
        )
