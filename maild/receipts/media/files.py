"""What is inside a file: pictures, PDFs and pages, out of archives, office documents and mails, within limits.

A type that lies is read by its content. Nothing is unpacked to disk, and nothing raises for what bytes may be:
what cannot be opened is an Obstacle, whose first word is stable ('broken:', 'encrypted:', 'too large:', 'too many:',
'too deep:', 'no picture:').
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from maild.receipts import SAY, magic
from maild.receipts.picture.pictures import FORMATS

MAIL = "message/rfc822"
_OLE = "application/x-ole-storage"
_WORD = "application/msword"
_ZIPS = ("application/zip", "application/epub+zip")
_OFFICE = re.compile(r"application/(?:vnd\.openxmlformats|vnd\.oasis|ofd)")
_PACKED = ("application/vnd.rar", "application/x-7z-compressed", "application/gzip")
_MAIL_HEAD = re.compile(
    rb"(?i)\A(?:\xef\xbb\xbf)?\s*(?:From [^\n]{1,200}\n)?(?:(?:received|return-path|delivered-to|from|to|subject|date|"
    rb"message-id|mime-version|content-type|x-[a-z-]{1,40}|dkim-signature|authentication-results|reply-to|sender)"
    rb":[^\n]*\n(?:[ \t][^\n]*\n)*){2}"
)
_DATA_PICTURE = re.compile(r"""(?i)data:image/[\w.+-]{1,30}(?:;[\w=.+-]{1,60})*?(;base64)?,([^"'<>)]{16,})""")
_PICTURE_START = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|\x89PNG\r\n\x1a\n")
_LEAST_PICTURE = 2000  # bytes: smaller ones are icons
_PICTURE_NAME = re.compile(r"(?i)\.(?:jpe?g|png|webp|heic|heif|gif|bmp|tiff?|avif|pdf|zip|eml|html?|docx)$")
_SKIPPED_NAME = re.compile(r"(?i)(?:^|/)(?:__MACOSX/|\._|\.DS_Store|thumbs\.db)")
_CALLED = {magic.TEXT: "plain_text", magic.EXECUTABLE: "a_program", magic.UNKNOWN: "of_no_known_kind"}
_CHUNK = 1 << 16

# A mail's bytes → its files: (name, media type, content). Handed in, since mails are parsed elsewhere.
OpenMail = Callable[[bytes], Iterable[tuple[str, str, bytes]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A picture, a PDF or an HTML page. kind: media type by its content; name: with the way to it, 'a.zip/b.jpg'."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """What could not be opened, and why."""

    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Limits of one file with all that is in it. bytes: unpacked, together; members: looked at, together."""

    bytes: int = 64_000_000
    members: int = 60
    leaves: int = 20
    depth: int = 4
    entries: int = 2000  # of an archive's table of contents


class _Budget:
    """What is left of the allowance."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self.bytes = allowance.bytes
        self.members = allowance.members
        self.leaves = allowance.leaves


def leaves(
    content: bytes,
    *,
    filename: str = "",
    media_type: str = "",
    open_mail: OpenMail | None = None,
    allowance: Allowance = Allowance(),
) -> Iterator[Leaf | Obstacle]:
    """Everything readable in a file, in its order. Yields at least one Leaf or Obstacle."""
    opener = _Opener(open_mail, _Budget(allowance))
    empty = True
    for found in opener.open(filename, media_type, content, 0):
        empty = False
        yield found
        if isinstance(found, Leaf):
            opener.budget.leaves -= 1
            if opener.budget.leaves <= 0:
                yield Obstacle(name=filename, what=SAY("too_many_pictures"))
                return
    if empty:
        yield Obstacle(name=filename, what=SAY("nothing_may_be_receipt"))


class _Opener:
    """Walks into containers."""

    def __init__(self, open_mail: OpenMail | None, budget: _Budget) -> None:
        self.open_mail = open_mail
        self.budget = budget

    def open(self, name: str, claimed: str, content: bytes, depth: int) -> Iterator[Leaf | Obstacle]:
        kind = kind_of(content, name, claimed)
        if not content.strip(b"\x00\t\n\r "):
            yield Obstacle(name=name, what=SAY("no_picture_empty"))
        elif kind in FORMATS or kind == magic.PDF:
            yield Leaf(name=name, kind=kind, content=content)
        elif depth >= self.budget.allowance.depth:
            yield Obstacle(name=name, what=SAY("too_deep"))
        elif kind == magic.HTML:
            yield Leaf(name=name, kind=kind, content=content)
            yield from self._nested(name, _data_pictures(content), depth)
        elif kind == MAIL and self.open_mail is not None:
            yield from self._nested(name, self.open_mail(content), depth)
        elif kind in _ZIPS or _OFFICE.match(kind):
            yield from self._archive(name, content, depth)
        elif kind in (_OLE, _WORD):
            yield from self._nested(name, _carved(content), depth)
        elif kind in _PACKED:
            yield Obstacle(name=name, what=SAY("archive_kind_unopened", kind=kind))
        else:
            yield Obstacle(name=name, what=SAY("no_picture_file_is", what=_called(kind)))

    def _nested(self, name: str, files: Iterable[tuple[str, str, bytes]], depth: int) -> Iterator[Leaf | Obstacle]:
        for inner, claimed, content in files:
            self.budget.members -= 1
            self.budget.bytes -= len(content)
            if self.budget.members < 0:
                yield Obstacle(name=name, what=SAY("too_many_files"))
                return
            if self.budget.bytes < 0:
                yield Obstacle(name=name, what=SAY("unpacks_to_too_much"))
                return
            yield from self.open(f"{name}/{inner}" if name else inner, claimed, content, depth + 1)

    def _archive(self, name: str, content: bytes, depth: int) -> Iterator[Leaf | Obstacle]:
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, IndexError, OverflowError):
            yield Obstacle(name=name, what=SAY("archive_unopened"))
            return
        with archive:
            entries = archive.infolist()
            if len(entries) > self.budget.allowance.entries:
                yield Obstacle(name=name, what=SAY("archive_files_too_many", count=len(entries)))
                return
            obstacles: list[Obstacle] = []
            yield from self._nested(name, self._members(name, archive, entries, obstacles), depth)
            yield from obstacles

    def _members(
        self, name: str, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], obstacles: list[Obstacle]
    ) -> Iterator[tuple[str, str, bytes]]:
        wanted = [e for e in entries if not e.is_dir() and not _SKIPPED_NAME.search(e.filename)]
        named = [e for e in wanted if _PICTURE_NAME.search(e.filename)]
        for entry in named or wanted:  # the text parts of an office document are no pictures
            inner = f"{name}/{_name(entry)}" if name else _name(entry)
            if entry.flag_bits & 1:
                obstacles.append(Obstacle(name=inner, what=SAY("archive_encrypted")))
                return
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                obstacles.append(Obstacle(name=inner, what=SAY("packed_unusually")))
                continue
            try:
                content = _unpack(archive, entry, self.budget.bytes)
            except (
                zipfile.BadZipFile,
                zlib.error,
                OSError,
                EOFError,
                NotImplementedError,
                RuntimeError,
                ValueError,
                OverflowError,
            ) as error:
                obstacles.append(Obstacle(name=inner, what=SAY("cannot_unpack", kind=type(error).__name__)))
                continue
            if content is None:
                obstacles.append(Obstacle(name=inner, what=SAY("archive_too_large")))
                return
            yield _name(entry), "", content


def kind_of(content: bytes, name: str = "", claimed: str = "") -> str:
    """The media type by content; a mail, which looks like any text, also by its name and its first lines."""
    kind = magic.sniff(content)
    if content[4:8] == b"ftyp" and kind == magic.UNKNOWN:
        brands = content[8 : min(64, int.from_bytes(content[:4], "big"))]
        kind = "image/avif" if b"avif" in brands else "image/heif" if b"mif1" in brands or b"hei" in brands else kind
    if content[:2] == b"BM" and kind == magic.UNKNOWN:
        kind = "image/bmp"  # its length is wrong: cut off, or something was appended
    textual = kind in (magic.TEXT, magic.UNKNOWN, "application/xml")
    said = claimed.lower() == MAIL or name.lower().endswith((".eml", ".mht", ".mhtml"))
    if textual and (said or _MAIL_HEAD.match(content[:8192])):
        return MAIL
    if textual and (claimed.lower() == magic.HTML or name.lower().endswith((".html", ".htm"))):
        return magic.HTML
    return kind


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes | None:
    """A member's bytes, None where it has more than `most`: counted while it unpacks, whatever it claims."""
    parts, total = [], 0
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > most:
                return None
            parts.append(chunk)
    return b"".join(parts)


def _name(entry: zipfile.ZipInfo) -> str:
    """A member's name; without the flag for UTF-8 it is GB18030 here, which zipfile took for code page 437."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = entry.filename
    return name.replace("\\", "/").rpartition("/")[2][:120]


def _data_pictures(page: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Pictures within a page's own text (RFC 2397)."""
    for count, found in enumerate(_DATA_PICTURE.finditer(magic.as_text(page)), 1):
        data = unquote_to_bytes(found[2])
        if found[1]:
            try:
                data = base64.b64decode(re.sub(rb"[^A-Za-z0-9+/]", b"", data) + b"===")
            except binascii.Error:
                continue
        yield SAY("picture_number", number=count), "", data


def _carved(content: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Pictures found by their first and last bytes in a file whose format is not read (Word 97)."""
    count = at = 0
    while found := _PICTURE_START.search(content, at):
        begin = found.start()
        at = _end_of_png(content, begin) if found[0][:1] == b"\x89" else _end_of_jpeg(content, begin)
        if at - begin > _LEAST_PICTURE:
            count += 1
            yield SAY("picture_number", number=count), "", content[begin:at]


def _end_of_png(content: bytes, begin: int) -> int:
    end = content.find(b"IEND\xaeB`\x82", begin)
    return end + 8 if end >= 0 else len(content)


def _end_of_jpeg(content: bytes, begin: int) -> int:
    """Past the end marker, stepping over segments (ISO 10918-1 annex B), which may hold a thumbnail."""
    at = begin + 2
    while content[at : at + 1] == b"\xff" and content[at + 1 : at + 2] != b"\xda" and at + 4 <= len(content):
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    end = content.find(b"\xff\xd9", at)
    return end + 2 if end >= 0 else len(content)


def _called(kind: str) -> str:
    return SAY(_CALLED[kind]) if kind in _CALLED else SAY("of_kind", kind=kind)
