"""Taxpayer numbers: what is told as odd, and what never is."""

from __future__ import annotations

import pytest

from maild.domain.accounting.taxpayer import ALPHABET, TaxDoubt, check_character, examine, folded, is_code, is_identity

INVENTED = "9100000000000001"  # no region has the number 000000


def code(first: str) -> str:
    """A code with its check character."""
    return first + check_character(first)


def test_the_check_is_that_of_the_standard() -> None:
    """An independent library agrees on every one of a thousand codes, right and wrong."""
    from stdnum.cn import uscc

    for n in range(1000):
        right = code(f"91110000{n:09d}")
        wrong = right[:17] + ALPHABET[(ALPHABET.index(right[17]) + 1) % 31]
        assert is_code(right)
        assert uscc.is_valid(right)
        assert not is_code(wrong)
        assert not uscc.is_valid(wrong)


@pytest.mark.parametrize("number", ["330106000000001", "33010612345678901234", "33010674290000X"])
def test_older_numbers_raise_no_doubt(number: str) -> None:
    """15 and 20 characters were right before 2015."""
    assert examine(number).doubts == ()


def test_one_wrong_character_or_two_swapped_are_told() -> None:
    """The check finds a slip of the finger."""
    right = code("91000000MA0000001")
    assert examine(right).doubts == ()
    assert examine(right[:8] + "NA" + right[10:]).doubts == (TaxDoubt.CHECK,)
    assert examine(right[:8] + "AM" + right[10:]).doubts == (TaxDoubt.CHECK,)
    assert "check character" in examine(right[:8] + "AM" + right[10:]).warning


def test_letters_that_look_alike_are_told_with_what_is_meant() -> None:
    """'O' for zero: the suggestion is the code that fits."""
    right = code("91000000MA0000001")
    wrong = right.replace("MA0", "MAO")
    found = examine(wrong)
    assert found.doubts == (TaxDoubt.LOOK_ALIKE,)
    assert found.suggestion == right
    assert right in found.warning


def test_lengths_and_characters() -> None:
    """17 characters, or something that is no number at all."""
    assert examine("9100000000000001").doubts == (TaxDoubt.LENGTH,)
    assert examine("9100￥0000").doubts == (TaxDoubt.CHARACTERS,)
    assert examine("").doubts == (TaxDoubt.CHARACTERS,)


def test_folding() -> None:
    """Blanks, hyphens, full width and small letters are the writer's habit, not a fault."""
    right = code("91000000MA0000001")
    written = f"{right[:4]} {right[4:8]}-{right[8:].lower()}"
    assert folded(written) == right
    assert examine(written.translate({ord("9"): "９"})).number == right
    assert examine(written).doubts == ()


def test_identity_numbers_are_known() -> None:
    """People in business for themselves have their identity number; it is recognised, to be kept out of sight."""
    assert is_identity("000000199001010018") == (examine("000000199001010018").doubts == ())
    first = "00000019900101001"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    last = "10X98765432"[sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11]
    assert is_identity(first + last)
    assert examine(first + last).doubts == ()
