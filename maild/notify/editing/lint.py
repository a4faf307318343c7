"""Checks of mails: RFC 5322 form, RFC 2045 to 2047 and 2231 encoding, and the manners of automatic mail.

It reads the bytes by itself, not by the library that other parts of maild write or parse with, so that one
mistake is not made twice.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

ONCE = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type", "auto-submitted")
AT_MOST_ONCE = ("sender", "reply-to", "cc", "in-reply-to", "references", "content-transfer-encoding")
_FIELD = re.compile(rb"([!-9;-~]+):(.*)", re.DOTALL)
_ENCODED = re.compile(r"=\?([^?\s]*)\?([^?\s]*)\?([^?]*)\?=")
_MSG_ID = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")
_MAILBOX = re.compile(
    r'(?:(?:"(?:[^"\\]|\\.)*"|[^<>"@,;:\\]+)\s+)?<[^\s<>@]+@[A-Za-z0-9.-]+>|[^\s<>@,"]+@[A-Za-z0-9.-]+'
)
_PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;]*)')
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_SUBMITTED = re.compile(r"auto-(?:generated|replied)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Entity:
    """Headers (lower-case name, unfolded value) and body of a mail or of a part."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    @property
    def media_type(self) -> str:
        return self.get("content-type").partition(";")[0].strip().lower() or "text/plain"

    @property
    def parameters(self) -> dict[str, str]:
        found = _PARAMETER.findall(self.get("content-type"))
        return {name.lower(): value.strip('"') for name, value in found}


def lint(raw: bytes) -> list[str]:
    """What is wrong with a mail, a sentence each; [] if nothing is."""
    faults = list(_lines(raw))
    top, found = _entity(raw, "mail")
    faults += found
    faults += _required(top)
    faults += _fields(top)
    texts: dict[str, int] = {}
    faults += _part(top, "mail", texts, 0)
    faults += _pictures(top)
    faults += [f"no {kind} with any text in it" for kind in ("text/plain", "text/html") if not texts.get(kind)]
    return faults


def _pictures(top: _Entity) -> Iterator[str]:
    """What the HTML shows is in the mail, and the other way round (RFC 2392)."""
    shown, there = set[str](), list[str]()
    for part in _leaves(top, 0):
        if part.media_type == "text/html":
            text = _decoded(part)[0].decode("utf-8", "replace")
            shown |= set(re.findall(r'\bsrc="cid:([^"]*)"', text))
            yield from (f"HTML that fetches {url[:60]!r}" for url in re.findall(r'\bsrc="(?!cid:)([^"]*)"', text))
        if identity := part.get("content-id"):
            there.append(identity[1:-1])
            if not _MSG_ID.fullmatch(identity):
                yield f"not a Content-ID: {identity[:80]!r} (RFC 2045 section 7)"
    yield from (f"the HTML shows {name[:80]!r}, which is not in the mail (RFC 2392)" for name in shown - set(there))
    yield from (f"a picture {name[:80]!r} that is not shown" for name in there if name not in shown)
    if len(set(there)) < len(there):
        yield "two parts with one Content-ID (RFC 2045 section 7)"


def _leaves(entity: _Entity, depth: int) -> Iterator[_Entity]:
    """All parts that are no multiparts; what is broken on the way is told by others."""
    boundary = entity.parameters.get("boundary", "").encode()
    if not entity.media_type.startswith("multipart/"):
        yield entity
    elif boundary and depth <= 5:
        for piece in re.split(rb"(?:\A|\r\n)--" + re.escape(boundary) + rb"(?=--|[ \t]*\r\n)", entity.body)[1:-1]:
            yield from _leaves(_entity(piece.partition(b"\r\n")[2], "part")[0], depth + 1)


def _lines(raw: bytes) -> Iterator[str]:
    if re.search(rb"\r(?!\n)", raw):
        yield "a bare CR (RFC 5322 section 2.3)"
    if re.search(rb"(?<!\r)\n", raw):
        yield "a bare LF (RFC 5322 section 2.3)"
    if b"\0" in raw:
        yield "a NUL (RFC 5322 section 4)"
    longest = max((len(line) for line in raw.split(b"\r\n")), default=0)
    if longest > 998:
        yield f"a line of {longest} characters; 998 is the most (RFC 5322 section 2.1.1)"
    if not raw.endswith(b"\r\n"):
        yield "the last line does not end with CRLF"


def _entity(raw: bytes, where: str) -> tuple[_Entity, list[str]]:
    head, gap, body = raw.partition(b"\r\n\r\n")
    if raw.startswith(b"\r\n"):
        head, gap, body = b"", b"\r\n", raw[2:]
    faults = [] if gap else [f"{where}: no empty line after the headers"]
    headers: list[tuple[str, str]] = []
    for field in re.split(rb"\r\n(?![ \t])", head) if head else []:
        match = _FIELD.fullmatch(field)
        if not match:
            faults.append(f"{where}: {field[:40]!r} is no header field (RFC 5322 section 2.2)")
            continue
        if not field.isascii():
            faults.append(f"{where}: 8-bit characters in {match[1].decode()} (RFC 5322 section 2.2)")
        faults += [f"{where}: {f}" for f in _folding(field, match[1].decode())]
        headers.append((match[1].decode().lower(), re.sub(r"\r\n(?=[ \t])", "", match[2].decode("latin-1")).strip()))
    return _Entity(tuple(headers), body), faults


def _folding(field: bytes, name: str) -> Iterator[str]:
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", field):
        yield f"a control character in {name}"
    for line in field.split(b"\r\n"):
        if not line.strip():
            yield f"{name} has a line of white space only (RFC 5322 section 2.2.3)"
        if b"=?" in line and len(line) > 76:
            yield f"{name}: a line with an encoded word has {len(line)} characters; 76 is the most (RFC 2047 section 2)"
    text = field.decode("latin-1")
    for match in _ENCODED.finditer(text):
        yield from (f"{name}: {fault}" for fault in _encoded_word(match))
    if "=?" in _ENCODED.sub("", text):
        yield f"{name}: a broken encoded word"


def _encoded_word(match: re.Match[str]) -> Iterator[str]:
    charset, encoding, data = match.groups()
    if len(match.group()) > 75:
        yield f"an encoded word of {len(match.group())} characters; 75 is the most (RFC 2047 section 2)"
    try:
        if encoding.upper() == "B":
            decoded = base64.b64decode(data, validate=True)
        elif encoding.upper() == "Q":
            decoded = binascii.a2b_qp(data.replace("_", " "), header=True)
        else:
            yield f"an encoded word in encoding {encoding!r} (RFC 2047 section 4)"
            return
        if re.search(r"[\x00-\x1f\x7f]", decoded.decode(charset)):
            yield "a control character inside an encoded word"
    except (LookupError, ValueError):
        yield "an encoded word that does not decode by itself (RFC 2047 section 5)"


def _required(top: _Entity) -> Iterator[str]:
    count = Counter(name for name, _ in top.headers)
    for name in ONCE:
        if count[name] != 1:
            yield f"{count[name]} {name} headers instead of one"
    for name in AT_MOST_ONCE:
        if count[name] > 1:
            yield f"{count[name]} {name} headers; one is the most (RFC 5322 section 3.6)"
    yield from (
        f"a notice is no list mail: {name}" for name in count if name.startswith("list-") or name == "precedence"
    )


def _fields(top: _Entity) -> Iterator[str]:
    for name in ("from", "to"):
        if not _MAILBOX.fullmatch(top.get(name)):
            yield f"{name} is not one valid mailbox: {top.get(name)[:80]!r} (RFC 5322 section 3.4)"
    if not _MSG_ID.fullmatch(top.get("message-id")):
        yield f"not a Message-ID: {top.get('message-id')[:80]!r} (RFC 5322 section 3.6.4)"
    for name in ("in-reply-to", "references"):
        value = top.get(name)
        if value and not all(_MSG_ID.fullmatch(word) for word in value.split()):
            yield f"{name} holds what is no Message-ID (RFC 5322 section 3.6.4)"
    try:
        if parsedate_to_datetime(top.get("date")).tzinfo is None:
            yield "Date has no time zone (RFC 5322 section 3.3)"
    except (ValueError, TypeError):
        yield f"not a date: {top.get('date')[:80]!r} (RFC 5322 section 3.3)"
    if not _SUBMITTED.match(top.get("auto-submitted")):
        yield "Auto-Submitted is neither auto-generated nor auto-replied (RFC 3834 section 5)"
    if top.get("auto-submitted").lower() == "auto-replied" and not top.get("in-reply-to"):
        yield "auto-replied, but In-Reply-To is missing (RFC 3834 section 3.1.5)"
    if top.get("mime-version") != "1.0":
        yield "MIME-Version is not 1.0 (RFC 2045 section 4)"
    if not top.get("subject"):
        yield "an empty Subject"


def _part(entity: _Entity, where: str, texts: dict[str, int], depth: int) -> Iterator[str]:
    if not re.fullmatch(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", entity.media_type):
        yield f"{where}: not a media type: {entity.media_type[:60]!r} (RFC 2045 section 5.1)"
    if entity.media_type.startswith("multipart/"):
        yield from _multipart(entity, where, texts, depth)
        return
    content, faults = _decoded(entity)
    yield from (f"{where}: {fault}" for fault in faults)
    yield from (f"{where}: {fault}" for fault in _name_parameters(entity))
    if entity.media_type.startswith("text/") and "attachment" not in entity.get("content-disposition"):
        try:
            text = content.decode(entity.parameters.get("charset", "us-ascii"))
        except (LookupError, UnicodeDecodeError) as error:
            yield f"{where}: the text is not in its charset: {error}"
            return
        texts[entity.media_type] = texts.get(entity.media_type, 0) + len(_shown(text).strip())
        if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
            yield f"{where}: a control character in the text"


def _shown(html: str) -> str:
    """What is between the tags, but for style and title."""
    for name in ("style", "title"):
        html = _cut(html, rf"<{name}\b.*?</{name}>", f"</{name}>", "")
    return without_tags(html)


def without_tags(html: str, instead: str = "") -> str:
    """The text, with `instead` in place of each tag."""
    return _cut(html, "<[^>]*>", ">", instead)


def _cut(html: str, pattern: str, end: str, instead: str) -> str:
    """Looked for up to the last `end` alone: from each place behind it in vain, that would take squares."""
    closed = html.rfind(end) + len(end) if end in html else 0
    return re.sub(pattern, instead, html[:closed], flags=re.DOTALL) + html[closed:]


def _multipart(entity: _Entity, where: str, texts: dict[str, int], depth: int) -> Iterator[str]:
    boundary = entity.parameters.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        yield f"{where}: not a boundary: {boundary[:80]!r} (RFC 2046 section 5.1.1)"
        return
    if depth > 5:
        yield f"{where}: nested too deep"
        return
    if entity.get("content-transfer-encoding").lower() not in ("", "7bit", "8bit", "binary"):
        yield f"{where}: a multipart may not be encoded (RFC 2045 section 6.4)"
    mark = b"--" + boundary.encode()
    pieces = re.split(rb"(?:\A|\r\n)" + re.escape(mark) + rb"(?=--|[ \t]*\r\n)", entity.body)
    if len(pieces) < 3 or not re.match(rb"--[ \t]*(?:\r\n|\Z)", pieces[-1]):
        yield f"{where}: the closing boundary is missing, or no part before it (RFC 2046 section 5.1.1)"
        return
    for place, piece in enumerate(pieces[1:-1], 1):
        name = f"part {place}" if where == "mail" else f"{where}.{place}"
        part, faults = _entity(piece.partition(b"\r\n")[2], name)
        yield from faults
        yield from _part(part, name, texts, depth + 1)


def _decoded(entity: _Entity) -> tuple[bytes, list[str]]:
    encoding = entity.get("content-transfer-encoding").lower() or "7bit"
    body = entity.body
    long = [f"a line over 76 characters in {encoding} (RFC 2045 section 6.7)"]
    too_long = long if any(len(line) > 76 for line in body.split(b"\r\n")) else []
    if encoding == "base64":
        try:
            return base64.b64decode(body.replace(b"\r\n", b""), validate=True), too_long
        except ValueError:
            return b"", ["the base64 is broken (RFC 2045 section 6.8)"]
    if encoding == "quoted-printable":
        broken = re.search(rb"=(?![0-9A-F]{2}|[ \t]*\r\n)|[^\t\r\n -~]|[ \t]\r\n", body)
        return binascii.a2b_qp(body), too_long + (
            ["the quoted-printable is broken (RFC 2045 section 6.7)"] if broken else []
        )
    if encoding == "7bit":
        return body, [] if body.isascii() else ["8-bit characters in a 7bit body (RFC 2045 section 2.7)"]
    return body, [f"transfer encoding {encoding[:40]!r}: the way may not carry it (RFC 2045 section 6)"]


def _name_parameters(entity: _Entity) -> Iterator[str]:
    """Continued and encoded parameters: complete, in order, and decodable (RFC 2231)."""
    disposition = _PARAMETER.findall(";" + entity.get("content-disposition").partition(";")[2])
    pieces = {name.lower(): value.strip('"') for name, value in disposition}
    continued = sorted((int(match[1]), name) for name in pieces if (match := re.fullmatch(r"filename\*(\d+)\*?", name)))
    if [place for place, _ in continued] != list(range(len(continued))):
        yield "pieces of the file name are missing (RFC 2231 section 3)"
    joined = "".join(pieces[name] for _, name in continued) or pieces.get("filename*", "")
    if joined and not re.fullmatch(r"[A-Za-z0-9-]+'[A-Za-z-]*'(?:[0-9A-Za-z!#$&+.^_`{}~|-]|%[0-9A-Fa-f]{2})+", joined):
        yield "the file name is not encoded as it must be (RFC 2231 section 4)"
    if entity.get("content-disposition").startswith("attachment") and not joined and not pieces.get("filename"):
        yield "an attachment without a file name"
