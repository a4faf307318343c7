"""HTML → lines of text, links, pictures in data: URIs; what is hidden is left out and named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from maild.domain.text import visible
from maild.parse import limits
from maild.parse.defects import Defects
from maild.parse.lines import Line
from maild.parse.markup import style
from maild.parse.markup.guard import stripped, too_deep
from maild.parse.markup.tags import BLOCK, CLOSERS, DROPPED, PLAIN, QUOTE_CLASS, QUOTE_ID, SPACED, STRUCK, TAIL_ID, VOID

_WHITE = re.compile(r"\s+")
_DATA_IMAGE = re.compile(r"data:(image/[\w.+-]{1,40})(?:;[\w=-]{1,40})*;base64,", re.IGNORECASE)
_SCHEME = re.compile(r"https?://\S", re.IGNORECASE)
_TOKEN = re.compile(r'<!--.*?-->|<(/?)([a-zA-Z][^\s/>]*)([^>"]*(?:"[^"]*"[^>"]*)*)>|([^<]+)|<[^<>]*>?', re.DOTALL)
_ATTRIBUTE = re.compile(r'([^\s="]+)(?:="([^"]*)")?')
_READ = frozenset({"a", "img"})  # elements whose own attributes are content
_NO_ATTRIBUTES: dict[str, str] = {}
_CONTROL_IN_URL = re.compile(r"[\x00-\x20]+")


def _unescape(text: str) -> str:
    """Undo what the serialiser escapes."""
    if "&" not in text:
        return text
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&nbsp;", "\xa0")
    return text.replace("&amp;", "&")


def _attributes(source: str) -> dict[str, str]:
    return {name.lower(): _unescape(value) for name, value in _ATTRIBUTE.findall(source)}


@dataclass(slots=True)
class Reading:
    """What an HTML body says."""

    lines: list[Line] = field(default_factory=list)
    links: dict[str, None] = field(default_factory=dict)
    images: list[tuple[str, str]] = field(default_factory=list)  # (media type, base64)
    safe: bool = True  # False: nested too deeply for a parser


def read(html: str, defects: Defects) -> Reading:
    """Read an HTML body. Never raises, linear in its length."""
    if len(html) > limits.HTML_CHARS:
        defects.add("html-too-long", f"{len(html)} characters, cut to {limits.HTML_CHARS}")
        html = html[: limits.HTML_CHARS]
    if "\0" in html:
        defects.add("nul", "html")
        html = html.replace("\0", "")
    if html.count("<") > limits.HTML_TAGS or too_deep(html):
        defects.add("html-too-deep", "too many or too deeply nested elements: read without structure")
        return Reading(lines=[Line(line) for line in stripped(html).split("\n")], safe=False)
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    sheets = "\n".join(node.text() for node in tree.css("style")) if "<style" in html or "<STYLE" in html else ""
    renderer = _Renderer(defects, style.hidden_selectors(sheets) if sheets else frozenset())
    # The serialised tree is well-formed: walking its text costs a third of walking its nodes.
    renderer.run(visible(tree.html or ""))
    return renderer.finish()


@dataclass(slots=True)
class _Frame:
    """State that an element hands down to its content."""

    hidden: bool = False
    quoted: bool = False
    pre: bool = False
    background: str = "ffffff"
    front: str = ""


class _Cell:
    __slots__ = ("head", "lines", "nested")

    def __init__(self, *, head: bool) -> None:
        self.lines: list[Line] = []
        self.head = head
        self.nested = False


class _Renderer:
    """Walks the tree with a stack of its own; block elements end lines, table rows become 'a | b'."""

    def __init__(self, defects: Defects, hidden_selectors: frozenset[str]) -> None:
        self.defects = defects
        self.selectors = hidden_selectors
        self.result = Reading()
        self.buffer: list[str] = []
        self.quoted = False
        self.sinks: list[list[Line]] = [self.result.lines]
        self.rows: list[list[_Cell]] = []
        self.cells: list[_Cell] = []
        self.hidden_text: list[str] = []
        self.tail = self.pre = self.in_head = False
        self.term = 0  # length of the sink after the last dt
        self.inherited: dict[tuple[str, str, int], tuple[_Frame, _Frame]] = {}
        self.anchors: list[tuple[str, int, int]] = []

    def run(self, html: str) -> None:
        """Token by token; a stack of frames follows the elements."""
        frames: list[tuple[str, _Frame]] = [("", _Frame())]
        skip = 0
        for match in _TOKEN.finditer(html):
            if match.start() < skip:
                continue
            close, tag, attributes, text = match.groups()
            if text is not None:
                if text.isspace() and not self.buffer and not frames[-1][1].pre:
                    continue
                self._text(_unescape(text), frames[-1][1])
            elif tag is None:
                continue
            elif close:
                if len(frames) > 1 and frames[-1][0] == tag:
                    frames.pop()
                if tag in CLOSERS:
                    self._leave(tag)
            elif tag in DROPPED:
                skip = self._after(html, tag, match.end())
            elif not attributes and tag in PLAIN:
                frames.append((tag, frames[-1][1]))
            else:
                inner = self._enter(tag, attributes, frames[-1][1])
                if tag not in VOID:
                    frames.append((tag, inner))

    @staticmethod
    def _after(html: str, tag: str, pos: int) -> int:
        """Where a dropped element's content ends."""
        end = html.find(f"</{tag}>", pos) if tag not in VOID else pos
        return len(html) if end < 0 else end

    def finish(self) -> Reading:
        self._flush()
        if self.hidden_text:
            shown = " ".join(" ".join(self.hidden_text).split())
            if shown:
                self.defects.add("hidden-text", shown[:100])
        return self.result

    # entering and leaving elements

    def _enter(self, tag: str, source: str, frame: _Frame) -> _Frame:
        attributes = _attributes(source) if source and tag in _READ else _NO_ATTRIBUTES
        inner = self._inner(tag, source, frame) if source or tag == "pre" or tag in STRUCK else frame
        if (inner.quoted or self.tail) != self.quoted:
            self._quote(inner)
        if tag in BLOCK:
            self._flush()
            if tag in SPACED and not self.rows:
                self._blank()
        if tag == "br":
            self._flush(force=True)
        elif tag == "img":
            self._image(attributes, inner)
        elif tag == "a":
            self._anchor(attributes, inner)
        elif tag == "li":
            self.buffer.append("- ")
        elif tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self._flush()
            cell = _Cell(head=tag == "th" or self.in_head)
            self.cells.append(cell)
            self.sinks.append(cell.lines)
        elif tag == "table" and self.cells:
            self.cells[-1].nested = True
        elif tag == "thead":
            self.in_head = True
        elif tag == "hr":
            self._blank()
        return inner

    def _quote(self, frame: _Frame) -> None:
        self._flush()
        self.quoted = frame.quoted or self.tail

    def _leave(self, tag: str) -> None:
        if tag == "a":
            self._close_anchor()
        elif tag in {"td", "th"} and self.cells:
            self._flush()
            self.sinks.pop()
            cell = self.cells.pop()
            if self.rows:
                self.rows[-1].append(cell)
            else:
                self.sinks[-1].extend(cell.lines)
        elif tag == "tr" and self.rows:
            self._flush()
            self._row(self.rows.pop())
        elif tag in BLOCK:
            self._flush()
            if tag == "thead":
                self.in_head = False
            elif tag in {"dt", "dd"}:
                self._definition(tag)
            if tag in SPACED and not self.rows:
                self._blank()

    def _definition(self, tag: str) -> None:
        """A term and its definition become a row of two cells."""
        sink = self.sinks[-1]
        if tag == "dt":
            self.term = len(sink)
        elif self.term and len(sink) == self.term + 1 and sink[-2].text and sink[-1].text:
            value, label = sink.pop(), sink.pop()
            cells = (label.text, value.text)
            sink.append(Line(" | ".join(cells), value.quoted, cells))

    def _inner(self, tag: str, source: str, frame: _Frame) -> _Frame:
        """The element's frame, computed once for siblings that look alike (the cells of a table)."""
        key = (tag, source, id(frame))
        if known := self.inherited.get(key):
            return known[1]
        inner = self._inherit(tag, _attributes(source), frame)
        if len(self.inherited) < 5000:
            self.inherited[key] = (frame, inner)  # the parent is kept alive, so that its id stays its own
        return inner

    def _inherit(self, tag: str, attributes: dict[str, str], frame: _Frame) -> _Frame:
        css = attributes.get("style") or ""
        name, ident = attributes.get("class") or "", attributes.get("id") or attributes.get("name") or ""
        hidden = frame.hidden or tag in STRUCK or "hidden" in attributes or (bool(css) and style.hides(css))
        if not hidden and self.selectors:
            hidden = f"#{ident}" in self.selectors or any(f".{c}" in self.selectors for c in name.split())
        front, back = style.colours(css) if css else ("", "")
        front = front or style.colour(attributes.get("color") or "") or frame.front
        back = back or style.colour(attributes.get("bgcolor") or "") or frame.background
        if tag == "a" and not css:
            front = ""
        quoted = frame.quoted
        if tag == "blockquote":
            quoted = (
                quoted
                or (attributes.get("type") or "").lower() == "cite"
                or "cite" in attributes
                or "quote" in name.lower()
            )
        if not quoted and ((name and QUOTE_CLASS.search(name)) or (ident and QUOTE_ID.match(ident))):
            quoted = True
        if ident and TAIL_ID.match(ident) and tag != "body":
            quoted = self.tail = True
        return _Frame(
            hidden=hidden or (bool(front) and style.near(front, back)),
            quoted=quoted,
            pre=frame.pre or tag == "pre" or "pre-wrap" in css or "white-space: pre" in css,
            background=back,
            front=front,
        )

    # content

    def _text(self, text: str, frame: _Frame) -> None:
        if (frame.quoted or self.tail) != self.quoted:
            self._quote(frame)
        if frame.hidden:
            if len(self.hidden_text) < 100:
                self.hidden_text.append(text[:500])
            return
        self.pre = frame.pre
        if frame.pre:
            first, *more = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self.buffer.append(first)
            for piece in more:
                self._flush(force=True)
                self.buffer.append(piece)
            return
        self.buffer.append(text)

    def _flush(self, *, force: bool = False) -> None:
        if not self.buffer and not force:
            return
        text = "".join(self.buffer)
        self.buffer.clear()
        if self.anchors:
            self.anchors = [(url, 0, -1) for url, _, _ in self.anchors]
        if text:
            text = " ".join(text.split()) if not self.pre else text.rstrip()
        if text or force:
            self.sinks[-1].append(Line(text, self.quoted))

    def _blank(self) -> None:
        sink = self.sinks[-1]
        if sink and sink[-1].text:
            sink.append(Line("", self.quoted))

    def _anchor(self, attributes: dict[str, str], frame: _Frame) -> None:
        href = _CONTROL_IN_URL.sub("", attributes.get("href") or "")
        good = _SCHEME.match(href) is not None and not frame.hidden and len(href) < 4000
        if href and not good and href.lower().startswith(("javascript:", "data:", "vbscript:", "file:")):
            self.defects.add("link-dropped", href[:40])
        self.anchors.append((href if good else "", len(self.buffer), 0))
        if good and len(self.result.links) < limits.LINKS:
            self.result.links.setdefault(href)

    def _close_anchor(self) -> None:
        if not self.anchors:
            return
        href, start, flushed = self.anchors.pop()
        if not href:
            return
        label = "".join(self.buffer[start:]).strip() if flushed == 0 else "".join(self.buffer).strip()
        if label and href.rstrip("/") not in label and not _same(label, href):
            self.buffer.append(f" <{href}>")
        elif not label:
            self.buffer.append(f"<{href}>")

    def _image(self, attributes: dict[str, str], frame: _Frame) -> None:
        source = attributes.get("src") or ""
        if source[:5].lower() == "data:" and (match := _DATA_IMAGE.match(source)):
            if len(self.result.images) < limits.INLINE_IMAGES:
                self.result.images.append((match.group(1).lower(), source[match.end() :]))
            else:
                self.defects.add("too-many-inline-images")
        alt = (attributes.get("alt") or "").strip()
        if alt and not frame.hidden:
            self.buffer.append(f"[{_WHITE.sub(' ', alt)[:200]}]")

    def _row(self, cells: list[_Cell]) -> None:
        """A row of data becomes one line; a row that only lays out the page becomes its content."""
        sink = self.sinks[-1]
        layout = any(cell.nested for cell in cells)
        texts: list[str] = []
        for cell in cells:
            content = [line.text for line in cell.lines if line.text]
            layout = layout or any(line.cells for line in cell.lines) or (len(content) > 3 and len(cells) < 2)
            texts.append(" ".join(content))
        filled = sum(1 for text in texts if text)
        if not filled:
            return
        if layout or filled == 1 or sum(map(len, texts)) > 3000:
            for cell, text in zip(cells, texts, strict=True):
                if text:
                    sink.extend(cell.lines)
            return
        quoted = any(line.quoted for cell in cells for line in cell.lines if line.text)
        head = all(cell.head for cell in cells)
        # In a row of heads and values the heads are told by th; keep that where it is mixed.
        sink.append(Line(" | ".join(texts), quoted, tuple(texts), head))


def _same(label: str, href: str) -> bool:
    """Whether the label shows the address itself, perhaps without its scheme."""
    bare = href.partition("://")[2].rstrip("/")
    return label.rstrip("/").lower() in {bare.lower(), href.rstrip("/").lower()}
