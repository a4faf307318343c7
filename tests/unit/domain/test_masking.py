"""Account numbers show their last four; numbers of requests and payments stay as they are."""

from __future__ import annotations

import pytest

from maild.domain.records.masking import last_four, masked


@pytest.mark.parametrize(("number", "shown"), [
    ("6222020200112345678", "•••• 5678"), ("6222 0202 0011 2345", "•••• 2345"), ("12024-0990-8808", "•••• 8808"),
    ("6222****1234", "6222****1234"), ("123", "123"), ("", ""),
])  # fmt: skip
def test_of_an_account_the_last_four_show(number: str, shown: str) -> None:
    """With blanks or without; what the bank masked, or what is no account, is left."""
    assert last_four(number) == shown


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("从卡 4111111111111111 转出", True),
        ("身份证11010519491231002X，谢谢", True),
        ("card 5500-0000-0000-0004.", True),
        ("事务号 2026112000114 已寄送", False),
        ("电子回单号码 0012-3456-7890-1234", False),
        ("回单编号 12345678901234567890", False),
        ("2026-11-24-10.23.45.123456", False),
        ("code 41111111111111112 next", False),
    ],
)
def test_in_text_only_cards_and_identity_numbers_are_masked(text: str, hidden: bool) -> None:
    """The check digit decides; numbers that staff look for stay whole."""
    assert ("••••" in masked(text)) is hidden
    if not hidden:
        assert masked(text) == text
