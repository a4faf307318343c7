"""What writes a decision down takes it back: one table, read from its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from maild.domain.incoming.decision import Action, Decision, drafts
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.records.journal import JournalEntry
from maild.office.queue.undo import EVERY
from maild.office.recording import KEEPERS, UNDOS
from maild.spine.recording import record
from maild.spine.recording.keeping import Caused, Keeper, kept

MOST_FIELDS = 8
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_decision_stays_small() -> None:
    """What a handler adds is an effect of a type, no field of its own."""
    assert len(fields(Decision)) <= MOST_FIELDS
    assert not {"notices", "drafts"} & {field.name for field in fields(Decision)}  # read from the effects


@pytest.mark.parametrize("keeper", KEEPERS, ids=lambda keeper: keeper.by.__name__)
def test_each_knows_its_inverse_or_says_that_it_has_none(keeper: Keeper) -> None:
    """Never both, never neither; and it says what it takes, and writes it at once or with all of a batch."""
    assert (keeper.undo is None) == bool(keeper.stays), keeper
    assert keeper.takes
    assert (keeper.write is None) != (keeper.together is None), keeper


class Outbox:
    """What is asked of the outbox, in its order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[tuple[str, int | None]]]] = []

    def hold(self, requests: Sequence[NoticeRequest], now: datetime) -> list[int]:
        return self._note("hold", requests)

    def hold_back(self, requests: Sequence[NoticeRequest], now: datetime, why: str) -> list[int]:
        return self._note("hold back", requests)

    def add(
        self, requests: Sequence[NoticeRequest], now: datetime, *, state: OutboxState = OutboxState.WAITING
    ) -> list[int]:
        return self._note(f"add {state}", requests)

    def _note(self, what: str, requests: Sequence[NoticeRequest]) -> list[int]:
        if requests:
            self.asked.append((what, [(f"{one.subject}{one.revision}", one.mail_id) for one in requests]))
        return list(range(1, len(requests) + 1))


def told(subject: str) -> Decision:
    """A decision that tells something, and drafts something."""
    one = NoticeRequest(kind=NoticeKind.ANSWER, subject=subject, recipient="li@patron.example")
    return Decision(action=Action.REVIEW, effects=(one, *drafts([replace(one, subject=f"{subject}?")])))


def close(
    keepers: Sequence[Keeper], *every: Caused
) -> tuple[list[int], list[tuple[str, list[tuple[str, int | None]]]]]:
    uow = SimpleNamespace(outbox=(outbox := Outbox()))
    return record.close(uow, every, keepers, NOW), outbox.asked  # type: ignore[arg-type]


def test_notices_and_drafts_are_written_by_the_table() -> None:
    """Drafts first, a statement each: none of a mail that joins another's item; what may be said already is held back."""
    ids, asked = close(
        KEEPERS,
        Caused(decision=told("a"), mail_id=1, anew=True),
        Caused(decision=told("b"), mail_id=2, anew=True, joined=True),
        Caused(decision=told("c"), mail_id=3, anew=True, before=True),
    )
    assert asked == [
        ("hold", [("a?+draft", 1), ("c?+draft", 3)]),
        ("hold back", [("c", 3)]),
        ("add waiting", [("a", 1), ("b", 2)]),
    ]
    assert ids == [1, 2]
    _, asked = close(KEEPERS, Caused(decision=told("d")))
    assert asked == [("add held", [("d?+draft", None)]), ("add waiting", [("d", None)])]
    assert close((), Caused(decision=told("e"))) == ([], [])


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
