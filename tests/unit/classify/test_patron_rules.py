"""Patrons in many voices: what they want, several things at once, and what must not be read into their words."""

from __future__ import annotations

import pytest

from maild.domain.incoming.mail import Origin
from tests.cases import each
from tests.unit.classify.classify_mails import PATRON, attachment, mail, ruled

N = "2026112400017"
ASKED = [
    ("status_query", f"老师好，{N}处理得怎么样了？"),
    ("status_query", "我上周申请的那篇论文有消息了吗"),
    ("status_query", "请问文献什么时候能到？"),
    ("status_query", "催一下我的申请，急用"),
    ("status_query", "我想查询一下申请的进度"),
    ("status_query", "Any news about my request?"),
    ("status_query", f"What is the status of request {N}?"),
    ("status_query", "How long will it take to get the thesis?"),
    ("status_query", "还要多久啊"),
    ("not_received", "系统显示事务已结束，但是我没有收到文献。"),
    ("not_received", "还没收到全文，垃圾箱也看过了"),
    ("not_received", "链接打不开"),
    ("not_received", "你们发的附件打不开，请重新发一次"),
    ("not_received", "I haven't received the article yet."),
    ("not_received", "The download link has expired, please resend."),
    ("not_received", "文献至今未收到。"),
    ("invoice_request", "麻烦开一张发票，抬头：某某研究院"),
    ("invoice_request", "发票什么时候能开？"),
    ("invoice_request", "Could you issue an invoice for this?"),
    ("invoice_request", "需要报销，请开具发票"),
    ("deposit", "我想预存500元，以后慢慢扣"),
    ("deposit", "请问我的账户余额还有多少"),
    ("deposit", "I would like to top up my account."),
    ("fee_question", "请问这个要收费吗"),
    ("fee_question", "一篇文章多少钱？"),
    ("fee_question", "怎么缴费？可以微信支付吗"),
    ("fee_question", "How much is the fee?"),
    ("fee_question", "How can I pay?"),
    ("pickup_question", "请问在哪里取书"),
    ("pickup_question", "书到了去哪领取？"),
    ("pickup_question", "Where do I pick up the book?"),
    ("permission_problem", "提交的时候下拉框选不了"),
    ("permission_problem", "系统提示没有权限"),
    ("permission_problem", "I cannot submit a request, the drop-down list is empty."),
    ("cancel_request", f"请取消{N}"),
    ("cancel_request", "那篇文章不需要了，谢谢"),
    ("cancel_request", "取消。作者直接发我了。"),
    ("cancel_request", f"撤单{N}。同事有。"),
    ("cancel_request", f"{N} 英文那篇——取消，老师改题了"),
    ("cancel_request", "Please cancel my order."),
    ("renew_request", "想续借一个月可以吗"),
    ("renew_request", "Can I renew the book for another month?"),
    ("refund_request", "我多付了10元，能退款吗"),
    ("refund_request", "Could you refund the fee?"),
    ("registration_question", "我注册的账号一直没有通过审核"),
    ("registration_question", "校外读者怎么注册？"),
    ("registration_question", "How do I register?"),
    ("address_change", "我换邮箱了，新邮箱 b@patron.example"),
    ("address_change", "Please change my email address to b@patron.example"),
    ("thanks", "谢谢！"),
    ("thanks", "已收到，非常感谢您的帮助！"),
    ("thanks", "Thank you so much!"),
    ("thanks", "收到"),
    ("patron_other", "您好，附件是我的选题，请指正。"),
    ("patron_other", "我同意。"),
    ("patron_other", "贵馆是否有《敦煌学辑刊》的全套？"),
    ("patron_other", "Dear colleague, I am writing about something else entirely."),
    ("patron_other", "如果需要发票我再联系您。"),
    ("patron_other", "不用开发票。"),
    ("patron_other", "请不要取消我的申请。"),
    ("patron_other", "好的，我明天去办。"),
    ("patron_other", "我今天去财务处转账，办好后把凭证发给您。"),
    ("patron_other", "这本书不错，推荐馆里购买"),
]


@each(("kind", "text"), ASKED, ids=range(len(ASKED)))
def test_asked(kind: str, text: str) -> None:
    """The main kind is what the patron asks for; what is unsure stays with a person."""
    result = ruled(mail("", text, sender=PATRON))
    assert result.main.kind == kind, (result.kinds, result.main.reasons)
    assert result.main.party == "patron"


def test_several_at_once() -> None:
    """One mail, three questions: three rulings, the weightiest first."""
    text = f"老师好：1. {N}到哪了？2. 上次的费用能开发票吗？3. 借的书在哪里取？"
    assert set(ruled(mail("几个问题", text, sender=PATRON)).kinds) >= {
        "status_query",
        "invoice_request",
        "pickup_question",
    }


def test_our_quoted_notice_does_not_speak() -> None:
    """The history below and the subject of our own notice are not the patron's words."""
    notice = "文献传递费用通知：请缴费后将转账凭证发给我们。如需发票请告知抬头。没有收到文献请查看垃圾邮件。"
    parsed = mail(
        "回复: 文献传递费用通知 请缴费",
        "好的，我知道怎么弄了。",
        sender=PATRON,
        quoted_text=notice,
        in_reply_to=("<1@zju.edu.cn>",),
        text="好的。\n" + notice,
    )
    assert ruled(parsed).kinds == ("patron_other",)


def test_empty_reply_below_a_notice() -> None:
    """Nothing new is written: the quoted notice is not taken for it."""
    parsed = mail("回复: 费用通知", "", sender=PATRON, text="请缴费，发票抬头", quoted_text="请缴费，发票抬头")
    assert ruled(parsed).kinds == ("patron_other",)


@pytest.mark.parametrize("text", ["", "请查收", "老师好，凭证见附件。", "已转账", "Paid, receipt attached. Thanks!"])
def test_payment_proof(text: str) -> None:
    """A picture with words of paying, or with hardly any words."""
    parsed = mail("", text, sender=PATRON, attachments=(attachment("IMG_1.jpg", "image/jpeg"),))
    assert ruled(parsed).main.kind == "payment_proof"


def test_a_logo_is_no_proof() -> None:
    """A small inline picture belongs to a signature."""
    logo = attachment("image001.png", "image/png")
    logo = type(logo)(**{n: getattr(logo, n) for n in logo.__slots__} | {"origin": Origin.INLINE, "content_id": "x"})
    assert ruled(mail("", "谢谢", sender=PATRON, attachments=(logo,))).main.kind != "payment_proof"


def test_words_of_paying_without_proof() -> None:
    """A claim without a picture is no proof."""
    assert ruled(mail("", "我已经转账了。", sender=PATRON)).main.kind != "payment_proof"


def test_a_screenshot_of_an_error_is_no_proof() -> None:
    """What the words are about goes before the picture."""
    parsed = mail(
        "", "登录报错，截图见附件，提交不了申请", sender=PATRON, attachments=(attachment("a.png", "image/png"),)
    )
    assert ruled(parsed).main.kind == "permission_problem"


def test_thanks_in_advance_is_no_thanks() -> None:
    """A question stays a question."""
    assert ruled(mail("", "When will it arrive? Thanks in advance!", sender=PATRON)).kinds == ("status_query",)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("请告知你们和系统各用什么地址发信，我让IT加白名单", "whitelist"),
        ("让我报发件地址给信息科，请把要加白名单的地址写给我", "whitelist"),
        ("麻烦告诉我发件邮箱，我加白名单", "whitelist"),
        ("Is it safe to click? Which address did it come from?", ""),
        ("告诉你们我的发件地址是 b@patron.example", ""),
        ("请告知收件地址，我把书寄回", ""),
        ("凭证发到哪个邮箱？", ""),
        ("Which address do I send the receipt to?", ""),
    ],
)
def test_which_addresses_are_let_through(text: str, topic: str) -> None:
    """Ours, asked for a filter; no address of the writer's, and none where something is to be sent."""
    topics = {ruling.value("topic") for ruling in ruled(mail("", text, sender=PATRON)).rulings}
    assert ("whitelist" in topics) is bool(topic)
