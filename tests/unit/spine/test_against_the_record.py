"""News that our own record speaks against, or that answers what nobody here has asked: it waits for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from maild.domain.incoming.decision import Action, Transition
from maild.domain.incoming.ruling import Kind
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.lifecycle import PaymentState, State
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.unit.spine.deciding import COPY, LOAN, facts, kinds, reading

OUT = replace(LOAN, state=State.ON_LOAN)
QUOTED = replace(
    COPY, state=State.CONDITIONAL, total=Money.of(60), payable=Money.of(60), payment_state=PaymentState.DUE
)


@pytest.mark.parametrize(
    ("due", "said", "moves"),
    [
        (date(2026, 12, 3), "", False),  # by our record nine days are left, and it says no day
        (date(2026, 11, 20), "", True),
        (date(2026, 12, 3), "2026-11-20", True),  # its own day is over: the record may be the older one
        (None, "", True),
    ],
)
def test_an_overdue_book_that_is_not_yet_due(due: date | None, said: str, moves: bool) -> None:
    """Nobody asks a reader for a book that he may keep."""
    decision = decide(reading(Kind.LOAN_OVERDUE, due=said), facts(transaction=replace(OUT, due=due)), Policy())
    assert ([t.after for t in decision.of(Transition)] == [State.OVERDUE]) is moves
    assert (decision.action is Action.APPLY) is moves
    assert bool(decision.notices) is moves


@pytest.mark.parametrize(("sums", "waits"), [("60.00", False), ("60.00\n98.00", True), ("98.00", True), ("", False)])
def test_a_price_told_again_with_another_sum_is_news(sums: str, waits: bool) -> None:
    """'60.00 was raised to 98.00' is no old news, though the request waits for a yes already."""
    decision = decide(reading(Kind.FEE_QUOTED, sums=sums), facts(transaction=QUOTED), Policy())
    assert (decision.action is Action.REVIEW) is waits, decision.reasons
    assert not decision.notices


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("该文费用60元，请确认是否需要。", False),
        ("The fee is 60 CNY. Please confirm.", False),
        ("费用60元至今未得到贵馆答复，请尽快回复。", True),
        ("如11月30日前仍未确认，我馆将按取消处理。", True),
        ("第二次提醒：费用60元。", True),
        ("We have not heard from you about the fee of 60 CNY.", True),
        ("The quote expires on Friday.", True),
    ],
)
def test_a_price_told_again_that_presses_for_an_answer_is_for_a_person(text: str, waits: bool) -> None:
    """A colleague asks the reader once more, or answers; nobody would if it were put away."""
    said = reading(Kind.FEE_QUOTED, sums="60.00")
    decision = decide(replace(said, mail=replace(said.mail, reply_text=text)), facts(transaction=QUOTED), Policy())
    assert (decision.action is Action.REVIEW) is waits, decision.reasons


@pytest.mark.parametrize(
    ("mail", "tells"),
    [
        ({"subject": "Re: 续借申请", "text": "本书不能续借。", "reply_text": "本书不能续借。"}, True),
        ({"subject": "通知", "reply_text": "您的续借申请未获批准。"}, True),
        ({"subject": "Notice", "reply_text": "Your renewal request has been denied."}, True),
        ({"subject": "通知", "reply_text": "不能。", "quoted_text": "请问这本书可以续借一个月吗?"}, True),
        ({"subject": "即将到期图书一览", "reply_text": "到期:2026-11-25\n备注:不可续借"}, False),
        (
            {"subject": "Due soon", "reply_text": "No renewals. To request a renewal of other items use the form."},
            False,
        ),
        ({"subject": "通知", "reply_text": "本书不可续借，不准复印全书。"}, False),
        ({"subject": "通知", "reply_text": "不可续借；不同意此条款请立即寄回"}, False),
        ({"subject": "通知", "reply_text": "续借申请须提前三天提出，本书不可续借。"}, False),
    ],
)
def test_a_renewal_is_refused_to_who_asked(mail: dict[str, Any], tells: bool) -> None:
    """'No renewals' beside a due day refuses nothing."""
    loan = replace(OUT, due=date(2026, 12, 3))
    decision = decide(reading(Kind.PROVIDER_OTHER, renewal="refused", mail=mail), facts(transaction=loan), Policy())
    assert kinds(decision) == ([NoticeKind.LOAN_NOT_RENEWED] if tells else []), decision.reasons
    assert decision.action is (Action.APPLY if tells else Action.REVIEW)
