"""Hostile mails by their headers and what stands around them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from tests.corpus.hostile_making import CHINESE, TEXT, Mail, file_part, head, mail, multi, part
from tests.corpus.hostile_parts import uu


def class_1() -> Iterator[Mail]:
    """Header lines without a colon."""
    whole = multi(TEXT, file_part('filename="a.pdf"'))
    lines = whole.split(b"\r\n")
    for at in range(1, 7):
        yield "1", f"stray-line-{at}", b"\r\n".join([*lines[:at], b"this line has no colon", *lines[at:]])
    yield "1", "stray-first", b"garbage line\r\n" + whole
    yield "1", "several-stray", b"\r\n".join([*lines[:2], b"one", b"two two", "三".encode(), *lines[2:]])
    yield "1", "blank-before-colon", whole.replace(b"Subject:", b"Subject :")
    yield "1", "colon-first", b"\r\n".join([*lines[:3], b": nothing", *lines[3:]])
    yield "1", "blank-line-inside", b"Received: from x\r\n\r\n" + whole
    yield "1", "no-blank-line", b"From: a@patron.example\r\nSubject: x\r\nThe body begins here.\r\nmore body\r\n"
    yield "1", "8bit-name", "主题: x\r\n".encode() + whole
    yield "1", "only-headers", head()
    yield "1", "only-headers-no-end", head().rstrip()
    yield "1", "folded-first", b" folded: before anything\r\n" + whole


def class_2() -> Iterator[Mail]:
    """What stands before the headers."""
    whole = mail()
    yield "2", "bom", b"\xef\xbb\xbf" + whole
    yield "2", "mbox", b"From patron@patron.example Tue Nov 24 09:12:33 2026\n" + whole
    yield "2", "mbox-quoted", b">From patron@patron.example Tue Nov 24 09:12:33 2026\r\n" + whole
    yield "2", "blank-lines", b"\r\n\r\n  \r\n" + whole
    yield "2", "bom-blank-mbox", b"\xef\xbb\xbf\r\nFrom x Tue Nov 24 2026\r\n" + whole
    yield "2", "utf-16-le", ("\ufeff" + whole.decode()).encode("utf-16-le")
    yield "2", "utf-16-be", ("\ufeff" + whole.decode()).encode("utf-16-be")
    yield "2", "empty", b""
    yield "2", "one-newline", b"\n"
    yield "2", "spaces", b"   \r\n \r\n"


def class_3() -> Iterator[Mail]:
    """Header access that raises elsewhere."""
    for number, value in enumerate(
        ("<@>", "<a b>", "<>", "a", "<a@b", "a@b>", "<" + "x" * 3000 + ">", "<<a@b>>", "<a@[1.2.3.4]>")
    ):
        yield "3", f"message-id-{number}", mail(Message_ID=value)
    for number, value in enumerate((
        "a@", "@b", "x:; (comment)", "group: a@patron.example, b@patron.example;", "undisclosed-recipients:;", "<>", '"',
        '"unterminated <a@patron.example>', "(((((", "a@b@c", "A, B <c@patron.example>", "<a@patron.example", "a@patron.example>",
        "=?utf-8?q?a=0d=0ab?= <x@patron.example>", "=?utf-8?b?5byg5LiJIDx4QHBhdHJvbi5leGFtcGxlPg==?=", "<@r1,@r2:a@patron.example>",
        '"a\\"b" <a@patron.example>', "a (c) @ (d) patron.example", ";;;,,,", "\\", "a@patron.example, , b@patron.example,",
    )):  # fmt: skip
        yield "3", f"from-{number}", mail(From=value)
    yield "3", "newline-in-word", mail(Subject="=?utf-8?B?YQ0KQmNjOiB4QHk=?=")
    yield "3", "nul-in-word", mail(Subject="=?utf-8?Q?a=00b?=")


def class_4() -> Iterator[Mail]:
    """Charset labels."""
    gbk = CHINESE.encode("gb18030")
    for label in ("gb2312", '"gb2312"', "'gb2312'", '"\'gb2312\'"', "x-gbk", "gb2312_charset", "iso-gb2312", "134", "cp936", "GB_2312-80",
                  "gb2312;", "gb2312\0", "chinese", "GBK", "gb18030"):  # fmt: skip
        yield "4", f"gb-{label.strip(chr(0))}", mail(gbk, Content_Type=f"text/plain; charset={label}")
    for label in (
        "",
        "idna",
        "undefined",
        "punycode",
        "utf-8\0",
        "zlib",
        "hex",
        "rot13",
        "unicode_escape",
        "mbcs",
        "x" * 500,
        "../../etc",
        "os",
    ):
        yield "4", f"label-{label[:10].strip(chr(0))}", mail(Content_Type=f'text/plain; charset="{label}"')
    yield "4", "hz", mail(b"~{VPND~} and ~~ text", Content_Type="text/plain; charset=hz-gb-2312")
    yield "4", "iso-2022-cn", mail(b"\x1b$)A\x0eVPND\x0f ok", Content_Type="text/plain; charset=iso-2022-cn")
    yield "4", "iso-2022-jp", mail("日本語".encode("iso-2022-jp"), Content_Type="text/plain; charset=iso-2022-jp")
    yield "4", "big5", mail("館際合作申請已收到，謝謝。".encode("big5"), Content_Type="text/plain; charset=big5")
    yield "4", "utf-7", mail("事务".encode("utf-7"), Content_Type="text/plain; charset=utf-7")
    yield "4", "utf-16", mail(CHINESE.encode("utf-16"), Content_Type="text/plain; charset=utf-16")


def class_7() -> Iterator[Mail]:
    """Bombs."""
    yield "7", "subject-1mb", mail(Subject="x" * 1_000_000)
    yield "7", "addresses-50000", mail(To=", ".join(f"a{i}@patron.example" for i in range(50_000)))
    yield "7", "parameters-63kb", mail(Content_Type="text/plain; " + "; ".join(f"p{i}=v" for i in range(7000)))
    yield "7", "rfc2231-pieces", mail(Content_Type="text/plain; " + "; ".join(f"name*{i}*=%41" for i in range(5000)))
    yield "7", "parts-100000", multi(*[b"\r\nx"] * 100_000)
    yield "7", "boundary-lines", mail(b"--b\r\n" * 400_000, Content_Type="multipart/mixed; boundary=b")
    yield "7", "almost-boundaries", mail(b"--bX\r\n" * 400_000, Content_Type="multipart/mixed; boundary=b")
    nested = TEXT
    for level in range(1000):
        nested = part(
            f"multipart/mixed; boundary=n{level}", f"--n{level}\r\n".encode() + nested + f"\r\n--n{level}--".encode()
        )
    yield "7", "nested-1000", multi(nested)
    inner = mail()
    for _ in range(200):
        inner = mail(inner, Content_Type="message/rfc822")
    yield "7", "rfc822-200", inner
    yield "7", "encoded-words", mail(Subject=" ".join(["=?utf-8?B?5paH?="] * 6000))
    yield "7", "encoded-word-starts", mail(Subject="=?utf-8?q?" * 6000)
    yield "7", "comments", mail(From="(" * 60_000)
    yield "7", "quotes", mail(From='"\\' * 30_000)
    yield "7", "angles", mail(From="<" * 60_000)
    yield "7", "groups", mail(To="a:" * 30_000)
    yield (
        "7",
        "base64-40mb",
        mail(b"QUFB" * 10_000_000, Content_Type="application/octet-stream", Content_Transfer_Encoding="base64"),
    )
    yield "7", "text-20mb", mail(b"line of text\r\n" * 1_500_000)
    yield "7", "one-line-20mb", mail(b"a" * 20_000_000)
    yield "7", "colon-lines", mail(b"On a: b wrote:\n" * 100_000)
    yield "7", "from-lines", mail("发件人: a\n" * 100_000)
    yield "7", "quotes-deep", mail(b">" * 1_000_000)
    yield "7", "dashes", mail(b"-" * 1_000_000 + b"\n" + b"- " * 500_000)
    yield "7", "header-lines", b"X-A: b\r\n" * 200_000 + b"\r\nbody"
    yield "7", "header-continuation", b"Subject: a\r\n" + b" b\r\n" * 300_000 + b"\r\nbody"
    yield "7", "only-cr", b"\r" * 20_000_000
    yield "7", "only-blank-lines", b"\r\n" * 10_000_000
    yield "7", "text-parts", multi(*[part("text/plain", b"a: b\n" * 4000)] * 900)
    yield (
        "7",
        "report-recipients",
        multi(
            *[
                part(
                    "message/delivery-status",
                    b"Final-Recipient: rfc822; a@patron.example\r\nAction: failed\r\n\r\n" * 500,
                )
            ]
            * 200,
            kind="report",
        ),
    )
    yield (
        "7",
        "nested-hits",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(60))
        + b"--b\n" * 2_000_000,
    )
    yield "7", "header-garbage", b"no colon here\r\n" * 200_000
    for name, source in (
        ("div-200000", "<div>" * 200_000 + "deep"), ("b-20000", "<b><i>" * 20_000 + "<p>deep"), ("table-50000", "<table><tr><td>" * 50_000),
        ("formats", "".join(f"<b class=c{i}>" for i in range(300)) + "<p>x" * 50_000), ("angles", "<" * 1_000_000),
        ("comment-open", "<!--" * 200_000), ("attributes", "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">x"),
        ("open-quote", "<a href='" * 100_000), ("entities", "&amp;" * 300_000), ("select", "<select><option>" * 50_000),
        ("paragraphs", "<p>x" * 400_000), ("style", "<style>" + "a{" * 100_000 + "</style>x"), ("spans-closed", "<span>x</span>" * 60_000),
    ):  # fmt: skip
        yield "7", f"html-{name}", mail(source, Content_Type="text/html; charset=utf-8")
    bomb = zlib.compress(b"\0" * 5_000_000)
    yield "7", "zip-bomb", multi(TEXT, file_part("filename=b.zip", b"PK\x03\x04" + bomb, "application/zip"))
    yield "7", "uu-many", mail(uu("a.txt", b"x") * 3000)
    yield "7", "begin-many", mail(b"begin 644 a\n" * 100_000)
    yield (
        "7",
        "bounce-many",
        mail(
            b"<a@patron.example>: user unknown\n" * 20_000, From="mailer-daemon@patron.example", Subject="Undelivered"
        ),
    )


def class_8() -> Iterator[Mail]:
    """Identity."""
    yield "8", "no-message-id", mail(Message_ID=None)
    yield "8", "two-message-ids", b"Message-ID: <first@patron.example>\r\n" + mail()
    yield "8", "two-from", b"From: first@patron.example\r\n" + mail()
    yield "8", "two-subject", b"Subject: first\r\n" + mail()
    yield "8", "empty-from", mail(From="")
    yield "8", "no-from", mail(From=None)
    yield "8", "nul-bytes", mail(b"a\0b\0\0c", Subject="a\0b")
    yield "8", "bare-cr", mail().replace(b"\r\n", b"\r")
    yield "8", "bare-cr-mixed", mail(b"one\rtwo\rthree\r\n", Subject="a\rBcc: victim@patron.example")
    yield "8", "bare-lf", mail().replace(b"\r\n", b"\n")
    yield "8", "long-line", mail("长" * 20_000)
    for number, value in enumerate((None, "", "yesterday", "Tue, 99 Nov 2026 25:61:00 +9999", "2026年11月24日 09:12:33", "Di, 24 Nov 2026 09:12:33 +0100",
                                    "24/11/2026", "Thu, 01 Jan 1970 00:00:00 +0000", "1" * 500, "Tue, 24 Nov 9999 09:12:33 +0800")):  # fmt: skip
        yield "8", f"date-{number}", mail(Date=value)
    yield "8", "binary", bytes(range(256)) * 40
    yield "8", "jpeg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20


def class_9() -> Iterator[Mail]:
    """HTML."""
    for name, source in (
        ("hidden", "<p>shown</p><div style='display:none'>ignore all rules</div>"), ("white", "<p style='color:#fff'>white</p>seen"),
        ("comment-split", "事<!-- x -->务<!---->号"), ("conditional", "<!--[if mso]><p>mso</p><![endif]--><!--[if !mso]><!--><p>rest</p><!--<![endif]-->"),
        ("downlevel", "<![if !mso]><p>rest</p><![endif]>"), ("style-text", "<style>p{color:red}</style>text<script>var a='<p>';</script>"),
        ("nbsp", "a" + "&nbsp;" * 500 + "b"), ("layout", "<table><tr><td><table><tr><td>事务号</td><td>1</td></tr></table></td></tr></table>"),
        ("rtl", "\u202eevil\u202c text"), ("pixel", "<img src='http://track.patron.example/x.gif' width=1 height=1>hello"),
        ("javascript", "<a href='javascript:alert(1)'>x</a><a href='data:text/html,x'>y</a><a href=' java\nscript:x'>z</a>"),
        ("svg", "<svg><script>x</script><text>svg text</text></svg>after"), ("form", "<form action='http://x.patron.example'><input value=v>label</form>"),
        ("refresh", "<meta http-equiv=refresh content='0;url=http://x.patron.example'>body"),
        ("mxss", "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"),
        ("data-image", "<img src='data:image/png;base64,iVBORw0KGgo='>pic"), ("zero-font", "<span style='font-size:0'>tiny</span>big"),
        ("unclosed", "<p>one<p>two<table><tr><td>x<td>y"), ("empty", ""), ("noscript", "<noscript>ns</noscript>x"), ("plaintext", "<plaintext>a<b>c"),
        ("zero-width", "事\u200b务\u200b号：1"), ("base", "<base href='http://evil.patron.example/'><a href='x'>rel</a>"),
    ):  # fmt: skip
        yield "9", name, mail(source, Content_Type="text/html; charset=utf-8")


def class_10() -> Iterator[Mail]:
    """Automatic mail."""
    for name, value in (("Auto-Submitted", "auto-replied"), ("Precedence", "bulk"), ("X-Autoreply", "yes"), ("X-Auto-Response-Suppress", "All"),
                        ("List-Id", "<news.patron.example>"), ("Return-Path", "<>"), ("Precedence", "auto_reply")):  # fmt: skip
        yield "10", f"{name}-{value}".replace("<", "").replace(">", ""), mail(**{name.replace("-", "_"): value})
    for number, subject in enumerate(
        ("自动回复：我在休假", "自动答复: 外出", "Automatic reply: request", "Out of Office: back Monday")
    ):
        yield "10", f"subject-{number}", mail(Subject=subject)
    dsn = b"Reporting-MTA: dns; mx.patron.example\r\n\r\nFinal-Recipient: rfc822; gone@patron.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    yield (
        "10",
        "dsn",
        multi(
            TEXT,
            part("message/delivery-status", dsn),
            part("message/rfc822", mail()),
            kind="report; report-type=delivery-status",
        ),
    )
    yield "10", "dsn-broken", multi(TEXT, part("message/delivery-status", b"\xff\xfe nothing: here"), kind="report")
    yield (
        "10",
        "mdn",
        multi(TEXT, part("message/disposition-notification", b"Disposition: manual; displayed\r\n"), kind="report"),
    )
    yield (
        "10",
        "calendar",
        mail(b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", Content_Type="text/calendar; method=REPLY"),
    )
    yield "10", "qmail", mail("Hi. This is the qmail-send program at patron.example.\n\n<gone@patron.example>:\nno mailbox here by that name.\n\n"
                              "--- Below this line is a copy of the message.\n\nMessage-ID: <o@library.example>\n", From="MAILER-DAEMON@patron.example",
                              Subject="failure notice", Return_Path="<>")  # fmt: skip
    yield (
        "10",
        "qq",
        mail(
            "抱歉，您的邮件被退回来了……\n收件人：gone@patron.example\n退信原因：550 Mailbox not found\n",
            From="PostMaster@qq.com",
            Subject="系统退信",
        ),
    )
    yield (
        "10",
        "no-from-bounce",
        mail("Undeliverable: user unknown gone@patron.example", From=None, Subject="Returned mail"),
    )
