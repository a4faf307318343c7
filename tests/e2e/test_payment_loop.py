"""The closed loop of a payment, on real parts: fee notice → its form, photographed → claim, document → statement.

Dovecot and SMTP, the confined readers, the database; the photograph is the form's own PDF, rendered, stamped with a
seal, tilted, shaded, blurred and compressed.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from maild.domain.accounting.ledger import Book
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import PatronKind
from maild.office.books.statements import import_statement
from tests.receipts import degrade, fonts, raster
from tests.receipts.drawing import Stamp
from tests.servers.office import Office, office

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
DPI = 170
STAMP = (159.0, 178.0, 34.0)  # centre and width on the form, in millimetres: templates/form/geometry.toml


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """A whole office that sends nothing for real but to loopback."""
    with office(tmp_path) as made:
        yield made


def _relay(house: Office) -> None:
    for _ in range(4):
        asyncio.run(_once(house))


async def _once(house: Office) -> None:
    await house.services.relay.run_once()
    await house.services.relay.close()


def _sent(house: Office, kind: str) -> list[EmailMessage]:
    mails = [email.message_from_bytes(m.raw, policy=email.policy.default) for m in house.smtp.mails]
    return [m for m in mails if isinstance(m, EmailMessage) and kind in str(m["X-Maild"]).split(", ")]


def _pdf(mail: EmailMessage) -> bytes:
    (part,) = [p for p in mail.iter_attachments() if p.get_content_type() == "application/pdf"]
    content = part.get_content()
    assert isinstance(content, bytes)
    return content


def _photograph(pdf: bytes, seed: int) -> bytes:
    """The form on paper with a red seal in its place, as a phone sees it."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=DPI / 72).to_pil().convert("RGB")
    random, scale = Random(seed), DPI / 25.4
    op = Stamp(x=0, y=0, size=STAMP[2], kind="round", lines=("浙江大学计划财务处", "转讫"), seed=seed, turn=8)
    mask = raster.stamp_picture(op, fonts.style("open", random), scale)
    at = (int(STAMP[0] * scale - mask.width / 2), int(STAMP[1] * scale - mask.height / 2))
    page.paste(Image.new("RGB", mask.size, "#c8202a"), at, mask)
    look = degrade.Look(np.asarray(page))
    degrade.on_desk(look, random, 0.04, 3.0)
    degrade.shadow(look, random, 0.25)
    degrade.blur(look, random, 1.0)
    out = io.BytesIO()
    Image.fromarray(look.pixels).save(out, "JPEG", quality=72)
    return out.getvalue()


def _mail(house: Office, sender: str, picture: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, house.services.settings.office.address, "转账单"
    mail["Date"], mail["Message-ID"] = datetime.now(UTC), "<photo-1@patron.example>"
    mail.set_content("老师好，转账单已盖章，照片见附件。")
    mail.add_attachment(picture, maintype="image", subtype="jpeg", filename="IMG_2041.jpg")
    raw = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return house.post.sign(raw, sender.rpartition("@")[2])


def test_the_loop(house: Office, tmp_path: Path) -> None:
    """Every step leaves its trace: state, books, notice; and a second photograph of the form pays nothing."""
    services = house.services
    with services.store.read() as uow:
        own = [p for p in house.patrons.values() if p.kind is PatronKind.INTERNAL]
        number, patron = next(
            (t.number, p)
            for p in own
            for t in uow.transactions.of_patrons([p.patron_id])
            if t.state in (State.SUBMITTED, State.IN_PROCESS) and t.total is None
        )
    text = (
        f"您好：\n\n文献见附件。\n\n事务号：{number}\n当前状态：已寄送\n总费用：25.20元\n补贴：12.60元\n应付：12.60元\n"
    )
    house.imap.fill([house.shipped(number, text=text)])
    house.intake()
    house.process()
    _relay(house)
    (notice,) = _sent(house, "fee_notice")
    assert _sent(house, "document_delivered") == []

    photo = _photograph(_pdf(notice), 7)
    (tmp_path / "photo.jpg").write_bytes(photo)
    house.imap.fill([_mail(house, patron.emails[0].address, photo)])
    house.intake()
    house.process()
    _relay(house)
    with services.store.read() as uow:
        found = uow.transactions.get(number)
        (claim,) = uow.ledger.claims(numbers=[number])
        proofs = uow.receipts.of_claims([claim.key])[claim.key]
    assert found is not None
    assert found.payment_state is PaymentState.PROOF_RECEIVED
    assert claim.amount == found.payable
    assert proofs[0].receipt.qr
    (delivered,) = _sent(house, "document_delivered")
    assert number in str(delivered)
    assert len(_sent(house, "proof_received")) == 1

    rows = f"记账日期,凭证号,摘要,借方,贷方\n{date.today()},0012,检索费 {number},,{claim.amount.amount}\n"
    statement = tmp_path / "finance.csv"
    statement.write_text(rows, "gb18030")
    done = import_statement(services.store, statement, services.clock, services.reconciler, services.statement_formats,
                            ZoneInfo("Asia/Shanghai"))  # fmt: skip
    assert [c.transactions for c in done.turn.confirmed] == [(number,)]
    _relay(house)
    assert len(_sent(house, "payment_confirmed")) == 1
    with services.store.read() as uow:
        confirmed = uow.transactions.get(number)
        balances = uow.ledger.balances()
    assert confirmed is not None
    assert confirmed.payment_state is PaymentState.CONFIRMED
    assert balances[Book.CASH, "CNY"] == claim.amount
    assert sum((amount.amount for amount in balances.values()), start=Money.of(0).amount) == 0
