"""Drafted answers: shown, let go with one act, taken back, withdrawn; typed as staff type them, on a real office."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from maild.cli.app import run
from maild.cli.init import write
from maild.domain.decision import Cause
from maild.domain.journal import ReviewItem
from maild.domain.notice import NoticeKind, NoticeRequest, OutboxState
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
REFUND = {"from": "p02", "subject": "退款", "text": "老师您好，我的费用交重了，请退款给我，谢谢。"}
STRANGER = {"from": "Somebody <somebody@patron.example>", "subject": "咨询",
            "text": "您好，请问文献传递可以用手机缴费吗？", "sign": False}  # fmt: skip


@dataclass
class Desk:
    """An office and its command line."""

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

    def rows(self, *args: object) -> list[dict[str, Any]]:
        """The same with --json."""
        return [json.loads(line) for line in self(*args, "--json").splitlines()]

    def item(self) -> dict[str, Any]:
        """The only item that waits, as `queue show` tells it."""
        (item,) = self.rows("queue", "list")
        return self.rows("queue", "show", item["id"])[0]

    def texts(self, kind: str = "") -> list[tuple[str, str]]:
        """(recipient, text) of every mail that left."""
        self.office.relay()
        mails = self.office.sent(kind)
        return [(str(m["To"]), part.get_content()) for m in mails if (part := m.get_body(("plain",)))]


@pytest.fixture
def desk(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An office, armed, with a configuration file."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    with office(tmp_path) as made:
        write(made.services.settings, tmp_path / "maild.toml")
        yield Desk(made, tmp_path / "maild.toml", capfdbinary)


def test_a_draft_is_shown_and_goes_out_with_one_act(desk: Desk) -> None:
    """What staff read is what the patron gets, as a reply in the thread; the item is settled, who did it is kept."""
    desk.office.receive(desk.office.mail(**REFUND))
    item = desk.item()
    (draft,) = item["drafts"]
    assert (draft["kind"], draft["to"]) == ("answer", "demo-wangxr@163.com")
    assert "发票一旦开出，一般不办理退款" in draft["text"]
    assert draft["text"].splitlines()[0] in desk("queue", "show", item["id"])
    assert desk.texts() == []

    assert "1 mail(s) to demo-wangxr@163.com" in desk("queue", "answer", item["id"], "--as", "li")
    ((to, text),) = desk.texts("answer")
    assert "demo-wangxr@163.com" in to
    assert "发票一旦开出，一般不办理退款" in text
    (mail,) = desk.office.sent("answer")
    assert mail["In-Reply-To"]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert desk.rows("queue", "list") == []
    history = desk.rows("queue", "show", item["id"])[0]["history"]
    assert ("li", "answered") in [(entry["actor"], entry["after"]) for entry in history]
    assert "cannot be taken back" in desk("queue", "undo", item["id"], code=1)


def test_an_answer_can_be_taken_back_until_it_has_left(desk: Desk) -> None:
    """Undo makes the draft a draft again; it may be answered once more, in other words."""
    desk.office.receive(desk.office.mail(**REFUND))
    item = desk.item()["id"]
    desk("queue", "answer", item)
    desk("queue", "undo", item)
    assert desk.texts() == []
    assert len(desk.item()["drafts"]) == 1
    desk("queue", "answer", item, "--add", "您好，这笔费用已核对，下周退回。")
    desk("queue", "undo", item)
    desk("queue", "answer", item, "--add", "您好，这笔费用已核对，明天退回。")
    ((_, text),) = desk.texts()
    assert "明天退回" in text
    assert "下周" not in text
    assert "发票一旦开出" in text


def test_own_words_take_the_drafts_place(desk: Desk, tmp_path: Path) -> None:
    """A file, or a text of rules/answers; the draft is withdrawn."""
    desk.office.receive(desk.office.mail(**REFUND))
    item = desk.item()["id"]
    own = tmp_path / "own.txt"
    assert "own.txt" in desk("queue", "answer", item, "--text", own, code=2)
    own.write_text("您好：\n\n请把两张凭证都拍照发来，我们核对后退回。\n", "utf-8")
    assert "there is no text" in desk("queue", "answer", item, "--topic", "weather", code=1)
    desk("queue", "answer", item, "--text", own, "--topic", "loan_period")
    ((_, text),) = desk.texts()
    assert "请把两张凭证都拍照发来" in text
    assert "借期由提供馆规定" in text
    assert "发票一旦开出" not in text


def test_a_strangers_draft_is_general_and_dismissing_withdraws_it(desk: Desk) -> None:
    """Nothing leaves by itself; a dismissed item's draft cannot go any more, until the dismissal is undone."""
    desk.office.receive(desk.office.mail(**STRANGER))
    item = desk.item()
    (draft,) = item["drafts"]
    assert draft["to"] == "somebody@patron.example"
    desk("queue", "dismiss", item["id"], "--note", "rang them")
    assert [e["state"] for e in desk.rows("outbox", "list")] == ["cancelled"]
    desk("queue", "undo", item["id"])
    assert len(desk.item()["drafts"]) == 1
    desk("queue", "answer", item["id"])
    assert [to for to, _ in desk.texts()] == ["somebody@patron.example"]


def test_a_mail_that_is_processed_again_has_its_draft_again(desk: Desk) -> None:
    """Replaying an item withdraws the draft and makes it anew: one, and it can be sent."""
    desk.office.receive(desk.office.mail(**REFUND))
    desk("queue", "replay", desk.item()["id"])
    desk.office.turn()
    item = desk.item()
    assert len(item["drafts"]) == 1
    desk("queue", "answer", item["id"])
    assert len(desk.texts()) == 1


def test_assigning_withdraws_the_draft_and_an_item_without_one_needs_words(desk: Desk) -> None:
    """Settled otherwise is settled; where nothing was drafted, maild says how to answer."""
    desk.office.receive(desk.office.mail(**STRANGER), desk.office.mail(1, **{
        "from": "p02", "subject": "您好", "text": "老师，我想跟您讨论一下上次会议的事情。"}))  # fmt: skip
    first, second = desk.rows("queue", "list")
    desk("queue", "assign", first["id"], "2026112000126")
    assert "--text FILE" in desk("queue", "answer", second["id"], code=1)
    assert desk.texts() == []


def test_an_item_that_the_clock_raised_is_answered_by_its_key(desk: Desk) -> None:
    """Drafts without a mail are found by the key; sent, taken back and withdrawn alike."""
    services = desk.office.services
    with services.store.begin() as uow:
        now = services.clock.now()
        item = uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, key="silent:2026112000107:1",
                                          transactions=("2026112000107",)), now)  # fmt: skip
        ask = NoticeRequest(kind=NoticeKind.ANSWER, subject="silent:2026112000107:1", recipient="ill@supplier.example",
                            data={"answer": "请问 2026112000107 进展如何？"})  # fmt: skip
        uow.outbox.add([ask, replace(ask, revision="2", recipient="second@supplier.example")], now,
                       state=OutboxState.HELD)  # fmt: skip
    drafts = desk.rows("queue", "show", item)[0]["drafts"]
    assert [d["to"] for d in drafts] == ["ill@supplier.example", "second@supplier.example"]
    desk("queue", "answer", item, "--draft", drafts[0]["id"])
    desk("queue", "undo", item)
    assert len(desk.rows("queue", "show", item)[0]["drafts"]) == 2
    assert "is no draft" in desk("queue", "answer", item, "--draft", 999, code=1)
    desk("queue", "answer", item, "--draft", drafts[0]["id"])
    ((to, text),) = desk.texts()
    assert "ill@supplier.example" in to
    assert "进展如何" in text


def test_a_draft_is_made_of_the_facts_of_the_day_it_goes(desk: Desk) -> None:
    """A state that moved meanwhile is told as it is now, in what staff read and in what the patron gets."""
    number = "2026112000107"
    desk.office.receive(desk.office.mail(**{
        "from": "p03", "subject": f"Please hurry: {number}", "attach": ["pdf:notes.pdf"],
        "text": f"Dear librarian, could you tell me the status of my request {number}? I need it urgently.",
    }))  # fmt: skip
    item = desk.item()
    assert "forwarded to another library" in item["drafts"][0]["text"]
    desk("transactions", "move", number, "shipped")
    assert "on its way" in desk.item()["drafts"][0]["text"]
    desk("queue", "answer", item["id"])
    text = next(text for _, text in desk.texts() if number in text)
    assert "on its way" in text
    assert "forwarded" not in text
