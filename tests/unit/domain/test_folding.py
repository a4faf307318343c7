"""Which mails share an item of the queue, and which never do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maild.domain.incoming.decision import Action, Cause, Decision, Transition, Writer
from maild.domain.incoming.folding import FREE, FREE_OF_MATTER, OpenItem, joins
from maild.domain.incoming.trust import AuthReport, Verdict

STRANGER = Decision(
    action=Action.REVIEW, cause=Cause.UNKNOWN_SENDER, writer=Writer(auth=AuthReport(verdict=Verdict.NONE))
)
PROVEN = replace(STRANGER, writer=Writer(auth=AuthReport(verdict=Verdict.PASS)))
NOTHING: frozenset[str] = frozenset()


def waiting(count: int, about: frozenset[str] = NOTHING, cause: Cause = Cause.UNKNOWN_SENDER) -> list[OpenItem]:
    return [OpenItem(mail_id=count - n, cause=cause, about=about) for n in range(count)]


def test_a_flood_joins_its_latest_item() -> None:
    """From the twenty-first on, also where numbers are named that anybody may name."""
    assert joins(STRANGER, NOTHING, waiting(FREE - 1)) is None
    assert joins(STRANGER, NOTHING, waiting(FREE)) == FREE
    assert joins(STRANGER, frozenset({"1"}), waiting(FREE)) == FREE


def test_in_a_crowd_of_nobody_known_each_name_has_one_item() -> None:
    """Names can be made up by the hundred; who is known, and waits for another cause, keeps twenty."""
    assert joins(STRANGER, NOTHING, [], crowded=True) is None
    assert joins(STRANGER, NOTHING, waiting(1), crowded=True) == 1
    assert joins(STRANGER, NOTHING, waiting(1)) is None
    known = replace(STRANGER, cause=Cause.QUESTION)
    assert joins(known, NOTHING, waiting(1, cause=Cause.QUESTION), crowded=True) is None


def test_what_a_proven_sender_says_of_another_request_stands_alone() -> None:
    """A provider's hundred mails about a hundred requests are a hundred items; a hundred about nothing are not."""
    assert joins(PROVEN, frozenset({"1"}), waiting(90, frozenset({"2"}))) is None
    assert joins(PROVEN, NOTHING, waiting(90)) == 90


def test_the_fourth_about_the_same_joins() -> None:
    """Same sender, same cause, same request."""
    about = frozenset({"1"})
    assert joins(PROVEN, about, waiting(FREE_OF_MATTER - 1, about)) is None
    assert joins(PROVEN, about, waiting(FREE_OF_MATTER, about)) == FREE_OF_MATTER
    assert joins(PROVEN, about, waiting(FREE_OF_MATTER, about, Cause.INVOICE)) is None


@pytest.mark.parametrize(
    "decision",
    [
        replace(STRANGER, action=Action.APPLY),
        replace(STRANGER, cause=Cause.NONE),
        replace(STRANGER, effects=(Transition(number="1", expected_version=0),)),
    ],
)
def test_what_moved_something_stands_alone(decision: Decision) -> None:
    """Undoing it must find it."""
    assert joins(decision, NOTHING, waiting(3 * FREE)) is None
