"""Parts, broken or rare; files and their names."""

from __future__ import annotations

import base64

import pytest

from maild.domain.incoming.mail import Origin
from maild.parse import parse_mail
from tests.corpus.hostile_parts import _smime, tnef, uu
from tests.unit.parse.mails import b64, has, multipart, read

PDF = b"%PDF-1.4\n%%EOF\n"
NAMES = [
    ("filename*=utf-8''%E5%BC%A0%E4%B8%89.pdf", "张三.pdf"),
    ("filename*0*=gb2312''%D5%C5; filename*1*=%C8%FD; filename*2=.pdf", "张三.pdf"),
    ("filename*1=b.pdf; filename*0=a", "ab.pdf"),
    ('filename="=?gbk?B?1cXI/S5wZGY=?="', "张三.pdf"),
    ('filename="%E5%BC%A0%E4%B8%89.pdf"', "张三.pdf"),
    ("filename=my paper; final.pdf; size=3", "my paper; final.pdf"),
    ('filename="C:\\fakepath\\x.pdf"', "x.pdf"),
    ('filename="../../etc/passwd"', "passwd"),
    ('filename="fdp.\u202ecod.exe"', "fdp.cod.exe"),
    ('filename="a\0b.pdf"', "ab.pdf"),
    ('filename="张三.pdf"', "张三.pdf"),
    ('filename=""', "attachment-1.pdf"),
    ('filename="...."', "attachment-1.pdf"),
    ('filename="100%.pdf"', "100%.pdf"),
    ('filename="a:b?.pdf"', "a_b_.pdf"),
]


@pytest.mark.parametrize(("parameter", "name"), NAMES)
def test_file_names(parameter: str, name: str) -> None:
    """RFC 2231, RFC 2047 where forbidden, percent escapes, paths, direction marks."""
    mail = multipart(
        "\r\nx",
        f"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; {parameter}\r\n\r\n"
        + b64(PDF),
    )
    (file,) = mail.attachments
    assert file.filename == name
    assert (file.content, file.sniffed) == (PDF, "application/pdf")


def test_raw_gbk_name() -> None:
    """A file name in bare GBK."""
    head = (
        b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="'
        + "张三的论文.pdf".encode("gbk")
        + b'"\r\n\r\n'
    )
    assert multipart(b"\r\nx", head + PDF).attachments[0].filename == "张三的论文.pdf"


def test_structure_repairs() -> None:
    """Missing, colliding and unterminated boundaries."""
    parts = "Content-Type: text/plain\r\n\r\nhello\r\n--zz\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1.4\r\n--zz--\r\n"
    mail = read("--zz\r\n" + parts, kind="multipart/mixed")
    assert (mail.text, len(mail.attachments)) == ("hello", 1)
    assert has(mail, "boundary-guessed")
    mail = read("--zz\r\n" + parts.replace("--zz--\r\n", ""), kind="multipart/mixed; boundary=zz")
    assert (mail.text, len(mail.attachments)) == ("hello", 1)
    assert has(mail, "multipart-unterminated")
    mail = read("no parts here", kind="multipart/mixed; boundary=zz")
    assert mail.text == "no parts here"
    inner = "Content-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\n\r\ninner\r\n--b2--"
    assert (
        read(f"--b\r\n{inner}\r\n--b\r\n\r\nouter\r\n--b--", kind="multipart/mixed; boundary=b").text
        == "inner\n\nouter"
    )


def test_text_outside_the_parts() -> None:
    """Preamble and epilogue are kept, with a defect; the stock sentence is not."""
    body = "This is a multi-part message in MIME format.\r\n--b\r\n\r\nseen\r\n--b--\r\n"
    assert read(body, kind="multipart/mixed; boundary=b").text == "seen"
    mail = read("藏在这里\r\n--b\r\n\r\nseen\r\n--b--\r\n也藏在这里", kind="multipart/mixed; boundary=b")
    assert "藏在这里" in mail.text
    assert "也藏在这里" in mail.text
    assert has(mail, "preamble-text")
    assert has(mail, "epilogue-text")


def test_empty_richer_alternative() -> None:
    """An empty HTML part does not hide the plain text; a full one is preferred, as mail programs do."""
    plain = "Content-Type: text/plain; charset=utf-8\r\n\r\n事务号：123 已发送，请下载"
    mail = multipart(plain, "Content-Type: text/html\r\n\r\n<html><body><br></body></html>", kind="alternative")
    assert mail.reply_text == "事务号：123 已发送，请下载"
    assert has(mail, "empty-alternative")
    mail = multipart(plain, "Content-Type: text/html; charset=utf-8\r\n\r\n<p>事务号：123</p>", kind="alternative")
    assert mail.text == "事务号：123"


def test_base64_around_parts_and_mails() -> None:
    """base64 on a multipart and on message/rfc822, declared or not."""
    inner = b"--b\r\nContent-Type: text/plain\r\n\r\nfound\r\n--b--\r\n"
    mail = read(b64(inner), "Content-Transfer-Encoding: base64", kind="multipart/mixed; boundary=b")
    assert mail.text == "found"
    forwarded = b64(
        b"From: a@p.example\r\nSubject: in\r\nMessage-ID: <in@p.example>\r\nDate: Tue, 24 Nov 2026 09:12:33 +0800\r\n\r\nfound\r\n"
    )
    for extra in ("Content-Transfer-Encoding: base64\r\n", ""):
        mail = multipart("\r\nx", f"Content-Type: message/rfc822\r\n{extra}\r\n{forwarded}")
        assert mail.forwarded[0].text == "found"


def test_flowed() -> None:
    """format=flowed is joined (RFC 3676), with delsp without the blank."""
    assert read("one \ntwo\n> q1 \n> q2\n", kind="text/plain; format=flowed").text == "one two\n> q1 q2"
    assert read("中文 \n连续\n", kind="text/plain; charset=utf-8; format=flowed; delsp=yes").text == "中文连续"


def test_files_inside_text() -> None:
    """uuencode is decoded; yEnc and BinHex are kept and named."""
    mail = read(b"before\n" + uu("p.pdf", PDF * 20) + b"after\n")
    assert (mail.text, mail.attachments[0].content) == ("before\nafter", PDF * 20)
    assert mail.attachments[0].origin is Origin.UUENCODE
    mail = read("=ybegin line=128 size=3 name=x.bin\nabc\n=yend size=3\n")
    assert has(mail, "yenc-not-decoded")
    assert mail.attachments[0].filename == "x.bin"
    assert has(read("(This file must be converted with BinHex 4.0)\n:abc:\n"), "binhex-not-decoded")


def test_tnef() -> None:
    """winmail.dat gives its files and, where there is no other, its text."""
    data = base64.encodebytes(tnef("论文.pdf", PDF)).decode()
    mail = read(data, "Content-Transfer-Encoding: base64", kind="application/ms-tnef; name=winmail.dat")
    assert [(a.filename, a.content, a.origin) for a in mail.attachments] == [("论文.pdf", PDF, Origin.TNEF)]
    assert mail.text == "body in tnef"


def test_smime() -> None:
    """The mail inside an opaque signature is read; an encrypted one is kept, with a defect."""
    inner = (
        b'Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nsigned text\r\n--i\r\nContent-Type: application/pdf; name="a.pdf"\r\n\r\n'
        + PDF
        + b"\r\n--i--\r\n"
    )
    mail = read(
        b64(_smime(inner)),
        "Content-Transfer-Encoding: base64",
        kind="application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
    )
    assert mail.text == "signed text"
    assert (mail.attachments[0].filename, mail.attachments[0].origin) == ("a.pdf", Origin.SMIME)
    mail = read(
        b64(bytes.fromhex("301106092a864886f70d010703a004300202 0100".replace(" ", ""))),
        "Content-Transfer-Encoding: base64",
        kind="application/pkcs7-mime; name=smime.p7m",
    )
    assert has(mail, "encrypted")
    assert mail.attachments[0].filename == "smime.p7m"


def test_inline_pictures() -> None:
    """cid: parts and data: URIs are attachments of their own origin."""
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    mail = multipart(
        f'Content-Type: text/html\r\n\r\n<img src="cid:p1"><img src="data:image/png;base64,{base64.b64encode(png).decode()}">x',
        "Content-Type: image/png\r\nContent-ID: <p1>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(png),
        kind="related",
    )
    assert [(a.origin, a.content_id, a.content) for a in mail.attachments] == [
        (Origin.INLINE, "p1", png),
        (Origin.INLINE, "data-0", png),
    ]


def test_broken_transfer_encodings() -> None:
    """base64 that is none is kept as text; unknown encodings are named."""
    assert (
        read("plainly not base64 at all, sorry", "Content-Transfer-Encoding: base64").text
        == "plainly not base64 at all, sorry"
    )
    assert has(read("abc", "Content-Transfer-Encoding: x-magic"), "transfer-encoding-unknown")
    assert read("5LqL5Yqh\r\n5Y+3", "Content-Transfer-Encoding: BASE64 ").text == "事务号"
    assert read("=E4=BA=8B=E5=8A=\r\n=A1", "Content-Transfer-Encoding: quoted-printable").text == "事务"


def test_nothing_at_all() -> None:
    """Empty and binary input give a ParsedMail with defects."""
    for raw in (b"", b"\n", bytes(range(256)) * 50, b"\0" * 1000):
        mail = parse_mail(raw)
        assert mail.defects
        assert mail.size == len(raw)
