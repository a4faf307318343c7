"""HTML of a mail as a viewer makes it, held against what may stand in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from maild.confine.cleaning.sanitise import sanitise
from maild.domain.desk.shown import ShownHtml

ELEMENTS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "address",
        "article",
        "aside",
        "b",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
ATTRIBUTES = frozenset(
    [
        "style",
        "dir",
        "lang",
        "title",
        "align",
        "valign",
        "bgcolor",
        "height",
        "width",
        "href",
        "rel",
        "target",
        "src",
        "alt",
        "border",
        "cellpadding",
        "cellspacing",
        "colspan",
        "rowspan",
        "nowrap",
        "scope",
        "span",
        "start",
        "type",
        "value",
        "color",
        "face",
        "size",
        "noshade",
    ]
)
STYLE = re.compile(r"[a-z\-]+:[\w#.,%\s'\"\-/]*(?:(?:rgb|hsl)a?\([\d.,%/\sdeg]*\)[\w#.,%\s'\"\-/]*)*")
FORBIDDEN = re.compile(r"url|expression|import|position|binding|behavior|javascript|@|\\|/\*|<|>")
PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=]+)")


class Checker(HTMLParser):
    """Another parser's view of a document: complains of everything that is not known to be harmless."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.faults.append(f"element {tag}")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append("a comment")

    handle_decl = handle_pi = unknown_decl = handle_comment

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES:
            self.faults.append(f"attribute {name} of {tag}")
        elif name == "href" and not re.match(r"(?:https?://[\w\[][^\\\s@]*|mailto:[^?\s]*|tel:\S*)\Z", value):
            self.faults.append(f"link {value}")
        elif name == "href" and tag != "a":
            self.faults.append(f"href of {tag}")
        elif name == "src" and not (tag == "img" and PICTURE.fullmatch(value)):
            self.faults.append(f"source {value[:80]}")
        elif name == "target" and value != "_blank":
            self.faults.append(f"target {value}")
        elif name == "style":
            ok = all(STYLE.fullmatch(piece) for piece in value.split(";")) and not FORBIDDEN.search(value)
            self.faults += [] if ok else [f"style {value}"]


def body_of(document: str) -> str:
    """What of a document comes from the mail."""
    head, _, body = document.partition("</head><body>")
    assert document.count("</head>") == document.count("<body") == 1
    assert head.startswith("<!DOCTYPE html><html><head>")
    assert body.endswith("</body></html>")
    return body.removesuffix("</body></html>")


def checked(document: str) -> str:
    """The document's text, once nothing in it is found wrong."""
    checker = Checker()
    checker.feed(body_of(document))
    checker.close()
    assert checker.faults == [], body_of(document)[:3000]
    return "".join(checker.text)


def png_of(content: bytes) -> tuple[str, bytes] | None:
    """As the worker does, in this process."""
    from maild.receipts.media.show import ShowFault, page

    try:
        made = page(content, 1, width=1600)
    except ShowFault:
        return None
    return made.media_type, made.content


def clean(html: str, pictures: dict[str, bytes] | None = None) -> ShownHtml:
    return sanitise(html, pictures or {}, png_of)
