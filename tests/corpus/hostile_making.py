"""What hostile mails are made of: headers, parts, files."""

from __future__ import annotations

import base64

Mail = tuple[str, str, bytes]
BASE = {
    "From": "Patron <patron@patron.example>",
    "To": "office@library.example",
    "Subject": "request 20261124001",
    "Date": "Tue, 24 Nov 2026 09:12:33 +0800",
    "Message-ID": "<m1@patron.example>",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
}
CHINESE = "事务号：20261124001\n已发送，请查收。朱镕基同志说。\n"


def head(**changes: str | bytes | None) -> bytes:
    """The base headers with changes; None removes one; underscores stand for hyphens."""
    fields: dict[str, str | bytes | None] = dict(BASE)
    fields.update({name.replace("_", "-"): value for name, value in changes.items()})
    out = b""
    for name, value in fields.items():
        if value is not None:
            out += name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return out


def mail(body: str | bytes = CHINESE, **changes: str | bytes | None) -> bytes:
    """A mail with these header changes."""
    return head(**changes) + b"\r\n" + (body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode())


def multi(*parts: bytes, kind: str = "mixed", boundary: str = "b1", preamble: bytes = b"", epilogue: bytes = b"", end: bool = True,
          declared: str | None = None) -> bytes:  # fmt: skip
    """A multipart mail of ready-made parts."""
    said = boundary if declared is None else declared
    body = preamble + b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    body += b"--" + boundary.encode() + b"--\r\n" + epilogue if end else b""
    return mail(body, Content_Type=f'multipart/{kind}; boundary="{said}"')


def part(kind: str, body: bytes, *headers: str) -> bytes:
    """One MIME part."""
    return "\r\n".join([f"Content-Type: {kind}", *headers]).encode() + b"\r\n\r\n" + body


TEXT = part("text/plain; charset=utf-8", CHINESE.encode())
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def b64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def file_part(name_parameter: str, data: bytes = PDF, kind: str = "application/pdf") -> bytes:
    return part(
        kind, b64(data), "Content-Transfer-Encoding: base64", f"Content-Disposition: attachment; {name_parameter}"
    )
