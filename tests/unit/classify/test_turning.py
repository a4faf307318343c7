"""What turns a library's news, clause by clause: how a mail is parted, and what the shipped model finds."""

from __future__ import annotations

import pytest

from maild.classify.learned.turning import MOST, TURNS, Turning, pieces, shipped


def test_a_mail_is_parted_into_its_clauses() -> None:
    """At marks of both scripts, not within numbers; each once, in order; what is too short says nothing."""
    said = pieces("Re: 1,200 pages", "扫好了,共12页。\n请查收！扫好了 Please save it. Thanks, 好")
    assert said == ("Re: 1,200 pages", "扫好了", "共12页", "请查收", "扫好了 Please save it", "Thanks")


def test_of_a_long_mail_only_so_many_are_asked() -> None:
    assert len(pieces("", "\n".join(f"line {n}" for n in range(10_000)))) == MOST


def test_nothing_turns_an_empty_mail() -> None:
    assert shipped().likeliest("", "") == ("", 0.0)


def test_the_clause_that_turns_is_found_among_the_others() -> None:
    """The model knows one kind; the same text gives the same answer."""
    assert shipped().weights.kinds == (TURNS,)
    plain = "老师好,全文见附件,共12页,请查收。祝好"
    turned = plain.replace("共12页", "第3至5页缺失")
    clause, sure = shipped().likeliest("文献传递", turned)
    assert clause == "第3至5页缺失"
    assert sure > shipped().likeliest("文献传递", plain)[1]
    assert shipped().likeliest("文献传递", turned) == (clause, sure)


@pytest.mark.parametrize(
    "text", ["请勿直接回复本邮件。", "Please do not reply to this message.", "祝工作顺利!", "谢谢。"]
)
def test_what_stands_below_every_notice_turns_nothing(text: str) -> None:
    assert _of(shipped(), text) < 0.3


def _of(turning: Turning, text: str) -> float:
    return turning.likeliest("", text)[1]
