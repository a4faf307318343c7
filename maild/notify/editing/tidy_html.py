"""What the HTML of an edited notice may hold: what mail programs show, nothing that runs or is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from maild.notify.editing import SAY

TAGS = frozenset(
    {
        "p",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "a",
        "ul",
        "ol",
        "li",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
        "div",
        "span",
        "br",
        "hr",
        "img",
        "h2",
        "h3",
        "blockquote",
        "code",
        "pre",
        "small",
        "sub",
        "sup",
    }
)
ATTRIBUTES = frozenset(
    {
        "style",
        "class",
        "href",
        "src",
        "alt",
        "width",
        "height",
        "align",
        "valign",
        "colspan",
        "rowspan",
        "role",
        "lang",
        "dir",
        "title",
        "border",
        "cellpadding",
        "cellspacing",
        "bgcolor",
        "scope",
    }
)
EMPTY = frozenset({"br", "hr", "img"})
_LINK = re.compile(r"\s*(?:https?://|mailto:|tel:|\uFFFC)", re.IGNORECASE)  # U+FFFC stands for what a variable holds
_STYLE = re.compile(r"url\s*\(|expression|@import|position\s*:\s*(?:fixed|absolute)|javascript", re.IGNORECASE)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[tuple[int, str]] = []
        self.open: list[tuple[str, int]] = []
        self.unbalanced: list[str] = []

    def say(self, what: str) -> None:
        self.faults.append((self.getpos()[0], what))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.say(SAY("not_for_mails", tag=tag))
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag not in EMPTY:
            self.open.append((tag, self.getpos()[0]))

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES:
            self.say(SAY("attribute_not_for_mails", name=name, tag=tag))
        elif name == "href" and not _LINK.match(value):
            self.say(SAY("link_scheme", url=repr(value[:60])))
        elif name == "src" and not value.startswith("cid:"):
            self.say(SAY("fetched_picture", url=repr(value[:60])))
        elif name == "style" and _STYLE.search(value):
            self.say(SAY("fetching_style"))

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPTY:
            return
        if not self.open or self.open[-1][0] != tag:
            if self.open:
                within, line = self.open[-1]
                self.unbalanced.append(SAY("closes_nothing_within", tag=tag, open=within, line=line))
            else:
                self.unbalanced.append(SAY("closes_nothing", tag=tag))
            while any(name == tag for name, _ in self.open) and self.open.pop()[0] != tag:
                pass
        else:
            self.open.pop()

    def handle_decl(self, decl: str) -> None:
        self.say(SAY("declaration"))

    def handle_pi(self, data: str) -> None:
        self.say(SAY("instruction"))

    def unknown_decl(self, data: str) -> None:
        self.say(SAY("unknown_declaration"))


def elements(text: str) -> list[tuple[int, str]]:
    """What must not be there, by line; U+FFFC stands where variables are."""
    reader = _read(text)
    return reader.faults


def unbalanced(text: str) -> Iterator[str]:
    """What is closed and not opened, or opened and not closed, in HTML as it was written."""
    reader = _read(text)
    yield from reader.unbalanced
    yield from (SAY("never_closed", tag=tag) for tag, _ in reader.open)


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader
