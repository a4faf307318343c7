"""Complaints (RFC 5965 and without it, in Chinese too) and read receipts (RFC 8098)."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from maild.domain.incoming.mail import Automatic, Feedback, ParsedMail, ReadReceipt
from maild.parse import parse_mail
from tests.servers.reports import complaint, read_receipt

OURS = "<maild.7.0123456789abcdef@library.example>"


def ours(to: str = "li@patron.example") -> EmailMessage:
    """A notice of ours."""
    from email import policy

    mail = EmailMessage(policy=policy.default)
    mail["Message-ID"] = OURS
    mail["From"] = "office@library.example"
    mail["To"] = to
    mail["Subject"] = "Your document is here"
    mail.set_content("x")
    return mail


def enclosing(sender: str, subject: str, **headers: str) -> ParsedMail:
    """A mail of `sender` in which ours lies."""
    inner = ours()
    for name, value in headers.items():
        inner[name.replace("_", "-")] = value
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "office@library.example"
    mail["Subject"] = subject
    mail.set_content("见附件 / see the attached mail")
    mail.add_attachment(inner)
    return parse_mail(mail.as_bytes())


@pytest.mark.parametrize("kind", ["abuse", "fraud", "not-spam", "opt-out"])
def test_a_feedback_report(kind: str) -> None:
    """Type, our Message-ID, the recipients as far as they are named; it is no bounce and no person's mail."""
    mail = parse_mail(complaint(ours(), kind))
    assert mail.feedback is not None
    assert (mail.feedback.kind, mail.feedback.original_message_id) == (kind, OURS)
    assert "li@patron.example" in mail.feedback.recipients
    assert (mail.bounce, mail.automatic, mail.forwarded) == (None, Automatic.BOUNCE, ())


def test_a_feedback_report_with_odd_fields() -> None:
    """Mixed case, a comment, no original headers: nothing raises, and the type is read."""
    raw = (
        b"From: fbl@x.example\r\nTo: office@library.example\r\nSubject: report\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type="Feedback-Report"; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n'
        b"Content-Type: Message/Feedback-Report\r\n\r\nFEEDBACK-TYPE: Abuse (spam)\r\nRemoval-Recipient: A@B.example\r\n"
        b"\r\n--b--\r\n"
    )
    assert parse_mail(raw).feedback == Feedback(kind="abuse", recipients=("a@b.example",))


SPOKEN = [
    ("staff@hotmail.com", "complaint about message from 192.0.2.1"),
    ("abuse@isp.example", "Spam report: office@library.example"),
    ("postmaster@uni.example", "垃圾邮件举报通知"),
    ("antispam@corp.example", "用户投诉：您的邮件被标记为垃圾邮件"),
    ("no-reply@mail.example", "您发送的邮件被收件人举报"),
    ("postmaster@tw.example", "垃圾郵件檢舉"),
]


@pytest.mark.parametrize(("sender", "subject"), SPOKEN)
def test_complaints_without_the_standard(sender: str, subject: str) -> None:
    """A role sender, a subject that says it, our mail enclosed; the recipient where the system names him."""
    mail = enclosing(sender, subject, X_HmXmrOriginalRecipient="li@outlook.example")
    assert mail.feedback is not None
    assert mail.feedback.original_message_id == OURS
    assert mail.feedback.recipients[0] == "li@outlook.example"


def test_persons_are_not_taken_for_complaints() -> None:
    """A patron who forwards our mail and complains is a person, whatever the subject says."""
    mail = enclosing("li@patron.example", "投诉：垃圾邮件举报")
    assert mail.feedback is None
    assert mail.automatic is Automatic.NO
    assert enclosing("postmaster@uni.example", "会议通知").feedback is None


def test_a_read_receipt() -> None:
    """Displayed and deleted are told apart; whose, and of which mail."""
    mail = parse_mail(read_receipt(ours()))
    wanted = ReadReceipt(original_message_id=OURS, recipient="li@patron.example", displayed=True)
    assert (mail.receipt, mail.automatic) == (wanted, Automatic.RECEIPT)
    deleted = parse_mail(read_receipt(ours(), "deleted"))
    assert deleted.receipt is not None
    assert not deleted.receipt.displayed
    mixed = parse_mail(read_receipt(ours(), "displayed/processed,error"))
    assert mixed.receipt is not None
    assert mixed.receipt.displayed


WORDS = [
    ("已读: 文献已送达", "您的邮件已被阅读。\n收件人：li@patron.example\n时间：2026-11-24 10:00", True),
    ("Read: Your document is here", "Your message was read on Tuesday, 24 November 2026.", True),
    ("已读回执：取件通知", "这是邮件收条，邮件已于 2026-11-24 打开。", True),
    ("Re: Your document is here", "I have read on page 3 that …", False),
    ("已读：有个问题", "文章收到了，但是第三页怎么理解？", False),
]


@pytest.mark.parametrize(("subject", "text", "receipt"), WORDS)
def test_receipts_in_words(subject: str, text: str, receipt: bool) -> None:
    """Programs that know no RFC 8098 say it in words; a person who writes so is none."""
    raw = f"From: li@patron.example\nTo: office@library.example\nIn-Reply-To: {OURS}\nSubject: {subject}\n"
    mail = parse_mail(f"{raw}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode())
    assert (mail.receipt is not None) is receipt
    assert (mail.automatic is Automatic.RECEIPT) is receipt
