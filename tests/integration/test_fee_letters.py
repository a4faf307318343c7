"""Several fees of one patron, from the outbox to the mail server: one letter, one sum, one form."""

from __future__ import annotations

import asyncio
import email
import email.policy
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp

from maild.bootstrap import SystemClock
from maild.config import Office, Settings
from maild.courier import SmtpCourier
from maild.domain.accounting import slip
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Patron, PatronAddress, PatronKind, Transaction
from maild.notify.rendering.render import Renderer
from maild.notify.sending.relay import Relay
from maild.store import FileBlobs, open_store
from tests.servers.schema import lay_out
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.integration
KEY = b"0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
FEES = {"T-001": "12.50", "T-002": "8.00", "T-003": "0.05"}


def test_one_letter_for_all_fees(tmp_path: Path) -> None:
    """Three rows go out as one mail with each fee, its form is for all; the rows say so; a fourth patron's goes alone."""
    import pypdfium2

    url = lay_out(tmp_path / "maild.db")
    store = open_store(url)
    people = [
        Patron(
            patron_id=p, name="林知夏", kind=PatronKind.INTERNAL, emails=(PatronAddress(address=f"{p}@patron.example"),)
        )
        for p in ("p1", "p2")
    ]
    due = {**FEES, "T-004": "5.00"}
    owner = {number: "p2" if number == "T-004" else "p1" for number in due}
    with store.begin() as uow:
        uow.patrons.upsert(people, NOW)
        uow.transactions.upsert(
            [Transaction(number=n, patron_id=owner[n], state=State.CONDITIONAL, total=Money.of(fee), payable=Money.of(fee),
                         payment_state=PaymentState.DUE) for n, fee in due.items()], NOW,
        )  # fmt: skip
        ids = uow.outbox.add(
            [NoticeRequest(kind=NoticeKind.FEE_NOTICE, subject=n, number=n, patron_id=owner[n], locale="zh-CN",
                           recipient=f"{owner[n]}@patron.example") for n in due], NOW,
        )  # fmt: skip
    with SmtpServer() as server:
        settings = Settings(smtp=server.settings(connections=1), office=Office())

        async def once() -> None:
            courier = SmtpCourier(settings.smtp)
            renderer = Renderer(settings.office, settings.notices, KEY)
            relay = Relay(store, courier, renderer, FileBlobs(tmp_path / "blobs"), SystemClock(), settings)
            try:
                await relay.run_once()
            finally:
                await courier.close()

        asyncio.run(asyncio.wait_for(once(), 60))
        mails = [email.message_from_bytes(mail.raw, policy=email.policy.default) for mail in server.mails]
    assert sorted(str(mail["To"].addresses[0].addr_spec) for mail in mails) == [
        "p1@patron.example",
        "p2@patron.example",
    ]
    (mail,) = (mail for mail in mails if "p1@" in str(mail["To"]))
    text = mail.get_body(("plain",)).get_content()
    assert all(f"{fee}" in text for fee in FEES.values())
    (form,) = mail.iter_attachments()
    picture = pypdfium2.PdfDocument(form.get_content())[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert slip.verify(KEY, code.text) == slip.Slip(numbers=tuple(FEES), amount=Money.of("20.55"))
    with store.read() as uow:
        states = [uow.outbox.get(entry).state for entry in ids]
    assert sorted(states[:3]) == sorted([OutboxState.SENT, OutboxState.MERGED, OutboxState.MERGED])
    assert states[3] is OutboxState.SENT
    store.close()
