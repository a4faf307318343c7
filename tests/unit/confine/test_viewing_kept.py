"""What a letter needs is kept and shown as it was meant: text, links, pictures."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from maild.config import Receipts
from maild.confine.cleaning import styles
from maild.confine.cleaning.sanitise import VIEW_CSP
from maild.confine.viewing import Viewer
from maild.domain.desk.shown import ShownHtml, Withheld
from tests.corpus.bombing import picture
from tests.unit.confine.looked_at import PICTURE, body_of, checked, clean


def told(shown: ShownHtml, what: Withheld) -> dict[str, int]:
    return {row.host: row.count for row in shown.blocked if row.what is what}


@pytest.fixture(scope="module")
def viewer() -> Iterator[Viewer]:
    """Confined workers."""
    made = Viewer(Receipts())
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
