"""Questions: what is answered at once, what becomes a draft, what is told to whom. No I/O but the shipped rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maild.config import Answers, Office
from maild.domain.incoming.decision import Action, Cause, Wish
from maild.domain.incoming.mail import Address, Automatic, Origin, ParsedMail
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.trust import Verdict
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.patron import PatronKind
from maild.office.answers.questions import load_answers
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.unit.office.answers.asking import (
    COPY,
    LOAN,
    PATRON,
    PICTURE,
    PRICED,
    WRITER,
    asked,
    known,
    section,
    topics,
)

OUTSIDER = replace(PATRON, kind=PatronKind.EXTERNAL)


def test_each_question_of_the_faq_is_answered_at_once() -> None:
    """A known and proven patron, everything understood: the texts that the table names, in one mail."""
    cases = {
        (Kind.FEE_QUESTION, "price"): ["charged", "fees"], (Kind.FEE_QUESTION, "subsidy"): ["subsidy"],
        (Kind.FEE_QUESTION, "how_to_pay"): ["pay"], (Kind.FEE_QUESTION, "app"): ["app"],
        (Kind.FEE_QUESTION, "many"): ["several"], (Kind.FEE_QUESTION, "why_charged"): ["charge"],
        (Kind.FEE_QUESTION, "due"): ["due", "pay"], (Kind.DEPOSIT, "how"): ["deposit"],
        (Kind.DEPOSIT, "balance"): ["balance"], (Kind.INVOICE_REQUEST, "offered"): ["invoice"],
        (Kind.REFUND_REQUEST, "possible"): ["refund"], (Kind.PICKUP_QUESTION, "where"): ["pickup"],
        (Kind.PICKUP_QUESTION, "arrived"): ["arrived"], (Kind.REGISTRATION_QUESTION, "how_to_register"): ["register"],
        (Kind.REGISTRATION_QUESTION, "bind"): ["bind"], (Kind.STATUS_QUERY, "state"): ["status"],
    }  # fmt: skip
    for question, wanted in cases.items():
        decision = decide(asked(question), known(PRICED, LOAN), Policy())
        assert (decision.action, decision.cause) == (Action.APPLY, Cause.NONE), question
        assert topics(decision) == wanted, question
        (notice,) = decision.notices
        assert (notice.recipient, notice.reply_to, notice.patron_id) == (WRITER, "<m@x>", "p1")


@pytest.mark.parametrize(
    "question",
    [
        (Kind.REFUND_REQUEST, "asked"),
        (Kind.REFUND_REQUEST, "twice"),
        (Kind.ADDRESS_CHANGE, ""),
        (Kind.DEPOSIT, "told"),
        (Kind.INVOICE_REQUEST, "when"),
    ],
)
def test_what_a_person_must_look_at_waits_with_its_answer_ready(question: tuple[Kind, str]) -> None:
    """Nothing leaves; the draft is there."""
    decision = decide(asked(question), known(PRICED), Policy())
    assert decision.action is Action.REVIEW
    assert not decision.notices
    assert topics(decision)


def test_what_the_office_has_not_said_is_not_answered() -> None:
    """Opening hours, pick-up by proxy: a person answers until the office says them; then they go out."""
    for topic, facts in (("hours", "pickup_hours"), ("proxy", "pickup_proxy"), ("bring", "pickup_bring")):
        mail = asked((Kind.PICKUP_QUESTION, topic))
        waiting = decide(mail, known(), Policy())
        assert waiting.cause is Cause.QUESTION
        assert facts in " ".join(waiting.reasons)
        office = replace(Office(), **{f"{facts}_zh": "工作日 8:30—17:00", f"{facts}_en": "8:30 to 17:00, Mon to Fri"})
        told = Policy(own=(load_answers(Answers(), office),))
        assert decide(mail, known(), told).action is Action.APPLY


@pytest.mark.parametrize(
    ("change", "facts", "cause"),
    [
        ({"attachments": (PICTURE,)}, {}, Cause.QUESTION),
        ({"forwarded": (ParsedMail(sha256="d" * 64, size=1),)}, {}, Cause.QUESTION),
        ({"from_": (Address(address=WRITER), Address(address="wang@patron.example"))}, {}, Cause.QUESTION),
        ({"return_path": ""}, {}, Cause.QUESTION),
        ({}, {"authors": (PATRON, replace(PATRON, patron_id="p7"))}, Cause.QUESTION),
        ({}, {"answered": 6}, Cause.QUESTION),
        ({"auth": Verdict.NONE}, {}, Cause.UNAUTHENTICATED),
        ({"auth": Verdict.FAIL}, {}, Cause.UNAUTHENTICATED),
        ({}, {"authors": ()}, Cause.UNKNOWN_SENDER),
    ],
)
def test_one_doubt_is_enough_to_wait(change: dict[str, Any], facts: dict[str, Any], cause: Cause) -> None:
    """Not understood, attached, forwarded, shared, unproven, unknown, too often: a draft, and nothing leaves."""
    decision = decide(asked((Kind.FEE_QUESTION, "app"), **change), known(**facts), Policy())
    assert (decision.action, decision.cause, decision.notices) == (Action.REVIEW, cause, ())
    assert topics(decision) == ["app"]


def test_a_signatures_logo_is_no_attachment() -> None:
    """A small inline picture does not keep a question from being answered."""
    logo = replace(PICTURE, content=b"x" * 900, origin=Origin.INLINE, content_id="logo")
    assert decide(asked((Kind.FEE_QUESTION, "app"), attachments=(logo,)), known(), Policy()).action is Action.APPLY


def test_an_office_may_want_every_answer_as_a_draft() -> None:
    """answers.automatic = false."""
    careful = Policy(own=(load_answers(Answers(automatic=False), Office()),))
    decision = decide(asked((Kind.FEE_QUESTION, "app")), known(), careful)
    assert (decision.action, len(decision.drafts)) == (Action.REVIEW, 1)


def test_a_machine_gets_neither_answer_nor_draft() -> None:
    """A robot of a known patron that asks: a person sees it, the robot hears nothing."""
    decision = decide(asked((Kind.FEE_QUESTION, "app"), automatic=Automatic.AUTO_REPLIED), known(), Policy())
    assert (decision.action, decision.notices, decision.drafts) == (Action.REVIEW, (), ())


# --- several questions ----------------------------------------------------------------------------------------


def test_several_questions_get_one_answer_in_the_order_asked() -> None:
    """Status, thanks, pick-up and fees: one mail, a section each, as the mail asks them."""
    text = "谢谢老师！请问取件在哪里？另外能用手机缴费吗？顺便查询一下我的申请进度。"
    mail = asked((Kind.FEE_QUESTION, "app"), (Kind.STATUS_QUERY, "state"), (Kind.PICKUP_QUESTION, "where"),
                 (Kind.THANKS, ""), text=text)  # fmt: skip
    decision = decide(mail, known(COPY), Policy())
    assert decision.action is Action.APPLY
    assert topics(decision) == ["pickup", "app", "status"]
    assert [n.kind for n in decision.notices] == [NoticeKind.ANSWER]


@pytest.mark.parametrize("kind", [Kind.CANCEL_REQUEST, Kind.RENEW_REQUEST])
def test_one_wish_that_needs_a_person_holds_the_whole_answer(kind: Kind) -> None:
    """What is answerable beside it is drafted."""
    decision = decide(asked((Kind.FEE_QUESTION, "app"), (kind, "")), known(COPY), Policy())
    assert (decision.action, decision.notices) == (Action.REVIEW, ())
    assert "app" in topics(decision)


def test_two_topics_of_one_kind() -> None:
    """Where, and has it arrived: both are answered."""
    decision = decide(asked((Kind.PICKUP_QUESTION, "where\narrived")), known(LOAN), Policy())
    assert set(topics(decision)) == {"pickup", "arrived"}
    (notice,) = decision.notices
    assert section(notice, "arrived")["flags"] == ["arrived"]


def test_the_same_mail_in_another_copy_is_the_same_answer() -> None:
    """Delivered twice with other bytes: one row of the outbox. Other words under the same Message-ID: another."""
    first = decide(asked((Kind.FEE_QUESTION, "app"), text="能用手机吗"), known(), Policy()).notices[0]
    copy = replace(asked((Kind.FEE_QUESTION, "app"), text="能用手机吗"))
    copy = replace(copy, mail=replace(copy.mail, sha256="e" * 64))
    again = decide(copy, known(), Policy()).notices[0]
    assert (first.subject, first.kind, first.revision) == (again.subject, again.kind, again.revision)
    other = decide(asked((Kind.FEE_QUESTION, "app"), text="微信可以吗"), known(), Policy()).notices[0]
    assert other.subject != first.subject


# --- permissions ----------------------------------------------------------------------------------------------


def test_a_lost_permission_is_acknowledged_and_the_technicians_letter_drafted() -> None:
    """The patron hears at once; staff have a letter with the login name of the mail, or of the record."""
    for fields, login in (({"login": "3260100017"}, "3260100017"), ({}, "22019001")):
        decision = decide(asked((Kind.PERMISSION_PROBLEM, "dropdown"), fields=fields), known(), Policy())
        assert (decision.action, decision.cause) == (Action.REVIEW, Cause.PERMISSION)
        (told,), (letter,) = decision.notices, decision.drafts
        assert section(told, "permission")["say"] == {"login": login}
        assert (letter.kind, letter.data["login"], letter.patron_id) == (NoticeKind.PERMISSION_REPORT, login, "")
        assert letter.recipient == Office().system_address


def test_a_login_that_nobody_knows_is_asked_for() -> None:
    """No letter can be written yet; the patron is asked."""
    nameless = replace(PATRON, login="")
    decision = decide(asked((Kind.PERMISSION_PROBLEM, "dropdown")), known(patron=nameless), Policy())
    assert (decision.cause, decision.drafts) == (Cause.PERMISSION, ())
    assert section(decision.notices[0], "permission")["flags"] == ["known"]


def test_a_stranger_gets_general_words_only() -> None:
    """Whatever is asked, the draft to an unknown or unproven address tells nothing of any patron."""
    questions = [(Kind.STATUS_QUERY, "state"), (Kind.FEE_QUESTION, "due"), (Kind.FEE_QUESTION, "why_charged"),
                 (Kind.DEPOSIT, "balance"), (Kind.PICKUP_QUESTION, "arrived"), (Kind.PERMISSION_PROBLEM, "dropdown")]  # fmt: skip
    for change in ({"authors": ()}, {}):
        facts = known(PRICED, LOAN, numbers=(PRICED.number,), **change)
        decision = decide(asked(*questions, auth=Verdict.NONE), facts, Policy())
        assert decision.action is Action.REVIEW
        assert not decision.notices
        (draft,) = decision.drafts
        assert draft.patron_id == ""
        told = str(draft.data)
        for secret in (PRICED.number, PRICED.title, "12.00", "30.00", PATRON.login, PATRON.name):
            assert secret not in told


def test_an_outsider_reads_what_holds_for_outsiders() -> None:
    """The short guide for external readers in the place of the general one."""
    decision = decide(asked((Kind.REGISTRATION_QUESTION, "how_to_register")), known(patron=OUTSIDER), Policy())
    assert topics(decision) == ["register_external"]


def test_a_wish_for_an_invoice_is_not_taken_for_a_question() -> None:
    """'Do you give invoices?' is answered; 'make me one' stays a request, with what else is asked as a draft."""
    wish = decide(asked((Kind.INVOICE_REQUEST, "issue"), (Kind.FEE_QUESTION, "app")), known(), Policy())
    assert (wish.action, topics(wish)) == (Action.REVIEW, ["app"])


def test_thanks_with_something_that_is_not_understood_is_looked_at() -> None:
    """Politeness is ignored only where it is all there is."""
    assert decide(asked((Kind.THANKS, "")), known(), Policy()).action is Action.IGNORE
    assert decide(asked((Kind.THANKS, ""), rest=("第三页缺了",)), known(), Policy()).action is Action.REVIEW


def test_a_wish_for_one_mail_a_day_is_its_only_authors() -> None:
    """Two authors: only one of them is proven, and nobody knows who wishes it."""
    wished = {"daily": "每天一封"}
    alone = decide(asked((Kind.PATRON_OTHER, ""), fields=wished), known(), Policy())
    assert len(alone.of(Wish)) == 1
    two = (Address(address=WRITER), Address(address="wang@patron.example"))
    decision = decide(asked((Kind.PATRON_OTHER, ""), fields=wished, from_=two), known(), Policy())
    assert (decision.action, decision.of(Wish), decision.notices) == (Action.REVIEW, (), ())
