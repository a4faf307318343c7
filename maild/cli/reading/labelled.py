"""Labelled mails: rows of JSON (one a line) that say a mail and what is right for it, made into real messages.

A row: id, from (an address, or the key of a patron or a sender of the office file), subject, text, and optionally
quoted (the mail that is answered, with the marks of quoting or without), files (names; their bytes are placeholders),
proven (true), headers. What is right: kinds, about (request numbers, or keys of the office file), colleague (settle |
part | hold). In subject and text {c01} stands for a request's number and {c01.t} for its title. A PDF that a provider
attaches is a sound one without text, of as many pages as the mail says; what patrons attach cannot be read. The office
file (TOML): patrons, requests and senders, as tests/corpus/heldout/store.toml.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maild.domain.errors import ConfigError
from maild.domain.learning.evaluation import Colleague, Label

AUTHSERV = "evaluate.maild.invalid"  # vouches for the authors of these mails, and for nobody else (RFC 2606)
PATRON_COLUMNS = "patron_id,name,kind,department,login,emails,language"
REQUEST_COLUMNS = "number,patron_id,service,title,provider,state,total,subsidy,payable,payment_state,due"
_NEEDED = ("id", "from", "text", "kinds", "colleague")
_SLOT = re.compile(r"\{(\w+?)(\.t)?\}")
_MARKS = re.compile(
    r"^[^\S\n]*(?:[>＞]|(?:发件人|寄件者|寄件人|From|Von|De|Da)\s*[:：])"
    r"|原始邮件|[Oo]riginal [Mm]essage|wrote:|写道|寫道|schrieb|-{3,}|_{5,}",
    re.MULTILINE,
)
_BYTES = {
    "jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(64) + b"\xff\xd9", "image/jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(64), "image/png"),
    "pdf": (b"%PDF-1.4\n%%EOF\n", "application/pdf"),
}
_PAGES = re.compile(r"(\d{1,3}) ?(?:页|頁|pages?\b|pp\b|Seiten\b)|(?:\b[Pp]ages|[页頁]\s*[数數])\W{1,20}(\d{1,3})\b")
# Archives by their endings: what is in them; of a ZIP it is the scan that the mail speaks of.
_ARCHIVES: Mapping[str, tuple[tuple[str, bytes], ...]] = MappingProxyType(
    {
        "zip": (),
        "docx": (("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")),
        "xlsx": (("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")),
    }
)
_LOCKED = re.compile(r"密码|口令|passw", re.IGNORECASE)
_OPEN = re.compile(r"[没无未不][^,，。;；\n]{0,6}(?:密码|口令)|\bno passw", re.IGNORECASE)
_STROKES = b"2 w 72 720 m 520 720 l 72 700 m 480 700 l 72 680 m 500 680 l S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who writes and about what, by key. A request: number, patron, service, title, …, in the order of its columns."""

    patrons: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))
    requests: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))
    senders: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def fill(self, text: str) -> str:
        """Numbers and titles in the place of their keys; other braces stay."""

        def value(hit: re.Match[str]) -> str:
            row = self.requests.get(hit[1])
            return hit.group() if row is None else str(row[3] if hit[2] else row[0])

        return _SLOT.sub(value, text)

    def sender(self, name: str) -> str:
        """The From field of a key, or of a plain address."""
        if name in self.patrons:
            row = self.patrons[name]
            return f"{row[1]} <{row[5].split(';')[0]}>"
        return self.senders.get(name, name)

    def csv(self) -> dict[str, str]:
        """The files that `maild import` takes, by what they hold."""
        return {
            "patrons": _csv(PATRON_COLUMNS, self.patrons.values()),
            "transactions": _csv(REQUEST_COLUMNS, self.requests.values()),
        }


def _csv(columns: str, rows: Iterable[Sequence[str]]) -> str:
    """Quoted as RFC 4180 has it: titles have commas."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([columns.split(","), *rows])
    return out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One labelled mail."""

    label: Label
    raw: bytes


def read_office(path: Path) -> Office:
    """Raises ConfigError for a file that cannot be used."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        return Office(
            patrons={row[0]: row for row in data["patrons"]},
            requests={row[0]: row[1:] for row in data["requests"]},
            senders=data.get("senders", {}),
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ConfigError(f"{path}: {error}", remedy="lists patrons and requests, and a table senders") from error


def read_mails(paths: Sequence[Path], office: Office, *, own_address: str, at: datetime) -> Iterator[Mail]:
    """The mails of the files, written `at` that moment. Raises ConfigError with file and line."""
    for path in paths:
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path}: {error}", remedy="a file of JSON lines is needed") from error
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _mail(_row(line, f"{path}:{number}"), office, own_address, at, f"{path}:{number}")


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ConfigError(f"{where}: {error}", remedy="one JSON object a line") from error
    if not isinstance(row, dict) or (missing := [name for name in _NEEDED if not row.get(name) and name != "text"]):
        what = f"lacks {', '.join(missing)}" if isinstance(row, dict) else "is no JSON object"
        raise ConfigError(f"{where}: {what}", remedy="maild evaluate --help names the keys")
    return row


def _mail(row: Mapping[str, Any], office: Office, own_address: str, at: datetime, where: str) -> Mail:
    try:
        label = Label(
            id=str(row["id"]),
            kinds=tuple(row["kinds"]),
            colleague=Colleague(row["colleague"]),
            about=tuple(office.requests[key][0] if key in office.requests else key for key in row.get("about") or ()),
            writer=str(row.get("writer", "")),
            lang=str(row.get("lang", "")),
        )
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}", remedy=f"colleague: {', '.join(Colleague)}") from error
    return Mail(label=label, raw=_message(row, office, own_address, at))


def _message(row: Mapping[str, Any], office: Office, own_address: str, at: datetime) -> bytes:
    sender = office.sender(str(row["from"]))
    name, address = _author(sender)
    domain = address.rpartition("@")[2]
    proven = f"dkim=pass header.d={domain}" if row.get("proven", True) else "dkim=none; spf=none"
    message = EmailMessage()
    message["Authentication-Results"] = f"{AUTHSERV}; {proven}"
    message["From"], message["To"] = formataddr((name, address)), own_address
    message["Subject"] = " ".join(office.fill(str(row.get("subject", ""))).split())
    message["Date"], message["Message-ID"] = format_datetime(at), f"<{row['id']}@{domain or 'localhost'}>"
    for name, value in (row.get("headers") or {}).items():
        message[name] = value
    text, quoted = office.fill(str(row["text"])), _quoted(office.fill(str(row.get("quoted") or "")))
    message.set_content("\n\n".join(part for part in (text.strip("\n"), quoted.strip("\n")) if part) + "\n")
    scan = b"" if str(row["from"]) in office.patrons else _scan(text)
    for name in map(office.fill, row.get("files") or ()):
        ending = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
        data, kind = _BYTES.get(ending, (b"", ""))
        if scan and kind == "application/pdf":
            data = scan
        if ending in _ARCHIVES:
            data, kind = _archive(_ARCHIVES[ending] or ((f"{name[:-4]}.pdf", scan or data),), text), "application/zip"
        main, _, sub = (kind or "application/octet-stream").partition("/")
        message.add_attachment(data or b"attached " * 20, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def _archive(files: Iterable[tuple[str, bytes]], text: str) -> bytes:
    """A ZIP of the files, which a password opens where the mail speaks of one (APPNOTE.TXT, 4.4.4)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    made = bytearray(out.getvalue())
    if _LOCKED.search(text) and not _OPEN.search(text):
        made[6] |= 1  # of the first file's own header
        made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def _quoted(text: str) -> str:
    """As mail programs quote (RFC 3676, section 4.5), where a row has no mark of that itself."""
    if not text.strip() or _MARKS.search(text):
        return text
    return "\n".join(f"> {line}" for line in text.strip("\n").split("\n"))


def _author(sender: str) -> tuple[str, str]:
    """Name and address of 'Kelsey, ILL <ill@lib.example>': mail programs quote the comma, writers of labels do not."""
    name, _, rest = sender.rpartition("<")
    return (name.strip(' "'), rest.rstrip("> ")) if rest.endswith(">") else parseaddr(sender)


def _scan(text: str) -> bytes:
    """A PDF without text (ISO 32000-1), of as many pages as the mail says, else of eight."""
    said = _PAGES.search(text)
    pages = min(int(said[1] or said[2]) or 8, 200) if said else 8
    kids = " ".join(f"{number} 0 R" for number in range(4, 4 + pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(_STROKES), _STROKES),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R >>"] * pages,
    ]
    made, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + head + table + end
