"""What writes a decision down takes it back: one table, read from its end."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from maild.domain.incoming.decision import Decision
from maild.domain.records.journal import JournalEntry
from maild.office.queue.undo import EVERY
from maild.office.recording import KEEPERS, UNDOS
from maild.spine.recording.keeping import Keeper, kept

MOST_FIELDS = 8


def test_a_decision_stays_small() -> None:
    """What a handler adds is an effect of a type, no field of its own."""
    assert len(fields(Decision)) <= MOST_FIELDS


@pytest.mark.parametrize("keeper", KEEPERS, ids=lambda keeper: keeper.write.__name__)
def test_each_knows_its_inverse_or_says_that_it_has_none(keeper: Keeper) -> None:
    """Never both, never neither; and it says what it takes."""
    assert (keeper.undo is None) == bool(keeper.stays), keeper
    assert keeper.takes


def test_undoing_is_the_table_backwards() -> None:
    """Each inverse once, in the opposite order; what an act keeps for it has a name of its own."""
    assert list(UNDOS) == [keeper.undo for keeper in reversed(KEEPERS) if keeper.undo]
    names = [undo.name for undo in EVERY if undo.name]
    assert len(set(names)) == len(names)
    assert set(UNDOS) < set(EVERY)


@pytest.mark.parametrize(
    ("data", "found"), [({}, []), ({"created": "N1"}, ["N1"]), ({"created": ""}, []), ({"created": ["N1"]}, ["N1"])]
)
def test_lines_of_before_are_read(data: dict[str, object], found: list[object]) -> None:
    """A request that an act made was kept as a text before it was a list."""
    line = JournalEntry(what="act", at=datetime(2026, 11, 24, tzinfo=UTC), data=data)
    assert kept(line, "created") == found
