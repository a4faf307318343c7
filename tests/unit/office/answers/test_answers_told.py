"""What an answer tells of requests, links, fees and accounts; and what it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maild.domain.accounting.ledger import Standing
from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Document, Transaction
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.unit.office.answers.asking import COPY, FOREIGN, LOAN, NOW, PRICED, asked, known, section, status, topics


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
