"""Transfer encodings (RFC 2045 section 6), and files hidden in plain text: uuencode, yEnc, BinHex."""

from __future__ import annotations

import binascii
import re

from maild.parse import words
from maild.parse.defects import Defects

_UU = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?$", re.MULTILINE)
_UU_FIRST = re.compile(rb"\s{0,4}\n[ -`]{2,90}\r?\n")
_UU_END = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)
# Words with blanks between them, or 8-bit characters: a text whose label is wrong.
_PLAIN_START = re.compile(rb"[^\r\n]{0,200}(?:[\x80-\xff]|[^\s] [^\s])|<(?:!DOCTYPE|html|div)", re.IGNORECASE)
UU_TRIES = 200  # lines that begin like a file
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]{40,100}\r?\n")
_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "identity", "plain"})


def decode(data: bytes, encoding: str, defects: Defects) -> bytes:
    """`data` without its transfer encoding; what cannot be read stays as it is, with a defect."""
    encoding = next(iter(encoding.strip().strip("\"'").partition(";")[0].split()), "").lower()
    if encoding in _IDENTITY:
        return data
    if encoding == "base64":
        return _base64(data, defects)
    if encoding in {"quoted-printable", "quotedprintable", "quoted_printable", "qp"}:
        return binascii.a2b_qp(data)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        found, rest = uu_files(data, defects)
        return found[0][1] if found else rest
    defects.add("transfer-encoding-unknown", encoding)
    if _BASE64_LINE.match(data.lstrip()):
        return _base64(data, defects)
    return data


def _base64(data: bytes, defects: Defects) -> bytes:
    stripped = data.strip()
    if _PLAIN_START.match(stripped):
        defects.add("base64-not", "kept as it is")
        return data
    try:
        decoded = binascii.a2b_base64(stripped)
    except binascii.Error:
        decoded = words.unbase64(stripped)
        defects.add("base64-broken", f"{len(data)} bytes")
    if len(decoded) < len(stripped) // 2 and len(stripped) > 8:
        # Less than two thirds came out: something after a '=' padding, or not base64 at all.
        return _base64_pieces(stripped, decoded, defects)
    return decoded


def _base64_pieces(stripped: bytes, decoded: bytes, defects: Defects) -> bytes:
    letters = len(stripped.translate(None, _NOT_BASE64))
    if letters * 10 < len(stripped) * 7 or b" " in stripped.split(b"\n", 1)[0].strip():
        defects.add("base64-not", "kept as it is")
        return stripped
    pieces = re.split(rb"(?<==)\s*\n", stripped) if stripped.count(b"=") < 5_000 else [stripped]
    if len(pieces) > 1:
        defects.add("base64-in-pieces", len(pieces))
        return b"".join(words.unbase64(piece) for piece in pieces)
    defects.add("base64-broken", f"{len(stripped)} bytes")
    return decoded


_NOT_BASE64 = bytes(
    b for b in range(256) if b not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
)


def uu_files(data: bytes, defects: Defects) -> tuple[list[tuple[str, bytes]], bytes]:
    """Uuencoded files in a text: (name, content) of each, and the text without them."""
    if b"begin" not in data:
        return [], data
    found: list[tuple[str, bytes]] = []
    rest: list[bytes] = []
    pos = 0
    for _ in range(UU_TRIES):
        head = _UU.search(data, pos)
        if head is None:
            break
        base64 = head.group().startswith(b"begin-b")
        if not (base64 or _UU_FIRST.match(data, head.end())):
            rest.append(data[pos : head.end()])
            pos = head.end()
            continue
        end = _UU_END.search(data, head.end())
        stop, after = (end.start(), end.end()) if end else (len(data), len(data))
        content = _uu_body(data[head.end() : stop], base64=base64)
        if not content:
            rest.append(data[pos : head.end()])
            pos = head.end()
            continue
        if not end:
            defects.add("uuencode-unterminated")
        rest.append(data[pos : head.start()].rstrip(b"\r\n") + b"\n")
        after += data[after : after + 2].find(b"\n") + 1
        found.append((head.group(1).decode("utf-8", "replace"), content))
        pos = after
    rest.append(data[pos:])
    return found, b"".join(rest)


def _uu_body(data: bytes, *, base64: bool) -> bytes:
    if base64:
        return words.unbase64(data)
    out: list[bytes] = []
    for line in data.splitlines():
        if not line.strip():
            continue
        size = (line[0] - 32) & 63
        if not 32 <= line[0] <= 96 or (size and len(line) < 1 + size):
            return b"".join(out) if out else b""
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            try:
                out.append(binascii.a2b_uu(line[: 1 + (size + 2) // 3 * 4]))
            except binascii.Error:
                break
    return b"".join(out)


_FOREIGN = (
    (re.compile(rb"^=ybegin [^\r\n]{0,200}name=([^\r\n]{1,200})", re.MULTILINE), "yenc"),
    (re.compile(rb"^\(This file must be converted with BinHex", re.MULTILINE), "binhex"),
)


def foreign(data: bytes) -> tuple[str, str]:
    """(format, file name) of a yEnc or BinHex file inside a text; ('', '') if there is none."""
    if b"=ybegin" not in data and b"BinHex" not in data:
        return "", ""
    for pattern, word in _FOREIGN:
        if match := pattern.search(data):
            name = match.group(1).decode("utf-8", "replace").strip() if pattern.groups else ""
            return word, name or f"file.{'yenc' if word == 'yenc' else 'hqx'}"
    return "", ""


def unflow(text: str, *, delsp: bool) -> str:
    """format=flowed made into paragraphs (RFC 3676 section 4); quote depth is kept as '>' marks."""
    out: list[str] = []
    joined = False
    depth_before = 0
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        flows = bare.endswith(" ") and bare != "-- "
        content = bare[:-1] if flows and delsp else bare
        if joined and depth == depth_before and bare != "-- ":
            out[-1] += content
        else:
            out.append(">" * depth + (" " if depth else "") + content)
        joined, depth_before = flows, depth
    return "\n".join(line if line == "-- " else line.rstrip() for line in out)
