"""What a supplied file turned out to be: "supplied" is not "file received"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DocumentFault(StrEnum):
    """Why a file is not the document that was asked for."""

    NONE = ""
    EMPTY = "empty"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    LOGIN_PAGE = "login_page"
    NOT_A_DOCUMENT = "not_a_document"
    WRONG_TYPE = "wrong_type"
    PAGE_COUNT = "page_count"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """`sniffed`: media type by content; `pages`: None where not countable; `fault`: NONE if usable.

    pictured  there are pictures in it, which may hold what its text does not say
    front  the text of its first pages and its last, page by page, '' where one has none; () where it was not read
    """

    sha256: str
    sniffed: str
    pages: int | None = None
    fault: DocumentFault = DocumentFault.NONE
    reason: str = ""
    front: tuple[str, ...] = ()
    pictured: bool = False

    @property
    def usable(self) -> bool:
        return self.fault is DocumentFault.NONE
