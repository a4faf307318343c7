"""Drafted answers: shown, let go with one act, taken back, withdrawn; typed as staff type them, on a real office."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.cli.operation.init import write
from maild.config import Settings
from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.lifecycle import Event
from maild.office.learning.labels import StaffLabel, label_of
from maild.office.queue.acts_answer import Draft, Reply
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
COUNT = count()  # of mails: no two are alike
REFUND = {"from": "p02", "subject": "退款", "text": "老师您好，我的费用交重了，请退款给我，谢谢。"}
STRANGER = {
    "from": "Somebody <somebody@patron.example>",
    "subject": "咨询",
    "text": "您好，请问文献传递可以用手机缴费吗？",
    "sign": False,
}


@dataclass
class Desk:
    """An office, its command line, and its acts; `seen`: mails that had left before this test."""

    office: Office
    config: Path
    capture: pytest.CaptureFixture[bytes]
    seen: int

    @property
    def services(self) -> Services:
        return self.office.services

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

    def waiting(self, *mails: dict[str, Any]) -> list[int]:
        """Let mails come; the items that wait then."""
        self.office.receive(*(self.office.mail(next(COUNT), **mail) for mail in mails))
        with self.services.store.read() as uow:
            return [item.id for item in uow.reviews.find() if item.mail_id is not None]

    def drafts(self, item: int) -> list[Draft]:
        """The item's drafts as they would go now."""
        return self.services.answer_acts.drafts(item)

    def answer(self, item: int, **how: Any) -> str:
        """Let the drafts go."""
        return self.services.answer_acts.answer(item, Reply(**how), actor="li").done

    def texts(self) -> list[tuple[str, str]]:
        """(recipient, text) of every answer that left since the test began."""
        self.office.relay()
        mails = [m for m in self.office.sent()[self.seen :] if "answer" in str(m["X-Maild"])]
        return [(str(m["To"]), part.get_content()) for m in mails if (part := m.get_body(("plain",)))]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Path]]:
    """One office for all tests, in which every answer is a draft; with a configuration file."""
    folder = tmp_path_factory.mktemp("desk")

    def careful(settings: Settings) -> Settings:
        return replace(settings, answers=replace(settings.answers, automatic=False))

    with office(folder, change=careful) as made:
        write(made.services.settings, folder / "maild.toml")
        yield made, folder / "maild.toml"


@pytest.fixture
def desk(
    shared: tuple[Office, Path], capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """The office, with an empty queue."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    made, config = shared
    return Desk(made, config, capfdbinary, len(made.sent()))


def test_a_draft_is_shown_and_goes_out_with_one_act(desk: Desk) -> None:
    """What staff read is what the patron gets, as a reply in the thread; the item is settled, who did it is kept."""
    (item,) = desk.waiting(REFUND)
    shown = desk.rows("queue", "show", item)[0]
    (draft,) = shown["drafts"]
    assert (draft["kind"], draft["to"]) == ("answer", "demo-wangxr@163.com")
    assert "发票一旦开出，一般不办理退款" in draft["text"]
    assert "maild queue answer" in desk("queue", "show", item)
    assert desk.texts() == []

    assert "1 mail(s) to demo-wangxr@163.com" in desk("queue", "answer", item, "--as", "li")
    ((to, text),) = desk.texts()
    assert "demo-wangxr@163.com" in to
    assert "发票一旦开出，一般不办理退款" in text
    mail = desk.office.sent("answer")[-1]
    assert mail["In-Reply-To"]
    assert mail["Auto-Submitted"] == "auto-replied"
    assert item not in [row["id"] for row in desk.rows("queue", "list")]
    history = desk.rows("queue", "show", item)[0]["history"]
    assert ("li", "answered") in [(entry["actor"], entry["after"]) for entry in history]
    assert "cannot be taken back" in desk("queue", "undo", item, code=1)


def test_an_answer_can_be_taken_back_until_it_has_left(desk: Desk) -> None:
    """Undo makes the draft a draft again; it may be answered once more, in other words."""
    (item,) = desk.waiting(REFUND)
    for words in ("", "您好，这笔费用已核对，下周退回。"):
        desk.answer(item, add=words)
        desk.services.acts.undo(item, actor="li")
        assert desk.texts() == []
        assert len(desk.drafts(item)) == 1
    desk.answer(item, add="您好，这笔费用已核对，明天退回。")
    ((_, text),) = desk.texts()
    assert "明天退回" in text
    assert "下周" not in text
    assert "发票一旦开出" in text


def test_own_words_take_the_drafts_place(desk: Desk, tmp_path: Path) -> None:
    """A file, or a text of rules/answers; the draft is withdrawn."""
    (item,) = desk.waiting(REFUND)
    own = tmp_path / "own.txt"
    assert "own.txt" in desk("queue", "answer", item, "--text", own, code=2)
    own.write_text("您好：\n\n请把两张凭证都拍照发来，我们核对后退回。\n", "utf-8")
    with pytest.raises(NotFound, match="there is no text"):
        desk.answer(item, topics=("weather",))
    desk("queue", "answer", item, "--text", own, "--topic", "loan_period")
    ((_, text),) = desk.texts()
    assert "请把两张凭证都拍照发来" in text
    assert "借期由提供馆规定" in text
    assert "发票一旦开出" not in text


def test_a_strangers_draft_is_general_and_dismissing_withdraws_it(desk: Desk) -> None:
    """Nothing leaves by itself; a dismissed item's draft cannot go any more, until the dismissal is undone."""
    (item,) = desk.waiting(STRANGER)
    (draft,) = desk.drafts(item)
    assert draft.request.recipient == "somebody@patron.example"
    acts = desk.services.acts
    acts.dismiss(item, actor="li", note="rang them")
    assert desk.drafts(item) == []
    acts.undo(item, actor="li")
    assert len(desk.drafts(item)) == 1
    desk.answer(item)
    assert [to for to, _ in desk.texts()] == ["somebody@patron.example"]


def test_a_mail_that_is_processed_again_has_its_draft_again(desk: Desk) -> None:
    """Replaying an item withdraws the draft and makes it anew: one, and it can be sent."""
    (item,) = desk.waiting(REFUND)
    desk.services.acts.replay(item, actor="li")
    (again,) = desk.waiting()
    assert len(desk.drafts(again)) == 1
    desk.answer(again)
    assert len(desk.texts()) == 1


def test_assigning_withdraws_the_draft_and_an_item_without_one_needs_words(desk: Desk) -> None:
    """Settled otherwise is settled; where nothing was drafted, maild says how to answer."""
    talk = {"from": "p02", "subject": "您好", "text": "老师，我想跟您讨论一下上次会议的事情。"}
    first, second = desk.waiting(STRANGER, talk)
    desk.services.acts.assign(first, ["2026112000126"], actor="li")
    assert desk.drafts(first) == []
    with pytest.raises(Permanent) as caught:
        desk.answer(second)
    assert "--text FILE" in caught.value.remedy
    desk.answer(second, text="周三下午可以。")
    ((to, text),) = desk.texts()
    assert "demo-wangxr@163.com" in to
    assert "王晓镕" in text  # greeted by name, in the patron's language alone
    assert "Dear" not in text


def test_an_item_that_the_clock_raised_is_answered_by_its_key(desk: Desk) -> None:
    """Drafts without a mail are found by the key; sent, taken back and withdrawn alike."""
    services, key = desk.services, "silent:2026112000107:1"
    with services.store.begin() as uow:
        now = services.clock.now()
        item = uow.reviews.add(
            ReviewItem(id=0, mail_id=None, cause=Cause.SILENT, key=key, transactions=("2026112000107",)), now
        )
        ask = NoticeRequest(
            kind=NoticeKind.ANSWER,
            subject=key,
            recipient="ill@supplier.example",
            data={"answer": "请问 2026112000107 进展如何？"},
        )
        uow.outbox.add(
            [ask, replace(ask, revision="2", recipient="second@supplier.example")], now, state=OutboxState.HELD
        )
    first, second = desk.drafts(item)
    assert second.request.recipient == "second@supplier.example"
    desk.answer(item, only=(first.id,))
    services.acts.undo(item, actor="li")
    assert len(desk.drafts(item)) == 2
    with pytest.raises(NotFound, match="is no draft"):
        desk.answer(item, only=(999,))
    desk.answer(item, only=(first.id,))
    ((to, text),) = desk.texts()
    assert "ill@supplier.example" in to
    assert "进展如何" in text


def test_a_draft_is_made_of_the_facts_of_the_day_it_goes(desk: Desk) -> None:
    """A state that moved meanwhile is told as it is now, in what staff read and in what the patron gets."""
    number = "2026112000107"
    (item,) = desk.waiting({"from": "p03", "subject": "my request",
                            "text": f"Dear librarian, could you tell me the status of my request {number}?"})  # fmt: skip
    assert "forwarded to another library" in desk.drafts(item)[0].text
    desk.services.acts.move(number, Event.SHIPPED, actor="li")
    assert "on its way" in desk.drafts(item)[0].text
    desk.answer(item)
    text = next(text for _, text in desk.texts() if "This is where" in text)
    assert "on its way" in text
    assert "forwarded" not in text


def test_own_words_go_to_the_writer_and_not_to_the_technicians(desk: Desk) -> None:
    """Two drafts, one to the patron and one to the system's technicians: the word is for the patron."""
    (item,) = desk.waiting({"from": "p03", "subject": "Hello", "text": "The dropdown list does not work."})
    assert [d.request.kind for d in desk.drafts(item)] == [NoticeKind.ANSWER, NoticeKind.PERMISSION_REPORT]
    desk.answer(item, add="Please call me at four.")
    texts = desk.texts()
    assert [to for to, text in texts if "call me at four" in text] == ["Ann Smith <demo-ann@outlook.com>"]
    (letter,) = desk.office.sent("permission_report")
    assert letter["To"] == "ill@calis.edu.cn"
    body = letter.get_body(("plain",))
    assert body is not None
    assert "demo0103" in body.get_content()


def test_a_draft_for_a_patron_who_lost_the_address_stays(desk: Desk) -> None:
    """The address went to somebody else meanwhile: nothing of the patron's affairs goes there."""
    (item,) = desk.waiting(REFUND)
    (draft,) = desk.drafts(item)
    now = desk.services.clock.now()
    with desk.services.store.begin() as uow:
        before = uow.patrons.get(draft.request.patron_id)
        assert before is not None
        uow.patrons.upsert([replace(before, emails=(replace(before.emails[0], address="new@patron.example"),))], now)
    try:
        with pytest.raises(Permanent, match="no address of"):
            desk.answer(item)
    finally:
        with desk.services.store.begin() as uow:
            uow.patrons.upsert([before], now)
    assert desk.texts() == []
    desk.services.acts.dismiss(item, actor="li", note="a test")


def test_a_table_in_a_draft_is_that_of_now(desk: Desk) -> None:
    """Missed while on its way, and arrived before the librarian looked: the table says so."""
    number = "2026112000101"
    said = f"您好，我的文献一直没收到，事务号{number}。另外想请教一件别的事情。"
    (item,) = desk.waiting({"from": "p01", "subject": "没收到文献", "text": said})
    (draft,) = [d for d in desk.drafts(item) if d.request.kind is NoticeKind.QUERY_ANSWER]
    before = draft.request.data["rows"]
    desk.services.acts.move(number, Event.ACCEPTED, actor="li")
    (draft,) = [d for d in desk.drafts(item) if d.request.kind is NoticeKind.QUERY_ANSWER]
    assert draft.request.data["rows"] != before
    desk.services.acts.dismiss(item, actor="li", note="a test")


def test_a_librarians_own_words_are_not_called_automatic(desk: Desk) -> None:
    """An own text, or words put before the draft, end without 'sent automatically'; a draft as it was ends with it."""
    for how, automatic in (({}, True), ({"add": "您好！"}, False), ({"text": "您好，请稍候。"}, False)):
        (item,) = desk.waiting({**REFUND, "subject": f"退款 {how}"})
        desk.seen = len(desk.office.sent())
        desk.answer(item, **how)
        ((_, text),) = desk.texts()
        assert ("本邮件由系统自动发出" in text) is automatic
        assert "直接回复" in text
        html = desk.office.sent("answer")[-1].get_body(("html",))
        assert html is not None
        assert ("本邮件由系统自动发出" in html.get_content()) is automatic


def test_a_draft_that_was_let_go_says_what_its_mail_is(desk: Desk) -> None:
    """Staff's act is the label: of the draft that went, not of one that was withdrawn, and of none once it is undone."""
    answers = desk.services.answers

    def label(item: int) -> StaffLabel | None:
        with desk.services.store.read() as uow:
            found = uow.reviews.get(item)
            assert found is not None
            return label_of(uow, found, answers)

    (item,) = desk.waiting(REFUND)
    assert label(item) is None
    desk.answer(item)
    assert label(item) == StaffLabel(kinds=frozenset({"refund_request"}), by="li")
    desk.services.acts.undo(item, actor="li")
    assert label(item) is None
    desk.answer(item, text="已电话告知。")
    assert label(item) is None, "own words label nothing"
    desk.services.learner.label(item, ["refund_request", "thanks"], actor="wu")
    assert label(item) == StaffLabel(kinds=frozenset({"refund_request", "thanks"}), by="wu")
