"""The bytes of a mail: headers encoded and folded, bodies encoded, parts in their boundaries.

Written by hand because EmailMessage takes three times as long, and to put file names the way both the
standard and the mail systems of our patrons read them.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from maild.notify.writing.letter import Attached, Picture

CRLF = "\r\n"
LINE = 76  # RFC 2047 section 2: a line with an encoded word has at most 76 characters
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,400}>")
_ADDRESS = re.compile(r"[!#-'*+\-/0-9=?A-Z^_`a-z{|}~.]{1,64}@[0-9A-Za-z](?:[0-9A-Za-z.-]{0,251}[0-9A-Za-z])?")
_PLAIN_WORD = re.compile(r"[!-~]{1,60}")
_TOKEN = re.compile(r"[0-9A-Za-z!#$&+.^_`{}~-]{1,60}")
MAX_REFERENCES = 12


def address(text: str) -> str:
    """`text` as an address (RFC 5321 dot-string; an international domain in its ASCII form), or ''."""
    text = text.strip()
    if not text.isascii():
        local, _, domain = text.rpartition("@")
        try:
            text = f"{local}@{domain.encode('idna').decode()}"
        except UnicodeError:
            return ""
    local = text.rpartition("@")[0]
    fits = _ADDRESS.fullmatch(text) and ".." not in text and not local.startswith(".") and not local.endswith(".")
    return text if fits else ""


def message_ids(texts: Iterable[str]) -> list[str]:
    """The valid Message-IDs in `texts`, each once; what is no Message-ID is left out."""
    found = (hit for text in texts for hit in _MESSAGE_ID.findall(text) if hit.isascii())
    return [hit for hit in dict.fromkeys(found) if "@" in hit]


def references(thread: Sequence[str], reply_to: str) -> list[str]:
    """References (RFC 5322 section 3.6.4): the root and the latest of the thread, then what we answer."""
    ids = message_ids([*thread, reply_to])
    return ids if len(ids) <= MAX_REFERENCES else [ids[0], *ids[1 - MAX_REFERENCES :]]


def header(name: str, value: str) -> str:
    """One header line with an unstructured value, encoded (RFC 2047) where it must be, folded."""
    return _fold(name, _atoms(value, len(name) + 2))


def address_header(name: str, display: str, mailbox: str) -> str:
    """One address header; the display name quoted or encoded as it needs."""
    if not display:
        atoms = []
    elif display.isascii() and display.isprintable() and len(display) <= 60 and "=?" not in display:
        escaped = display.replace("\\", "\\\\").replace('"', '\\"')
        atoms = [f'"{escaped}"']
    else:
        atoms = list(_encoded_words(display, LINE - len(name) - 2))
    return _fold(name, [*atoms, f"<{mailbox}>"])


def id_header(name: str, ids: Sequence[str]) -> str:
    """A header of Message-IDs, folded between them."""
    return _fold(name, list(ids))


def _fold(name: str, atoms: Sequence[str]) -> str:
    lines, current = [], f"{name}:"
    for place, atom in enumerate(atoms):
        if place and len(current) + 1 + len(atom) > LINE:
            lines.append(current)
            current = ""
        current += f" {atom}"
    return CRLF.join([*lines, current]) + CRLF


def _atoms(text: str, start: int) -> list[str]:
    """Words that may stand as they are, and encoded words for the runs between them."""
    atoms: list[str] = []
    run: list[str] = []
    at = start

    def close() -> None:
        nonlocal at
        if run:
            # White space between two encoded words is not shown, so a run keeps its inner spaces.
            atoms.extend(_encoded_words(" ".join(run), LINE - at))
            at = len(atoms[-1]) + 2
            run.clear()

    for word in text.split(" "):
        if _PLAIN_WORD.fullmatch(word) and "=?" not in word:
            close()
            atoms.append(word)
            at = at + len(word) + 1 if at + len(word) < LINE else len(word) + 2
        else:
            run.append(word)
    close()
    return atoms


def _encoded_words(text: str, first: int) -> Iterable[str]:
    """Encoded words (B) that break between characters; `first`: characters left on the first line."""
    room = _payload(first)
    if room < 9:
        room = _payload(LINE - 1)
    piece = b""
    for character in text:
        raw = character.encode("utf-8", "replace")
        if piece and len(piece) + len(raw) > room:
            yield _word(piece)
            piece, room = b"", _payload(LINE - 1)
        piece += raw
    yield _word(piece)


def _payload(characters: int) -> int:
    """Bytes that an encoded word of so many characters carries (12 are its frame)."""
    return (min(characters, 75) - 12) // 4 * 3


def _word(raw: bytes) -> str:
    return f"=?utf-8?B?{binascii.b2a_base64(raw, newline=False).decode()}?="


def _name_parameter(filename: str) -> str:
    """name= of Content-Type: encoded words in quotes, against RFC 2047 section 5, because QQ, NetEase and
    older Outlook read file names here and nowhere else."""
    if filename.isascii() and not re.search(r'["\\]|=\?', filename) and len(filename) <= 60:
        return f'name="{filename}"'
    return 'name="' + f"{CRLF} ".join(_encoded_words(filename, LINE - 8)) + '"'


def _filename_parameter(filename: str) -> str:
    """filename= of Content-Disposition (RFC 2183), in continued pieces where needed (RFC 2231 section 3)."""
    if _TOKEN.fullmatch(filename):
        return f'filename="{filename}"'
    encoded = "utf-8''" + quote(filename, safe="")
    pieces, start = [], 0
    while start < len(encoded):
        end = min(start + 54, len(encoded))
        while end < len(encoded) and "%" in encoded[end - 2 : end]:
            end -= 1  # keep %XX whole
        pieces.append(encoded[start:end])
        start = end
    if len(pieces) == 1:
        return f"filename*={pieces[0]}"
    return f";{CRLF} ".join(f"filename*{place}*={piece}" for place, piece in enumerate(pieces))


def _base64(data: bytes) -> bytes:
    encoded = binascii.b2a_base64(data, newline=False)
    return b"\r\n".join([encoded[at : at + LINE] for at in range(0, len(encoded), LINE)]) + b"\r\n"


def _body(text: str) -> tuple[str, bytes]:
    """Transfer encoding and encoded bytes of a text: quoted-printable where it is mostly ASCII."""
    data = text.replace("\n", CRLF).encode("utf-8", "replace")
    if len(data) - len(text) > len(data) // 32:
        return "base64", _base64(data)
    encoded = b"\r\n" + binascii.b2a_qp(data, istext=True)
    # "From " at the start of a line is altered by mail stores, and a lone dot may be by relays.
    encoded = encoded.replace(b"\r\nFrom ", b"\r\n=46=\r\nrom ").replace(b"\r\n.", b"\r\n=2E=\r\n")
    return "quoted-printable", encoded[2:] if encoded.endswith(b"\r\n") else encoded[2:] + b"\r\n"


def _text_part(subtype: str, text: str) -> bytes:
    encoding, body = _body(text)
    head = f'Content-Type: text/{subtype}; charset="utf-8"{CRLF}Content-Transfer-Encoding: {encoding}{CRLF}{CRLF}'
    return head.encode() + body


def _attachment(file: Attached) -> bytes:
    head = (
        f"Content-Type: {file.media_type};{CRLF} {_name_parameter(file.filename)}{CRLF}"
        f"Content-Disposition: attachment;{CRLF} {_filename_parameter(file.filename)}{CRLF}"
        f"Content-Transfer-Encoding: base64{CRLF}{CRLF}"
    )
    return head.encode() + _base64(file.content)


def _picture(picture: Picture) -> bytes:
    """A picture of the HTML part (RFC 2387): shown in its place, not listed as a file."""
    file = picture.file
    head = (
        f"Content-Type: {file.media_type};{CRLF} {_name_parameter(file.filename)}{CRLF}"
        f"Content-ID: <{picture.content_id}>{CRLF}"
        f"Content-Disposition: inline;{CRLF} {_filename_parameter(file.filename)}{CRLF}"
        f"Content-Transfer-Encoding: base64{CRLF}{CRLF}"
    )
    return head.encode() + _base64(file.content)


def build(
    headers: str, text: str, html: str, files: Sequence[Attached], message_id: str, pictures: Sequence[Picture] = ()
) -> bytes:
    """The mail: mixed(alternative(text, related(html, pictures)), files), each layer where it is needed.

    Boundaries derive from `message_id`, so that a repetition has the same bytes.

    '=_' occurs neither in base64 nor in quoted-printable: no body can contain a boundary.
    """
    mark = hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:24]
    shown = _text_part("html", html)
    if pictures:
        shown = _multipart(
            "related", f"=_rel_{mark}", [shown, *map(_picture, pictures)], '; type="text/html"'
        )  # RFC 2387 section 3.1: type is required
    alternative = _multipart("alternative", f"=_alt_{mark}", [_text_part("plain", text), shown])
    whole = alternative if not files else _multipart("mixed", f"=_mix_{mark}", [alternative, *map(_attachment, files)])
    return headers.encode("ascii") + b"MIME-Version: 1.0\r\n" + whole


def _multipart(subtype: str, boundary: str, parts: Sequence[bytes], parameter: str = "") -> bytes:
    pieces = [f'Content-Type: multipart/{subtype}{parameter}; boundary="{boundary}"{CRLF}{CRLF}'.encode()]
    delimiter = f"--{boundary}{CRLF}".encode()
    for part in parts:
        pieces += [delimiter, part, b"" if part.endswith(b"\r\n") else b"\r\n"]
    pieces.append(f"--{boundary}--{CRLF}".encode())
    return b"".join(pieces)
