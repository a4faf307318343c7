"""The life of copies and loans over real IMAP and SMTP, weeks in seconds: each step in the mails that leave."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.config import Settings
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, OutboxEntry, OutboxState
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.requests.lifecycle import Event, PaymentEvent, State
from maild.domain.requests.patron import Transaction
from maild.office.queue.acts_answer import Reply
from tests.servers.clock import MovedClock
from tests.servers.office import Office, office

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
CONTACT, ABROAD, CHIEF = "query@calis.edu.cn", "query@oclc.org", "chief@lib.example"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning at the office
CALIS = "CALIS <ill@calis.edu.cn>"
INDEX = itertools.count(1)  # tells the Message-IDs apart
COPY, COPY_EN = "2026112000120", "2026112000108"  # p08 写中文; p03 writes English
ABROAD_COPY = "2026112000107"
LOAN, LOAN_EN = "2026112000104", "2026112000109"


@pytest.fixture
def clock() -> MovedClock:
    """Stands on a Monday morning."""
    return MovedClock(MONDAY)


@pytest.fixture
def house(tmp_path: Path, clock: MovedClock) -> Iterator[Office]:
    """An office that knows whom to ask, and is told of what stays undone."""
    own = tmp_path / "rules"
    own.mkdir()
    contacts = f'[calis]\ncontact = "{CONTACT}"\nasks = ["renewal"]\n[oclc]\ncontact = "{ABROAD}"\n'
    (own / "providers.toml").write_text(contacts, "utf-8")

    def change(made: Settings) -> Settings:
        staff = replace(made.staff, addresses=("desk@lib.example",), escalation=(CHIEF,))
        requests = replace(made.requests, ask_providers="send", close_after_days=10)
        return replace(made, staff=staff, requests=requests, rules=replace(made.rules, folder=str(own)))

    with office(tmp_path, clock=clock, change=change) as made:
        yield made


def says(house: Office, number: str, status: str, more: str = "", **row: object) -> bytes:
    """A CALIS mail that tells the status of a request."""
    text = f"您好：\n\n事务号：{number}\n当前状态：{status}\n{more}"
    subject = f"【CALIS馆际互借】{status}：{number}"
    return house.mail(next(INDEX), **{"from": CALIS, "subject": subject, "text": text, **row})


def writes(house: Office, patron: str, text: str, subject: str = "馆际互借") -> bytes:
    """A proven mail of a patron's."""
    return house.mail(next(INDEX), **{"from": patron, "subject": subject, "text": text})


def case(house: Office, number: str) -> Transaction:
    """The request as it is now."""
    with house.services.store.read() as uow:
        found = uow.transactions.get(number)
    assert found is not None
    return found


def items(house: Office, cause: Cause, state: ReviewState | None = ReviewState.OPEN) -> list[ReviewItem]:
    """What waits for staff, of a cause."""
    with house.services.store.read() as uow:
        return uow.reviews.find(state=state, cause=cause)


def about(house: Office, number: str) -> list[ReviewItem]:
    """Open items that name the request."""
    with house.services.store.read() as uow:
        return [item for item in uow.reviews.find() if number in item.transactions]


def rows(house: Office, number: str, kind: NoticeKind) -> list[OutboxEntry]:
    """Outbox rows about a request, of a kind, oldest first."""
    with house.services.store.read() as uow:
        return [row for row in uow.outbox.about([number]) if row.request.kind is kind]


def text_of(mail: EmailMessage) -> str:
    """Its plain text, lines joined."""
    body = mail.get_body(("plain",))
    assert body is not None
    return "".join(body.get_content().split())


def test_a_copy_from_submitted_to_closed(house: Office, clock: MovedClock) -> None:
    """Accepted, forwarded, supplied, delivered, and after ten quiet days closed by the clock; nothing was flagged."""
    house.receive(says(house, COPY, "处理中"))
    assert case(house, COPY).state is State.IN_PROCESS
    clock.pass_time(hours=20)
    house.receive(says(house, COPY, "已转发", "提供馆：北京大学图书馆\n"))
    assert case(house, COPY).state is State.FORWARDED
    clock.pass_time(hours=6)
    house.receive(house.shipped(COPY, 900, title="手性催化剂综述"))
    assert case(house, COPY).state is State.DELIVERED
    assert len(house.sent("document_delivered", to="demo-zhouhai@foxmail.com")) == 1
    clock.pass_time(days=9)
    house.turn()
    assert case(house, COPY).state is State.DELIVERED
    clock.pass_time(days=2)
    house.turn()
    assert case(house, COPY).state is State.CLOSED
    with house.services.store.read() as uow:
        last = [entry for entry in uow.journal.of_transaction(COPY) if entry.what == "state"][-1]
    assert (last.actor, last.after) == ("maild", "closed")
    assert "nobody complained" in last.reasons[0]
    assert not [item for item in items(house, Cause.SILENT, None) if COPY in item.transactions]


def test_what_is_owed_or_complained_of_stays_open(house: Office, clock: MovedClock) -> None:
    """A delivered copy whose fee is owed, or about which somebody writes, is not closed by the clock."""
    with house.services.store.begin() as uow:
        (delivered,) = uow.transactions.get_many(["2026112000121"])
        owing = replace(delivered, number="OWED-20261101", payable=case(house, "2026112000111").payable)
        uow.transactions.upsert([owing], clock.now())
    clock.pass_time(days=9)
    house.receive(writes(house, "p08", "事务号2026112000121：没有收到文献，链接打不开。"))
    clock.pass_time(days=3)
    house.turn()
    assert case(house, "2026112000121").state is State.DELIVERED
    assert case(house, "OWED-20261101").state is State.DELIVERED


def test_silence_is_flagged_asked_and_closed_by_news(house: Office, clock: MovedClock) -> None:
    """No answer in one working day: an item with a drafted query; sent by staff; the answer closes what was open."""
    clock.pass_time(days=1)
    house.turn()
    assert not items(house, Cause.SILENT), "the first working day is not over"
    clock.pass_time(days=1)
    house.turn()
    (item,) = about(house, COPY)
    assert "expected: answer of CALIS by 2026-11-24 (1 working day)" in item.reasons[0]
    (draft,) = rows(house, COPY, NoticeKind.PROVIDER_QUERY)
    assert (draft.state, draft.request.recipient, draft.request.subject) == (OutboxState.HELD, CONTACT, item.key)
    house.turn()
    assert len(about(house, COPY)) == 1, "flagged once"

    (shown,) = house.services.answer_acts.drafts(item.id)
    assert COPY in shown.subject
    house.services.answer_acts.answer(item.id, Reply(add="急用，谢谢。"), actor="desk")
    house.relay()
    (query,) = [mail for mail in house.sent("provider_query", to=CONTACT) if COPY in str(mail["Subject"])]
    assert "急用" in text_of(query)
    assert "至今没有收到答复" in text_of(query)
    assert "周海" not in str(query), "no patron is named to a provider"
    assert "ILL-" not in text_of(query), "the reply token is the patron's"
    assert query["References"] is None

    clock.pass_time(hours=4)
    house.receive(says(house, COPY, "处理中"))
    assert about(house, COPY) == []
    clock.pass_time(days=1)
    house.turn()
    assert about(house, COPY) == [], "answered: nothing is escalated"


def test_news_withdraws_the_unsent_query(house: Office, clock: MovedClock) -> None:
    """What was drafted and not sent when the news came does not go out any more."""
    clock.pass_time(days=2)
    house.turn()
    (item,) = about(house, COPY)
    house.receive(says(house, COPY, "处理中"))
    (draft,) = rows(house, COPY, NoticeKind.PROVIDER_QUERY)
    assert draft.state is OutboxState.CANCELLED
    with house.services.store.read() as uow:
        closed = uow.reviews.get(item.id)
    assert closed is not None
    assert (closed.state, closed.handled_by) == (ReviewState.ASSIGNED, "maild")
    assert house.sent("provider_query") == []
    assert rows(house, ABROAD_COPY, NoticeKind.PROVIDER_QUERY) == [], "OCLC has four working days"
    clock.pass_time(days=3)
    house.turn()
    (draft,) = rows(house, ABROAD_COPY, NoticeKind.PROVIDER_QUERY)
    house.services.outbox_acts.retry(draft.id, actor="desk")
    house.relay()
    (query,) = house.sent("provider_query", to=ABROAD)
    assert "Wehavehadnoansweryet" in text_of(query)
    assert "您好" not in text_of(query)


def test_silent_again_is_escalated(house: Office, clock: MovedClock) -> None:
    """Asked, and again no answer in time: those above are told once, and a second query is drafted."""
    clock.pass_time(days=2)
    house.turn()
    (item,) = about(house, COPY)
    house.services.answer_acts.answer(item.id, Reply(), actor="desk")
    house.relay()
    clock.pass_time(days=2)
    house.turn()
    house.turn()
    alerts = [mail for mail in house.sent("staff_alert", to=CHIEF) if COPY in text_of(mail)]
    assert len(alerts) == 1
    second = [item for item in about(house, COPY) if item.key.endswith(":again")]
    assert "no answer by 2026-11-26" in second[0].reasons[0]
    assert [row.state for row in rows(house, COPY, NoticeKind.PROVIDER_QUERY)] == [OutboxState.SENT, OutboxState.HELD]


def test_rush_is_expected_sooner(house: Office, clock: MovedClock) -> None:
    """Accepted requests: the rush one is flagged after one working day, the ordinary one after two."""
    house.receive(says(house, COPY, "处理中"), says(house, COPY_EN, "处理中", "是否加急：是\n"))
    assert case(house, COPY_EN).rush
    assert not case(house, COPY).rush
    clock.pass_time(days=2)
    house.turn()
    (item,) = about(house, COPY_EN)
    assert "expected: supply of CALIS by 2026-11-24 (1 working day, rush)" in item.reasons[0]
    assert about(house, COPY) == []
    clock.pass_time(days=1)
    house.turn()
    assert about(house, COPY)


def test_a_loan_from_arrival_to_closed(house: Office, clock: MovedClock) -> None:
    """Arrived, fetched after a reminder, renewed by mail, overdue, returned, confirmed; each told to the patron."""
    reader, to = "p02", "demo-wangxr@163.com"
    house.receive(says(house, LOAN, "已到馆", "题名：中国农业通史\n"))
    (arrived,) = house.sent("pick_up", to=to)
    assert "2026年11月30日" in text_of(arrived), "held five working days"
    due = case(house, LOAN).due
    assert due is not None
    assert due == date(2026, 12, 18), "a month with the post, which took five days"

    clock.at(datetime(2026, 12, 1, 1, tzinfo=UTC))
    house.turn()
    house.turn()
    (_, reminded) = [m for m in house.sent("pick_up", to=to) if LOAN in str(m["Subject"])]
    assert "一直没有取" in text_of(reminded)
    assert about(house, LOAN) == []
    house.services.acts.move(LOAN, Event.PICKED_UP, actor="desk")

    clock.at(datetime(2026, 12, 16, 1, tzinfo=UTC))
    house.turn()
    assert len([m for m in house.sent("loan_due", to=to) if LOAN in str(m["Subject"])]) == 1
    house.receive(writes(house, reader, f"老师您好，事务号{LOAN}，我想续借一个月。"))
    (asked,) = house.sent("renewal_asked", to=to)
    assert "2026年12月18日" in text_of(asked)
    (query,) = [mail for mail in house.sent("provider_query", to=CONTACT) if LOAN in str(mail["Subject"])]
    assert "续借" in text_of(query)
    assert about(house, LOAN) == [], "the contact takes renewals by mail: nothing waits for staff"

    house.receive(says(house, LOAN, "续借成功", "新应还日期：2027-01-15\n"))
    loan = case(house, LOAN)
    assert (loan.state, loan.due) == (State.ON_LOAN, date(2027, 1, 15))
    (renewed,) = house.sent("loan_renewed", to=to)
    assert "2027年1月15日" in str(renewed["Subject"])

    house.receive(writes(house, reader, f"再续借一次可以吗？事务号{LOAN}，我想再续借一个月。"))
    assert len(house.sent("renewal_asked", to=to)) == 1, "one renewal is allowed"
    for day in (16, 17, 18):  # due on a Friday
        clock.at(datetime(2027, 1, day, 1, tzinfo=UTC))
        house.turn()
    assert case(house, LOAN).state is State.OVERDUE
    for day in (24, 25, 31):
        clock.at(datetime(2027, 1, day, 1, tzinfo=UTC))
        house.turn()
        house.turn()
    assert len([m for m in house.sent("loan_overdue", to=to) if LOAN in str(m["Subject"])]) == 3
    clock.at(datetime(2027, 2, 8, 1, tzinfo=UTC))
    house.turn()
    assert len([m for m in house.sent("loan_overdue", to=to) if LOAN in str(m["Subject"])]) == 3, "three times at most"
    assert [m for m in house.sent("staff_alert", to=CHIEF) if LOAN in text_of(m)]

    house.services.acts.move(LOAN, Event.RETURNED, actor="desk")
    house.turn()
    assert len(house.sent("loan_returned", to=to)) == 1
    assert not [item for item in about(house, LOAN) if item.cause is Cause.SILENT]
    house.receive(says(house, LOAN, "已归还"))
    assert case(house, LOAN).state is State.CLOSED


def test_a_loan_in_english_that_is_not_renewed(house: Office, clock: MovedClock) -> None:
    """Refused by the lender: the patron is told so, in English, and the due date stays."""
    with house.services.store.begin() as uow:
        (loan,) = uow.transactions.get_many([LOAN_EN])
        uow.transactions.upsert([replace(loan, due=date(2026, 12, 4))], clock.now())
    house.receive(writes(house, "p03", f"Hello, can I renew my book {LOAN_EN}?", "Renewal"))
    (asked,) = house.sent("renewal_asked", to="demo-ann@outlook.com")
    assert "4December2026" in text_of(asked)
    house.receive(writes(house, "p03", f"Hello, can I renew my book {LOAN_EN}?", "Renewal"))
    assert len(house.sent("renewal_asked")) == 1, "asked once: the second wish goes to a person"
    house.receive(says(house, LOAN_EN, "续借被拒绝", "原因：已有其他读者预约\n"))
    (refused,) = house.sent("loan_not_renewed", to="demo-ann@outlook.com")
    assert "couldnotberenewed" in "".join(str(refused["Subject"]).split())
    assert case(house, LOAN_EN).due == date(2026, 12, 4)


def test_cancelling_by_mail(house: Office, clock: MovedClock) -> None:
    """The wish is acknowledged, the query drafted, nothing moves until the provider says so; a late wish is told so."""
    house.receive(writes(house, "p08", f"请取消我的申请，事务号{COPY}。", "取消"))
    assert case(house, COPY).state is State.SUBMITTED
    assert len(house.sent("cancel_asked", to="demo-zhouhai@foxmail.com")) == 1
    (draft,) = rows(house, COPY, NoticeKind.PROVIDER_QUERY)
    assert draft.state is OutboxState.HELD, "this contact takes renewals only without a person"
    (item,) = about(house, COPY)
    with house.services.store.read() as uow:
        assert item.mail_id is not None
        assert draft.id in {row.id for row in uow.outbox.of_mail(item.mail_id)}
    house.receive(says(house, COPY, "已取消"))
    assert case(house, COPY).state is State.CANCELLED
    assert len(house.sent("cancelled", to="demo-zhouhai@foxmail.com")) == 1

    house.receive(writes(house, "p02", "Please cancel my request 2026112000105.", "Cancel"))
    assert case(house, "2026112000105").state is State.SHIPPED
    (late,) = rows(house, "2026112000105", NoticeKind.CANCEL_LATE)
    assert late.state is OutboxState.HELD


def test_several_requests_and_strangers_cancel_nothing(house: Office, clock: MovedClock) -> None:
    """Which one is not said, it is somebody else's, or nobody known writes: a person decides, nobody is told."""
    house.receive(
        writes(house, "p08", "请取消我的申请。", "取消"),
        writes(house, "p07", f"请取消事务号{COPY}。", "取消"),
        house.mail(801, **{"from": "stranger@elsewhere.example", "subject": "取消", "text": f"请取消事务号{COPY}。"}),
        house.mail(802, **{"from": "p08", "subject": "取消", "text": f"请取消事务号{COPY}。", "sign": False}),
    )
    assert house.sent("cancel_asked") == []
    assert rows(house, COPY, NoticeKind.PROVIDER_QUERY) == []
    assert case(house, COPY).state is State.SUBMITTED
    causes = {item.cause for item in items(house, Cause.SEVERAL_CANDIDATES) + items(house, Cause.SENDER_MISFIT)}
    assert causes == {Cause.SEVERAL_CANDIDATES, Cause.SENDER_MISFIT}


def test_a_fee_accepted_by_mail(house: Office, clock: MovedClock) -> None:
    """Quoted, told, accepted in words: the request goes on, the provider's query is drafted; an unpaid fee stays due."""
    for patron, number, words, address in (
        ("p05", "2026112000114", "同意支付26元费用，请继续办理。事务号2026112000114", "demo-zhao@126.com"),
        ("p06", "2026112000116", "I accept the fee of request 2026112000116, please go ahead.", "demo-meyer@gmail.com"),
    ):
        house.receive(says(house, number, "待确认费用", "总费用：26.00元\n补贴：0.00元\n应付：26.00元\n"))
        assert case(house, number).state is State.CONDITIONAL
        assert len(house.sent("fee_notice", to=address)) == 1
        house.receive(writes(house, patron, words, "Re: fee"))
        assert case(house, number).state is State.IN_PROCESS
        assert len(house.sent("fee_accepted", to=address)) == 1
        (draft,) = rows(house, number, NoticeKind.PROVIDER_QUERY)
        assert (draft.request.data["asking"], draft.state) == ("fee_accepted", OutboxState.HELD)
        assert case(house, number).payment_state == "due"


def test_a_fee_declined_or_half_accepted(house: Office, clock: MovedClock) -> None:
    """Declined: asked to cancel. Accepted with a condition, or another amount: nothing moves, a person reads it."""
    for number in ("2026112000114", "2026112000116"):
        house.receive(says(house, number, "待确认费用", "总费用：26.00元\n补贴：0.00元\n应付：26.00元\n"))
    house.receive(
        writes(house, "p06", "The fee is fine, but only for pages 1-10.", "Re: fee"),
        writes(house, "p05", "同意支付16元费用。", "Re: 费用"),
    )
    assert case(house, "2026112000116").state is State.CONDITIONAL
    assert case(house, "2026112000114").state is State.CONDITIONAL
    house.receive(writes(house, "p05", "事务号2026112000114，我不能接受这个费用。", "Re: 费用"))
    (asked,) = house.sent("cancel_asked", to="demo-zhao@126.com")
    assert "不接受这项费用" in text_of(asked)
    assert case(house, "2026112000114").state is State.CONDITIONAL

    clock.pass_time(days=8)
    house.turn()
    (item,) = [item for item in about(house, "2026112000116") if item.cause is Cause.SILENT]
    assert "expected: fee of the patron" in item.reasons[0]
    house.services.acts.payment("2026112000116", PaymentEvent.CONFIRMED, actor="desk")
    house.turn()
    (item,) = [item for item in about(house, "2026112000116") if item.cause is Cause.SILENT]
    assert "expected: consent of the office" in item.reasons[0]
    (draft,) = house.services.answer_acts.drafts(item.id)
    assert (draft.request.recipient, draft.request.data["asking"]) == (CONTACT, "fee_accepted")


def test_the_clock_and_the_provider_say_the_same(tmp_path: Path) -> None:
    """A loan falls overdue by the clock; the provider's reminder of the same hour is no second notice."""
    with office(tmp_path) as made:
        made.turn()
        assert len(made.sent("loan_overdue")) == 1
        text = (
            "您好：\n\n您借的图书已逾期，请尽快归还。\n\n事务号：2026112000109\n应还日期：2026-11-20\n当前状态：逾期\n"
        )
        made.receive(made.mail(1, subject="【CALIS馆际互借】图书逾期：2026112000109", text=text))
        assert len(made.sent("loan_overdue")) == 1
