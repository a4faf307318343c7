"""A clause that turns what a library tells: the mail waits, and says which it was; without it the mail goes."""

from __future__ import annotations

import pytest

from maild.domain.incoming.decision import Action, Cause, Transition
from maild.domain.requests.lifecycle import State
from tests.unit.office.providers.test_provider_words import NUMBER, decided

DESK = "ill@lib.pku.edu.cn"
REFUSED = f"{NUMBER} 查了，这一年我们馆缺藏，大库和阅览室都翻过，没有。"


@pytest.mark.parametrize("clause", ["您先别问别家，储存馆那边周四才有人去翻。", "典藏部尚未定为失书。"])
def test_it_waits_for_the_clause(clause: str) -> None:
    held = decided(f"{REFUSED}{clause}", DESK)
    assert (held.action, held.cause, held.of(Transition)) == (Action.REVIEW, Cause.QUESTION, ())
    assert clause.partition("，")[0].rstrip("。") in held.reasons[0]


@pytest.mark.parametrize("clause", ["", "抱歉了。", "祝好，北大馆际互借。"])
def test_without_it_the_mail_goes(clause: str) -> None:
    """What tells the news is not asked: 'not on the shelf' turns a supply, and is a refusal."""
    assert [move.after for move in decided(f"{REFUSED}{clause}", DESK).of(Transition)] == [State.UNFILLED]
