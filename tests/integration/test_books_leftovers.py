"""What is left over when fees move after they were charged: rows, currencies, reopened requests, late claims."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maild.domain.accounting.ledger import Account
from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.mail import Attachment
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import MailStatus
from maild.domain.requests.lifecycle import PaymentEvent, PaymentState, State
from maild.domain.requests.patron import Patron, Transaction
from maild.office.imports.importing import ImportReport, import_transactions
from maild.office.payments.opening import open_moved
from maild.office.payments.proofs import BackgroundProofs
from tests.stories.tale import TODAY, Tale
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


def _news(tale: Tale, request: Transaction, status: str, *more: str, pdf: bool = False) -> None:
    """A provider's mail about a request, processed."""
    lines = ["您好：", "", f"事务号：{request.number}", f"题名：{request.title}", f"当前状态：{status}", *more, ""]
    subject = f"【CALIS馆际互借】文献{status}：{request.number}"
    mail = tale.world.mail("ill@calis.edu.cn", subject, "\n".join(lines), pdf=pdf)
    tale.world.process()
    assert tale.world.mail_of(mail).status is not MailStatus.SHUNTED


def _request(tale: Tale, request: Transaction) -> Transaction:
    with tale.world.store.read() as uow:
        (found,) = uow.transactions.get_many([request.number])
        return found


@pytest.mark.parametrize("total", [None, Money.of("5.00", "USD")])
def test_a_providers_other_currency_is_for_a_person(tale: Tale, total: Money | None) -> None:
    """A fee in USD, told in CNY: a person looks, the mail is not shunted, the request and the books stay."""
    patron = tale.patron()
    share = Money.of("5.00", "USD")
    (fee,) = tale.fees(patron, [share], state=State.IN_PROCESS, total=total, subsidy=None)
    with tale.world.store.begin() as uow:
        open_moved(uow, [fee], tale.world.clock.now(), actor="test")
    _news(tale, fee, "已寄送", "费用合计：35.00元", pdf=True)
    with tale.world.store.read() as uow:
        (item,) = uow.reviews.find()
        assert uow.ledger.owed([fee.number]) == {fee.number: share}
    assert item.cause is Cause.AMOUNT_DIFFERS
    assert "USD" in " ".join(item.reasons)
    assert _request(tale, fee).state is State.IN_PROCESS


def test_a_currency_that_only_the_books_know(tale: Tale) -> None:
    """The request's fee was taken back by hand, the books still hold it in USD: the same."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, [Money.of("5.00", "USD")], state=State.IN_PROCESS, subsidy=None)
    with tale.world.store.begin() as uow:
        open_moved(uow, [fee], tale.world.clock.now(), actor="test")
        uow.transactions.upsert([replace(fee, total=None, payable=None)], tale.world.clock.now())
    _news(tale, fee, "已寄送", "费用合计：35.00元", pdf=True)
    with tale.world.store.read() as uow:
        assert [item.cause for item in uow.reviews.find()] == [Cause.AMOUNT_DIFFERS]


def _paid_in_vain(tale: Tale) -> tuple[Patron, Transaction]:
    """A request that was paid ahead, then came to nothing: 12.60 is deposit."""
    patron = tale.patron()
    (fee,) = tale.fees(patron, ["12.60"], state=State.FORWARDED)
    tale.world.acts.payment(fee.number, PaymentEvent.CONFIRMED, actor="staff")
    _news(tale, fee, "未满足")
    assert _request(tale, fee).state is State.UNFILLED
    assert _account(tale, patron).deposit == Money.of("12.60")
    return patron, fee


def _told(tale: Tale) -> list[NoticeKind]:
    with tale.world.store.read() as uow:
        return [entry.request.kind for entry in uow.outbox.find()]


@pytest.mark.parametrize("stages", [("已寄送",), ("已转发", "已寄送")])
def test_a_reopened_request_is_paid_from_what_came_back(tale: Tale, stages: tuple[str, ...]) -> None:
    """Paid, unfilled, then shipped by another library: the deposit pays it again, the copy goes out."""
    patron, fee = _paid_in_vain(tale)
    for stage in stages:
        _news(tale, fee, stage, pdf=stage == "已寄送")
    account = _account(tale, patron)
    assert (account.owed, account.deposit) == (Money.of(0), Money.of(0))
    request = _request(tale, fee)
    assert (request.state, request.payment_state) == (State.SHIPPED, PaymentState.CONFIRMED)
    assert NoticeKind.DOCUMENT_DELIVERED in _told(tale)


@pytest.mark.parametrize("stages", [("已寄送",), ("已转发", "已寄送")])
def test_a_reopened_request_whose_money_is_spent_is_due(tale: Tale, stages: tuple[str, ...]) -> None:
    """What came back was paid out: the fee is asked for, and the copy waits for the payment."""
    patron, fee = _paid_in_vain(tale)
    tale.world.books.refund(Money.of("10"), actor="staff", note="asked for", patron_id=patron.patron_id)
    for stage in stages:
        _news(tale, fee, stage, pdf=stage == "已寄送")
    account = _account(tale, patron)
    assert (account.owed, account.deposit) == (Money.of("12.60"), Money.of("2.60"))
    request = _request(tale, fee)
    assert (request.state, request.payment_state) == (State.SHIPPED, PaymentState.DUE)
    assert NoticeKind.DOCUMENT_DELIVERED not in _told(tale)
    assert NoticeKind.FEE_NOTICE in _told(tale)
    with tale.world.store.read() as uow:
        moves = [(e.before, e.after) for e in uow.journal.of_transaction(fee.number) if e.what == "payment"]
    assert ("confirmed", "due") in moves


class Strained:
    """A reader of proofs that is over its time, or dies, the first times."""

    version = "1"

    def __init__(self, warning: str, times: int) -> None:
        self.warning, self.times, self.calls = warning, times, 0

    def read(self, content: bytes, *, filename: str = "", media_type: str = "") -> tuple[Receipt, ...]:
        """What is left of the trouble, then a receipt."""
        self.calls += 1
        strained = self.calls <= self.times
        return (Receipt(source=filename, warnings=(self.warning,) if strained else ()),)

    def close(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize(
    ("warning", "times", "calls"),
    [
        ("time: reading took longer than 60 s and was stopped", 1, 2),
        ("broken: the worker died while reading: Killed", 2, 3),
        ("time: the rest of the file was not read", 9, 3),
        ("broken: not a picture", 9, 1),
    ],
)
def test_a_moments_load_is_not_remembered(tale: Tale, warning: str, times: int, calls: int) -> None:
    """Such a file is read again when its mail comes again, three times at most; what the file itself is, once."""
    reader, mail_id = Strained(warning, times), 7
    picture = Attachment(filename="a.jpg", media_type="image/jpeg", content=b"\xff\xd8" + bytes(6000), sha256="a" * 64)
    lane = BackgroundProofs(tale.world.store, reader, tale.world.clock)
    known: dict[str, tuple[Receipt, ...]] = {}
    for _ in range(calls):
        assert known == {}
        assert lane.ask(mail_id, [picture])
        while lane.busy:
            lane.wait(5)
        with tale.world.store.read() as uow:
            known = uow.receipts.cached([picture.sha256], "1")
    lane.close()
    assert reader.calls == calls
    assert [r.warnings for r in known[picture.sha256]] == [(warning,) if calls <= times else ()]


def _claim(tale: Tale, patron: Patron, *amounts: str) -> tuple[str, list[Transaction]]:
    """A claim by mail on fees of requests that are under way; its key."""
    fees = tale.fees(patron, amounts, state=State.FORWARDED)
    whole = sum((Money.of(amount) for amount in amounts), Money.of(0))
    proof = tale.proof(patron, {}, whole, date=TODAY)
    text = f"已付款 {'、'.join(fee.number for fee in fees)}，凭证见附件。"
    tale.world.mail(patron.emails[0].address, "付款凭证", text, [proof])
    tale.world.process()
    with tale.world.store.read() as uow:
        (claim,) = uow.ledger.claims(numbers=[fee.number for fee in fees])
    return claim.key, fees


def test_money_for_a_cancelled_request_is_told_as_deposit(tale: Tale) -> None:
    """The claim is confirmed when its request has come to nothing: the patron hears where the money is."""
    patron = tale.patron()
    claim, (fee,) = _claim(tale, patron, "12.60")
    _news(tale, fee, "未满足")
    tale.world.books.confirm(claim, actor="staff")
    assert _account(tale, patron).deposit == Money.of("12.60")
    with tale.world.store.read() as uow:
        notices = [entry.request for entry in uow.outbox.find()]
    assert NoticeKind.PAYMENT_CONFIRMED not in [n.kind for n in notices]
    (credited,) = [n for n in notices if n.kind is NoticeKind.DEPOSIT_CREDITED]
    assert (credited.data["amount"], credited.data["balance"]) == ("12.60", "12.60")


def test_a_claim_of_which_one_request_was_cancelled(tale: Tale) -> None:
    """One fee is confirmed as paid, the other's money is told as deposit."""
    patron = tale.patron()
    claim, (kept, lost) = _claim(tale, patron, "12.60", "8.00")
    _news(tale, lost, "未满足")
    tale.world.books.confirm(claim, actor="staff")
    with tale.world.store.read() as uow:
        told = {entry.request.kind: entry.request.data for entry in uow.outbox.find()}
    rows = str(told[NoticeKind.PAYMENT_CONFIRMED]["transactions"])
    assert (kept.number in rows, lost.number in rows) == (True, False)
    assert told[NoticeKind.DEPOSIT_CREDITED]["amount"] == "8.00"
