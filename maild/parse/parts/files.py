"""Attachments: safe names, names for the nameless, and what the first bytes say."""

from __future__ import annotations

import hashlib
import re

from maild.domain.incoming.mail import Attachment, Origin
from maild.domain.text import visible
from maild.parse.defects import Defects

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*]')
_SPACES = re.compile(r"\s+")
NAME_LENGTH = 180  # characters; file systems allow 255 bytes, CJK takes three each

EXTENSIONS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/webp": "webp",
    "image/tiff": "tif",
    "image/heic": "heic",
    "image/svg+xml": "svg",
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-outlook": "msg",
    "application/ofd": "ofd",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/x-rar-compressed": "rar",
    "application/x-7z-compressed": "7z",
    "text/html": "html",
    "text/csv": "csv",
    "text/plain": "txt",
    "text/calendar": "ics",
    "text/xml": "xml",
    "application/xml": "xml",
    "text/vcard": "vcf",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/pgp-signature": "asc",
    "application/ms-tnef": "dat",
    "message/rfc822": "eml",
    "application/json": "json",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"Rar!\x1a\x07", "application/x-rar-compressed"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"{\\rtf", "application/rtf"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-elf"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
)


def sniff(data: bytes) -> str:
    """The media type the first bytes speak for, '' if unknown."""
    head = data[:1024]
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (magic != b"BM" or len(data) > 26):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(data)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "image/heic" if brand in {b"heic", b"heix", b"mif1", b"hevc", b"msf1"} else "video/mp4"
    if b"%PDF-" in head:  # readers accept it within the first kilobyte
        return "application/pdf"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "text/html"
    if start.startswith(b"<?xml"):
        return "image/svg+xml" if b"<svg" in start else "text/xml"
    return "image/svg+xml" if start.startswith(b"<svg") else ""


def _zip_kind(data: bytes) -> str:
    head = data[:4096]
    office = "application/vnd.openxmlformats-officedocument."
    tail = data[-65_536:]
    for marker, kind in (
        (b"word/", office + "wordprocessingml.document"),
        (b"xl/", office + "spreadsheetml.sheet"),
        (b"ppt/", office + "presentationml.presentation"),
        (b"OFD.xml", "application/ofd"),
    ):
        if marker in head or marker in tail:
            return kind
    return "application/zip"


def _ole_kind(data: bytes) -> str:
    head = data[:65_536]
    if b"_\0_\0s\0u\0b\0s\0t\0g\0" in head or b"_\0_\0n\0a\0m\0e\0i\0d\0" in head:
        return "application/vnd.ms-outlook"
    if b"W\0o\0r\0d\0D\0o\0c" in head:
        return "application/msword"
    if b"W\0o\0r\0k\0b\0o\0o\0k" in head:
        return "application/vnd.ms-excel"
    return "application/x-ole-storage"


def safe_name(name: str, defects: Defects) -> str:
    """A bare file name: no path, no control or direction marks, no characters file systems refuse."""
    cleaned = visible(name).replace("\\", "/").rpartition("/")[2]
    cleaned = _SPACES.sub(" ", _UNSAFE.sub("_", cleaned)).strip(" .") if cleaned.strip(". ") else ""
    if len(cleaned) > NAME_LENGTH:
        stem, dot, extension = cleaned.rpartition(".")
        keep = NAME_LENGTH - len(extension) - 1
        cleaned = f"{stem[:keep]}.{extension}" if dot and len(extension) < 10 else cleaned[:NAME_LENGTH]
    if cleaned != name.strip():
        defects.add("file-name-cleaned", repr(name)[:100])
    return cleaned


def make(
    name: str,
    media_type: str,
    content: bytes,
    defects: Defects,
    *,
    number: int,
    content_id: str = "",
    origin: Origin = Origin.PART,
) -> Attachment:
    """An attachment; a nameless one is named 'attachment-N' (pictures 'image-N') with its type's ending."""
    kind = sniff(content)
    filename = safe_name(name, defects) if name else ""
    if not filename:
        stem = "image" if (kind or media_type).startswith("image/") else "attachment"
        ending = EXTENSIONS.get(kind) or EXTENSIONS.get(media_type) or "bin"
        filename = f"{stem}-{number}.{ending}"
        defects.add("file-without-name", filename)
    return Attachment(
        filename=filename,
        media_type=media_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        sniffed=kind,
        content_id=content_id,
        origin=origin,
    )
