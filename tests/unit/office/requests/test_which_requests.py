"""Which of several requests is to be cancelled: each by what stands beside its name. No I/O."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from maild.domain.incoming.decision import Action, Decision, Transition
from maild.domain.incoming.matching import Candidate
from maild.domain.incoming.ruling import Kind
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.patron import Transaction
from tests.deciding import decide
from tests.unit.office.answers.asking import COPY, FOREIGN, asked, known
from tests.unit.office.requests.test_wishes import policy

ONE = replace(COPY, number="2026112400041", title="宋代水利考")
TWO = replace(COPY, number="2026112400042", title="临安城市空间")
CANCEL = (Kind.CANCEL_REQUEST, "")


def wish(
    text: str,
    *more: tuple[Kind, str],
    numbers: tuple[str, ...] = (),
    threads: tuple[str, ...] = (),
    rest: tuple[str, ...] = (),
    others: tuple[Transaction, ...] = (),
) -> Decision:
    """The decision on a mail that names these numbers."""
    facts = known(ONE, TWO, numbers=numbers, others=others)
    held = tuple(Candidate(transaction=t, patron=None, evidence=()) for t in (ONE, TWO, *others))
    facts = replace(facts, query=replace(facts.query, threads=threads), candidates=held)
    return decide(asked(CANCEL, *more, text=text, rest=rest), facts, policy())


def cancelled(decision: Decision) -> set[str]:
    return {n.number for n in decision.notices if n.kind is NoticeKind.CANCEL_ASKED}


@pytest.mark.parametrize(
    "text",
    [
        f"请撤回{ONE.number}、{TWO.number}两条申请",
        f"《{ONE.title}》和《{TWO.title}》都不需要了,请帮我一并取消",
        f"please cancel {ONE.number} and {TWO.number}",
        f"1. {ONE.number}\n2. {TWO.number}\n都取消吧",
    ],
)
def test_each_that_is_named_is_passed_on(text: str) -> None:
    """Both patrons' wishes are told, and a query of each is drafted; nothing moves."""
    decision = wish(text, numbers=tuple(n for n in (ONE.number, TWO.number) if n in text))
    assert (cancelled(decision), decision.of(Transition)) == ({ONE.number, TWO.number}, ())
    assert {draft.number for draft in decision.drafts} == {ONE.number, TWO.number}
    assert decision.action is Action.REVIEW


@pytest.mark.parametrize(
    "text",
    [
        f"请取消{ONE.number},但是{TWO.number}还要",
        f"Cancel {ONE.number} please. Keep {TWO.number} running.",
        f"{TWO.number}继续办理,{ONE.number}不要了",
    ],
)
def test_what_is_to_stay_stays(text: str) -> None:
    """One is cancelled, the other named beside words of keeping."""
    assert cancelled(wish(text, numbers=(ONE.number, TWO.number))) == {ONE.number}


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE.number}和{TWO.number}其中一个不要了",
        f"请取消{ONE.number}或者{TWO.number}",
        f"除了{ONE.number}都取消",
        f"{ONE.number}、{TWO.number}只取消一个",
        f"{ONE.number}昨天到了,另一篇不要了,{TWO.number}",
        f"don't cancel {ONE.number} or {TWO.number}",
    ],
)
def test_what_is_not_plain_of_each_is_for_a_person(text: str) -> None:
    """One of two, all but one, a denial: nobody is told that anything is cancelled."""
    assert cancelled(wish(text, numbers=tuple(n for n in (ONE.number, TWO.number) if n in text))) == set()


def test_somebody_elses_number_keeps_all_of_it() -> None:
    """A mail that names another's request is not acted upon in part."""
    text = f"请取消{ONE.number}、{FOREIGN.number}"
    assert cancelled(wish(text, numbers=(ONE.number, FOREIGN.number), others=(FOREIGN,))) == set()


def test_the_request_that_is_answered_counts_beside_one_that_stays() -> None:
    """'Cancel it. Keep the other': it is what the notice was about."""
    decision = wish(
        f"Too expensive. Cancel it. Keep {TWO.number} running.", numbers=(TWO.number,), threads=(ONE.number,)
    )
    assert cancelled(decision) == {ONE.number}


def test_a_question_about_another_stands_beside_it() -> None:
    """One is cancelled and the other asked about: the wish is passed on, the question told or drafted."""
    text = f"{ONE.number}不要了,请取消。另请问{TWO.number}进度如何?"
    decision = wish(text, (Kind.STATUS_QUERY, "state"), numbers=(ONE.number, TWO.number))
    assert cancelled(decision) <= {ONE.number}
    assert TWO.number not in {draft.number for draft in decision.drafts if draft.kind is NoticeKind.PROVIDER_QUERY}


@pytest.mark.parametrize(
    "text",
    [
        "宋代水利那篇就不需要了，想申请取消。临安城市那篇仍然需要",
        "水利考请帮我取消，临安城市那个照旧",
    ],
)
def test_a_piece_of_a_title_names_a_request(text: str) -> None:
    """No number and no whole title: what stands beside the wish in a word that only one title has."""
    decision = wish(text)
    assert (cancelled(decision), decision.of(Transition)) == ({ONE.number}, ())


@pytest.mark.parametrize("text", ["那一篇不需要了，请取消", "水利和城市那两篇，有一篇请取消"])
def test_what_names_none_or_both_is_asked_about(text: str) -> None:
    """No piece, or both: a person chooses."""
    assert not cancelled(wish(text))


def test_a_letter_that_is_too_long_is_not_gone_through() -> None:
    """Ten thousand clauses cost next to nothing, and a person reads them."""
    begun = time.process_time()
    decision = wish(f"请取消《{ONE.title}》,《{TWO.title}》保留," + "好," * 10_000)
    assert (cancelled(decision), decision.action) == (set(), Action.REVIEW)
    assert time.process_time() - begun < 2
