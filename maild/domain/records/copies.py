"""A sent mail kept small: what many mails attach is kept once, the rest without base64 and compressed. Pure.

A copy is a list of pieces in one line of JSON, then what the pieces hold, compressed:

    [n]            n bytes as they are
    [n, eol]       n bytes, in base64 in the mail (RFC 2045, 6.8: lines of 76 characters, each ended by `eol`)
    [sha256, eol]  the bytes of another blob, in base64 in the mail

A mail comes back byte for byte, with its signature; one that would not is kept as it is. A copy of before this is a
whole mail.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maild.domain import SAY
from maild.domain.errors import Damaged

MAGIC = b"maild-copy 1\n"
LEAST = 1024  # bytes of a file that is worth a blob of its own
MOST = 200_000_000  # bytes that a copy may unpack to
_LINE = 76
# The end of a part's header from the word that says base64 on, and its lines. Our own mails alone are looked at, and no
# mail of others; a pattern tried at each line of a mail would cost more than all the rest.
_WORD = b": base64"
_PART = re.compile(
    rb"(?i:content-transfer-encoding): base64\r?\n(?:[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*+)*+\r?\n"
    rb"(?P<body>(?:[A-Za-z0-9+/]{76}\r?\n)*[A-Za-z0-9+/]{1,76}={0,2}\r?\n)"
)
_TEXT = re.compile(rb"^content-type:\s*text/", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """`whole` lists the pieces; `parts`: what is kept once, by sha256 (hex)."""

    whole: bytes
    parts: Mapping[str, bytes] = field(default_factory=dict)


def taken_apart(raw: bytes) -> Copy:
    """A mail of ours as it is kept."""
    pieces: list[list[object]] = []
    held: list[bytes] = []
    parts: dict[str, bytes] = {}
    at = 0

    def plain(upto: int) -> None:
        if upto > at:
            pieces.append([upto - at])
            held.append(raw[at:upto])

    for head, start, end in _encoded(raw):
        body = raw[start:end]
        eol = "\r\n" if b"\r\n" in body else "\n"
        data = _decoded(body)
        if in_lines(data, eol) != body:
            continue  # not as ours has it, or words of somebody's that only look so
        plain(start)
        at = end
        if len(data) >= LEAST and not _TEXT.search(head):
            name = hashlib.sha256(data).hexdigest()
            parts[name] = data
            pieces.append([name, eol])
        else:
            pieces.append([len(data), eol])
            held.append(data)
    plain(len(raw))
    # Each piece is either of the mail's own bytes or was held against them: together they are the mail.
    text = b"".join(held)
    whole = MAGIC + json.dumps(pieces, separators=(",", ":")).encode() + b"\n" + zlib.compress(text, 1)
    smaller = len(whole) + sum(map(len, parts.values())) < len(raw)
    # What begins as a copy does would be taken for one: it is kept as a copy, whatever its size.
    if len(text) <= MOST and (smaller or raw.startswith(MAGIC)):
        return Copy(whole=whole, parts=parts)
    return Copy(whole=raw)


def _encoded(raw: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Parts in base64: the header of each, and where its lines begin and end."""
    word = raw.find(_WORD)
    while word >= 0:
        line = raw.rfind(b"\n", 0, word) + 1
        found = _PART.match(raw, line)
        if found:
            start, end = found.span("body")
            yield raw[raw.rfind(b"\n--", 0, line) + 1 : start], start, end
        word = raw.find(_WORD, found.end() if found else word + len(_WORD))


def _decoded(body: bytes) -> bytes:
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        return b""


def joined(whole: bytes, part: Callable[[str], bytes]) -> bytes:
    """The mail again. part: the bytes of another blob. Raises Damaged for a list that is not whole; as `part` does."""
    if not whole.startswith(MAGIC):
        return whole
    listed, _, packed = whole[len(MAGIC) :].partition(b"\n")
    try:
        pieces = json.loads(listed)
        held = zlib.decompressobj().decompress(packed, MOST)
    except (ValueError, zlib.error) as error:
        raise Damaged(SAY("copy_damaged", why=error), remedy=SAY("bring_back")) from error
    found, at = [], 0
    for piece in pieces:
        if isinstance(piece[0], str):
            data = part(piece[0])
        else:
            data, at = held[at : at + piece[0]], at + piece[0]
        found.append(in_lines(data, piece[1]) if len(piece) > 1 else data)
    return b"".join(found)


def in_lines(data: bytes, eol: str) -> bytes:
    """Base64 as our mails have it."""
    text, end = binascii.b2a_base64(data, newline=False), eol.encode()
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return end.join([*lines, b""])


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCopy:
    """A notice that left and whose copy does not lie in the folder yet. copy: sha256 of the blob, '' where it is gone;
    tries: this one counted.
    """

    outbox_id: int
    message_id: str
    copy: str
    sent: datetime
    tries: int
