"""Is a supplied file the document that was asked for? "Supplied" is not "file received".

Judged from the file alone: truncated, encrypted, a login page under the name of a PDF, too few pages.
Not judged here: whether it is the right one. What its first pages say is handed over (maild.match.document).
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
from typing import NamedTuple

from maild.domain.incoming.document import DocumentFault, DocumentReport
from maild.receipts import SAY
from maild.receipts.magic import EXECUTABLE, HTML, PDF, TEXT, UNKNOWN, as_text, sniff
from maild.receipts.media import pdf
from maild.receipts.media.front import front
from maild.receipts.media.tiff import count_frames

# Streams, and so the dictionaries of pictures, never lie in a compressed object stream (ISO 32000-1 section 7.5.7).
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_COVER_PAGES = 1  # many providers put a sheet of their own in front
_TEXT_LOOK = 200_000
_FULL_TEXT_CHARACTERS = 3000  # a plain text so long may be the article itself
_ICON_PIXELS = 64
_TAIL = 66_000
_CNKI = (".caj", ".nh", ".kdh", ".caa", ".teb", ".hn")
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".iso", ".cab")  # of which nothing is known from outside
_STRIPPED = " .\u200b\u200e\u200f\u202e\0"  # what systems drop at the end of a name, or show nothing of
_MOST_IN_ARCHIVE = 500  # files; a supplied work is a few
_LOCKED = 0x1  # of the general purpose flags of a file in an archive (APPNOTE.TXT, 4.4.4): a password opens it
_PROGRAMS = (
    ".exe",
    ".msi",
    ".bat",
    ".cmd",
    ".com",
    ".scr",
    ".pif",
    ".js",
    ".jse",
    ".vbs",
    ".vbe",
    ".wsf",
    ".ps1",
    ".hta",
    ".lnk",
    ".jar",
    ".apk",
    ".dll",
    ".cpl",
    ".reg",
    ".sh",
    ".docm",
    ".xlsm",
    ".pptm",
    ".chm",
    ".url",
    ".vb",
    ".wsh",
    ".msix",
)
_LOGIN = re.compile(
    r"""(?ix) type\s*=\s*["']?password | \b(?:log|sign)\s?-?(?:in|on)\b | \bshibboleth\b | \bsso\b | captcha
    | session\s+(?:has\s+)?expired | institutional\s+access | 登\s*[录錄陆] | 统一身份认证 | 验证码 | 用户名 | 密码"""
)
_ERROR = re.compile(
    r"""(?ix) \b(?:40[0134]|410|429|50[0-4])\b | \berror\b | not\s+found | forbidden | access\s+denied | unauthori[sz]ed
    | (?:link|page|file|document)\s+(?:has\s+)?(?:expired|is\s+no\s+longer) | unavailable
    | too\s+many\s+requests | exception
    | 错误 | 出错 | 失败 | 失效 | 过期 | 不存在 | 无权 | 没有权限 | 拒绝 | 未找到 | 找不到 | 无法"""
)


class _Finding(NamedTuple):
    fault: DocumentFault = DocumentFault.NONE
    reason: str = ""
    pages: int | None = None


def inspect(
    content: bytes, *, media_type: str = "", filename: str = "", expected_pages: int | None = None
) -> DocumentReport:
    """Look into one attached file. Any bytes in, a report out, within a few seconds; nothing is unpacked.

    media_type, filename  what the mail calls it
    expected_pages        as the provider's notice says; one page more (a cover sheet) is no fault
    """
    kind = sniff(content)
    finding = _look(content, kind, media_type.lower(), filename.lower())
    if not finding.fault and expected_pages and finding.pages is not None:
        finding = _compare(finding, expected_pages)
    sha256 = hashlib.sha256(content).hexdigest()
    return DocumentReport(
        sha256=sha256,
        sniffed=kind,
        pages=finding.pages,
        fault=finding.fault,
        reason=finding.reason,
        front=() if finding.fault else front(content, kind),
        pictured=kind != PDF or _PICTURE.search(content) is not None,
    )


def _look(content: bytes, kind: str, media_type: str, filename: str) -> _Finding:
    if not content.strip(b"\x00\t\n\r "):
        return _Finding(DocumentFault.EMPTY, SAY("file_empty"))
    if kind == EXECUTABLE or filename.endswith(_PROGRAMS):
        return _Finding(DocumentFault.NOT_A_DOCUMENT, SAY("file_is_program"))
    if kind == PDF:
        return _Finding(*pdf.examine(content))
    if kind == HTML:
        return _page(as_text(content[:_TEXT_LOOK]), media_type, filename)
    if kind in (TEXT, "application/xml"):
        return _text(as_text(content[:_TEXT_LOOK]), media_type, filename)
    if kind.startswith("image/"):
        return _image(content, kind)
    if kind == UNKNOWN:
        return _unknown(content, media_type, filename)
    if kind == "application/zip" or "openxml" in kind:
        return _archive(content)
    return _Finding()


def _compare(finding: _Finding, expected: int) -> _Finding:
    pages = finding.pages or 0
    if expected <= pages <= expected + _COVER_PAGES:
        return finding
    reason = SAY("other_page_count", pages=pages, expected=expected)
    return _Finding(DocumentFault.PAGE_COUNT, reason, pages)


def _claims_pdf(media_type: str, filename: str) -> bool:
    return filename.endswith(".pdf") or "pdf" in media_type


def _page(text: str, media_type: str, filename: str) -> _Finding:
    """A web page is never the document: either it asks for a login, or it says what went wrong."""
    if _LOGIN.search(text):
        return _Finding(DocumentFault.LOGIN_PAGE, SAY("page_asks_login"))
    if _ERROR.search(re.sub(r"<[^>]*>", " ", text)):
        return _Finding(DocumentFault.NOT_A_DOCUMENT, SAY("page_reports_error"))
    claimed = _claims_pdf(media_type, filename)
    return _Finding(DocumentFault.WRONG_TYPE, SAY("page_named_pdf" if claimed else "file_is_page"))


def _text(text: str, media_type: str, filename: str) -> _Finding:
    if len(text) < _FULL_TEXT_CHARACTERS and _ERROR.search(text):
        return _Finding(DocumentFault.NOT_A_DOCUMENT, SAY("line_reports_error"))
    if _claims_pdf(media_type, filename):
        return _Finding(DocumentFault.WRONG_TYPE, SAY("text_named_pdf"))
    if len(text) < _FULL_TEXT_CHARACTERS:
        return _Finding(DocumentFault.NOT_A_DOCUMENT, SAY("short_text"))
    return _Finding()


def _unknown(content: bytes, media_type: str, filename: str) -> _Finding:
    if filename.endswith(_CNKI):
        return _Finding()  # CNKI's formats are many and undocumented
    if _claims_pdf(media_type, filename):
        return _Finding(DocumentFault.WRONG_TYPE, SAY("named_pdf_is_none"))
    return _Finding(DocumentFault.NOT_A_DOCUMENT, SAY("kind_unknown"))


def _archive(content: bytes) -> _Finding:
    if b"PK\x05\x06" not in content[-_TAIL:]:
        return _Finding(DocumentFault.TRUNCATED, SAY("archive_cut"))
    if content.startswith(b"PK\x05\x06"):
        return _Finding(DocumentFault.EMPTY, SAY("archive_empty"))
    listed = _listed_at_end(content)
    if listed is None or max(listed, content.count(b"PK\x01\x02")) > _MOST_IN_ARCHIVE:
        return _Finding(DocumentFault.UNREADABLE, SAY("archive_full", most=_MOST_IN_ARCHIVE))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return _Finding(DocumentFault.UNREADABLE, SAY("archive_unreadable"))
    if len(inside) != listed:
        return _Finding(DocumentFault.UNREADABLE, SAY("archive_unreadable"))
    names = [one.filename.strip(_STRIPPED).lower() for one in inside]
    if program := next((name for name in names if name.endswith(_PROGRAMS)), ""):
        return _Finding(DocumentFault.NOT_A_DOCUMENT, SAY("program_in_archive", file=program[-60:]))
    if another := next((name for name in names if name.endswith(_ARCHIVES)), ""):
        return _Finding(DocumentFault.NOT_A_DOCUMENT, SAY("archive_in_archive", file=another[-60:]))
    if any(one.flag_bits & _LOCKED for one in inside):
        return _Finding(DocumentFault.ENCRYPTED, SAY("archive_locked"))
    if not any(one.file_size for one in inside):
        return _Finding(DocumentFault.EMPTY, SAY("archive_empty"))
    return _Finding()


def _listed_at_end(content: bytes) -> int | None:
    """How many files an archive says it holds (APPNOTE.TXT, 4.3.16), before any of its names is looked at."""
    end = content.rfind(b"PK\x05\x06")
    return int.from_bytes(content[end + 10 : end + 12], "little") if len(content) >= end + 12 else None


def _image(content: bytes, kind: str) -> _Finding:
    cut = _Finding(DocumentFault.TRUNCATED, SAY("picture_cut"))
    if kind == "image/tiff":
        frames = count_frames(content)
        return _Finding(pages=frames) if frames else cut
    if kind == "image/vnd.djvu":
        complete = int.from_bytes(content[8:12], "big") + 12 <= len(content)
        return _Finding() if complete else cut
    ends = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND"}
    if kind in ends and ends[kind] not in content[-_TAIL:]:
        return cut
    size = _pixels(content, kind)
    if size and max(size) <= _ICON_PIXELS:
        return _Finding(DocumentFault.NOT_A_DOCUMENT, SAY("picture_is_icon", width=size[0], height=size[1]))
    return _Finding(pages=1)


def _pixels(content: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height where the first bytes tell them."""
    if kind == "image/png" and len(content) >= 24:
        return struct.unpack(">II", content[16:24])
    if kind == "image/gif" and len(content) >= 10:
        return struct.unpack("<HH", content[6:10])
    return None
