"""One round of the relay: lanes a recipient, mails begun as connections are free, answers recorded as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maild.domain.errors import MaildError
from maild.domain.operation.breaker import Weighed
from maild.domain.outgoing.notice import OutboxState, SendResult, SendVerdict
from maild.notify.sending import SAY
from maild.notify.sending.outcome import Outcome, blameless
from maild.notify.sending.plan import Parcel

if TYPE_CHECKING:
    from maild.notify.sending.relay import Keeping, Relay

JOINED_WITHIN = 0.003  # seconds that an answer waits for those to the other mails under way: one commit does for all
MARK_TRIES = 8  # 13 s and the database's own time-outs: no mail is begun meanwhile, and the lease outlives it

Begin = tuple[Parcel, "asyncio.Future[bool]"]


class Round:
    """The sending of one batch: lanes per recipient side by side, answers kept as they arrive."""

    def __init__(self, relay: Relay, parcels: Sequence[Parcel], claimed_at: float) -> None:
        self._relay = relay
        self._claimed_at = claimed_at
        self._lanes: dict[str, list[Parcel]] = {}
        for parcel in parcels:
            self._lanes.setdefault(parcel.main.request.recipient, []).append(parcel)
        # Twice the connections: while some wait for the server, the next are being written and signed.
        self._width = asyncio.Semaphore(2 * relay.connections)
        self._desk: asyncio.Queue[Outcome | Begin | None] = asyncio.Queue()
        # Leading rows of the mails that may have left and are not marked: never more than there are connections, so
        # that a dying process leaves no more in doubt.
        self._begun: set[int] = set()
        self._probe: Parcel | None = None
        self._probed = asyncio.Event()  # the others begin once the server has answered to the probe
        self._held: list[Outcome] = []  # refused, and not known yet whether that is the server's trouble
        self._revive: tuple[int, ...] = ()
        self._resume: datetime | None = None
        self._halted = False  # begin no further mail
        self._over = False  # nobody keeps the books any more
        self._unbegun = False  # the database would not take it that mails begin
        self._trouble: MaildError | None = None
        self.line_down = ""

    async def run(self) -> dict[OutboxState, int]:
        """Send all; rows by what became of them. Every answer is recorded, whatever fails beside it.

        Raises at the end the first thing that failed.
        """
        if self._relay.tripped and self._lanes:
            recipients = list(self._lanes)
            self._probe = self._lanes[recipients[self._relay.probe(recipients)]][0]
        else:
            self._probed.set()
        keeper = asyncio.create_task(self._keep_books())
        lanes = await asyncio.gather(*map(self._lane, self._lanes.values()), return_exceptions=True)
        self._desk.put_nowait(None)
        counts = await keeper
        for failed in lanes:
            if isinstance(failed, BaseException):
                raise failed
        return counts

    async def _lane(self, parcels: Sequence[Parcel]) -> None:
        """One recipient's mails, one after the other: a patron reads them in the order they were written."""
        for parcel in parcels:
            if parcel is not self._probe:
                await self._probed.wait()
            async with self._width:
                outcome = await self._one(parcel)
                if outcome is not None:
                    self._desk.put_nowait(outcome)
                elif parcel is self._probe:
                    self._probed.set()

    @property
    def _closed(self) -> bool:
        return self._halted or self._resume is not None or not self._relay.may_begin(self._claimed_at)

    async def _one(self, parcel: Parcel) -> Outcome | None:
        """What became of a mail; None where another process has its rows by now."""
        if self._closed:
            return self._later(parcel)
        written = await self._relay.write(parcel)
        if isinstance(written, Outcome):
            return written
        if self._closed or not await self._begin(parcel):
            return self._later(parcel) if self._closed else None
        outcome = await self._relay.send(parcel, written, self._claimed_at)
        return self._paused(outcome) if blameless(outcome.result) else outcome

    def _paused(self, outcome: Outcome) -> Outcome:
        """The server is at fault: nothing more is begun, and this one waits with all the others."""
        if self._resume is None:
            self.line_down = outcome.result.reply or SAY("out_of_reach")
            self._resume = self._relay.pause(outcome.result)
        return replace(outcome, resume=self._resume, held=False)

    def _judge(self, answers: Sequence[Outcome]) -> list[Outcome]:
        """What is to be recorded, now that these answers are known."""
        found: list[Outcome] = []
        for outcome in answers:
            if outcome.resume is None and outcome.parcel.main.id in self._begun:
                found += self._weigh(outcome)
            else:
                found.append(outcome)
            if outcome.parcel is self._probe:
                self._probed.set()
        return found

    def _weigh(self, outcome: Outcome) -> list[Outcome]:
        before = self._relay.run
        weighed = self._relay.weigh(outcome)
        if weighed is Weighed.LINE:
            held, self._held = self._held, []
            self._revive += tuple(set(before) - {each.parcel.main.id for each in held})
            return [self._paused(each) for each in (outcome, *held)]
        own = [each for each in self._held if each.parcel.main.id not in self._relay.run]
        self._held = [each for each in self._held if each not in own]
        if weighed is Weighed.HOLD and outcome.result.verdict is not SendVerdict.UNKNOWN:
            self._held.append(outcome)
            return [*own, replace(outcome, held=True)]
        return [*own, outcome]

    def _later(self, parcel: Parcel) -> Outcome:
        """Not begun: it waits as before."""
        later = SendResult(verdict=SendVerdict.TEMPORARY, reply=self.line_down, stage="connect")
        return Outcome(parcel=parcel, result=later, resume=self._resume or self._relay.now())

    async def _begin(self, parcel: Parcel) -> bool:
        """Have it written down that the mail may leave; False where that cannot be, or it is another process's."""
        if self._over:
            return False
        granted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._desk.put_nowait((parcel, granted))
        return await granted

    async def _keep_books(self) -> dict[OutboxState, int]:
        """Record answers and begin mails as they come: the mark of one and the beginning of the next are one commit.
        What cannot be recorded is tried again and again, and raises in the end.
        """
        counts = dict.fromkeys(OutboxState, 0)
        left: list[Outcome] = []
        queue: list[Begin] = []
        failures, ended = 0, False
        try:
            while not ended or (left and failures < MARK_TRIES):
                waits = left or failures or (queue and self._closed)
                answers, more, ended = await self._take(self._relay.mark_again(failures) if waits else None, ended)
                queue += more
                if failures >= MARK_TRIES:
                    self._unbegun, self._halted = self._unbegun or bool(queue), True
                answers = self._judge(answers)
                if self._closed:  # after judging: what shows that the line is down lets nothing further begin
                    queue = self._refuse(queue)
                if ended:
                    answers, self._held = [*answers, *self._held], []
                # The untried first: they must not wait behind a row that never can be recorded.
                answers += left
                now, queue = self._next(queue, answers)
                if not (answers or now):
                    continue
                keeping = await self._relay.keep(answers, [parcel for parcel, _ in now])
                self._count(keeping, counts)
                unwritten = self._grant(now, keeping)
                left, queue = keeping.left, unwritten + queue
                # A try that got some of them recorded is no failure: behind a row that never can be, others may come.
                failures = failures + 1 if (left or unwritten) and not keeping.kept else 0
                # A mail that goes out now might not be recorded either.
                self._halted = bool(left) or self._halted
        finally:
            self._halted = self._over = True
            self._refuse(queue)
            self._probed.set()
        if self._trouble and (left or self._unbegun):
            raise self._trouble
        if self._revive and self._resume is not None:
            await self._relay.revive(self._revive, self._resume, self.line_down)
        return counts

    def _next(self, queue: list[Begin], answers: Sequence[Outcome]) -> tuple[list[Begin], list[Begin]]:
        """Those that may begin as these answers are recorded, and those that have to wait."""
        unmarked = self._begun - {answer.parcel.main.id for answer in answers}
        free = max(self._relay.connections - len(unmarked), 0)
        return queue[:free], queue[free:]

    def _refuse(self, queue: Sequence[Begin]) -> list[Begin]:
        for _, granted in queue:
            if not granted.done():
                granted.set_result(False)
        return []

    def _grant(self, begins: Sequence[Begin], keeping: Keeping) -> list[Begin]:
        """Tell those who wait for their word; returns those for whom nothing could be written down."""
        if keeping.unbegun:
            return list(begins)
        for (parcel, granted), begun in zip(begins, keeping.begun, strict=True):
            if begun:
                self._begun.add(parcel.main.id)
            if not granted.done():
                granted.set_result(begun)
        return []

    def _count(self, keeping: Keeping, counts: dict[OutboxState, int]) -> None:
        self._trouble = keeping.trouble or self._trouble
        for outcome, state in keeping.kept:
            counts[state] += 1
            if state is OutboxState.SENT:
                counts[OutboxState.MERGED] += len(outcome.parcel.parts) - 1
            self._begun.discard(outcome.parcel.main.id)

    async def _take(self, seconds: float | None, ended: bool) -> tuple[list[Outcome], list[Begin], bool]:
        """What is on the desk, after waiting `seconds` at most for the first: answers, mails that want to begin, and
        whether that is all.
        """
        if ended:
            await asyncio.sleep(seconds or 0)
            return [], [], True
        waiting: list[Outcome | Begin | None] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                waiting.append(await self._desk.get())
        with suppress(TimeoutError):
            async with asyncio.timeout(JOINED_WITHIN):
                while self._more_to_come(waiting):
                    waiting.append(await self._desk.get())
        while not self._desk.empty():
            waiting.append(self._desk.get_nowait())
        answers = [each for each in waiting if isinstance(each, Outcome)]
        begins = [each for each in waiting if isinstance(each, tuple)]
        return answers, begins, None in waiting

    def _more_to_come(self, waiting: Sequence[Outcome | Begin | None]) -> bool:
        """Whether further answers are under way beside one that is there."""
        answered = {each.parcel.main.id for each in waiting if isinstance(each, Outcome)}
        return bool(answered) and bool(self._begun - answered)
