"""What the HTML of an edited notice may hold: what mail programs show, nothing that runs or is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

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

    def say(self, what: str) -> None:
        self.faults.append((self.getpos()[0], what))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.say(f"<{tag}> is not for mails")
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag not in EMPTY:
            self.open.append((tag, self.getpos()[0]))

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES:
            self.say(f"{name}= of <{tag}> is not for mails")
        elif name == "href" and not _LINK.match(value):
            self.say(f"a link to {value[:60]!r}: only https, http, mailto and tel")
        elif name == "src" and not value.startswith("cid:"):
            self.say(f"a picture that is fetched ({value[:60]!r}): put it into images/ and write cid:NAME")
        elif name == "style" and _STYLE.search(value):
            self.say("a style that fetches or runs something")

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPTY:
            return
        if not self.open or self.open[-1][0] != tag:
            inner = f", <{self.open[-1][0]}> of line {self.open[-1][1]} is open" if self.open else ""
            self.say(f"</{tag}> closes nothing{inner}")
            while any(name == tag for name, _ in self.open) and self.open.pop()[0] != tag:
                pass
        else:
            self.open.pop()

    def handle_decl(self, decl: str) -> None:
        self.say("a declaration (<!…>) is not for mails")

    def handle_pi(self, data: str) -> None:
        self.say("<?…> is not for mails")

    def unknown_decl(self, data: str) -> None:
        self.say("<![…]> is not for mails")


def elements(text: str) -> list[tuple[int, str]]:
    """What must not be there, by line; U+FFFC stands where variables are."""
    reader = _read(text)
    return [fault for fault in reader.faults if "closes nothing" not in fault[1]]


def unbalanced(text: str) -> Iterator[str]:
    """What is closed and not opened, or opened and not closed, in HTML as it was written."""
    reader = _read(text)
    yield from (what for _, what in reader.faults if "closes nothing" in what)
    yield from (f"<{tag}> is never closed" for tag, _ in reader.open)


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader
