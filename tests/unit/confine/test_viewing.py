"""Viewer: hostile mails and files come out fit to be shown, or as a sentence; in time, from a confined worker."""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from maild.config import Receipts
from maild.confine.cleaning import styles
from maild.confine.cleaning.sanitise import VIEW_CSP, sanitise
from maild.confine.pool import WorkerStopped
from maild.confine.viewing import Viewer
from maild.domain.accounting.receipt import Receipt
from maild.domain.desk.shown import Blocked, ShownHtml, Withheld
from maild.domain.errors import MaildError, Permanent, Temporary
from tests.corpus import hostile_html, hostile_mails, hostile_tricks
from tests.corpus.bombs import BOMBS, picture
from tests.timing import patience, quickest, with_children

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
ENTRY = "tests.unit.confine.viewing_entries:make_handler"


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


def told(shown: ShownHtml, what: Withheld) -> dict[str, int]:
    return {row.host: row.count for row in shown.blocked if row.what is what}


@pytest.fixture(scope="module")
def viewer() -> Iterator[Viewer]:
    """Confined workers."""
    made = Viewer(Receipts())
    yield made
    made.close()


@pytest.fixture(scope="module")
def hasty() -> Iterator[Viewer]:
    """One worker, six seconds a view."""
    made = Viewer(replace(Receipts(), seconds=6.0), workers=1)
    yield made
    made.close()


def html_mail(html: str, *files: tuple[str, bytes], charset: str = "utf-8") -> bytes:
    """A mail with pictures by Content-ID."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "patron@patron.example", "hello"
    mail.set_content("plain")
    mail.add_alternative(html, subtype="html", charset=charset)
    for name, content in files:
        part = mail.get_payload(1)
        part.add_related(content, "image", "png", cid=f"<{name}>")  # type: ignore[union-attr]
    return mail.as_bytes()


# --- hostile HTML


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "name", "html"),
    [pytest.param(*page, id=f"{page[0]}-{page[1]}") for page in (*hostile_html.pages(), *hostile_tricks.tricks())],
)
def test_nothing_hostile_is_left(kind: str, name: str, html: str) -> None:
    """No element, attribute, scheme or style but those known to be harmless, as another parser sees it; the same once
    it is cleaned again: nothing comes to life by being written out.
    """
    shown = clean(f"<p>Dear office,</p>{html}")
    assert "Dear office," in checked(shown.html)
    again = clean(body_of(shown.html))
    checked(again.html)
    assert not [row for row in again.blocked if row.what in (Withheld.SCRIPT, Withheld.PICTURE, Withheld.FRAME)]


@pytest.mark.long
@pytest.mark.parametrize(("kind", "name", "html"), [pytest.param(*page, id=page[1]) for page in hostile_html.huge()])
def test_huge_html_ends_soon(kind: str, name: str, html: str) -> None:
    """Whatever its size or nesting; what is shown is bounded."""
    shown: list[ShownHtml] = []
    assert quickest(lambda: shown.append(clean(html)), 6) < 6
    assert len(shown[0].html) < 8_000_000


@pytest.mark.parametrize(("name", "raw"), [pytest.param(*mail, id=mail[0]) for mail in hostile_html.mails()])
def test_tricks_of_charsets(viewer: Viewer, name: str, raw: bytes) -> None:
    """However the letters are coded, what the parser made of them is what is cleaned."""
    shown = viewer.html(raw)
    if shown is not None:
        checked(shown.html)


@pytest.mark.long
def test_every_hostile_mail_has_an_outcome(viewer: Viewer) -> None:
    """A document that is clean, or none; within two seconds each, and no worker dies."""
    shown_, slow = 0, []
    for kind, name, raw in hostile_mails.mails():
        seen: list[ShownHtml | None] = []
        took = quickest(lambda seen=seen, raw=raw: seen.append(viewer._html(raw)), 2, with_children)  # type: ignore[misc]  # not kept from the first time
        if took > 2:
            slow.append((kind, name, round(took, 1)))
        if seen[0] is not None:
            shown_ += 1
            checked(seen[0].html)
    assert not slow
    assert shown_ > 20
    assert viewer.counters.died == viewer.counters.raised == viewer.counters.overtime == 0


@pytest.mark.long
@pytest.mark.parametrize("bomb", BOMBS, ids=[bomb.name for bomb in BOMBS])
def test_every_bomb_has_an_outcome(hasty: Viewer, bomb: object) -> None:
    """A picture that can be looked at, or a sentence, in time; the next view works."""
    content = bomb.make()  # type: ignore[attr-defined]
    begun = time.monotonic()
    with suppress(Permanent, Temporary):  # each with a sentence: what a MaildError is made of
        shown = hasty.page(content, 1, width=640)
        assert shown.media_type in ("image/png", "image/jpeg")
        assert 0 < shown.width <= 640
        assert len(shown.content) < 20_000_000
    assert time.monotonic() - begun < patience(15)
    assert hasty.picture(picture("PNG"), width=64).width == 64


# --- what is kept and what is told


def test_what_a_letter_needs_is_kept() -> None:
    """Layout, emphasis, tables, links: a sober letter looks as it was meant."""
    html = (
        "<div style='font-family:\"Microsoft YaHei\",Arial;font-size:14px;color:#333;text-align:center'><h2>您好</h2>"
        "<table border=1 cellpadding=4 style='border-collapse:collapse;width:100%'><tr><td colspan=2 bgcolor='#eeeeee' "
        "style='padding:4px 8px;border:1px solid #ccc'>费用</td></tr></table><ol start=3><li>one</ol>"
        "<font color=red size=4>late</font><a href='https://ok.example/a?b=1&amp;c=2#d'>here</a></div>"
    )
    body = body_of(clean(html).html)
    for kept in ("font-size:14px", "color:#333", "text-align:center", "border-collapse:collapse", 'colspan="2"',
                 "padding:4px 8px", "border:1px solid #ccc", 'bgcolor="#eeeeee"', 'start="3"', 'color="red"',
                 'href="https://ok.example/a?b=1&amp;c=2#d"', 'rel="noopener noreferrer nofollow"', 'target="_blank"'):  # fmt: skip
        assert kept in body, kept
    assert clean(html).blocked == ()


def test_remote_pictures_are_told_by_host() -> None:
    """Three of one, one of another; from every place that would fetch one."""
    shown = clean(
        "<img src='https://tracker.example/1'><img src='//TRACKER.example/2' alt='logo'>"
        "<table background=https://tracker.example/3></table><p style='background:url(http://cdn.example/4)'>x</p>"
    )
    assert told(shown, Withheld.PICTURE) == {"tracker.example": 3, "cdn.example": 1}
    assert 'alt="logo"' in shown.html
    assert "example" not in body_of(shown.html)


def test_what_is_taken_out_is_told() -> None:
    """Scripts, forms, frames, films, style sheets."""
    shown = clean(
        "<script src=https://a.example/x></script><script>1</script><form><input></form><iframe src=//b.example/></iframe>"
        "<video src=//c.example/v></video><link rel=stylesheet href=//d.example/s.css><a href='javascript:1'>x</a>"
    )
    assert told(shown, Withheld.SCRIPT) == {"a.example": 1, "": 1}
    assert told(shown, Withheld.FORM) == {"": 2}
    assert told(shown, Withheld.FRAME) == {"b.example": 1}
    assert told(shown, Withheld.MEDIA) == {"c.example": 1}
    assert told(shown, Withheld.STYLE) == {"d.example": 1}
    assert told(shown, Withheld.LINK) == {"": 1}


@pytest.mark.parametrize("html", [
    "<p style='color:#fff'>secret</p>", "<p style='color:white;background:white'>secret</p>",
    "<font color='#fefefe'>secret</font>", "<div style='background:#000'><p style='color:#010101'>secret</p></div>",
    "<body bgcolor=black><p style='color:#000'>secret</p></body>", "<p style='color:rgba(0,0,0,0.01)'>secret</p>",
    "<p style='color:transparent'>secret</p>", "<p style='display:none'>secret</p>",
    "<p style='visibility:hidden'>secret</p>", "<p style='font-size:0'>secret</p>", "<p style='font-size:1px'>secret</p>",
    "<p style='opacity:0'>secret</p>", "<div style='max-height:0;overflow:hidden'><b>secret</b></div>",
    "<p style='text-indent:-9999px'>secret</p>", "<p style='position:absolute;left:-9999px'>secret</p>",
    "<p hidden>secret</p>", "<p style='color:hsl(0,0%,99%)'>secret</p>", "<p style='clip:rect(0,0,0,0)'>secret</p>",
    "<p style='color:papayawhip'>secret</p>", "<p style='color:slateblue;background:slateblue'>secret</p>",
])  # fmt: skip
def test_hidden_text_is_shown_and_told(html: str) -> None:
    """White on white, too small, too far left: it is there, marked, and counted."""
    shown = clean(html)
    assert told(shown, Withheld.HIDDEN) == {"": 1}
    body = body_of(shown.html)
    assert "secret" in checked(shown.html)
    assert "background-color:#fff3c4" in body
    for hiding in ("none", "hidden", "font-size:0", "font-size:1px", "opacity", "-9999", "clip", "max-height"):
        assert hiding not in body


@pytest.mark.parametrize("html", [
    "<body bgcolor=black text=white><p>open</p></body>", "<p style='color:#fff;background:#036'>open</p>",
    "<table bgcolor='#003366'><tr><td style='color:white'>open</td></tr></table>", "<p style='color:#777'>open</p>",
    "<p style='display:none'> &nbsp; </p><p>open</p>", "<p style='font-size:9px'>open</p>",
])  # fmt: skip
def test_what_can_be_seen_is_left_alone(html: str) -> None:
    """White on dark is no secret."""
    assert clean(html).blocked == ()


def test_turned_letters_are_turned_back() -> None:
    """A right-to-left override makes 'exe.pdf' of 'fdp.exe'."""
    for signs in ("\u202e\u202c\u2067\u2069", ("&#x202e;", "&#8236;", "&#X2067;", "&#08297")):
        shown = clean("<p>file {}fdp.exe{} and {}more{}</p>".format(*signs))
        assert "file fdp.exe and more" in checked(shown.html)
        assert told(shown, Withheld.DIRECTION) == {"": 4}


@pytest.mark.parametrize(("style", "tag", "kept_"), [
    ("height:0;width:0", "div", "width:0;min-height:0"), ("height:20px", "img", "height:20px"),
    ("display:block;height:0", "td", "height:0"), ("table-layout:fixed", "table", ""),
    ("padding:300px 0", "span", "padding:300px 0;display:inline-block"), ("padding:2px 3px", "span", "padding:2px 3px"),
    ("border:none windowtext 1.0pt;padding:0cm", "span",
     "border:none windowtext 1.0pt;padding:0cm"),
    ("display:inline;padding-top:9px", "div", "display:inline-block;padding-top:9px"),
    ("padding:300px 0", "div", "padding:300px 0"), ("border-top:200px solid #fff", "p", ""),
    ("line-height:8px;font-size:99px", "p", "line-height:1;font-size:99px"), ("line-height:20px", "p", "line-height:1.25"),
    ("line-height:150%", "p", "line-height:1.5"), ("line-height:1.6", "p", "line-height:1.6"),
    ("line-height:9999in", "p", "line-height:4"), ("margin-left:9000px", "p", ""), ("margin-left:900%", "p", ""),
    ("width:100%;max-width:600px", "table", "width:100%;max-width:600px"), ("width:9999px", "div", ""),
    ("font-size:9999px", "p", ""), ("font-size:130%", "p", "font-size:130%"), ("color:canvas", "p", ""),
    ("background:currentcolor", "p", ""), ("background:none", "p", "background:none"), ("color:red;color:inherit", "p",
     "color:inherit"),
])  # fmt: skip
def test_no_box_lies_over_another(style: str, tag: str, kept_: str) -> None:
    """Heights are the least, lines as high as their letters, edges in boxes of their own; nothing is far away."""
    assert styles.kept(style, tag) == kept_


@pytest.mark.parametrize("html", ["<font color=fffffz>secret</font>", "<font color='#fffff'>secret</font>",
                                  "<table bgcolor=zzz><td>secret</table>", "<font color=canvas>secret</font>"])  # fmt: skip
def test_colours_that_browsers_guess_are_no_colours(html: str) -> None:
    """What is not a colour is none, so that nobody need guess whether it hides."""
    assert "color=" not in body_of(clean(html).html)


def test_what_no_browser_lays_out_is_text() -> None:
    """Boxes nested so deeply that they end the browser, seen once the tree is built; spans of a table without end."""
    for deep in ("<ul><li style='display:inline-block'>", "<table><tr><td>", "<div title='</div></div>'>"):
        shown = clean(f"<p>Dear office,</p>{deep * 190}words")
        assert shown.shortened == (not deep.startswith("<div"))
        assert "words" in checked(shown.html)
    spans = body_of(clean("<table>" + "<tr>" + "<td rowspan=999 colspan=99>x" * 900).html)
    assert spans.count("rowspan") < 20


def test_a_host_that_does_not_fit_beside_its_link_is_no_link() -> None:
    """Its end says whose it is."""
    assert "href" not in body_of(clean(f"<a href='https://ok.example.{'x' * 60}.bad.example/'>x</a>").html)


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://user:word@leak.example/a", "https://leak.example/a"),
        ("HTTPS://LEAK.example/%41", "https://leak.example/%41"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://аpple.example/", "https://xn--pple-43d.example/"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
        ("https://ok.example/图书?馆=员", "https://ok.example/%E5%9B%BE%E4%B9%A6?%E9%A6%86=%E5%91%98"),
        ("mailto:a@ok.example?bcc=b@leak.example", "mailto:a@ok.example"),
        ("tel:+86-571-1234", "tel:+86-571-1234"),
    ],
)
def test_links_say_where_they_lead(link: str, shown: str) -> None:
    """Hosts in ASCII, no user in front of them, nothing hidden in a mail address."""
    assert f'href="{shown}"' in body_of(clean(f'<a href="{link}">x</a>').html)


def test_the_pictures_of_the_mail_are_made_anew(viewer: Viewer) -> None:
    """By Content-ID and as data: PNG or JPEG of our own making; what is no picture is told."""
    gif, broken = picture("GIF", (30, 20), "P"), b"\x89PNG\r\n\x1a\nrubbish"
    written = base64.b64encode(picture("WEBP", (10, 10))).decode()
    html = (
        "<img src='cid:a@x'><img src='CID:a%40x'><img src='cid:b@x'><img src='cid:nobody'>"
        f"<img src='data:image/webp;base64,{written}'>"
    )
    shown = viewer.html(html_mail(html, ("a@x", gif), ("b@x", broken)))
    assert shown is not None
    checked(shown.html)
    pictures = [base64.b64decode(found) for found in PICTURE.findall(shown.html)]
    assert len(pictures) == 3
    assert all(p.startswith((b"\x89PNG", b"\xff\xd8")) for p in pictures)
    assert told(shown, Withheld.DAMAGED) == {"": 2}
    assert shown.inline >= 2


def test_many_pictures_are_bounded(viewer: Viewer) -> None:
    """The forty-first is not shown, and told."""
    files = [(f"n{i}@x", picture("PNG", (20 + i, 20))) for i in range(45)]
    shown = viewer.html(html_mail("".join(f"<img src='cid:n{i}@x'>" for i in range(45)), *files))
    assert shown is not None
    assert len(PICTURE.findall(shown.html)) == 40
    assert told(shown, Withheld.DAMAGED) == {"": 5}


def test_mails_without_html_have_none(viewer: Viewer) -> None:
    """Text alone, or no mail at all."""
    assert viewer.html(b"Subject: x\r\n\r\nplain\r\n") is None
    assert viewer.html(b"") is None


def test_the_policy_says_it_all() -> None:
    """Should cleaning ever fail, the browser still runs and fetches nothing."""
    assert VIEW_CSP.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; ")
    assert "sandbox allow-popups" in VIEW_CSP
    assert "allow-scripts" not in VIEW_CSP
    assert "allow-same-origin" not in VIEW_CSP
    assert "default-src &#x27;none&#x27;" in clean("<p>x").html


# --- the source


def test_the_source_shows_what_cannot_be_seen(viewer: Viewer) -> None:
    """Headers folded as they are; direction marks and controls by number; any bytes are text."""
    raw = (
        "Subject: a\r\n b\u202ec\u200b\r\n\r\n\x1b[31mred 馆".encode() + b"\r\n\xff\xfe\r\n" + "图书".encode("gb18030")
    )
    assert viewer.source(raw).text == "Subject: a\n b⟨U+202E⟩c⟨U+200B⟩\n\n⟨U+001B⟩[31mred 馆\nÿþ\n图书"
    assert viewer.source(bytes(600_000)).left_out == 600_000 - 512_000


# --- the worker


def test_confined_to_the_full(viewer: Viewer) -> None:
    """No network, no files but Python's own, no programs."""
    viewer.warm()
    assert set(viewer.confinement) == {"rlimits", "no_new_privileges", "network_namespace", "landlock", "seccomp"}
    assert not any(viewer.confinement.values()), viewer.confinement


@pytest.mark.parametrize(("deed", "what"), [
    ("die", "the worker died"), ("sleep", "longer than 8 s"), ("raise", "KeyError"), ("nonsense", "nonsense"),
])  # fmt: skip
def test_a_worker_that_dies_costs_one_view(deed: str, what: str) -> None:
    """A sentence; the next view is answered by another."""
    viewer = Viewer(replace(Receipts(), seconds=2.0), workers=1, entry=ENTRY)
    try:
        with pytest.raises(MaildError, match=what):
            viewer.pages(deed.encode())
        assert viewer.pages(b"good") == 7
    finally:
        viewer.close()


def test_idle_workers_rest() -> None:
    """None before the first view, none some time after the last."""
    viewer = Viewer(replace(Receipts(), idle_seconds=0.2), entry=ENTRY)
    try:
        assert viewer.counters.started == 0
        pid = int(viewer.codes(b"pid")[0])
        end = time.monotonic() + 10
        while _alive(pid) and time.monotonic() < end:
            time.sleep(0.05)
        assert not _alive(pid)
        assert viewer.pages(b"good") == 7
    finally:
        viewer.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_cannot_be_asked_is_refused(viewer: Viewer) -> None:
    """Odd turns, absent pages, too many bytes, a receipt whose page is not known: Permanent, with a sentence."""
    small = Viewer(replace(Receipts(), max_bytes=100_000))
    with pytest.raises(Permanent, match="turned by 45"):
        viewer.picture(picture("PNG"), turn=45)
    with pytest.raises(Permanent, match="no page 2"):
        viewer.page(picture("PNG"), 2)
    with pytest.raises(Permanent, match="too large"):
        small.picture(bytes(100_001))
    with pytest.raises(Permanent, match="not known"):
        viewer.upright(picture("PNG"), Receipt())
    assert small.counters.started == 0


def test_blocked_is_sorted() -> None:
    """Kinds in their order, the most frequent host first."""
    shown = clean("<img src=//a.example/1>" + "<img src=//b.example/1>" * 2 + "<script></script>")
    assert shown.blocked == (
        Blocked(what=Withheld.PICTURE, host="b.example", count=2),
        Blocked(what=Withheld.PICTURE, host="a.example", count=1),
        Blocked(what=Withheld.SCRIPT, host="", count=1),
    )


def test_stopped_is_temporary() -> None:
    """Who dies over a view is told as temporary, with who is to blame."""
    viewer = Viewer(replace(Receipts(), seconds=2.0), workers=1, entry=ENTRY)
    with pytest.raises(WorkerStopped) as caught:
        viewer.pages(b"die")
    assert caught.value.mail_to_blame
    viewer.close()
