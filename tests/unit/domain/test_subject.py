"""What stands ahead of a subject where a mail answers another one or passes it on."""

from __future__ import annotations

import pytest

from maild.domain.subject import is_of_another, passed_on, topic_of, unanswered

OWN = "关于 2026112400017"


@pytest.mark.parametrize(
    "ahead",
    ["Re: ", "RE：", "回复：", "回：", "答覆: ", "AW: ", "SV: ", "Odp: ", "Re[2]: ", "Fwd: ", "转发：", "WG: Re: "],
)
def test_it_is_told_from_the_writers_own_words(ahead: str) -> None:
    assert is_of_another(ahead + OWN)
    assert topic_of(ahead + OWN) == OWN


@pytest.mark.parametrize(
    "subject", [OWN, "回信地址有变", "复旦：全文", "Return: two books", "转武大了", "Rev: A study", ""]
)
def test_other_subjects_are_their_writers(subject: str) -> None:
    assert not is_of_another(subject)
    assert topic_of(subject) == subject


def test_a_mail_that_is_passed_on_keeps_its_own_answer() -> None:
    assert passed_on(f"Fw: Re: {OWN}") == f" Re: {OWN}"
    assert passed_on(OWN) == OWN


def test_a_sum_that_was_transferred_is_no_subject() -> None:
    assert unanswered("Re: 回复: 汇款") == "汇款"
    assert unanswered("转: 200元") == "转: 200元"


def test_blanks_cost_no_more_than_their_number() -> None:
    assert not is_of_another(" " * 200_000 + "x")
