"""Header values: unfolding, 8-bit text, RFC 2047 encoded words joined before they are decoded."""

from __future__ import annotations

import binascii
import re

from maild.parse import charset, limits
from maild.parse.defects import Defects

_FOLD = re.compile(rb"\r?\n|\r")
_WORD_HEAD = re.compile(r"=\?([^?\s]{0,80})\?([bBqQ])\?")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LINE_BREAKS = re.compile(r"[\r\n]+[ \t]*")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def to_text(value: bytes, name: str, defects: Defects) -> str:
    """A raw header value as text, unfolded, encoded words still encoded."""
    value = value.strip()
    if len(value) > limits.HEADER_VALUE:
        defects.add("header-too-long", f"{name} {len(value)} bytes, cut to {limits.HEADER_VALUE}")
        value = value[: limits.HEADER_VALUE]
    if b"\n" in value or b"\r" in value:
        value = _FOLD.sub(b"", value)
    text = value.decode("ascii") if value.isascii() else _eight_bit(value, name, defects)
    if not text.isprintable():
        if "\0" in text:
            defects.add("nul", name)
        text = _CONTROL.sub("", text)
    return text


def _eight_bit(value: bytes, name: str, defects: Defects) -> str:
    defects.add("undeclared-8bit", name)
    return charset.decode(value, "utf-8", defects, name)


def _payload(kind: str, text: str) -> bytes:
    """The bytes of one encoded word's text; broken base64 gives what can be read."""
    raw = text.encode("ascii", "surrogateescape") if text.isascii() else text.encode("utf-8", "replace")
    if kind in "qQ":
        return _HEX.sub(lambda m: bytes((int(m.group(1), 16),)), raw.replace(b"_", b" "))
    return unbase64(raw)


def unbase64(raw: bytes) -> bytes:
    """Base64 with missing padding, blanks and stray bytes forgiven."""
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        pass
    clean = bytes(b for b in raw if b in _B64) if len(raw) < 4_000 else raw.translate(None, _NOT_B64)
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    try:
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    except binascii.Error:
        return b""


_B64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_NOT_B64 = bytes(b for b in range(256) if b not in _B64)


class _Run:
    """Adjacent encoded words of one charset: characters may be split between them (against RFC 2047
    section 5, but common), so bytes are joined first.
    """

    __slots__ = ("kind", "label", "parts")

    def __init__(self) -> None:
        self.label = ""
        self.kind = ""
        self.parts: list[tuple[str, str]] = []

    def add(self, kind: str, text: str) -> None:
        if self.parts and kind in "bB" and self.parts[-1][0] in "bB":
            before = self.parts[-1][1]
            if len(before) % 4 and not before.endswith("="):  # cut within a base64 quantum
                self.parts[-1] = (kind, before + text)
                return
        self.parts.append((kind, text))

    def flush(self, out: list[str], defects: Defects, name: str) -> None:
        if self.parts:
            data = b"".join(_payload(kind, text) for kind, text in self.parts)
            out.append(charset.decode(data, self.label, defects, name))
            self.parts = []


def decode_words(text: str, name: str, defects: Defects, depth: int = 0) -> str:
    """`text` with its encoded words decoded (RFC 2047, RFC 2231 section 5), also where they are broken."""
    if "=?" not in text:
        return text
    out: list[str] = []
    run = _Run()
    pos = 0
    while True:
        start = text.find("=?", pos)
        head = _WORD_HEAD.match(text, start) if start >= 0 else None
        end = text.find("?=", head.end()) if head else -1
        if start < 0 or (head is not None and end < 0):
            break
        if head is None:
            run.flush(out, defects, name)
            out.append(text[pos : start + 2])
            pos = start + 2
            continue
        between, label = text[pos:start], head.group(1).lower()
        if run.parts and (between.strip() or label != run.label):
            run.flush(out, defects, name)
            out.append("" if not between.strip() else between)
        elif not run.parts and between:
            out.append(between)
        run.label = label
        run.add(head.group(2), text[head.end() : end])
        pos = end + 2
    run.flush(out, defects, name)
    if "=?" in text[pos:]:
        defects.add("encoded-word-broken", name)
    out.append(text[pos:])
    return _clean("".join(out), name, defects, depth)


def _clean(decoded: str, name: str, defects: Defects, depth: int) -> str:
    """No line breaks or controls out of encoded words; words within words decoded once more."""
    if "\n" in decoded or "\r" in decoded:
        defects.add("newline-in-header", name)
        decoded = _LINE_BREAKS.sub(" ", decoded)
    if not decoded.isprintable():
        decoded = _CONTROL.sub("", decoded)
    if "=?" in decoded and depth < 2 and _WORD_HEAD.search(decoded):
        again = decode_words(decoded, name, defects, depth + 1)
        if again != decoded:
            defects.add("nested-encoded-word", name)
        return again
    return decoded


def value(raw: bytes, name: str, defects: Defects) -> str:
    """A raw header value, unfolded and decoded."""
    if raw.isascii() and b"=?" not in raw and len(raw) < limits.HEADER_VALUE:  # nearly all of them
        text = (_FOLD.sub(b"", raw) if b"\n" in raw else raw).decode("ascii").strip()
        if text.isprintable() or "\0" not in text:
            return text if text.isprintable() else _CONTROL.sub("", text)
    return decode_words(to_text(raw, name, defects), name, defects)
