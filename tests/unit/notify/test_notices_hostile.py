"""Attachments, long threads, hostile names and addresses: a notice stays a valid mail."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.config import Notices, Office
from maild.domain.errors import Permanent
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.notify.editing.lint import lint
from maild.notify.rendering.render import NoticePart, Renderer
from maild.notify.rendering.samples import sample_patron, sample_transaction
from tests.share import times
from tests.unit.notify.written import KEY, K, part, read, write


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """The renderer with everything as shipped."""
    return Renderer(Office(), Notices(), KEY)


def test_threading_follows_what_was_said_before(renderer: Renderer) -> None:
    """References is the thread and the mail answered; an answer is auto-replied, news auto-generated."""
    thread = ["<a@maild.example>", "<b@maild.example>"]
    news, _, _ = read(write(renderer, part(K.LOAN_DUE), thread=thread))
    assert news["References"].split() == thread
    assert news["In-Reply-To"] == "<b@maild.example>"
    assert news["Auto-Submitted"] == "auto-generated"
    answer, _, _ = read(write(renderer, part(K.QUERY_ANSWER), thread=thread))
    assert answer["References"].split() == [*thread, "<question-1@patron.example>"]
    assert answer["In-Reply-To"] == "<question-1@patron.example>"
    assert answer["Auto-Submitted"] == "auto-replied"


def test_long_and_broken_threads_stay_valid(renderer: Renderer) -> None:
    """A hundred Message-IDs are cut to the root and the latest; what is no Message-ID is left out."""
    thread = [f"<{n:03}@maild.example>" for n in range(100)] + ["nonsense", "<x\r\nBcc: y@z>", "<" + "a" * 2000 + "@b>"]
    message = write(renderer, part(K.LOAN_DUE), thread=thread)
    assert lint(message.raw) == []
    kept = read(message)[0]["References"].split()
    assert kept[0] == "<000@maild.example>"
    assert kept[-1] == "<099@maild.example>"
    assert len(kept) == 12


def test_delivered_and_fee_share_one_mail(renderer: Renderer) -> None:
    """One greeting, one whitelist block, one table of the request; the subject is the document's."""
    mail, text, html = read(write(renderer, part(K.FEE_NOTICE, "zh-CN"), part(K.DOCUMENT_DELIVERED, "zh-CN")))
    assert mail["Subject"].startswith("文献已送达")
    assert mail["X-Maild"] == "document_delivered, fee_notice"
    assert (text.count("您好"), text.count("收不到我们的邮件"), text.count("事务号：")) == (1, 1, 1)
    assert "¥12.50 (CNY 12.50)" in text
    assert html.count("<html") == 1
    assert "文献已随本邮件发送" in text
    assert "我们立即发送文献" not in text + html


def test_an_attachment_keeps_its_chinese_name(renderer: Renderer) -> None:
    """By RFC 2231 for readers of the standard, by RFC 2047 in name= for QQ and Outlook; bytes unharmed."""
    message = write(renderer, part(K.DOCUMENT_DELIVERED))
    (file,) = read(message)[0].iter_attachments()
    assert file.get_filename() == "稀疏传感网络的自适应采样.pdf"
    assert file.get_content() == b"%PDF-1.7\n% a sample\n%%EOF\n"
    assert b'name="=?utf-8?B?' in message.raw


@pytest.mark.parametrize(
    "name",
    [
        "a.pdf",
        "my file.pdf",
        'quo"te\\.pdf',
        "长" * 200 + ".pdf",
        "../../etc/passwd",
        "x\r\nX: y.pdf",
        "",
        "\u202efdp.exe",
        "é%'.pdf",
    ],
)
def test_any_file_name_is_carried_safely(renderer: Renderer, name: str) -> None:
    """No path, no line end, no direction mark; the parser gets a name back, and the mail stays valid."""
    sample = replace(part(K.DOCUMENT_DELIVERED), documents=((name, b"%PDF-1.4 x"),))
    message = write(renderer, sample)
    assert lint(message.raw) == []
    (file,) = read(message)[0].iter_attachments()
    got = file.get_filename()
    assert got
    assert not re.search(r"[/\\\r\n\u202e]", got)
    assert len(got.encode()) <= 130


def test_too_large_for_the_recipients_system_goes_another_way() -> None:
    """30 MB do not fit Gmail's 25 MB: published where staff publish, else to be picked up; never cut."""
    big = b"%PDF-1.4" + bytes(30_000_000)
    sample = part(K.DOCUMENT_DELIVERED, "en", links=[])
    sample = replace(
        sample,
        request=replace(sample.request, recipient="reader@gmail.com"),
        documents=(("big.pdf", big), ("s.pdf", b"%PDF-")),
    )
    kept = Renderer(Office(), Notices(max_attachment_bytes=100_000_000), KEY)
    mail, text, _ = read(write(kept, sample))
    assert [file.get_filename() for file in mail.iter_attachments()] == ["s.pdf"]
    assert "big.pdf (30.0 MB)" in text
    assert "USB stick" in text
    published = Renderer(Office(), Notices(documents_url="https://docs.lib.example/d"), KEY)
    _, text, _ = read(write(published, sample))
    assert re.search(r"https://docs\.lib\.example/d/[0-9a-f]{64}/big\.pdf", text)
    assert "24 December 2026" in text
    inside = replace(sample, request=replace(sample.request, recipient="reader@zju.edu.cn"))
    mail, _, _ = read(write(kept, inside))
    assert len(list(mail.iter_attachments())) == 2


NASTY = st.text(max_size=300) | st.sampled_from(
    ["a\r\nBcc: evil@x.example", "<script>alert(1)</script>", "\0\x1b[31m", "\u202egnp.exe", "=?utf-8?B?AAAA?=",
     "\ud800", "]" * 999,
     "{{ 7*7 }}", "好" * 999, "From x\nFrom y", ".\n.\n", "--=_alt_", "1E100", "9" * 99, "\u2028\u2029", "a" * 5000]
)  # fmt: skip


@pytest.mark.long
@settings(max_examples=times(40, 120), deadline=None)
@given(kind=st.sampled_from(list(NoticeKind)), name=NASTY, title=NASTY, value=NASTY, number=NASTY)
def test_hostile_data_stay_data(kind: NoticeKind, name: str, title: str, value: str, number: str) -> None:
    """No text from outside breaks a header, a line, a tag, or the reading of the mail."""
    sample = part(kind)
    data = dict.fromkeys(("reason", "note", "answer", "login", "provider_name", "due", "amount", "pickup_place"), value)
    data["rows"] = [{"title": value, "link": value, "number": value, "payable": value}, value, None]  # type: ignore[assignment]
    data["links"] = [{"url": value, "password": value, "filename": value}]  # type: ignore[assignment]
    data["fee_lines"] = [{"label_zh": value, "amount": value}, value]  # type: ignore[assignment]
    sample = replace(
        sample,
        request=replace(sample.request, data=data, number=number, reply_to=value),
        patron=replace(sample_patron(), name=name),
        transaction=replace(sample_transaction(kind), title=title, provider=value, literature=value),
        documents=((value, b"%PDF-"),),
    )
    message = write(_shared(), sample)
    assert lint(message.raw) == []
    mail, _, html = read(message)
    assert {key.lower() for key in mail} <= ALLOWED
    assert "<script" not in html
    assert "49" not in mail["Subject"] or "49" in title + number


ALLOWED = {"from", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted", "x-maild",
           "x-auto-response-suppress", "content-language", "mime-version", "content-type"}  # fmt: skip
_kept: list[Renderer] = []


def _shared() -> Renderer:
    if not _kept:
        _kept.append(Renderer(Office(), Notices(), KEY))
    return _kept[0]


@pytest.mark.parametrize(
    "address",
    ["", "x", "a@b\r\nBcc: c@d", "a b@c.example", "a@b,c@d", "<a@b.example>", "名@x.example", "a..b@x.example", "a@"],
)
def test_what_is_no_address_is_refused(renderer: Renderer, address: str) -> None:
    """Better no notice than one that goes where nobody said."""
    request = NoticeRequest(kind=K.CANCELLED, subject="s", recipient=address)
    with pytest.raises(Permanent, match="not a mail address"):
        write(renderer, NoticePart(request=request))


def test_an_international_domain_is_written_in_ascii(renderer: Renderer) -> None:
    """RFC 5890: the A-label travels."""
    request = NoticeRequest(kind=K.CANCELLED, subject="s", recipient="reader@图书馆.example")
    assert write(renderer, NoticePart(request=request)).recipients == ("reader@xn--1jq52s681d.example",)


def test_html_fetches_nothing_and_is_legible(renderer: Renderer) -> None:
    """No remote resource, no script; pictures come along; no type under 14 px; dark mode declared."""
    for kind in NoticeKind:
        _, _, html = read(write(renderer, part(kind)))
        assert not re.search(r"<(?:script|iframe|link|object)\b|url\(|@import", html)
        assert all(source.startswith("cid:") for source in re.findall(r"<img\b[^>]*?src=\"([^\"]*)\"", html))
        assert min(int(size) for size in re.findall(r"font-size:(\d+)px", html)) >= 14
        assert 'name="color-scheme" content="light dark"' in html
