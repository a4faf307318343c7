"""Others' words stay in their place; words of any language stay as they are."""

from __future__ import annotations

import unicodedata

import pytest

from maild.domain.legible import JOINED, MARKS, legible

FAMILY = "\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f468\U0001f3ff"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize("words", [
    "", "hello", "馆员您好，请问这篇文献到了吗？", "नमस्ते क्षेत्रज्ञ दुनिया", "สวัสดีครับ ผู้ใหญ่", "مرحبا بكم في المكتبة",
    "שָׁלוֹם בְּרֵאשִׁ֖ית", "བོད་སྐད་ཡིག", "မြန်မာဘာသာ", "Việt Nam", FAMILY, SCOTLAND, "a\u200eb\u200fc",
    unicodedata.normalize("NFD", "한국어 도서관 상호대차 Tiếng Việt"),
])  # fmt: skip
def test_languages_are_left_alone(words: str) -> None:
    """Whatever people write, with as many marks as they need."""
    assert legible(words) == words


@pytest.mark.parametrize("sign", list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
def test_nothing_turns_the_line(sign: str) -> None:
    """Neither what begins nor what ends; one sign for one, so that places stay what they are."""
    assert legible(f"a{sign}文") == "a\ufffd文"


@pytest.mark.parametrize("piled", ["\u0301", "\u0489", "\u0e47", "\u1100", "\u0915\u094d", "\U0001f468\u200d", "\u0600",
                                   "\u064b", "\U000e0061", "\u200d", "\u0f71", "\U0001f3fd\u200d", "\U0001f3fd",
                                   "\u0e33", "\uff9e", "\u0d4e"])  # fmt: skip
def test_nothing_is_piled_up(piled: str) -> None:
    """No sign is made of so many that no line can end in it, or that it covers the lines above."""
    words = "a" + piled * 500
    shown = legible(words)
    assert len(shown) == len(words)
    assert max(map(len, shown.split("\ufffd"))) <= JOINED + 2
    assert shown.startswith("a")


def test_few_marks_are_left_over_one_letter() -> None:
    """Two lines above are not reached."""
    assert legible("a" + "\u0301" * 50).startswith("a" + "\u0301" * MARKS + "\ufffd\u0301")
