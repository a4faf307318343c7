"""Fee notices with their transfer form: whom it goes to, what it holds, several fees on one."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pypdfium2
import pytest

from maild.config import Notices, Office
from maild.domain.accounting import reference
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry
from maild.domain.requests.patron import PatronKind
from maild.notify.editing.lint import lint
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import sample_parts
from maild.notify.rendering.samples_money import NUMBER
from maild.notify.writing.letter import NoticePart
from maild.notify.writing.merge import partners

KEY = b"0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
K = NoticeKind


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """With a key: without one no form can be made."""
    return Renderer(Office(), Notices(), KEY)


def fee(
    number: str = NUMBER, payable: str = "12.50", kind: PatronKind = PatronKind.INTERNAL, locale: str = "zh-CN"
) -> NoticePart:
    """A fee notice about a transaction with this sum to pay."""
    (sample,) = sample_parts(K.FEE_NOTICE, locale, kind)
    assert sample.transaction is not None
    amount = Money.of(payable)
    return replace(
        sample,
        request=replace(sample.request, number=number, subject=number, data={}),
        transaction=replace(sample.transaction, number=number, payable=amount, total=amount, subsidy=None),
    )


def written(renderer: Renderer, *parts: NoticePart) -> EmailMessage:
    """The mail, without fault."""
    message = renderer.render(parts, message_id="<n1@maild.example>", date=NOW)
    assert lint(message.raw) == []
    found = email.message_from_bytes(message.raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def form_of(mail: EmailMessage) -> tuple[str, str]:
    """File name of the one attached form, and its text."""
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    page = pypdfium2.PdfDocument(file.get_content())[0]
    return str(file.get_filename()), page.get_textpage().get_text_range()


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_own_readers_get_the_form_filled_in(renderer: Renderer) -> None:
    """The PDF carries number, sum in figures and words, name; the text names the file and what is left to do."""
    mail = written(renderer, fee())
    name, text = form_of(mail)
    assert name == f"校内转账单_{NUMBER}.pdf"
    for said in (NUMBER, "¥12.50元", "壹拾贰元伍角整", "188610", "669105", "检索费", "林知夏"):
        assert said in text
    assert name in body(mail).replace("\n", "")
    assert "转讫章" in body(mail).replace("\n", "")


def test_others_get_the_account_and_a_code_instead(renderer: Renderer) -> None:
    """No form for external readers: account, amount, and the code to write into the purpose."""
    mail = written(renderer, fee(kind=PatronKind.EXTERNAL))
    assert list(mail.iter_attachments()) == []
    assert reference.make(KEY, NUMBER) in body(mail)
    assert "1202024609908808891" in body(mail)


def test_who_is_not_known_gets_both(renderer: Renderer) -> None:
    """Form and account, in both languages."""
    part = fee(locale="")
    mail = written(renderer, replace(part, patron=None, request=replace(part.request, patron_id="")))
    assert NUMBER in form_of(mail)[1]
    assert reference.make(KEY, NUMBER) in body(mail)


def test_several_fees_share_one_form(renderer: Renderer) -> None:
    """One sum, one form, the ways to pay told once; the subject says how many."""
    mail = written(renderer, fee("2026112400017", "12.50"), fee("2026112400018", "8.00"), fee("2026112400019", "0.05"))
    name, text = form_of(mail)
    assert name == "校内转账单_2026112400017.pdf"
    for said in ("2026112400017", "2026112400018", "2026112400019", "¥20.55元", "贰拾元伍角伍分"):
        assert said in text
    assert body(mail).count("缴费方式") == 1
    assert "3 项合计 ¥20.55" in body(mail)
    assert "¥20.55（3 项）" in str(mail["Subject"])


@pytest.mark.parametrize(("payable", "currency"), [("0", "CNY"), ("5", "USD")])
def test_no_form_where_there_can_be_none(renderer: Renderer, payable: str, currency: str) -> None:
    """Nothing to pay, or other money: the notice goes without a form."""
    part = fee()
    assert part.transaction is not None
    amount = Money.of(payable, currency)
    other = replace(part, transaction=replace(part.transaction, payable=amount, total=amount))
    assert list(written(renderer, other).iter_attachments()) == []


def test_no_key_no_form() -> None:
    """A form that anybody could make would prove nothing."""
    assert list(written(Renderer(Office(), Notices(), b""), fee()).iter_attachments()) == []


def row(
    id_: int, number: str, kind: NoticeKind = K.FEE_NOTICE, patron: str = "P1", to: str = "a@patron.example"
) -> OutboxEntry:
    """A waiting outbox row."""
    request = NoticeRequest(kind=kind, subject=number, number=number, recipient=to, patron_id=patron)
    return OutboxEntry(id=id_, request=request, created=NOW, not_before=NOW + timedelta(0))


def test_fees_of_one_patron_go_together() -> None:
    """Same patron and address: together, at most twelve; another patron's, or a fee with news of its case: not."""
    main = row(1, "A")
    others = [row(2, "B"), row(3, "C", patron="P2"), row(4, "D", to="b@patron.example"), row(5, "E"),
              row(6, "E", K.DOCUMENT_DELIVERED)]  # fmt: skip
    assert [entry.id for entry in partners(main, others)] == [2]
    many = [row(n, f"N{n}") for n in range(2, 40)]
    assert len(partners(main, many)) == 11
    assert partners(row(1, "A", K.UNFILLED), [row(2, "B")]) == []
