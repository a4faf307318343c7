"""Before a mail's HTML is cleaned: what will be taken out is counted, text that cannot be seen is marked.

Nothing here makes a mail safe: what comes out is cleaned afterwards (maild.confine.cleaning.sanitise), whatever it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from maild.confine.cleaning import colours
from maild.confine.cleaning.colours import Colour
from maild.confine.cleaning.styles import declarations, hides, remote_hosts
from maild.domain.desk.shown import Withheld

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

Counts = Counter[tuple[Withheld, str]]

_MARK = "color:#7a1f00;background-color:#fff3c4"
_MOST_NODES = 60_000
_MOST_COUNTED = 500  # elements of a kind
_TAKEN = {
    Withheld.SCRIPT: "script",
    Withheld.STYLE: 'link[rel~="stylesheet" i][href]',
    Withheld.FRAME: "iframe, frame, portal, fencedframe",
    Withheld.MEDIA: "video, audio, embed, object, applet, bgsound, model",
    Withheld.FORM: "form, input, button, textarea, select, isindex",
}
_IMPORT = re.compile(r"(?i)@import\s+(?:url\()?\s*[\"']?\s*(?:https?:)?//([^/\"'\s)?#:]{1,253})")
_HOST = re.compile(r"(?i)\s*(?:https?:)?[/\\]{2}(?:[^/\\?#@]*@)?([^/\\?#:\s]{1,253})")
_UNSEEN = frozenset(
    {
        "script",
        "style",
        "head",
        "title",
        "template",
        "noembed",
        "noframes",
        "iframe",
        "svg",
        "math",
        "object",
        "video",
        "audio",
        "textarea",
    }
)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What text at a place looks like. hidden: by other means than its colour."""

    ink: Colour = colours.BLACK
    ground: Colour = colours.WHITE
    hidden: bool = False


@dataclass(slots=True)
class Unveiled:
    """The HTML of a mail's body with hidden text marked, and what was counted on the way."""

    html: str
    counts: Counts = field(default_factory=Counter)


def unveil(html: str) -> Unveiled:
    """Mark and count. Text of any kind in; HTML out, not to be trusted any more than before."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    found = Unveiled(html="")
    _count(tree, found.counts)
    if tree.body is None:
        return found
    _mark(tree.body, found.counts)
    inner = tree.body.inner_html or ""
    style = _own_style(tree.body)
    found.html = f'<div style="{style}">{inner}</div>' if style else inner
    return found


def host_of(url: str) -> str:
    """The host an address names, '' for none."""
    found = _HOST.match(url)
    return found[1].lower() if found else ""


def _count(tree: object, counts: Counts) -> None:
    for what, selector in _TAKEN.items():
        for node in tree.css(selector)[:_MOST_COUNTED]:  # type: ignore[attr-defined]
            attributes = node.attributes
            source = attributes.get("src") or attributes.get("href") or attributes.get("data") or ""
            counts[what, host_of(source)] += 1
    for sheet in tree.css("style")[:_MOST_COUNTED]:  # type: ignore[attr-defined]
        text = (sheet.text() or "")[:200_000]
        for host in _IMPORT.findall(text):
            counts[Withheld.STYLE, host.lower()] += 1
        for host in remote_hosts(text.replace(";", " ")[:4000]):
            counts[Withheld.PICTURE, host] += 1


def _own_style(body: LexborNode) -> str:
    """The body's own colours, which its place in another document would lose, as a style; cleaned later."""
    wanted = [("background-color", body.attributes.get("bgcolor")), ("color", body.attributes.get("text"))]
    parts = [f"{name}:{value}" for name, value in wanted if value]
    parts.append(body.attributes.get("style") or "")
    return ";".join(filter(None, parts)).replace('"', "'").replace("<", "").replace("&", "")


def _mark(body: LexborNode, counts: Counts) -> None:
    """Walk the elements, each with the colours it inherits, and mark those whose own text cannot be seen."""
    left = _MOST_NODES
    stack: list[tuple[LexborNode, _Sight]] = [(body, _Sight())]
    while stack and left:
        left -= 1
        node, above = stack.pop()
        if node.tag in _UNSEEN:
            continue
        sight = _sight(node, above)
        own_text = False
        child = node.first_child
        while child is not None:
            if child.is_element_node:
                stack.append((child, sight))
            elif child.is_text_node and not own_text:
                own_text = bool((child.text_content or "").strip(" \t\r\n\f\u00a0\u200b\u200c\u200d\ufeff\u034f\u00ad"))
            child = child.next
        if own_text and (sight.hidden or colours.contrast(sight.ink, sight.ground) < colours.LEAST):
            node.attrs["style"] = f"{node.attributes.get('style') or ''};{_MARK}"
            counts[Withheld.HIDDEN, ""] += 1


def _sight(node: LexborNode, above: _Sight) -> _Sight:
    attributes = node.attributes
    if not attributes:
        return above
    ground, ink = above.ground, above.ink
    if (value := attributes.get("bgcolor")) and node.tag != "font":
        ground = colours.read(value, ground) or ground
    if value := attributes.get("color" if node.tag == "font" else "text" if node.tag == "body" else ""):
        ink = colours.read(value, ground) or ink
    style = attributes.get("style")
    if style is None:
        return _Sight(ink, ground, above.hidden or "hidden" in attributes)
    said = dict(declarations(style))
    for name in ("background", "background-color"):
        if value := said.get(name):
            ground = colours.read(value, ground) or ground
    if value := said.get("color"):
        ink = colours.read(value, ground) or ink
    return _Sight(ink, ground, above.hidden or "hidden" in attributes or hides(style))
