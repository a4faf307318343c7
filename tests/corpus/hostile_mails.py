"""Hostile and odd mails, generated: (class, name, bytes) over the ten classes a mailbox meets.

`python tests/corpus/hostile_mails.py DIR` writes them as files for `maild explain DIR`.
All synthetic; addresses are of example domains.
"""

from __future__ import annotations

import base64
import binascii
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

Mail = tuple[str, str, bytes]
BASE = {
    "From": "Patron <patron@patron.example>",
    "To": "office@library.example",
    "Subject": "request 20261124001",
    "Date": "Tue, 24 Nov 2026 09:12:33 +0800",
    "Message-ID": "<m1@patron.example>",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
}
CHINESE = "事务号：20261124001\n已发送，请查收。朱镕基同志说。\n"


def head(**changes: str | bytes | None) -> bytes:
    """The base headers with changes; None removes one; underscores stand for hyphens."""
    fields: dict[str, str | bytes | None] = dict(BASE)
    fields.update({name.replace("_", "-"): value for name, value in changes.items()})
    out = b""
    for name, value in fields.items():
        if value is not None:
            out += name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return out


def mail(body: str | bytes = CHINESE, **changes: str | bytes | None) -> bytes:
    """A mail with these header changes."""
    return head(**changes) + b"\r\n" + (body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode())


def multi(*parts: bytes, kind: str = "mixed", boundary: str = "b1", preamble: bytes = b"", epilogue: bytes = b"", end: bool = True,
          declared: str | None = None) -> bytes:  # fmt: skip
    """A multipart mail of ready-made parts."""
    said = boundary if declared is None else declared
    body = preamble + b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    body += b"--" + boundary.encode() + b"--\r\n" + epilogue if end else b""
    return mail(body, Content_Type=f'multipart/{kind}; boundary="{said}"')


def part(kind: str, body: bytes, *headers: str) -> bytes:
    """One MIME part."""
    return "\r\n".join([f"Content-Type: {kind}", *headers]).encode() + b"\r\n\r\n" + body


TEXT = part("text/plain; charset=utf-8", CHINESE.encode())
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def b64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def file_part(name_parameter: str, data: bytes = PDF, kind: str = "application/pdf") -> bytes:
    return part(
        kind, b64(data), "Content-Transfer-Encoding: base64", f"Content-Disposition: attachment; {name_parameter}"
    )


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


def class_5() -> Iterator[Mail]:
    """Wrong labels, 8-bit headers, split words, file names."""
    yield "5", "utf8-as-gb2312", mail(CHINESE, Content_Type="text/plain; charset=gb2312")
    yield "5", "gbk-as-utf8", mail(CHINESE.encode("gbk"), Content_Type="text/plain; charset=utf-8")
    yield "5", "gbk-as-latin1", mail(CHINESE.encode("gbk"), Content_Type="text/plain; charset=iso-8859-1")
    yield "5", "gbk-undeclared", mail(CHINESE.encode("gbk"), Content_Type="text/plain")
    yield "5", "gbk-no-headers", mail(CHINESE.encode("gbk"), Content_Type=None, MIME_Version=None)
    yield "5", "utf8-cut", mail(CHINESE.encode()[:-4])
    yield (
        "5",
        "raw-subject-gbk",
        mail(Subject="文献传递申请".encode("gbk"), From="张三 <z@patron.example>".encode("gbk")),
    )
    yield "5", "raw-subject-utf8", mail(Subject="文献传递申请")
    data = "馆际互借与文献传递".encode()
    cut = [base64.b64encode(data[i : i + 7]).decode() for i in range(0, len(data), 7)]
    yield "5", "words-split-bytes", mail(Subject=" ".join(f"=?utf-8?B?{piece}?=" for piece in cut))
    whole = base64.b64encode(data).decode()
    yield "5", "words-split-base64", mail(Subject=f"=?utf-8?B?{whole[:9]}?=\r\n =?utf-8?B?{whole[9:]}?=")
    yield "5", "words-q-split", mail(Subject="=?gb2312?Q?=B9?= =?gb2312?Q?=DD?=")
    yield "5", "q-with-blanks", mail(Subject="=?utf-8?Q?hello big world?=")
    inner = base64.b64encode(b"=?gbk?B?ufO53Q==?=").decode()
    yield "5", "nested-words", mail(Subject=f"=?utf-8?B?{inner}?=")
    yield "5", "bad-base64-word", mail(Subject="=?utf-8?B?5paH5x?= tail")
    yield "5", "unknown-encoding", mail(Subject="=?utf-8?X?abc?= =?nope?B?YWJj?=")
    yield "5", "unterminated-word", mail(Subject="=?utf-8?B?5paH")
    names = (
        "filename*=utf-8''%E5%BC%A0%E4%B8%89.pdf", "filename*0*=gb2312''%D5%C5; filename*1*=%C8%FD; filename*2=.pdf",
        "filename*1=b.pdf; filename*0=a", 'filename="=?gbk?B?1cXI/S5wZGY=?="', "filename==?utf-8?B?5byg5LiJLnBkZg==?=",
        'filename="%E5%BC%A0%E4%B8%89.pdf"', "filename=my paper final.pdf", 'filename="C:\\fakepath\\x.pdf"',
        'filename="../../../etc/passwd"', 'filename="a\0b.pdf"', 'filename="fdp.\u202ecod.exe"', 'filename=""', "x=y",
        'filename="' + "x" * 3000 + '.pdf"', 'filename="con<>|?*.pdf"', 'filename="...."', "filename*=''%", "filename*=x",
        "filename*9999999999=x", 'filename="a.pdf"; filename="b.pdf"', 'filename="unterminated.pdf',
    )  # fmt: skip
    for number, name in enumerate(names):
        yield "5", f"name-{number}", multi(TEXT, file_part(name))
    raw = file_part("filename=@@").replace(b"@@", '"张三.pdf"'.encode("gbk"))
    yield "5", "name-raw-gbk", multi(TEXT, raw)
    yield "5", "nameless", multi(TEXT, part("application/pdf", b64(PDF), "Content-Transfer-Encoding: base64"))


def _smime(inner: bytes) -> bytes:
    """An opaque SignedData without signers (enough to carry content)."""

    def der(tag: int, content: bytes) -> bytes:
        size = len(content)
        length = bytes((size,)) if size < 128 else bytes((0x82,)) + size.to_bytes(2, "big")
        return bytes((tag,)) + length + content

    oid = lambda hexed: der(6, bytes.fromhex(hexed))  # noqa: E731
    content = der(0x30, oid("2a864886f70d010701") + der(0xA0, der(4, inner)))
    signed = der(0x30, der(2, b"\1") + der(0x31, b"") + content + der(0x31, b""))
    return der(0x30, oid("2a864886f70d010702") + der(0xA0, signed))


def tnef(name: str = "paper.pdf", data: bytes = PDF, body: bytes = b"body in tnef") -> bytes:
    """A small winmail.dat."""

    def attribute(level: int, ident: int, kind: int, value: bytes) -> bytes:
        return struct.pack("<BHHI", level, ident, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    out = b"\x78\x9f\x3e\x22" + struct.pack("<H", 1)
    out += attribute(1, 0x9007, 6, struct.pack("<II", 936, 0)) + attribute(1, 0x800C, 2, body + b"\0")
    out += attribute(2, 0x9002, 6, b"\0" * 14) + attribute(2, 0x8010, 1, name.encode("gbk") + b"\0")
    return out + attribute(2, 0x800F, 6, data)


def uu(name: str = "paper.pdf", data: bytes = PDF) -> bytes:
    lines = [binascii.b2a_uu(data[i : i + 45]) for i in range(0, len(data), 45)]
    return b"begin 644 " + name.encode() + b"\n" + b"".join(lines) + b"`\nend\n"


def class_6() -> Iterator[Mail]:
    """Broken or rare MIME."""
    yield "6", "multipart-no-boundary", mail(b"--x\r\n" + TEXT + b"\r\n--x--\r\n", Content_Type="multipart/mixed")
    yield "6", "multipart-no-parts", mail(Content_Type='multipart/mixed; boundary="zz"')
    yield "6", "multipart-other-boundary", multi(TEXT, file_part("filename=a.pdf"), declared="other")
    yield (
        "6",
        "boundary-prefix",
        multi(part('multipart/alternative; boundary="b1b"', b"--b1b\r\n" + TEXT + b"\r\n--b1b--"), boundary="b1"),
    )
    yield "6", "boundary-same", multi(part('multipart/mixed; boundary="b1"', b"--b1\r\n" + TEXT + b"\r\n--b1--"))
    yield "6", "boundary-long", multi(TEXT, boundary="b" * 500)
    yield "6", "boundary-blank-end", multi(TEXT, declared="b1 ")
    yield "6", "unterminated", multi(TEXT, file_part("filename=a.pdf"), end=False)
    yield "6", "empty-parts", multi(b"", b"", TEXT, b"")
    yield (
        "6",
        "base64-multipart",
        mail(
            b64(b"--b1\r\n" + TEXT + b"\r\n--b1--\r\n"),
            Content_Type="multipart/mixed; boundary=b1",
            Content_Transfer_Encoding="base64",
        ),
    )
    inner = mail(Subject="inner mail")
    yield "6", "base64-rfc822", multi(TEXT, part("message/rfc822", b64(inner), "Content-Transfer-Encoding: base64"))
    yield "6", "base64-rfc822-undeclared", multi(TEXT, part("message/rfc822", b64(inner)))
    yield "6", "rfc822", multi(TEXT, part("message/rfc822", inner))
    yield "6", "preamble", multi(TEXT, preamble="隐藏的内容在这里\r\n".encode())
    yield "6", "epilogue", multi(TEXT, epilogue="结尾的内容在这里\r\n".encode())
    yield "6", "empty-html", multi(TEXT, part("text/html", b"<html><body></body></html>"), kind="alternative")
    yield (
        "6",
        "empty-plain",
        multi(
            part("text/plain", b""), part("text/html; charset=utf-8", f"<p>{CHINESE}</p>".encode()), kind="alternative"
        ),
    )
    yield (
        "6",
        "flowed",
        mail("one \ntwo \nthree\n> quoted \n> more\n-- \nsig\n", Content_Type="text/plain; format=flowed"),
    )
    yield "6", "uuencode", mail(b"see file\n" + uu() + b"after\n")
    yield "6", "uuencode-cut", mail(b"see file\n" + uu()[:-20])
    yield "6", "yenc", mail(b"=ybegin line=128 size=3 name=x.bin\r\nabc\r\n=yend size=3\r\n")
    yield "6", "binhex", mail(b"(This file must be converted with BinHex 4.0)\r\n:abc:\r\n")
    yield (
        "6",
        "winmail",
        multi(TEXT, part("application/ms-tnef; name=winmail.dat", b64(tnef()), "Content-Transfer-Encoding: base64")),
    )
    yield (
        "6",
        "winmail-cut",
        multi(TEXT, part("application/ms-tnef", b64(tnef()[:60]), "Content-Transfer-Encoding: base64")),
    )
    yield (
        "6",
        "winmail-only",
        mail(
            b64(tnef()), Content_Type="application/octet-stream; name=winmail.dat", Content_Transfer_Encoding="base64"
        ),
    )
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "__substg1.0_".encode("utf-16-le") + b"\0" * 500
    yield "6", "msg", multi(TEXT, file_part("filename=mail.msg", ole, "application/vnd.ms-outlook"))
    yield "6", "p7m", mail(b64(_smime(TEXT)), Content_Type="application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
                           Content_Transfer_Encoding="base64")  # fmt: skip
    yield (
        "6",
        "p7m-broken",
        mail(b64(_smime(TEXT)[:40]), Content_Type="application/pkcs7-mime", Content_Transfer_Encoding="base64"),
    )
    yield (
        "6",
        "pgp",
        mail(
            b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n"
        ),
    )
    yield (
        "6",
        "pgp-encrypted",
        multi(
            part("application/pgp-encrypted", b"Version: 1"), part("application/octet-stream", b"x"), kind="encrypted"
        ),
    )
    yield "6", "base64-broken", mail(b"5LqL5Yqh!!5Y+3\r\n***", Content_Transfer_Encoding="base64")
    yield (
        "6",
        "base64-not",
        mail(b"plainly not base64 at all, sorry about that\r\n", Content_Transfer_Encoding="base64"),
    )
    yield "6", "qp-broken", mail(b"=E4=BA=8B=ZZ=\r\n=", Content_Transfer_Encoding="quoted-printable")
    yield "6", "cte-unknown", mail(b"abc", Content_Transfer_Encoding="x-magic")
    for number, kind in enumerate(
        ("text", "/", "text/", "text plain", "=?utf-8?q?text?=", "multipart", "message/external-body", "\0", "a/b/c")
    ):
        yield "6", f"type-{number}", mail(Content_Type=kind)
    yield "6", "partial", mail(b"half", Content_Type='message/partial; id="x"; number=1; total=2')
    yield "6", "digest", multi(b"\r\n" + inner, b"\r\n" + inner, kind="digest")


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


def mails() -> Iterator[Mail]:
    """All of them, class by class."""
    for make in (class_1, class_2, class_3, class_4, class_5, class_6, class_7, class_8, class_9, class_10):
        yield from make()


def write(folder: Path) -> int:
    """Write each as CLASS-NAME.eml; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for number, (kind, name, raw) in enumerate(mails()):
        safe = "".join(c if c.isalnum() or c in "-_." else "_" for c in name)[:60]
        (folder / f"{int(kind):02d}-{number:03d}-{safe}.eml").write_bytes(raw)
        count += 1
    return count


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))
