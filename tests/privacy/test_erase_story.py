"""A person is erased: nothing of the person is left, the books are even, and no restore and no mail brings it back."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from maild.backup.rehearse import rehearse
from maild.domain.accounting import bookkeeping
from maild.domain.accounting.channel import Channel
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import NotFound, Temporary
from maild.domain.money import Money
from maild.domain.records.evidence import ERASED, RowKind
from maild.domain.records.privacy import GONE
from maild.domain.requests.lifecycle import State
from maild.office.imports.importing import import_patrons
from maild.office.privacy.erasing import Privacy
from maild.store.uow import UnitOfWork
from tests.privacy.conftest import House
from tests.servers.office import Office

pytestmark = pytest.mark.integration

WHO, NAME, ADDRESS = "p05", "赵启明", "demo-zhao@126.com"
ACCOUNT = "6222020200112345678"
DONE, PAID = "2026112000114", "2026112000113"
TRACES = (NAME, ADDRESS, "demozqm", "0571-00000005", ACCOUNT, "大跨度结构风振", "建筑抗震设计规范解读")
OTHER = "demo-lijun@zju.edu.cn"


def life(house: Office) -> None:
    """Mails, notices, money and an application of one person; others' beside them."""
    s = house.services
    house.receive(
        house.shipped(DONE, 1, title="大跨度结构风振"),
        house.mail(2, **{"from": WHO, "subject": f"请问{DONE}到哪一步了", "text": f"老师好，我是{NAME}，想问进度。"}),
        house.mail(3, **{"from": WHO, "subject": "补充", "text": f"我的电话 0571-00000005。\n\n{NAME}"}),
        house.mail(4, **{"from": "p01", "subject": "请问进度", "text": "老师好，2026112000103 到哪一步了？"}),
        house.shipped("2026112000101", 5),
    )
    now = s.clock.now()
    with s.store.begin() as uow:
        read = Receipt(sha256="ab" * 32, kind=ReceiptKind.BANK_RECEIPT, payer=NAME, payer_account=ACCOUNT,
                       serials=("20261124889900",), amount=Money.of("38.00"), text=f"付款人 {NAME} {ACCOUNT}")  # fmt: skip
        uow.receipts.cache(read.sha256, "1", [read], now)
        claim = bookkeeping.claim("abc", WHO, Money.of("38.00"), [(PAID, Money.of("38.00"))], reason=f"{NAME}的凭证")
        uow.receipts.add(None, WHO, [read], now, claim=claim.key, transactions=[PAID])
        uow.statements.add([StatementLine(key="icbc:1", format="icbc", channel=Channel.BANK, amount=Money.of("38.00"),
                                          booked=date(2026, 11, 24), payer=NAME, payer_account=ACCOUNT,
                                          purpose=f"{NAME}文献费", serials=("20261124889900",))], now)  # fmt: skip
        paid = uow.transactions.get(PAID)
        assert paid
        uow.ledger.post([*bookkeeping.charges(paid), claim], now, actor="test")
        [open_] = uow.ledger.claims(patron_ids=[WHO])
        uow.ledger.post([bookkeeping.confirm(open_, channel=Channel.BANK, line="icbc:1")], now)
        for number in (DONE, PAID):
            case = uow.transactions.get(number)
            assert case
            uow.transactions.upsert([replace(case, state=State.CLOSED)], now)
    s.books.top_up(WHO, Money.of("50.00"), actor="test", note=f"{NAME}现金")
    with s.store.read() as uow:
        items = [item for item in uow.reviews.find(limit=100) if item.sender == ADDRESS]
    for item in items:
        s.acts.dismiss(item.id, actor="test", note=f"电话里答复了{NAME}")


def file(house: Office) -> None:
    for mailbox in house.services.mailboxes:
        while house.services.filer.run_once(mailbox):
            pass


def traces(house: House, url: str, blobs: Path) -> list[str]:
    """Where anything of the person is still to be read: in the bytes of the database, and in any blob."""
    found = [f"database: {word}" for word in TRACES if word.encode() in house.bytes_of(url)]
    for path in sorted(p for p in blobs.rglob("*") if p.is_file()):
        data = path.read_bytes()
        found += [f"{path.name}: {word}" for word in TRACES if word.encode() in data]
    return found


def books(uow: UnitOfWork) -> object:
    """What the books say, and whether their laws and the evidence hold, acts of staff among it."""
    found = uow.evidence.verify()  # type: ignore[attr-defined]
    assert found.faults == ()
    assert found.rows[RowKind.HISTORY] > 0
    return uow.ledger.balances(), uow.ledger.faults()


def test_an_erased_person_is_gone_and_stays_so(house: House) -> None:
    """Erased, looked for in every byte, restored from before, written by again: no trace, and the books are even."""
    office, s = house.office, house.office.services
    life(office)
    file(office)
    with s.store.read() as uow:
        before, count = books(uow), len(uow.mails.find(limit=100))
        account = uow.ledger.account(WHO)
    assert len(traces(house, s.settings.store.url, s.settings.store.blobs)) > 5
    made = house.back_up()
    done = house.privacy.erase(WHO, actor="mei")
    assert not done.open
    assert done.counts["mails"] >= 3
    assert len(done.on_server) >= 3  # the mail server has them yet: staff are told where
    assert done.blobs > 0
    assert done.scrubbed
    assert traces(house, s.settings.store.url, s.settings.store.blobs) == []
    with s.store.read() as uow:
        assert books(uow) == before
        assert uow.ledger.account(done.pseudonym).deposit == account.deposit == Money.of("50.00")
        assert uow.patrons.get(WHO) is None
        case = uow.transactions.get(DONE)
        assert case
        assert (case.patron_id, case.title, case.state) == (done.pseudonym, GONE, State.CLOSED)
    assert s.balance(ask_servers=True).even
    house.back_up()  # what was erased is known beside the backups from now on
    # Every UID is void: the server's mails are listed again, and none of the erased is taken in.
    for folder in ("INBOX", *(name for name in office.imap.folders() if "/" in name)):
        office.imap.set_uidvalidity(77, folder=folder)
    with suppress(Temporary):  # the old connections are void as well
        office.turn()
    s.recollect("office")
    office.turn()
    with s.store.read() as uow:
        assert len(uow.mails.find(limit=100)) == count
    assert traces(house, s.settings.store.url, s.settings.store.blobs) == []
    with house.restored(made) as back:
        _after_a_restore(house, back, before)


def _after_a_restore(house: House, back: Office, before: object) -> None:
    """The backup of before the erasure: the person is in it, and not in what was brought back."""
    s = back.services
    s.recollect("office")
    back.turn()
    store = s.settings.store
    assert traces(house, store.url, store.blobs) == []
    with s.store.read() as uow:
        assert books(uow) == before
        assert uow.patrons.get(WHO) is None
        assert uow.patrons.get("p01")
    assert s.balance(ask_servers=True).even
    rehearse(house.vault, house.vault.manifests()[0][0], store, s.clock)
    _written_again(back)
    _imported_again(back, house.folder)


def _written_again(back: Office) -> None:
    """A mail of the person is a stranger's: nothing of before is found, and staff are told why."""
    s = back.services
    sent = len(back.smtp.mails)
    raw = back.mail(40, **{"from": f"{NAME} <{ADDRESS}>", "subject": f"{DONE} 的全文", "text": "请再发一次，谢谢。"})
    back.imap.fill([raw])
    late = time.time() + timedelta(minutes=5).total_seconds()
    for path in (back.imap.maildir(back.imap.user) / "new").iterdir():
        os.utime(path, (late, late))
    back.turn()
    with s.store.read() as uow:
        mail = uow.mails.find(limit=1)[0]
        [item] = uow.reviews.of_mails([mail.id])
        assert not uow.patrons.by_email([ADDRESS])
    assert mail.sender == ADDRESS
    assert any("was erased on request" in reason for reason in item.reasons)
    assert DONE not in "".join(str(m["Subject"]) for m in back.sent()[sent:])


def _imported_again(back: Office, folder: Path) -> None:
    """Another system still has the person: the row is left out, until somebody readmits the person."""
    s, file_ = back.services, folder / "patrons.csv"
    file_.write_text(f"patron_id,name,emails\n{WHO},{NAME},{ADDRESS}\np77,钱多,qian@patron.example\n", "utf-8")
    report = import_patrons(s.store, file_, s.clock)
    assert (report.created, report.errors) == (1, ())
    assert "erased" in report.warnings[0].what
    privacy = Privacy(s.store, s.blobs, s.clock)
    assert privacy.readmit(WHO, actor="mei")
    assert import_patrons(s.store, file_, s.clock).created == 1


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_is_not_settled_stops_an_erasure(house: House) -> None:
    """An open request, an item that waits: nothing is done, and each is named; of somebody unknown nothing is held."""
    s = house.office.services
    house.office.receive(house.office.mail(1, **{"from": WHO, "subject": "投诉", "text": "为什么这么久？请经理回电。"}))
    done = house.privacy.erase(WHO, actor="mei")
    assert any(DONE in why for why in done.open)
    assert any("queue" in why for why in done.open)
    with s.store.read() as uow:
        assert uow.patrons.get(WHO)
    assert house.privacy.erase(WHO, actor="mei", force=True).pseudonym.startswith(ERASED)
    with pytest.raises(NotFound):
        house.privacy.erase(WHO, actor="mei")
    assert datetime.now(UTC)  # the office goes on
    house.office.turn()
