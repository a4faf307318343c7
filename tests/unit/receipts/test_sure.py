"""The law of a sure amount, clause by clause."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from maild.domain.accounting.receipt import Ground, ReceiptKind
from maild.receipts.sure import Evidence, ground_of, reasons_against

SUM, OTHER = Decimal("35.00"), Decimal("85.00")
SEEN = Evidence(figure=SUM, strict=True, pointed=True, tied=True, confidence=0.99)
APP, FORM = ReceiptKind.BANK_APP, ReceiptKind.CAMPUS_TRANSFER


def sure(evidence: Evidence, kind: ReceiptKind = APP, ours: bool | None = True, doubt: str = "") -> bool:
    """Whether it may be acted on without a person."""
    return not reasons_against(evidence, ground_of(evidence, by_hand=kind is FORM), ours=ours, doubt=doubt)


def test_one_look_is_no_witness() -> None:
    """However clear it was."""
    assert not sure(SEEN)


def test_words_that_say_the_same_are() -> None:
    """Also on a form written by hand, and where the figure alone would not do."""
    assert ground_of(replace(SEEN, words=SUM), by_hand=True) is Ground.WORDS
    assert sure(replace(SEEN, words=SUM, pointed=False, strict=False), FORM)


@pytest.mark.parametrize("text", [True, False])
def test_words_that_differ_are_for_a_person(text: bool) -> None:
    """Whatever else agrees: two looks, the file's own text, our code."""
    assert not sure(replace(SEEN, words=OTHER, again=(SUM, SUM), text=text, due=SUM))


def test_a_second_look_that_says_the_same_is_a_witness() -> None:
    """But not one that says nothing, nor one among others that says something else."""
    assert ground_of(replace(SEEN, again=(SUM,)), by_hand=False) is Ground.PASSES
    assert not sure(replace(SEEN, again=(None,)))
    assert not sure(replace(SEEN, again=(SUM, OTHER)))
    assert not sure(replace(SEEN, again=(OTHER,)))


def test_a_seal_over_the_figure_asks_for_two_looks() -> None:
    """What may be hidden in one preparation is seen in another."""
    stamped = replace(SEEN, stamped=True)
    assert not sure(replace(stamped, again=(SUM,)))
    assert sure(replace(stamped, again=(SUM, SUM)))


@pytest.mark.parametrize(
    "fault", [{"strict": False}, {"pointed": False}, {"tied": False}, {"rivals": (OTHER,)}, {"confidence": 0.9}, {"expects_words": True},
              {"cut": True}, {"incoming": True}, {"figure": Decimal("0.00")}, {"figure": None}],
)  # fmt: skip
def test_no_number_of_looks_makes_up_for(fault: dict[str, object]) -> None:
    """Repaired, without a point, loose, rivalled, faint, words unread, cut off, money that came in, nothing."""
    assert not sure(replace(SEEN, again=(SUM, SUM), **fault))  # type: ignore[arg-type]


def test_two_looks_at_a_hand_are_one_witness() -> None:
    """A form is written by hand: without words or code nothing is sure."""
    assert not sure(replace(SEEN, again=(SUM, SUM)), FORM)
    assert ground_of(replace(SEEN, due=SUM), by_hand=True) is Ground.DUE


def test_a_code_that_names_another_sum_is_for_a_person() -> None:
    """What was due is not what was paid."""
    assert "amount differs from the form's code" in reasons_against(
        replace(SEEN, due=OTHER), Ground.NONE, ours=True, doubt=""
    )


def test_the_files_own_text_is_certain_where_nothing_rivals_it() -> None:
    """TEXT: one label, one value."""
    text = replace(SEEN, text=True, confidence=1.0)
    assert ground_of(text, by_hand=False) is Ground.TEXT
    assert not sure(replace(text, rivals=(OTHER,)))


@pytest.mark.parametrize(("ours", "doubt"), [(False, ""), (None, ""), (True, "处理中")])
def test_only_what_was_paid_and_to_us(ours: bool | None, doubt: str) -> None:
    """Another payee, none, or a payment that is not done."""
    assert not sure(replace(SEEN, words=SUM), ours=ours, doubt=doubt)
