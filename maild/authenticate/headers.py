"""The header block as bytes, field by field, exactly as it came: what DKIM signs.

Not the parser of maild/parse: that one repairs and decodes; a signature needs the bytes as they were.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_END = re.compile(rb"\r?\n\r?\n")
_NEXT_FIELD = re.compile(rb"\r\n(?![ \t])")
_NAME = re.compile(rb"[\x21-\x39\x3b-\x7e]+\Z")
_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*(?:From [^\r\n]*\r?\n)?")
_MAX_FIELDS = 20_000


class HeaderField(NamedTuple):
    """`name` lower-cased; `label` as written, with any space before the colon; `value` up to and with CRLF."""

    name: bytes
    label: bytes
    value: bytes

    def text(self) -> str:
        """The value unfolded; bytes that are not UTF-8 become surrogates."""
        return self.value.replace(b"\r\n", b"").decode("utf-8", "surrogateescape").strip()


class Message(NamedTuple):
    """Header fields in order, and the body, all lines ending in CRLF.

    `broken`: some line of the header block is no header field (RFC 5322 section 2.2); signatures
    over such a mail are not judged, as readers differ in what they take for its header.
    """

    fields: tuple[HeaderField, ...]
    body: bytes
    broken: bool

    def named(self, name: bytes) -> list[HeaderField]:
        """The fields of that (lower-case) name, topmost first."""
        return [field for field in self.fields if field.name == name]


def crlf(data: bytes) -> bytes:
    """Bare line feeds made CRLF, as the mail looked on the wire when it was signed (RFC 5321 section 2.3.8)."""
    if data.count(b"\n") == data.count(b"\r\n"):
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def split(raw: bytes, *, header_only: bool = False, wire: bool = False) -> Message:
    """Split a mail. A BOM, blank lines and an mbox 'From ' line ahead of the header are skipped.

    wire: all its lines end in CRLF, as `crlf` makes them
    """
    mended = _as_it_is if wire else crlf
    skipped = _LEADING.match(raw)
    start = skipped.end() if skipped else 0
    end = _END.search(raw, start)
    head = mended(raw[start : end.start()] if end else raw[start:])
    body = b"" if end is None or header_only else mended(raw[end.end() :])
    fields, broken = _fields(head)
    return Message(fields, body, broken)


def _as_it_is(data: bytes) -> bytes:
    return data


def _fields(head: bytes) -> tuple[tuple[HeaderField, ...], bool]:
    """Unfold nothing; only find where each field begins."""
    fields = []
    broken = head[:1] in (b" ", b"\t")
    lines = _NEXT_FIELD.split(head.removesuffix(b"\r\n"), _MAX_FIELDS)
    for line in lines:
        label, colon, value = line.partition(b":")
        name = label.rstrip(b" \t")
        if colon and _NAME.match(name):
            fields.append(HeaderField(name.lower(), label, value + b"\r\n"))
        elif line:
            broken = True
    return tuple(fields), broken
