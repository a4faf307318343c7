"""Folding of text before it is compared."""

from __future__ import annotations

import pytest

from maild.domain.text import chinese_marks, normalise


def test_width_and_radicals() -> None:
    """Full width becomes half width, radicals of PDF text become characters."""
    assert (
        normalise("事务号：１２３　⻚数 ⾦额 ⻓⻢⻛⻔⻋⻉⻝⻩⻰⻬⻅") == "事务号:123 页数 金额 长马风门车贝食黄龙齐见"
    )


def test_white_space_folds_and_lines_stay() -> None:
    """Blanks fold, at most one empty line stays, invisible characters go."""
    assert normalise(" a\u00a0\u200b b\t c \r\n\r\n\r\n d\ufeff ") == "a b c\n\nd"


def test_idempotent() -> None:
    """Folding twice changes nothing more."""
    once = normalise("Ａ\u3000 ﬁ ㎏\u2028x\n \n \n y")
    assert normalise(once) == once


@pytest.mark.parametrize("said", [
    "古籍善本，依规定不外借（可来馆阅览）", "本馆所藏缺第3期，其余可提供；若急，请另寻", "提示：链接48小时后失效！", "馆藏地：北京？",
    "see p. 3, not 4 (2nd edition): closed", "开放时间 8:30,周日除外: no", "ISBN:978-7, Science (2024), 第 3 卷", "《中国社会科学》，2011（3）", "",
])  # fmt: skip
def test_marks_beside_chinese_are_full_width_again(said: str) -> None:
    """What a person wrote in Chinese is told as written; numbers, times and Latin words keep their marks."""
    again = chinese_marks(normalise(said))
    expected = {
        "开放时间 8:30,周日除外: no": "开放时间 8:30，周日除外：no",
        "《中国社会科学》，2011（3）": "《中国社会科学》，2011(3)",
    }
    assert again.replace(" ", "") == expected.get(said, said).replace(" ", "")
    assert chinese_marks(again) == again
