"""Invoices from the patron's mail to the file in the patron's mailbox: real servers, the real pipeline, the commands.

All companies and files are invented.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from maild.cli.app import run
from maild.cli.operation.init import write
from maild.config import UNSET
from maild.domain.accounting.invoice import Invoice, InvoiceState
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.requests.lifecycle import PaymentEvent
from tests.servers.office import Office, office
from tests.unit.receipts.invoice_files import Made, ofd, pdf, xml

pytestmark = pytest.mark.integration
NUMBER, OTHER = "2026112000113", "2026112000115"  # p05's, and p06's which is paid
TITLE, TAX = "青柏新材料有限公司", "91000012MACL12THBE"
MADE = Made(amount="38.00", net="36.89", tax="1.11", seller="浙江大学", buyer=TITLE, buyer_tax=TAX)


@dataclass
class Desk:
    """The office and its command line."""

    house: Office
    config: Path
    capture: pytest.CaptureFixture[bytes]
    count: int = 0

    def __call__(self, *args: object, code: int = 0) -> str:
        """Run a command; its output. The exit code must be `code`."""
        self.capture.readouterr()
        got = run(["--config", str(self.config), *map(str, args)])
        out, err = self.capture.readouterr()
        assert got == code, (out + err).decode()
        return out.decode() or err.decode()

    def rows(self, *args: object) -> list[dict[str, Any]]:
        """The same with --json."""
        return [json.loads(line) for line in self(*args, "--json").splitlines()]

    def write(self, text: str, *, who: str = "p05", subject: str = "发票", **more: Any) -> None:
        """A patron's mail comes and is processed."""
        self.count += 1
        self.house.imap.deliver(self.house.mail(self.count, **{"from": who, "subject": subject, "text": text, **more}))
        self.house.intake()
        self.house.process()

    def pay(self, number: str = NUMBER) -> None:
        """The fee is there."""
        self.house.services.acts.payment(number, PaymentEvent.CONFIRMED, actor="li")

    def relay(self) -> None:
        """What waits is sent."""
        asyncio.run(_relay(self.house))

    def invoices(self) -> list[Invoice]:
        """Newest first."""
        with self.house.services.store.read() as uow:
            return uow.invoices.find()

    def notices(self, kind: NoticeKind, state: OutboxState | None = None) -> list[NoticeRequest]:
        """Oldest first."""
        with self.house.services.store.read() as uow:
            return [e.request for e in reversed(uow.outbox.find(state=state)) if e.request.kind is kind]

    def items(self, cause: Cause = Cause.INVOICE) -> list[Any]:
        """What waits in the queue."""
        with self.house.services.store.read() as uow:
            return uow.reviews.find(cause=cause)

    def file(self, content: bytes, name: str) -> Path:
        """A file to hand in."""
        path = self.config.parent / name
        path.write_bytes(content)
        return path


async def _relay(house: Office) -> None:
    await house.services.relay.run_once()
    await house.services.courier.close()


@pytest.fixture
def desk(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An office, armed, with a configuration file."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    with office(tmp_path) as made:
        write(made.services.settings, tmp_path / "etc/maild.toml")
        yield Desk(made, tmp_path / "etc/maild.toml", capfdbinary)


def test_from_the_request_to_the_file_in_the_mailbox(desk: Desk) -> None:
    """Asked, answered, queued; issued with the right file; sent with it attached; asked again, sent again."""
    desk.pay()
    desk.write(f"费用已付，请开发票。\n抬头：{TITLE}\n税号：{TAX}")
    (invoice,) = desk.invoices()
    assert (invoice.title, invoice.tax_number, invoice.state) == (TITLE, TAX, InvoiceState.REQUESTED)
    assert (invoice.amount, invoice.transactions) == (Money.of("38.00"), (NUMBER,))
    assert invoice.email == "demo-zhao@126.com"
    (told,) = desk.notices(NoticeKind.INVOICE_RECEIVED)
    assert told.data["missing"] == ()
    (item,) = desk.items()
    assert item.mail_id == invoice.mail_id

    desk("invoices", "issue", invoice.id, "--file", desk.file(pdf(MADE), "fp.pdf"), "--as", "li")
    (row,) = desk.rows("invoices", "list", "--state", "issued")
    assert (row["number"], row["issued"], row["amount"]) == (MADE.number, "2026-11-24", "38.00")
    assert desk.items() == []
    desk.relay()
    sent = [m for m in desk.house.smtp.wait_for(2) if b"application/pdf" in m.raw]
    assert [m.recipients for m in sent] == [("demo-zhao@126.com",)]
    (row,) = desk.rows("invoices", "show", invoice.id)
    assert row["state"] == "sent"
    assert [h["after"] for h in row["history"]] == ["requested", "issued", "sent"]

    desk.write("发票找不到了，能再发一次吗？发票给我一下")
    (again,) = [n for n in desk.notices(NoticeKind.INVOICE_ISSUED) if n.data["again"]]
    assert again.documents == ((row["sha256"], "fp.pdf"),)
    assert again.recipient == "demo-zhao@126.com"
    assert len(desk.invoices()) == 1


def test_what_is_missing_is_asked_and_completed(desk: Desk) -> None:
    """A bare wish; then title and number in a reply: the same request, completed; then again: nothing new."""
    desk.pay()
    desk.write("麻烦开张发票")
    (first,) = desk.invoices()
    assert desk.notices(NoticeKind.INVOICE_RECEIVED)[0].data["missing"] == ("title", "tax_number")
    desk.write(f"{TITLE}\n{TAX}", subject="Re: 开票申请")
    (second,) = desk.invoices()
    assert (second.id, second.title, second.tax_number, second.version) == (first.id, TITLE, TAX, first.version + 1)
    assert desk.notices(NoticeKind.INVOICE_RECEIVED)[1].data["standing"] == "completed"
    assert desk.notices(NoticeKind.INVOICE_RECEIVED)[1].data["missing"] == ()
    desk.write(f"发票好了吗？抬头：{TITLE}，税号：{TAX}")
    assert desk.invoices() == [second]
    assert len(desk.items()) == 1
    desk.write("发票抬头：南溪药业股份有限公司，税号：91000073MAHTM53JL3")
    assert desk.invoices() == [second]
    assert len(desk.items()) == 2


def test_nothing_is_paid_yet(desk: Desk) -> None:
    """The request waits all the same, with the reason; the patron is told what is missing."""
    desk.write(f"请开发票，抬头：{TITLE}，税号：{TAX[:-1]}A，内容写办公用品")
    (invoice,) = desk.invoices()
    assert (invoice.amount, invoice.transactions) == (None, ())
    assert any("check character" in w for w in invoice.warnings)
    assert any("办公用品" in w for w in invoice.warnings)
    (told,) = desk.notices(NoticeKind.INVOICE_RECEIVED)
    assert told.data["missing"] == ("payment",)
    assert told.data["doubts"] == ("tax_number", "item")
    (item,) = desk.items()
    assert any("nothing that is paid" in r for r in item.reasons)


def test_strangers_get_nothing(desk: Desk) -> None:
    """An unknown writer, a writer who is not proven, another patron's request."""
    desk.pay()
    ask = f"请开发票 {NUMBER}，抬头：{TITLE}，税号：{TAX}"
    desk.write(ask, who="X <x@stranger.example>")
    desk.write(ask, sign=False)
    assert desk.invoices() == []
    assert desk.notices(NoticeKind.INVOICE_RECEIVED) == []
    desk.write(ask, who="p06")
    (invoice,) = desk.invoices()
    assert invoice.patron_id == "p06"
    assert NUMBER not in invoice.transactions


def test_a_proof_and_a_request_in_one_mail(desk: Desk) -> None:
    """The proof goes its way, and the invoice is asked for beside it."""
    desk.write(
        f"已转账，凭证见附件。发票抬头：{TITLE}，税号：{TAX}",
        subject=f"{NUMBER} 转账凭证",
        attach=["picture-form:slip.jpg"],
    )
    (invoice,) = desk.invoices()
    assert invoice.tax_number == TAX
    assert len(desk.notices(NoticeKind.INVOICE_RECEIVED)) == 1


def test_no_seller_is_refused_while_ours_is_not_set(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not said its name yet holds no invoice's seller against it."""
    desk.pay()
    desk.write(f"请开发票。抬头：{TITLE}，税号：{TAX}")
    (invoice,) = desk.invoices()
    issue = ("invoices", "issue", invoice.id, "--file", desk.file(pdf(replace(MADE, seller="东篱大学")), "a.pdf"))
    assert "seller: 东篱大学" in desk(*issue, code=1)
    monkeypatch.setenv("MAILD_OFFICE__BANK_PAYEE", UNSET)
    monkeypatch.setenv("MAILD_SMTP__ARMED", "false")
    desk(*issue, "--as", "li")
    assert desk.invoices()[0].number == MADE.number


def test_wrong_files_are_refused(desk: Desk) -> None:
    """Another buyer, amount, number, a forged code; each is named. With a reason it goes all the same, but never the
    number of another request.
    """
    desk.pay()
    desk.write(f"请开发票。抬头：{TITLE}，税号：{TAX}")
    (invoice,) = desk.invoices()

    def attempt(content: bytes, *more: str, name: str = "a.pdf") -> str:
        return desk("invoices", "issue", invoice.id, "--file", desk.file(content, name), *more, code=1)

    assert "title: 南溪药业" in attempt(pdf(replace(MADE, buyer="南溪药业股份有限公司")))
    assert "amount: 83.00 CNY" in attempt(xml(replace(MADE, amount="83.00", net="82.00", tax="1.00")), name="a.xml")
    assert "tax number" in attempt(ofd(replace(MADE, buyer_tax="91000073MAHTM53JL3")), name="a.ofd")
    assert "seller: 东篱大学" in attempt(pdf(replace(MADE, seller="东篱大学")))
    assert "item" in attempt(pdf(replace(MADE, item="*办公用品*文具")))
    assert "the code's number" in attempt(pdf(MADE, code=replace(MADE, number="1" * 20).code))
    assert "does not say its number" in attempt(b"%PDF-1.4 rubbish")
    assert "--anyway needs a reason" in attempt(pdf(MADE), "--anyway")
    assert desk.invoices()[0].state is InvoiceState.REQUESTED
    scan = pdf(MADE, text=False)
    desk("invoices", "issue", invoice.id, "--file", desk.file(scan, "scan.pdf"), "--as", "li")
    assert desk.invoices()[0].number == MADE.number
    desk.write(f"请开发票 {OTHER}。抬头：{TITLE}，税号：{TAX}", who="p06")
    other = desk.invoices()[0]
    text = desk(
        "invoices", "issue", other.id, "--file", desk.file(pdf(MADE), "b.pdf"), "--anyway", "--note", "x", code=1
    )
    assert f"is invoice {invoice.id}'s already" in text


def test_acts_are_taken_back(desk: Desk) -> None:
    """Issue, undo, amend, issue again: one notice goes out, with the second file; then undo is refused."""
    desk.pay()
    desk.write(f"请开发票。抬头：{TITLE}")
    (invoice,) = desk.invoices()
    assert "it cannot be sent" in desk("invoices", "send", invoice.id, code=1)
    desk("invoices", "amend", invoice.id, "--tax-number", TAX, "--email", "cw@patron.example", "--as", "li")
    desk("invoices", "issue", invoice.id, "--file", desk.file(pdf(MADE), "first.pdf"), "--as", "li")
    text = desk("invoices", "undo", invoice.id, "--as", "li")
    assert "1 notice(s) withdrawn" in text
    (back,) = desk.invoices()
    assert (back.state, back.number, back.tax_number) == (InvoiceState.REQUESTED, "", TAX)
    assert len(desk.items()) == 1
    desk("invoices", "issue", invoice.id, "--file", desk.file(ofd(MADE), "second.ofd"), "--as", "li")
    desk.relay()
    mails = [m for m in desk.house.smtp.wait_for(2) if m.recipients == ("cw@patron.example",)]
    assert len(mails) == 1
    assert b"second.ofd" in mails[0].raw
    assert "cannot be taken back" in desk("invoices", "undo", invoice.id, code=1)
    desk("invoices", "send", invoice.id)
    desk("invoices", "cancel", invoice.id, "--reason", "red-letter invoice issued", "--as", "li")
    assert desk.invoices()[0].state is InvoiceState.CANCELLED
    again = [e for e in desk.rows("outbox", "list", "--state", "cancelled") if e["kind"] == "invoice_issued"]
    assert len(again) == 2


def test_refusing_tells_the_reason(desk: Desk) -> None:
    """The patron reads staff's own words; the queue item is settled; a second refusal is not possible."""
    desk.write(f"请开发票。抬头：{TITLE}，税号：{TAX}")
    (invoice,) = desk.invoices()
    desk("invoices", "refuse", invoice.id, "--reason", "现金缴费只提供校内结算凭证，不能开发票。", "--as", "li")
    (told,) = desk.notices(NoticeKind.QUERY_ANSWER)
    assert "校内结算凭证" in str(told.data["answer"])
    assert desk.items() == []
    assert "it cannot be refused" in desk("invoices", "refuse", invoice.id, "--reason", "again", code=1)
    assert "no invoice 99" in desk("invoices", "show", 99, code=1)


def test_money_back_after_an_invoice(desk: Desk) -> None:
    """Without one: queued. With one: refused with the reason. With a further matter in the mail: drafted, held."""
    desk.pay()
    desk.write(f"{NUMBER} 不需要了，可以申请退款吗？谢谢", subject="退款")
    assert len(desk.items(Cause.REFUND)) == 1
    assert desk.notices(NoticeKind.REFUND_ANSWER) == []
    desk.write(f"请开发票 {NUMBER}。抬头：{TITLE}，税号：{TAX}")
    desk("invoices", "issue", desk.invoices()[0].id, "--file", desk.file(pdf(MADE), "fp.pdf"))
    desk.write(f"我想申请退款，事务号 {NUMBER}", subject="退款")
    (answer,) = desk.notices(NoticeKind.REFUND_ANSWER)
    assert answer.data["answer"] == "refused_invoiced"
    assert answer.data["amount"] == "38.00"
    desk.write(f"我想申请退款，事务号 {NUMBER}。另外 2026112000114 什么时候能到？", subject="退款")
    assert len(desk.notices(NoticeKind.REFUND_ANSWER, OutboxState.HELD)) == 1
    assert len(desk.notices(NoticeKind.REFUND_ANSWER, OutboxState.WAITING)) == 1


def test_an_english_request_of_a_person(desk: Desk) -> None:
    """No company: the patron's own name; the notice goes out in English and names what it is for."""
    desk.write("Please issue the invoice in my own name.", who="p06", subject="Invoice")
    (invoice,) = desk.invoices()
    assert (invoice.title, invoice.tax_number, invoice.amount) == ("John Meyer", "", Money.of("80.00"))
    (told,) = desk.notices(NoticeKind.INVOICE_RECEIVED)
    assert told.data["person"] is True
    assert told.data["missing"] == ()
    desk.relay()
    (mail,) = desk.house.smtp.wait_for(1)
    assert mail.recipients == ("demo-meyer@gmail.com",)
