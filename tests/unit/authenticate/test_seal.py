"""What a proof covers, when it was made, and what a mail is known again by."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maild.authenticate import authenticate
from maild.domain.incoming.mail import Address, ParsedMail
from maild.domain.incoming.trust import Seal, Verdict
from maild.spine.looking.standing import signed_on
from tests.unit.authenticate.maker import make_mail, record, sign

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
DNS = {
    "s1._domainkey.calis.edu.cn": (record("rsa2048"),),
    "s2._domainkey.calis.edu.cn": (record("rsa2048"),),
    "test._domainkey.calis.edu.cn": (record("rsa2048", "t=y; "),),
}
CALIS, SOME = "calis.edu.cn", (b"from", b"to", b"date")


def seal(raw: bytes) -> Seal:
    """The seal of a mail that passes."""
    report = authenticate(raw, Address(address="ill@calis.edu.cn"), 1, DNS, authserv_id="mx.lib.example", now=NOW)
    assert report.verdict is Verdict.PASS, report.reasons
    assert report.seal is not None
    return report.seal


def stamped(text: str, raw: bytes) -> bytes:
    return f"Authentication-Results: mx.lib.example; {text}\r\n".encode() + raw


def test_what_a_signature_covers() -> None:
    """The fields it names and that are there, in every occurrence; t= is the moment; a field on top is not covered."""
    found = seal(sign(make_mail(), CALIS, headers=(*SOME, b"cc"), tags=(("t", "1795500000"),)))
    assert found.covers == ("date", "from", "to")
    assert found.signed_at == datetime.fromtimestamp(1795500000, UTC)
    on_top = seal(b"Cc: a@b.example\r\n" + sign(make_mail(Cc="c@d.example"), CALIS, headers=(*SOME, b"cc")))
    assert "cc" not in on_top.covers


def test_two_signatures_cover_what_either_covers() -> None:
    """Of the author's domain and valid; the earlier moment counts; another domain's adds nothing."""
    inner = sign(make_mail(), CALIS, headers=(b"from", b"to"), tags=(("t", "1795400000"),))
    both = seal(sign(inner, CALIS, selector="s2", headers=(b"from", b"date"), tags=(("t", "1795500000"),)))
    assert both.covers == ("date", "from", "to")
    assert both.signed_at == datetime.fromtimestamp(1795400000, UTC)
    assert len(both.marks) == 2
    assert set(seal(inner).marks) < set(both.marks)
    relayed = seal(sign(inner, "relay.example", headers=(*SOME, b"subject")))
    assert relayed == seal(inner)


def test_marks_survive_whatever_may_change() -> None:
    """Envelope, unsigned fields, folding; a new signature of the same text is another mail."""
    raw = sign(make_mail(), CALIS, headers=SOME)
    again = b"Received: x\r\n" + raw.replace(b"Subject: ", b"Subject: Re: ").replace(b"To: ", b"To:\r\n ")
    assert seal(again).marks == seal(raw).marks
    assert seal(sign(make_mail(), CALIS, headers=SOME, tags=(("t", "1795400000"),))).marks != seal(raw).marks


@pytest.mark.parametrize(
    ("text", "signed", "covers"),
    [
        ("spf=pass smtp.mailfrom=ill@calis.edu.cn", False, {"to", "date", "subject"}),
        ("spf=pass smtp.mailfrom=calis.edu.cn", False, {"to", "date", "subject"}),
        ("spf=pass smtp.mailfrom=bounce@calis.edu.cn", False, {"date"}),
        ("dmarc=pass header.from=calis.edu.cn", False, {"to", "date", "subject"}),
        ("dkim=pass header.d=calis.edu.cn", True, {"from", "to", "date"}),
        ("dmarc=pass header.from=calis.edu.cn", True, {"from", "to", "date"}),
        ("dkim=pass header.d=calis.edu.cn; spf=pass smtp.mailfrom=ill@calis.edu.cn", True, {"to", "date", "subject"}),
        ("dkim=pass header.d=calis.edu.cn; spf=pass smtp.mailfrom=x@calis.edu.cn", True, {"from", "to", "date"}),
    ],
)
def test_what_our_servers_word_covers(text: str, signed: bool, covers: set[str]) -> None:
    """All, where the author's own server handed the mail over in the author's envelope; else what is signed."""
    raw = make_mail()
    found = seal(stamped(text, sign(raw, CALIS, selector="unknown", headers=SOME) if signed else raw))
    if "subject" in covers:
        assert covers <= set(found.covers)
    else:
        assert set(found.covers) == covers
    assert found.marks


def test_without_a_signature_the_content_is_the_mark() -> None:
    """The same mail handed over twice is the same; another date makes another."""
    text = "spf=pass smtp.mailfrom=ill@calis.edu.cn"
    first, again = seal(stamped(text, make_mail())), seal(b"X-Hop: 2\r\n" + stamped(text, make_mail()))
    other = seal(stamped(text, make_mail(Date="Tue, 24 Nov 2026 10:00:01 +0800")))
    assert first.marks == again.marks != other.marks


def test_a_key_in_testing_proves_nothing() -> None:
    """RFC 6376 section 3.6.1: such mail is as if it were not signed; and what is not proven has no seal."""
    report = authenticate(
        sign(make_mail(), CALIS, selector="test"), Address(address="ill@calis.edu.cn"), 1, DNS, authserv_id="", now=NOW
    )
    assert (report.verdict, report.seal) == (Verdict.NONE, None)
    assert "t=y" in " ".join(report.reasons)


@pytest.mark.parametrize(
    ("text", "handed"),
    [
        ("spf=pass smtp.mailfrom=ill@calis.edu.cn", True),
        ("dmarc=pass header.from=calis.edu.cn", True),
        ("spf=pass smtp.mailfrom=bounce@calis.edu.cn", False),
    ],
)
def test_what_was_handed_over_is_as_old_as_its_arrival(text: str, handed: bool) -> None:
    """A mail that bears no date at all; a signed one of that kind has none that is proven."""
    found = seal(stamped(text, make_mail(Date="")))
    undated = ParsedMail(sha256="", size=0)
    assert found.handed is handed
    assert signed_on(undated, found, NOW) == (NOW if handed else None)
    assert signed_on(undated, seal(sign(make_mail(Date=""), CALIS, headers=(b"from",))), NOW) is None
