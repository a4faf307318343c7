"""Small builders of raw mails for the parser's tests."""

from __future__ import annotations

import base64

from maild.domain.incoming.mail import ParsedMail
from maild.parse import parse_mail


def build(body: str | bytes, *headers: str, kind: str = "text/plain; charset=utf-8", subject: str = "hello") -> bytes:
    """A mail with a body and extra header lines."""
    lines = ["From: Li <li@patron.example>", "To: office@library.example", f"Subject: {subject}",
             "Message-ID: <1@patron.example>", "Date: Tue, 24 Nov 2026 09:12:33 +0800", f"Content-Type: {kind}", *headers]  # fmt: skip
    data = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def read(
    body: str | bytes, *headers: str, kind: str = "text/plain; charset=utf-8", subject: str = "hello"
) -> ParsedMail:
    """Build and parse."""
    return parse_mail(build(body, *headers, kind=kind, subject=subject))


def html(source: str, *headers: str, subject: str = "hello") -> ParsedMail:
    """An HTML mail, parsed."""
    return read(source, *headers, kind="text/html; charset=utf-8", subject=subject)


def multipart(*parts: bytes | str, kind: str = "mixed", extra: str = "") -> ParsedMail:
    """A multipart mail, parsed; parts come with their headers."""
    body = b"".join(b"--b\r\n" + (p if isinstance(p, bytes) else p.encode()) + b"\r\n" for p in parts) + b"--b--\r\n"
    return read(body, kind=f'multipart/{kind}; boundary="b"{extra}')


def b64(data: bytes) -> str:
    """Base64 in lines."""
    return base64.encodebytes(data).decode()


def has(mail: ParsedMail, word: str) -> bool:
    """Whether a defect of that word is listed."""
    return any(d == word or d.startswith(word + ":") for d in mail.defects)
