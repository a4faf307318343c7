"""Authentication-Results, parsed by RFC 8601."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.authenticate.dmarc import DmarcPolicy
from maild.authenticate.headers import split
from maild.authenticate.results import MethodResult, Unparsable, opinion, parse_results, trusted_results
from maild.domain.incoming.trust import Verdict

# Shapes after RFC 8601 appendix B, with other hosts and values
GOOD = {
    "mx.lib.example 1; none": ("mx.lib.example", []),
    "mx.lib.example;": ("mx.lib.example", []),
    "mx.lib.example; spf=pass smtp.mailfrom=calis.edu.cn": (
        "mx.lib.example", [("spf", "pass", {"smtp.mailfrom": "calis.edu.cn"})]),
    "mx.lib.example;\tauth=pass (cram-md5) smtp.auth=u@calis.edu.cn; spf=fail smtp.mailfrom=calis.edu.cn": (
        "mx.lib.example",
        [("auth", "pass", {"smtp.auth": "u@calis.edu.cn"}), ("spf", "fail", {"smtp.mailfrom": "calis.edu.cn"})]),
    'mx.lib.example; dkim=pass reason="good signature" header.i=@mail.calis.edu.cn; dkim=fail header.d=x.example': (
        "mx.lib.example",
        [("dkim", "pass", {"reason": "good signature", "header.i": "@mail.calis.edu.cn"}),
         ("dkim", "fail", {"header.d": "x.example"})]),
    "foo.example (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail "
    "policy (A dot can go here) . (like that) expired (this surprised me) = (as I wanted to see it) 1362471462": None,
    '"mx.lib.example"; iprev=pass policy.iprev=192.0.2.1': (
        "mx.lib.example", [("iprev", "pass", {"policy.iprev": "192.0.2.1"})]),
    'mx.lib.example; spf=pass smtp.mailfrom="odd name"@calis.edu.cn': (
        "mx.lib.example", [("spf", "pass", {"smtp.mailfrom": "odd name@calis.edu.cn"})]),
    "mx.lib.example; dkim=pass header.b=aB3/+dE= header.d=calis.edu.cn;": (
        "mx.lib.example", [("dkim", "pass", {"header.b": "aB3/+dE=", "header.d": "calis.edu.cn"})]),
    "mx.lib.example; x=pass (tricky \\) \\( comment) header.d=a.example": (
        "mx.lib.example", [("x", "pass", {"header.d": "a.example"})]),
    "mx.lib.example; dkim/2=pass header.d=calis.edu.cn": ("mx.lib.example", [("dkim/2", "unknown", {})]),
}  # fmt: skip
BAD = [
    "", ";", "= pass", "mx.lib.example 2; none", "mx.lib.example (open; dkim=pass", 'mx.lib.example; dkim="pass',
    "mx.lib.example; pass", "mx.lib.example; dkim=", "mx.lib.example; dkim=pass header.d=a.example header.d=b.example",
    "mx.lib.example extra words; none", "mx.lib.example; dkim=pass )",
]  # fmt: skip


@pytest.mark.parametrize("text", [text for text, expected in GOOD.items() if expected])
def test_parses(text: str) -> None:
    """Comments, quoted strings, versions, several results."""
    authserv_id, results = GOOD[text] or ("", [])
    parsed = parse_results(text)
    assert parsed.authserv_id == authserv_id
    assert list(parsed.results) == [MethodResult(method=m, result=r, properties=p) for m, r, p in results]


def test_comments_within_a_property_are_not_believed() -> None:
    """White space and comments around the dot of a property are legal and unseen: no proof comes of it."""
    text = next(text for text, expected in GOOD.items() if expected is None)
    try:
        results = parse_results(text).results
    except Unparsable:
        results = ()
    assert all(result.result != "pass" for result in results)


@pytest.mark.parametrize("text", BAD)
def test_refuses(text: str) -> None:
    """What does not follow the grammar is not believed."""
    with pytest.raises(Unparsable):
        parse_results(text)


@given(st.text(alphabet='ab;=() "\\./@1\n\t中', max_size=60))
def test_any_text_parses_or_is_refused(text: str) -> None:
    """No other exception, whatever the text."""
    try:
        parse_results(text)
    except Unparsable:
        return


@pytest.mark.parametrize(
    ("text", "policy", "verdict"),
    [
        ("dkim=pass header.d=news.calis.edu.cn", DmarcPolicy(), Verdict.PASS),
        ("dkim=pass header.d=news.calis.edu.cn", DmarcPolicy(strict_dkim=True), Verdict.NONE),
        ("dkim=pass header.d=news.calis.edu.cn", DmarcPolicy(unknown=True), Verdict.TEMPORARY),
        ("dkim=pass header.d=calis.edu.cn", DmarcPolicy(unknown=True), Verdict.PASS),
        ("spf=pass smtp.mailfrom=x@news.calis.edu.cn", DmarcPolicy(strict_spf=True), Verdict.NONE),
        ("spf=temperror smtp.mailfrom=x@calis.edu.cn", DmarcPolicy(), Verdict.TEMPORARY),
        ("spf=temperror smtp.mailfrom=x@evil.example", DmarcPolicy(), Verdict.NONE),
        ("dmarc=temperror", DmarcPolicy(), Verdict.TEMPORARY),
        ("dmarc=fail; dkim=pass header.d=calis.edu.cn", DmarcPolicy(), Verdict.FAIL),
        ("dkim=temperror; dkim=pass header.d=calis.edu.cn", DmarcPolicy(), Verdict.PASS),
        ("dkim=pass header.d=edu.cn", DmarcPolicy(), Verdict.NONE),
        ("dkim=pass header.d=zju.edu.cn", DmarcPolicy(), Verdict.NONE),
        ("dkim=neutral header.d=calis.edu.cn", DmarcPolicy(), Verdict.NONE),
    ],
)
def test_opinion(text: str, policy: DmarcPolicy, verdict: Verdict) -> None:
    """Alignment and policy decide what a result proves for calis.edu.cn."""
    assert opinion(parse_results(f"mx.lib.example; {text}"), "calis.edu.cn", policy).verdict is verdict


def hop(by: str, of: str = "a.example (a.example [192.0.2.7])") -> bytes:
    """A Received line."""
    return f"Received: from {of} by {by} with ESMTP; Tue, 24 Nov 2026 02:00:00 +0000\r\n".encode()


HOP, MX = hop("b.example"), hop("mx.lib.example")
LMTP = hop("imap.lib.example", "mx.lib.example (mx.lib.example [10.0.0.5])")
FILTER = hop("localhost", "localhost (localhost [127.0.0.1])")
QMAIL = b"Received: (qmail 4711 invoked by uid 0); 24 Nov 2026 02:00:00 -0000\r\n"
LIES = hop("imap.lib.example", "mx.lib.example (evil.example [192.0.2.66])")
OURS = b"Authentication-Results: mx.lib.example; dmarc=pass header.from=calis.edu.cn\r\n"
OTHERS = b"Authentication-Results: mx.calis.edu.cn; dkim=pass header.d=calis.edu.cn\r\n"


@pytest.mark.parametrize(
    ("head", "believed"),
    [
        (OURS + MX + HOP, True),
        (LMTP + OURS + MX + HOP, True),
        (LMTP + FILTER + OURS + OTHERS + MX + HOP, True),
        (QMAIL + OURS + MX, True),
        (OURS + hop("mx7.in.lib.example"), True),
        (OURS + hop("mx-7.mx.lib.example"), True),
        (MX + OURS + HOP, False),
        (MX + OURS + MX + HOP, False),
        (LMTP + MX + OURS + MX, False),
        (LIES + OURS + MX, False),
        (QMAIL + MX + OURS + MX, False),
        (OURS + HOP + MX, False),
        (OURS + hop("mx.lib.example.evil.example"), False),
        (HOP + OURS + MX, False),
        (OURS, True),
        (OTHERS + OURS, True),
        (OTHERS, False),
    ],
)
def test_ours_is_believed_only_where_our_server_writes(head: bytes, believed: bool) -> None:
    """Above the line of the server that took the mail in: below it stands what came with the mail, our name or not."""
    message = split(head + b"From: ill@calis.edu.cn\r\n\r\nhello\r\n")
    assert (trusted_results(message, "mx.lib.example") is not None) is believed
