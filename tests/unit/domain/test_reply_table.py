"""Refusals of the mail systems that our patrons use, in their own words: permanent or not, and why."""

from __future__ import annotations

import pytest

from maild.domain.outgoing.reach import Heard, of_report, refusal
from maild.domain.outgoing.reply import judge
from tests.cases import each

NOT_FOUND, CLOSED, FULL, RATE, CONTENT = (
    "mailbox-not-found",
    "mailbox-closed",
    "mailbox-full",
    "rate-limited",
    "content-refused",
)
LISTED, SENDER, LARGE, LATER = "sender-listed", "sender-refused", "message-too-large", "refused-for-now"

# system, reply as the server or its report gives it, permanent, reason
REPLIES = [
    # NetEase 163, 126, yeah: a code of its own after the reply code
    ("netease", "421 HL:REP 163 mx29,QMCowABX 1732500000 https://mail.163.com/help/help_spam_16.htm?ip=192.0.2.1&hostid=mx29&time=1732500000", False, RATE),
    ("netease", "421 HL:ICC 163 mx10", False, RATE),
    ("netease", "421 HL:IFC 126 mx1", False, RATE),
    ("netease", "421 HL:MEP 163 mx5", False, RATE),
    ("netease", "450 MI:CEL 163 smtp7", False, RATE),
    ("netease", "450 MI:DMC 163 smtp7", False, RATE),
    ("netease", "450 MI:CCL 163 smtp7", False, RATE),
    ("netease", "450 RP:DRC 163 smtp7", False, RATE),
    ("netease", "450 RP:CCL 163 smtp7", False, RATE),
    ("netease", "451 RP:QRC 163 smtp7", False, RATE),
    ("netease", "451 RP:CEL 163 smtp7", False, RATE),
    ("netease", "450 DT:RBL 163 smtp7", False, LISTED),
    ("netease", "450 WM:BLI 163 smtp7", False, LISTED),
    ("netease", "450 WM:BLU 163 smtp7", False, LISTED),
    ("netease", "451 DT:SPM 163 smtp7, please try again", False, "spam-suspected"),
    ("netease", "451 MI:SFQ 163 smtp7", False, "spam-suspected"),
    ("netease", "550 DT:SPM 163 smtp7", True, CONTENT),
    ("netease", "554 DT:SPM 126 mx3,PMkowAD3 https://mail.163.com/help/help_spam_16.htm", True, CONTENT),
    ("netease", "554 DT:SUM 163 smtp7", True, CONTENT),
    ("netease", "550 MI:SPB 163 smtp7", True, CONTENT),
    ("netease", "554 MI:SPB 163 smtp7", True, CONTENT),
    ("netease", "550 RP:TRC 163 smtp7", False, RATE),
    ("netease", "554 HL:IPB 163 smtp7", True, SENDER),
    ("netease", "554 HL:IHU 163 smtp7", True, SENDER),
    ("netease", "550 User not found: gone@163.com", True, NOT_FOUND),
    ("netease", "550 User is locked: gone@163.com", True, CLOSED),
    ("netease", "550 User suspended: gone@126.com", True, CLOSED),
    ("netease", "553 Invalid User", True, NOT_FOUND),
    ("netease", "552 Requested mail action aborted: exceeded mailsize limit", True, LARGE),
    ("netease", "552 Quota exceeded or service disabled", False, FULL),
    # QQ and Tencent Exmail: 550 for what passes by itself
    ("qq", "550 Mailbox unavailable or access denied. https://service.mail.qq.com/detail/0/1000", False, LATER),
    ("qq", "550 Domain frequency limited [MKIQ2k 192.0.2.1]", False, RATE),
    ("qq", "550 Sender frequency limited", False, RATE),
    ("qq", "550 Connection frequency limited", False, RATE),
    ("qq", "550 Ip frequency limited [x 192.0.2.1]. https://service.mail.qq.com/", False, RATE),
    ("qq", "550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000728", True, NOT_FOUND),
    ("qq", "501 Bad address syntax. http://service.mail.qq.com/", True, "address-syntax"),
    ("qq", "550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000726", True, CONTENT),
    ("qq", "550 Message refused by the system: suspected spam", True, CONTENT),
    ("exmail", "550 Mailbox unavailable or access denied https://open.work.weixin.qq.com/help2/pc/20053", False, LATER),
    ("exmail", "550 Domain frequency limited https://open.work.weixin.qq.com/help2/", False, RATE),
    ("exmail", "550 Mailbox not found", True, NOT_FOUND),
    ("exmail", "552 mailbox space is full", False, FULL),
    # Coremail: universities, ZJU among them
    ("coremail", "550 User not found: gone@zju.edu.cn", True, NOT_FOUND),
    ("coremail", "550 User suspended: gone@zju.edu.cn", True, CLOSED),
    ("coremail", "550 User in blacklist: office@lib.example", True, SENDER),
    ("coremail", "552 Quota exceeded: gone@zju.edu.cn", False, FULL),
    ("coremail", "554 Fake sender", True, SENDER),
    ("coremail", "550 Invalid IP", True, SENDER),
    ("coremail", "550 Invalid user: gone@zju.edu.cn", True, NOT_FOUND),
    ("coremail", "450 Requested mail action not taken: mailbox busy", False, LATER),
    # 139, Aliyun, Sina, Sohu
    ("139", "550 User not exist", True, NOT_FOUND),
    ("139", "552 5.2.2 Mailbox is full", False, FULL),
    ("139", "421 4.7.0 too many connections from your ip", False, RATE),
    ("139", "550 mail rejected as spam", True, CONTENT),
    ("aliyun", "554 RCPT (gone@aliyun.com) dosn't exist", True, NOT_FOUND),
    ("aliyun", "554 Reject by content spam at tail of Data state. ANTISPAM_BAT[01201311R]", True, CONTENT),
    ("aliyun", "554 Reject by behaviour spam at Rcpt State(Connection IP address:192.0.2.1)ANTISPAM_BAT", True, SENDER),
    ("aliyun", "553 Blacklisted sender", True, SENDER),
    ("sina", "553 Sorry, this user does not exist", True, NOT_FOUND),
    ("sina", "551 mailbox is full", False, FULL),
    ("sohu", "552 Requested mail action aborted: exceeded storage allocation", False, FULL),
    # Gmail, Outlook.com
    ("gmail", "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking", True, NOT_FOUND),
    ("gmail", "552-5.2.2 The email account that you tried to reach is over quota", False, FULL),
    ("gmail", "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP", False, RATE),
    ("gmail", "550-5.7.1 Our system has detected that this message is likely unsolicited mail", True, CONTENT),
    ("outlook", "550 5.5.0 Requested action not taken: mailbox unavailable", True, "mailbox-refused"),
    ("outlook", "550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus", True, SENDER),
    ("outlook", "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation", False, RATE),
    # In Chinese
    ("zh", "550 收件人邮件地址（gone@qq.com）不存在，邮件无法送达", True, NOT_FOUND),
    ("zh", "无此用户", True, NOT_FOUND),
    ("zh", "收件人账号已被停用", True, CLOSED),
    ("zh", "对方邮箱空间已满，无法接收新邮件", False, FULL),
    ("zh", "收件人的邮箱容量不足", False, FULL),
    ("zh", "邮件内容被识别为垃圾邮件而拒收", True, CONTENT),
    ("zh", "您的邮件因发送频率过高被暂时限制", False, RATE),
    ("zh", "该邮件被对方设置的黑名单拒收", True, SENDER),
    ("zh", "邮件大小超过对方邮箱的限制", True, LARGE),
    ("zh", "对方服务器连接超时", False, "expired"),
    ("zh", "系统繁忙，请稍后再试", False, "unreachable"),
    ("zh", "域名不存在，请检查收件人地址", True, "domain-not-found"),
]  # fmt: skip


@each(("system", "text", "permanent", "reason"), REPLIES, ids=lambda value: str(value)[:40])
def test_every_system_in_its_own_words(system: str, text: str, permanent: bool, reason: str) -> None:
    """Judged by the wording before the code; what passes by itself is never permanent."""
    del system
    verdict = judge(0 if text[:1].isdigit() else 550 if permanent else 0, "", text)
    assert (verdict.permanent, verdict.reason) == (permanent, reason)


HEARD = [
    (550, "User not found: x", "rcpt", Heard.HARD_BOUNCE),
    (550, "User suspended", "rcpt", Heard.HARD_BOUNCE),
    (550, "User in blacklist", "rcpt", Heard.REFUSED),
    (554, "Fake sender", "rcpt", Heard.REFUSED),
    (550, "5.7.1 relaying denied", "rcpt", Heard.REFUSED),
    (554, "DT:SPM 163 smtp7", "data", Heard.CONTENT_REFUSED),
    (550, "Mail content denied", "data", Heard.CONTENT_REFUSED),
    (552, "message size exceeds fixed maximum", "data", Heard.REFUSED),
    (553, "sender address rejected", "mail", Heard.REFUSED),
]


@pytest.mark.parametrize(("code", "reply", "stage", "heard"), HEARD)
def test_what_a_refusal_says_of_the_address(code: int, reply: str, stage: str, heard: Heard) -> None:
    """Only what is said of the address marks it; spam at the door is told apart."""
    assert refusal(code, reply, stage) is heard


def test_what_a_report_says() -> None:
    """Delayed is no loss; a passing reason of a mail that is lost is a soft bounce."""
    assert of_report(False, True, "unreachable: timed out") is Heard.DEFERRAL
    assert of_report(False, False, "mailbox-full: x") is Heard.SOFT_BOUNCE
    assert of_report(False, False, "spam-suspected: 451 DT:SPM") is Heard.CONTENT_REFUSED
    assert of_report(True, False, "content-refused: x") is Heard.CONTENT_REFUSED
    assert of_report(True, False, "sender-refused: Fake sender") is Heard.REFUSED
    assert of_report(True, False, "mailbox-not-found") is Heard.HARD_BOUNCE
