"""Registering, both kinds, as it goes over weeks: over real IMAP and SMTP, with a clock that is moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maild.config import Settings, Staff
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.records.journal import ReviewState
from maild.domain.requests.lifecycle import RegistrationState
from maild.domain.requests.patron import RegistrationStep
from tests.servers.clock import MovedClock
from tests.servers.office import Office, office

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
ZONE = ZoneInfo("Asia/Shanghai")
DESK, HEAD = "desk@lib.example", "head@lib.example"
GUEST, STUDENT = "demo-guest@163.com", "demo-student@zju.edu.cn"
CLOCK = MovedClock()


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> None:
    """Go on to that moment of 2026 in Hangzhou."""
    CLOCK.at(datetime(2026, month, day, hour, minute, tzinfo=ZONE))


def _with_staff(made: Settings) -> Settings:
    return replace(made, staff=Staff(addresses=(DESK,), escalation=(HEAD,), language="zh-CN"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for all stories; each is about somebody else, later in the year."""
    folder: Path = tmp_path_factory.mktemp("registering")
    CLOCK._now = datetime(2026, 5, 8, 9, tzinfo=ZONE)
    with office(folder, clock=CLOCK, change=_with_staff) as made:
        yield made


def news(house: Office, subject: str, text: str, index: int) -> bytes:
    return house.mail(index, subject=subject, text=text)


def asks(house: Office, who: str, subject: str, text: str, index: int, **row: object) -> bytes:
    return house.mail(index, **{"from": who, "subject": subject, "text": text, **row})


def text_of(mail: EmailMessage) -> str:
    """Its plain text with lines joined, as Chinese and as English would."""
    part = mail.get_body(("plain",))
    assert part is not None
    lines = part.get_content().splitlines()
    return "".join(lines) + "\n" + " ".join(lines)


def told(house: Office, to: str, kind: str = "") -> int:
    return len(house.sent(kind, to))


def alerts(house: Office, to: str) -> list[EmailMessage]:
    """What somebody of the office was told about registrations, beside the digest and other matters."""
    return [mail for mail in house.sent("staff_alert", to) if "注册申请" in str(mail["Subject"])]


def test_internal_reader_in_english(house: Office) -> None:
    """Card bound, account pending over a Saturday that works, asked after, approved, asked after again."""
    applicant = f"姓名：Li Mingdemo\n登录名：demo0901\nEmail：{STUDENT}\n所属院系：物理学院\n"
    at(5, 8, 9)
    house.receive(news(house, "账号绑定通知", f"您好！\n\n您已成功绑定浙江大学一卡通账号。\n\n{applicant}", 1))
    with house.services.store.read() as uow:
        (identity,) = uow.registrations.of_person([STUDENT])
    assert (identity.step, identity.state, identity.patron_kind) == (
        RegistrationStep.IDENTITY,
        RegistrationState.APPROVED,
        "internal",
    )
    (bound,) = house.sent("registration_approved", STUDENT)
    assert "The second step is the CALIS account" in text_of(bound)

    at(5, 8, 10)
    pending = news(house, "新读者注册待审核", f"老师您好，有新的读者注册申请等待审核。\n\n{applicant}", 2)
    house.receive(pending)
    (received,) = house.sent("registration_received", STUDENT)
    assert "by 9 May 2026 at the latest" in text_of(received), "Saturday the 9th works in 2026"
    assert "as an external reader" not in text_of(received)
    house.receive(news(house, "新读者注册待审核", f"您好，有新的读者注册申请等待审核。\n\n{applicant}", 3))
    assert told(house, STUDENT, "registration_received") == 1, "the same news again"

    at(5, 8, 20)
    question = "Hello, I registered this morning and my account is still pending. When will it be approved?"
    house.receive(asks(house, f"Li <{STUDENT}>", "my account", question, 4))
    (answer,) = house.sent("registration_state", STUDENT)
    assert "Step 2 (CALIS account): waiting for review" in text_of(answer)
    assert "reviewed by 9 May 2026 at the latest" in text_of(answer)
    assert "nothing more for you to do" in text_of(answer)
    assert answer["In-Reply-To"]

    at(5, 9, 11)
    house.receive(news(house, "审核通过通知", f"您好！您的馆际互借与文献传递账户已审核通过。\n\n{applicant}", 5))
    assert "You can submit requests now" in text_of(house.sent("registration_approved", STUDENT)[-1])
    assert alerts(house, DESK) == [], "done in time: staff are not bothered"
    house.receive(asks(house, f"Li <{STUDENT}>", "account", "Is my account approved yet?", 6))
    assert "You can submit requests now: log in" in text_of(house.sent("registration_state", STUDENT)[-1])


def test_external_reader_over_holidays(house: Office) -> None:
    """Nobody reviews over a holiday: reminded, alerted, escalated in working time; then approved, both steps."""
    applicant = f"姓名：王方示\n认证账号：demoguest\n电子邮箱：{GUEST}\n手机：13900000000\n"
    at(9, 24, 10)
    house.receive(news(house, "校外用户身份认证账号等待审核", f"有新的校外用户注册，请审核确认。\n\n{applicant}", 10))
    (received,) = house.sent("registration_received", GUEST)
    said = text_of(received)
    phone = house.services.settings.office.registration_phone
    assert f"请拨打 {phone}，告知工作人员：您是通过校外方式注册了第一步" in said
    assert "最迟 2026年9月28日" in said, "the 25th to 27th are off"

    for day, hour in ((25, 17), (26, 12), (27, 18), (28, 13)):
        at(9, day, hour)
        house.turn()
    assert alerts(house, DESK) == []
    at(9, 28, 14)
    house.turn()
    house.turn()
    (reminder,) = alerts(house, DESK)
    assert "注册申请即将到审核时限" in str(reminder["Subject"])
    assert "13900000000" in text_of(reminder)
    at(9, 28, 17, 5)
    house.turn()
    assert (len(alerts(house, DESK)), len(alerts(house, HEAD))) == (2, 0)
    with house.services.store.read() as uow:
        (item,) = [i for i in uow.reviews.find(cause=Cause.REGISTRATION) if i.sender == GUEST]
    assert "phone 13900000000" in item.reasons
    house.receive(asks(house, GUEST, "注册审核", "老师您好，我注册好几天了，为什么还没有审核通过？", 11))
    late = text_of(house.sent("registration_state", GUEST)[-1])
    assert "第一步（身份认证）：等待审核" in late
    assert "已超过审核时限" in late
    assert phone in late
    at(9, 29, 17, 5)
    house.turn()
    house.turn()
    assert (len(alerts(house, DESK)), len(alerts(house, HEAD))) == (3, 1)
    assert "超时" in str(alerts(house, HEAD)[0]["Subject"])

    at(9, 30, 9)
    house.receive(news(house, "身份认证账号已审核通过", f"您的身份认证账号已审核通过。\n\n{applicant}", 12))
    assert "注册 CALIS 系统账户" in text_of(house.sent("registration_approved", GUEST)[-1])
    with house.services.store.read() as uow:
        handled = uow.reviews.get(item.id)
    assert handled is not None
    assert handled.state is ReviewState.ASSIGNED, "what waited for the decision leaves the queue with it"

    house.receive(news(house, "新读者注册待审核", f"有新的读者注册申请等待审核。\n\n{applicant}", 13))
    assert "最迟 2026年10月8日" in text_of(house.sent("registration_received", GUEST)[-1])
    at(10, 8, 9)
    house.receive(asks(house, GUEST, "账户", "请问我的账户审核通过了吗？谢谢！", 14))
    waiting = text_of(house.sent("registration_state", GUEST)[-1])
    assert "第一步（身份认证）：已审核通过" in waiting
    assert "第二步（CALIS 账户）：等待审核，2026年9月30日提交，最迟 2026年10月8日审核完" in waiting
    at(10, 8, 10)
    house.receive(news(house, "账户审核通过通知", f"您的馆际互借与文献传递账户已审核通过。\n\n{applicant}", 15))
    assert "现在可以提交申请了" in text_of(house.sent("registration_approved", GUEST)[-1])
    assert (len(alerts(house, DESK)), len(alerts(house, HEAD))) == (3, 1)


def test_rejected_and_again(house: Office) -> None:
    """A name with an underscore is put before staff; one act rejects and says how to mend it; a new round begins."""
    second = "demo-second@foxmail.com"
    applicant = f"姓名：访客_甲\n认证账号：demo2\n电子邮箱：{second}\n"
    at(10, 12, 9)
    house.receive(news(house, "校外用户身份认证账号等待审核", f"有新的校外用户注册，请审核确认。\n\n{applicant}", 20))
    with house.services.store.read() as uow:
        (item,) = [i for i in uow.reviews.find(cause=Cause.REGISTRATION) if i.sender == second]
        (first,) = uow.registrations.of_person([second])
    assert item.reasons == (f"name_characters: maild registrations reject {first.id} --why name_characters",)
    house.services.registration_acts.reject(first.id, actor="a librarian", why=["name_characters"])
    house.turn()
    (rejected,) = house.sent("registration_rejected", second)
    assert "姓名中含有空格、下划线等符号" in text_of(rejected)
    assert "The name contains spaces, underscores or other signs" in text_of(rejected), "language unknown: both"
    house.receive(asks(house, second, "注册", "为什么我的注册没有通过审核？", 21))
    assert "姓名中含有空格" in text_of(house.sent("registration_state", second)[-1])

    at(10, 13, 9)
    again = applicant.replace("_", "")
    house.receive(news(house, "校外用户身份认证账号等待审核", f"有新的校外用户注册，请审核确认。\n\n{again}", 22))
    assert told(house, second, "registration_received") == 2
    with house.services.store.read() as uow:
        (now,) = uow.registrations.of_person([second])
    assert (now.round, now.state, now.name) == (1, RegistrationState.PENDING, "访客甲")
    house.receive(news(house, "账户审核通过通知", f"您的馆际互借与文献传递账户已审核通过。\n\n{again}", 23))
    assert told(house, second, "registration_approved") == 0, "the identity step comes first: staff look"


def test_strangers_learn_nothing(house: Office) -> None:
    """Who is not proven, or is somebody else, gets no answer; what is not quite understood becomes a draft."""
    at(10, 14, 9)
    before = told(house, GUEST, "registration_state")
    question = "请问我的账户审核通过了吗？"
    house.receive(
        asks(house, GUEST, "账户", question, 30, sign=False),
        asks(house, "Somebody <demo-nobody@gmail.com>", "账户", f"{question}（{GUEST}）", 31),
        asks(house, GUEST, "账户", f"{question}另外密码忘了怎么办？", 32),
    )
    assert told(house, GUEST, "registration_state") == before
    assert told(house, "demo-nobody@gmail.com") == 0
    with house.services.store.read() as uow:
        held = [e for e in uow.outbox.find(state=OutboxState.HELD) if e.request.recipient == GUEST]
        assert [e.request.kind for e in held].count(NoticeKind.REGISTRATION_STATE) == 1


def test_news_that_was_overtaken_stays_in(house: Office) -> None:
    """Approved before "we have received it" had left: only the approval is sent; a stale draft is not let go."""
    quick = "demo-quick@zju.edu.cn"
    at(10, 15, 9)
    applicant = f"姓名：快示\n登录名：demo77\nEmail：{quick}\n"
    house.imap.fill([news(house, "新读者注册待审核", f"有新的读者注册申请等待审核。\n\n{applicant}", 40)])
    house.intake()
    house.process()
    with house.services.store.read() as uow:
        (waiting,) = uow.registrations.of_person([quick])
    house.services.registration_acts.approve(waiting.id, actor="a librarian")
    house.relay()
    assert (told(house, quick, "registration_received"), told(house, quick, "registration_approved")) == (0, 1)
    with house.services.store.read() as uow:
        (overtaken,) = [e for e in uow.outbox.find(state=OutboxState.CANCELLED) if e.request.recipient == quick]
    assert "approved by now" in overtaken.reply
