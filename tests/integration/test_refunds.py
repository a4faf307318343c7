"""Refunds that are paid out: by a statement's line where that is certain both ways, else by a librarian; never twice."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.config import Settings
from maild.domain.accounting import bookkeeping
from maild.domain.accounting.channel import Channel
from maild.domain.accounting.ledger import Book, Refund
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.requests.patron import Patron, PatronAddress
from maild.match import NumberFinder
from maild.office.books.reconcile import Reconciler, Turn
from maild.office.books.reconcile_refunds import open_refund
from maild.spine.policy import Policy
from maild.store import migrate, open_store
from maild.store.accounting import refunds as refund_rows

TODAY = date(2026, 11, 24)
NAMES = {"p1": "张三", "p2": "李四"}
NONE = Money.of(0)


class Clock:
    """Noon of the day."""

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 4, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the schema."""
    path = tmp_path_factory.mktemp("refunds") / "maild.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


class Desk:
    """Books with two patrons, and statements that come."""

    def __init__(self, template: Path, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        shutil.copy(template, folder / "m.db")
        self.store = open_store(f"sqlite:///{folder / 'm.db'}")
        pattern = Settings().matching.transaction_number
        self.reconciler = Reconciler(
            self.store, Clock(), Policy(), numbers=NumberFinder(pattern), token_keys=(b"k" * 32,)
        )
        self.count, self.bank = 0, Decimal(0)
        now = Clock().now()
        with self.store.begin() as uow:
            uow.patrons.upsert([Patron(patron_id=who, name=name, emails=(PatronAddress(address=f"{who}@x.example"),))
                                for who, name in NAMES.items()], now)  # fmt: skip

    def deposit(self, who: str, amount: str) -> None:
        """Money that came by a bank's line and is the patron's."""
        self.line(amount, "somebody")
        with self.store.read() as uow:
            line = next(one for one in uow.statements.open() if one.amount == Money.of(amount))
        self.reconciler.allocate(line.key, actor="li", patron_id=who)

    def refund(self, who: str, amount: str, number: str = "") -> str:
        """Granted; its key."""
        self.count += 1
        entry = bookkeeping.refund(f"{who}:{self.count}", who, Money.of(amount), "asked for", number=number)
        with self.store.begin() as uow:
            uow.ledger.post([entry], Clock().now())
        return entry.key

    def by_word(self, key: str, channel: Channel = Channel.BANK) -> None:
        """A librarian says that it was paid out."""
        with self.store.begin() as uow:
            uow.ledger.post([bookkeeping.paid_out(open_refund(uow, key), channel=channel)], Clock().now())

    def one(self, key: str) -> Refund:
        with self.store.read() as uow:
            found = uow.ledger.refund(key)
        assert found is not None
        return found

    def take_back(self, key: str) -> None:
        """An entry of the books is reversed."""
        with self.store.begin() as uow:
            entry = uow.ledger.get(key)
            assert entry is not None
            uow.ledger.post([bookkeeping.reverse(entry, "by mistake")], Clock().now())

    def line(self, amount: str, name: str, *, days: int = 0, purpose: str = "文献传递费退款", serial: str = "") -> Turn:
        """A line of the bank's comes in and everything is looked at."""
        self.count += 1
        self.bank += Decimal(amount)
        line = StatementLine(key=f"bank:{self.count}", format="bank", channel=Channel.BANK, amount=Money.of(amount),
                             booked=TODAY + timedelta(days=days), payer=name, purpose=purpose, file="s.csv",
                             serials=(serial,) if serial else ())  # fmt: skip
        with self.store.begin() as uow:
            uow.statements.add([line], Clock().now())
        return self.reconciler.run_once()

    def cash(self) -> Decimal:
        with self.store.read() as uow:
            assert uow.ledger.faults() == []
            return uow.ledger.balances().get((Book.CASH, "CNY"), NONE).amount

    def waiting(self) -> list[Cause]:
        with self.store.read() as uow:
            return [item.cause for item in uow.reviews.find()]


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    """An office whose patrons have deposits."""
    made = Desk(template, tmp_path / "d")
    made.deposit("p1", "100.00")
    made.deposit("p2", "80.00")
    yield made
    made.store.close()


def test_an_outgoing_line_settles_its_refund(desk: Desk) -> None:
    """The payee's name and the sum fit one refund only: it is paid out, once, and cash is what the bank has."""
    desk.refund("p1", "30.00")
    desk.refund("p2", "20.00")
    turn = desk.line("-30.00", "张三", days=9)
    assert [(one.refund.patron_id, one.line.amount) for one in turn.paid_out] == [("p1", Money.of("-30.00"))]
    assert turn.doubts == ()
    assert desk.cash() == desk.bank
    with desk.store.read() as uow:
        assert [one.patron_id for one in uow.ledger.refunds()] == ["p2"]
    assert desk.reconciler.run_once().paid_out == ()


@pytest.mark.parametrize(
    ("amount", "name", "days"),
    [("-30.00", "王五", 0), ("-29.00", "张三", 0), ("-30.00", "张三", -40), ("-30.00", "", 0)],
)
def test_what_is_not_certain_waits(desk: Desk, amount: str, name: str, days: int) -> None:
    """Another payee, another sum, before it was granted, nobody named: a person looks, and the money is booked."""
    desk.refund("p1", "30.00")
    turn = desk.line(amount, name, days=days)
    assert turn.paid_out == ()
    assert desk.waiting().count(Cause.MONEY_OUT) == 1
    assert desk.cash() == desk.bank


@pytest.mark.parametrize("purpose", ["11月助研劳务费", "差旅费报销", "工资", "退休人员慰问", ""])
def test_wages_to_the_same_name_are_no_refund(desk: Desk, purpose: str) -> None:
    """The account is the whole university's: a line settles a refund by name only where it says that it is one."""
    desk.refund("p1", "30.00")
    turn = desk.line("-30.00", "张三", days=9, purpose=purpose)
    assert turn.paid_out == ()
    assert desk.waiting().count(Cause.MONEY_OUT) == 1
    assert desk.cash() == desk.bank


def test_two_of_one_sum_are_for_a_person(desk: Desk) -> None:
    """Certain means both ways: two refunds of one patron and sum, or two lines, settle nothing by themselves."""
    first = desk.refund("p1", "10.00")
    desk.refund("p1", "10.00")
    turn = desk.line("-10.00", "张三")
    assert turn.paid_out == ()
    assert len(turn.doubts[0].candidates) == 2
    done = desk.reconciler.pay_out(turn.doubts[0].line.key, first, actor="li")
    assert done.refund.key == first
    assert Cause.MONEY_OUT not in desk.waiting()
    assert desk.cash() == desk.bank
    with pytest.raises(NotFound):
        desk.reconciler.pay_out(turn.doubts[0].line.key, first, actor="li")


def test_the_serial_of_what_was_paid_and_a_request_number_are_telling(desk: Desk) -> None:
    """A payment service refunds by the serial of the payment; a clerk writes the request into the purpose."""
    now = Clock().now()
    with desk.store.begin() as uow:
        entry = bookkeeping.claim("w", "p2", Money.of(5))
        uow.ledger.post([entry], now)
        proof = Receipt(kind=ReceiptKind.WECHAT, sha256="a" * 64, serials=("4200001234567890",))
        uow.receipts.add(None, "p2", [proof], now, claim=entry.key)
    desk.refund("p1", "7.00", "2026112000101")
    desk.refund("p2", "8.00")
    assert len(desk.line("-8.00", "", serial="4200001234567890").paid_out) == 1
    assert len(desk.line("-7.00", "", purpose="退款 2026112000101").paid_out) == 1
    assert desk.cash() == desk.bank


def test_a_librarians_word_gives_way_to_the_statement(desk: Desk) -> None:
    """Paid out by hand, then the bank says so: booked once. Paid in cash: the bank's line is another matter."""
    key = desk.refund("p1", "30.00")
    desk.by_word(key)
    assert desk.cash() == desk.bank - 30
    with pytest.raises(Permanent, match="paid out already"), desk.store.read() as uow:
        open_refund(uow, key)
    assert len(desk.line("-30.00", "张三", days=3).paid_out) == 1
    assert desk.cash() == desk.bank
    desk.by_word(desk.refund("p2", "20.00"), Channel.CASH)
    assert desk.line("-20.00", "李四").paid_out == ()


def test_the_line_may_come_before_the_refund_is_entered(desk: Desk) -> None:
    """Money that went out stands as unexplained until the refund is in the books; then it is that."""
    assert desk.line("-12.00", "李四").doubts[0].line.payer == "李四"
    desk.refund("p2", "12.00")
    assert len(desk.reconciler.run_once().paid_out) == 1
    with desk.store.read() as uow:
        assert uow.ledger.balances().get((Book.UNCLAIMED, "CNY"), NONE) == NONE
    assert desk.cash() == desk.bank


def test_taken_back_it_is_open_again(desk: Desk) -> None:
    """Reversing 'paid out' opens the refund, for a person; reversing the refund ends it."""
    key = desk.refund("p1", "9.00")
    desk.by_word(key)
    with desk.store.begin() as uow:
        (paid,) = [one for one in uow.ledger.refunds(open_only=False) if one.key == key]
        said = uow.ledger.get(paid.paid_by)
        assert said is not None
        uow.ledger.post([bookkeeping.reverse(said, "by mistake")], Clock().now())
        (again,) = uow.ledger.refunds()
    assert again.tip == f"undo:{said.key}"
    assert desk.line("-9.00", "张三").paid_out == (), "opened by a person, settled by a person"
    desk.by_word(key)
    with desk.store.read() as uow:
        assert uow.ledger.refunds() == []


acts = st.lists(
    st.tuples(
        st.sampled_from(["refund", "line", "stray", "word", "deposit"]),
        st.sampled_from(["p1", "p2"]),
        st.integers(1, 4),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_cash_is_what_the_bank_has(template: Path, tmp_path: Path, acts: list[tuple[str, str, int]]) -> None:
    """Refunds, lines, strays and words in any order: once each word's line came, cash equals the bank, to the cent."""
    desk = Desk(template, Path(tempfile.mkdtemp(dir=tmp_path)))  # one of its own: SQLite keeps files beside the file
    desk.deposit("p1", "1000.00")
    desk.deposit("p2", "1000.00")
    said: list[tuple[str, str]] = []
    for act, who, size in acts:
        amount = f"{size}.0{size}"
        if act == "refund":
            desk.refund(who, amount)
        elif act == "line":
            desk.line(f"-{amount}", NAMES[who])
        elif act == "stray":
            desk.line(f"-{amount}", "电力公司")
        elif act == "deposit":
            desk.deposit(who, f"{size}00.01")
        else:
            unique = f"{size}.{50 + len(said)}"
            desk.by_word(desk.refund(who, unique))
            said.append((who, unique))
        assert desk.cash() == desk.bank - sum(Decimal(a) for _, a in said)
    for who, unique in said:
        paid = desk.line(f"-{unique}", NAMES[who]).paid_out  # with it lines that waited for a refund entered since
        assert [one.refund.patron_id for one in paid if one.line.amount == Money.of(f"-{unique}")] == [who]
    assert desk.cash() == desk.bank
    desk.store.close()


def test_a_line_of_another_sign_is_not_mistaken(desk: Desk) -> None:
    """Money that comes in settles no refund, and money that goes out no claim."""
    desk.refund("p1", "30.00")
    assert desk.line("30.00", "张三").paid_out == ()
    with desk.store.read() as uow:
        assert len(uow.ledger.refunds()) == 1
    assert replace(desk.reconciler.run_once(), doubts=()).confirmed == ()


def test_the_open_ones_are_found_among_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many were paid out since: what is open is never cut off; one taken back is none, with or without them."""
    monkeypatch.setattr(refund_rows, "_LATEST", refund_rows._LATEST.limit(2))
    old, again = desk.refund("p1", "1.00"), desk.refund("p1", "2.00")
    for _ in range(2):  # paid and taken back, twice: open
        desk.by_word(again)
        desk.take_back(desk.one(again).paid_by)
    withdrawn = desk.refund("p2", "3.00")
    desk.take_back(withdrawn)
    paid = [desk.refund("p2", "4.00") for _ in range(4)]
    for key in paid:
        desk.by_word(key)
    with desk.store.read() as uow:
        assert {one.key for one in uow.ledger.refunds()} == {old, again}
        assert {one.key for one in uow.ledger.refunds(open_only=False)} == {old, again, *paid[2:]}
        assert uow.ledger.refund(withdrawn) is None
    assert desk.one(paid[0]).paid_by
    with desk.store.read() as uow, pytest.raises(Permanent, match="already"):
        open_refund(uow, paid[0])
