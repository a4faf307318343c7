"""Any bytes: a ParsedMail or MalformedMail, in bounded time, and the same again."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.domain.errors import MalformedMail
from maild.domain.incoming.mail import ParsedMail
from maild.domain.text import normalise
from maild.parse import parse_mail, peek
from tests.corpus.hostile_mails import mails
from tests.corpus.hostile_making import part

pytestmark = pytest.mark.long

LIMIT = 2.0
FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@cache
def seeds() -> tuple[bytes, ...]:
    """Small mails of the hostile corpus."""
    return tuple(raw for _, _, raw in mails() if 0 < len(raw) < 6_000)


def check(raw: bytes) -> None:
    """The law of the parser."""
    started = time.process_time()
    try:
        mail = parse_mail(raw)
    except MalformedMail as error:
        assert error.raw == raw  # noqa: PT017
        return
    assert time.process_time() - started < LIMIT
    assert isinstance(mail, ParsedMail)
    assert mail.size == len(raw)
    every(mail)
    peek(raw)


def every(mail: ParsedMail) -> None:
    """What holds for any mail, and for those inside it."""
    for text in (mail.subject, mail.text, mail.reply_text, *(f.filename for f in mail.attachments)):
        assert "\0" not in text
    assert "\n" not in mail.subject
    assert all(f.filename and "/" not in f.filename and "\\" not in f.filename for f in mail.attachments)
    assert all(link.lower().startswith(("http://", "https://")) for link in mail.links)
    assert all(p.label and p.value for p in mail.pairs)
    assert mail.date is None or mail.date.tzinfo is not None
    for inner in mail.forwarded:
        every(inner)


@FUZZ
@given(st.binary(max_size=3000))
def test_arbitrary_bytes(raw: bytes) -> None:
    """Noise."""
    check(raw)


@FUZZ
@given(st.data())
def test_mutated_mails(data: st.DataObject) -> None:
    """Mails of the corpus with bytes changed, cut, doubled and crossed."""
    raw = bytearray(data.draw(st.sampled_from(seeds())))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        how = data.draw(st.sampled_from(("flip", "cut", "insert", "double", "cross")))
        if how == "flip" and at < len(raw):
            raw[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del raw[at : at + data.draw(st.integers(1, 80))]
        elif how == "insert":
            raw[at:at] = data.draw(
                st.sampled_from(
                    (b"\r", b"\n", b"\0", b"--b1\r\n", b"=?", b"?=", b'"', b"\xff", b": ", b"(", b"<", b">")
                )
            )
        elif how == "double":
            raw[at:at] = raw[at : at + 100]
        else:
            raw[at:] = data.draw(st.sampled_from(seeds()))[at:]
    check(bytes(raw))


KINDS = st.sampled_from(["text/plain", "text/html; charset=gbk", "multipart/mixed; boundary=b1", "message/rfc822", "message/delivery-status",
                         "application/ms-tnef", "application/pkcs7-mime", "image/png", "text/calendar", "multipart/alternative; boundary=b1"])  # fmt: skip
ENCODINGS = st.sampled_from(["", "base64", "quoted-printable", "x-uuencode", "8bit"])
BODIES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")),
    st.sampled_from([b"<p>x</p>", b"begin 644 a\n", b"-----Original Message-----\nFrom: a\nSent: b\nSubject: c\n", b"On x wrote:\n> y\n",
                     b"\x78\x9f\x3e\x22" + b"\x01" * 40, b"0\x80\x06\x09" + b"\x2a" * 30, "发件人: a\n发送时间: b\n主题: c\n".encode()]),
)  # fmt: skip


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> bytes:
    """MIME entities, nested, well-formed or nearly."""
    kind, encoding = draw(KINDS), draw(ENCODINGS)
    if depth < 3 and kind.startswith("multipart"):
        inner = draw(st.lists(trees(depth + 1), max_size=3))
        body = b"".join(b"--b1\r\n" + piece + b"\r\n" for piece in inner) + draw(st.sampled_from([b"--b1--\r\n", b""]))
    else:
        body = draw(BODIES)
    return part(kind, body, *([f"Content-Transfer-Encoding: {encoding}"] if encoding else []))


@FUZZ
@given(trees(), st.text(max_size=80), st.text(max_size=80))
def test_structured_mails(entity: bytes, sender: str, subject: str) -> None:
    """Random trees under random headers."""
    head = f"From: {sender}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n".encode("utf-8", "replace")
    check(head + entity)


@FUZZ
@given(st.text(max_size=400))
def test_normalise_is_idempotent(text: str) -> None:
    """Folding twice is folding once."""
    assert normalise(normalise(text)) == normalise(text)


@FUZZ
@given(st.lists(st.sampled_from(["<", ">", "<p>", "</p>", "<td>", "<tr>", "<table>", "</table>", "<a href='http://x.example'>", "</a>", "text", "&lt;",
                                 "<!--", "-->", "<b>", "<div style='display:none'>", "</div>", "<pre>", "\n", "<script>", "'", '"', "=", "/", "事务号："]), max_size=60))  # fmt: skip
def test_html_soup(pieces: list[str]) -> None:
    """Tags in any order."""
    check(b"From: a@p.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + "".join(pieces).encode())
