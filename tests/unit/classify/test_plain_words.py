"""Mails of known words alone: what they come to, and what holds them."""

from __future__ import annotations

import pytest

from maild.domain.incoming.mail import Attachment
from tests.unit.classify.classify_mails import mail, ruled

N = "2026112400017"
HERE, ABROAD = "ill@lib.pku.edu.cn", "ill@library.illinois.edu"
PDF = Attachment(filename="a.pdf", media_type="application/pdf", content=b"%PDF-1.4", sha256="0")


@pytest.mark.parametrize(("kind", "sender", "text"), [
    ("unfilled", HERE, "馆内三处书目均无。结。"), ("unfilled", HERE, "退。未编目。"), ("unfilled", HERE, "库内无此刊。"),
    ("unfilled", HERE, "查遍各库，均无。"), ("unfilled", ABROAD, "Lacking this volume."), ("unfilled", ABROAD, "On order. ETA Feb. Can't do."),
    ("unfilled", ABROAD, "declined by lender: on course reserve"),
    ("request_accepted", HERE, "分派完成，处理中"), ("loan_overdue", HERE, "逾期14日，滞纳金暂未起算。速还。"),
])  # fmt: skip
def test_words_come_to_an_outcome(kind: str, sender: str, text: str) -> None:
    """No list knows the sentence; each word stands in one class, and the classes tell."""
    main = ruled(mail(N, text, sender=sender)).main
    assert (main.kind, main.value("transaction")) == (kind, N), main.reasons
    assert main.value("left") == ""


@pytest.mark.parametrize(("sender", "text"), [
    (HERE, "在架，未退回。"), (HERE, "暂无，周五再查。"), (ABROAD, "not yet."), (ABROAD, "not on loan, not missing, here."),
    (ABROAD, "no charge."), (HERE, "要不要？"), (ABROAD, "lender not unfilled: retry"),
])  # fmt: skip
def test_what_is_denied_open_or_asked_comes_to_nothing(sender: str, text: str) -> None:
    """Words of an outcome, and no outcome."""
    main = ruled(mail(N, text, sender=sender)).main
    assert main.event is None, main.reasons


def test_a_scan_beside_words_that_carry_nothing_is_the_text() -> None:
    """And what nobody knows is told, so that it can be held against the request's own names."""
    assert (
        ruled(mail(N, "Free of charge this time, happy to help.", sender=ABROAD, attachments=(PDF,))).main.kind
        == "shipped"
    )
    main = ruled(mail(N, "附：报价。", sender=HERE, attachments=(PDF,))).main
    assert main.event is None or main.value("left")


@pytest.mark.parametrize("text", ["我馆读者急需此文，我馆没有收藏，盼贵馆提供。", "One of our readers needs it; not held here. Could you supply a scan?"])  # fmt: skip
def test_another_librarys_own_wish_is_no_refusal(text: str) -> None:
    """It asks us as anybody does."""
    assert ruled(mail(f"{N}", text, sender=HERE)).main.event is None


def test_a_word_that_begins_like_a_denial_denies_nothing() -> None:
    """'不对称氢化' is chemistry."""
    assert ruled(mail(f"{N}", "不对称氢化综述 已受理，正在扫描", sender=HERE)).main.kind == "request_accepted"
