"""An HTML page as a sheet: its lines one below the other, the cells of a table in their columns, empty ones too.

Tags are told apart by a pattern, not parsed into a tree: only rows, cells and text matter here, and no page can be
made that takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from maild.receipts.magic import as_text
from maild.receipts.sheet import Box, Origin, Sheet

_MOST_BYTES = 1_000_000
_MOST_ROWS = 600
_MOST_CELL = 500  # characters
_ROW, _HEIGHT, _CHARACTER, _COLUMN, _GAP = 40.0, 24.0, 24.0, 320.0, 60.0  # pixels of a page that is only imagined
_CELLS = frozenset({"td", "th", "dt", "dd"})
_ROWS = frozenset(
    {
        "p",
        "div",
        "tr",
        "li",
        "table",
        "ul",
        "ol",
        "dl",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "hr",
        "section",
        "article",
        "header",
        "footer",
        "form",
        "body",
        "blockquote",
        "pre",
        "tbody",
    }
)
_UNSEEN = frozenset({"script", "style", "head", "template", "noscript", "title", "svg", "select"})
_INLINE = frozenset({"span", "label", "b", "strong", "em", "i", "font", "small", "a"})
_TOKEN = re.compile(r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]*>?|<[!?/][^<>]*>?|[^<]+|<")
_SPAN = re.compile(r"\b(col|row)span\s*=\s*[\"']?\s*(\d{1,2})", re.IGNORECASE)
_MOST_COLUMNS = 40


@dataclass(slots=True)
class _Cell:
    """What stands in one place of a row. column: of its table's, from 0; span: how many of them it takes."""

    column: int
    span: int = 1
    lines: list[str] = field(default_factory=lambda: [""])

    @property
    def texts(self) -> list[str]:
        return [text for line in self.lines if (text := line.strip()[:_MOST_CELL])]


@dataclass(slots=True)
class _Row:
    """table: which it belongs to; 0: running text, whose cells only follow one another; filled: something is said."""

    table: int = 0
    cells: list[_Cell] = field(default_factory=list)
    filled: bool = False


def read_html(content: bytes) -> Sheet:
    """The page's visible text in place. Any bytes in; nothing is fetched or run."""
    rows = [row for row in _Reader().rows(_tags(as_text(content[:_MOST_BYTES]))) if row.filled]
    boxes = tuple(_boxes(rows))
    width = max((box.right for box in boxes), default=1.0)
    height = max((box.bottom for box in boxes), default=_ROW) + _ROW - _HEIGHT
    return Sheet(width=width, height=height, origin=Origin.TEXT, boxes=boxes)


class _Reader:
    """Rows and cells of a page from its tags and texts, in their order."""

    def __init__(self) -> None:
        self._rows = [_Row()]
        self._tables: list[int] = []  # those that are open
        self._count = 0
        self._within: list[bool] = [False]  # whether a cell of that table is open; the first: of no table
        self._below: dict[int, int] = {}  # columns that a cell above reaches into → for how many rows yet
        self._ended = False  # an inline element has just ended
        self._lines = 0  # of cells, beyond the first of each

    def rows(self, tags: Iterator[tuple[str, bool, str]]) -> list[_Row]:
        """tags: (name, whether it ends, the tag itself), or ('', False, a text)."""
        for name, ends, text in tags:
            if not name:
                self._text(text)
            elif name == "table":
                self._table(ends=ends)
            elif name == "tr":
                self._row()
            elif name in _CELLS:
                self._cell(name, text, ends=ends)
            elif name in _INLINE:
                self._inline(ends=ends)
            elif name in _ROWS:
                self._block()
            if len(self._rows) > _MOST_ROWS:
                break
        return self._rows

    def _text(self, text: str) -> None:
        if not text.strip() and self._ended:
            return
        self._ended = False
        row = self._rows[-1]
        if not row.cells:
            row.cells.append(_Cell(column=0))
        if len(row.cells[-1].lines[-1]) < _MOST_CELL:
            row.cells[-1].lines[-1] += text
            row.filled = row.filled or bool(text.strip())

    def _table(self, *, ends: bool) -> None:
        if not ends:
            self._count += 1
            self._tables.append(self._count)
            self._within.append(False)
        elif self._tables:
            self._tables.pop()
            self._within.pop()
        self._below = {}
        self._new()

    def _new(self) -> None:
        if not self._rows[-1].filled:
            self._rows.pop()
        self._rows.append(_Row(table=self._tables[-1] if self._tables else 0))
        self._ended = False

    def _row(self) -> None:
        self._within[-1] = False
        if self._rows[-1].cells:
            self._below = {column: rows - 1 for column, rows in self._below.items() if rows > 1}
        self._new()

    def _cell(self, name: str, tag: str, *, ends: bool) -> None:
        self._ended = False
        row = self._rows[-1]
        if name in {"dt", "dd"} or not self._tables:
            if row.filled and len(row.cells) < _MOST_COLUMNS:
                row.cells.append(_Cell(column=len(row.cells)))
            return
        self._within[-1] = not ends
        if ends:
            return
        spans = {kind.lower(): max(1, int(many)) for kind, many in _SPAN.findall(tag)}
        if len(row.cells) >= _MOST_COLUMNS:
            return
        last = row.cells[-1] if row.cells else None
        column = last.column + last.span if last else 0
        while column in self._below:
            column += 1
        cell = _Cell(column=min(column, _MOST_COLUMNS), span=min(spans.get("col", 1), _MOST_COLUMNS))
        row.cells.append(cell)
        if spans.get("row", 1) > 1:
            self._below |= dict.fromkeys(range(cell.column, cell.column + cell.span), spans["row"])

    def _inline(self, *, ends: bool) -> None:
        """Where one such element follows another at once, a style sets them apart: a label and its value."""
        row = self._rows[-1]
        if not ends and self._ended and row.cells and row.cells[-1].lines[-1].strip():
            if self._within[-1]:
                row.cells[-1].lines[-1] += " "
            elif len(row.cells) < _MOST_COLUMNS:
                row.cells.append(_Cell(column=len(row.cells)))
        self._ended = ends

    def _block(self) -> None:
        """A new line: of the cell of a table, else of the page."""
        self._ended = False
        row = self._rows[-1]
        if self._within[-1] and row.cells:
            if row.cells[-1].lines[-1].strip() and self._lines < _MOST_ROWS:
                row.cells[-1].lines.append("")
                self._lines += 1
        elif row.filled:
            self._new()


def _tags(page: str) -> Iterator[tuple[str, bool, str]]:
    """(name, whether it ends, the tag) and ('', False, text) in the page's order, of what is seen."""
    at, unseen = 0, ""
    while token := _TOKEN.match(page, at):
        at = token.end()
        if token[0] == "<!--":
            end = page.find("-->", at)
            at = end + 3 if end >= 0 else len(page)
            continue
        name = (token[2] or "").lower()
        if unseen:  # up to its end, whatever lies between
            unseen = "" if token[1] and name == unseen else unseen
        elif not name:
            if not token[0].startswith("<"):
                yield "", False, re.sub(r"\s+", " ", unescape(token[0]))
        elif name in _UNSEEN and not token[1]:
            unseen = name
        else:
            yield name, bool(token[1]), token[0]


def _boxes(rows: list[_Row]) -> Iterator[Box]:
    lefts = {table: _columns([row for row in rows if row.table == table]) for table in {row.table for row in rows}}
    top = 0.0
    for row in rows:
        left = 0.0
        for cell in row.cells:
            texts = cell.texts
            left = max(left, lefts[row.table].get(cell.column, 0.0) if row.table else cell.column * _COLUMN)
            for number, text in enumerate(texts):
                yield Box(
                    left=left,
                    top=top + number * _ROW,
                    right=left + len(text) * _CHARACTER,
                    bottom=top + number * _ROW + _HEIGHT,
                    text=text,
                    edges=tuple(left + i * _CHARACTER for i in range(len(text))),
                )
            if texts:
                left += max(map(len, texts)) * _CHARACTER + _GAP
        top += _ROW * max((len(cell.texts) for cell in row.cells), default=1)


def _columns(rows: list[_Row]) -> dict[int, float]:
    """Where each column of a table begins: beyond the longest text of those before it."""
    wide: dict[int, float] = {}
    for cell in (cell for row in rows for cell in row.cells):
        share = max((len(text) for text in cell.texts), default=0) * _CHARACTER / cell.span
        for column in range(cell.column, cell.column + cell.span):
            wide[column] = max(wide.get(column, 0.0), share)
    lefts, left = {}, 0.0
    for column in range(max(wide, default=-1) + 1):
        lefts[column] = left
        left += max(wide.get(column, 0.0) + _GAP, _COLUMN)
    return lefts
