"""Staff, statements and the books: what once was done twice, undone by the machine, or given away."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.domain.accounting.invoice import Invoice, InvoiceState
from maild.domain.accounting.ledger import Book
from maild.domain.accounting.receipt import ReceiptKind
from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentEvent, PaymentState
from maild.office.books.reconcile import Reconciler
from tests.stories.tale import TODAY, Tale
from tests.stories.world import KEY, world

SERIAL = "12345678901234567890"


@pytest.fixture
def tale(tmp_path: Path) -> Iterator[Tale]:
    """One story in an empty office."""
    with world(tmp_path) as office:
        yield Tale(rng=random.Random(4), world=office, place=1)


def _reconciler(tale: Tale) -> Reconciler:
    parts = tale.world.parts
    return Reconciler(parts.store, parts.clock, parts.policy, numbers=parts.lookup.numbers, token_keys=(KEY,))


def _line(tale: Tale, amount: str, *, serial: str = SERIAL, purpose: str = "") -> str:
    line = StatementLine(key=f"t:{serial}:{amount}", format="t", channel="bank", amount=Money.of(amount), booked=TODAY,
                         serials=(serial,), purpose=purpose)  # fmt: skip
    with tale.world.store.begin() as uow:
        uow.statements.add([line], tale.world.clock.now())
    return line.key


def _claimed(tale: Tale, amount: str) -> str:
    """A claim on a fee of a new patron, by mail; its key."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, [amount])
    proof = tale.proof(patron, {}, fee.payable, date=TODAY, serials=(SERIAL,), kind=ReceiptKind.BANK_RECEIPT)
    tale.world.mail(patron.emails[0].address, "付款凭证", f"已付款 {fee.number}，凭证见附件。", [proof])
    tale.world.process()
    with tale.world.store.read() as uow:
        return uow.ledger.claims(numbers=[fee.number])[0].key


def _open(tale: Tale) -> list[Cause]:
    with tale.world.store.read() as uow:
        return [item.cause for item in uow.reviews.find()]


def test_what_staff_took_back_stays_so(tale: Tale) -> None:
    """A confirmation that a person undid is not made again an hour later: it waits for a person."""
    claim = _claimed(tale, "12.60")
    _line(tale, "12.60")
    assert len(_reconciler(tale).run_once().confirmed) == 1
    tale.world.books.take_back(f"confirm:{claim}", actor="staff", note="another payment")
    turn = _reconciler(tale).run_once()
    assert (turn.confirmed, [d.fresh for d in turn.doubts]) == ((), [True])
    assert _open(tale) == [Cause.UNCLAIMED_MONEY]


def test_the_question_is_closed_when_the_claim_comes(tale: Tale) -> None:
    """Money before staff that a later claim explains is asked about no longer."""
    _line(tale, "12.60")
    _reconciler(tale).run_once()
    assert _open(tale) == [Cause.UNCLAIMED_MONEY]
    _claimed(tale, "12.60")
    assert len(_reconciler(tale).run_once().confirmed) == 1
    assert _open(tale) == []


def test_an_allocation_taken_back_is_asked_again(tale: Tale) -> None:
    """The money lies with us again: staff see it in the queue, once."""
    patron = tale.patron()
    key = _line(tale, "12.60")
    _reconciler(tale).run_once()
    _reconciler(tale).allocate(key, actor="staff", patron_id=patron.patron_id)
    tale.world.books.take_back(f"allocate:{key}:{patron.patron_id}", actor="staff", note="somebody else's")
    assert [[d.fresh for d in _reconciler(tale).run_once().doubts] for _ in range(2)] == [[True], [False]]
    assert _open(tale) == [Cause.UNCLAIMED_MONEY]


def test_unclaimed_money_taken_back_is_cash_once_more(tale: Tale) -> None:
    """UNCLAIMED is never paid out of when nothing is in it."""
    key = _line(tale, "12.60")
    _reconciler(tale).run_once()
    tale.world.books.take_back(f"unclaimed:{key}", actor="staff", note="a slip")
    _claimed(tale, "12.60")
    assert len(_reconciler(tale).run_once().confirmed) == 1
    with tale.world.store.read() as uow:
        balances = uow.ledger.balances()
    assert (balances[Book.CASH, "CNY"], balances.get((Book.UNCLAIMED, "CNY"), Money.of(0))) == (
        Money.of("12.60"),
        Money.of(0),
    )


def test_a_line_that_does_not_fit_charges_nothing(tale: Tale) -> None:
    """A fee that was only quoted is not owed because somebody paid another sum for it."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, ["12.60"], payment_state=PaymentState.QUOTED)
    _line(tale, "5.00", purpose=fee.number)
    _reconciler(tale).run_once()
    with tale.world.store.read() as uow:
        assert uow.ledger.account(patron.patron_id).owed == Money.of(0)


def test_only_what_was_paid_is_given_back(tale: Tale) -> None:
    """The fee of an unpaid request is not paid out of the patron's deposit and forgiven besides."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, ["12.60"])
    tale.world.books.top_up(patron.patron_id, Money.of("100"), actor="staff")
    with pytest.raises(Permanent, match="confirmed as paid"):
        tale.world.books.refund(Money.of("12.60"), actor="staff", note="x", number=fee.number)
    with tale.world.store.read() as uow:
        account = uow.ledger.account(patron.patron_id)
        assert account.deposit == Money.of("100")


def test_a_cancelled_invoice_does_not_forbid_a_refund(tale: Tale) -> None:
    """Once it was taken back in the tax system, the money may go."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, ["12.60"])
    tale.world.acts.payment(fee.number, PaymentEvent.CONFIRMED, actor="staff")
    with tale.world.store.begin() as uow:
        now = tale.world.clock.now()
        row = Invoice(
            patron_id=patron.patron_id, transactions=(fee.number,), state=InvoiceState.CANCELLED, number="9" * 20
        )
        uow.invoices.add(row, now)
    tale.world.books.refund(Money.of("12.60"), actor="staff", note="x", number=fee.number)


def test_two_pictures_of_one_payment_are_assigned_once(tale: Tale) -> None:
    """What a person assigns is the payment's sum, not that of its pictures."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, ["12.60"])
    first = tale.proof(patron, {}, fee.payable, date=TODAY, sure=False, serials=(SERIAL,))
    tale.world.mail(patron.emails[0].address, "付款凭证", "凭证见附件。", [first, tale.again(first)])
    tale.world.process()
    with tale.world.store.read() as uow:
        (item,) = uow.reviews.find()
    tale.world.acts.assign(item.id, [fee.number], actor="staff", deposit=True)
    with tale.world.store.read() as uow:
        assert [claim.amount for claim in uow.ledger.claims()] == [fee.payable]


def test_nothing_is_no_amount(tale: Tale) -> None:
    """Zero is refused with a reason, not with a traceback."""
    claim = _claimed(tale, "12.60")
    with pytest.raises(Permanent, match="not an amount"):
        tale.world.books.confirm(claim, actor="staff", amount=Money.of(0))
