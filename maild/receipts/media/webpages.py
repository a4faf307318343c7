"""An HTML page as a sheet: its lines one below the other, the cells of a table side by side.

Tags are told apart by a pattern, not parsed into a tree: only rows, cells and text matter here, and no page can be
made that takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from maild.receipts.media.magic import as_text
from maild.receipts.page.sheet import Box, Origin, Sheet

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
_TOKEN = re.compile(r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]*>?|<[!?/][^<>]*>?|[^<]+|<")


def read_html(content: bytes) -> Sheet:
    """The page's visible text in place. Any bytes in; nothing is fetched or run."""
    rows: list[list[str]] = [[""]]
    for kind, text in _events(as_text(content[:_MOST_BYTES])):
        row = rows[-1]
        if kind == "row":
            if any(cell.strip() for cell in row):
                rows.append([""])
        elif kind == "cell":
            if row[-1].strip():
                row.append("")
        elif len(row[-1]) < _MOST_CELL:
            row[-1] += text
        if len(rows) > _MOST_ROWS:
            break
    boxes = tuple(_boxes(rows))
    width = max((box.right for box in boxes), default=1.0)
    return Sheet(width=width, height=_ROW * len(rows), origin=Origin.TEXT, boxes=boxes)


def _events(page: str) -> Iterator[tuple[str, str]]:
    """('row' | 'cell' | 'text', text) in the page's order."""
    at, unseen = 0, ""
    while token := _TOKEN.match(page, at):
        at = token.end()
        if token[0] == "<!--":
            end = page.find("-->", at)
            at = end + 3 if end >= 0 else len(page)
            continue
        tag = (token[2] or "").lower()
        if unseen:  # up to its end, whatever lies between
            unseen = "" if token[1] and tag == unseen else unseen
        elif not tag:
            if not token[0].startswith("<"):
                yield "text", re.sub(r"\s+", " ", unescape(token[0]))
        elif tag in _UNSEEN and not token[1]:
            unseen = tag
        elif tag in _CELLS or tag in _ROWS:
            yield "cell" if tag in _CELLS else "row", ""


def _boxes(rows: list[list[str]]) -> Iterator[Box]:
    for number, row in enumerate(rows):
        left = 0.0
        top = number * _ROW
        for column, cell in enumerate(row):
            text = cell.strip()[:_MOST_CELL]
            if not text:
                continue
            left = max(left, column * _COLUMN)
            right = left + len(text) * _CHARACTER
            yield Box(
                left=left,
                top=top,
                right=right,
                bottom=top + _HEIGHT,
                text=text,
                edges=tuple(left + i * _CHARACTER for i in range(len(text))),
            )
            left = right + _GAP
