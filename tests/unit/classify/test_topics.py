"""The topic reader: a guess from words where no rule knows the phrase, kept with its doubt."""

from __future__ import annotations

import pytest

from tests.unit.classify.classify_mails import mail, ruled

PATRON = "reader@patron.example"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("renew_request", "The atlas falls due on Friday and I have not finished. A week longer would help me."),
        ("invoice_request", "Our finance people ask for something with the VAT number on it."),
        ("not_received", "点进去是一片空白，第三页也糊"),
        ("pickup_question", "服务台的人中午在的话，我过去领走"),
    ],
)
def test_a_guess_keeps_its_doubt(kind: str, text: str) -> None:
    """The kind is told first; patron_other beside it sends the mail to a person."""
    assert ruled(mail("", text, sender=PATRON)).kinds == (kind, "patron_other")


@pytest.mark.parametrize("text", ["Which of your branches has a piano?", "如果要发票我会另外写信", "请不要取消"])
def test_no_guess_from_nothing_or_denials(text: str) -> None:
    """What is unknown, supposed or denied is no topic."""
    assert ruled(mail("", text, sender=PATRON)).kinds == ("patron_other",)


def test_a_status_question_guessed_is_never_answered_by_itself() -> None:
    """Only the phrases of rule 95 alone are answered automatically."""
    kinds = ruled(mail("", "那篇文章后来如何", sender=PATRON)).kinds
    assert kinds == ("status_query", "patron_other")
