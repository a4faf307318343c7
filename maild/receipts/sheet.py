"""What a page shows, as boxes of text: the one shape that OCR, a PDF's text layer and an HTML page are turned into."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A rectangle in pixels of the upright page."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Box(Region):
    """A run of text on one line. confidence 0…1; `edges`: the left edge of each character where known, else ()."""

    text: str
    confidence: float = 1.0
    edges: tuple[float, ...] = ()


class Origin(StrEnum):
    """Where the boxes come from: TEXT is certain (the file's own text), OCR is a guess."""

    TEXT = "text"
    OCR = "ocr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One upright page (or a region of it, in the page's coordinates).

    codes  texts of QR and bar codes; stamps: where red ink of a seal lies; look: perceptual hash, 16 hex digits
    """

    width: float
    height: float
    origin: Origin
    boxes: tuple[Box, ...] = ()
    codes: tuple[str, ...] = ()
    stamps: tuple[Region, ...] = ()
    look: str = ""


class Preparation(StrEnum):
    """How a picture is prepared before it is read again: two different ones that agree are two witnesses."""

    PLAIN = "plain"
    NO_RED = "no_red"  # red ink of seals removed
    FLAT = "flat"  # light made even, contrast stretched


class Zoom(Protocol):
    """Looks at a page again: the whole or a region, finer or otherwise prepared. Costly: ask only when in doubt."""

    def look(
        self, region: Region | None = None, *, preparation: Preparation = Preparation.PLAIN, side: int = 960
    ) -> Sheet:
        """`side`: the longer side, in pixels, the region is scaled to before it is read."""
