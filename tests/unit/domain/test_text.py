"""Folding of text before it is compared."""

from __future__ import annotations

from maild.domain.text import normalise


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
