"""Hostile mails by their parts: structures, encodings, names of files."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterator

from tests.corpus.hostile_making import CHINESE, PDF, TEXT, Mail, b64, file_part, mail, multi, part


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
