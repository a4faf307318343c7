"""ARC: chains sealed by dkimpy, believed only of forwarders that are configured, and only whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace

import dkim
import pytest

from maild.authenticate import authenticate, questions_of
from maild.domain.incoming.mail import Address
from maild.domain.incoming.trust import AuthReport, Verdict
from tests.unit.authenticate.maker import pem, record

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
CAMPUS, LIST = "mail.campus.example", "lists.other.example"
PASS = "dmarc=pass header.from=patron.example"
MAIL = (
    b"Received: from a.example by mail.campus.example; Tue, 24 Nov 2026 02:00:00 +0000\r\n"
    b"From: reader@patron.example\r\nTo: ill@lib.example\r\nSubject: fee\r\n"
    b"Date: Tue, 24 Nov 2026 10:00:00 +0800\r\nMessage-ID: <1@patron.example>\r\n\r\nI accept the fee.\r\n"
)


class Stamp:
    """What dkimpy asks of the package authres when it seals: one field, its results in words."""

    def __init__(self, text: str) -> None:
        self.authserv_id, *said = (part.strip() for part in text.partition(":")[2].split(";"))
        self.results = [Said(each) for each in said]

    @classmethod
    def parse(cls, text: str) -> Stamp:
        return cls(text)


class Said(str):
    @property
    def method(self) -> str:
        return self.partition("=")[0]

    @property
    def result(self) -> str:
        return self.partition("=")[2].partition(" ")[0]


AUTHRES = SimpleNamespace(AuthenticationResultsHeader=Stamp, core=SimpleNamespace(SyntaxError=ValueError))


@cache  # the parameters below are made by it while tests are collected
def seal(
    raw: bytes, domain: str, results: str = PASS, signed: tuple[bytes, ...] = (b"from", b"to", b"subject", b"date")
) -> bytes:
    """The mail as that forwarder passes it on."""
    stamped = f"Authentication-Results: {domain}; {results}\r\n".encode() + raw
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dkim, "authres", AUTHRES, raising=False)
        lines = dkim.arc_sign(
            stamped, b"s", domain.encode(), pem("rsa2048"), domain.encode(), include_headers=list(signed),
            timestamp=1795000000,
        )  # fmt: skip
    return b"".join(lines) + raw


def judged(raw: bytes, sealers: Sequence[str], dns: Mapping[str, tuple[str, ...] | None] | None = None) -> AuthReport:
    """The report, with the keys of all forwarders in DNS."""
    answers = {name: (record("rsa2048"),) if "_domainkey" in name else () for name in questions_of(raw)}
    return authenticate(raw, Address(address="reader@patron.example"), 1, {**answers, **(dns or {})},
                        authserv_id="mx.lib.example", now=NOW, sealers=sealers)  # fmt: skip


def test_a_believed_forwarder_proves_the_author() -> None:
    """By what it saw before it passed the mail on; the seal covers what it signed."""
    report = judged(seal(MAIL, CAMPUS), [CAMPUS])
    assert (report.verdict, report.domain, report.how) == (Verdict.PASS, "patron.example", "arc")
    assert report.seal is not None
    assert {"from", "to", "date", "subject"} <= set(report.seal.covers)
    assert judged(seal(MAIL, CAMPUS), ["campus.example"]).passed, "and all below the domain that is configured"


def test_two_believed_forwarders() -> None:
    """Both have to be believed: the later one could have changed the mail."""
    twice = seal(seal(MAIL, CAMPUS), LIST, "arc=pass")
    assert judged(twice, [CAMPUS, LIST]).passed
    assert not judged(twice, [CAMPUS]).passed
    assert not judged(twice, [LIST]).passed


@pytest.mark.parametrize(
    ("raw", "sealers"),
    [
        (seal(MAIL, CAMPUS), []),
        (seal(MAIL, "evil.example"), [CAMPUS]),
        (seal(MAIL, "mail.campus.example.evil.example"), [CAMPUS]),
        (seal(MAIL, "evilmail.campus.example"), [CAMPUS]),
        (seal(MAIL, CAMPUS).replace(b"I accept", b"I refuse"), [CAMPUS]),
        (seal(MAIL, CAMPUS).replace(b"Subject: fee", b"Subject: all fees"), [CAMPUS]),
        (seal(MAIL, CAMPUS).replace(b"dmarc=pass", b"dmarc=PASS", 1), [CAMPUS]),
        (seal(MAIL, CAMPUS, "dmarc=fail header.from=patron.example"), [CAMPUS]),
        (seal(MAIL, CAMPUS, "dmarc=pass header.from=evil.example"), [CAMPUS]),
        (seal(MAIL, CAMPUS, "dkim=pass header.d=evil.example"), [CAMPUS]),
        (seal(MAIL, CAMPUS, "none"), [CAMPUS]),
        (b"From: reader@patron.example\r\n" + seal(MAIL, CAMPUS), [CAMPUS]),
        (seal(MAIL, CAMPUS).replace(b"cv=none", b"cv=pass"), [CAMPUS]),
        (seal(MAIL, CAMPUS).replace(b"ARC-Seal: i=1", b"ARC-Seal: i=2"), [CAMPUS]),
        (b"ARC-Seal: i=1; d=mail.campus.example\r\n" + MAIL, [CAMPUS]),
        (b"ARC-Seal: \xff\xfe;;==\r\n" * 30 + MAIL, [CAMPUS]),
    ],
)
def test_what_is_not_whole_proves_nothing(raw: bytes, sealers: list[str]) -> None:
    """Another's chain, a changed mail, results that say otherwise, a chain in pieces: as if it were not there."""
    report = judged(raw, sealers)
    assert (report.passed, report.how) == (False, "")


def test_a_key_that_cannot_be_looked_up_is_waited_for() -> None:
    """Temporary is not failed."""
    raw = seal(MAIL, CAMPUS)
    assert judged(raw, [CAMPUS], {f"s._domainkey.{CAMPUS}": None}).verdict is Verdict.TEMPORARY
    assert judged(raw, [CAMPUS], {f"s._domainkey.{CAMPUS}": ()}).verdict is Verdict.NONE
