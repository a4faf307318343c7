"""A mail of thanks is over where the second reader finds nothing else in it, clause by clause. No I/O."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.domain.incoming.decision import Action
from maild.domain.incoming.ruling import Kind
from maild.domain.requests.lifecycle import State
from maild.match.pieces import CLAUSE
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.unit.office.answers.asking import COPY, asked, known

THANKS = (Kind.THANKS, "")


def fate(text: str, **mail: str | tuple[str, ...]) -> Action:
    """What becomes of thanks of which the rules understand no clause."""
    rest = tuple(clause.strip() for clause in CLAUSE.split(text.lower()) if clause.strip())
    return decide(asked(THANKS, text=text, rest=rest, **mail), known(COPY), Policy()).action


@pytest.mark.parametrize(
    "text",
    [
        "收到了,谢谢老师,图书馆的老师太好了", "谢谢提醒,后天来还", "谢谢老师,我让财务这两天转", "非常感谢!!效率真高",
        "Thanks, clear. Will transfer tomorrow.", "Got it, many thanks to all of you", "noted, thanks, no rush",
    ],
)  # fmt: skip
def test_thanks_in_words_of_their_own_are_over(text: str) -> None:
    """Praise, what the writer will do, that it was understood: nobody has to read it."""
    assert fate(text) is Action.IGNORE


@pytest.mark.parametrize(
    "text",
    [
        "received. Pages 4 to 9 are blank", "谢谢,文章收到了,第3页是空白的", "谢谢,收到的是英文版", "谢谢,钱我昨天转过去了",
        "Thanks, I returned the book at Yuquan yesterday", "谢谢提醒,书弄湿了一点", "谢谢,发票抬头印成了个人",
        "Thank you, great scan, shame about page 12", "thanks, I'll manage on my own", "谢谢老师,我下个月毕业离校",
        "Thanks for nothing", "谢谢,我换了手机号", "Thanks, go ahead with the 95 yuan", "多谢,还差一篇",
        "Thanks in advance for sending it", "谢谢你们发来的半篇文章", "thanks for the wrong file", "thanks, the book is with my flatmate",
    ],
)  # fmt: skip
def test_thanks_with_a_sting_are_looked_at(text: str) -> None:
    """What complains, tells of money or of a book, wishes or gives up has no word of asking, and is read all the same."""
    assert fate(text) is Action.REVIEW


def test_in_a_reply_ok_may_be_a_consent() -> None:
    """Beside thanks it may accept what was asked; the subject, which the office wrote, means nothing."""
    assert fate("ok谢谢") is Action.IGNORE
    assert fate("ok谢谢", in_reply_to=("<n@x>",)) is Action.REVIEW
    said = asked(THANKS, text="谢谢老师帮忙", rest=("谢谢老师帮忙", "Re: 取书地点"), subject="Re: 取书地点")
    assert decide(said, known(COPY), Policy()).action is Action.IGNORE


def test_who_waits_for_a_set_time_below_a_request_is_not_over() -> None:
    """The subject of a reply names a request of which nothing has come: thanks for it are too early."""
    text, number = "Understood, I'll wait till tomorrow noon and not longer. Danke!", COPY.number
    assert fate(text, subject=f"Re: {number}") is Action.REVIEW


def test_thanks_below_a_fee_that_waits_for_a_word_are_no_word() -> None:
    """'Thanks for telling me' neither accepts nor refuses; where no fee waits, they are over."""
    fee = "该文献需付费 24 元,请回复是否同意。"
    said = asked(THANKS, text="收到,谢谢告知", quoted_text=fee, in_reply_to=("<n@x>",))
    assert decide(said, known(COPY), Policy()).action is Action.IGNORE
    priced = replace(COPY, state=State.CONDITIONAL)
    assert decide(said, known(priced), Policy()).action is Action.REVIEW


def test_ok_to_a_notice_that_waits_for_nothing_is_thanks() -> None:
    """What is quoted shows what it answers: a reminder asks nothing, a fee asks for a word."""
    reminder, fee = "您借阅的图书将于 2026-11-30 到期,请按时归还。", "该文献需付费 24 元,请回复是否同意。"
    assert fate("ok谢谢", in_reply_to=("<n@x>",), quoted_text=reminder) is Action.IGNORE
    assert fate("ok谢谢", in_reply_to=("<n@x>",), quoted_text=fee) is Action.REVIEW


def test_what_the_rules_understand_is_held_where_the_second_reader_finds_more() -> None:
    """'Wonderful, thanks. And the invoice': each word is known to stand beside thanks, and it asks."""
    assert decide(asked(THANKS, text="太好了谢谢,那发票呢"), known(COPY), Policy()).action is Action.REVIEW
