"""Notices about money: what came, what it means, what happens next, what is asked of the patron."""

from __future__ import annotations

import email
import email.policy
import importlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.config import Notices, Office
from maild.domain.accounting.ledger import EntryKind
from maild.domain.errors import TemplateFault
from maild.domain.outgoing.notice import Message, NoticeKind, OutboxEntry
from maild.domain.requests.lifecycle import PaymentState
from maild.domain.requests.patron import PatronKind
from maild.domain.wording import words_money
from maild.notify.editing.lint import lint
from maild.notify.language.locales import LOCALES
from maild.notify.language.wrap import columns
from maild.notify.rendering.render import NoticePart, Renderer
from maild.notify.rendering.samples import NUMBER, sample_parts, sample_patron, sample_transaction
from maild.notify.rendering.samples_money import MONEY
from maild.notify.sending.recheck import recheck
from maild.notify.writing.merge import partners
from maild.notify.writing.pictures import Pictures
from maild.resources import data_folder
from tests.cases import each
from tests.share import times

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
K = NoticeKind
SECOND = "2026112000006"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """The renderer with everything as shipped."""
    return Renderer(Office(), Notices(), b"k" * 32)


def part(
    kind: NoticeKind, locale: str = "zh-CN", reader: PatronKind = PatronKind.INTERNAL, **data: object
) -> NoticePart:
    """A sample notice with some of its data replaced."""
    (sample,) = sample_parts(kind, locale, reader)
    return replace(sample, request=replace(sample.request, data={**sample.request.data, **data}))


def write(renderer: Renderer, *parts: NoticePart) -> Message:
    return renderer.render(parts, message_id="<n1@maild.example>", date=NOW)


def mail_of(message: Message) -> EmailMessage:
    mail = email.message_from_bytes(message.raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def bodies(renderer: Renderer, *parts: NoticePart) -> tuple[str, str]:
    """Text and HTML as plain strings: folded lines joined, marks and entities gone."""
    mail = mail_of(write(renderer, *parts))
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    shown = re.sub(r"<(style|title)\b.*?</\1>", "", html.get_content(), flags=re.DOTALL)
    return squeezed(text.get_content()), squeezed(unescape(re.sub(r"<[^>]*>", "", shown)))


def squeezed(text: str) -> str:
    """Without white space: folding and tables differ in nothing else."""
    return re.sub(r"\s", "", text)


def test_every_code_of_the_pipeline_has_its_words() -> None:
    """Problems, channels, ledger entries, invoice codes: none can reach a patron as a bare code."""
    payment = importlib.import_module("maild.office.payments.announce_payment")
    invoice = importlib.import_module("maild.office.invoices.announce_invoice")
    codes = {problem.value for problem in payment.Problem}
    assert codes == set(words_money.PROOF_PROBLEMS) == set(words_money.PROOF_REMEDIES)
    assert codes > words_money.PHOTO_PROBLEMS
    assert {kind.value for kind in EntryKind} == set(words_money.ENTRIES)
    asked = {code.value for code in invoice.Lacking}
    assert asked <= set(words_money.INVOICE_MISSING) | set(words_money.INVOICE_DOUBTS)


@each("locale", LOCALES)
@each("code", list(words_money.PROOF_PROBLEMS))
def test_each_problem_is_said_with_what_helps(renderer: Renderer, code: str, locale: str) -> None:
    """In text and HTML; the photo guide only where a better photo cures it, the account only where it was wrong."""
    (sample,) = [part(K.PROOF_UNREADABLE, locale, problems=[code])]
    for body in bodies(renderer, sample):
        assert squeezed(words_money.PROOF_PROBLEMS[code].to(locale))[1:] in body
        assert squeezed(words_money.PROOF_REMEDIES[code].to(locale)) in body
        assert (("怎样拍得清楚" in body) or ("Howtotakeaclearphoto" in body)) == (code in words_money.PHOTO_PROBLEMS)
        assert ("188610" in body) == (code == "not_paid_to_us")
        paid_in_vain = code in ("not_paid_to_us", "failed_payment")
        assert (("不必重新付款" in body) or ("neednotpayagain" in body)) != paid_in_vain


def test_an_unknown_problem_is_one_that_cannot_be_read(renderer: Renderer) -> None:
    """A code of a newer version is never printed."""
    for body in bodies(renderer, part(K.PROOF_UNREADABLE, problems=["phase_of_the_moon", 7])):
        assert "图片看不清楚" in body
        assert "phase" not in body


def test_the_picture_comes_with_the_mail(renderer: Renderer) -> None:
    """alternative(text, related(HTML, PNG)): one part, also where two languages show it; nothing else attached."""
    message = write(renderer, *sample_parts(K.PROOF_UNREADABLE))
    assert lint(message.raw) == []
    mail = mail_of(message)
    assert mail.get_content_type() == "multipart/alternative"
    related = mail.get_payload()[1]  # type: ignore[union-attr, index]
    assert related.get_content_type() == "multipart/related"  # type: ignore[union-attr]
    html, picture = related.iter_parts()  # type: ignore[union-attr]
    assert html.get_content().count(f'src="cid:{picture["Content-ID"][1:-1]}"') == 2
    assert picture.get_content_disposition() == "inline"
    assert picture.get_content() == (data_folder("templates") / "notice/images/proof-photo.png").read_bytes()
    assert picture["Content-ID"].endswith("@zju.edu.cn>")
    assert len(message.raw) < 150_000
    assert write(renderer, *sample_parts(K.PROOF_UNREADABLE)) == message


def test_data_cannot_bring_a_picture(renderer: Renderer) -> None:
    """A file name that looks like our mark stays text."""
    sample = part(K.PROOF_UNREADABLE, problems=["encrypted"], filenames=['" src="cid:proof-photo.png"'])
    message = write(renderer, sample)
    assert lint(message.raw) == []
    assert b"Content-ID" not in message.raw


def test_a_picture_that_is_missing_is_named() -> None:
    """By its file, when the template is first written."""
    with pytest.raises(TemplateFault, match=r"images/nothing\.png: no such picture"):
        Pictures([data_folder("templates") / "notice"]).put_into('<img src="cid:nothing.png">', "<a@b>", "o@x.example")


@each("kind", list(MONEY))
@each("locale", LOCALES)
def test_text_and_html_say_the_same(renderer: Renderer, kind: NoticeKind, locale: str) -> None:
    """Every amount, number and title of the one stands in the other; both requests are shown."""
    text, html = bodies(renderer, part(kind, locale))
    find = re.compile(r"(?:¥|CNY)[\d,]+\.\d\d|\d{13,20}")
    assert set(find.findall(text)) == set(find.findall(html))
    rows = MONEY[kind].get("transactions")
    for row in rows if isinstance(rows, list) else []:
        assert row["number"] in text
        assert squeezed(row["title"]) in text
        assert squeezed(row["title"]) in html


@pytest.mark.parametrize("kind", [K.PROOF_RECEIVED, K.AMOUNT_DIFFERS, K.PROOF_SEEN_BEFORE, K.INVOICE_RECEIVED])
def test_a_claim_is_never_called_confirmed(renderer: Renderer, kind: NoticeKind) -> None:
    """A photo proves nothing: no word of arrival that could be taken as done."""
    for locale in LOCALES:
        for body in bodies(renderer, part(kind, locale)):
            assert not re.search(r"款项已到账|已确认到账|paymenthasarrived\.|isconfirmed\b", body)


def test_an_old_proof_notice_is_still_written(renderer: Renderer) -> None:
    """Rows of the outbox from before: numbers alone, no currency, no word of release."""
    sample = part(K.PROOF_RECEIVED)
    old = {"amount": "12.50", "serial": "0012-3456", "paid_on": "2026-11-24", "transactions": [NUMBER]}
    sample = replace(sample, request=replace(sample.request, data=old))
    for body in bodies(renderer, sample):
        assert "¥12.50(CNY12.50)" in body
        assert "您不必等待到账" in body
        assert "AdaptiveSampling" in body


@pytest.mark.parametrize(
    ("released", "rest", "release", "said"),
    [
        (True, "", "proof", "文献现在就另行发送给您"),
        (False, "", "proof", "文献尚未发送的，核对这笔付款后"),
        (False, "", "confirmed", "款项确认到账后，我们立即发送"),
        (False, "2.00", "proof", "请尽快补缴¥2.00(CNY2.00)"),
    ],
)
def test_a_proof_notice_says_what_happens_next(released: bool, rest: str, release: str, said: str) -> None:
    """Released, checked first, waiting for the money, or something missing: one of them, and no other."""
    renderer = Renderer(Office(), Notices(release=release), b"k" * 32)
    every = ("文献现在就另行发送给您", "文献尚未发送的，核对这笔付款后", "款项确认到账后，我们立即发送", "请尽快补缴")
    for body in bodies(renderer, part(K.PROOF_RECEIVED, released=released, rest=rest, deposit="")):
        assert said in body
        assert [text for text in every if text in body] == [text for text in every if said.startswith(text)]


def test_a_proof_for_nothing_named_asks_for_the_number(renderer: Renderer) -> None:
    """A person finds out what it pays; a deposit is called one, not a payment beyond what is due."""
    (sample,) = sample_parts(K.PROOF_RECEIVED, "zh-CN")
    request = replace(sample.request, number="", data={"amount": "50.00", "transactions": [], "released": False})
    for body in bodies(renderer, replace(sample, request=request, transaction=None)):
        assert "请回复本邮件告知事务号" in body
        assert "发送文献" not in body
    request = replace(request, data={**request.data, "deposit": "50.00"})
    for body in bodies(renderer, replace(sample, request=request, transaction=None)):
        assert "款项到账确认后存入您的预付款" in body
        assert "多付" not in body
        assert "请回复本邮件告知事务号" not in body


@pytest.mark.parametrize(
    ("difference", "counted", "said", "unsaid"),
    [
        ("-2.00", True, "部分付款（凭证已收待核）", "多付"),
        ("-2.00", False, "请核对金额，尽快补缴¥2.00", "部分付款（"),
        ("3.00", True, "转入您的预付款", "补缴"),
        ("3.00", False, "还是退回", "补缴"),
        ("", False, "请核对金额，并回复", "补缴"),
    ],
)
def test_a_difference_says_which_way_and_what_to_do(
    renderer: Renderer, difference: str, counted: bool, said: str, unsaid: str
) -> None:
    """Too little is to be paid, with the account; too much goes to the deposit or is asked about."""
    for body in bodies(renderer, part(K.AMOUNT_DIFFERS, difference=difference, counted=counted)):
        assert said in body
        assert unsaid not in body
        assert ("188610" in body) == difference.startswith("-")


def test_where_to_pay_is_the_patrons_own_way(renderer: Renderer) -> None:
    """Inside the form's codes, outside the bank account; a deposit is not paid by the app, which takes fees only."""
    for kind in (K.AMOUNT_DIFFERS, K.DEPOSIT_LOW):
        inside, _ = bodies(renderer, part(kind))
        outside, _ = bodies(renderer, part(kind, reader=PatronKind.EXTERNAL))
        assert ("188610" in inside, "1202024609908808891" in inside) == (True, False)
        assert ("188610" in outside, "1202024609908808891" in outside) == (False, True)
    assert "图书馆缴费" not in bodies(renderer, part(K.DEPOSIT_LOW))[0]


def test_another_currency_is_kept(renderer: Renderer) -> None:
    """Amounts are in the notice's one currency."""
    for body in bodies(renderer, part(K.AMOUNT_DIFFERS, "en", currency="USD")):
        assert "$18.50(USD18.50)" in body
        assert "¥18.50" not in body


def test_paid_from_deposit_and_waived_thank_for_no_payment(renderer: Renderer) -> None:
    """Nobody paid anything just now."""
    for channel, said in (("deposit", "已从您的预付款中扣除"), ("waived", "已免收，您无需缴费")):
        for body in bodies(renderer, part(K.PAYMENT_CONFIRMED, channel=channel)):
            assert said in body
            assert "款项已到账" not in body
    assert "银行转账" in bodies(renderer, part(K.PAYMENT_CONFIRMED, channel="bank"))[0]
    assert "carrier_pigeon" not in bodies(renderer, part(K.PAYMENT_CONFIRMED, channel="carrier_pigeon"))[0]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_statement_stands_in_columns(renderer: Renderer, locale: str) -> None:
    """Amounts of a column end below one another, Chinese counted double, whatever the lengths; 78 columns at most."""
    rows = [
        {"date": "2026-11-02", "what": "payment", "amount": "-12345.00"},
        {"date": "2026-11-20", "what": "charge", "number": SECOND, "title": "水稻" * 60, "amount": "8.00"},
        {"date": "2026-11-24", "what": "confirmation", "number": "X" * 60, "amount": "-8.00", "reason": "a\nb"},
    ]
    message = mail_of(write(renderer, part(K.ACCOUNT_STATEMENT, locale, rows=rows))).get_body(("plain",))
    assert message is not None
    lines = message.get_content().splitlines()
    assert max(columns(line) for line in lines) <= 78
    first = next(place for place, line in enumerate(lines) if re.match(r"2026年11月2日|2 November 2026", line))
    table = [line for line in lines[first - 2 :] if re.match(r"2026年|\d+ November|----|日期|Date", line)]
    ends = {columns(line) for line in table if not re.match(r"2026年11月20日|20 November", line)}
    assert len(ends) == 1
    assert "X" * 60 in "".join(lines)
    assert any(line.strip() == "a" for line in lines)


def test_the_statement_takes_debit_and_credit_too(renderer: Renderer) -> None:
    """Both shapes of rows, and no balances at all."""
    rows = [{"date": "2026-11-02", "what": "charge", "number": SECOND, "debit": "8.00", "credit": "", "balance": ""}]
    for body in bodies(renderer, part(K.ACCOUNT_STATEMENT, rows=rows, balances=None)):
        assert "¥8.00" in body
    for body in bodies(renderer, part(K.ACCOUNT_STATEMENT, rows=[], balances={})):
        assert "账户中还没有记录" in body


def test_an_invoice_is_asked_for_once(renderer: Renderer) -> None:
    """With the answer to a request for an invoice in the same mail, the proof's notice does not ask for its data."""
    alone, _ = bodies(renderer, part(K.PROOF_RECEIVED))
    assert "需要发票而尚未告知的" in alone
    both, _ = bodies(renderer, part(K.PROOF_RECEIVED), part(K.INVOICE_RECEIVED))
    assert "需要发票而尚未告知的" not in both
    assert "开具发票还缺以下信息" in both


def entry(kind: NoticeKind, place: int) -> OutboxEntry:
    """A waiting row about the sample request."""
    (sample,) = sample_parts(kind)
    return OutboxEntry(id=place, request=sample.request, created=NOW, not_before=NOW)


@pytest.mark.parametrize("main", [K.PROOF_RECEIVED, K.PROOF_UNREADABLE, K.AMOUNT_DIFFERS, K.PROOF_SEEN_BEFORE])
def test_proof_and_invoice_wish_are_answered_in_one_mail(main: NoticeKind) -> None:
    """They came in one mail; what contradicts one another never goes together."""
    others = [entry(kind, place) for place, kind in enumerate((K.INVOICE_RECEIVED, K.REFUND_ANSWER, K.UNFILLED), 2)]
    assert [one.request.kind for one in partners(entry(main, 1), others)] == [K.INVOICE_RECEIVED]
    assert partners(entry(K.PROOF_UNREADABLE, 1), [entry(K.PROOF_RECEIVED, 2)]) == []


@pytest.mark.parametrize(
    ("kind", "state", "true"),
    [
        (K.PROOF_UNREADABLE, PaymentState.DUE, True),
        (K.PROOF_UNREADABLE, PaymentState.PROOF_RECEIVED, False),
        (K.PROOF_UNREADABLE, PaymentState.WAIVED, False),
        (K.AMOUNT_DIFFERS, PaymentState.PROOF_RECEIVED, True),
        (K.AMOUNT_DIFFERS, PaymentState.CONFIRMED, False),
        (K.REFUND_ANSWER, PaymentState.CONFIRMED, True),
    ],
)
def test_what_is_overtaken_is_not_sent(kind: NoticeKind, state: PaymentState, true: bool) -> None:
    """Nobody is asked for a better proof once one is there, or for money that has come."""
    case = replace(sample_transaction(kind), payment_state=state)
    assert (recheck(entry(kind, 1), case, sample_patron()) is None) == true


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.floats(allow_nan=True),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["number", "title", "amount", "date", "what", "owed", "deposit", "reason"]), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip


@given(data=st.data(), kind=st.sampled_from(sorted(MONEY)))
@pytest.mark.long
@settings(max_examples=times(40, 120), deadline=None)
def test_any_data_make_a_valid_mail(renderer: Renderer, data: st.DataObject, kind: NoticeKind) -> None:
    """Whatever an older or broken row holds: a mail that lints clean, and no Python in it."""
    filled = {key: data.draw(JSON) for key in MONEY[kind]}
    (sample,) = sample_parts(kind)
    message = write(renderer, replace(sample, request=replace(sample.request, data=filled)))
    assert lint(message.raw) == []
