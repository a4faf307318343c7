"""Mails that repeat one token in one place until they are as long as may be: what makes a reader's time grow.

Each token is what some pattern or scanner begins with, goes back over, or never finds the end of.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FIELD, BODY = 60_000, 100_000  # bytes of repetitions
TOKENS: tuple[bytes, ...] = (
    b'"', b'\\', b'\\"', b'(', b')', b'()', b'((', b'<', b'>', b'<>', b'<a', b'@', b'a@', b'a@b', b'a@b,', b',', b';',
    b';;', b'; a', b';a=', b'; a=b', b'=', b'==', b'=?', b'=?a?q?', b'=?utf-8?B?YQ==?=', b'=?utf-8?B?YQ==?= ', b'?=',
    b'-', b'--', b'-- ', b'- ', b' -', b'>', b'> ', b'>>', b':', b'a:', b'a: ', b'.', b'..', b'a.', b'1', b'1.',
    b'1 ', b'12:', b'0', b' ', b'\t', b'  a', b'a', b'ab ', b'a-', b'/', b'//', b'http://', b'http://a', b'www.',
    b'[', b']', b'[]', b'{', b'}', b'{{', b'&', b'&amp;', b'&#', b'%', b'%41', b'*', b'*0*=', b'_', b'+', b'~', b'~{',
    b'^', b'$', b'#', b'!', b'|', b'`', b"'", b'\r\n ', b'\r\n\t', b'\r\n \r\n ', b'\r', b'\n', b'\r\n', b'\n\n',
    b'> \n', b'-\n', b'a\n', b'1\n', b'\x00', b'\x1b$B', b'\x0e', b'\xff', b'\x80', b'\xe4\xb8\xad', b'\xef\xbc\x9a',
    b'\xef\xbc\x8c', b'\xe3\x80\x82', b'\xe5\x85\x83', b'1\xe5\x85\x83 ',
    b'\xe4\xba\x8b\xe5\x8a\xa1\xe5\x8f\xb7\xef\xbc\x9a', b'\xe5\xb7\xb2\xe5\xaf\x84\xe9\x80\x81',
    b'\xe9\x80\x80\xe4\xbf\xa1', b'\xe9\xa2\x84\xe7\xba\xa6\xe5\x8d\x95\xe5\x8f\xb7 ', b'RFC822;', b'To: ', b'From: ',
    b'From: a@b.cn\n', b'Subject: x\n', b'Date: x\n', b'On a wrote:', b'On a\n', b'\nOn ', b'wrote:\n',
    b'\xe5\x86\x99\xe9\x81\x93\xef\xbc\x9a', b'begin 644 a\n', b'=ybegin name=a\n', b'<a href=', b'<br>', b'<div>',
    b'</div>', b'<table><tr><td>', b'<td>', b'<p ', b'<!--', b'-->', b'<style>', b'<script>', b'<![', b'<a b=c ',
    b'to a@b.cn ', b'to ', b'550 ', b'5.1.1 ', b'4.4.', b'<a@b.cn>:\n', b'by a ', b'from a ', b'id a;', b'spf=pass ',
    b'dkim=pass ', b'.\xe3\x80\x82', b'\xc2\xa0', b'\xe2\x80\x8b', b'\xe2\x80\xae', b'I ', b'A1', b'2026-',
    b'2026-01-01 ', b'CNY ', b'DD ', b'ill ', b'RE:', b'Re: ', b'Fwd: ', b'\xe5\x9b\x9e\xe5\xa4\x8d\xef\xbc\x9a',
    b'_____', b'*****', b'=====', b'-----Original Message-----\n', b'--x\n', b'--x', b'--x--\n', b'%PDF-',
)  # fmt: skip
# Those that once took seconds: asked everywhere.
WORST = (b";", b";;", b",", b"-", b"--", b'\\"', b"(\\(", b"\xc2\xa0", b"\n", b"\r", b"> \n", b"a\n", b"\r\n")
TOP = b"From: a@b.cn\r\nTo: c@d.cn\r\nDate: Mon, 2 Feb 2026 10:00:00 +0800\r\nMessage-ID: <a@b.cn>\r\n"
Make = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Bomb:
    """A mail that repeats `token` at `place`."""

    place: str
    token: bytes
    raw: bytes


def in_field(name: bytes, before: bytes = b"") -> Make:
    """The repetitions in a header field, in place of the usual one."""
    top = b"".join(f + b"\r\n" for f in TOP.split(b"\r\n")[:-1] if not f.lower().startswith(name.lower() + b":"))
    return lambda token: top + name + b": " + before + token * (FIELD // len(token)) + b"\r\n\r\nbody\r\n"


def in_many(name: bytes, size: int) -> Make:
    """Many fields of the same name, each full of them."""

    def make(token: bytes) -> bytes:
        field = name + b": " + token * (size // len(token)) + b"\r\n"
        return TOP + field * (4 * FIELD // len(field)) + b"\r\nbody\r\n"

    return make


def in_body(
    kind: bytes, before: bytes = b"", after: bytes = b"", *, subject: bytes = b"x", machine: bool = False
) -> Make:
    """The repetitions in a body of that Content-Type; machine: from one that sends reports."""
    top = TOP.replace(b"a@b.cn", b"MAILER-DAEMON@b.cn", 1) if machine else TOP
    head = top + b"Subject: " + subject + b"\r\nMIME-Version: 1.0\r\nContent-Type: " + kind + b"\r\n\r\n" + before
    return lambda token: head + token * (BODY // len(token)) + after


def report(kind: bytes, inner: bytes) -> Make:
    """In a part of a report."""
    return in_body(b"multipart/report; boundary=x; report-type=" + kind, b"--x\r\n" + inner, b"\r\n--x--\r\n",
                   subject=b"Undelivered", machine=True)  # fmt: skip


_DKIM = b"v=1; a=rsa-sha256; s=x; bh=aa; b=aa;"
PLACES: dict[str, Make] = {
    "from": in_field(b"From"), "from, second": in_field(b"From", b"a@b.cn, "), "to": in_field(b"To"),
    "subject": in_field(b"Subject"), "date": in_field(b"Date"), "message-id": in_field(b"Message-ID"),
    "references": in_field(b"References"), "type": in_field(b"Content-Type", b"text/plain"),
    "type, name": in_field(b"Content-Type", b"text/plain; name="),
    "type, quoted name": in_field(b"Content-Type", b'text/plain; name="'),
    "disposition": in_field(b"Content-Disposition", b"inline; filename="),
    "encoding": in_field(b"Content-Transfer-Encoding"), "signature": in_field(b"DKIM-Signature", _DKIM),
    "signature, d": in_field(b"DKIM-Signature", _DKIM + b" h=from; d="),
    "signature, h": in_field(b"DKIM-Signature", _DKIM + b" d=b.cn; h="),
    "results": in_field(b"Authentication-Results", b"mx.example;"), "results, id": in_field(b"Authentication-Results"),
    "received": in_field(b"Received"), "received, from": in_field(b"Received", b"from a (b [1.2.3.4]) "),
    "arc": in_field(b"ARC-Seal", b"i=1; a=rsa-sha256; cv=none; d=b.cn; s=x; b="), "path": in_field(b"Return-Path"),
    "failed": in_field(b"X-Failed-Recipients"), "any field": in_field(b"X-Any"),
    "automatic": in_field(b"Auto-Submitted"),
    "received, many": in_many(b"Received", 3900), "results, many": in_many(b"Authentication-Results", 3900),
    "from, many": in_many(b"From", 900),
    "header lines": lambda token: TOP + token * (FIELD // len(token)) + b"\r\n\r\nbody",
    "before the header": lambda token: token * (FIELD // len(token)) + TOP + b"\r\nbody",
    "text": in_body(b"text/plain; charset=utf-8"), "flowed": in_body(b"text/plain; charset=utf-8; format=flowed"),
    "html": in_body(b"text/html; charset=utf-8"), "html, style": in_body(b"text/html", b'<p style="', b'">x</p>'),
    "html, table": in_body(b"text/html", b"<table><tr><td>", b"</td></tr></table>"),
    "preamble": in_body(b"multipart/mixed; boundary=x"), "no boundary": in_body(b"multipart/mixed"),
    "part": in_body(b"multipart/mixed; boundary=x", b"--x\r\n\r\n", b"\r\n--x--\r\n"),
    "part's header": in_body(b"multipart/mixed; boundary=x", b"--x\r\n", b"\r\n\r\n--x--\r\n"),
    "report": report(b"delivery-status", b"\r\n"),
    "status": report(b"delivery-status", b"Content-Type: message/delivery-status\r\n\r\n"),
    "status, recipient": report(
        b"delivery-status", b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; "),
    "feedback": report(
        b"feedback-report", b"Content-Type: message/feedback-report\r\n\r\nOriginal-Rcpt-To: "),
    "receipt": report(
        b"disposition-notification", b"Content-Type: message/disposition-notification\r\n\r\nDisposition: "),
    "report in words": in_body(b"text/plain", b"This is the qmail-send program. could not be delivered\n",
                               subject=b"Undelivered mail", machine=True),
    "report of Exchange": in_body(b"text/plain", b"Delivery has failed to these recipients\n", subject=b"failure notice",
                                  machine=True),
    "forward": in_body(b"text/plain", b"see\n-----Original Message-----\nFrom: a@b.cn\nSubject: y\nTo: ", b"\n\nbody",
                       subject=b"Fwd: x"),
    "base64": in_body(b"text/plain\r\nContent-Transfer-Encoding: base64"),
    "quoted-printable": in_body(b"text/plain\r\nContent-Transfer-Encoding: quoted-printable"),
    "uuencode": in_body(b"text/plain\r\nContent-Transfer-Encoding: x-uuencode"),
    "inner mail": in_body(b"message/rfc822", b"From: x@y.cn\r\nTo: "), "calendar": in_body(b"text/calendar"),
    "p7m": in_body(b"application/pkcs7-mime; name=a.p7m"),
    "provider": in_body(b"text/plain; charset=utf-8", "事务号：2026010112345 您的文献已寄送\n".encode(),
                        subject="文献传递 已寄送".encode()),
}  # fmt: skip


def repeats(share: int = 1) -> Iterator[Bomb]:
    """All of them; share: of the ordinary tokens one in so many at each place, the same ones in every run."""
    for place, make in PLACES.items():
        for token in dict.fromkeys((*WORST, *TOKENS)):
            if token in WORST or zlib.crc32(place.encode() + token) % share == 0:
                yield Bomb(place, token, make(token))
