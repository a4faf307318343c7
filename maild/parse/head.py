"""The header block: where it begins and ends, and its fields, forgiving what real mail does wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from maild.parse import limits, words
from maild.parse.defects import Defects

_NAME = re.compile(rb"[!-9;-~]{1,200}[ \t]*$")
# Names that tell a header line from a line of text that happens to hold a colon.
KNOWN = frozenset(
    b"from to cc bcc subject date sender reply-to message-id in-reply-to references received return-path mime-version "
    b"content-type content-transfer-encoding content-disposition content-id delivered-to dkim-signature "
    b"authentication-results auto-submitted precedence list-id list-unsubscribe received-spf importance priority "
    b"thread-topic thread-index user-agent errors-to resent-from resent-to disposition-notification-to organization "
    b"comments keywords content-language arc-seal status envelope-to".split()
)
_TELLING = frozenset((b"from", b"subject", b"date", b"to", b"message-id", b"mime-version", b"content-type"))
_NEAR = 32_768  # bytes
_MBOX = re.compile(rb"From [^\n]{0,400}\n")


@dataclass(slots=True)
class Head:
    """Fields in order, raw (name as written, value without unfolding); `body` is where the body begins."""

    fields: list[tuple[str, bytes]]
    body: int
    index: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.fields:
            self.index.setdefault(name.lower(), value)

    def raw(self, name: str) -> bytes:
        """The first field of that (lower-case) name, b'' if there is none."""
        return self.index.get(name, b"")

    def text(self, name: str, defects: Defects) -> str:
        """The first field of that name, decoded."""
        return words.value(self.index[name], name, defects) if name in self.index else ""


def prepare(raw: bytes, defects: Defects) -> bytes:
    """Put right what concerns the whole mail: UTF-16, and carriage returns as the only line ends."""
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        defects.add("utf-16-mail")
        raw = raw.decode("utf-16", "replace").encode("utf-8")
    start = raw[:8000]
    if b"\r" in start and b"\n" not in start:
        defects.add("bare-cr", "line ends")
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw


def skip_to_head(raw: bytes, pos: int, end: int, defects: Defects) -> int:
    """Past a byte order mark, blank lines and an mbox 'From ' line."""
    if raw.startswith(b"\xef\xbb\xbf", pos):
        defects.add("byte-order-mark")
        pos += 3
    if (after := _past_blank_lines(raw, pos, end)) > pos:
        defects.add("blank-lines-before-headers")
        pos = after
    for prefix in (b"From ", b">From "):
        if raw.startswith(prefix, pos) and (line := _MBOX.match(raw, pos + len(prefix) - 5, end)):
            defects.add("mbox-from-line")
            pos = line.end()
    return pos


def _past_blank_lines(raw: bytes, pos: int, end: int) -> int:
    """The start of the first line that is not blank."""
    at = pos
    while at < end:
        window = raw[at : min(end, at + 65_536)]
        rest = len(window.lstrip(b" \t\r\n"))
        if rest:
            at += len(window) - rest
            return max(pos, raw.rfind(b"\n", pos, at) + 1)
        at += len(window)
    return end


def _empty_line(raw: bytes, pos: int, end: int) -> tuple[int, int]:
    """(end of the line before the first empty line, start of the line after it); (-1, -1) if there is none."""
    plain = crlf = -1
    for stop in (min(end, pos + _NEAR), end):  # most heads end near by; what the body holds is not searched for them
        plain = raw.find(b"\n\n", pos, stop)
        crlf = raw.find(b"\n\r\n", pos, plain if plain >= 0 else stop)
        if plain >= 0 or crlf >= 0:
            break
    if crlf >= 0:
        return (crlf - 1 if raw[crlf - 1 : crlf] == b"\r" and crlf > pos else crlf), crlf + 3
    return (plain, plain + 2) if plain >= 0 else (-1, -1)


def _name_of(line: bytes) -> str:
    """The field name of a header line, '' if it is none (RFC 5322 section 2.2)."""
    name, colon, _ = line.partition(b":")
    return name.rstrip(b" \t").decode("ascii") if colon and _NAME.match(name) else ""


def _goes_on(lines: list[bytes], at: int) -> bool:
    """Whether headers follow the odd line at `at`: known ones, within the next lines of the block."""
    for line in lines[at + 1 : at + 40]:
        name = _name_of(line)
        if name and (name.lower().encode() in KNOWN or name[:2] in {"X-", "x-"}):
            return True
    return False


def read(raw: bytes, pos: int, end: int, defects: Defects, *, top: bool = True) -> Head:
    """Read the header block of `raw[pos:end]`. `top`: of a mail rather than of a part of one."""
    if top:
        pos = skip_to_head(raw, pos, end, defects)
    elif raw.startswith((b"\r\n", b"\n"), pos):  # a part without headers
        return Head([], pos + (2 if raw[pos : pos + 1] == b"\r" else 1))
    fields: list[tuple[str, bytes]] = []
    for _ in range(3):
        stop, body, ended = _block(raw, pos, end, defects)
        body = _fields(raw[pos:stop], fields, pos, body, defects, ended=ended)
        if not (top and _second_block(fields, raw, body, end)):
            break
        defects.add("blank-line-in-headers")
        pos = body
    if len(fields) > limits.HEADERS:
        defects.add("too-many-headers", len(fields))
        del fields[limits.HEADERS :]
    return Head(fields, min(body, end))


def _block(raw: bytes, pos: int, end: int, defects: Defects) -> tuple[int, int, bool]:
    """(end of the block, start of the body, whether an empty line separates them)."""
    stop, body = _empty_line(raw, pos, end)
    found = stop >= 0
    if not found:
        stop, body = end, end
    if stop - pos > limits.HEADER_BYTES:
        defects.add("header-block-too-long", f"{stop - pos} bytes")
        stop = pos + limits.HEADER_BYTES
        if not found:
            body = stop
    return stop, body, found


def _fields(
    block: bytes, fields: list[tuple[str, bytes]], offset: int, body: int, defects: Defects, *, ended: bool
) -> int:
    """Add the block's fields; returns where the body begins, earlier than `body` if no empty line marks it."""
    if b"\0" in block:
        defects.add("nul", "headers")
    lines = block.split(b"\n", limits.HEADER_LINES)
    if len(lines) > limits.HEADER_LINES:
        defects.add("too-many-header-lines", f"more than {limits.HEADER_LINES}")
        lines.pop()
    name, parts = "", [b""]
    at = offset
    for number, line in enumerate(lines):
        first = line[:1]
        if first in (b" ", b"\t") and (name or not line.strip()):
            parts.append(line)
        elif found := _name_of(line):
            if name:
                fields.append((name, b"\n".join(parts)))
            name, parts = found, [line.partition(b":")[2]]
        elif line.strip():
            if line.startswith((b"From ", b">From ")):
                defects.add("mbox-from-line")
            elif _goes_on(lines, number):
                defects.add("header-without-colon", f"line {number + 1}")
            elif fields or name or not ended:
                defects.add("no-empty-line-after-headers", f"line {number + 1}")
                body = at
                break
            else:  # no header at all: everything is body
                defects.add("no-headers")
                body = at
                break
        at += len(line) + 1
    if name:
        fields.append((name, b"\n".join(parts)))
    return body


def _second_block(fields: list[tuple[str, bytes]], raw: bytes, body: int, end: int) -> bool:
    """Whether an empty line stands in the middle of the headers: the first part says nothing of the mail,
    what follows begins with header lines and does.
    """
    have = {name.lower().encode() for name, _ in fields}
    if have & _TELLING or body >= end:
        return False
    stop = raw.find(b"\n\n", body, body + 20_000)
    stop2 = raw.find(b"\n\r\n", body, body + 20_000)
    stop = min((s for s in (stop, stop2) if s >= 0), default=min(end, body + 4_000))
    names = [_name_of(line) for line in raw[body:stop].split(b"\n")[:40] if line[:1] not in (b" ", b"\t")]
    telling = sum(1 for name in names if name.lower().encode() in _TELLING)
    return bool(names) and bool(names[0]) and telling >= 2
