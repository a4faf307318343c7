"""One voice per case, over real IMAP and SMTP with a clock that is moved: merging, by hand, quiet hours, one a day."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.config import Settings
from maild.domain.errors import Permanent
from maild.domain.incoming.decision import Cause, Wish
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.records.journal import MailStatus, ReviewItem, ReviewState
from maild.domain.requests.patron import Delivery, Honorific
from tests.servers.clock import MovedClock
from tests.servers.office import ADDRESS, Office, office

pytestmark = pytest.mark.integration

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 09:00 in the office, a Tuesday
LI, WANG, CHEN, ANN = "demo-lijun@zju.edu.cn", "demo-wangxr@163.com", "demo-chensi@qq.com", "demo-ann@outlook.com"


def _settings(made: Settings) -> Settings:
    return replace(made, notices=replace(made.notices, quiet_hours="22:00-07:00", daily_at="17:00"))


@contextmanager
def _office(folder: Path) -> Iterator[tuple[Office, MovedClock]]:
    clock = MovedClock(MORNING)
    with office(folder, clock=clock, change=_settings, folders=("INBOX",), sent_folders=("Sent",)) as made:
        made.imap.fill([], folder="Sent")
        made.turn()  # what lies in Sent at first sight is history
        yield made, clock


def _accepted(made: Office, number: str, index: int) -> bytes:
    return made.mail(
        index,
        subject=f"【CALIS馆际互借】请求已受理：{number}",
        text=f"您好：\n\n提供馆已受理您的请求。\n\n事务号：{number}\n当前状态：处理中\n",
    )


def _forwarded(made: Office, number: str, index: int) -> bytes:
    return made.mail(
        index,
        subject=f"【CALIS馆际互借】请求已转发：{number}",
        text="您好：\n\n您的请求已转发至其他成员馆。\n\n"
        f"事务号：{number}\n当前状态：已转发\n提供馆：中国农业大学图书馆\n",
    )


def _arrived(made: Office, number: str, index: int) -> bytes:
    return made.mail(
        index,
        subject=f"【CALIS馆际互借】图书到馆通知：{number}",
        text="您好：\n\n您借阅的图书已到馆，"
        f"请尽快来取。\n\n事务号：{number}\n当前状态：已到馆\n应还日期：2026-12-24\n",
    )


def _by_hand(to: str, text: str, *, answers: str = "", subject: str = "答复", name: str = "馆际互借 小周") -> bytes:
    """What webmail keeps of a librarian's mail: no signature, no header of ours."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = f"{name} <{ADDRESS}>", to, subject
    mail["Date"], mail["Message-ID"] = "Tue, 24 Nov 2026 10:30:00 +0800", f"<webmail-{abs(hash(text))}@lib.example>"
    if answers:
        mail["In-Reply-To"] = answers
    mail.set_content(text)
    return mail.as_bytes()


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _item(made: Office, cause: Cause) -> ReviewItem:
    with made.services.store.read() as uow:
        (item,) = uow.reviews.find(state=None, cause=cause)
    return item


def test_news_that_belongs_together_is_one_mail(tmp_path: Path) -> None:
    """Accepted and forwarded of one case: one mail. Two books to pick up: one mail that counts them. Documents: apart."""
    with _office(tmp_path) as (made, _):
        made.receive(_accepted(made, "2026112000101", 1), _forwarded(made, "2026112000101", 2))
        (news,) = made.sent(to=LI)
        assert set(str(news["X-Maild"]).split(", ")) == {"request_accepted", "sent_for_supply"}
        made.receive(_arrived(made, "2026112000104", 3), _arrived(made, "2026112000105", 4))
        (books,) = made.sent("pick_up", to=WANG)
        assert "（共 2 件）" in str(books["Subject"])
        assert all(title in _text(books) for title in ("2026112000104", "2026112000105", "水稻育种学"))
        assert [_text(books).count(said) for said in ("王晓镕", "请带上校园卡", "另一件文献也已到馆")] == [1, 1, 1]
        made.receive(made.shipped("2026112000102", 5), made.shipped("2026112000124", 6))
        assert len(made.sent("document_delivered", to=LI)) == 2


def test_a_librarians_own_answer_settles_the_question(tmp_path: Path) -> None:
    """Asked, queued with a draft; answered in webmail; the copy in Sent closes both. Nobody is answered twice."""
    with _office(tmp_path) as (made, clock):
        question = made.mail(
            1, **{"from": "p04", "subject": "咨询", "text": "老师您好，请问图书馆能不能帮我联系作者要一份他的演讲稿？"}
        )
        message_id = str(email.message_from_bytes(question)["Message-ID"])
        made.receive(question)
        item = _item(made, Cause.QUESTION)
        assert item.state is ReviewState.OPEN
        draft = NoticeRequest(kind=NoticeKind.QUERY_ANSWER, subject=f"draft:{item.id}", recipient=CHEN,
                              patron_id="p04", mail_id=item.mail_id, data={"answer": "…"})  # fmt: skip
        with made.services.store.begin() as uow:
            (draft_id,) = uow.outbox.add([draft], clock.now(), state=OutboxState.HELD)
        # The From line alone is nothing: a mail of that look in the inbox settles nothing.
        made.receive(_by_hand(CHEN, "已处理。", answers=message_id, name="骗子"))
        assert _item(made, Cause.QUESTION).state is ReviewState.OPEN
        made.imap.fill(
            [_by_hand(CHEN, "陈同学您好，已替您写信给作者，有回音马上告诉您。", answers=message_id)], folder="Sent"
        )
        made.turn()
        settled = _item(made, Cause.QUESTION)
        assert settled.state is not ReviewState.OPEN
        assert settled.note == "answered by hand by 馆际互借 小周"
        with made.services.store.read() as uow:
            held = uow.outbox.get(draft_id)
            assert item.mail_id is not None
            assert uow.mails.get(item.mail_id).status is MailStatus.SETTLED
            sent = [m for m in uow.mails.find(status=MailStatus.SETTLED) if m.kind == "own"]
        assert held is not None
        assert (held.state, held.reply.startswith("answered by hand by")) == (OutboxState.CANCELLED, True)
        assert len(sent) == 1
        assert made.sent(to=CHEN) == []
        assert made.sent(to=ADDRESS) == []
        clock.pass_time(days=1)
        assert (
            made.services.digest.make().data["mails"] == 2
        )  # the question and the fraud: what we sent did not come in


def test_the_answer_may_be_read_before_the_question(tmp_path: Path) -> None:
    """Folders are read side by side: an answer in Sent waits for the question that it answers, not for ever."""
    with _office(tmp_path) as (made, clock):
        question = made.mail(
            1, **{"from": "p04", "subject": "咨询", "text": "老师您好，请问图书馆能不能帮我联系作者要一份他的演讲稿？"}
        )
        answers = str(email.message_from_bytes(question)["Message-ID"])
        made.imap.fill([_by_hand(CHEN, "已写信给作者。", answers=answers),
                        _by_hand(CHEN, "很久以前的事已办好。", answers="<old@patron.example>")], folder="Sent")  # fmt: skip
        made.turn()
        made.receive(question)
        assert _item(made, Cause.QUESTION).state is ReviewState.OPEN
        clock.pass_time(minutes=2)
        made.turn()
        assert _item(made, Cause.QUESTION).state is not ReviewState.OPEN
        clock.pass_time(minutes=10)
        made.turn()
        assert made.services.balance().folders[1].by_status == {MailStatus.SETTLED: 1, MailStatus.IGNORED: 1}


def test_what_was_said_by_hand_is_not_said_again(tmp_path: Path) -> None:
    """A fee asked for at night waits; the librarian asks for it first, and the notice does not go. The proof stays."""
    with _office(tmp_path) as (made, clock):
        clock.at(datetime(2026, 11, 24, 14, 30, tzinfo=UTC))  # 22:30
        made.receive(
            _arrived(made, "2026112000104", 1), _arrived(made, "2026112000105", 2), _forwarded(made, "2026112000102", 3)
        )
        assert made.smtp.mails == []
        made.imap.fill(
            [
                _by_hand(WANG, "王同学，您借的书 2026112000105 到了，明天来取件即可。"),
                _by_hand("demo-lijun@qq.com", "李同学，2026112000102 已转给外馆。"),  # her other address
                _by_hand(LI, "王同学的书 2026112000104 到了，请代为取件。"),  # not to the patron: says nothing to her
            ],
            folder="Sent",
        )
        made.turn()
        # A copy by Bcc to the mailbox is as good, where the sender is proven.
        made.receive(made.shipped("2026112000101", 4))
        copy = _by_hand(LI, "李同学：2026112000101 的全文请在网关下载。", name="值班馆员")
        made.receive(made.post.sign(copy, "lib.example"))
        with made.services.store.read() as uow:
            (document,) = uow.outbox.about(["2026112000101"])
            (kept,) = [m for m in uow.mails.find(limit=5) if m.sender == ADDRESS and m.kind == "own"][:1]
        assert document.state is OutboxState.WAITING  # words do not take the place of the file
        assert "the office's address, proven" in kept.reason
        clock.at(datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
        made.turn()
        (notice,) = made.sent("pick_up", to=WANG)
        assert "2026112000104" in _text(notice)
        assert "2026112000105" not in _text(notice)
        with made.services.store.read() as uow:
            (row,) = [r for r in uow.outbox.about(["2026112000105"]) if r.request.kind is NoticeKind.PICK_UP]
        assert (row.state, "says the same (取件)" in row.reply) == (OutboxState.CANCELLED, True)
        assert made.sent("sent_for_supply", to=LI) == []


def test_an_answered_proof_stays_in_the_queue(tmp_path: Path) -> None:
    """A thank-you by hand does not book the money: the proof's item stays open, with a note of the answer."""
    with _office(tmp_path) as (made, _):
        proof = made.mail(1, **{"from": "p04", "subject": "缴费凭证", "text": "凭证见链接，已转账。"
                                "https://mail.qq.com/cgi-bin/ftnExs_download?k=1 超大附件"})  # fmt: skip
        made.receive(proof)
        with made.services.store.read() as uow:
            (item,) = uow.reviews.find()
        message_id = str(email.message_from_bytes(proof)["Message-ID"])
        made.imap.fill([_by_hand(CHEN, "收到，谢谢。", answers=message_id)], folder="Sent")
        made.turn()
        with made.services.store.read() as uow:
            (after,) = uow.reviews.find()
            history = uow.journal.of_mail(item.mail_id or 0)
        assert (after.id, after.state) == (item.id, ReviewState.OPEN)
        assert any(line.after == "answered by hand" for line in history)


def test_quiet_hours(tmp_path: Path) -> None:
    """At night a document waits until seven; who asks at night is answered at night."""
    with _office(tmp_path) as (made, clock):
        clock.at(datetime(2026, 11, 24, 15, 0, tzinfo=UTC))  # 23:00
        made.receive(made.shipped("2026112000101", 1))
        made.receive(made.mail(2, **{"from": "p02", "subject": "进度", "text": "老师好，我的申请处理得怎么样了？"}))
        assert made.sent(to=LI) == []
        assert len(made.sent("query_answer", to=WANG)) == 1
        with made.services.store.read() as uow:
            (row,) = uow.outbox.about(["2026112000101"])
        assert (row.state, row.reply) == (OutboxState.WAITING, "waits until 2026-11-25 07:00: quiet hours")
        clock.at(datetime(2026, 11, 24, 22, 59, tzinfo=UTC))  # 06:59
        made.turn()
        assert made.sent(to=LI) == []
        clock.at(datetime(2026, 11, 24, 23, 0, tzinfo=UTC))  # 07:00
        made.turn()
        assert len(made.sent("document_delivered", to=LI)) == 1


def test_one_mail_a_day_by_wish(tmp_path: Path) -> None:
    """Asked for in Chinese, granted; news is gathered until five, a document comes at once; taken back in English."""
    with _office(tmp_path) as (made, clock):
        wish = {"from": "p01", "subject": "通知", "text": "老师好，邮件有点多，请每天汇总发一次，谢谢！"}
        made.receive(made.mail(1, **{**wish, "from": "p02"}, sign=False))
        with made.services.store.read() as uow:
            stranger = uow.patrons.get("p02")
        assert stranger is not None
        assert stranger.delivery is Delivery.EACH  # not proven: not changed, not answered
        made.receive(made.mail(2, **wish))
        (granted,) = made.sent("delivery_changed", to=LI)
        assert "每天 17:00 汇总" in _text(granted)
        clock.pass_time(minutes=30)
        made.receive(_accepted(made, "2026112000101", 3), made.shipped("2026112000103", 4))
        clock.pass_time(hours=2)
        made.receive(_forwarded(made, "2026112000102", 5))
        assert len(made.sent(to=LI)) == 2  # the wish's answer, and the document
        clock.at(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))  # 17:00
        made.turn()
        (daily,) = made.sent(to=LI)[2:]
        assert str(daily["Subject"]).startswith("您的申请动态汇总（2 条）")
        assert all(number in _text(daily) for number in ("2026112000101", "2026112000102"))
        clock.pass_time(hours=1)
        made.receive(_forwarded(made, "2026112000101", 8))
        assert len(made.sent("sent_for_supply", to=LI)) == 1  # it waits for tomorrow's
        made.receive(made.mail(6, **{**wish, "text": "Hello, please resume immediate notifications. Thank you."}))
        assert len(made.sent("sent_for_supply", to=LI)) == 2  # there is no tomorrow's
        made.receive(_accepted(made, "2026112000124", 7))
        assert len(made.sent("request_accepted", to=LI)) == 2
        with made.services.store.read() as uow:
            lines = [e for e in uow.journal.of_mail(_mail_id(made, "resume")) if e.what == "patron"]
        assert [(line.before, line.after) for line in lines] == [("delivery=daily", "delivery=none")]


def _mail_id(made: Office, word: str) -> int:
    """The stored mail in which the rule found that word of a wish."""
    with made.services.store.read() as uow:
        mails = [m for m in uow.mails.find(limit=200) if m.rule.startswith("86-patron-delivery")]
        return next(m.id for m in mails if word in str(uow.decisions.of_mail(m.id)[0]["fields"]))


def test_an_answer_speaks_the_language_of_the_mail(tmp_path: Path) -> None:
    """Of a patron whose language is not known: unmistakable English or Chinese is answered alike, else in both."""
    texts = (
        "Dear librarian, could you please tell me the status of my requests? Thank you very much. Best regards",
        "老师您好，请问我之前提交的几个申请现在处理得怎么样了？麻烦您了，谢谢！",
        "进度?",
    )
    with _office(tmp_path) as (made, _):
        for n, text in enumerate(texts):
            made.receive(made.mail(n, **{"from": "p04", "subject": "", "text": text}))
        made.receive(_accepted(made, "2026112000110", 9))  # news is no answer
        said = [{word for word in ("您好", "Dear 陈思,") if word in _text(mail)} for mail in made.sent(to=CHEN)]
        assert said == [{"Dear 陈思,"}, {"您好"}, {"您好", "Dear 陈思,"}, {"您好", "Dear 陈思,"}]


def test_a_notice_by_command_takes_the_place_of_the_automatic_one(tmp_path: Path) -> None:
    """maild notices send: the provider's later mail of that move writes no second one; a repetition is shown first."""
    with _office(tmp_path) as (made, clock):
        acts = made.services.contact_acts
        acts.wish(Wish(patron_id="p03", honorific=Honorific.MS), actor="zhou")
        acts.say("2026112000108", NoticeKind.REQUEST_ACCEPTED, actor="zhou")
        made.relay()
        (first,) = made.sent("request_accepted", to=ANN)
        assert _text(first).startswith("Dear Ms Ann Smith,")
        made.receive(_accepted(made, "2026112000108", 1))
        with made.services.store.read() as uow:
            moved = uow.transactions.get("2026112000108")
        assert moved is not None
        assert moved.state == "in_process"
        assert len(made.sent(to=ANN)) == 1
        with pytest.raises(Permanent, match=r"a request_accepted went to \S+ on 2026-11-24 01:00 UTC") as refused:
            acts.say("2026112000108", NoticeKind.REQUEST_ACCEPTED, actor="zhou")
        assert "--again" in refused.value.remedy
        clock.pass_time(minutes=1)
        acts.say("2026112000108", NoticeKind.REQUEST_ACCEPTED, actor="zhou", again=True)
        acts.say("2026112000108", text="Your article is rare; we ask a library in Uppsala.", actor="zhou")
        made.relay()
        assert len(made.sent("request_accepted", to=ANN)) == 2
        (words,) = made.sent("query_answer", to=ANN)
        assert "a library in Uppsala" in _text(words)
