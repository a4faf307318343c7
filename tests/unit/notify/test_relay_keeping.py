"""Recording of answers: one row that never can be recorded holds up none that can, in whatever order they come."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import pytest

from maild.domain.errors import Temporary
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry, OutboxState, SendResult, SendVerdict
from maild.notify.sending import round as rounds
from maild.notify.sending.outcome import Outcome
from maild.notify.sending.plan import Parcel
from maild.notify.sending.relay import Keeping, Relay
from maild.notify.sending.round import Round

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def answer(number: int) -> Outcome:
    """A notice that the server has taken."""
    request = NoticeRequest(kind=NoticeKind.PICK_UP, subject=str(number), recipient="a@patron.example")
    entry = OutboxEntry(id=number, request=request, created=NOW, not_before=NOW)
    parcel = Parcel(parts=(entry,), patron=None, transaction=None, thread=())
    return Outcome(parcel=parcel, result=SendResult(verdict=SendVerdict.SENT))


class Recording:
    """The relay's side of it: answer 0 is always refused, and the next answer comes after each try."""

    connections = 1

    def __init__(self, coming: Sequence[Outcome]) -> None:
        self.coming = list(coming)
        self.recorded: list[int] = []
        self.round: Round | None = None

    def may_begin(self, claimed_at: float) -> bool:
        return True

    def mark_again(self, failures: int) -> float:
        return 0.0

    def deliver_next(self) -> None:
        """One more answer; with the last one, the end."""
        assert self.round is not None
        if self.coming:
            self.round._desk.put_nowait(self.coming.pop(0))
            if not self.coming:
                self.round._desk.put_nowait(None)

    async def keep(self, outcomes: Sequence[Outcome], begins: Sequence[Parcel]) -> Keeping:
        """As Relay.keep does where the trouble is temporary: what stands behind the refused one waits."""
        keeping = Keeping()
        for n, outcome in enumerate(outcomes):
            if outcome.parcel.main.id == 0:
                keeping.left = [*outcomes[n + 1 :], outcome]
                keeping.trouble = Temporary("this one never")
                break
            self.recorded.append(outcome.parcel.main.id)
            keeping.kept.append((outcome, OutboxState.SENT))
        self.deliver_next()
        return keeping


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_a_row_that_never_can_be_recorded_holds_up_no_other(
    order: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers come one by one, the bad one at any place; with two tries at the end all others are recorded."""
    monkeypatch.setattr(rounds, "MARK_TRIES", 2)

    async def go() -> Recording:
        recording = Recording([answer(number) for number in order])
        recording.round = Round(cast(Relay, recording), (), 0.0)
        recording.deliver_next()
        with pytest.raises(Temporary, match="this one never"):
            await asyncio.wait_for(recording.round._keep_books(), 10)
        return recording

    assert sorted(asyncio.run(go()).recorded) == [1, 2, 3]
