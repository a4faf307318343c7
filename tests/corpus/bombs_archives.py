"""Hostile archives, documents, mails and pages; files that are another thing than their name says."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile

from tests.corpus.bombing import MB, archive, bomb, picture
from tests.corpus.bombs_pictures import png_gigapixels


@bomb("picture.pdf", "a picture called a PDF")
def lying_pdf() -> bytes:
    return picture("PNG")


@bomb("photo.jpg", "a program called a photo")
def lying_program() -> bytes:
    return b"MZ" + random.Random(3).randbytes(50_000)


@bomb("photo.jpg", "a web page called a photo")
def lying_page() -> bytes:
    return b"<html><body>" + b"<p>hello</p>" * 50 + b"</body></html>"


@bomb("photo.png", "an archive called a picture, holding noise called a photo")
def lying_archive() -> bytes:
    return archive({"a.jpg": random.Random(4).randbytes(1000)})


@bomb("empty.jpg", "nothing")
def empty() -> bytes:
    return b""


@bomb("zeros.pdf", "a megabyte of zeros")
def zero_bytes() -> bytes:
    return bytes(MB)


@bomb("noise.bin", "60 MB of noise")
def noise() -> bytes:
    return random.Random(5).randbytes(59 * MB)


@bomb("large.jpg", "over the limit of bytes")
def too_many_bytes() -> bytes:
    return picture("JPEG") + bytes(65 * 1000 * 1000)


@bomb("laughs.svg", "a billion laughs")
def laughs() -> bytes:
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">{levels}]><svg>&l9;</svg>'.encode()


@bomb("bomb.zip", "400 MB of zeros called a photo")
def zip_zeros() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made, made.open("a.jpg", "w", force_zip64=True) as member:
        for _ in range(400):
            member.write(bytes(MB))
    return file.getvalue()


@bomb("bomb.zip", "archives in archives, eight deep, ten wide")
def zip_nested() -> bytes:
    inner = archive({"a.jpg": bytes(10 * MB)})
    for level in range(8):
        inner = archive({f"{level}-{n}.zip": inner for n in range(10)})
    return inner


@bomb("bomb.zip", "1,900 entries that share one body of 50 MB")
def zip_overlapping() -> bytes:
    one = archive({"a.jpg": bytes(50 * MB)})
    end = one.rindex(b"PK\x05\x06")
    start = one.rindex(b"PK\x01\x02")
    entry = one[start:end]
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1900, 1900, len(entry) * 1900, start, 0)
    return one[:start] + entry * 1900 + tail


@bomb("bomb.zip", "60,000 entries")
def zip_entries() -> bytes:
    return archive({f"{n}.jpg": b"" for n in range(60_000)}, method=zipfile.ZIP_STORED)


@bomb("bomb.zip", "packed by LZMA")
def zip_lzma() -> bytes:
    return archive({"a.jpg": bytes(100 * MB)}, method=zipfile.ZIP_LZMA)


@bomb("secret.zip", "a password")
def zip_password() -> bytes:
    made = bytearray(archive({"a.jpg": picture("JPEG")}))
    made[6] |= 1
    made[made.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


@bomb("cut.zip", "half an archive")
def zip_cut() -> bytes:
    whole = archive({"a.jpg": random.Random(8).randbytes(MB)})
    return whole[: len(whole) // 2]


@bomb("broken.zip", "a wrong checksum")
def zip_checksum() -> bytes:
    made = bytearray(archive({"a.jpg": picture("JPEG")}, method=zipfile.ZIP_STORED))
    made[60] ^= 0xFF
    return bytes(made)


@bomb("names.zip", "paths to elsewhere")
def zip_paths() -> bytes:
    return archive({"../../etc/passwd.jpg": b"x" * 50, "/root/a.png": b"y" * 50, "a\\..\\b.pdf": b"z" * 50})


@bomb("bomb.docx", "a document with 1,800 pictures")
def docx_pictures() -> bytes:
    small = picture("PNG", (300, 200))
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>",
                    **{f"word/media/image{n}.png": small + bytes([n & 255, n >> 8]) for n in range(1800)}})  # fmt: skip


@bomb("bomb.docx", "a document with a picture of gigapixels")
def docx_gigapixels() -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", "word/media/image1.png": png_gigapixels()})


@bomb("bomb.eml", "a mail 3,000 levels deep")
def mail_deep() -> bytes:
    levels = range(3000)
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in levels)
    return f"From: a@patron.example\r\nSubject: deep\r\nMIME-Version: 1.0\r\n{heads}\r\nend\r\n".encode()


@bomb("bomb.eml", "a mail of 20,000 parts")
def mail_parts() -> bytes:
    part = "--b\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    head = "From: a@patron.example\r\nSubject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return (head + part * 20_000 + "--b--\r\n").encode()


@bomb("bomb.eml", "mails within mails, sixty deep")
def mail_nested() -> bytes:
    mail = b"From: a@patron.example\r\nSubject: last\r\n\r\nend\r\n"
    for level in range(60):
        head = (
            f"From: a@patron.example\r\nSubject: {level}\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
        )
        mail = head.encode() + mail
    return mail


@bomb("bomb.html", "a page that nests 200,000 deep")
def html_deep() -> bytes:
    return b"<html><body>" + b"<div>" * 200_000 + b"end"


@bomb("bomb.html", "20,000 pictures within a page")
def html_pictures() -> bytes:
    data = base64.b64encode(picture("PNG", (150, 150))).decode()
    return ("<html><body>" + f'<img src="data:image/png;base64,{data}">' * 20_000).encode()


@bomb("bomb.html", "a picture of 20 MB of noise within a page")
def html_noise() -> bytes:
    data = base64.b64encode(random.Random(9).randbytes(20 * MB))
    return b'<html><body><img src="data:image/png;base64,' + data + b'">'


@bomb("bomb.html", "30 MB of 'data:image'")
def html_prefixes() -> bytes:
    return b"<html><body>" + b"data:image/png;base64" * (30 * MB // 21)


@bomb("bomb.doc", "an old document full of picture beginnings")
def ole_starts() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff\xd8\xff\xe0\x00\x10JFIF\0\0" * 1_000_000
