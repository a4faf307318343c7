"""Building the demo's mails: as senders would, signed with keys made on the spot."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from maild.config import Office
from maild.domain.requests.patron import Patron
from maild.ports import DnsAnswers

if TYPE_CHECKING:
    from maild.authenticate.signing import Signer

HERE = Path(__file__).parent
SELECTOR = "demo"
_DAY = re.compile(r"\{day([+-]\d+)\}")


def dated(text: str, now: datetime) -> str:
    """A text of the demo's tables with its days, {day+26} and {day-4}, reckoned from its day: none gets old."""
    day = now.astimezone(ZoneInfo(Office().timezone)).date()
    return _DAY.sub(lambda found: (day + timedelta(days=int(found[1]))).isoformat(), text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A mail, and what it is there to show."""

    about: str
    raw: bytes


class Post:
    """Signs for every sender's domain with one demo key (or the one given), and is the DNS that publishes it."""

    def __init__(self, signer: Signer | None = None) -> None:
        self._signer = signer or _signer()
        self._record = self._signer.dns_record()[1]
        self.answers: dict[str, tuple[str, ...]] = {}

    def sign(self, raw: bytes, domain: str) -> bytes:
        """Sign as `domain` would, and publish the key."""
        self.answers[f"{SELECTOR}._domainkey.{domain}"] = (self._record,)
        return self._signer.of(domain).sign(raw)

    def txt(self, names: Iterable[str]) -> DnsAnswers:
        """The demo's DNS (ports.Resolver): what was published, and nothing else."""
        return {name: self.answers.get(name, ()) for name in names}


def samples(office: str, patrons: Mapping[str, Patron], post: Post, now: datetime | None = None) -> Iterator[Sample]:
    """The mails of samples.toml in order, a minute apart, the last one just sent."""
    rows = tomllib.loads((HERE / "samples.toml").read_text("utf-8"))["mail"]
    start = (now or datetime.now(UTC)) - timedelta(minutes=len(rows))
    for index, row in enumerate(rows):
        yield Sample(about=row["about"], raw=build(row, index, office, patrons, post, start + timedelta(minutes=index)))


def build(
    row: Mapping[str, Any], index: int, office: str, patrons: Mapping[str, Patron], post: Post, at: datetime
) -> bytes:
    """One mail of samples.toml as CRLF bytes."""
    name, address = _author(row["from"], patrons)
    domain = address.rpartition("@")[2]
    mail = EmailMessage()
    mail["From"] = f"{Header(name, 'utf-8').encode()} <{address}>" if name else address
    mail["To"] = office
    mail["Subject"] = row["subject"]
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<demo-{index:03d}.{int(at.timestamp())}@{domain}>"
    for header, value in row.get("headers", {}).items():
        mail[header] = value
    mail.set_content(dated(row["text"], at) or "\n", charset=row.get("charset", "utf-8"))
    if "html" in row:
        mail.add_alternative(row["html"], subtype="html")
    for spec in row.get("attach", ()):
        kind, _, filename = spec.partition(":")
        content, media = attachment(kind)
        main, _, sub = media.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=filename)
    raw = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return post.sign(raw, domain) if row.get("sign", True) else raw


@cache
def _signer() -> Signer:
    """Of a key that is made once in a process: to make one takes far longer than to sign with it."""
    return signer(new_key())


def new_key() -> bytes:
    """A new RSA key as PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def signer(pem: bytes) -> Signer:
    """Who signs with that key for the demo's domain."""
    from maild.authenticate.signing import Signer

    return Signer("demo.example", SELECTOR, pem)


def _author(text: str, patrons: Mapping[str, Patron]) -> tuple[str, str]:
    patron = patrons.get(text)
    return (patron.name, patron.emails[0].address) if patron else parseaddr(text)


def attachment(kind: str) -> tuple[bytes, str]:
    """Bytes and media type of an attachment that samples.toml names."""
    if kind.startswith("picture-"):
        return (HERE / "pictures" / f"{kind.removeprefix('picture-')}.jpg").read_bytes(), "image/jpeg"
    whole = pdf(6)
    if kind == "pdf-cut":
        return whole[: len(whole) // 2], "application/pdf"
    if kind == "login":
        return b"<html><title>Login</title><form><input type=password></form></html>", "text/html"
    return whole, "application/pdf"


def pdf(pages: int, text: str = "A supplied document of the demo") -> bytes:
    """A small, valid PDF (ISO 32000) of so many pages with a line of text on each."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page in range(1, pages + 1):
        drawn = f"BT /F1 18 Tf 72 720 Td ({text}, page {page} of {pages}) Tj ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {len(objects) + 2} 0 R >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    start = len(out)
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())
