"""Payments that once went wrong: each of these paid twice, let something go, told too much or was lost."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.domain import SAY
from maild.domain.accounting.receipt import Purpose, Receipt, ReceiptKind
from maild.domain.incoming import token
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import PaymentState
from maild.domain.requests.patron import Patron, Transaction
from tests.stories.tale import TODAY, Tale
from tests.stories.world import KEY, world

PAID = "老师您好，费用已转账，凭证见附件。"
FORM: dict[str, Any] = {"kind": ReceiptKind.CAMPUS_TRANSFER, "serials": (), "time": "", "date": TODAY,
                           "payer_department": "1", "payer_project": "2", "look": ""}  # fmt: skip


@pytest.fixture
def tale(tmp_path: Path) -> Iterator[Tale]:
    """One story in an empty office."""
    with world(tmp_path) as office:
        yield Tale(rng=random.Random(3), world=office, place=1)


def _send(
    tale: Tale, patron: Patron, text: str, receipts: Sequence[Receipt], subject: str = "付款凭证"
) -> tuple[MailStatus, list[Cause]]:
    """The mail's status once it was processed, and why what is in the queue waits."""
    mail_id = tale.world.mail(patron.emails[0].address, subject, text, receipts)
    tale.world.process()
    with tale.world.store.read() as uow:
        return uow.mails.get(mail_id).status, [item.cause for item in uow.reviews.find()]


def _payment(tale: Tale, transaction: Transaction) -> PaymentState:
    with tale.world.store.read() as uow:
        found = uow.transactions.get(transaction.number)
    assert found is not None
    return found.payment_state


def _claims(tale: Tale) -> list[str]:
    with tale.world.store.read() as uow:
        return sorted(str(claim.amount.amount) for claim in uow.ledger.claims())


def test_app_screen_and_bank_receipt_of_one_payment(tale: Tale) -> None:
    """Day and sum are the same, and nothing tells them apart: they do not pay two fees of that sum."""
    patron = tale.patron()
    fees = tale.fees(patron, ["12.60", "12.60"])
    screen = tale.proof(patron, {}, fees[0].payable, kind=ReceiptKind.BANK_APP, serials=(), time="", date=TODAY)
    receipt = tale.proof(
        patron, {}, fees[0].payable, kind=ReceiptKind.BANK_RECEIPT, serials=("1" * 20,), time="", date=TODAY
    )
    status, _ = _send(tale, patron, PAID, [screen, receipt])
    assert (status, _claims(tale)) == (MailStatus.REVIEW, [])
    assert {_payment(tale, fee) for fee in fees} == {PaymentState.DUE}


@pytest.mark.parametrize(
    ("days", "warnings", "owed", "booked"),
    [(0, (SAY("no_year"),), "12.60", ["12.60"]), (20, (SAY("no_year"),), "12.60", ["12.60"]), (40, (SAY("no_year"),), "12.60", []), (-2, (SAY("no_year"),), "12.60", []),
     (0, (SAY("no_year"), SAY("named_only")), "12.60", ["12.60"]), (0, (SAY("no_year"), SAY("named_only")), "13.60", []), (0, (SAY("no_year"), "money came in, not out"), "12.60", [])],
)  # fmt: skip
def test_a_message_has_its_year_from_the_mail(
    tale: Tale, days: int, warnings: tuple[str, ...], owed: str, booked: list[str]
) -> None:
    """The last such day up to the mail's, a month before at most; what else speaks against it stays; the day is kept."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, [owed])
    day = TODAY - timedelta(days=days)
    told: dict[str, Any] = {"kind": ReceiptKind.BANK_APP, "serials": (), "date": None, "month_day": f"{day:%m-%d}"}
    told |= {"sure": False, "warnings": warnings, "paid_for": Purpose.OURS, "payee_account": ""}
    told |= {"payee_is_library": None if SAY("named_only") in warnings else True}
    message = tale.proof(patron, {}, Money.of("12.60"), **told)
    status, _ = _send(tale, patron, f"已付款 {fee.number}，凭证见附件。", [message])
    assert (_claims(tale), status is MailStatus.SETTLED) == (booked, bool(booked))
    with tale.world.store.read() as uow:
        (seen,) = (one for mail in uow.mails.find() for one in uow.receipts.of_mail(mail.id))
    assert seen.receipt.date == (day if 0 <= days <= 31 else None)


def test_two_pictures_of_one_form(tale: Tale) -> None:
    """The second picture pays nothing, and the decision says so."""
    patron = tale.patron()
    one, _ = tale.fees(patron, ["12.60", "12.60"])
    pictures = [tale.proof(patron, {}, one.payable, transactions=(one.number,), **FORM) for _ in range(2)]
    assert _send(tale, patron, PAID, pictures) == (MailStatus.SETTLED, [])
    with tale.world.store.read() as uow:
        (mail,) = uow.mails.find()
    assert "same payment as" in mail.reason


def test_two_forms_of_one_unit_day_and_sum(tale: Tale) -> None:
    """Each names its own request: the second may be a payment of its own, or be misread, so a person looks."""
    patron = tale.patron()
    fees = tale.fees(patron, ["12.60", "12.60"])
    forms = [tale.proof(patron, {}, fee.payable, transactions=(fee.number,), **FORM) for fee in fees]
    assert _send(tale, patron, PAID, forms) == (MailStatus.REVIEW, [Cause.SEEN_BEFORE])
    assert _claims(tale) == ["12.60"]


def test_a_fee_in_another_currency(tale: Tale) -> None:
    """Waits for a person; the mail is not shunted."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, [Money.of("12.60", "USD")])
    proof = tale.proof(patron, {}, Money.of("12.60"), date=TODAY)
    assert _send(tale, patron, f"已付款 {fee.number}，凭证见附件。", [proof]) == (
        MailStatus.REVIEW,
        [Cause.AMOUNT_DIFFERS],
    )


@pytest.mark.parametrize("amount", ["0.00", "-5.00"])
def test_no_amount_at_all(tale: Tale, amount: str) -> None:
    """Nothing or less is no deposit."""
    patron = tale.patron()
    proof = tale.proof(patron, {}, Money.of(amount), date=TODAY)
    found = _send(tale, patron, "您好，我想预存费用，预付款凭证见附件。", [proof], subject="预付款")
    assert found == (MailStatus.REVIEW, [Cause.UNREADABLE])


def test_the_last_cent_lets_nothing_go(tale: Tale) -> None:
    """A large claim waits for the statement, also when a small one that is sure completes it."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, ["400.00"])
    for amount in ("399.00", "1.00"):
        proof = tale.proof(patron, {}, Money.of(amount), date=TODAY, kind=ReceiptKind.BANK_RECEIPT)
        assert _send(tale, patron, f"已付款 {fee.number}，凭证见附件。", [proof])[0] is MailStatus.SETTLED
    assert (_claims(tale), _payment(tale, fee)) == (["1.00", "399.00"], PaymentState.DUE)


def test_the_ceiling_holds_for_all_parts_of_a_fee(tale: Tale) -> None:
    """A large fee in three proofs is still a large fee."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, ["750.00"])
    proofs = [
        tale.proof(patron, {}, Money.of(a), date=TODAY, kind=ReceiptKind.BANK_RECEIPT)
        for a in ("251.00", "250.00", "249.00")
    ]
    _send(tale, patron, f"已付款 {fee.number}，凭证见附件。", proofs)
    assert (_claims(tale), _payment(tale, fee)) == (["249.00", "250.00", "251.00"], PaymentState.DUE)


def test_the_rest_of_a_form(tale: Tale) -> None:
    """The same form with another sum may be the rest of the fee: a person looks, it is not waved away."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, ["12.60"])
    _send(tale, patron, PAID, [tale.form(patron, [fee], date=TODAY, amount=Money.of("5.00"), look="0" * 16)])
    rest = tale.form(patron, [fee], date=TODAY, amount=Money.of("7.60"), look="f" * 16)
    assert _send(tale, patron, PAID, [rest]) == (MailStatus.REVIEW, [Cause.SEEN_BEFORE])


def test_a_file_that_cannot_be_read_beside_a_good_proof(tale: Tale) -> None:
    """The good one is booked, the other is put before a person."""
    patron = tale.patron()
    fees = tale.fees(patron, ["12.60", "7.00"])
    locked = Receipt(source="b.pdf", sha256="9" * 64, warnings=("encrypted: a password is needed",))
    good = tale.proof(patron, {}, fees[0].payable, date=TODAY)
    assert _send(tale, patron, PAID, [good, locked]) == (MailStatus.REVIEW, [Cause.UNREADABLE])
    assert (_payment(tale, fees[0]), _claims(tale)) == (PaymentState.PROOF_RECEIVED, ["12.60"])


def test_who_holds_a_token_learns_no_more(tale: Tale) -> None:
    """Another patron who answers with the owner's token is not told what the owner's proof paid for."""
    stranger, owner = tale.patron(), tale.patron()
    one, other = tale.fees(owner, ["12.60", "7.00"])
    proof = tale.proof(owner, {}, Money.of("19.60"), date=TODAY)
    _send(tale, owner, f"已付款 {one.number} {other.number}，凭证见附件。", [proof])
    _send(tale, stranger, PAID, [proof], subject="Re: " + token.make(KEY, one.number, owner.emails[0].address, TODAY))
    with tale.world.store.read() as uow:
        told = {(entry.request.kind, entry.request.recipient) for entry in uow.outbox.find()}
    assert told == {(NoticeKind.PROOF_RECEIVED, owner.emails[0].address)}
