"""Every notice, in every locale, to every kind of patron: valid, complete and unharmed by its data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.config import Notices, Office
from maild.domain.accounting import reference
from maild.domain.incoming import token as tokens
from maild.domain.money import Money
from maild.domain.outgoing.notice import COLLEAGUES, TO_PROVIDERS, NoticeKind, to_staff
from maild.domain.requests.asking import Asking
from maild.domain.requests.patron import Document, Language, PatronKind
from maild.notify.editing.lint import lint
from maild.notify.language.locales import LOCALES
from maild.notify.language.wrap import columns
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import NUMBER, sample_parts, sample_patron, sample_transaction
from tests.cases import each
from tests.unit.notify.written import KEY, NOW, K, part, read, write


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """The renderer with everything as shipped."""
    return Renderer(Office(), Notices(), KEY)


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


@each("due", ["2026-12-03", ""])
@each("locale", LOCALES)
def test_a_recalled_book_is_called_so_and_offers_no_renewal(renderer: Renderer, locale: str, due: str) -> None:
    """By the day its library names, and by none else: the one on record no longer holds."""
    mail, *bodies = read(write(renderer, part(K.LOAN_DUE, locale, recalled=True, due=due)))
    recalled, renewal, no_more, day, soon = {
        "zh-CN": ("召回", "申请续借", "无法续借", "在2026年12月3日前归还", "尽快归还"),
        "en": ("recalled", "ask for a renewal", "cannot be renewed", "by 3 December 2026", "as soon as you can"),
    }[locale]
    assert recalled in mail["Subject"].lower()
    for body in (" ".join(body.split()) for body in bodies):
        assert recalled in body
        assert no_more in body
        assert renewal not in body
        assert ((day in body), (soon in body)) == (bool(due), not due)


def test_no_notice_asks_for_or_carries_a_login_password(renderer: Renderer) -> None:
    """Whatever the data bring, a 'password' of a registration is not written."""
    for kind in (K.REGISTRATION_RECEIVED, K.REGISTRATION_APPROVED, K.REGISTRATION_REJECTED):
        _, text, html = read(write(renderer, part(kind, password="Geheim77", 密码="Geheim77")))
        assert "Geheim77" not in text + html
