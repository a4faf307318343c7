"""Domains, key records, policies, and the header as bytes."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.authenticate import authenticate, questions, questions_of
from maild.authenticate.dmarc import DmarcPolicy, find_policy
from maild.authenticate.domains import _suffixes, aligned, author_domains, dns_name, organisational
from maild.authenticate.headers import split
from maild.authenticate.keys import key_records, load_key
from maild.domain.incoming.mail import Address
from maild.domain.incoming.trust import Verdict
from tests.share import times
from tests.unit.authenticate import maker

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("domain", "organisation"),
    [
        ("mail.lib.zju.edu.cn", "zju.edu.cn"), ("zju.edu.cn", "zju.edu.cn"), ("edu.cn", "edu.cn"), ("cn", "cn"),
        ("a.b.com.cn", "b.com.cn"), ("x.y.ac.uk", "y.ac.uk"), ("a.patron.example", "patron.example"),
        ("me.github.io", "me.github.io"), ("", ""),
    ],
)  # fmt: skip
def test_organisational_domains(domain: str, organisation: str) -> None:
    """By the Public Suffix List: edu.cn is a suffix, zju.edu.cn an organisation."""
    assert organisational(domain) == organisation


def test_alignment() -> None:
    """Relaxed: the same organisation; strict: the same domain; a public suffix aligns with nothing below it."""
    assert aligned("mail.calis.edu.cn", "calis.edu.cn")
    assert not aligned("mail.calis.edu.cn", "calis.edu.cn", strict=True)
    assert not aligned("zju.edu.cn", "calis.edu.cn")
    assert not aligned("edu.cn", "calis.edu.cn")
    assert not aligned("", "")


@pytest.mark.parametrize(
    ("value", "domains"),
    [
        ("ill@calis.edu.cn", ("calis.edu.cn",)),
        ("CALIS <ILL@CALIS.EDU.CN.>", ("calis.edu.cn",)),
        ('"ill@calis.edu.cn" <x@evil.example>', ("evil.example",)),
        ('"a \\" <ill@calis.edu.cn>" <x@evil.example>', ("evil.example",)),
        ("(ill@calis.edu.cn) x@evil.example", ("evil.example",)),
        ("x@evil.example (a (b@c.example) d)", ("evil.example",)),
        ("a@x.example, b@y.example", ("x.example", "y.example")),
        ("<@relay.example:ill@calis.edu.cn>", ("calis.edu.cn",)),
        ("读者 <a@图书馆.example>", ("xn--ehq95fdxbz91j.example",)),
        ("nobody", ()),
        ("", ()),
        ("a@[192.0.2.1]", ()),
        ("a@" + "x" * 300, ()),
    ],
)
def test_author_domains(value: str, domains: tuple[str, ...]) -> None:
    """Where forgers write another address, it does not count."""
    expected = tuple("xn--ehq95fdxbz91j.example" if d.startswith("xn--") else d for d in domains)
    found = author_domains(value)
    assert len(found) == len(expected)
    assert all(a == b or a.startswith("xn--") for a, b in zip(found, expected, strict=True))


def test_dns_names_are_checked() -> None:
    """Only what can be asked: no spaces, no empty labels, not too long."""
    assert dns_name(" Calis.EDU.cn. ") == "calis.edu.cn"
    assert [dns_name(bad) for bad in ("a..b", "a b", "x" * 64 + ".cn", "a/b", "\udc80.cn", "..", "x." * 200)] == [
        ""
    ] * 7


def test_key_records() -> None:
    """Pieces are joined, strangers dropped, faults named."""
    record = maker.record("rsa2048")
    assert key_records((record[:100], record[100:])) == [record]
    assert key_records(("v=spf1 -all", record)) == [record]
    assert load_key(record).bits == 2048
    faults = {
        "v=DKIM2; p=AAAA": "version", "p=": "withdrawn", "p=AAAA": "cannot be read", "k=dsa; p=AAAA": "unknown kind",
        "s=tlsrpt; p=AAAA": "not meant for mail", maker.record("rsa768"): "too short", "k=ed25519; p=AAAA": "cannot",
    }  # fmt: skip
    for text, words in faults.items():
        assert words in load_key(text).fault, text


def test_policies() -> None:
    """Own record first, then the organisation's with sp=; two records are none; None is not known now."""
    reject = ("v=DMARC1; p=reject; sp=none; adkim=s; aspf=s",)
    org = {"_dmarc.a.calis.edu.cn": (), "_dmarc.calis.edu.cn": reject}
    assert find_policy("calis.edu.cn", org).policy == "reject"
    assert find_policy("a.calis.edu.cn", org) == DmarcPolicy(policy="none", strict_dkim=True, strict_spf=True)
    assert find_policy("calis.edu.cn", {"_dmarc.calis.edu.cn": reject * 2}) == DmarcPolicy()
    assert find_policy("calis.edu.cn", {"_dmarc.calis.edu.cn": None}).unknown
    assert find_policy("calis.edu.cn", {"_dmarc.calis.edu.cn": ("v=spf1", "v=DMARC1; p=quarantine")}).enforced
    assert find_policy("calis.edu.cn", {"_dmarc.calis.edu.cn": ("v=DMARC1; p=odd",)}).policy == "none"
    assert find_policy("", {}) == DmarcPolicy()


def test_a_header_is_split_as_it_came() -> None:
    """BOM, mbox line and blank lines ahead are skipped; folding and odd spaces are kept; junk is noticed."""
    message = split(b"\xef\xbb\xbf\r\nFrom x@y Mon\nA : 1\n\t2\nB:\n\nbody\n.\n")
    assert [(f.name, f.label, f.value) for f in message.fields] == [
        (b"a", b"A ", b" 1\r\n\t2\r\n"),
        (b"b", b"B", b"\r\n"),
    ]
    assert (message.body, message.broken) == (b"body\r\n.\r\n", False)
    assert split(b"A: 1\r\njunk\r\nB: 2\r\n\r\n").broken
    assert split(b" lead\r\nB: 2\r\n\r\n").broken
    assert split(b"").fields == ()


def test_questions_are_bounded() -> None:
    """Ten signatures at most are looked at, however many there are, and bad names are not asked for."""
    many = b"".join(
        b"DKIM-Signature: v=1; a=rsa-sha256; d=d%d.example; s=s; h=from; bh=AAAA; b=AAAA\r\n" % i for i in range(500)
    )
    raw = many + b"From: a@x.example\r\n\r\nbody"
    assert len(questions_of(raw)) == 11
    assert questions(raw, "b.x.example") >= {"_dmarc.b.x.example", "_dmarc.x.example"}
    odd = b"DKIM-Signature: v=1; a=rsa-sha256; d=a b; s=s; h=from; bh=AAAA; b=AAAA\r\nFrom: a@x.example\r\n\r\n"
    assert questions_of(odd) == {"_dmarc.x.example"}


def test_an_unknown_policy_defers_only_what_depends_on_it() -> None:
    """A valid signature of the very domain passes; one of a subdomain waits; a broken one waits."""
    key = (maker.record("rsa2048"),)
    author = Address(address="ill@calis.edu.cn")

    def verdict(domain: str, change: bytes = b"") -> Verdict:
        raw = maker.sign(maker.make_mail(), domain) + change
        answers = {f"s1._domainkey.{domain}": key, "_dmarc.calis.edu.cn": None}
        return authenticate(raw, author, 1, answers, authserv_id="", now=NOW).verdict

    assert verdict("calis.edu.cn") is Verdict.PASS
    assert verdict("news.calis.edu.cn") is Verdict.TEMPORARY
    assert verdict("calis.edu.cn", b"more\r\n") is Verdict.TEMPORARY
    assert verdict("evil.example") is Verdict.NONE


PIECES = st.sampled_from([
    b"From: a@calis.edu.cn", b"\r\n", b"\n", b"\r", b" ", b"DKIM-Signature: ", b"(", b'"', b";", b"=", b"\x00", b":",
    b"v=1; a=rsa-sha256; d=calis.edu.cn; s=s1;", b" h=from; bh=AAAA; b=AAAA", b"l=99999999999999999999", b"x=1",
    b"c=relaxed/none", b"i=@", b"Authentication-Results: mx;", b" dkim=pass header.d=calis.edu.cn", b"\xff\xfe",
    b"ARC-Seal: i=1", b"\xe4\xb8\xad",
])  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=25), st.text(max_size=12), st.integers(0, 3))
@pytest.mark.long
@settings(max_examples=times(150, 500), deadline=None)
def test_any_bytes_give_a_report(pieces: list[bytes], address: str, count: int) -> None:
    """Never an exception, never a proof out of nothing."""
    raw = b"".join(pieces)
    questions_of(raw)
    questions(raw, address)
    answers = {
        "s1._domainkey.calis.edu.cn": (maker.record("rsa2048"), "p=\udc80", ";;;"),
        "_dmarc.calis.edu.cn": ("v=DMARC1",),
    }
    for author in (address, "a@calis.edu.cn"):
        report = authenticate(raw, Address(address=author), count, answers, authserv_id="mx", now=NOW)
        assert report.how != "dkim"
        assert report.reasons


def test_hostile_headers_do_not_take_long() -> None:
    """A megabyte of anything in the fields that are read."""
    start = time.monotonic()
    for value in (
        b"(" * 10**6,
        b'"' * 10**6,
        b"a@" * 500_000,
        b"<" * 10**6,
        b";" * 10**6,
        b" " * 10**6,
        b"v=1;" * 250_000,
    ):
        raw = (
            b"From: " + value + b"\r\nDKIM-Signature: " + value + b"\r\nAuthentication-Results: " + value + b"\r\n\r\n"
        )
        questions_of(raw)
        authenticate(raw, Address(address="a@x.example"), 1, {}, authserv_id="mx", now=NOW)
    many = b"a: b\r\n" * 300_000 + b"\r\n"
    authenticate(many, Address(address="a@x.example"), 1, {}, authserv_id="mx", now=NOW)
    assert time.monotonic() - start < 15


def test_the_suffixes_are_those_that_the_library_reads() -> None:
    """Read our way, the list of public suffixes has the same names as the library's own reading, foreign ones too."""
    from publicsuffixlist import PublicSuffixList

    ours, theirs = _suffixes(foreign=True), PublicSuffixList()
    assert ours._publicsuffix == theirs._publicsuffix
    assert ours._maxlabel == theirs._maxlabel


@pytest.mark.parametrize("domain", ["mail.lib.zju.edu.cn", "edu.cn", "a.b.gov.uk", "x.ck", "www.ck", "a.example"])
def test_who_is_not_foreign_needs_no_foreign_suffixes(domain: str) -> None:
    """The names that IDNA writes in ASCII are read only with the first domain that has such a label."""
    assert _suffixes(foreign=False).privatesuffix(domain) == _suffixes(foreign=True).privatesuffix(domain)
    assert organisational("a.b.xn--55qx5d.cn") == "b.xn--55qx5d.cn"
