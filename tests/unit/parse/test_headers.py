"""Header blocks, words, addresses, identity: what is broken is repaired and named."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest

from maild.domain.incoming.mail import Address
from maild.parse import parse_mail, peek
from tests.unit.parse.mails import build, has, read

TAIL = b"From: Li <li@patron.example>\nSubject: hello\nContent-Type: text/plain; charset=gbk\n\n" + "正文".encode("gbk")


def test_line_without_colon() -> None:
    """A stray line does not end the headers (RFC 5322 would); the defect names the line."""
    mail = parse_mail(b"To: o@library.example\nthis is no header\n" + TAIL)
    assert (mail.subject, mail.author.address, mail.text) == ("hello", "li@patron.example", "正文")
    assert "header-without-colon: line 2" in mail.defects


@pytest.mark.parametrize(
    ("before", "defect"),
    [
        (b"\xef\xbb\xbf", "byte-order-mark"),
        (b"\n\r\n \n", "blank-lines-before-headers"),
        (b"From li@patron.example Tue Nov 24 09:12:33 2026\n", "mbox-from-line"),
        (b"Received: from x by y\n\n", "blank-line-in-headers"),
    ],
)
def test_before_the_headers(before: bytes, defect: str) -> None:
    """What stands before the headers is passed over."""
    mail = parse_mail(before + TAIL)
    assert (mail.subject, mail.author.name, mail.text) == ("hello", "Li", "正文")
    assert has(mail, defect)


def test_body_without_empty_line() -> None:
    """Text that follows the headers at once is body."""
    mail = parse_mail(b"From: li@patron.example\nSubject: x\nDear librarians,\nplease help.\n\nbye\n")
    assert mail.subject == "x"
    assert mail.reply_text == "Dear librarians,\nplease help.\n\nbye"
    assert has(mail, "no-empty-line-after-headers")


def test_utf16_and_cr_only() -> None:
    """Whole mails in UTF-16, or with carriage returns as line ends."""
    mail = parse_mail(b"\xff\xfe" + "From: li@patron.example\nSubject: 你好\n\n正文".encode("utf-16-le"))
    assert (mail.subject, mail.text) == ("你好", "正文")
    assert parse_mail(b"From: a@p.example\rSubject: s\r\rone\rtwo").text == "one\ntwo"


def q(text: str, charset: str) -> str:
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


SUBJECTS = [
    ("=?utf-8?B?5paH?= =?utf-8?B?54yu?=", "文献"),
    ("=?gb2312?Q?=B9?= =?gb2312?Q?=DD?=", "馆"),
    ("=?utf-8?B?6aa?=\r\n =?utf-8?B?G5ZOI?=", "馆哈"),
    ("=?utf-8?Q?hello big world?=", "hello big world"),
    (q("朱镕基", "gbk").replace("gbk", "gb2312"), "朱镕基"),
    ("Re: =?GB18030?B?wLi62w==?= (2)", "Re: 栏褐"[:4] + "栏" if False else None),
    ("plain =?utf-8?q?=E6=96=87?= end", "plain 文 end"),
    ("=?utf-8*zh-CN?Q?=E6=96=87?=", "文"),
    ("=?utf-8?Q?a_b=?=", "a b="),
    ("=?utf-8?B?5paH54yu", "=?utf-8?B?5paH54yu"),
    ("=?x-unknown?Q?abc?=", "abc"),
]


@pytest.mark.parametrize(("written", "meant"), [s for s in SUBJECTS if s[1]])
def test_encoded_words(written: str, meant: str) -> None:
    """RFC 2047 words, joined before they are decoded, broken ones kept as they are."""
    assert read("x", subject=written).subject == meant


def test_nested_and_line_breaks() -> None:
    """Words within words are decoded, line breaks inside them cannot make a header."""
    inner = base64.b64encode(b"=?gbk?B?1cXI/Q==?=").decode()
    mail = read("x", subject=f"=?utf-8?B?{inner}?=")
    assert mail.subject == "张三"
    assert has(mail, "nested-encoded-word")
    mail = read("x", subject="=?utf-8?B?YQ0KQmNjOiB4?=")
    assert "\n" not in mail.subject
    assert has(mail, "newline-in-header")


@pytest.mark.parametrize("codec", ["gbk", "utf-8", "gb18030"])
def test_raw_eight_bit_headers(codec: str) -> None:
    """8-bit headers without a label."""
    raw = b"From: " + "张三 <z@patron.example>".encode(codec) + b"\nSubject: " + "文献传递申请".encode(codec) + b"\n\nx"
    mail = parse_mail(raw)
    assert mail.subject == "文献传递申请"
    assert mail.author == Address(name="张三", address="z@patron.example")
    assert has(mail, "undeclared-8bit")


ADDRESSES = [
    ('"Li, Lei" <A@Patron.Example>', [("Li, Lei", "a@patron.example")]),
    ("a@p.example, B <b@p.example>", [("", "a@p.example"), ("B", "b@p.example")]),
    ("group: a@p.example, b@p.example;", [("", "a@p.example"), ("", "b@p.example")]),
    ("undisclosed-recipients:;", []),
    ("a@p.example (Li (Physics))", [("Li (Physics)", "a@p.example")]),
    ("<@relay.example:a@p.example>", [("", "a@p.example")]),
    ("=?utf-8?B?5byg5LiJIDx4QHBhdHJvbi5leGFtcGxlPg==?=", [("张三", "x@patron.example")]),
    ("=?utf-8?B?5bygLCDkuIk=?= <z@p.example>", [("张, 三", "z@p.example")]),
    ('"a@b.example" <real@p.example>', [("a@b.example", "real@p.example")]),
    ("Li <a@p.example", [("Li", "a@p.example")]),
    ("Li a@p.example", [("Li", "a@p.example")]),
    ("'z@p.example'", [("", "z@p.example")]),
]


@pytest.mark.parametrize(("written", "meant"), ADDRESSES)
def test_addresses(written: str, meant: list[tuple[str, str]]) -> None:
    """Address lists as RFC 5322 and as mailers write them."""
    mail = read("x", f"Reply-To: {written}")
    assert [(a.name, a.address) for a in mail.reply_to] == meant


def test_first_of_two_counts() -> None:
    """Second From, Subject and Message-ID are named as defects and not used."""
    mail = parse_mail(
        b"From: a@p.example\nSubject: one\nMessage-ID: <1@p>\nFrom: b@p.example\nSubject: two\nMessage-ID: <2@p>\n\nx"
    )
    assert (mail.author.address, mail.subject, mail.message_id) == ("a@p.example", "one", "<1@p>")
    assert {"duplicate-header: From", "duplicate-header: Subject", "duplicate-header: Message-ID"} <= set(mail.defects)
    assert [v for k, v in mail.headers if k == "Subject"] == ["one", "two"]


def test_identity() -> None:
    """Odd Message-IDs, references, return paths."""
    assert parse_mail(b"Message-ID: <a b@x>\n\n").message_id == "<ab@x>"
    assert has(parse_mail(b"Message-ID: <@>\n\n"), "message-id-odd")
    assert has(parse_mail(b"From: a@p.example\n\n"), "message-id-missing")
    mail = read("x", "References: <1@a>\r\n <2@b>", "In-Reply-To: <2@b> (mail of Tuesday)", "Return-Path: <>")
    assert (mail.references, mail.in_reply_to, mail.return_path) == (("<1@a>", "<2@b>"), ("<2@b>",), "")
    assert read("x").return_path is None


@pytest.mark.parametrize(("written", "path"), [
    ("<>", ""), ("< >", ""), ("<MAILER-DAEMON>", ""), ("MAILER-DAEMON", ""), ("<zhang>", None), ("bounce", None), ("<@>", None),
    ("<a@p.example>", "a@p.example"), ("A@P.example", "a@p.example"),
])  # fmt: skip
def test_only_the_null_path_is_the_null_path(written: str, path: str | None) -> None:
    """A return path without '@' says nothing of its sender; MAILER-DAEMON stands for the null path."""
    assert read("x", f"Return-Path: {written}").return_path == path


DATES = [
    ("Tue, 24 Nov 2026 09:12:33 +0800 (CST)", datetime(2026, 11, 24, 9, 12, 33, tzinfo=timezone(timedelta(hours=8)))),
    ("24 Nov 26 09:12 GMT", datetime(2026, 11, 24, 9, 12, tzinfo=UTC)),
    ("2026-11-24 09:12:33", datetime(2026, 11, 24, 1, 12, 33, tzinfo=UTC)),
    ("2026年11月24日 下午3:05", datetime(2026, 11, 24, 7, 5, tzinfo=UTC)),
    ("Di, 24 Nov 2026 09:12:33 -0130", datetime(2026, 11, 24, 10, 42, 33, tzinfo=UTC)),
    ("Tue Nov 24 09:12:33 2026", datetime(2026, 11, 24, 9, 12, 33, tzinfo=UTC)),
    ("yesterday", None),
    ("Tue, 99 Nov 2026 25:61:00 +9999", None),
    ("Thu, 01 Jan 9999 00:00:00 +0000", None),
]


@pytest.mark.parametrize(("written", "meant"), DATES)
def test_dates(written: str, meant: datetime | None) -> None:
    """Aware, or None with a defect."""
    mail = parse_mail(f"Date: {written}\n\n".encode())
    assert mail.date == meant
    assert has(mail, "date-unreadable") is (meant is None)


def test_long_headers_are_cut_with_a_defect() -> None:
    """A 1 MB subject and 50,000 addresses are cut, and said to be."""
    mail = read("x", "Cc: " + ", ".join(f"a{i}@p.example" for i in range(50_000)), subject="y" * 1_000_000)
    assert len(mail.subject) == 64_000
    assert len(mail.cc) == 500
    assert has(mail, "header-too-long")
    assert has(mail, "too-many-addresses")


def test_peek() -> None:
    """The same identity as the whole parse, from headers alone."""
    raw = build("x" * 100_000, subject="=?gbk?B?1cXI/Q==?=")
    seen, mail = peek(raw), parse_mail(raw)
    assert (seen.message_id, seen.sender, seen.subject, seen.date) == (
        mail.message_id,
        "li@patron.example",
        "张三",
        mail.date,
    )
    assert peek(b"").message_id == ""
    assert peek(b"\xff\x00" * 5000).subject == ""
