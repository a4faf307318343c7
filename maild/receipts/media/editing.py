"""Signs that a file was changed after it was made: reasons for a person to look, never a verdict.

What a file says of its making (its program, updates behind its end), stamps drawn into a page that was never printed,
and a sum whose ground is unlike that of the other text on the page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maild.domain.accounting.receipt import Receipt
from maild.receipts import SAY
from maild.receipts.picture.forged import signs_of_figures
from maild.receipts.picture.pictures import Pixels
from maild.receipts.picture.straighten import apply
from maild.receipts.sheet import Sheet
from maild.receipts.words.layoutfile import LayoutFile, Pattern
from maild.tables import Source, office_table

FILE = "editing.toml"

_LEAST_OTHERS = 4  # boxes of other text
_QUIET = 0.15  # the quantile of their noise that counts as quiet
_QUIETER = 0.42  # of that: from there on down the ground is painted (clean pictures: 0.47 at least)
_NOISE = 0.12  # of 255: with less, as in a screenshot, nothing can be told
_MOST_HEIGHT = 3.0  # other text is at most so many times larger or smaller
_LEAST_SIDE, _LEAST_PAPER = 8, 60  # pixels
_SOFTWARE = 0x0131  # EXIF tag
_TOOL = re.compile(rb"""(?:CreatorTool|softwareAgent)\s*(?:=\s*["']|>)([^"'<]{2,80})""")
_HEAD = 200_000  # bytes in which a picture's own description lies
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_SIGNED = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_CHANGE = re.compile(rb"/Contents\b|/Annots\b|/FreeText\b|/Subtype\s*/(?:Image|Form|Stamp)\b")
_SLACK = 64  # bytes behind a signed range: line ends

Box = tuple[float, float, float, float]  # left, top, right, bottom, in pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Editors:
    """Patterns of programs that change pictures, and documents."""

    picture: Pattern
    document: Pattern


def load(folder: str | Path | None = None) -> Editors:
    """The shipped patterns, and what the office's own `folder`/receipts lays over them. Raises RuleError."""
    return _read(office_table(f"receipts/{FILE}", str(folder))) if folder else shipped()


@cache
def shipped() -> Editors:
    """The shipped patterns."""
    return _read(office_table(f"receipts/{FILE}"))


def _read(source: Source) -> Editors:
    file = LayoutFile(source)
    file.known("", file.data, {"picture", "document"})
    lists = {name: file.strings(name, file.data.get(name, [])) for name in ("picture", "document")}
    for name, patterns in lists.items():
        for pattern in patterns:
            file.pattern(name, pattern)
    return Editors(**{n: file.pattern(n, "(?i)" + "|".join(f"(?:{p})" for p in ps)) for n, ps in lists.items()})


def signs_of_picture(content: bytes, editors: Editors) -> tuple[str, ...]:
    """What a picture's own description says of its making. Nothing raises for what the bytes may be."""
    return tuple(_made_by(_makers(content), editors.picture))


def _makers(content: bytes) -> list[str]:
    from PIL import Image

    found = [match[1].decode("utf-8", "replace") for match in _TOOL.finditer(content[:_HEAD])]
    try:
        with Image.open(io.BytesIO(content)) as picture:
            said: list[Any] = [
                picture.getexif().get(_SOFTWARE),
                picture.info.get("Software"),
                picture.info.get("comment"),
            ]
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, KeyError, RuntimeError, AttributeError):
        return found  # rotten metadata
    return found + [_text(one) for one in said if one]


def _text(value: object) -> str:
    """A name as it was meant: EXIF knows ASCII only, and programs write UTF-8 or GB18030 there."""
    raw = value if isinstance(value, bytes) else str(value).encode("latin-1", "replace")
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def signs_of_pdf(content: bytes, makers: Sequence[str], editors: Editors) -> tuple[str, ...]:
    """What a PDF says of its making. makers: its Producer and Creator."""
    tools = [match[1].decode("utf-8", "replace") for match in _TOOL.finditer(content)]
    signs = list(_made_by([*makers, *tools], editors.document))
    return tuple([*signs, SAY("pdf_changed")] if _is_updated(content) else signs)


def _made_by(makers: Sequence[str], pattern: Pattern) -> Iterator[str]:
    for maker in dict.fromkeys(m.strip("\0 ")[:60] for m in makers):
        if pattern.search(maker):
            yield SAY("saved_by", program=maker)
            return


def _is_updated(content: bytes) -> bool:
    """Whether what is shown was changed behind the file's end (ISO 32000-1 section 7.5.6).

    A signature is added so too: what it covers stands as it was signed. A linearized file has two ends by nature.
    """
    ends = [match.end() for match in _END.finditer(content) if match[1] != b"0"]
    signed = max((int(m[3]) + int(m[4]) for m in _SIGNED.finditer(content)), default=0)
    first = max(ends[0] if ends else len(content), signed)
    return bool(_CHANGE.search(content, first)) if len(content) - first > _SLACK else False


def signs_about(picture: Pixels, receipt: Receipt, sheet: Sheet) -> tuple[str, ...]:
    """`signs_in` for a receipt: its marks and the sheet's boxes lie on the upright page."""
    mark = receipt.marks.get("amount")
    if mark is None or mark.box is None or receipt.frame is None:
        return ()
    back = np.linalg.inv(np.reshape(receipt.frame.matrix, (3, 3)))
    others = [_back(back, (box.left, box.top, box.right, box.bottom)) for box in sheet.boxes]
    amount = _back(back, mark.box)
    return (*signs_in(picture, amount, others), *signs_of_figures(picture, amount, _alike(amount, others)))


def _back(matrix: NDArray[np.float64], box: Sequence[float]) -> Box:
    """A box of the upright page in the picture."""
    left, top, right, bottom = box
    corners = apply(matrix, np.array([(left, top), (right, top), (right, bottom), (left, bottom)]))
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def signs_in(picture: Pixels, amount: Box, others: Sequence[Box]) -> tuple[str, ...]:
    """Whether the sum lies on the picture as the other text does: painted paper is quieter than photographed one.

    picture  as it was sent, not turned or warped; amount, others: boxes of text on it
    """
    grey = np.asarray(picture[:, :, 1], dtype=np.float32)
    own = _noise(grey, amount)
    near = [noise for box in _alike(amount, others) if (noise := _noise(grey, box)) is not None]
    if own is None or len(near) < _LEAST_OTHERS:
        return ()
    quiet = float(np.quantile(near, _QUIET))
    return (SAY("ground_differs"),) if quiet > _NOISE and own < _QUIETER * quiet else ()


def _alike(amount: Box, others: Sequence[Box]) -> list[Box]:
    """Boxes of about the same height that do not touch the amount's, the nearest first."""
    high = amount[3] - amount[1]
    apart = [b for b in others if b[2] < amount[0] or b[0] > amount[2] or b[3] < amount[1] or b[1] > amount[3]]
    fit = [b for b in apart if high / _MOST_HEIGHT < b[3] - b[1] < high * _MOST_HEIGHT]
    return sorted(fit, key=lambda b: abs(b[1] - amount[1]) + 0.3 * abs(b[0] - amount[0]))[:24]


def _noise(grey: NDArray[np.float32], box: Box) -> float | None:
    """By how much the paper within a box of text differs from pixel to pixel; None where there is too little of it."""
    import cv2

    left, top, right, bottom = (round(v) for v in box)
    part = np.ascontiguousarray(grey[max(0, top) : max(0, bottom), max(0, left) : max(0, right)])
    if min(part.shape) < _LEAST_SIDE:
        return None
    low, high = float(np.percentile(part, 5)), float(np.percentile(part, 80))
    ink = np.asarray(np.abs(part - high) > max(6.0, 0.25 * (high - low)), dtype=np.uint8)
    paper = cv2.dilate(ink, np.ones((3, 3), np.uint8)) == 0
    rest = np.abs(part - cv2.blur(part, (3, 3)))
    return float(rest[paper].mean()) if paper.sum() >= _LEAST_PAPER else None
