"""A sheet's boxes as cells on rows: folded text, the skew taken out, neighbours to the right and below."""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from maild.domain.text import normalise
from maild.receipts.sheet import Box, Origin, Region, Sheet
from maild.traditional import simplified

_CHINESE = r"\u2e80-\u9fff\uf900-\ufaff"
_BLANK = re.compile(rf"(?<=[{_CHINESE}]) (?=[{_CHINESE}])")
_BLANK_OR_TICK = re.compile(rf"(?<=[{_CHINESE}])(?: | ?☑ ?)(?=[{_CHINESE}])")  # a wide blank is read as ☑
_BOX = re.compile("[□☐]")  # beside empty boxes ☑ is a tick
MOST_BOXES = 1500
_SLANT_LEAST = 0.002
_RIM = 0.75  # of a seal's width and height, from its middle
_STAMP = (24.0, 20.0)  # of a line's height: the width and height of the largest stamp over small print


def fold(text: str) -> str:
    """A box's text for comparing: widths and radicals folded, one line, no blanks between Chinese characters, and
    traditional characters as simplified ones: the reader takes one for the other, some banks print them.
    """
    text = normalise(text).replace("\n", " ")
    between = _BLANK if _BOX.search(text) else _BLANK_OR_TICK
    return simplified(between.sub("", text)).replace("帐", "账").replace("曰", "日")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cell(Region):
    """A box of text, laid level. text: folded; edges: left edges of its characters and the right end (len(text) + 1
    values); slant: how much its row falls per pixel to the right on the sheet; laid: where it is on the sheet, where it
    was laid elsewhere to be read (relaid.py)."""

    text: str
    confidence: float
    edges: tuple[float, ...]
    index: int
    slant: float = 0.0
    laid: Region | None = None

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    @property
    def vertical(self) -> bool:
        """Written from top to bottom."""
        return len(self.text) > 1 and self.height > 1.6 * self.width

    @property
    def place(self) -> Region:
        """Where it is on the sheet."""
        if self.laid is not None:
            return self.laid
        drop = self.slant * self.centre
        return Region(left=self.left, top=self.top + drop, right=self.right, bottom=self.bottom + drop)

    def part(self, start: int, end: int) -> Cell:
        """The piece text[start:end] as a cell of its own, blanks at its ends left out."""
        while start < end and self.text[start] == " ":
            start += 1
        while end > start and self.text[end - 1] == " ":
            end -= 1
        return Cell(
            left=self.edges[start],
            right=self.edges[end],
            top=self.top,
            bottom=self.bottom,
            text=self.text[start:end],
            confidence=self.confidence,
            edges=self.edges[start : end + 1],
            index=self.index,
            slant=self.slant,
            laid=self.laid,
        )


def weight(character: str) -> float:
    return 1.0 if character >= "\u2e80" else 0.55


def _cell(box: Box, index: int, slant: float) -> Cell:
    """Fold a box; where folding changes the length, or edges are unknown, they are spread by character width."""
    text = fold(box.text)
    lean = abs(slant) * (box.right - box.left)
    shift = slant * (box.left + box.right) / 2
    shrink = min(lean / 2, 0.3 * (box.bottom - box.top))
    if len(box.edges) == len(text):
        edges = (*box.edges, box.right)
    elif len(box.edges) == len(box.text) and len(box.text) > len(text) > 0:
        edges = (*_kept(box, text), box.right)
    else:
        total = sum(map(weight, text)) or 1.0
        edges, at = (box.left,), 0.0
        for character in text:
            at += weight(character)
            edges = (*edges, box.left + (box.right - box.left) * at / total)
    return Cell(
        left=box.left,
        right=box.right,
        top=box.top - shift + shrink,
        bottom=box.bottom - shift - shrink,
        text=text,
        confidence=box.confidence,
        edges=edges,
        index=index,
        slant=slant,
    )


def _kept(box: Box, text: str) -> Iterator[float]:
    """Edges of the characters that folding kept: it only dropped blanks, or else they are shared out in order."""
    at = 0
    for character in text:
        while at < len(box.text) - 1 and fold(box.text[at]) != character and len(box.text) - at > 1:
            if box.text[at].strip() and character != " ":
                break
            at += 1
        yield box.edges[min(at, len(box.edges) - 1)]
        at += 1


def _slant(boxes: Sequence[Box]) -> float:
    """How much rows fall per pixel to the right, from neighbours in a row; 0 where too few tell."""
    slopes: list[float] = []
    for box in boxes:
        height = box.bottom - box.top
        beside = [
            other
            for other in boxes
            if other.left > box.left
            and 0 < other.left - box.right < 12 * height
            and abs((other.top + other.bottom) - (box.top + box.bottom)) < height
            and 0.6 < (other.bottom - other.top) / max(height, 1) < 1.6
        ]
        if beside:
            other = min(beside, key=lambda b: b.left)
            run = (other.left + other.right - box.left - box.right) / 2
            slopes.append(((other.top + other.bottom) - (box.top + box.bottom)) / 2 / max(run, 1))
    if len(slopes) < 4:
        return 0.0
    slope = statistics.median(slopes)
    return slope if abs(slope) > _SLANT_LEAST else 0.0


class Page:
    """The cells of a sheet, or of a part of it, in reading order. width, height: of the whole page; bounds: what of
    the page is this part's.
    """

    def __init__(
        self, cells: Sequence[Cell], *, width: float, height: float, origin: Origin, bounds: Region | None = None
    ) -> None:
        self.width, self.height, self.origin = width, height, origin
        self.bounds = bounds or Region(left=0.0, top=0.0, right=width, bottom=height)
        self.rows = _rows([cell for cell in cells if not cell.vertical])
        self.uprights = tuple(cell for cell in cells if cell.vertical)
        self.row_of = {cell.index: number for number, row in enumerate(self.rows) for cell in row}
        self.cells: tuple[Cell, ...] = tuple(cell for row in self.rows for cell in row)

    @cached_property
    def line_height(self) -> float:
        """The usual height of a line."""
        return statistics.median([cell.height for cell in self.cells]) if self.cells else 1.0

    @cached_property
    def text(self) -> str:
        """All text, row by row."""
        upright = [cell.text for cell in self.uprights]
        return "\n".join(["  ".join(cell.text for cell in row) for row in self.rows] + upright)

    @property
    def top(self) -> float:
        return min((cell.top for cell in self.cells), default=0.0)

    @property
    def bottom(self) -> float:
        return max((cell.bottom for cell in self.cells), default=self.height)

    def rightward(self, cell: Cell) -> Iterator[Cell]:
        """Cells of the same row to the right, the nearest first; none of what stands upright, which is in no row."""
        row = self.rows[self.row_of[cell.index]] if cell.index in self.row_of else ()
        yield from (other for other in row if other.index != cell.index and other.centre > cell.right)

    def below(self, cell: Cell, reach: float = 3.0) -> Iterator[Cell]:
        """Cells underneath that overlap it sideways, the nearest first, within `reach` line heights."""
        limit = cell.bottom + reach * max(self.line_height, min(cell.height, 2 * self.line_height))
        found = [
            other
            for other in self.cells
            if other.middle > cell.bottom
            and other.top < limit
            and min(other.right, cell.right) - max(other.left, cell.left) > 0.25 * min(other.width, cell.width)
        ]
        yield from sorted(found, key=lambda other: (other.top, abs(other.left - cell.left)))

    def without(self, gone: Collection[int]) -> Page:
        """The page without the cells of these indices; itself where there are none."""
        if not gone:
            return self
        kept = [cell for cell in (*self.cells, *self.uprights) if cell.index not in gone]
        return Page(kept, width=self.width, height=self.height, origin=self.origin, bounds=self.bounds)

    def half(self, at: float, *, upright: bool, first: bool) -> Page:
        """The part before or behind a cut: an upright one, which goes through boxes, or one at a height."""
        cells = (*self.cells, *self.uprights)
        if upright:
            pieces = [piece for cell in cells if (piece := _piece(cell, at, first=first)) is not None]
        else:
            pieces = [cell for cell in cells if (cell.middle < at) is first]
        side = ("right" if first else "left") if upright else ("bottom" if first else "top")
        return Page(
            pieces, width=self.width, height=self.height, origin=self.origin, bounds=replace(self.bounds, **{side: at})
        )

    def clipped(self, region: Region) -> Region:
        """A region without what lies outside this part of the page."""
        b = self.bounds
        return Region(
            left=max(region.left, b.left),
            top=max(region.top, b.top),
            right=min(region.right, b.right),
            bottom=min(region.bottom, b.bottom),
        )


def _piece(cell: Cell, at: float, *, first: bool) -> Cell | None:
    """What of a box lies before or behind an upright cut, whole characters; None where nothing does."""
    end = len(cell.text)
    place = next((n for n in range(end) if (cell.edges[n] + cell.edges[n + 1]) / 2 >= at), end)
    start, stop = (0, place) if first else (place, end)
    if (start, stop) == (0, end):
        return cell
    return cell.part(start, stop) if cell.text[start:stop].strip() else None


def make_page(sheet: Sheet) -> Page:
    """Cells of the sheet's boxes; empty ones are left out, and no more than MOST_BOXES are looked at."""
    boxes = [box for box in sheet.boxes[:MOST_BOXES] if box.text.strip()]
    slant = _slant(boxes) if sheet.origin is Origin.OCR and len(boxes) < 400 else 0.0
    cells = [_cell(box, index, slant) for index, box in enumerate(boxes)]
    return Page([cell for cell in cells if cell.text], width=sheet.width, height=sheet.height, origin=sheet.origin)


def _rows(cells: Iterable[Cell]) -> list[tuple[Cell, ...]]:
    """Cells that stand beside one another make a row; each is compared with the row's nearest to its left."""
    rows: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda c: c.left):
        best, overlap = None, 0.5
        for row in rows:
            last = row[-1]
            if last.right - cell.left > 0.5 * min(last.width, cell.width):
                continue
            shared = (min(last.bottom, cell.bottom) - max(last.top, cell.top)) / max(min(last.height, cell.height), 1)
            if shared > overlap or (shared == overlap and best is None):
                best, overlap = row, shared
        if best is None:
            rows.append([cell])
        else:
            best.append(cell)
    ordered = sorted(rows, key=lambda row: statistics.median(cell.middle for cell in row))
    return [tuple(row) for row in ordered]


def column_at(edges: Sequence[float], x: float) -> int:
    """Which of the columns with these left edges x lies in; -1 before the first."""
    return bisect_left(edges, x + 1e-6) - 1


def within(cell: Cell, stamps: Sequence[Region]) -> bool:
    """Whether the middle of a cell lies in one of the stamps. Red of more than a stamp's sides, beside its letters, is
    a desk, a frame or a background.
    """
    wide, tall = (sides * cell.height for sides in _STAMP)
    return any(
        s.left < cell.centre < s.right
        and s.top < cell.middle < s.bottom
        and s.right - s.left < wide
        and s.bottom - s.top < tall
        for s in stamps
    )


def is_of_a_rim(cell: Cell, stamps: Sequence[Region]) -> bool:
    """Whether a cell is one letter where a seal's rim may be, a little outside what was seen of it."""
    return len(cell.text) == 1 and any(
        abs(cell.centre - (s.left + s.right) / 2) < _RIM * (s.right - s.left)
        and abs(cell.middle - (s.top + s.bottom) / 2) < _RIM * (s.bottom - s.top)
        for s in stamps
    )


def union(cells: Iterable[Region]) -> Region | None:
    """The rectangle around them."""
    chosen = list(cells)
    if not chosen:
        return None
    return Region(
        left=min(c.left for c in chosen),
        top=min(c.top for c in chosen),
        right=max(c.right for c in chosen),
        bottom=max(c.bottom for c in chosen),
    )
