"""Statements against the books, on a real database: confirmed once, offered to staff, reported."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.cli.money import statement_report
from maild.config import Secret, Settings, Store
from maild.domain.accounting import bookkeeping, reference
from maild.domain.accounting.ledger import Book
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.errors import NotFound
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Document, Patron, PatronAddress, Transaction
from maild.office.books.claims_overdue import OverdueClaims
from maild.office.books.statements import StatementReport, import_statement
from tests.servers.schema import lay_out

KEY = "ab" * 32
HEAD = "交易日期,摘要,对方户名,对方账号,回单编号,贷方发生额,借方发生额\n"
A, B, C = "2026112000101", "2026112000102", "2026112000103"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Services]:
    """Services over a database with a patron and three requests with a fee."""
    base = Settings()
    services = Services(
        replace(
            base,
            store=Store(url=f"sqlite:///{tmp_path / 'm.db'}", blobs=tmp_path / "b", upgrade=True),
            matching=replace(base.matching, token_key=Secret(KEY)),
            notices=replace(base.notices, release="confirmed"),
        )
    )
    lay_out(tmp_path / "m.db")
    now = services.clock.now()
    with services.store.begin() as uow:
        uow.patrons.upsert(
            [Patron(patron_id="P1", name="张三", emails=(PatronAddress(address="z@patron.example"),))], now
        )
        uow.transactions.upsert([_fee(A, "12.60"), _fee(B, "5.00"), _fee(C, "8.00")], now)
    yield services
    services.close()


def _fee(number: str, amount: str) -> Transaction:
    return Transaction(number=number, patron_id="P1", title=f"Title of {number}", state=State.SHIPPED,
                       payable=Money.of(amount), payment_state=PaymentState.DUE)  # fmt: skip


def _claim(made: Services, number: str, amount: str, **receipt: object) -> str:
    """A claim as a proof makes it."""
    now = made.clock.now()
    with made.store.begin() as uow:
        transaction = uow.transactions.get(number)
        assert transaction is not None
        uow.ledger.post(bookkeeping.opening(transaction), now)
        entry = bookkeeping.claim(f"test:{number}", "P1", Money.of(amount), ((number, Money.of(amount)),))
        uow.ledger.post((entry,), now)
        uow.transactions.upsert([replace(transaction, payment_state=PaymentState.PROOF_RECEIVED)], now)
        proof = Receipt(**{"kind": ReceiptKind.BANK_RECEIPT, "sha256": number.zfill(64), **receipt})  # type: ignore[arg-type]
        uow.receipts.add(None, "P1", [proof], now, claim=entry.key, transactions=(number,))
    return entry.key


def _import(made: Services, tmp_path: Path, rows: str, **options: bool) -> StatementReport:
    path = tmp_path / "statement.csv"
    path.write_text(HEAD + rows, "gb18030")
    return import_statement(
        made.store, path, made.clock, made.reconciler, made.statement_formats, ZoneInfo("Asia/Shanghai"), **options
    )  # type: ignore[arg-type]


def _row(amount: str, *, serial: str = "", payer: str = "", purpose: str = "", account: str = "") -> str:
    return f"{date.today().isoformat()},{purpose},{payer},{account},{serial},{amount},\n"


def _payment(made: Services, number: str) -> PaymentState:
    with made.store.read() as uow:
        found = uow.transactions.get(number)
    assert found is not None
    return found.payment_state


def _kinds(made: Services) -> list[NoticeKind]:
    with made.store.read() as uow:
        return sorted(entry.request.kind for entry in uow.outbox.find())


def _even(made: Services) -> None:
    with made.store.read() as uow:
        totals: dict[str, Money] = {}
        for (_, currency), amount in uow.ledger.balances().items():
            totals[currency] = totals.get(currency, Money.of(0, currency)) + amount
    assert not any(totals.values())


def test_a_claim_is_confirmed_once(made: Services, tmp_path: Path) -> None:
    """Serial and amount fit: confirmed, told, the held document released; the same file again changes nothing."""
    _claim(made, A, "12.60", serials=("0001000200030004",))
    with made.store.begin() as uow:
        uow.documents.add(Document(number=A, sha256="d" * 64, filename="a.pdf"), None, made.clock.now())
    first = _import(made, tmp_path, _row("12.60", serial="0001-0002-0003-0004"))
    assert [(c.transactions, c.patron_id) for c in first.turn.confirmed] == [((A,), "P1")]
    assert _payment(made, A) is PaymentState.CONFIRMED
    assert _kinds(made) == [NoticeKind.DOCUMENT_DELIVERED, NoticeKind.PAYMENT_CONFIRMED]
    again = _import(made, tmp_path, _row("12.60", serial="0001-0002-0003-0004"))
    assert (again.new, again.known, len(again.turn.confirmed)) == (0, 1, 0)
    assert len(_kinds(made)) == 2
    _even(made)


def test_a_dry_run_writes_nothing(made: Services, tmp_path: Path) -> None:
    """It says what would be confirmed."""
    _claim(made, A, "12.60", serials=("0001000200030004",))
    done = _import(made, tmp_path, _row("12.60", serial="0001-0002-0003-0004"), dry_run=True)
    assert len(done.turn.confirmed) == 1
    assert _payment(made, A) is PaymentState.PROOF_RECEIVED
    with made.store.read() as uow:
        assert uow.statements.find() == []


def test_money_without_a_claim(made: Services, tmp_path: Path) -> None:
    """A purpose that names fees of just this sum pays them, by number or by our reference code; other money waits."""
    code = reference.make(KEY.encode(), C)
    rows = (
        _row("17.60", purpose=f"文献传递费 {A} {B}")
        + _row("8.00", purpose=f"文献费{code}")
        + _row("99.00", payer="李四")
    )
    done = _import(made, tmp_path, rows)
    assert sorted(c.transactions for c in done.turn.confirmed) == [(A, B), (C,)]
    assert {_payment(made, number) for number in (A, B, C)} == {PaymentState.CONFIRMED}
    with made.store.read() as uow:
        (item,) = uow.reviews.find(cause=Cause.UNCLAIMED_MONEY)
        assert uow.ledger.balances()[Book.UNCLAIMED, "CNY"] == Money.of("-99.00")
    assert "李四" in item.reasons[0]
    assert [d.fresh for d in done.turn.doubts] == [True]
    assert [d.fresh for d in made.reconciler.run_once().doubts] == [False]
    _even(made)


def test_a_sum_that_does_not_fit_waits(made: Services, tmp_path: Path) -> None:
    """Named, but too little: a person looks; nothing is confirmed."""
    done = _import(made, tmp_path, _row("12.00", purpose=A))
    assert done.turn.confirmed == ()
    assert _payment(made, A) is PaymentState.DUE


def test_another_amount_under_the_same_serial(made: Services, tmp_path: Path) -> None:
    """The statement says less than the proof did: put before staff as 'amount differs', with the claim."""
    _claim(made, A, "12.60", serials=("0001000200030004",))
    _import(made, tmp_path, _row("2.60", serial="0001000200030004"))
    assert _payment(made, A) is PaymentState.PROOF_RECEIVED
    with made.store.read() as uow:
        (item,) = uow.reviews.find(cause=Cause.AMOUNT_DIFFERS)
    assert item.candidates[0]["transaction"] == A


def test_the_claim_comes_after_the_money(made: Services, tmp_path: Path) -> None:
    """Money that was unclaimed is found when its proof comes: the next turn confirms it from there."""
    _import(made, tmp_path, _row("12.60", serial="0001000200030004"))
    _claim(made, A, "12.60", serials=("0001000200030004",))
    assert [c.transactions for c in made.reconciler.run_once().confirmed] == [(A,)]
    with made.store.read() as uow:
        assert not uow.ledger.balances().get((Book.UNCLAIMED, "CNY"), Money.of(0))
    _even(made)


def test_staff_allocate(made: Services, tmp_path: Path) -> None:
    """A person says whose money it is: the fee, the rest is deposit; the queue item is done; twice is refused."""
    done = _import(made, tmp_path, _row("20.00", payer="某某实验室"))
    key = done.turn.doubts[0].line.key
    given = made.reconciler.allocate(key, actor="staff", transactions=[A])
    assert given.transactions == (A,)
    assert _payment(made, A) is PaymentState.CONFIRMED
    with made.store.read() as uow:
        assert uow.ledger.account("P1").deposit == Money.of("7.40")
        assert uow.reviews.find(cause=Cause.UNCLAIMED_MONEY) == []
    assert _kinds(made) == [NoticeKind.DEPOSIT_CREDITED, NoticeKind.PAYMENT_CONFIRMED]
    with pytest.raises(NotFound):
        made.reconciler.allocate(key, actor="staff", transactions=[A])
    _even(made)


def test_overdue_claims_come_before_staff_once(made: Services) -> None:
    """After N working days without its money a claim is in the queue, once."""
    key = _claim(made, A, "12.60")
    later = made.clock.now() + timedelta(days=20)

    class Later:
        def now(self) -> datetime:
            return later

        def monotonic(self) -> float:
            return 0.0

    job = OverdueClaims(made.store, Later(), days=10, before=lambda day, n: day - timedelta(days=n))
    assert (job.run_once(), job.run_once()) == (1, 0)
    with made.store.read() as uow:
        (item,) = uow.reviews.find(cause=Cause.CLAIM_UNCONFIRMED)
    assert key in item.subject


def test_reports(made: Services, tmp_path: Path) -> None:
    """CSV for Excel, where a payer's formula is text; a page without scripts or anything from elsewhere."""
    _claim(made, B, "5.00")
    done = _import(made, tmp_path, _row("99.00", payer="<script>alert(1)</script>", purpose="=1+1"))
    for name in ("r.csv", "r.html"):
        statement_report.write(tmp_path / name, done.turn, now=datetime.now(UTC), title="statement")
    rows = list(csv.DictReader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()))
    assert [row["outcome"] for row in rows] == ["unclaimed", "claim"]
    assert rows[0]["purpose"] == "'=1+1"
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "<script" not in page
    assert "http" not in page
    assert "<svg" in page


def test_commands(made: Services, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """`maild import statement` and `maild reconcile`, as an administrator types them."""
    config = tmp_path / "maild.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{tmp_path / "m.db"}"\nblobs = "{tmp_path / "b"}"\n'
        f'[matching]\ntoken_key = "{KEY}"\n[[mailbox]]\nuser = "u"\npassword = "p"\n'
    )
    path = tmp_path / "s.csv"
    path.write_text(HEAD + _row("99.00", payer="李四"), "utf-8")

    def maild(*args: str) -> tuple[int, list[dict[str, object]], str]:
        capfdbinary.readouterr()
        code = run(["--config", str(config), "--json", *args])
        out, err = capfdbinary.readouterr()
        return code, [json.loads(line) for line in out.decode().splitlines()], err.decode()

    code, (report,), errors = maild("import", "statement", str(path))
    assert (code, report["new"], report["unclaimed"]) == (0, 1, 1), errors
    code, rows, _ = maild("reconcile", "run", "--report", str(tmp_path / "r.html"))
    assert (code, [row["outcome"] for row in rows]) == (0, ["unclaimed"])
    code, (given,), errors = maild("reconcile", "allocate", str(rows[0]["line"]), "--patron", "P1")
    assert (code, given["patron"]) == (0, "P1"), errors
    code, _, errors = maild("import", "statement", str(config))
    assert code == 2
    assert "电子回单号码" in errors


def test_the_command_reads_csv_in_a_worker(made: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does Excel: nothing of a file from outside is taken apart by the command itself."""
    config = tmp_path / "maild.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{tmp_path / "m.db"}"\nblobs = "{tmp_path / "b"}"\n'
        f'[matching]\ntoken_key = "{KEY}"\n[[mailbox]]\nuser = "u"\npassword = "p"\n'
    )
    path = tmp_path / "s.csv"
    path.write_text(HEAD + _row("99.00", payer="李四"), "gb18030")
    monkeypatch.setattr("maild.store.accounting.statement_tables.lines_below", None)
    assert run(["--config", str(config), "import", "statement", str(path)]) == 0
