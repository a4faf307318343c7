"""Delivery reports, standard and foreign; temporary is told from permanent."""

from __future__ import annotations

import pytest

from maild.domain.incoming.mail import Automatic, ParsedMail
from maild.parse import parse_mail
from tests.unit.parse.mails import multipart


def from_machine(body: str, *, sender: str = "MAILER-DAEMON@mx.patron.example", subject: str = "Undelivered Mail Returned to Sender",
                 kind: str = "text/plain; charset=utf-8", extra: str = "") -> ParsedMail:  # fmt: skip
    """A report as text."""
    head = f"Return-Path: <>\nFrom: Mail System <{sender}>\nTo: office@library.example\nSubject: {subject}\n{extra}Content-Type: {kind}\n\n"
    return parse_mail((head + body).encode())


def dsn(status: str, action: str, diagnostic: str = "", to: str = "gone@patron.example") -> ParsedMail:
    """An RFC 3464 report with the returned headers."""
    report = f"Reporting-MTA: dns; mx.patron.example\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n"
    report += f"Diagnostic-Code: smtp; {diagnostic}\r\n" if diagnostic else ""
    return multipart(
        "Content-Type: text/plain\r\n\r\nSorry.",
        "Content-Type: message/delivery-status\r\n\r\n" + report,
        "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <n7@library.example>\r\nSubject: =?utf-8?B?6LS555So?=\r\n",
        kind="report",
        extra="; report-type=delivery-status",
    )


STANDARD = [
    ("5.1.1", "failed", "550 5.1.1 <gone@patron.example>: user unknown", True),
    ("4.4.1", "delayed", "connection timed out", False),
    ("5.0.0", "failed", "550 Mailbox unavailable or access denied", False),
    ("5.0.0", "failed", "550 Ip frequency limited", False),
    ("5.0.0", "failed", "450 DT:RBL 163 smtp12", False),
    ("5.0.0", "failed", "550 User not found: gone@patron.example", True),
    ("5.2.2", "failed", "552 5.2.2 mailbox full", False),
    ("4.4.7", "failed", "", False),
    ("5.1.1", "failed", "", True),
    ("4.4.7", "expired", "delivery time expired", False),
]


@pytest.mark.parametrize(("status", "action", "diagnostic", "permanent"), STANDARD)
def test_rfc3464(status: str, action: str, diagnostic: str, permanent: bool) -> None:
    """Address, status and verdict of a standard report."""
    mail = dsn(status, action, diagnostic)
    assert mail.automatic is Automatic.BOUNCE
    assert mail.bounce is not None
    (one,) = mail.bounce.recipients
    assert (one.address, one.status, one.permanent) == ("gone@patron.example", status, permanent)
    assert mail.bounce.original_message_id == "<n7@library.example>"
    assert mail.bounce.original_subject == "费用"


def test_success_reports_are_no_bounces() -> None:
    """'delivered' and 'relayed' are not failures."""
    mail = dsn("2.0.0", "delivered")
    assert mail.bounce is None


def test_several_recipients() -> None:
    """Each failed address is named, the delivered one is not."""
    report = "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@p.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\nFinal-Recipient: rfc822; b@p.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\nFinal-Recipient: RFC822;c@p.example\r\nAction: failed (bad)\r\nStatus: 4.2.2 (full)\r\n"
    mail = multipart("\r\nx", "Content-Type: message/delivery-status\r\n\r\n" + report, kind="report")
    assert mail.bounce is not None
    assert [(r.address, r.permanent) for r in mail.bounce.recipients] == [("a@p.example", True), ("c@p.example", False)]


COPY = "\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <office@library.example>\nMessage-ID: <n7@library.example>\nTo: gone@patron.example\n"
FOREIGN = {
    "qmail": ("Hi. This is the qmail-send program at mx.patron.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<gone@patron.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\nGiving up on 192.0.2.1." + COPY, True),
    "qmail-full": ("Hi. This is the qmail-send program at mx.patron.example.\n\n<gone@patron.example>:\nUser is over the quota. (#5.2.2)" + COPY, False),
    "postfix": ("This is the mail system at host mx.patron.example.\n\nI'm sorry to have to inform you that your message could not be delivered.\n\n<gone@patron.example>: host mx2.patron.example[192.0.2.1] said: 550 5.1.1\n    <gone@patron.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)\n", True),
    "postfix-delay": ("This is the mail system at host mx.patron.example.\n\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n\nYour message could not be delivered for more than 1 hour(s).\nIt will be retried until it is 5 day(s) old.\n\n<gone@patron.example>: connect to mx2.patron.example[192.0.2.1]:25: Connection timed out\n", False),
    "exim": ("This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  gone@patron.example\n    SMTP error from remote mail server after RCPT TO:<gone@patron.example>:\n    host mx.patron.example [192.0.2.1]: 550 No such user here\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <n7@library.example>\n", True),
    "sendmail": ("The original message was received at Tue, 24 Nov 2026 09:12:33 +0800\n\n   ----- The following addresses had permanent fatal errors -----\n<gone@patron.example>\n    (reason: 550 5.1.1 <gone@patron.example>... User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.patron.example.:\n>>> DATA\n<<< 550 5.1.1 User unknown\n", True),
    "exchange": ("Delivery has failed to these recipients or groups:\n\ngone@patron.example<mailto:gone@patron.example>\nThe email address you entered couldn't be found. Please check the recipient's email address and try to resend the message.\n\nDiagnostic information for administrators:\n\nGenerating server: x.patron.example\n\ngone@patron.example\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n", True),
    "gmail": ("** Address not found **\n\nYour message wasn't delivered to gone@patron.example because the address couldn't be found, or is unable to receive mail.\n\nThe response was:\n\n550 5.1.1 The email account that you tried to reach does not exist.\n", True),
    "qq": ("抱歉，您的邮件被退回来了……\n\n原邮件信息：\n\n时 间：2026-11-24 09:12:33\n主 题：费用\n收件人：gone@patron.example\n\n退信原因：\n收件人邮件地址（gone@patron.example）不存在，邮件无法送达。\nhost mx.patron.example said: 550 Mailbox not found\n", True),
    "qq-limited": ("抱歉，您的邮件被退回来了……\n收件人：gone@patron.example\n退信原因：\n550 Mailbox unavailable or access denied\n", False),
    "netease": ("系统退信\n\n尊敬的用户，您好！很遗憾，您的邮件没有送达。\n\n收件人：gone@patron.example\n退信原因：对方邮件系统中没有该用户\n英文说明：SMTP error, RCPT TO: 550 User not found: gone@patron.example\n", True),
    "coremail": ("This message is generated by Coremail.\nYour message could not be delivered to the following recipients:\n\nRecipient: gone@patron.example\nReason: Quota exceeded\n", False),
    "odd": ("We are sorry. Delivery to gone@patron.example failed: mailbox disabled.\n", True),
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_formats(name: str) -> None:
    """Reports that no standard describes."""
    body, permanent = FOREIGN[name]
    mail = from_machine(body)
    assert mail.automatic is Automatic.BOUNCE
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == ["gone@patron.example"]
    assert mail.bounce.recipients[0].permanent is permanent, mail.bounce.recipients[0].reason
    if "n7@" in body:
        assert mail.bounce.original_message_id == "<n7@library.example>"


def test_html_report() -> None:
    """QQ writes its reports in HTML."""
    mail = from_machine(
        "<div>抱歉，您的邮件被退回来了……</div><table><tr><td>收件人：</td><td>gone@patron.example</td></tr><tr><td>退信原因：</td><td>550 Mailbox not found</td></tr></table>",
        sender="PostMaster@qq.com",
        subject="系统退信",
        kind="text/html; charset=utf-8",
    )
    assert mail.bounce is not None
    assert [(r.address, r.permanent) for r in mail.bounce.recipients] == [("gone@patron.example", True)]


def test_without_from() -> None:
    """A report without From (flufl.bounce raises IndexError on it) is read."""
    mail = parse_mail(b"Subject: Returned mail: see transcript\nTo: office@library.example\n\nno words of use here\n")
    assert mail.bounce is None or mail.bounce.recipients == ()


def test_patrons_who_write_of_bounces() -> None:
    """A person who writes about a bounce is no machine."""
    mail = parse_mail(
        "From: li@patron.example\nTo: office@library.example\nSubject: 退信\n\n您的邮件退信了 gone@patron.example".encode()
    )
    assert mail.bounce is None
    assert mail.automatic is Automatic.NO
