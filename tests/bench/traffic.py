"""The mail of an office, invented: the same thousand mails at every run, with the patrons and requests they are about.

Half are provider notices of 4–8 kB (some carry a PDF of 200 kB, with its text or as a scan), a fifth replies of
patrons from five mail clients with what they answer, a tenth receipts with a picture of 300 kB, the rest letters,
forwarded mails, bounces and noise; seven in ten are signed, by three domains. Texts of 200 bytes to 60 kB are made by tests.bench.prose, no two alike.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from maild.authenticate.signing import Signer, public_record
from tests.bench.clients import CLIENTS, Quoted
from tests.bench.prose import length, paragraphs
from tests.bench.prose import name as invented

NUMBER = "20261{:08d}"
OFFICE = "bot@lib.example"
SELECTOR = "s1"
SIGNERS = ("calis.edu.cn", "cashl.edu.cn", "patron.example")
KEYS = Path(__file__).parents[1] / "corpus" / "auth" / "keys"
# When the mails are written: yesterday, since what was signed a week before it comes moves nothing.
WRITTEN: ContextVar[datetime] = ContextVar("when the mails are written", default=datetime.now(UTC) - timedelta(days=1))
_TITLE = "湖泊沉积物中硅藻的研究进展，第{}卷 Advances in the study of diatoms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Mails, and how many are of each sort; `dns`: the TXT answers that prove the signed ones."""

    mails: tuple[bytes, ...]
    sorts: Mapping[str, int]
    dns: Mapping[str, tuple[str, ...]]


@cache
def signers() -> Mapping[str, Signer]:
    """A signer a domain, all with one RSA-2048 key (what is measured does not depend on whose it is)."""
    pem = (KEYS / "rsa2048.pem").read_bytes()
    return {domain: Signer(domain, SELECTOR, pem) for domain in SIGNERS}


def dns() -> dict[str, tuple[str, ...]]:
    """Keys and policies of the signing domains."""
    from maild.authenticate.signing import load_private_key

    record = public_record(load_private_key((KEYS / "rsa2048.pem").read_bytes()))
    answers = {f"{SELECTOR}._domainkey.{domain}": (record,) for domain in SIGNERS}
    return answers | {f"_dmarc.{domain}": ("v=DMARC1; p=none",) for domain in SIGNERS}


def traffic(count: int = 1000, seed: int = 1, *, scanned: bool = False) -> Traffic:
    """`count` mails (a multiple of 100), shuffled; every request is named by one notice at most.

    scanned: supplied documents are pictures of pages, which only OCR reads; else they have their text, as most do
    """
    rng = random.Random(seed)
    plan: list[tuple[str, Callable[[random.Random, int], bytes]]] = []
    for name, maker, share in _SORTS:
        plan += [(name, _scan if scanned and maker is _supply else maker)] * (share * count // 100)
    rng.shuffle(plan)
    made = tuple(maker(rng, index) for index, (_, maker) in enumerate(plan))
    sorts: dict[str, int] = {}
    for name, _ in plan:
        sorts[name] = sorts.get(name, 0) + 1
    return Traffic(mails=made, sorts=sorts, dns=dns())


# -- sorts of mail ---------------------------------------------------------------------------------------------------


_NEWS = {
    "accepted": ("请求已受理", "提供馆已受理您的请求，正在查找文献，请耐心等待。", "处理中"),
    "forwarded": ("请求已转发", "您的请求已转发至其他成员馆，请等待进一步通知。", "已转发"),
    "shipped": ("文献已寄送", "您提交的文献传递请求已由提供馆提供，文献见附件。", "已寄送"),
    "unfilled": ("请求未满足", "很遗憾，您的请求未能满足。", "未满足"),
    "fee": ("请确认费用", "提供馆已报价，请确认费用后继续。", "待确认费用"),
}


_FOOT = "本邮件由系统自动发送，请勿直接回复。"


def _notice(rng: random.Random, index: int) -> bytes:
    """A notice of CALIS as text and HTML."""
    return _calis(rng, index, rng.choice(("accepted", "accepted", "accepted", "forwarded", "unfilled", "fee")))


def accepted(number: str) -> bytes:
    """A notice of CALIS that the request was accepted, which moves it: nothing but a system's own words is in it."""
    return _calis(random.Random(number), int(number[5:]), "accepted", foot=_FOOT)


def news(rng: random.Random, index: int, what: str) -> bytes:
    """A notice of CALIS with one piece of news of a request: a name of _NEWS."""
    return _calis(rng, index, what)


def _supply(rng: random.Random, index: int) -> bytes:
    """A notice of CALIS with the document, which has its text."""
    words = _TITLE.format(index) + "\n" + paragraphs(rng, 1500)
    return _calis(rng, index, "shipped", pdf(rng, words))


def _scan(rng: random.Random, index: int) -> bytes:
    """A notice of CALIS with the document as a picture of its page."""
    return _calis(rng, index, "shipped", pdf(rng))


def _calis(rng: random.Random, index: int, news: str, document: bytes = b"", foot: str = "") -> bytes:
    headline, said, state = _NEWS[news]
    number = NUMBER.format(index)
    rows = [("事务号", number), ("题名", _TITLE.format(index)), ("当前状态", state), ("提供馆", "北京大学图书馆")]
    if news == "fee":
        rows += [("总费用", "26.00元"), ("补贴", "0.00元"), ("应付", "26.00元")]
    rows += [("期刊", "湖泊科学"), ("年卷期", "2024, 36(2): 101-118"), ("服务方式", "电子邮件")]
    foot = foot or paragraphs(rng, rng.randint(600, 1800))
    text = f"您好：\n\n{said}\n\n" + "".join(f"{label}：{value}\n" for label, value in rows) + f"\n{foot}\n"
    cells = "".join(f"<tr><td class='l'>{label}</td><td>{value}</td></tr>" for label, value in rows)
    html = f"<html><head><style>td{{padding:3px}}</style></head><body><p>{said}</p><table>{cells}</table><p>{foot}</p>"
    body = _alternative(text, html + "</body></html>")
    if document:
        body = _mixed(body, _attached("application/pdf", f"{number}.pdf", document))
    head = _head("CALIS馆际互借", "ill@calis.edu.cn", f"【CALIS馆际互借】{headline}：{number}", index,
                 "Auto-Submitted: auto-generated\r\n")  # fmt: skip
    return signers()["calis.edu.cn"].sign(head + body)


def _cashl(rng: random.Random, index: int) -> bytes:
    """A notice of CASHL: plain text and a link."""
    number = NUMBER.format(index)
    rest = paragraphs(rng, rng.randint(1500, 4500))
    text = (
        f"尊敬的用户：\n\n您在CASHL提交的文献传递申请已完成。\n\n申请号：{number}\n文献题名：{_TITLE.format(index)}\n"
        f"处理结果：已发送\n下载地址：https://files.cashl.edu.cn/d/{index}\n有效期至：{WRITTEN.get() + timedelta(days=30):%Y-%m-%d}\n\n{rest}\n"
    )
    head = _head("CASHL", "service@cashl.edu.cn", f"CASHL文献传递：您的文献已处理完成（{number}）", index)
    return signers()["cashl.edu.cn"].sign(head + _text("plain", text))


def _reply(rng: random.Random, index: int) -> bytes:
    """A patron answers a notice of ours, with the notice quoted, and often what was written before it."""
    number = NUMBER.format(index)
    said = rng.choice(("老师好，请问这篇文献什么时候能到？", "谢谢老师，已收到！", "您好，我想取消这个申请，麻烦您了。",
                       "老师您好，附件打不开，能重新发一份吗？", "Could you tell me where my request is?"))  # fmt: skip
    if rng.random() < 0.5:
        said = f"{said}\n\n{paragraphs(rng, length(rng, most=6_000))}"
    old = Quoted(author="图书馆", address=OFFICE, when=f"{WRITTEN.get() - timedelta(days=1):%Y年%m月%d日 %H:%M}", subject=f"您的请求 {number}",
                 text=f"您好：\n\n您的请求 {number} 已提交。\n{paragraphs(rng, length(rng))}")  # fmt: skip
    text, html = rng.choice(CLIENTS)(said, old)
    thread = f"<maild.{index}.0123456789ab@lib.example>"
    head = _head(f"{invented(rng)}{index}", f"p{index}@patron.example", f"Re: 您的请求 {number}", index,
                 f"In-Reply-To: {thread}\r\nReferences: {thread}\r\n")  # fmt: skip
    raw = head + (_alternative(text, html) if rng.random() < 0.8 else _text("plain", text))
    return signers()["patron.example"].sign(raw) if index % 3 else raw


def _letter(rng: random.Random, index: int) -> bytes:
    """Somebody writes about something else altogether, at any length."""
    charset = rng.choice(("utf-8", "utf-8", "gb18030"))
    text = paragraphs(rng, length(rng), share=rng.choice((0.0, 0.1, 1.0)))
    head = _head(invented(rng), f"p{index}@patron.example", invented(rng, 14), index)
    return signers()["patron.example"].sign(head + _text("plain", text, charset))


def _forward(rng: random.Random, index: int) -> bytes:
    """A patron forwards a notice of a provider, whole."""
    inner = _calis(rng, index, "accepted")
    rest = b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + inner
    head = _head(f"{invented(rng)}{index}", f"p{index}@patron.example", f"Fwd: {NUMBER.format(index)}", index)
    return head + _mixed(_text("plain", paragraphs(rng, length(rng, most=3_000))), rest)


def _receipt(rng: random.Random, index: int) -> bytes:
    """A patron sends the picture of a transfer."""
    picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + rng.randbytes(300_000)
    text = _text("plain", f"老师您好，事务号 {NUMBER.format(index)} 的费用已转账，凭证见附件。\n")
    body = _mixed(text, _attached("image/jpeg", "转账凭证.jpg", picture + b"\xff\xd9"))
    raw = _head(f"读者{index}", f"p{index}@patron.example", "转账凭证", index) + body
    return signers()["patron.example"].sign(raw) if index % 3 else raw


def _bounce(rng: random.Random, index: int) -> bytes:
    """A delivery report (RFC 3464)."""
    report = (
        f"Reporting-MTA: dns; mx.patron.example\r\n\r\nFinal-Recipient: rfc822; p{index}@patron.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n"
    )
    ours = f"From: {OFFICE}\r\nSubject: notice\r\nMessage-ID: <maild.{index}.0123456789ab@lib.example>\r\n"
    parts = (
        _text("plain", "This is the mail system. Your message could not be delivered.\n"),
        b"Content-Type: message/delivery-status\r\n\r\n" + report.encode(),
        b"Content-Type: text/rfc822-headers\r\n\r\n" + ours.encode(),
    )
    head = _head("Mail Delivery System", "MAILER-DAEMON@mx.patron.example", "Undelivered Mail Returned to Sender", index,
                 "Auto-Submitted: auto-replied\r\nReturn-Path: <>\r\n")  # fmt: skip
    return head + _multipart("report; report-type=delivery-status", "=_r", parts)


def _noise(rng: random.Random, index: int) -> bytes:
    """Newsletters, advertisements, absence notes."""
    if index % 3 == 0:
        head = _head(f"Dr {index}", f"p{index}@patron.example", "Automatic reply: out of office", index,
                     "Auto-Submitted: auto-replied\r\n")  # fmt: skip
        return head + _text("plain", "I am out of the office until Monday and will answer then.\n")
    said = paragraphs(rng, length(rng, least=2_000, most=30_000), share=0.5)
    offer = "".join(f"<p>{each} <a href='https://shop.example/x'>look here</a>.</p>" for each in said.split("\n\n"))
    head = _head("Shop", "news@shop.example", f"Newsletter no. {index}", index,
                 "List-Unsubscribe: <mailto:off@shop.example>\r\nPrecedence: bulk\r\n")  # fmt: skip
    return head + _alternative(f"Special offer for libraries.\n{said}", f"<html><body>{offer}</body></html>")


_SORTS = (
    ("notice", _notice, 34), ("notice with PDF", _supply, 6), ("notice with link", _cashl, 10),
    ("reply", _reply, 20), ("receipt", _receipt, 10), ("letter", _letter, 5), ("forward", _forward, 3), ("bounce", _bounce, 6),
    ("noise", _noise, 6),
)  # fmt: skip


# -- MIME --------------------------------------------------------------------------------------------------------------


def _head(name: str, address: str, subject: str, index: int, more: str = "") -> bytes:
    domain, at = address.partition("@")[2], WRITTEN.get()
    received = (
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.7]) by mx.lib.example with ESMTPS id {index:08x};"
        f"\r\n\t{format_datetime(at + timedelta(seconds=1))}\r\n"
    ) * 3
    return (
        f"{received}From: {Header(name, 'utf-8').encode(linesep=chr(13) + chr(10))} <{address}>\r\nTo: {OFFICE}\r\n"
        f"Subject: {Header(subject, 'utf-8').encode(linesep=chr(13) + chr(10))}\r\n"
        f"Date: {format_datetime(at)}\r\nMessage-ID: <bench.{index}@{domain}>\r\n{more}MIME-Version: 1.0\r\n"
    ).encode()


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _text(subtype: str, text: str, charset: str = "utf-8") -> bytes:
    head = f"Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + _base64(text.encode(charset))


def _attached(media: str, filename: str, data: bytes) -> bytes:
    name = Header(filename, "utf-8").encode()
    head = (
        f'Content-Type: {media}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    )
    return head.encode() + _base64(data)


def _multipart(subtype: str, boundary: str, parts: tuple[bytes, ...]) -> bytes:
    mark = f"--{boundary}\r\n".encode()
    body = b"\r\n".join(mark + part for part in parts)
    return (
        f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode()
        + body
        + (f"\r\n--{boundary}--\r\n".encode())
    )


def _alternative(text: str, html: str) -> bytes:
    return _multipart("alternative", "=_alt", (_text("plain", text), _text("html", html)))


def _mixed(*parts: bytes) -> bytes:
    return _multipart("mixed", "=_mix", parts)


def pdf(rng: random.Random, words: str = "", width: int = 500, height: int = 400) -> bytes:
    """A valid PDF (ISO 32000) of one page: a scan of width × height grey pixels, and over it `words` as text, in the
    font of Adobe's Chinese characters that readers bring themselves.
    """
    lines = [line[start : start + 40] for line in words.split("\n") for start in range(0, len(line), 40)]
    said = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in lines)
    drawn = f"q 500 0 0 700 48 71 cm /P Do Q\nBT /F 8 Tf 9 TL 60 800 Td\n{said}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /P 5 0 R >>"
        b" /Font << /F 6 0 R >> >> /Contents 4 0 R >>",
        _stream(b"", drawn),
        _stream(
            b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 "
            % (width, height),
            rng.randbytes(width * height),
        ),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [7 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 8 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 752 /Descent -271 /CapHeight 737 /StemV 58 >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return bytes(out + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)
