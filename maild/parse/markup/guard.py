"""HTML that no parser should be given: told beforehand, and read by deleting its tags."""

from __future__ import annotations

import re

from maild.parse import limits
from maild.parse.markup.tags import FORMATTING, OPTIONAL, VOID

_TAG = re.compile(r"<(/?)([a-zA-Z!][a-zA-Z0-9:]{0,30})")
_QUOTED_VALUE = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
_BETWEEN_ATTRIBUTES = re.compile(r"[\s/]+")


def _many_attributes(html: str) -> bool:
    """Whether tags hold so many attributes that lexbor, which compares each with each, would not end."""
    work = 0
    for piece in html.split("<"):
        if len(piece) > 300:
            tag = _QUOTED_VALUE.sub("", piece).partition(">")[0]
            if len(tag) > 300:
                work += len(_BETWEEN_ATTRIBUTES.findall(tag)) ** 2
    return work > limits.HTML_ATTRIBUTES


def too_deep(html: str) -> bool:
    """Whether the nesting would cost a parser too much: lexbor's time grows with its square (200,000
    nested elements take minutes), and unclosed formatting is repeated in every following block.
    """
    if _many_attributes(html):
        return True
    if html.count("<") < limits.HTML_DEPTH:
        return False
    counts: dict[str, int] = {}
    depth = formats = work = 0
    for close, name in _TAG.findall(html):
        tag = name.lower()
        if tag in VOID or tag in OPTIONAL:
            work += formats
            if work > 3_000_000:
                return True
            continue
        if close:
            if not counts.get(tag):
                continue
            counts[tag] -= 1
            depth -= 1
            formats -= tag in FORMATTING
        else:
            counts[tag] = counts.get(tag, 0) + 1
            depth += 1
            formats += tag in FORMATTING
            if depth > limits.HTML_DEPTH:
                return True
    return False


_STRIPBLOCKS = re.compile(r"<(script|style|title)\b[^>]*>|<!--", re.IGNORECASE)
BLOCK_TAG = re.compile(r"</?(?:p|div|br|tr|table|h[1-6]|li|ul|ol|blockquote|hr|section)\b[^<>]*>?", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>?")


def stripped(html: str) -> str:
    """Text of HTML by deleting tags: for what no parser should be given."""
    from html import unescape

    out: list[str] = []
    pos = 0
    lowered = html.lower()
    while block := _STRIPBLOCKS.search(html, pos):
        out.append(html[pos : block.start()])
        close = f"</{block.group(1).lower()}" if block.group(1) else "-->"
        end = lowered.find(close, block.end()) if len(lowered) == len(html) else html.find(close, block.end())
        pos = len(html) if end < 0 else end + (3 if close == "-->" else 0)
        if end < 0:
            break
    out.append(html[pos:])
    return unescape(_ANY_TAG.sub("", BLOCK_TAG.sub("\n", "".join(out))))
