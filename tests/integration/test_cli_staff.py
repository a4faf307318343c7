"""What staff type: lists, histories, assigning, undoing, arming, the balance; on a real office."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.cli.operation.init import write
from maild.domain.desk.access import Account, Role
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import JournalEntry
from maild.notify.sending.doubt import declare
from maild.notify.sending.ending import give_up
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
NUMBER = "2026112000101"


@dataclass
class Desk:
    """The office and its command line."""

    office: Office
    config: Path
    capture: pytest.CaptureFixture[bytes]

    def __call__(self, *args: object, code: int = 0) -> str:
        """Run a command; its output. The exit code must be `code`."""
        self.capture.readouterr()
        got = run(["--config", str(self.config), *map(str, args)])
        out, err = self.capture.readouterr()
        assert got == code, (out + err).decode()
        return out.decode() or err.decode()

    def rows(self, *args: object, code: int = 0) -> list[dict[str, Any]]:
        """The same with --json: one object a line."""
        return [json.loads(line) for line in self(*args, "--json", code=code).splitlines()]


@pytest.fixture
def desk(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An office, armed, with a configuration file that maild init would write."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    with office(tmp_path) as made:
        write(made.services.settings, tmp_path / "etc/maild.toml")
        yield Desk(made, tmp_path / "etc/maild.toml", capfdbinary)


def _receive(desk: Desk, *mails: bytes) -> None:
    desk.office.imap.deliver(*mails)
    desk.office.intake()
    desk.office.process()


def test_a_transaction_tells_its_history(desk: Desk) -> None:
    """State, documents, notices, and each step with its reason; in both forms."""
    _receive(desk, desk.office.shipped(NUMBER))
    (row,) = desk.rows("transactions", "show", NUMBER)
    assert row["number"] == NUMBER
    assert row["state"] in ("shipped", "delivered")
    assert row["documents"][0]["filename"] == f"{NUMBER}.pdf"
    assert "document_delivered" in [notice["kind"] for notice in row["notices"]]
    assert any(entry["after"] == row["state"] and entry["reasons"] for entry in row["history"])
    text = desk("transactions", "show", NUMBER)
    assert f"submitted → {row['state']}" in text
    assert NUMBER in [r["number"] for r in desk.rows("transactions", "list", "--state", row["state"])]
    assert "no request 1" in desk("transactions", "show", "1", code=1)


def test_the_queue_is_worked_off_and_undone(desk: Desk) -> None:
    """A mail without a number waits; assigning settles it, undoing opens it again, dismissing needs a reason."""
    before = desk.rows("transactions", "show", NUMBER)[0]["state"]
    _receive(
        desk,
        desk.office.mail(
            **{"subject": "【CALIS馆际互借】文献已寄送", "text": "当前状态：已寄送\n", "attach": ["pdf:a.pdf"]}
        ),
    )
    (item,) = desk.rows("queue", "list")
    assert item["from"] == "ill@calis.edu.cn"
    shown = desk.rows("queue", "show", item["id"])[0]
    assert shown["reasons"]
    assert "queue item 99" in desk("queue", "show", 99, code=1)

    desk("queue", "assign", item["id"], NUMBER, "--as", "li", "--note", "rang them")
    after = desk.rows("transactions", "show", NUMBER)[0]
    assert after["state"] != before
    assert "li" in [entry["actor"] for entry in after["history"]]
    assert desk.rows("queue", "list") == []
    assert [i["state"] for i in desk.rows("queue", "list", "--all")] == ["assigned"]

    desk("queue", "undo", item["id"], "--as", "li")
    assert desk.rows("transactions", "show", NUMBER)[0]["state"] == before
    assert "--note" in desk("queue", "dismiss", item["id"], code=2)
    desk("queue", "dismiss", item["id"], "--note", "nothing to do", "--as", "li")
    assert desk("queue", "list").strip() == "nothing waits"


def test_an_item_shows_what_the_mail_says(desk: Desk) -> None:
    """Text and attachments, for a person and as JSON; the sender's DNS is not asked."""
    house = desk.office
    _receive(desk, house.mail(**{"from": "p04", "subject": "转账凭证", "text": "已经转账了，请查收。请问另一篇文献的进度如何？",
                                 "attach": ["picture-form:IMG_1.jpg"]}))  # fmt: skip
    (item,) = desk.rows("queue", "list")
    (row,) = desk.rows("queue", "show", item["id"])
    assert "已经转账了" in row["text"]
    assert "IMG_1.jpg (image/jpeg" in row["attachments"][0]
    text = desk("queue", "show", item["id"])
    assert "the mail says" in text
    assert "已经转账了，请查收" in text
    assert "campus_transfer, 12.00 CNY (sure)" in text
    assert row["receipts"][0]["claim"].startswith("claim:")


def test_terminal_escapes_in_a_mail_do_nothing(desk: Desk) -> None:
    """A subject cannot steer the librarian's terminal."""
    _receive(desk, desk.office.mail(**{"from": "X <x@stranger.example>", "subject": "a\x1b]0;owned\x07b\u202ec",
                                       "text": "请问 2026112000101 怎么样了？\n", "sign": False}))  # fmt: skip
    text = desk("queue", "list", "--all")
    assert "owned" in text
    assert not set("\x1b\x07\u202e") & set(text)


def test_acts_by_hand(desk: Desk) -> None:
    """Moving and payment follow the laws; what they forbid is exit 1 with the reason."""
    desk("transactions", "move", NUMBER, "cancelled", "--note", "by phone", "--as", "li")
    assert desk.rows("transactions", "list", "--state", "cancelled")[0]["number"] == NUMBER
    assert NUMBER in desk("transactions", "move", NUMBER, "delivered", code=1)
    desk("transactions", "move", NUMBER, "sold", code=2)
    desk("transactions", "payment", "2026112000113", "confirmed", "--as", "li")
    (row,) = desk.rows("transactions", "show", "2026112000113")
    assert row["payment_state"] == "confirmed"
    notice = next(n for n in row["notices"] if n["kind"] == "payment_confirmed")
    desk("outbox", "cancel", notice["id"])
    assert desk.rows("outbox", "list", "--state", "cancelled")[0]["id"] == notice["id"]
    assert "cancelled" in desk("outbox", "retry", notice["id"], code=1), "what was withdrawn is not tried again"
    desk("outbox", "resend", notice["id"])
    desk("outbox", "retry", notice["id"])
    assert desk.rows("outbox", "show", notice["id"])[0]["state"] == "waiting"
    for door in (("deposit", "top-up", "p01", "5"), ("claims", "confirm", "x")):
        said = desk(*door, "--channel", "gold", code=2)
        assert "--channel" in said
        assert "wechat" in said


def test_notices_in_doubt_and_failed(desk: Desk) -> None:
    """Listed with why they stand so; one in doubt is called sent, failed ones of an outage are sent again together."""
    now = desk.office.services.clock.now()
    with desk.office.services.store.begin() as uow:
        first, second, third = uow.outbox.add(
            [NoticeRequest(kind=NoticeKind.ANSWER, subject=f"x{n}", recipient="x@patron.example") for n in range(3)],
            now,
        )
        row = uow.outbox.get(first)
        assert row is not None
        declare(uow, [row], now, "no answer")
        for n in (second, third):
            failed = uow.outbox.get(n)
            assert failed is not None
            give_up(uow, failed, now, "550 no")
    (doubtful,) = desk.rows("outbox", "list", "--state", "in_doubt")
    assert (doubtful["id"], doubtful["why"]) == (first, "no answer")
    assert "in_doubt" in desk("outbox", "cancel", first, code=1), "what may have left is not withdrawn"
    desk("outbox", "sent", first)
    assert desk.rows("outbox", "show", first)[0]["state"] == "sent"
    assert desk.rows("outbox", "retry", "--failed", "--since", "2099-01-01") == []
    again = desk.rows("outbox", "retry", "--failed", "--since", (now - timedelta(minutes=1)).isoformat())
    assert {row["id"] for row in again if row["done"]} == {second, third}
    assert all(row["why"] for row in desk.rows("outbox", "list", "--state", "waiting"))
    desk("outbox", "retry", code=2)
    desk("outbox", "retry", "--failed", "--since", "yesterday", code=2)


def test_the_clock(desk: Desk) -> None:
    """Believed, held after a jump (exit 1), and right again by a person's word."""
    assert desk.rows("clock", "show")[0]["held"] is False
    with desk.office.services.store.begin() as uow:
        line = JournalEntry(what="clock", at=desk.office.services.clock.now(), after="held", reasons=("it jumped",))
        uow.journal.add([line])
    assert "it jumped" in desk("clock", "show", code=1)
    desk("clock", "confirm", "--as", "li")
    assert "believed" in desk("clock", "show")


def test_patrons(desk: Desk) -> None:
    """By id, by address, by text."""
    row = desk.rows("patrons", "show", "demo-lijun@qq.com")[0]
    assert row["patron_id"] == "p01"
    assert NUMBER in [t["number"] for t in row["transactions"]]
    assert [p["patron_id"] for p in desk.rows("patrons", "list", "--text", "Meyer")] == ["p06"]
    assert len(desk.rows("patrons", "list", "--limit", 3)) == 3


def test_import_twice(desk: Desk, tmp_path: Path) -> None:
    """Created, then unchanged; a bad row is named and is exit 1; a dry run writes nothing."""
    table = tmp_path / "patrons.csv"
    table.write_text("patron_id,name,kind,emails\nq1,甲,internal,a@patron.example;b@patron.example\n", encoding="utf-8")
    assert desk.rows("import", "patrons", table, "--dry-run")[0]["created"] == 1
    assert desk.rows("import", "patrons", table)[0]["created"] == 1
    assert desk.rows("import", "patrons", table)[0]["unchanged"] == 1
    table.write_text(
        "number,patron_id,state,colour\nT-1,q1,submitted,red\nT-2,nobody,submitted,red\n", encoding="utf-8"
    )
    (row,) = desk.rows("import", "transactions", table, code=1)
    assert (row["created"], row["refused"], row["ignored_columns"]) == (1, 1, ["colour"])
    assert row["errors"][0]["line"] == 3
    assert desk.rows("transactions", "list", "--patron", "q1")[0]["number"] == "T-1"
    desk("import", "patrons", tmp_path / "missing.csv", code=2)


def test_balance(desk: Desk) -> None:
    """Even with the server asked; a server out of reach cannot be even."""
    _receive(desk, desk.office.shipped(NUMBER))
    (row,) = desk.rows("balance")
    assert row["even"] is True
    assert row["stored"] == 1
    desk.office.imap.stop()
    assert desk.rows("balance", "--offline")[0]["server"] is None
    assert desk.rows("balance", code=1)[0]["server"] is None
    desk.office.imap.start()


def test_database(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """check says no to an empty database, and yes after upgrade."""
    assert desk.rows("db", "check")[0]["ok"] is True
    monkeypatch.setenv("MAILD_STORE__URL", f"sqlite:///{tmp_path}/other.db")
    assert desk.rows("db", "check", code=1)[0]["ok"] is False
    desk("db", "upgrade")
    assert desk.rows("db", "check")[0]["ok"] is True


def test_notices(desk: Desk, tmp_path: Path) -> None:
    """A preview shows the words; send-test really sends, to the address given."""
    assert desk("notices", "preview", "fee_notice", "--locale", "zh-CN").startswith("Subject: ")
    (row,) = desk.rows("notices", "preview", "fee_notice", "--locale", "en")
    assert "<html" in row["html"]
    desk("notices", "preview", "pick_up", "--out", tmp_path / "x.eml")
    assert (tmp_path / "x.eml").read_bytes().count(b"\r\n") > 10
    desk("notices", "send-test", "--to", "me@lib.example", "loan_due")
    (sent,) = desk.office.smtp.wait_for(1)
    assert sent.recipients == ("me@lib.example",)
    desk("notices", "preview", "birthday", code=2)


def test_rules(desk: Desk, tmp_path: Path) -> None:
    """Listed, tested, explained."""
    names = [row["name"] for row in desk.rows("rules", "list")]
    assert names == sorted(names)
    assert all(row["passed"] for row in desk.rows("rules", "test"))
    mail = tmp_path / "mail.eml"
    mail.write_bytes(desk.office.shipped(NUMBER))
    (row,) = desk.rows("rules", "explain", names[0], mail, "--dns", "none")
    assert row["lines"]
    assert "no rule is named" in desk("rules", "explain", "99-nothing", mail, "--dns", "none", code=1)


def test_arming(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail that came after the first look waits until the mailbox is armed."""
    monkeypatch.setenv("MAILD_STORE__URL", f"sqlite:///{tmp_path}/fresh.db")
    desk("db", "upgrade")
    assert "was never read" in desk("mailbox", "arm", "office", code=1)
    settings = desk.office.services.settings
    box = replace(settings.mailbox[0], armed=False)
    store = replace(settings.store, url=f"sqlite:///{tmp_path}/fresh.db")
    services = Services(replace(settings, mailbox=(box,), store=store))
    desk.office.imap.deliver(desk.office.shipped(NUMBER))
    for mailbox in services.mailboxes:
        services.intake.run_once(mailbox)
    desk.office.imap.deliver(desk.office.shipped("2026112000102", 1))
    for mailbox in services.mailboxes:
        services.intake.run_once(mailbox)
    services.close()
    (row,) = desk.rows("mailbox", "list")
    assert (row["armed"], row["last_uid"] - row["baseline_uid"]) == (False, 1)
    (row,) = desk.rows("mailbox", "arm", "office")
    assert (row["armed"], row["pending"]) == (True, 1)
    assert desk.rows("mailbox", "list")[0]["armed"] is True


def test_what_is_done_with_items_from_the_command_line(desk: Desk) -> None:
    """Handed over, noted, its limit and whose it is in the list; a new request; a sender ignored and seen again."""
    with desk.office.services.store.begin() as uow:
        uow.accounts.add(Account(name="wang", role=Role.LIBRARIAN, created=desk.office.services.clock.now()))
    stranger = {"from": "Pest <pest@spam.example>", "subject": "推广", "text": "您好，请问？", "sign": False}
    shipped = {"subject": "【CALIS馆际互借】文献已寄送", "text": "当前状态：已寄送\n", "attach": ["pdf:a.pdf"]}
    _receive(desk, desk.office.mail(1, **stranger), desk.office.mail(2, **shipped))
    pest, new = (
        next(row["id"] for row in desk.rows("queue", "list") if row["from"] == sender)
        for sender in ("pest@spam.example", "ill@calis.edu.cn")
    )
    assert f"item {pest} belongs to wang now" in desk("queue", "hand", pest, "--to", "wang", "--as", "li")
    assert "there is no account nobody" in desk("queue", "hand", pest, "--to", "nobody", code=1)
    desk("queue", "note", new, "rang them", "--as", "li")
    row = next(row for row in desk.rows("queue", "list") if row["id"] == pest)
    assert row["assignee"] == "wang"
    assert row["due"] > row["created"]
    assert "wang" in desk("queue", "list")
    shown = desk("queue", "show", new)
    assert "note" in shown
    assert "rang them" in shown

    made = desk.rows("queue", "new", new, "2026112000888", "--patron", "p02", "--title", "新题名", "--as", "li")[0]
    assert made["transactions"] == ["2026112000888"]
    assert desk.rows("transactions", "show", "2026112000888")[0]["title"] == "新题名"
    assert desk.rows("queue", "show", new)[0]["undoable"] == ""
    desk("queue", "undo", new, "--as", "li")
    assert "no request" in desk("transactions", "show", "2026112000888", code=1)

    assert "--reason" in desk("queue", "ignore", pest, code=2)
    desk("queue", "ignore", pest, "--reason", "advertising", "--all", "--as", "li")
    (ignored,) = desk.rows("senders", "ignored")
    assert (ignored["address"], ignored["actor"], ignored["reason"]) == ("pest@spam.example", "li", "advertising")
    desk("senders", "unignore", "pest@spam.example", "--as", "li")
    assert desk("senders", "ignored").strip() == "nobody is ignored"
    assert "the provider calis" in desk("senders", "ignore", "ill@calis.edu.cn", "--reason", "x", code=1)
    assert "no mail address" in desk("senders", "ignore", "nobody", "--reason", "x", code=2)


def test_a_mail_about_a_registration_and_a_better_photo(desk: Desk) -> None:
    """Both as staff type them."""
    house = desk.office
    desk("registrations", "add", "new@patron.example", "--login", "2026001", "--kind", "internal")
    _receive(desk, house.mail(3, **{"from": "N <new@patron.example>", "subject": "账号", "text": "请问？", "sign": False}),
             house.mail(4, **{"from": "p04", "subject": "凭证", "text": "已经转账了，请查收。请问另一篇文献的进度如何？",
                              "attach": ["picture-form:IMG_1.jpg"]}))  # fmt: skip
    items = {row["from"]: row["id"] for row in desk.rows("queue", "list")}
    assert "of new@patron.example, pending" in desk("queue", "registration", items["new@patron.example"], "2026001")
    proof = next(item for sender, item in items.items() if sender != "new@patron.example")
    assert "asked for a better photo" in desk("queue", "photo", proof, "--what", "太暗了", "--as", "li")
    assert "was asked today" in desk("queue", "photo", proof, code=1)
