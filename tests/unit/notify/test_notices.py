"""Every notice, in every locale, to every kind of patron: valid, complete and unharmed by its data."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.config import Notices, Office
from maild.domain.accounting import reference
from maild.domain.accounting.money import Money
from maild.domain.errors import Permanent
from maild.domain.incoming import token as tokens
from maild.domain.outgoing.notice import COLLEAGUES, TO_PROVIDERS, Message, NoticeKind, NoticeRequest, to_staff
from maild.domain.requests.asking import Asking
from maild.domain.requests.patron import Document, Language, PatronKind
from maild.notify.editing.lint import lint
from maild.notify.rendering.locales import LOCALES
from maild.notify.rendering.render import NoticePart, Renderer
from maild.notify.rendering.samples import NUMBER, sample_parts, sample_patron, sample_transaction
from maild.notify.rendering.wrap import columns
from tests.cases import each
from tests.share import times

KEY = b"k" * 32
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
K = NoticeKind


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """The renderer with everything as shipped."""
    return Renderer(Office(), Notices(), KEY)


def write(renderer: Renderer, *parts: NoticePart, message_id: str = "<n1@maild.example>", **more: object) -> Message:
    """One mail, at a fixed time."""
    return renderer.render(parts, message_id=message_id, date=NOW, **more)  # type: ignore[arg-type]


def read(message: Message) -> tuple[EmailMessage, str, str]:
    """The mail as a client sees it: message, text, HTML."""
    mail = email.message_from_bytes(message.raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return mail, text.get_content(), html.get_content()


def part(kind: NoticeKind, locale: str = "", reader: PatronKind = PatronKind.INTERNAL, **data: object) -> NoticePart:
    """A sample notice with some of its data replaced."""
    (sample,) = sample_parts(kind, locale, reader)
    return replace(sample, request=replace(sample.request, data={**sample.request.data, **data}))


@each("kind", [kind for kind in NoticeKind if kind not in TO_PROVIDERS])
@each("locale", ["", *LOCALES])
@each("reader", list(PatronKind))
def test_every_notice_is_valid_and_addresses_its_patron(
    renderer: Renderer, kind: NoticeKind, locale: str, reader: PatronKind
) -> None:
    """Lints clean, names the patron, both whitelist addresses, phones, and says one thing in text and HTML."""
    sample = part(kind, locale, reader)
    message = write(renderer, sample)
    assert lint(message.raw) == []
    mail, text, html = read(message)
    assert mail["To"].addresses[0].addr_spec == sample.request.recipient
    assert mail["X-Maild"] == kind.value
    system = "" if kind in COLLEAGUES else "ill@calis.edu.cn"
    facts = (sample.patron.name if sample.patron else "", "zjuill@zju.edu.cn", system, "0571-88208470")
    for body in (text, html):
        for fact in () if to_staff(kind) else facts:
            assert fact in body
    token = tokens.make(KEY, NUMBER, sample.request.recipient, NOW.date())
    if sample.request.number and kind in TO_PROVIDERS:
        assert token not in mail["Subject"] + text + html
        assert NUMBER in text
        return
    if sample.request.number:
        assert token in mail["Subject"]
        assert token in text
        assert token in html
        assert NUMBER in text.replace(token, "")
    assert tokens.words(mail["Subject"]) == ([token] if sample.request.number else [])
    hello = "各位老师" if to_staff(kind) else "您好"
    wanted = {hello} if locale == "zh-CN" else {"Dear"} if locale == "en" else {hello, "Dear"}
    assert {word for word in ("您好", "各位老师", "Dear") if word in text} == wanted


@each("asking", list(Asking))
@each("locale", ["", *LOCALES])
def test_a_query_to_a_provider(renderer: Renderer, locale: str, asking: Asking) -> None:
    """Lints clean; both numbers and the title, no patron, no reply token, no whitelist steps; a text of its own."""
    sample = part(NoticeKind.PROVIDER_QUERY, locale)
    data = {**sample.request.data, "asking": asking.value, "amount": "26.00"}
    message = write(renderer, replace(sample, request=replace(sample.request, data=data)))
    assert lint(message.raw) == []
    mail, text, html = read(message)
    for body in (text, html):
        assert NUMBER in body
        assert "SH-2026-4471" in body
        assert "林知夏" not in body
        assert "ILL-" not in body
        assert "ill@calis.edu.cn" not in body
    assert NUMBER in mail["Subject"]
    assert "ILL-" not in mail["Subject"]
    other = write(renderer, sample)
    assert (read(other)[1] == text) is (asking is Asking.SUPPLY)


@each("kind", list(NoticeKind))
def test_text_lines_fit_eighty_columns(renderer: Renderer, kind: NoticeKind) -> None:
    """Folded to 78 columns, Chinese counted double; only links may be longer."""
    _, text, _ = read(write(renderer, part(kind)))
    long = [line for line in text.splitlines() if columns(line) > 78 and "://" not in line]
    assert long == []


@each("kind", list(NoticeKind))
def test_a_notice_of_which_nothing_is_known_is_still_right(renderer: Renderer, kind: NoticeKind) -> None:
    """No patron, no transaction, no data: both languages, polite, valid, nothing printed as None."""
    (bare,) = sample_parts(kind, bare=True)
    message = write(renderer, bare)
    assert lint(message.raw) == []
    _, text, html = read(message)
    assert text.startswith("各位老师：" if to_staff(kind) else "您好：")
    assert ("Dear colleagues," if to_staff(kind) else "Dear reader,") in text
    assert "None" not in text + html


def test_the_samples_pass_the_check(renderer: Renderer) -> None:
    """check() renders everything and raises nothing."""
    renderer.check(date=NOW)


def test_a_repetition_has_the_same_bytes(renderer: Renderer) -> None:
    """The one unavoidable second sending is recognisable as the same mail."""
    first, second = (write(renderer, part(K.DOCUMENT_DELIVERED)) for _ in range(2))
    assert first == second
    assert write(renderer, part(K.DOCUMENT_DELIVERED), message_id="<n2@maild.example>").raw != first.raw


def test_the_fee_adds_up_and_says_how_to_pay_inside(renderer: Renderer) -> None:
    """An own reader sees each line, the sum, the form's codes, counters, app, and no bank account."""
    _, text, html = read(write(renderer, part(K.FEE_NOTICE, "zh-CN")))
    for body in (text, html):
        for fact in ("¥10.50", "¥2.00", "¥10.00", "¥22.50", "¥12.50 (CNY 12.50)", "188610", "669105", "检索费", "513",
                     "m.lib.zju.edu.cn", "不能报销", "预付款"):  # fmt: skip
            assert fact in body
        assert "1202024609908808891" not in body


def test_the_fee_says_how_to_pay_outside(renderer: Renderer) -> None:
    """An external reader sees the bank account, the purpose with its code, invoice needs; no campus form."""
    _, text, html = read(write(renderer, part(K.FEE_NOTICE, "en", PatronKind.EXTERNAL)))
    for body in (text, html):
        for fact in (
            "1202024609908808891",
            "工行杭州市浙大分理处",
            f"图书馆文献传递费 {reference.make(KEY, NUMBER)}",
            "税号",
            "photo",
        ):
            assert fact in body
        assert "188610" not in body


def test_lines_that_fall_short_of_the_total_are_completed(renderer: Renderer) -> None:
    """A fee always adds up: what no line explains is a line of its own."""
    lines = [{"label_zh": "复制费", "label_en": "Copying", "amount": "10.50"}]
    _, text, _ = read(write(renderer, part(K.FEE_NOTICE, "en", fee_lines=lines)))
    assert "Copying: ¥10.50" in text
    assert "Other: ¥12.00" in text


def test_nothing_to_pay_is_said_as_such(renderer: Renderer) -> None:
    """A fully subsidised fee asks for no payment."""
    sample = part(K.FEE_NOTICE, "en", fee_lines=())
    transaction = replace(sample_transaction(K.FEE_NOTICE), subsidy=Money.of("22.50"), payable=Money.of(0))
    _, text, _ = read(write(renderer, replace(sample, transaction=transaction)))
    assert "nothing for you to pay" in text
    assert "How to pay" not in text


@pytest.mark.parametrize(
    ("release", "said"),
    [("always", "不必等待付款到账"), ("proof", "收到您的缴费凭证后"), ("confirmed", "款项确认到账后")],
)
def test_the_fee_says_when_the_document_goes_out(release: str, said: str) -> None:
    """As the office's policy has it; a loan is picked up, so nothing is promised to be sent."""
    renderer = Renderer(Office(), Notices(release=release), KEY)
    _, text, html = read(write(renderer, part(K.FEE_NOTICE, "zh-CN")))
    assert said in text
    assert said in html
    loan = replace(part(K.FEE_NOTICE, "zh-CN"), transaction=sample_transaction(K.PICK_UP))
    _, text, html = read(write(renderer, loan))
    assert "发送文献" not in text + html
    assert "手机支付" not in text + html


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


def test_a_link_shows_password_and_expiry(renderer: Renderer) -> None:
    """From the notice's data or from a Document alike; a link that is no web address is not made clickable."""
    link = Document(number=NUMBER, url="https://supply.example/x?a=1&b=2", password="p<w>d", expires=NOW.date())
    bad = Document(number=NUMBER, url="javascript:alert(1)", password="")
    sample = replace(part(K.DOCUMENT_DELIVERED, "en"), links=(link, bad))
    _, text, html = read(write(renderer, sample))
    assert "https://supply.example/x?a=1&b=2" in text
    assert "Password: p<w>d" in text
    assert "24 November 2026" in text
    assert 'href="https://supply.example/x?a=1&amp;b=2"' in html
    assert "p&lt;w&gt;d" in html
    assert 'href="javascript' not in html


def test_the_whitelist_steps_are_those_of_the_recipients_system(renderer: Renderer) -> None:
    """By domain, subdomains too, the general ones else; none when they are not to be repeated."""
    for address, fact in (
        ("a@qq.com", "设置邮件地址白名单"),
        ("a@vip.163.com", "直接拒收"),
        ("a@intl.zju.edu.cn", "浙大邮箱"),
        ("a@gmail.com", "创建新过滤器"),
        ("a@unknown.example", "不是垃圾邮件"),
    ):
        sample = part(K.CANCELLED, "zh-CN")
        sample = replace(sample, request=replace(sample.request, recipient=address))
        _, text, html = read(write(renderer, sample))
        assert fact in text.replace("\n", "").replace("   ", "")
        assert fact in html
    _, text, html = read(write(renderer, part(K.CANCELLED, "zh-CN"), whitelist=False))
    assert "白名单" not in text + html


def test_the_language_is_the_patrons(renderer: Renderer) -> None:
    """patron.language decides, request.locale overrides it, a locale we do not write counts as unknown."""
    chinese = sample_patron(language=Language.ZH)
    for wanted, languages in (("", "zh-CN"), ("en-GB", "en"), ("fr", "zh-CN")):
        sample = part(K.CANCELLED, wanted)
        assert read(write(renderer, replace(sample, patron=chinese)))[0]["Content-Language"] == languages
    assert read(write(renderer, part(K.CANCELLED)))[0]["Content-Language"] == "zh-CN, en"


def test_unfilled_says_why_in_words(renderer: Renderer) -> None:
    """The ISO 10161 reason as a sentence in both languages, with the supplier's own words."""
    _, text, _ = read(write(renderer, part(K.UNFILLED, reason_code="16", reason="DRM")))
    assert "因版权限制不能提供" in text
    assert "copyright does not allow it" in text.replace("\n", " ")
    assert "DRM" in text


def test_overdue_counts_days_of_the_offices_calendar(renderer: Renderer) -> None:
    """Due on the 20th, written on the 24th: four days."""
    _, text, _ = read(write(renderer, part(K.LOAN_OVERDUE, "en")))
    assert "is 4 days overdue" in text.replace("\n", " ")


def test_no_notice_asks_for_or_carries_a_login_password(renderer: Renderer) -> None:
    """Whatever the data bring, a 'password' of a registration is not written."""
    for kind in (K.REGISTRATION_RECEIVED, K.REGISTRATION_APPROVED, K.REGISTRATION_REJECTED):
        _, text, html = read(write(renderer, part(kind, password="Geheim77", 密码="Geheim77")))
        assert "Geheim77" not in text + html


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
