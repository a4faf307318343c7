"""Who counts as a machine (RFC 3834), and who does not."""

from __future__ import annotations

import pytest

from maild.domain.incoming.mail import Automatic
from tests.unit.parse.mails import multipart, read

CASES = [
    (["Auto-Submitted: auto-replied"], "hello", Automatic.AUTO_REPLIED),
    (["Auto-Submitted: auto-generated"], "hello", Automatic.AUTO_GENERATED),
    (["Auto-Submitted: no"], "hello", Automatic.NO),
    (
        ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"],
        "Automatic reply: hello",
        Automatic.AUTO_REPLIED,
    ),
    (["X-Auto-Response-Suppress: DR, OOF, AutoReply"], "hello", Automatic.NO),
    (["Precedence: bulk"], "hello", Automatic.BULK),
    (["Precedence: auto_reply"], "hello", Automatic.AUTO_REPLIED),
    (["List-Id: <news.patron.example>"], "hello", Automatic.BULK),
    (["List-Unsubscribe: <mailto:u@patron.example>"], "hello", Automatic.BULK),
    (["X-Autoreply: yes"], "hello", Automatic.AUTO_REPLIED),
    (["Return-Path: <>"], "hello", Automatic.AUTO_GENERATED),
    (["Return-Path: <li@patron.example>"], "hello", Automatic.NO),
    ([], "自动回复：费用通知", Automatic.AUTO_REPLIED),
    ([], "自动答复: x", Automatic.AUTO_REPLIED),
    ([], "Out of Office: x", Automatic.AUTO_REPLIED),
    ([], "Re: automatic replies in libraries", Automatic.NO),
    ([], "hello", Automatic.NO),
]


@pytest.mark.parametrize(("headers", "subject", "expected"), CASES)
def test_automatic(headers: list[str], subject: str, expected: Automatic) -> None:
    """Each mark alone, and those that tell nothing."""
    assert read("x", *headers, subject=subject).automatic is expected


def test_receipts_and_calendar_answers() -> None:
    """Read receipts (RFC 8098) and answers to invitations (RFC 6047)."""
    mail = multipart(
        "\r\nread",
        "Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action; displayed\r\n",
        kind="report",
    )
    assert mail.automatic is Automatic.RECEIPT
    assert mail.bounce is None
    mail = multipart("\r\nyes", "Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n")
    assert mail.automatic is Automatic.CALENDAR
