"""Replies of real systems, judged."""

from __future__ import annotations

from maild.domain.outgoing.reply import judge, read_codes
from tests.cases import each

CASES = [
    # code, enhanced, text, permanent, reason
    (550, "", "Mailbox unavailable or access denied", False, "refused-for-now"),
    (550, "", "Ip frequency limited. http://service.mail.qq.com/", False, "rate-limited"),
    (550, "", "Domain frequency limited", False, "rate-limited"),
    (550, "", "Connection frequency limited", False, "rate-limited"),
    (550, "", "Mailbox not found. http://service.mail.qq.com/", True, "mailbox-not-found"),
    (501, "", "Bad address syntax", True, "address-syntax"),
    (421, "", "HL:REP 163 smtp1", False, "rate-limited"),
    (450, "", "DT:RBL 163 smtp12", False, "sender-listed"),
    (451, "", "DT:SPM 163 smtp10", False, "spam-suspected"),
    (554, "", "DT:SPM 163 smtp10", True, "content-refused"),
    (550, "", "User not found: someone@patron.example", True, "mailbox-not-found"),
    (550, "", "User suspended: someone@patron.example", True, "mailbox-closed"),
    (552, "", "Quota exceeded", False, "mailbox-full"),
    (550, "5.1.1", "The email account that you tried to reach does not exist.", True, "mailbox-not-found"),
    (452, "4.2.2", "The email account that you tried to reach is over quota", False, "mailbox-full"),
    (550, "5.4.1", "Recipient address rejected: Access denied.", True, "policy"),
    (450, "4.1.1", "unknown user, try later", False, "mailbox-not-found"),
    (0, "", "", False, "unknown"),
    (0, "4.4.7", "delivery time expired", False, "expired"),
    (550, "5.7.26", "This message does not pass DMARC", True, "sender-refused"),
]


@each(("code", "enhanced", "text", "permanent", "reason"), CASES)
def test_reply(code: int, enhanced: str, text: str, permanent: bool, reason: str) -> None:
    """Wording first, then status and code."""
    verdict = judge(code, enhanced, text)
    assert (verdict.permanent, verdict.reason) == (permanent, reason)


def test_codes_are_found_in_text() -> None:
    """The first reply code and status count; numbers such as sizes and IP addresses do not."""
    assert read_codes("host 192.0.2.550 said: 550-5.1.1 no such user") == (550, "5.1.1")
    assert read_codes("we kept 512 of 10.5.1.1") == (512, "") or read_codes("we kept 10.5.1.1")[1] == ""


def test_long_text_is_judged_quickly() -> None:
    """A hostile reply costs milliseconds, whatever its length."""
    import time

    started = time.perf_counter()
    judge(0, "", "user mailbox account over exceed " * 100_000)
    assert time.perf_counter() - started < 0.5
