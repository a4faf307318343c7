"""Content-Type and Content-Disposition with their parameters (RFC 2045, RFC 2231), written right or not."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from maild.parse import charset, limits, words
from maild.parse.defects import Defects

_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,100})\s*(?:/\s*([\w!#$&^.+-]{0,100}))?")
_GAP = re.compile(r"[\s;]*+")
_ATTRIBUTE = re.compile(r"([^\s=;\"]{1,100}+)\s*+=\s*+")
_ESCAPE = re.compile(r"\\([\\\"])")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
# Where an unquoted value with blanks or semicolons ends: before the next parameter.
_NEXT = re.compile(r";\s*+(?=[A-Za-z][\w*-]{0,60}+\s*+=)")
# What str.isspace and the pattern \s take for blanks, and the semicolon.
_BLANKS = (
    ";\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_FREE = frozenset({"name", "filename", "title"})


def parse(raw: bytes, name: str, defects: Defects) -> tuple[str, dict[str, str]]:
    """('type/subtype' or disposition, lower case; parameters by lower-case name, decoded)."""
    text = words.to_text(raw, name, defects)
    head = _TYPE.match(text)
    if head is None:
        pos, kind = 0, ""
    else:
        pos = head.end()
        kind = head.group(1).lower() + (f"/{head.group(2).lower()}" if head.group(2) else "")
        if text[pos : pos + 1] == "=":  # no type at all, parameters only
            pos, kind = 0, ""
    if pos >= len(text):
        return kind, {}
    return kind, _decoded(_split(text, pos, name, defects), name, defects)


def _split(text: str, pos: int, name: str, defects: Defects) -> list[tuple[str, str]]:
    """Attribute and raw value, in order; values unquoted."""
    pairs: list[tuple[str, str]] = []
    while len(pairs) < limits.PARAMETERS:
        pos = _after_gap(text, pos)
        found = _ATTRIBUTE.match(text, pos)
        if found is None:
            pos = text.find(";", pos) + 1
            if pos == 0:
                return pairs
            continue
        attribute, pos = found.group(1).lower(), found.end()
        if text[pos : pos + 1] == '"':
            value, pos = _quoted(text, pos + 1)
        elif attribute.split("*")[0] in _FREE:
            stop = _NEXT.search(text, pos)
            after = stop.start() if stop else len(text.rstrip(_BLANKS))
            value, pos = text[pos:after].strip(), max(pos, after)
        else:
            after = text.find(";", pos)
            after = len(text) if after < 0 else after
            value, pos = text[pos:after].strip(), after
        pairs.append((attribute, value))
    defects.add("too-many-parameters", name)
    return pairs


def _after_gap(text: str, pos: int) -> int:
    gap = _GAP.match(text, pos)
    return gap.end() if gap else pos


def _quoted(text: str, pos: int) -> tuple[str, int]:
    """The quoted string that begins at `pos`, and where it ends; unterminated ones end with the text."""
    at, last = pos, len(text.rstrip())
    while True:
        end = text.find('"', at)
        if end < 0:
            return text[pos:], len(text)
        slashes = 0
        while text[end - 1 - slashes] == "\\" and end - 1 - slashes >= pos:
            slashes += 1
        # a Windows path ends in one backslash: "C:\dir\" – what follows decides
        if slashes % 2 == 0 or end + 1 >= last or text[end + 1 : end + 2] == ";":
            return _ESCAPE.sub(r"\1", text[pos:end]), end + 1
        at = end + 1


def _decoded(pairs: list[tuple[str, str]], name: str, defects: Defects) -> dict[str, str]:
    """Join and decode RFC 2231 pieces; the first plain value of a name counts."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for attribute, value in pairs:
        base, star, rest = attribute.partition("*")
        if not star:
            if base in plain and plain[base] != value:
                defects.add("duplicate-parameter", f"{name} {base}")
            plain.setdefault(base, value)
            continue
        encoded = rest == "" or rest.endswith("*")
        number = rest.rstrip("*")
        if number.isdecimal() and len(number) < 5:
            pieces.setdefault(base, {}).setdefault(int(number), (value, encoded))
        elif not number:
            pieces.setdefault(base, {}).setdefault(-1, (value, True))
    for base, found in pieces.items():
        joined = {-1: found[-1]} if -1 in found else found
        plain[base] = _join(joined, name, defects)
    return {key: _plain(value, name, defects) if key in _FREE else value for key, value in plain.items()}


def _join(found: dict[int, tuple[str, bool]], name: str, defects: Defects) -> str:
    """RFC 2231 section 4.1: charset'language'text in the first piece, percent-escaped where starred."""
    label = ""
    data: list[bytes] = []
    for position, number in enumerate(sorted(found)):
        value, encoded = found[number]
        if encoded and position == 0 and value.count("'") >= 2:
            label, _, value = value.split("'", 2)
        data.append(unquote_to_bytes(value) if encoded else value.encode("utf-8", "replace"))
    return charset.decode(b"".join(data), label, defects, name)


def _plain(value: str, name: str, defects: Defects) -> str:
    """A name written with RFC 2047 words or percent escapes, which the standard forbids and mailers do."""
    if "=?" in value:
        return words.decode_words(value, name, defects)
    if value.count("%") >= 2 and _PERCENT.search(value) and value.isascii():
        data = unquote_to_bytes(value)
        if not data.isascii():
            return charset.decode(data, "", defects, name)
    return value
