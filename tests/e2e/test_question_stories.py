"""What patrons ask, over real IMAP and SMTP: the FAQ of the guide in Chinese and English, strangers, mixed mails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from maild.demo.samples import dated
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry, OutboxState
from maild.domain.records.journal import ReviewItem
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
COUNT = count()
LI, WANG, ANN, ZHAO, JOHN = "p01", "p02", "p03", "p05", "p06"  # 校内, 校内, internal; 校外, external


@dataclass
class World:
    """The office, and what is heard of it. `seen`: mails that had left before this test."""

    office: Office
    seen: int

    def hear(self, who: str, subject: str, text: str, **row: Any) -> list[tuple[str, str]]:
        """A mail comes; (subject, text) of every mail that answers it."""
        raw = self.office.mail(next(COUNT), **{"from": who, "subject": subject, "text": text, **row})
        self.office.receive(raw)
        mails = [
            m for m in self.office.sent()[self.seen :] if m["In-Reply-To"] and str(m["In-Reply-To"]).encode() in raw
        ]
        self.seen = len(self.office.sent())
        return [(str(m["Subject"]), _flat(part.get_content())) for m in mails if (part := m.get_body(("plain",)))]

    def answered(self, who: str, subject: str, text: str, **row: Any) -> str:
        """The text of the one mail that answers at once."""
        told = self.hear(who, subject, text, **row)
        assert len(told) == 1, (text, told, [i.reasons[:4] for i in self.waiting()])
        return told[0][1]

    def waiting(self) -> list[ReviewItem]:
        """What waits for staff."""
        with self.office.services.store.read() as uow:
            return uow.reviews.find()

    def item(self) -> ReviewItem:
        """The item that came last."""
        return self.waiting()[-1]

    def drafts(self, item: ReviewItem) -> list[tuple[NoticeKind, str, str]]:
        """(kind, recipient, text) of an item's drafts."""
        found = self.office.services.answer_acts.drafts(item.id)
        return [(draft.request.kind, draft.request.recipient, _flat(draft.text)) for draft in found]

    def held(self) -> list[OutboxEntry]:
        """Everything that is held."""
        with self.office.services.store.read() as uow:
            return uow.outbox.find(state=OutboxState.HELD)


def _flat(text: str) -> str:
    """Text without the folding of its lines."""
    joined = re.sub(r"(?<=[\u3000-\uffef\u4e00-\u9fff])\n\s*(?=\S)", "", text.replace("\r\n", "\n"))
    return re.sub(r"(?<=\S)\n\s*(?=\S)", " ", joined)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for all stories."""
    with office(tmp_path_factory.mktemp("questions"), change=_generous) as made:
        yield made


def _generous(settings: Any) -> Any:
    """The fuse is tested elsewhere: here a patron asks more in a minute than in a year."""
    from dataclasses import replace

    return replace(settings, answers=replace(settings.answers, per_day=1000))


@pytest.fixture
def world(shared: Office) -> World:
    """The office, from now on."""
    return World(shared, len(shared.sent()))


FAQ_ZH = [
    ("1", "请问我的申请进度怎么样了？请问需要收费吗？", ["2026112000101", "需要您自负费用的，馆际互借员会发邮件或打电话通知您"]),
    ("2", "请问可以预付款吗？申请比较多，不想每次都去缴费。", ["作为预付款充入您的账户"]),
    ("4", "请问缴费时图书馆提供发票吗？", ["只提供校内结算凭证", "发票只能开“文献传递费”"]),
    ("5", "请问能用手机APP缴费吗？", ["浙大校园卡", "手机缴纳的费用无法退款"]),
    ("6", "请问取件在什么地方？", ["紫金港校区农医馆一楼大厅2号窗口", "0571-88208470"]),
    ("7", "提交申请时下拉列表框无法选择。", ["demo0101", "由技术人员为账户添加权限"]),
    ("8", "请问文献传递的收费标准是怎样的？有补贴吗？",
     ["复制费", "https://libweb.zju.edu.cn/39544/list.htm", "补贴直接从费用中扣除"]),
]  # fmt: skip
FAQ_EN = [
    (
        "1",
        "What is the status of my requests? Do I have to pay?",
        ["2026112000107", "a librarian will write to you or phone"],
    ),
    ("2", "Can I make a deposit?", ["later fees are deducted from it"]),
    ("4", "Do you provide invoices?", ["internal settlement slip", "The only item an invoice can name"]),
    ("5", "Can I pay with my phone?", ["浙大校园卡", "cannot be refunded"]),
    ("6", "Where can I pick up my book?", ["Counter 2", "0571-88208470"]),
    ("7", "The dropdown list does not work.", ["demo0103", "technicians"]),
    ("8", "How much does it cost? Is there a subsidy?", ["Copying", "taken off the fee"]),
]


@pytest.mark.parametrize(("number", "question", "facts"), FAQ_ZH, ids=[f"zh-{row[0]}" for row in FAQ_ZH])
def test_the_faq_in_chinese(world: World, number: str, question: str, facts: list[str]) -> None:
    """Each question of the guide's third part, asked by a patron: the answer is read in the mail that was sent."""
    text = world.answered(LI, "您好", question)
    assert [fact for fact in facts if fact not in text] == []
    assert "李珺" in text


@pytest.mark.parametrize(("number", "question", "facts"), FAQ_EN, ids=[f"en-{row[0]}" for row in FAQ_EN])
def test_the_faq_in_english(world: World, number: str, question: str, facts: list[str]) -> None:
    """The same, asked in English."""
    text = world.answered(ANN, "Hello", question)
    assert [fact for fact in facts if fact not in text] == []
    assert "Dear Ann Smith" in text


def test_my_requests_by_one_word_and_by_number(world: World) -> None:
    """查询 and status give the open ones; a number gives that one, with its fee; the reply stands in the thread."""
    text = world.answered(LI, "查询", "")
    for number in ("2026112000101", "2026112000102", "2026112000103", "2026112000124"):
        assert number in text
    assert "2026112000104" not in text
    text = world.answered(ANN, "status", "status")
    assert "2026112000107" in text
    day = date.fromisoformat(dated("{day-4}", world.office.services.clock.now()))
    assert f"{day.day} {day:%B %Y}" in text
    text = world.answered(WANG, "status", "2026112000104, 2026112000106")
    assert "2026112000104" in text
    assert "2026112000105" not in text
    (mail,) = [m for m in world.office.sent("query_answer") if "demo-ann" in str(m["To"])][-1:]
    assert str(mail["In-Reply-To"]).startswith("<demo-")
    text = world.answered("p04", "您好", "查询 2026112000111")
    assert "2026112000111" in text
    assert "12.00" in text
    assert "2026112000110" not in text


def test_a_number_that_is_not_the_writers_tells_nothing(world: World) -> None:
    """Somebody else's request and one that does not exist: nothing leaves, staff see why."""
    for number, cause in (("2026112000104", Cause.SENDER_MISFIT), ("2026112000999", Cause.UNKNOWN_NUMBER)):
        assert world.hear(LI, "查询", f"请问 {number} 进度如何？") == []
        assert world.item().cause is cause
        ((_, to, text),) = world.drafts(world.item())
        assert to == "demo-lijun@zju.edu.cn"
        assert "中国农业通史" not in text


def test_a_stranger_learns_nothing(world: World) -> None:
    """Not known, or known and not proven: nothing leaves; the draft says general things only."""
    for who, sign in (("Stranger <stranger@patron.example>", True), (LI, False)):
        assert world.hear(who, "查询", "请问我的申请进度如何？收费标准是怎样的？", sign=sign) == []
        ((_, _, text),) = world.drafts(world.item())
        assert "请用您在系统中注册的邮箱来信" in text
        assert "20261120" not in text
        assert "李珺" not in text


def test_one_mail_with_several_questions_gets_one_answer(world: World) -> None:
    """Fees by phone, pick-up place, state and thanks: one mail, a section each, in the order asked."""
    text = world.answered(WANG, "您好", "老师您好！请问取件在什么地方？可以用手机缴费吗？我的申请进度如何？谢谢！")
    first, second, third = (
        text.index(f"【{n}】{title}") for n, title in ((1, "取件地点"), (2, "手机缴费"), (3, "您的申请"))
    )
    assert first < second < third
    assert "2026112000106" in text


def test_a_question_beside_a_wish_waits_with_its_answer_ready(world: World) -> None:
    """To cancel is for others to decide; what is asked beside it is drafted, and a librarian sends it."""
    assert world.hear(WANG, "退款", "老师，我的费用交重了，请退款给我。另外请问可以用手机缴费吗？") == []
    item = world.item()
    assert item.cause is Cause.REFUND
    ((_, to, text),) = world.drafts(item)
    assert "浙大校园卡" in text
    assert "发票一旦开出" in text
    world.office.services.answer_acts.answer(item.id, _reply(), actor="li")
    world.office.relay()
    assert str(world.office.sent("answer")[-1]["To"]).find(to) >= 0


def _reply() -> Any:
    from maild.office.queue.acts_answer import Reply

    return Reply()


def test_the_technicians_letter_waits_for_a_librarian(world: World) -> None:
    """FAQ 7: the patron hears at once; the letter names login, name and address, and is held."""
    text = world.answered(JOHN, "Hello", "The dropdown list does not work. My login is johnm77.")
    assert "johnm77" in text
    item = world.item()
    assert item.cause is Cause.PERMISSION
    ((kind, to, letter),) = world.drafts(item)
    assert (kind, to) == (NoticeKind.PERMISSION_REPORT, "ill@calis.edu.cn")
    for fact in ("johnm77", "John Meyer", "demo-meyer@gmail.com"):
        assert fact in letter


def test_an_outsider_reads_what_holds_for_outsiders(world: World) -> None:
    """How to pay, for an external reader: the bank account, no campus transfer."""
    text = world.answered(ZHAO, "您好", "请问怎么缴费？")
    assert "1202024609908808891" in text
    assert "校内转账" not in text


def test_the_balance_and_what_is_owed(world: World) -> None:
    """The balance: the statement of account; why so much: each fee with its parts, and in odd words a person reads it too."""
    assert "预付款余额" in world.answered(ZHAO, "余额", "请问我的预付款余额还有多少？")
    ((_, text),) = world.hear(ZHAO, "费用", "为什么收我这么多钱？2026112000113")  # in words that leave a doubt
    assert "2026112000113" in text
    assert "38.00" in text
    assert "馆际互借员阅读后会另行答复" in text
    assert world.item()


def test_the_same_mail_twice_is_answered_once(world: World) -> None:
    """Delivered in a second copy with another trace header: no second answer."""
    made = world.office
    raw = made.mail(next(COUNT), **{"from": WANG, "subject": "您好", "text": "请问可以用手机缴费吗？"})
    made.receive(raw)
    made.receive(b"Received: from relay.example by mx.lib.example; Tue, 24 Nov 2026 08:00:00 +0800\r\n" + raw)
    assert len(made.sent()[world.seen :]) == 1


def test_machines_and_lists_are_not_answered(world: World) -> None:
    """An auto-reply, a list, and an empty return path that sound like questions."""
    for headers in ({"Auto-Submitted": "auto-replied"}, {"List-Id": "<ill.lists.example>"}, {"Return-Path": "<>"}):
        assert world.hear(WANG, "您好", "请问可以用手机缴费吗？", headers=headers) == []


def test_the_fuse_blows_within_one_batch(tmp_path: Path) -> None:
    """Nine questions of one patron at once: six are answered, three wait with their answers ready."""
    with office(tmp_path) as made:
        made.receive(
            *(made.mail(n, **{"from": WANG, "subject": "您好", "text": "请问可以用手机缴费吗？"}) for n in range(9))
        )
        assert len(made.sent("answer")) == 6
        with made.services.store.read() as uow:
            waiting = [i for i in uow.reviews.find() if i.mail_id is not None]
        assert len(waiting) == 3
        assert "the fuse is blown" in waiting[0].reasons[0]
