"""What parsing costs: µs of CPU a mail for a provider notice, a mail with a PDF, one with a picture.

Run: python tests/bench/parse.py [N]
"""

from __future__ import annotations

import base64
import random
import sys
import time

from maild.parse import parse_mail, peek


def notice() -> bytes:
    """A 6 kB notice: plain and HTML alternatives, tables, some twelve transport headers."""
    rows = "".join(
        f'<tr><td style="padding:4px">字段{i}：</td><td style="padding:4px"><b>值 {i}</b></td></tr>' for i in range(12)
    )
    page = (
        "<html><head><meta charset=utf-8></head><body style='font-family:sans-serif'><p>尊敬的读者：</p>"
        "<p>您的文献传递请求已由提供馆处理完毕，请点击下面的链接下载全文。链接三十天内有效。</p>"
        f"<table border=1>{rows}</table><p><a href='https://dl.example/f/abc'>下载全文</a></p><p>此邮件由系统自动发送，请勿回复。</p></body></html>"
    )
    plain = "尊敬的读者：\n\n" + "\n".join(f"字段{i}：值 {i}" for i in range(12)) + "\n\nhttps://dl.example/f/abc\n"
    received = "".join(
        f"Received: from mx{i}.calis.example (192.0.2.{i}) by mx.library.example with ESMTPS id {i}abcdef;\r\n\tTue, 24 Nov 2026 09:12:3{i} +0800\r\n"
        for i in range(6)
    )
    signature = (
        "DKIM-Signature: v=1; a=rsa-sha256; d=calis.example; s=k; h=from:to:subject;\r\n\tbh="
        + "A" * 43
        + "=;\r\n\tb="
        + "B" * 340
        + "\r\n"
    )
    return (
        received + signature + "From: =?utf-8?B?Q0FMSVM=?= <ill@calis.example>\r\nTo: office@library.example\r\n"
        f"Subject: =?utf-8?B?{base64.b64encode('文献传递：已发送 20261124001'.encode()).decode()}?=\r\n"
        "Message-ID: <n1@calis.example>\r\nDate: Tue, 24 Nov 2026 09:12:33 +0800\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="=_alt"\r\n\r\n--=_alt\r\nContent-Type: text/plain; charset=utf-8\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(plain.encode()).decode().replace("\n", "\r\n")
        + "--=_alt\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(page.encode()).decode().replace("\n", "\r\n")
        + "--=_alt--\r\n"
    ).encode()


def with_file(size: int, kind: str, name: str, magic: bytes) -> bytes:
    """A short answer with one attachment of `size` bytes."""
    data = magic + random.Random(1).randbytes(size)
    return (
        "From: li@patron.example\r\nTo: office@library.example\r\nSubject: 凭证\r\nMessage-ID: <p1@patron.example>\r\n"
        "Date: Tue, 24 Nov 2026 09:12:33 +0800\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n您好，附件是凭证。\r\n--b\r\n"
        f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'
        + base64.encodebytes(data).decode().replace("\n", "\r\n")
        + "--b--\r\n"
    ).encode()


def measure(raw: bytes, times: int) -> float:
    """µs of CPU a mail: the best of five runs."""
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        for _ in range(times):
            parse_mail(raw)
        best = min(best, (time.process_time() - started) / times)
    return best * 1e6


def main() -> None:
    """Print a line a kind of mail, and what 10,000 mails of each would take."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for name, raw in (
        ("provider notice", notice()),
        ("200 kB PDF", with_file(200_000, "application/pdf", "a.pdf", b"%PDF-1.4\n")),
        ("300 kB picture", with_file(300_000, "image/jpeg", "a.jpg", b"\xff\xd8\xff\xe0")),
    ):
        cost = measure(raw, times)
        print(f"{name:16} {len(raw) / 1000:7.1f} kB  {cost:7.0f} µs a mail  {cost / 100:6.1f} s for 10,000")
    started = time.process_time()
    for _ in range(1000):
        peek(notice()[:6000])
    print(f"peek (with making the mail) {(time.process_time() - started) * 1000:.0f} µs")


if __name__ == "__main__":
    main()
