"""A file's media type by its first bytes; what the mail calls it is only a hint."""

from __future__ import annotations

import re

PDF = "application/pdf"
HTML = "text/html"
TEXT = "text/plain"
EXECUTABLE = "application/x-executable"
UNKNOWN = "application/octet-stream"

_PREFIXES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"AT&TFORM", "image/vnd.djvu"),
    # CNKI's readers: CAJ, HN, NH, KDH, TEB
    (b"CAJ\x00", "application/x-caj"),
    (b"HN\x00\x00", "application/x-caj"),
    (b"HN\xc8\x00", "application/x-caj"),
    (b"NH\x00\x00", "application/x-nh"),
    (b"KDH ", "application/x-kdh"),
    (b"TEB\x00", "application/x-teb"),
    (b"%!PS", "application/postscript"),
    (b"\x04%!PS", "application/postscript"),
    (b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"MZ", EXECUTABLE),
    (b"\x7fELF", EXECUTABLE),
    (b"\xfe\xed\xfa", EXECUTABLE),
    (b"\xce\xfa\xed\xfe", EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", EXECUTABLE),
    (b"\xca\xfe\xba\xbe", EXECUTABLE),
    (b"L\x00\x00\x00\x01\x14\x02\x00", EXECUTABLE),  # a Windows shortcut
    (b"#!", EXECUTABLE),
)
_ISO_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif"}
_ZIPPED = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"OFD.xml", "application/ofd"),
    (b"mimetypeapplication/epub+zip", "application/epub+zip"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
    (b"classes.dex", EXECUTABLE),
    (b"META-INF/MANIFEST.MF", EXECUTABLE),
)
_ZIP_HEAD = 65_536
_TEXT_HEAD = 16_384
_HTML = re.compile(
    rb"""(?isx) (?: <\?xml[^>]*> | <!--(?:(?!-->).)*--> | \s )*
    <(?: !doctype\s+html | html | head | body | script | meta | title | form | iframe )\b"""
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def sniff(content: bytes) -> str:
    """The media type, or application/octet-stream where the bytes say nothing."""
    archive = content.startswith(b"PK\x03\x04")  # of which a PDF that is stored as it is shows its first bytes, too
    if not archive and b"%PDF-" in content[:1024]:  # readers allow that much rubbish in front of it
        return PDF
    for prefix, kind in _PREFIXES:
        if content.startswith(prefix):
            return _container(content, kind)
    if content[4:8] == b"ftyp" and content[8:12] in _ISO_BRANDS:
        return _ISO_BRANDS[content[8:12]]
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[:2] == b"BM" and int.from_bytes(content[2:6], "little") == len(content):
        return "image/bmp"
    return _textual(content)


def _container(content: bytes, kind: str) -> str:
    """What a ZIP or OLE container holds, as far as its names tell without unpacking."""
    if kind == "application/zip":
        names = content[:_ZIP_HEAD] + content[-_ZIP_HEAD:]
        return next((inner for mark, inner in _ZIPPED if mark in names), kind)
    if kind == "application/x-ole-storage" and "WordDocument".encode("utf-16-le") in content:
        return "application/msword"
    return kind


def _textual(content: bytes) -> str:
    text = as_text(content[:_TEXT_HEAD]).encode()
    if _HTML.match(text):
        return HTML
    if _CONTROL.search(text) or (text and "\ufffd".encode() * 8 in text):
        return UNKNOWN
    return "application/xml" if text.lstrip().startswith(b"<?xml") else TEXT


def as_text(content: bytes) -> str:
    """Bytes as text: by BOM, as UTF-8, else as GB18030; what fits neither is replaced."""
    for bom, charset in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(charset, "replace")
    for charset in ("utf-8", "gb18030"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError as error:
            if error.start >= len(content) - 4:  # only the last character is cut
                return content[: error.start].decode(charset, "replace")
    return content.decode("utf-8", "replace")
