"""The outbox relay: claim → check again → begin → send → mark, so that nothing is lost and nothing doubled.

A row is marked as begun before anything of it leaves, and marked again right after its reply, each in a transaction of
its own or together with others that came meanwhile. At most as many mails as there are connections are begun and not
marked. Should the process die there, these, and only these, are in doubt (maild.notify.sending.doubt): they are not
sent again by themselves.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.config import Settings
from maild.domain.errors import MaildError, Temporary
from maild.domain.operation.backoff import Backoff
from maild.domain.operation.breaker import Breaker, Weighed
from maild.domain.operation.metric import STAGE, Tally
from maild.domain.operation.trace import Trail
from maild.domain.outgoing.notice import Message, OutboxState, SendResult, SendVerdict
from maild.notify.sending import SAY, doubt, line
from maild.notify.sending import plan as planning
from maild.notify.sending.copying import Copying
from maild.notify.sending.doubt import OnSent
from maild.notify.sending.hearing import policy_of
from maild.notify.sending.outcome import Outcome, Retrying, record_all, waits
from maild.notify.sending.plan import BATCH, Claiming, Parcel, Plan
from maild.notify.sending.recheck import Recheck
from maild.notify.sending.recheck import recheck as default_recheck
from maild.notify.sending.round import Round
from maild.notify.sending.submission import Submission, load_submission
from maild.notify.sending.traced import leave_sent
from maild.notify.sending.writer import Renderer, Signer, Writer
from maild.notify.writing.timing import Timing
from maild.notify.writing.timing_policy import TimingPolicy, load_timing_policy
from maild.ports import BlobStore, Clock, Courier

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

LEASE_SECONDS = 180.0
LINE_PATIENCE = 300.0  # seconds that a server may be out of reach before staff are told


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayReport:
    """What one round did, in rows. `held`: kept back (disarmed, budget, fuse); `more`: call again at once.

    in_doubt: mails that came to be in doubt
    trouble: why the line cannot be used; remedy: what somebody has to do about it, '' where it may pass
    templates: what is wrong with edited templates, which are therefore not in force; None: nobody looked
    uncopied: why no copy could be kept of what was sent last, '' where it is; unfiled: why copies have no files yet
    """

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    cancelled: int = 0
    held: int = 0
    merged: int = 0
    in_doubt: int = 0
    more: bool = False
    trouble: str = ""
    remedy: str = ""
    templates: tuple[str, ...] | None = None
    uncopied: str = ""
    unfiled: str = ""


@dataclass(slots=True, kw_only=True)
class Keeping:
    """Answers recorded, with what became of their rows; those `left`, and the last reason why.

    begun: of the mails that were to begin, in their order, which may leave now; unbegun: nobody could write that down
    """

    kept: list[tuple[Outcome, OutboxState]] = field(default_factory=list)
    left: list[Outcome] = field(default_factory=list)
    begun: list[bool] = field(default_factory=list)
    unbegun: list[Parcel] = field(default_factory=list)
    trouble: MaildError | None = None


class Relay:
    """Sends the outbox. One per process; several processes may share a database."""

    def __init__(
        self,
        store: Store,
        courier: Courier,
        renderer: Renderer,
        blobs: BlobStore,
        clock: Clock,
        settings: Settings,
        signer: Signer | None = None,
        on_sent: OnSent = MappingProxyType({}),
        recheck: Recheck | None = None,
        *,
        timing_policy: TimingPolicy | None = None,
        submission: Submission | None = None,
        refresh: Callable[[UnitOfWork], Sequence[str]] | None = None,
        owner: str = "relay",
        lease_seconds: float = LEASE_SECONDS,
        chance: Callable[[], float] = random.random,
        tally: Tally | None = None,
        trail: Trail | None = None,
    ) -> None:
        self._tally, self._trail = tally or Tally(), trail or Trail()
        self._store, self._courier, self._clock, self._settings = store, courier, clock, settings
        self._on_sent, self._chance = on_sent, chance
        self._writer = Writer(renderer, signer, blobs, clock, self._tally, self._trail)
        self._refresh = refresh
        self._copying = Copying(store, blobs, clock)
        self._templates: tuple[str, ...] | None = None
        self._lease = lease_seconds
        self._began = (clock.now(), clock.monotonic())
        self._claiming = Claiming(
            reach=policy_of(settings.reach),
            settings=settings,
            owner=owner,
            lease_seconds=lease_seconds,
            recheck=recheck or default_recheck,
            timing=Timing.of(settings, timing_policy or load_timing_policy()),
        )
        self._retrying = Retrying(
            max_attempts=settings.smtp.max_attempts,
            base_seconds=settings.smtp.retry_base_seconds,
            chance=chance,
            reach=policy_of(settings.reach),
        )
        self._submission = submission or load_submission()
        self._breaker = Breaker(most=self._submission.alike)
        self._at_once = False  # somebody has to act: staff are told without waiting whether it passes
        self._line_told: bool | None = None  # whether staff are told that the line is down; None: nobody looked
        self._why: tuple[str, ...] = ()
        self._remedy = ""
        self._stopping = False

    @property
    def connections(self) -> int:
        """How many connections the courier keeps at most."""
        return self._settings.smtp.connections

    def now(self) -> datetime:
        """The clock's time, aware, UTC."""
        return self._clock.now()

    def stop(self) -> None:
        """Begin no further mail: a running round ends with the mails that are under way."""
        self._stopping = True

    async def close(self) -> None:
        """Say goodbye to the mail server, after the last round."""
        await self._courier.close()

    async def run_once(self) -> RelayReport:
        """One round: up to BATCH rows. Raises what the store does where rows cannot be claimed or answers recorded."""
        if not self._settings.smtp.armed:
            return await asyncio.to_thread(self._disarmed)
        if self._stopping or self._breaker.is_open(self._clock.monotonic()):
            return RelayReport()
        claimed_at = self._clock.monotonic()
        plan = await asyncio.to_thread(self._plan)
        report = RelayReport(
            in_doubt=plan.in_doubt,
            cancelled=plan.cancelled,
            failed=plan.failed,
            held=plan.held,
            more=plan.claimed == BATCH or bool(plan.redirected),
        )
        if not plan.parcels:
            if self._copying.due:
                await asyncio.to_thread(self._copying.file)
            return replace(report, unfiled=self._copying.unfiled)
        round_ = Round(self, plan.parcels, claimed_at)
        try:
            counts = await round_.run()
        finally:
            await self._tell_of_line()
        return replace(
            report,
            sent=counts[OutboxState.SENT],
            deferred=counts[OutboxState.WAITING],
            failed=report.failed + counts[OutboxState.FAILED],
            merged=counts[OutboxState.MERGED],
            in_doubt=report.in_doubt + counts[OutboxState.IN_DOUBT],
            more=report.more and not round_.line_down,
            trouble=round_.line_down,
            remedy=self._remedy if round_.line_down else "",
            templates=self._templates,
            uncopied=self._copying.uncopied,
            unfiled=self._copying.unfiled,
        )

    def _disarmed(self) -> RelayReport:
        states = (OutboxState.HELD, OutboxState.WAITING)
        with self._store.read() as uow:
            held = sum(len(uow.outbox.find(state=state, limit=1000)) for state in states)
            begun = uow.outbox.find(state=OutboxState.SENDING, limit=1)
        if not begun:
            return RelayReport(held=held)
        with self._store.begin() as uow:  # of a process that died before it was disarmed
            return RelayReport(held=held, in_doubt=doubt.find(uow, self._clock.now(), self._lease_time(uow)))

    def _lease_time(self, uow: UnitOfWork) -> datetime:
        began, monotonic = self._began
        return uow.outbox.lease_time(began + timedelta(seconds=self._clock.monotonic() - monotonic))

    def _plan(self) -> Plan:
        with self._store.begin() as uow:
            now, lease_now = self._clock.now(), self._lease_time(uow)
            in_doubt = doubt.find(uow, now, lease_now)
            plan = planning.make(uow, now, self._claiming, lease_now)
            plan.in_doubt = in_doubt
            if plan.parcels and not self.tripped and line.is_down(uow, self._settings.smtp.host):
                self._breaker.recall(self._clock.monotonic())  # what staff have before them is the line's memory
                self._line_told = True
            if plan.parcels and self._refresh is not None:  # before a mail of this round is written
                self._templates = tuple(self._refresh(uow))
            return plan

    @property
    def breaker(self) -> tuple[bool, int]:
        """Whether the submission server is left alone now; how often in a row it was at fault."""
        return self._breaker.is_open(self._clock.monotonic()), self._breaker.trips

    @property
    def tripped(self) -> bool:
        """The server was at fault, and has taken no mail since: one mail is to probe it."""
        return self._breaker.tripped

    def probe(self, recipients: list[str]) -> int:
        """The place of the recipient to whom the probe goes."""
        return self._breaker.probe(recipients)

    def weigh(self, outcome: Outcome) -> Weighed:
        """What an answer means: the notice's matter, or the server's."""
        return self._breaker.weigh(self._submission.answer(outcome.parcel.main, outcome.result))

    @property
    def run(self) -> tuple[int, ...]:
        """The notices that were refused alike, in a row, until now."""
        return self._breaker.run

    def pause(self, result: SendResult) -> datetime:
        """The server cannot be used: wait, the longer the oftener; longest for a refused login (accounts get locked)
        and for refusals. Returns when to try again.
        """
        base = self._settings.smtp.retry_base_seconds
        reached = result.stage != "connect"
        backoff = Backoff(base=base if reached else min(5.0, base), cap=900.0 if reached else 60.0, jitter=0.3)
        delay = backoff.delay(self._breaker.trips + 1, self._chance())
        reason = result.reply or SAY("out_of_reach")
        self._breaker.trip(self._clock.monotonic(), delay, reason)
        why = self._submission.why(result) or ("" if reached else SAY("out_of_reach_here"))
        self._why = tuple(filter(None, (SAY("takes_nothing", reply=reason), why, SAY("no_try_lost"))))
        self._at_once = reached
        self._remedy = (why or SAY("ask_administrator")) if reached else ""
        return self._clock.now() + timedelta(seconds=delay)

    async def _tell_of_line(self) -> None:
        """Put the line's trouble before staff, once; and take that back when it is well."""
        down = self._breaker.tripped
        lasts = self._clock.monotonic() - self._breaker.since
        late = down and (self._at_once or lasts > LINE_PATIENCE)
        if late and not self._line_told:
            await asyncio.to_thread(self._line, True)
        elif not down and self._breaker.wells and self._line_told is not False:
            await asyncio.to_thread(self._line, False)

    def _line(self, down: bool) -> None:
        now = self._clock.now()
        with self._store.begin() as uow:
            line.tell(uow, now, self._settings.smtp.host, self._why) if down else line.well(uow, now)
        self._line_told = down

    def may_begin(self, claimed_at: float) -> bool:
        """Whether a mail may still be begun: never so late that the lease might run out under it."""
        return not self._stopping and self._clock.monotonic() - claimed_at < self._lease / 3

    def mark_again(self, failures: int) -> float:
        """Seconds until answers are recorded again, after so many failures."""
        return Backoff(base=0.1, cap=8.0, jitter=0.3).delay(failures, self._chance())

    async def write(self, parcel: Parcel) -> Message | Outcome:
        """Render and sign one mail; an outcome where it cannot be written."""
        return await self._writer.write(parcel)

    async def send(self, parcel: Parcel, message: Message, claimed_at: float) -> Outcome:
        """Send one mail that has been begun; always ends before the lease does."""
        left, began = self._lease * 0.9 - (self._clock.monotonic() - claimed_at), self._clock.now()
        try:
            async with asyncio.timeout(max(left, 0.1)):
                with self._tally.timed(STAGE, "relay"):
                    result = await self._courier.send(message)
        except TimeoutError:
            result = SendResult(verdict=SendVerdict.UNKNOWN, reply=SAY("over_the_lease"))
        leave_sent(self._trail, parcel, result, began, self._clock.now())
        made = Outcome(parcel=parcel, result=result, message_id=message.message_id)
        if result.verdict is not SendVerdict.SENT:
            return made
        return replace(made, raw=message.raw, lay=bool(self._settings.smtp.sent_folder))

    async def revive(self, entry_ids: Sequence[int], until: datetime, reply: str) -> None:
        """Have notices that failed of the server's trouble wait again. Raises what the store does."""
        await asyncio.to_thread(self._revive, entry_ids, until, reply)

    def _revive(self, entry_ids: Sequence[int], until: datetime, reply: str) -> None:
        with self._store.begin() as uow:
            line.revive(uow, entry_ids, self._clock.now(), until, waits(reply))

    async def keep(self, outcomes: Sequence[Outcome], begins: Sequence[Parcel]) -> Keeping:
        """Record answers and begin mails, all in one transaction; where that fails, each
        answer by itself, and the mails are not begun.
        """
        try:
            kept, begun = await asyncio.to_thread(self._keep, outcomes, begins)
            return Keeping(kept=kept, begun=begun)
        except MaildError as error:
            keeping = Keeping(trouble=error, unbegun=list(begins))
        for n, outcome in enumerate(outcomes):
            try:
                keeping.kept += (await asyncio.to_thread(self._keep, (outcome,)))[0]
            except MaildError as error:
                keeping.left.append(outcome)
                keeping.trouble = error
                if isinstance(error, Temporary):  # most likely the database: the others would but wait for it, too
                    keeping.left[:0] = outcomes[n + 1 :]
                    break
        return keeping

    def _keep(
        self, outcomes: Sequence[Outcome], begins: Sequence[Parcel] = ()
    ) -> tuple[list[tuple[Outcome, OutboxState]], list[bool]]:
        outcomes = self._copying.take(outcomes)  # before the transaction: no fsync of a file while it holds the lock
        now, owner = self._clock.now(), self._claiming.owner
        with self._store.begin() as uow:
            kept = record_all(uow, outcomes, now, self._retrying, self._on_sent, owner) if outcomes else []
            return kept, [
                uow.outbox.begin([part.id for part in parcel.parts], owner, parcel.main.message_id) for parcel in begins
            ]
