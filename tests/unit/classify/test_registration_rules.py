"""Mails about registering, in words that no rule was written from: which step, which news, and what patrons ask."""

from __future__ import annotations

from maild.domain.incoming.ruling import Kind
from maild.office.registration.facts_registration import NEWS, steps_named
from tests.cases import each
from tests.unit.classify.classify_mails import CALIS, PATRON, mail, ruled

WHO = "\n姓名：王方\n登录名：wf01\nEmail：wf@patron.example\n"


@each(
    ("subject", "text", "news"),
    [
        ("账户等待馆员审核", "您的账户已提交，等待馆员审核。", "account pending"),
        ("审核通过通知", "您好，您的CALIS账户已审核通过，请用身份认证账号登录读者网关。", "account approved"),
        ("审核通过通知", "您的身份认证账号已审核通过，可以登录门户，再注册CALIS系统账户。", "identity approved"),
        ("注册成功", "您好，您在门户的身份认证信息已通过审核。", "identity approved"),
        ("新用户注册提醒", "有校外用户通过身份认证方式注册，请尽快审核确认。", "identity pending"),
        ("用户注册审核", "身份认证：已通过\n账户状态：等待审核", "account pending"),
        ("账号绑定成功", "王方您好：您已成功绑定浙江大学一卡通账号！", "identity approved"),
        ("Registration", "Dear reader, your identity account has been approved.", "identity approved"),
        ("Your account", "Your account is pending review by a librarian.", "account pending"),
        ("校外用户身份认证账号等待确认", "请确认。", "identity pending"),
        ("您的身份认证账号已确认", "", "identity approved"),
        ("身份认证账号未获通过", "", "identity rejected"),
        ("您的账户未通过审核", "", "account rejected"),
        # Not yet, whether, once: nothing has happened that anybody may be told.
        ("您的身份认证账号尚未确认", "", ""),
        ("您的身份认证账号还未通过审核", "", ""),
        ("您的账户还未通过审核", "", ""),
        ("您的CALIS账户尚未审核通过", "", ""),
        ("身份认证账号审核通过后可登录", "", ""),
        ("账户是否已通过审核", "", ""),
        ("identity registration not approved yet", "", ""),
    ],
)
def test_steps_and_news(subject: str, text: str, news: str) -> None:
    """What is said to have happened, and to which step; a mere mention of the other step does not count."""
    ruling = ruled(mail(subject, text + WHO, sender=CALIS)).main
    if not news:
        assert ruling.kind not in NEWS, ruling
        return
    step, what = news.split()
    assert (ruling.kind, [str(found) for found in steps_named(ruling)]) == (Kind(f"registration_{what}"), [step])


STATE = [
    "我昨天注册的，怎么还没审核？", "老师好，账号一直显示待审核，麻烦处理一下", "为什么我的注册被拒绝了", "账户啥时候能通过啊",
    "我已经打过电话了，身份认证还没有确认", "急！注册三天了没人审核", "昨天申请的账号通过没", "已经注册，请审核",
    "Why is my account still not approved?", "my registration was rejected, why?", "Please approve my account",
    "Has my registration been reviewed yet? Thanks", "I signed up on Monday, any news about my registration?",
]  # fmt: skip
OTHER = [
    "密码忘了怎么办", "怎么注册账户？", "我注册了账户但是收不到验证码", "校外读者可以注册吗", "绑定一卡通失败怎么办",
    "How do I register as an external reader?", "I forgot my password",
]  # fmt: skip
BOTH = ["账号还没审核通过，另外密码也忘了", "I forgot my password and my account is pending"]


@each(
    ("text", "state", "other"),
    [
        *((text, True, False) for text in STATE),
        *((text, False, None) for text in OTHER),
        *((text, True, True) for text in BOTH),
    ],
)
def test_what_patrons_ask_about_registering(text: str, state: bool, other: bool | None) -> None:
    """Who asks how it stands is told apart from who asks how it is done; who asks both needs a person."""
    found = ruled(mail("", text, sender=PATRON)).rulings
    asked = next((r for r in found if r.kind is Kind.REGISTRATION_QUESTION), None)
    assert asked is not None
    assert bool(asked.value("state_asked")) is state
    if other is not None:
        assert bool(asked.value("other_asked")) is other
