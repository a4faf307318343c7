"""Questions: what is answered at once, what becomes a draft, what is told to whom. No I/O but the shipped rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from maild.config import Answers, Office
from maild.domain.accounting.ledger import Account, Standing
from maild.domain.accounting.money import Money
from maild.domain.incoming.decision import Action, Cause, Decision, Wish
from maild.domain.incoming.mail import Address, Attachment, Automatic, Origin, ParsedMail
from maild.domain.incoming.matching import Candidate, Query, Unmatched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import PaymentState, Service, State
from maild.domain.requests.patron import Document, Patron, PatronAddress, PatronKind, Transaction
from maild.office.answers.facts_answer import AnswerFacts
from maild.office.answers.questions import load_answers
from maild.spine.facts import Facts
from maild.spine.policy import Policy
from tests.deciding import decide

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
WRITER = "li@patron.example"
PATRON = Patron(
    patron_id="p1", name="李珺", login="22019001", phone="13800000000", emails=(PatronAddress(address=WRITER),)
)
OUTSIDER = replace(PATRON, kind=PatronKind.EXTERNAL)
COPY = Transaction(number="2026112400001", patron_id="p1", title="Deep learning", updated=NOW)
PRICED = replace(COPY, number="2026112400003", total=Money.of(20), subsidy=Money.of(8), payable=Money.of(12),
                 payment_state=PaymentState.DUE)  # fmt: skip
LOAN = replace(COPY, number="2026112400002", service=Service.LOAN, state=State.RECEIVED)
FOREIGN = replace(COPY, number="2026112400009", patron_id="p2")
ACCOUNT = Account(patron_id="p1", owed=Money.of(12), claimed=Money.of(0), pending=Money.of(0), deposit=Money.of(30))
PICTURE = Attachment(filename="screen.png", media_type="image/png", content=b"x" * 20_000, sha256="c" * 64)


def asked(*questions: tuple[Kind, str], text: str = "", auth: Verdict = Verdict.PASS, rest: tuple[str, ...] = (),
          fields: dict[str, str] | None = None, **mail: Any) -> Reading:  # fmt: skip
    """A mail that asks these (kind, topic), in the order of the rules."""
    rulings = tuple(
        Ruling(kind=kind, rule="r", party=Party.PATRON, fields=MappingProxyType(
            {name: Field(value) for name, value in {"topic": topic, **(fields or {})}.items() if value}))
        for kind, topic in questions
    )  # fmt: skip
    values: dict[str, Any] = {"from_": (Address(address=WRITER),), "message_id": "<m@x>", "reply_text": text, **mail}
    return Reading(
        mail=ParsedMail(sha256="b" * 64, size=1, **values),
        auth=AuthReport(verdict=auth),
        classification=Classification(rulings=rulings, rest=rest),
    )


def known(*requests: Transaction, patron: Patron = PATRON, numbers: tuple[str, ...] = (), tokens: tuple[str, ...] = (),
          others: tuple[Transaction, ...] = (), **more: Any) -> Facts:  # fmt: skip
    """What the store knows of the writer. `others`: requests of somebody else that the mail names."""
    answers = {name: more.pop(name) for name in ("answered", "account", "standing", "documents") if name in more}
    named = {*numbers, *tokens}
    candidates = tuple(
        Candidate(transaction=t, patron=None, evidence=()) for t in (*requests, *others) if t.number in named
    )
    return Facts(**{
        "now": NOW, "query": Query(numbers=numbers, tokens=tokens, sender=WRITER), "outcome": Unmatched(reasons=()),
        "candidates": candidates, "authors": (patron,), "requests": requests[:50],
        "own": (AnswerFacts(requests=requests, **{"account": ACCOUNT, **answers}),), **more,
    })  # fmt: skip


def topics(decision: Decision) -> list[str]:
    """The topics of the one answer, sent or drafted."""
    (notice,) = [n for n in (*decision.notices, *decision.drafts) if n.kind is not NoticeKind.PERMISSION_REPORT]
    sections = notice.data["topics"]
    assert isinstance(sections, list)
    return [section["topic"] for section in sections]


def section(notice: NoticeRequest, topic: str) -> dict[str, Any]:
    """One section of an answer."""
    sections = notice.data["topics"]
    assert isinstance(sections, list)
    return next(dict(s) for s in sections if s["topic"] == topic)


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


# --- my requests ----------------------------------------------------------------------------------------------


def status(*requests: Transaction, fields: dict[str, str] | None = None, **facts: Any) -> Decision:
    """'My requests', asked for."""
    return decide(asked((Kind.STATUS_QUERY, "state"), fields=fields), known(*requests, **facts), Policy())


def rows(decision: Decision) -> list[str]:
    """The numbers of the table."""
    (notice,) = (*decision.notices, *decision.drafts)
    return [row["number"] for row in section(notice, "status")["rows"]]


def test_my_requests_are_those_asked_for_else_those_that_run_else_what_ended_lately() -> None:
    """One number, several, a closed one, all open ones, and what ended where nothing runs."""
    closed = replace(COPY, number="2026110100001", state=State.CLOSED)
    old = replace(closed, number="2026010100001", updated=NOW - timedelta(days=90))
    everything = (COPY, LOAN, closed, old)
    assert rows(status(*everything)) == [COPY.number, LOAN.number]
    assert rows(status(*everything, numbers=(closed.number,))) == [closed.number]
    assert rows(status(*everything, numbers=(LOAN.number, COPY.number))) == [LOAN.number, COPY.number]
    assert rows(status(closed, old)) == [closed.number]
    assert rows(status(*everything, fields={"scope": "all"})) == [COPY.number, LOAN.number, closed.number]
    assert rows(status(*everything, tokens=(closed.number,))) == [closed.number]
    assert rows(status(old)) == []


def test_fifty_rows_and_the_number_of_the_others() -> None:
    """More than a table holds is said."""
    many = tuple(replace(COPY, number=f"20261124{n:05}") for n in range(70))
    decision = status(*many)
    (notice,) = decision.notices
    told = section(notice, "status")
    assert (len(told["rows"]), told["say"], "more" in told["flags"]) == (50, {"count": "70", "most": "50"}, True)


@pytest.mark.parametrize(
    ("others", "cause"),
    [((FOREIGN,), Cause.SENDER_MISFIT), ((), Cause.UNKNOWN_NUMBER)],
)
def test_a_number_that_is_not_the_writers_is_not_spoken_of(others: tuple[Transaction, ...], cause: Cause) -> None:
    """Somebody else's, or nobody's: the draft is the same, so that it tells neither from the other."""
    decision = status(COPY, numbers=(FOREIGN.number,), others=others)
    assert (decision.action, decision.cause, decision.notices) == (Action.REVIEW, cause, ())
    (draft,) = decision.drafts
    assert rows(decision) == [COPY.number]
    assert section(draft, "status")["say"] == {"numbers": FOREIGN.number}
    assert FOREIGN.title not in str(draft.data["topics"]).replace(COPY.title, "", 1)


def test_a_phone_number_a_login_and_a_day_are_no_transactions() -> None:
    """They look like numbers, and are not taken for somebody else's requests."""
    looks = ("13712345678", "22019001", "20261124")
    assert status(COPY, numbers=looks).action is Action.APPLY


def test_links_are_told_of_what_may_go_out_only() -> None:
    """A link whose fee is open is not shown; once it is free it comes with its expiry."""
    link = Document(number=COPY.number, url="https://x.example/1", expires=(NOW + timedelta(days=9)).date())
    shipped = replace(COPY, state=State.SHIPPED)
    held = status(replace(shipped, payable=Money.of(6)), documents={COPY.number: (link,)})
    assert "x.example" not in str(held.notices)
    free = status(shipped, documents={COPY.number: (link,)})
    assert "https://x.example/1" in str(free.notices)
    assert (NOW + timedelta(days=9)).date().isoformat() in str(free.notices)


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


# --- money ----------------------------------------------------------------------------------------------------


def test_a_fee_is_explained_as_the_books_have_it() -> None:
    """Total, subsidy, share, what is owed: of the request that is named, or of those that are asked for now."""
    books = Standing(number=PRICED.number, patron_id="p1", total=Money.of(20), subsidy=Money.of(8), owed=Money.of(2),
                     claimed=Money.of(10), pending=Money.of(0), waived=Money.of(0), charges=1, entries=2)  # fmt: skip
    for numbers in ((PRICED.number,), ()):
        decision = decide(
            asked((Kind.FEE_QUESTION, "why_charged")),
            known(PRICED, COPY, numbers=numbers, standing={PRICED.number: books}),
            Policy(),
        )
        (notice,) = decision.notices
        (charge,) = section(notice, "charge")["charges"]
        assert (charge["number"], charge["total"], charge["subsidy"], charge["payable"], charge["owed"]) == (
            PRICED.number, "20.00", "8.00", "12.00", "2.00")  # fmt: skip


def test_how_a_named_fee_is_paid_its_own_notice_says() -> None:
    """The sum, the form and the code are in the fee notice; without a number, or once it is paid, it is a question."""
    due = replace(PRICED, payment_state=PaymentState.DUE)
    (notice,) = decide(asked((Kind.FEE_QUESTION, "how_to_pay")), known(due, numbers=(due.number,)), Policy()).notices
    assert (notice.kind, notice.number, notice.reply_to) == (NoticeKind.FEE_NOTICE, due.number, "<m@x>")
    paid = replace(due, payment_state=PaymentState.CONFIRMED)
    for facts in (known(due), known(paid, numbers=(paid.number,))):
        (notice,) = decide(asked((Kind.FEE_QUESTION, "how_to_pay")), facts, Policy()).notices
        assert notice.kind is NoticeKind.ANSWER


def test_why_was_i_charged_without_a_fee_waits() -> None:
    """Nothing is asked for, or the named request has no fee yet: a person looks."""
    for facts in (known(COPY), known(COPY, numbers=(COPY.number,))):
        assert decide(asked((Kind.FEE_QUESTION, "why_charged")), facts, Policy()).action is Action.REVIEW


def test_no_placeholder_of_the_tariff_is_told() -> None:
    """Prices marked as placeholders in rules/fees do not appear; the office's own do."""
    (notice,) = decide(asked((Kind.FEE_QUESTION, "price")), known(), Policy()).notices
    told = str(section(notice, "fees"))
    assert "0.30" in told
    assert "42.00" not in told
    assert "23.00" not in told
    (notice,) = decide(asked((Kind.FEE_QUESTION, "subsidy")), known(), Policy()).notices
    assert [p["share"] for p in section(notice, "subsidy")["prices"]] == ["100"]


def test_a_loans_fee_is_not_paid_by_phone() -> None:
    """Asked with the number of a loan: a person answers."""
    assert decide(asked((Kind.FEE_QUESTION, "app")), known(LOAN, numbers=(LOAN.number,)), Policy()).cause


def test_money_asked_back_for_a_request_waits() -> None:
    """The rules are told to who asks in general; a request that is named is looked at."""
    decision = decide(asked((Kind.REFUND_REQUEST, "possible")), known(PRICED, numbers=(PRICED.number,)), Policy())
    assert (decision.cause, topics(decision)) == (Cause.REFUND, ["refund"])


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
