"""An HTML page as a sheet: its lines one below the other, the cells of a table side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maild.receipts.magic import as_text
from maild.receipts.sheet import Box, Origin, Sheet

_MOST_BYTES = 1_000_000
_MOST_NODES = 50_000
_MOST_ROWS = 600
_ROW, _HEIGHT, _CHARACTER, _COLUMN, _GAP = 40.0, 24.0, 24.0, 320.0, 60.0  # pixels of a page that is only imagined
_CELLS = frozenset({"td", "th", "dt", "dd"})
_ROWS = frozenset({"p", "div", "tr", "li", "table", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "br", "hr",
                   "section", "article", "header", "footer", "form", "body", "blockquote", "pre", "tbody"})  # fmt: skip
_UNSEEN = frozenset({"script", "style", "head", "template", "noscript", "title", "svg", "object", "iframe", "select"})


def read_html(content: bytes) -> Sheet:
    """The page's visible text in place. Any bytes in; nothing is fetched or run."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(as_text(content[:_MOST_BYTES]))
    rows: list[list[str]] = [[""]]
    if tree.body is not None:
        for kind, text in _events(tree.body):
            if kind == "row":
                if any(cell.strip() for cell in rows[-1]):
                    rows.append([""])
            elif kind == "cell":
                if rows[-1][-1].strip():
                    rows[-1].append("")
            else:
                rows[-1][-1] += text
            if len(rows) > _MOST_ROWS:
                break
    boxes = tuple(_boxes(rows))
    width = max((box.right for box in boxes), default=1.0)
    return Sheet(width=width, height=_ROW * len(rows), origin=Origin.TEXT, boxes=boxes)


def _events(body: Any) -> Iterator[tuple[str, str]]:
    """('row' | 'cell' | 'text', text) in the page's order, without recursion: pages nest as deep as they like."""
    todo: list[Any] = [body]
    for _ in range(_MOST_NODES):
        if not todo:
            return
        node = todo.pop()
        if isinstance(node, str):
            yield node, ""
            continue
        tag = node.tag or ""
        if tag == "-text":
            yield "text", " ".join((node.text_content or "").split()) or " "
            continue
        if tag in _UNSEEN or tag.startswith(("-", "_")):
            continue
        edge = "cell" if tag in _CELLS else "row" if tag in _ROWS else ""
        if edge:
            yield edge, ""
            todo.append(edge)
        children: list[Any] = []
        child = node.first_child if hasattr(node, "first_child") else node.child
        while child is not None and len(children) < _MOST_NODES:
            children.append(child)
            child = child.next
        todo += reversed(children)


def _boxes(rows: list[list[str]]) -> Iterator[Box]:
    for number, row in enumerate(rows):
        left = 0.0
        top = number * _ROW
        for column, cell in enumerate(row):
            text = " ".join(cell.split())[:500]
            if not text:
                continue
            left = max(left, column * _COLUMN)
            right = left + len(text) * _CHARACTER
            yield Box(left=left, top=top, right=right, bottom=top + _HEIGHT, text=text,
                      edges=tuple(left + i * _CHARACTER for i in range(len(text))))  # fmt: skip
            left = right + _GAP
