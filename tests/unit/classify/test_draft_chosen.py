"""Pointing into a mail: what is offered as a value, what as words that must stand, and the conditions of these."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.classify.drafting.draft import Draft, DraftFault, Pick, Place, Wish
from maild.classify.drafting.draft_tokens import MOST, Token, clauses, tokens
from maild.classify.rules.view import View
from maild.domain.incoming.ruling import Kind
from tests.unit.classify.test_draft import DRAFTER, NUMBER, RULES, _mail

TEXT = (
    "读者李珺（demo-lijun@zju.edu.cn）所需《数论导引》已上路，单据 2026112000101，费用 12.50 元，\n"
    "请在 2026年12月24日 前到 https://ill.example/a?b=1 取。\n状态：已发货"
)


def _view(text: str, subject: str = "馆际材料上路通知 2026112000101") -> View:
    return DRAFTER.view(_mail(text, subject), Kind.SHIPPED)


def _found(view: View) -> dict[str, Token]:
    return {token.words: token for token in tokens(view, NUMBER)}


def test_numbers_dates_amounts_titles_and_addresses_are_offered() -> None:
    """Each whole, at its place; a transaction number says so, a label's value has its label."""
    view = _view(TEXT)
    found = _found(view)
    assert {"2026112000101", "2026年12月24日", "12.50 元", "数论导引", "demo-lijun@zju.edu.cn",
            "https://ill.example/a?b=1"} <= set(found)  # fmt: skip
    assert (found["2026112000101"].field, found["已发货"].label) == ("transaction", "状态")
    for token in tokens(view, NUMBER):
        if token.start >= 0:
            whole = view.subject if token.place is Place.SUBJECT else view.text
            assert whole[token.start : token.end] == token.words


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789年月日:：元¥ .,，《》“”@\n-/abz状态单号", max_size=300))
def test_no_token_lies_within_another(text: str) -> None:
    """Whatever the mail says: in their order, at their places, not too many."""
    view = _view(text, "通知")
    found = [token for token in tokens(view, NUMBER) if token.start >= 0 and token.place is not Place.SUBJECT]
    assert len(tokens(view, NUMBER)) <= MOST
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(view.text[token.start : token.end] == token.words for token in found)
    for place, start, end, words in clauses(view):
        assert (view.subject if place is Place.SUBJECT else view.text)[start:end] == words


def _chosen(text: str, *words: str, place: Place = Place.TEXT, **more: str) -> Draft:
    told = _mail(text, **more)
    view = DRAFTER.view(told, Kind.SHIPPED)
    whole = view.text if place is Place.TEXT else view.subject
    number = view.text.index("2026112000101")
    must = tuple(Pick(field="", place=place, start=(at := whole.index(w)), end=at + len(w)) for w in words)
    pick = Pick(field="transaction", place=Place.TEXT, start=number, end=number + 13)
    return DRAFTER.draft(told, Wish(kind=Kind.SHIPPED, picks=(pick,), must=must))


def test_only_what_was_chosen_is_asked_for() -> None:
    """Not the subject, unless it was chosen; in the order of the mail, whatever the order of choosing."""
    when = _chosen(TEXT, "前到", "已上路").rule.when
    assert when.subject == ()
    assert (when.says, when.text) == (("已上路(?s:.*)前到",), ())
    when = _chosen(TEXT, "馆际材料上路通知", place=Place.SUBJECT).rule.when
    assert (when.subject, when.says, when.text) == (("馆际材料上路通知",), (), ())


def test_what_varies_in_chosen_words_is_left_out() -> None:
    """Names after their word, numbers, addresses, quoted titles."""
    when = _chosen(TEXT, "读者李珺(demo-lijun@zju.edu.cn)所需《数论导引》已上路,单据 2026112000101").rule.when
    (pattern,) = [*when.says, *when.text]
    assert "所需" in pattern
    assert "已上路" in pattern
    assert not any(word in pattern for word in ("2026", "lijun", "数论"))


def test_words_that_all_vary_are_refused() -> None:
    """A number alone, or one letter, says nothing of the kind of mail."""
    for words in ("2026112000101", "请"):
        with pytest.raises(DraftFault, match="varies from mail to mail"):
            _chosen(TEXT, words)
    assert RULES.rules
