"""A mail's HTML → a document fit for staff's eyes: nothing in it can run, fetch, submit, or cover anything.

nh3 (ammonia) parses as browsers do and keeps what is on the lists below; every value of an attribute that stays is
checked or made anew here. The frame it is shown in (sandbox, VIEW_CSP) would hold by itself, should this ever fail.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections import Counter
from collections.abc import Callable, Mapping
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit, urlunsplit

import nh3

from maild.confine.cleaning import colours
from maild.confine.cleaning.styles import kept, remote_hosts
from maild.confine.cleaning.unveil import Counts, host_of, unveil
from maild.domain.desk.shown import Blocked, ShownHtml, Withheld
from maild.domain.legible import legible

# A picture's bytes → (media type, bytes made anew), None where it cannot be shown.
Reencode = Callable[[bytes], tuple[str, bytes] | None]

_POLICY = ("default-src 'none'", "img-src data:", "style-src 'unsafe-inline'", "base-uri 'none'", "form-action 'none'")
# Of the frame it is shown in: a link opens, as a page of its own that knows nothing of us; nothing else may be done.
FRAME_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
VIEW_CSP = "; ".join((*_POLICY, "frame-ancestors 'self'", f"sandbox {FRAME_SANDBOX}"))

_KEPT = (
    "a abbr acronym address article aside b big blockquote br caption center cite code col colgroup dd del dfn div dl "
    "dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt "
    "ruby s samp section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr"
)
_TAGS = frozenset(_KEPT.split())
_GONE = (
    "script style title template iframe noembed noframes object applet embed video audio svg math canvas xmp plaintext "
    "map select datalist portal fencedframe"
)  # with all that is in them
_EMPTIED = frozenset(_GONE.split())
_SHARED = frozenset({"style", "dir", "lang", "title", "align", "valign", "bgcolor", "background", "height", "width"})
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": _SHARED,
    "a": frozenset({"href", "ping"}),
    "img": frozenset({"src", "srcset", "alt", "longdesc", "lowsrc", "dynsrc"}),
    "table": frozenset({"border", "cellpadding", "cellspacing"}),
    "td": frozenset({"colspan", "rowspan", "nowrap"}),
    "th": frozenset({"colspan", "rowspan", "nowrap", "scope"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "ol": frozenset({"start", "type"}),
    "ul": frozenset({"type"}),
    "li": frozenset({"value", "type"}),
    "font": frozenset({"color", "face", "size"}),
    "hr": frozenset({"size", "noshade"}),
}
_WORD = r"[a-z][a-z\-]{0,20}"
_SIZE = r"\d{1,4}(?:\.\d{1,3})?(?:px|%)?"
_SHAPES = {
    name: re.compile(shape, re.IGNORECASE)
    for name, shape in {
        "dir": "ltr|rtl|auto",
        "lang": r"[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,3}",
        "align": _WORD,
        "valign": _WORD,
        "height": _SIZE,
        "width": _SIZE,
        "border": r"\d{1,2}",
        "cellpadding": r"\d{1,3}",
        "cellspacing": r"\d{1,3}",
        "colspan": r"\d{1,2}",
        "rowspan": r"\d{1,3}",
        "span": r"\d{1,2}",
        "nowrap": r"(?:nowrap)?",
        "noshade": r"(?:noshade)?",
        "scope": _WORD,
        "start": r"-?\d{1,6}",
        "value": r"-?\d{1,6}",
        "type": r"[1aAiI]|disc|circle|square",
        "size": r"[+\-]?\d{1,2}",
        "face": r"[\w \-,'\"]{1,200}",
    }.items()
}
_FETCHED = frozenset({"background", "srcset", "ping", "longdesc", "lowsrc", "dynsrc"})
_WORDS = frozenset({"alt", "title"})
_COLOURS = frozenset({"bgcolor", "color"})
_COLOUR = re.compile(r"(?i)#(?:[0-9a-f]{3}|[0-9a-f]{6})|[0-9a-f]{6}|[a-z]{3,20}")  # others browsers guess (HTML, 2.3.6)
_SPANS = frozenset({"colspan", "rowspan", "span"})
_MOST_SPANNED = 10_000  # of all of them: a browser draws that many columns times that many rows
_LINK_SCHEMES = ("http", "https", "mailto", "tel")
_SCHEMES = frozenset({*_LINK_SCHEMES, "cid", "data"})
_MOST_WORDS = 1000
_MOST_LINK = 2000
_MOST_CHARACTERS = 1_500_000
_MOST_DEEP = 200  # elements: three hundred inline blocks within each other end the browser's process
_WRITTEN = re.compile(r"""<(/?)([a-z][a-z0-9]*)(?:"[^"]*"|[^">])*>""")
_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_HOST_NAME = re.compile(r"(?i)(?:[a-z0-9_][a-z0-9_\-]{0,62}+\.?){1,60}+|\[[0-9a-f:.]{2,45}\]")
_DATA = re.compile(r"(?is)data:image/[\w.+\-]{1,40}((?:;[\w.=+\-]{1,60})*),(.*)")
_LONG_DATA = re.compile(r"(?i)data:image/[\w.+\-]{1,40}(?:;[\w=.+\-]{1,60})*;base64,[a-z0-9+/=%\s]{500,}")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_MOST_HOST = 80  # characters of a host, so that all of it is seen beside its link
_UNFIT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_STYLE = """
:root{color-scheme:light;background:#fff;color:#1a1a1a}
body{margin:12px;font:14px/1.5 system-ui,"Noto Sans","Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif;
overflow-wrap:anywhere}
img{max-width:100%;height:auto}
img:not([src]){display:inline-block;min-width:14px;min-height:14px;border:1px dashed #767676;color:#595959}
table{max-width:100%}
pre{white-space:pre-wrap}
blockquote{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #ccc}
body :not(img){min-width:min-content!important}
a[href]::after{content:" \\2197\\a0" attr(href);display:inline-block;width:max-content;max-width:min(64ch,88vw);
max-height:3em;overflow:hidden;white-space:normal;word-break:break-all;vertical-align:bottom;
font:11px/1.5 ui-monospace,"DejaVu Sans Mono",monospace;direction:ltr;unicode-bidi:isolate;text-align:left;
text-indent:0;text-transform:none;color:#595959;background:#fff;text-decoration:none}
"""


def sanitise(source: str, pictures: Mapping[str, bytes], reencode: Reencode) -> ShownHtml:
    """The document. pictures: Content-ID (without brackets) → bytes; `reencode` makes every picture shown anew.

    Never raises for what the HTML may be; what is nested too deeply is shown as text.
    """
    from maild.parse.limits import HTML_TAGS
    from maild.parse.markup.guard import too_deep

    source, within = _without_pictures(source)
    pictures = {**pictures, **within}
    shortened = len(source) > _MOST_CHARACTERS
    source = source[:_MOST_CHARACTERS]
    counts: Counts = Counter()
    source = _straight(_UNFIT.sub("", source), counts)
    if source.count("<") > HTML_TAGS or too_deep(source):
        return _as_text(source, counts)
    unveiled = unveil(source)
    counts.update(unveiled.counts)
    gate = _Gate(pictures, reencode, counts)
    body = nh3.clean(
        legible(_straight(unveiled.html, counts)),
        tags=set(_TAGS),
        clean_content_tags=set(_EMPTIED),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=gate.attribute,
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    if _depth(body) > _MOST_DEEP:
        return _as_text(source, counts)
    body = _straight(body, counts)  # what was written as &#8238;
    return ShownHtml(html=_document(body), blocked=_told(counts), inline=len(gate.shown), shortened=shortened)


def _as_text(source: str, counts: Counts) -> ShownHtml:
    """What no browser should lay out: its words alone."""
    from maild.parse.markup.guard import stripped

    text = f"<pre>{html.escape(legible(stripped(source)))}</pre>"
    return ShownHtml(html=_document(text), blocked=_told(counts), shortened=True)


def _depth(body: str) -> int:
    """How many elements of what nh3 wrote are within each other."""
    from maild.parse.markup.tags import VOID

    depth = deepest = 0
    for close, tag in _WRITTEN.findall(body):
        depth += 0 if tag in VOID else -1 if close else 1
        deepest = max(deepest, depth)
    return deepest


def _straight(text: str, counts: Counts) -> str:
    """Without what turns a line round, which is counted."""
    if text.isascii():
        return text
    text, turned = _TURNING.subn("", text)
    if turned:
        counts[Withheld.DIRECTION, ""] += turned
    return text


def _without_pictures(source: str) -> tuple[str, dict[str, bytes]]:
    """Pictures written out in the HTML, taken out of it: they would count as its length."""
    found: dict[str, bytes] = {}

    def name(piece: re.Match[str]) -> str:
        key = f"maild.within.{len(found)}"
        found[key] = _data(_IN_URL.sub("", piece[0])) or b""
        return f"cid:{key}"

    return _LONG_DATA.sub(name, source), found


def _document(body: str) -> str:
    policy = html.escape("; ".join(_POLICY))
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width">'
        f"<title>mail</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def _told(counts: Counts) -> tuple[Blocked, ...]:
    """The commonest first."""
    rows = [Blocked(what=what, host=host, count=count) for (what, host), count in counts.items() if count > 0]
    return tuple(sorted(rows, key=lambda row: (list(Withheld).index(row.what), -row.count, row.host))[:200])


class _Gate:
    """What becomes of each attribute's value. nh3 drops an attribute for which None is returned, or that raises."""

    def __init__(self, pictures: Mapping[str, bytes], reencode: Reencode, counts: Counts) -> None:
        self.pictures = pictures
        self.reencode = reencode
        self.counts = counts
        self.shown: dict[bytes, str | None] = {}
        self.spanned = 0

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """The value that stays."""
        if name in _FETCHED:
            self._fetched(value)
            return None
        if name == "style":
            return self._style(tag, value)
        if name == "src":
            return self._picture(value)
        if name == "href":
            return self._link(value)
        if name in ("rel", "target"):
            return value  # ours
        if name in _WORDS:
            return value[:_MOST_WORDS]
        if name in _COLOURS:
            return value if _COLOUR.fullmatch(value) and colours.read(value) else None
        shape = _SHAPES.get(name)
        if shape is None or not shape.fullmatch(value.strip()):
            return None
        return self._span(value) if name in _SPANS else value

    def _style(self, tag: str, value: str) -> str | None:
        for host in remote_hosts(value):
            self.counts[Withheld.PICTURE, host] += 1
        return kept(value, tag) or None

    def _span(self, value: str) -> str | None:
        self.spanned += int(value)
        return value if self.spanned <= _MOST_SPANNED else None

    def _fetched(self, value: str) -> None:
        for piece in value[:_MOST_LINK].split(","):
            if host := host_of(_IN_URL.sub("", piece.strip().split(" ")[0])):
                self.counts[Withheld.PICTURE, host] += 1

    def _link(self, value: str) -> str | None:
        """An absolute address of a scheme that only opens something, its host readable, without user or password."""
        cleaned = _IN_URL.sub("", value)
        link = _address(cleaned)
        if link is None and not cleaned.startswith("#"):
            self.counts[Withheld.LINK, ""] += 1
        return link

    def _picture(self, value: str) -> str | None:
        cleaned = _IN_URL.sub("", value)
        scheme, _, rest = cleaned.partition(":")
        if scheme.lower() == "cid":
            content = self.pictures.get(unquote(rest).strip("<>").lower())
        elif scheme.lower() == "data":
            content = _data(cleaned)
        else:
            self.counts[Withheld.PICTURE, host_of(cleaned.partition(":")[2] or cleaned)] += 1
            return None
        shown = self._shown(content) if content else None
        if shown is None:
            self.counts[Withheld.DAMAGED, ""] += 1
        return shown

    def _shown(self, content: bytes) -> str | None:
        if content not in self.shown:
            made = self.reencode(content)
            self.shown[content] = (
                f"data:{made[0]};base64,{base64.b64encode(made[1]).decode('ascii')}" if made is not None else None
            )
        return self.shown[content]


def _address(link: str) -> str | None:
    """The link made anew; None where it is none of those that may stay."""
    if len(link) > _MOST_LINK:
        return None
    try:
        parts = urlsplit(link)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in _LINK_SCHEMES:
        return None
    if parts.scheme in ("mailto", "tel"):
        return f"{parts.scheme}:{quote(parts.path, safe='@%+.,;=-_')}" if not parts.netloc else None
    place = f"[{host}]" if ":" in host else host
    if (
        len(place) > _MOST_HOST
        or not _HOST_NAME.fullmatch(place)
        or "\\" in link[: link.find(host) + len(host) if host else 0]
    ):
        return None
    netloc = f"{place}:{port}" if port else place
    safe = "/%:!$&'()*+,;=~-._?"
    return urlunsplit(
        (
            parts.scheme,
            netloc,
            quote(parts.path, safe=safe),
            quote(parts.query, safe=safe),
            quote(parts.fragment, safe=safe),
        )
    )


def _data(url: str) -> bytes | None:
    """The bytes of a data: URI of a picture (RFC 2397)."""
    found = _DATA.fullmatch(url)
    if found is None:
        return None
    if "base64" not in found[1].lower():
        return unquote_to_bytes(found[2])
    try:
        return base64.b64decode(re.sub(r"[^A-Za-z0-9+/]", "", unquote(found[2])) + "===")
    except (binascii.Error, ValueError):
        return None
