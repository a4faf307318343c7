"""Attach, link or keep for pick-up: what happens to the documents of a notice."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from maild.config import Notices
from maild.notify.language.locales import Style, line
from maild.notify.writing.letter import Attached, FileView, NoticePart

ROOM_FOR_TEXT = 100_000  # bytes of a mail that are not its attachments
_ENCODED = 78 / 57  # base64 (RFC 2045 section 6.8): 57 bytes become a line of 76 characters and its CRLF
_WEB = re.compile(r"https?://[^\s<>\"\\^`{|}]+\Z", re.IGNORECASE)
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"AT&TFORM", "image/vnd.djvu"),
)
_OPAQUE = "application/octet-stream"
_PATHS = re.compile(r"[\\/:*?\"<>|]+")
NAME_BYTES = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What is attached, what is published (with its address), what is left for pick-up; `limit` in bytes."""

    attached: tuple[Attached, ...]
    published: tuple[tuple[Attached, str], ...]
    left: tuple[Attached, ...]
    limit: int


def post(part: NoticePart, date: datetime, notices: Notices, max_mail_bytes: int, taken: int) -> Posting:
    """Attach files in order as long as they fit; `taken`: bytes of files that the mail has already."""
    room = notices.max_attachment_bytes
    if max_mail_bytes:
        room = min(room, int((max_mail_bytes - ROOM_FOR_TEXT) / _ENCODED))
    attached, published, left = [], [], []
    for place, (name, content) in enumerate(part.documents, 1):
        file = _file(name, content, f"document-{place}")
        if taken + len(content) <= room:
            attached.append(file)
            taken += len(content)
        elif notices.documents_url:
            published.append((file, published_url(notices.documents_url, file)))
        else:
            left.append(file)
    return Posting(attached=tuple(attached), published=tuple(published), left=tuple(left), limit=room)


def published_url(base: str, file: Attached) -> str:
    """Where staff publish a file: its sha256, as the blob store names it, makes the address unguessable."""
    return f"{base.rstrip('/')}/{hashlib.sha256(file.content).hexdigest()}/{quote(file.filename, safe='')}"


def link_views(links: Sequence[Mapping[str, object]], style: Style) -> tuple[FileView, ...]:
    """Links as one locale shows them. An expiry that the supplier does not name is not invented."""
    views = []
    for link in links:
        url = line(link.get("url"), 2000)
        size = link.get("size")
        views.append(
            FileView(
                name=line(link.get("filename"), 120),
                size=style.size(size) if isinstance(size, int) and size else "",
                url=url,
                link=bool(_WEB.match(url)),
                password=line(link.get("password"), 100),
                expires=style.date(link.get("expires")),
                terms=line(link.get("terms"), 500),
            )
        )
    return tuple(view for view in views if view.url)


def _file(name: str, content: bytes, fallback: str) -> Attached:
    media_type = next((kind for magic, kind in _MAGIC if content.startswith(magic)), "")
    safe = _PATHS.sub("_", line(name)).strip(". ") or fallback
    if not media_type or media_type == "application/zip":
        # Office files are ZIP files: their names say which. Messages and multiparts may not be base64 (RFC 2046).
        guessed = mimetypes.guess_type(safe, strict=True)[0] or media_type or _OPAQUE
        media_type = _OPAQUE if guessed.startswith(("message/", "multipart/")) else guessed
    if "." not in safe:
        safe += mimetypes.guess_extension(media_type) or ""
    return Attached(filename=_shortened(safe), media_type=media_type, content=content)


def _shortened(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if len(name.encode()) <= NAME_BYTES:
        return name
    if not dot or len(extension) > 10:
        stem, dot, extension = name, "", ""
    room = NAME_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + dot + extension
