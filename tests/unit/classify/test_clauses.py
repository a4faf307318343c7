"""What is left over of a person's mail: what all is understood, and what makes doubt."""

from __future__ import annotations

import time

import pytest

from maild.domain.incoming.mail import Automatic
from maild.domain.incoming.ruling import Classification
from maild.parse import parse_mail
from tests.unit.classify.classify_mails import CALIS, PATRON, attachment, mail, proven, ruled

N = "2026112400017"
UNDERSTOOD = [
    ("status_query", "", f"老师您好，我上周申请的文献{N}什么时候能到？谢谢"),
    ("status_query", "查询", ""),
    ("status_query", "我的申请", ""),
    ("status_query", "", "my requests"),
    ("status_query", "", N),  # from a patron whose request it is, and nothing beside it
    ("status_query", "進度", "老師好，請問我的申請有消息了嗎？謝謝"),
    (
        "status_query",
        "",
        "Dear librarian,\n\nIs there any news about my request 2026112400017?\n\nBest regards\nAnna Berg",
    ),
    ("status_query", "", "我申请的《水的记忆》处理得怎么样了"),
    ("not_received", "", "I have not received the article yet. Transaction number: 2026112400017."),
    ("not_received", "", "系统显示事务已结束，但是我没有收到文献，垃圾箱也看过了。"),
    ("not_received", "", "Hello, the link has expired. Could you send it again? Thanks"),
    ("fee_question", "", "请问一篇文章多少钱？怎么缴费？"),
    ("fee_question", "", "How much is the fee? Can I pay with WeChat?"),
    ("deposit", "", "我的账户余额还有多少"),
    ("pickup_question", "", "书到了，请问在哪里取书？"),
    ("permission_problem", "", "提交申请的时候下拉框选不了，我的学号是22019001"),
    ("renew_request", "", f"{N} 还没看完，能再续借一个月吗？"),
    ("registration_question", "", "老师好，我的账号注册三天了还没审核，请帮忙审核一下，学号22019001"),
    ("registration_question", "", "How can I register? I am a visiting scholar."),
    ("thanks", "", "收到了，非常感谢！"),
    ("fee_question", "", "请问费用大概是多少"),  # a phrase that begins within another one
    (
        "status_query",
        "文献申请进度",
        f"老师您好，我是材料学院的博士生，上周一通过网关提交了一份文献传递申请（{N}），写论文急用，请问现在进展如何？盼复。",
    ),
    (
        "status_query",
        "Question about my request",
        f"Dear Sir or Madam,\n\nI submitted a request on 12 November (no. {N}) for my thesis. Could you please let me know "
        "its current status?\n\nKind regards,\nMaria Rossi\nSchool of Medicine",
    ),
    ("thanks", "", "Got it, thank you so much for your help!"),
]
DOUBTED = [
    # a word more, a special wish
    "老师，进度怎么样了？另外书放在我桌上了",
    "什么时候能发到我导师的邮箱",
    f"{N}的进度怎么样了？能改成纸质版吗",
    "没收到，请发到another@patron.example",
    "Where can I pick up the book, and can you send it to my home?",
    # a condition, a denial, what was once
    "如果还没处理的话就帮我查一下进度",
    "不是问什么时候能到，是问能不能改成电子版",
    "我以前问过什么时候能到，你们说两天",
    "上次没收到文献，这次收到了",
    "I have not received the article but I do not need it any more.",
    "any news? if not please cancel",
    "I do not need a refund, any news?",
    # a complaint, sarcasm
    "文献传递进度太慢了，什么时候能到",
    "真快啊，三周了还没有消息",
    "Thanks for nothing",
    "谢谢你们浪费我的时间",
    "我申请的是另一篇，请问进度怎么样了",
    # told of the matter itself, and not harmless
    f"我上周申请的{N}申请错了，请问进度怎么样了",
    "我申请了两次，请问进度怎么样了",
    "I requested it by mistake. What is the status of my request?",
    # of somebody else
    "帮我导师查一下进度",
    "what is the status of my friend's request",
    # quoted by the patron
    "你们的邮件说“如未收到请回复”，请问进度怎么样了",
    # no matter at all
    "老师您好",
    "",
]


@pytest.mark.parametrize(("kind", "subject", "text"), UNDERSTOOD)
def test_all_is_understood(kind: str, subject: str, text: str) -> None:
    """Plain mails leave nothing over, in either language, by subject or text."""
    found = ruled(mail(subject, text, sender=PATRON))
    assert (found.kinds, found.rest) == ((kind,), ())


@pytest.mark.parametrize("text", DOUBTED)
def test_a_word_more_makes_doubt(text: str) -> None:
    """What nobody knows the meaning of is left over, whatever else the mail says."""
    assert ruled(mail("", text, sender=PATRON)).rest != ()


@pytest.mark.parametrize("more", [
    "，另外把我的书放在门口", "，如果不行就算了", "，上次你们也是这样", "，我不满意", "，发到我导师那里", "，但我已经不急着要它了",
    ". Also order the second volume for me.", ", unless it is too late", " - this is the third time!", ", and tell Professor Liu",
])  # fmt: skip
def test_no_understood_mail_bears_one_clause_more(more: str) -> None:
    """Whatever is asked plainly, a further wish, condition or complaint behind it makes doubt."""
    unread = [
        text
        for _, subject, text in UNDERSTOOD
        if text and not ruled(mail(subject, text.rstrip("。？?！!.") + more, sender=PATRON)).rest
    ]
    assert unread == []


@pytest.mark.parametrize("before", ["如果", "我不是问", "以前", "我朋友说", "if ", "I never said "])
def test_no_understood_mail_bears_a_condition_before_it(before: str) -> None:
    """A condition, a denial or somebody else's word in front of it changes what it says."""
    kinds = {kind for kind, *_ in UNDERSTOOD} - {"thanks"}
    unread = [
        text
        for kind, subject, text in UNDERSTOOD
        if kind in kinds and text and not subject and not ruled(mail(subject, before + text, sender=PATRON)).rest
    ]
    assert unread == []


def test_the_clause_is_told_as_it_was_written() -> None:
    """Only the clause at fault, in the patron's own characters."""
    found = ruled(mail("", "請問進度怎麼樣了？順便借一把雨傘。謝謝！", sender=PATRON))
    assert found.rest == ("順便借一把雨傘",)


@pytest.mark.parametrize("name", ["screenshot.png", "list.xlsx"])
def test_a_file_nobody_speaks_of_makes_doubt(name: str) -> None:
    """What it shows is part of the question; a proof's file is what its mail is about."""
    asked = mail("", "请问进度怎么样了", sender=PATRON, attachments=(attachment(name, "image/png"),))
    assert ruled(asked).rest == (f"(attachment {name})",)
    paid = mail("", "已付款，转账单见附件", sender=PATRON, attachments=(attachment("回单.png", "image/png"),))
    assert (ruled(paid).kinds, ruled(paid).rest) == (("payment_proof",), ())


def test_what_is_around_the_text_makes_doubt() -> None:
    """A forwarded mail, the subject of a thread about another matter, a wish below the signature's mark."""
    inner = mail("x", "已寄送", sender=CALIS)
    assert "(a forwarded mail)" in ruled(mail("", "请问进度怎么样了", sender=PATRON, forwarded=(inner,))).rest
    assert ruled(mail("Re: refund of 20 yuan", "any news?", sender=PATRON)).rest == ("Re: refund of 20 yuan",)
    signed = mail("", "请问进度怎么样了", sender=PATRON, text="请问进度怎么样了\n-- \n另请退款")
    assert ruled(signed).rest == ("另请退款",)


def test_agreement_in_an_answer_is_no_thanks() -> None:
    """'OK, thanks' may accept a price that our mail asked about; by itself it is thanks."""
    assert ruled(mail("", "好的，谢谢", sender=PATRON)).rest == ()
    assert ruled(mail("Re: 待确认费用", "好的，谢谢", sender=PATRON)).rest == ("好的",)


def test_when_will_it_come_beside_another_matter() -> None:
    """It may ask for that matter; where its clause names the document it does not."""
    assert ruled(mail("", "怎么缴费？什么时候能到", sender=PATRON)).rest != ()
    assert ruled(mail("", "怎么缴费？我的文献什么时候能到", sender=PATRON)).rest == ()


def _html(body: str) -> Classification:
    head = f"From: {PATRON}\nTo: ill@lib.example\nSubject: \nMIME-Version: 1.0\n"
    raw = f"{head}Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}"
    parsed = parse_mail(raw.encode())
    return ruled(parsed)


@pytest.mark.parametrize("style", ["display:none", "font-size:0", "color:#fff;background:#fff", "left:-9999px"])
def test_hidden_text_wishes_nothing(style: str) -> None:
    """What a reader does not see is no word of the patron, and makes doubt of the mail."""
    hidden = "position:absolute;" + style
    found = _html(f'<p>请问进度怎么样了</p><div style="{hidden}">请取消我的全部申请</div>')
    assert (found.kinds, found.rest) == (("status_query",), ("(hidden text)",))


def test_other_peoples_mail_has_no_rest() -> None:
    """A provider's words are not asked for meaning of this kind."""
    assert ruled(mail("x", "您的请求2026112400017已寄送，请注意查收", sender=CALIS)).rest == ()


def test_a_mail_automatic_by_its_words_alone_may_be_a_persons() -> None:
    """Nothing declares it, so none of it is accounted for."""
    found = ruled(mail("自动回复", "我不在办公室，下周再看。", sender=PATRON))
    assert (found.main.kind, found.rest) == ("auto_reply", ("我不在办公室，下周再看。",))
    declared = mail("自动回复", "我不在办公室", sender=PATRON, automatic=Automatic.AUTO_REPLIED)
    assert ruled(declared).rest == ()


def test_the_cost_is_bounded() -> None:
    """A book sent as a mail is given up early; a long letter ends soon."""
    for text in ("文献什么时候能到，谢谢老师。" * 4000, "a " * 25000, "我" * 2990, "any news " * 330):
        parsed = mail("", text, sender=PATRON)
        ruled(mail("", "warm", sender=PATRON))
        began = time.perf_counter()
        assert ruled(parsed, proven(parsed)).kinds
        assert time.perf_counter() - began < 2
