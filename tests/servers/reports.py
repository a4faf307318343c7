"""Mails that machines write about ours: delivery reports, complaints, read receipts; and patrons' own."""

from __future__ import annotations

from email.message import EmailMessage

OFFICE = "bot@lib.example"


def dsn(ours: EmailMessage, diagnostic: str, *, status: str = "5.1.1", action: str = "failed", to: str = "") -> bytes:
    """A report of RFC 3464 about a mail of ours that came back."""
    address = to or ours["To"].addresses[0].addr_spec
    return _report(
        f"From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: {OFFICE}\r\nSubject: Undelivered Mail\r\n"
        "Return-Path: <>\r\nAuto-Submitted: auto-replied\r\n",
        "delivery-status",
        f"This is the mail system at host mx.example.\r\n\r\n<{address}>: {diagnostic}\r\n",
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {diagnostic}\r\n",
        _head(ours),
    )


def qq_bounce(ours: EmailMessage) -> bytes:
    """What QQ sends back: no standard, no headers of ours; the subject is quoted."""
    mail = EmailMessage()
    mail["From"] = "PostMaster@qq.com"
    mail["To"] = OFFICE
    mail["Subject"] = "系统退信"
    address = ours["To"].addresses[0].addr_spec
    mail.set_content(
        f"抱歉，您的邮件被退回来了……\n\n原邮件信息：\n主 题：{ours['Subject']}\n收件人：{address}\n\n退信原因：\n"
        f"收件人邮件地址（{address}）不存在，邮件无法送达。\nhost mx3.qq.com said: 550 Mailbox not found\n"
    )
    return mail.as_bytes()


def complaint(ours: EmailMessage, kind: str = "abuse") -> bytes:
    """A feedback report of RFC 5965; the recipient in it was made unreadable, as most systems do."""
    return _report(
        f"From: feedback@fbl.example\r\nTo: {OFFICE}\r\nSubject: FW: {kind}\r\n",
        "feedback-report",
        "This is an email abuse report for an email message received from 192.0.2.1.\r\n",
        f"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: {kind}\r\nUser-Agent: Loop/1.0\r\nVersion: 1\r\n"
        "Original-Rcpt-To: <redacted-9f2c@redacted.example>\r\n",
        _head(ours),
    )


def read_receipt(ours: EmailMessage, disposition: str = "displayed") -> bytes:
    """A disposition notification of RFC 8098."""
    address = ours["To"].addresses[0].addr_spec
    return _report(
        f"From: {address}\r\nTo: {OFFICE}\r\nSubject: =?utf-8?B?5bey6K+7?=: notice\r\n",
        "disposition-notification",
        "The message was displayed.\r\n",
        f"Content-Type: message/disposition-notification\r\n\r\nReporting-UA: phone; Mail 1\r\n"
        f"Final-Recipient: rfc822; {address}\r\nOriginal-Message-ID: {ours['Message-ID']}\r\n"
        f"Disposition: manual-action/MDN-sent-manually; {disposition}\r\n",
    )


def _head(ours: EmailMessage) -> str:
    lines = "".join(f"{name}: {_one_line(str(ours[name]))}\r\n" for name in ("Message-ID", "From", "To", "Date"))
    return f"Content-Type: text/rfc822-headers\r\n\r\n{lines}"


def _one_line(value: str) -> str:
    return value.encode("ascii", "replace").decode()


def _report(head: str, kind: str, *parts: str) -> bytes:
    """A multipart/report (RFC 6522): the first part is text, the others have their own heads."""
    first, *others = parts
    body = [f"Content-Type: text/plain; charset=utf-8\r\n\r\n{first}", *others]
    boundary = "=_report"
    text = "".join(f"--{boundary}\r\n{part}\r\n" for part in body)
    return (
        f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type={kind}; boundary="{boundary}"\r\n\r\n'
        f"{text}--{boundary}--\r\n"
    ).encode()
