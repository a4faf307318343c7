"""Recording of answers: one row that never can be recorded holds up none that can, in whatever order they come."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import pytest

from maild.domain.errors import Temporary
from maild.domain.operation.breaker import Weighed
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


class Listing:
    """The relay's side of it: lists what was recorded together; what stands at `then` comes after the first."""

    connections = 2
    run: tuple[int, ...] = ()

    def __init__(self, then: Sequence[Outcome | None] = ()) -> None:
        self.then = list(then)
        self.together: list[list[int]] = []
        self.round: Round | None = None

    def may_begin(self, claimed_at: float) -> bool:
        return True

    def weigh(self, outcome: Outcome) -> Weighed:
        return Weighed.RECORD

    async def keep(self, outcomes: Sequence[Outcome], begins: Sequence[Parcel]) -> Keeping:
        assert self.round is not None
        self.together.append([outcome.parcel.main.id for outcome in outcomes])
        while self.then:
            self.round._desk.put_nowait(self.then.pop(0))
        return Keeping(kept=[(outcome, OutboxState.SENT) for outcome in outcomes])


@pytest.mark.parametrize(
    ("company", "second_comes", "together"),
    [(30.0, "meanwhile", [[1, 2]]), (0.01, "after the first is recorded", [[1], [2]])],
)
def test_answers_to_mails_under_way_are_recorded_together(
    company: float, second_comes: str, together: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two mails under way the first answer waits for the second, but not for long."""
    monkeypatch.setattr(rounds, "JOINED_WITHIN", company)

    async def go() -> Listing:
        late = (answer(2), None)
        listing = Listing() if second_comes == "meanwhile" else Listing(late)
        listing.round = Round(cast(Relay, listing), (), 0.0)
        listing.round._begun = {1, 2}
        listing.round._desk.put_nowait(answer(1))
        keeping = asyncio.create_task(listing.round._keep_books())
        await asyncio.sleep(0)
        if second_comes == "meanwhile":
            for one in late:
                listing.round._desk.put_nowait(one)
        await asyncio.wait_for(keeping, 10)
        return listing

    assert asyncio.run(go()).together == together
