"""What a writer is told who is no known patron: who is told, how often, and of what nothing. No I/O."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.mail import Address, Automatic
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.office.answers.facts_answer import AnswerFacts
from maild.office.answers.questions import AnswerPolicy
from maild.office.answers.risk import shipped as risks
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.unit.office.answers.asking import COPY, PICTURE, WRITER, asked, known, topics

REGISTER = (Kind.REGISTRATION_QUESTION, "external")
TEXT = "您好，我不是浙大的，请问校外读者怎么注册？"
LEFT = "我不是浙大的"


def written(*questions: tuple[Kind, str], how: str = "dkim", verdict: Verdict = Verdict.PASS, text: str = TEXT,
            policy: Policy | None = None, answers: AnswerFacts | None = None, **mail: Any) -> Decision:  # fmt: skip
    """What becomes of a stranger's mail with something left over."""
    reading = asked(*(questions or (REGISTER,)), text=text, rest=(LEFT,), **mail)
    reading = replace(reading, auth=AuthReport(verdict=verdict, how=how))
    facts = known(authors=()).with_(answers or AnswerFacts())
    return decide(reading, facts, policy or Policy())


def test_the_guide_is_told_and_a_person_reads_the_rest() -> None:
    """To the proven address, with no patron and no request in it."""
    decision = written()
    (notice,) = decision.notices
    assert (decision.action, decision.cause) == (Action.REVIEW, Cause.UNKNOWN_SENDER)
    assert (topics(decision.drafting(())), notice.recipient) == (["register_external"], WRITER)
    assert (notice.patron_id, notice.number, notice.data["heard"]) == ("", "", "part")


@pytest.mark.parametrize(
    "mail",
    [
        {"verdict": Verdict.NONE}, {"how": "arc"}, {"automatic": Automatic.BULK}, {"return_path": ""},
        {"attachments": (PICTURE,)}, {"in_reply_to": ("<a@x>",)}, {"subject": "Re: 注册"},
        {"reply_to": (Address(address="other@post.example"),)}, {"answers": AnswerFacts(answered=1)},
        {"answers": AnswerFacts(to_strangers=40)}, {"text": TEXT + "x" * 1500},
    ],
)  # fmt: skip
def test_nothing_is_told_where_it_may_go_astray_or_round_in_circles(mail: dict[str, Any]) -> None:
    """Unproven, by a forwarder's word, a machine, a reply, another address, once a day, the fuse of all strangers."""
    assert written(**mail).notices == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ((Kind.STATUS_QUERY, "state"), "请问我的申请进度如何"),
        ((Kind.FEE_QUESTION, "due"), "文献传递我要交多少"),
        ((Kind.REGISTRATION_QUESTION, "confirm"), "请审核我的注册"),
        ((Kind.CANCEL_REQUEST, ""), "请取消注册"),
        ((Kind.PERMISSION_PROBLEM, "dropdown"), "提交文献申请时下拉列表选不了"),
        (REGISTER, "会议怎么注册"),
        (REGISTER, "贵馆老师，本馆拟注册为用户"),
        (REGISTER, "我想注册成为供应商合作"),
    ],
)
def test_own_matters_and_other_business_are_for_a_person(question: tuple[Kind, str], text: str) -> None:
    """What is asked about a request or account, a wish, a seller, a house, another office."""
    assert written(question, text=text).notices == ()


def test_an_office_can_switch_it_off() -> None:
    """answers.strangers = 0, or answers that are drafts here."""
    policy = Policy()
    usual = policy.of(AnswerPolicy)
    for answers in (replace(usual, strangers=0), replace(usual, automatic=False)):
        assert written(policy=policy.with_(answers)).notices == ()


def test_nothing_that_is_public_says_anything_of_a_patron() -> None:
    """The texts of requests, fees and accounts are none of the guide's."""
    assert risks().public.isdisjoint({"status", "arrived", "loan_period", "renewal", "balance", "charge", "due"})
    assert COPY.number not in str(written().notices)
