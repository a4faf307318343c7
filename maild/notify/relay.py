"""The outbox relay: claim → check again → send → mark, so that nothing is lost and next to nothing doubled.

A row is marked right after its reply, in a transaction of its own or together with replies that arrived
meanwhile. The one repeat that cannot be avoided (the process dies between the server's 250 and our mark)
carries the same Message-ID, which derives from the row: delivery is at least once.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from maild.config import Settings
from maild.domain.backoff import Backoff
from maild.domain.errors import MaildError, TemplateFault, Temporary
from maild.domain.notice import Message, NoticeKind, OutboxEntry, OutboxState, SendResult, SendVerdict
from maild.notify import plan as planning
from maild.notify.hearing import policy_of
from maild.notify.letter import NoticePart
from maild.notify.outcome import OnSent, Outcome, Retrying, blameless, record
from maild.notify.plan import BATCH, Claiming, Parcel, Plan
from maild.notify.recheck import Recheck
from maild.notify.recheck import recheck as default_recheck
from maild.notify.timing import Timing
from maild.notify.voice import Voice, load_voice
from maild.ports import BlobStore, Clock, Courier, Store, UnitOfWork

LEASE_SECONDS = 180.0
MARK_TRIES = 8  # 13 s and the database's own time-outs: no mail is begun meanwhile, and the lease outlives it
WITH_FILES = frozenset({NoticeKind.FEE_NOTICE})  # kinds whose writing makes a file
# What faulty data can make rendering raise: such a notice fails alone, and the queue behind it goes on.
UNWRITABLE = (MaildError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Renderer(Protocol):
    """maild.notify.render.Renderer, as the relay uses it."""

    def render(
        self, parts: Sequence[NoticePart], *, message_id: str, thread: Sequence[str], date: datetime
    ) -> Message: ...


class Signer(Protocol):
    """DKIM: bytes of a mail → the same mail with our signature on top."""

    def sign(self, raw: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayReport:
    """What one round did, in rows. `held`: kept back (disarmed, budget, fuse); `more`: call again at once.

    templates: what is wrong with edited templates, which are therefore not in force; None: nobody looked
    uncopied: why no copy could be kept of what was sent last, '' where it is
    """

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    cancelled: int = 0
    held: int = 0
    merged: int = 0
    more: bool = False
    trouble: str = ""
    templates: tuple[str, ...] | None = None
    uncopied: str = ""


@dataclass(slots=True, kw_only=True)
class Keeping:
    """Answers recorded, with what became of their rows; those `left`, and the last reason why."""

    kept: list[tuple[Outcome, OutboxState]] = field(default_factory=list)
    left: list[Outcome] = field(default_factory=list)
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
        on_sent: OnSent | None = None,
        recheck: Recheck | None = None,
        *,
        voice: Voice | None = None,
        refresh: Callable[[UnitOfWork], Sequence[str]] | None = None,
        owner: str = "relay",
        lease_seconds: float = LEASE_SECONDS,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._courier, self._renderer = store, courier, renderer
        self._blobs, self._clock, self._settings = blobs, clock, settings
        self._signer, self._on_sent, self._chance = signer, on_sent, chance
        self._refresh = refresh
        self._uncopied = ""
        self._templates: tuple[str, ...] | None = None
        self._lease = lease_seconds
        self._claiming = Claiming(
            reach=policy_of(settings.reach),
            settings=settings,
            owner=owner,
            lease_seconds=lease_seconds,
            recheck=recheck or default_recheck,
            timing=Timing.of(settings, voice or load_voice()),
        )
        self._retrying = Retrying(
            max_attempts=settings.smtp.max_attempts, base_seconds=settings.smtp.retry_base_seconds, chance=chance,
            reach=policy_of(settings.reach),
        )  # fmt: skip
        self._paused_until = 0.0
        self._pauses = 0
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
            return RelayReport(held=await asyncio.to_thread(self._count_waiting))
        if self._stopping or self._clock.monotonic() < self._paused_until:
            return RelayReport()
        claimed_at = self._clock.monotonic()
        plan = await asyncio.to_thread(self._plan)
        report = RelayReport(
            cancelled=plan.cancelled,
            failed=plan.failed,
            held=plan.held,
            more=plan.claimed == BATCH or bool(plan.redirected),
        )
        if not plan.parcels:
            return report
        round_ = _Round(self, plan.parcels, claimed_at)
        counts = await round_.run()
        return replace(
            report,
            sent=counts[OutboxState.SENT],
            deferred=counts[OutboxState.WAITING],
            failed=report.failed + counts[OutboxState.FAILED],
            merged=counts[OutboxState.MERGED],
            more=report.more and not round_.line_down,
            trouble=round_.line_down,
            templates=self._templates,
            uncopied=self._uncopied,
        )

    def _count_waiting(self) -> int:
        with self._store.read() as uow:
            states = (OutboxState.HELD, OutboxState.WAITING)
            return sum(len(uow.outbox.find(state=state, limit=1000)) for state in states)

    def _plan(self) -> Plan:
        with self._store.begin() as uow:
            plan = planning.make(uow, self._clock.now(), self._claiming)
            if plan.parcels and self._refresh is not None:  # before a mail of this round is written
                self._templates = tuple(self._refresh(uow))
            return plan

    def pause(self, result: SendResult) -> datetime:
        """The server cannot be used: wait, longer for a refused login (accounts get locked)."""
        self._pauses += 1
        base = self._settings.smtp.retry_base_seconds
        login = result.stage == "login"
        backoff = Backoff(base=base if login else min(5.0, base), cap=900.0 if login else 60.0, jitter=0.3)
        delay = backoff.delay(self._pauses, self._chance())
        self._paused_until = self._clock.monotonic() + delay
        return self._clock.now() + timedelta(seconds=delay)

    def went_well(self) -> None:
        """The server answers: forget former trouble."""
        self._pauses = 0

    def may_begin(self, claimed_at: float) -> bool:
        """Whether a mail may still be begun: never so late that the lease might run out under it."""
        return not self._stopping and self._clock.monotonic() - claimed_at < self._lease / 3

    def mark_again(self, failures: int) -> float:
        """Seconds until answers are recorded again, after so many failures."""
        return Backoff(base=0.1, cap=8.0, jitter=0.3).delay(failures, self._chance())

    async def deliver(self, parcel: Parcel, claimed_at: float) -> Outcome:
        """Render, sign and send one mail; always ends before the lease does."""
        left = self._lease * 0.9 - (self._clock.monotonic() - claimed_at)
        try:
            if any(part.request.documents or part.request.kind in WITH_FILES for part in parcel.parts):
                message = await asyncio.to_thread(self._write, parcel)  # files of many megabytes, forms
            else:
                message = self._write(parcel)
        except UNWRITABLE as error:
            return Outcome(parcel=parcel, result=_unwritable(error))
        try:
            async with asyncio.timeout(max(left, 0.1)):
                result = await self._courier.send(message)
        except TimeoutError:
            result = SendResult(verdict=SendVerdict.UNKNOWN, reply="sending took longer than the lease")
        raw = message.raw if result.verdict is SendVerdict.SENT else b""
        return Outcome(parcel=parcel, result=result, message_id=message.message_id, raw=raw)

    def _write(self, parcel: Parcel) -> Message:
        parts = [self._part(parcel, entry) for entry in parcel.parts]
        message = self._renderer.render(
            parts, message_id=parcel.main.message_id, thread=parcel.thread, date=self._clock.now()
        )
        return replace(message, raw=self._signer.sign(message.raw)) if self._signer else message

    def _part(self, parcel: Parcel, entry: OutboxEntry) -> NoticePart:
        """Documents are read only now: the outbox holds their names, not their bytes."""
        files = tuple((name, self._blobs.get(sha256)) for sha256, name in entry.request.documents)
        other = entry.request.number != parcel.main.request.number
        transaction = parcel.others.get(entry.request.number) if other else parcel.transaction
        return NoticePart(request=entry.request, patron=parcel.patron, transaction=transaction, documents=files,
                          trouble=parcel.trouble)  # fmt: skip

    async def keep(self, outcomes: Sequence[Outcome]) -> Keeping:
        """Keep what was sent, then record answers, all in one transaction; where that fails, each by itself."""
        outcomes = await asyncio.to_thread(self._keep_copies, outcomes)
        try:
            return Keeping(kept=await asyncio.to_thread(self._keep, outcomes))
        except MaildError as error:
            keeping = Keeping(trouble=error)
        for n, outcome in enumerate(outcomes):
            try:
                keeping.kept += await asyncio.to_thread(self._keep, (outcome,))
            except MaildError as error:
                keeping.left.append(outcome)
                keeping.trouble = error
                if isinstance(error, Temporary):  # most likely the database: the others would but wait for it, too
                    keeping.left[:0] = outcomes[n + 1 :]
                    break
        return keeping

    def _keep_copies(self, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """The mails that were taken, as blobs. A disk that fails costs the copy, not the mark: no mail goes twice."""
        sent = [outcome for outcome in outcomes if outcome.raw and not outcome.copy]
        try:
            names = self._blobs.put_many([outcome.raw for outcome in sent]) if sent else []
        except MaildError as error:
            self._uncopied = error.what
            return outcomes
        self._uncopied = "" if sent else self._uncopied
        copies = {id(outcome): name for outcome, name in zip(sent, names, strict=True)}
        return [replace(each, raw=b"", copy=copies[id(each)]) if id(each) in copies else each for each in outcomes]

    def _keep(self, outcomes: Sequence[Outcome]) -> list[tuple[Outcome, OutboxState]]:
        now = self._clock.now()
        with self._store.begin() as uow:
            return [(each, record(uow, each, now, self._retrying, self._on_sent)) for each in outcomes]


class _Round:
    """The sending of one batch: lanes per recipient side by side, answers kept as they arrive."""

    def __init__(self, relay: Relay, parcels: Sequence[Parcel], claimed_at: float) -> None:
        self._relay = relay
        self._claimed_at = claimed_at
        self._lanes: dict[str, list[Parcel]] = {}
        for parcel in parcels:
            self._lanes.setdefault(parcel.main.request.recipient, []).append(parcel)
        # Twice the connections: while some wait for the server, the next are being written and signed.
        self._width = asyncio.Semaphore(2 * relay.connections)
        self._answers: asyncio.Queue[Outcome | None] = asyncio.Queue()
        self._resume: datetime | None = None
        self._halted = False  # begin no further mail
        self.line_down = ""

    async def run(self) -> dict[OutboxState, int]:
        """Send all; rows by what became of them. Every answer is recorded, whatever fails beside it."""
        keeper = asyncio.create_task(self._keep_answers())
        lanes = await asyncio.gather(*map(self._lane, self._lanes.values()), return_exceptions=True)
        self._answers.put_nowait(None)
        counts = await keeper
        for failed in lanes:
            if isinstance(failed, BaseException):
                raise failed
        return counts

    async def _lane(self, parcels: Sequence[Parcel]) -> None:
        """One recipient's mails, one after the other: a patron reads them in the order they were written."""
        for parcel in parcels:
            async with self._width:
                self._answers.put_nowait(await self._one(parcel))

    async def _one(self, parcel: Parcel) -> Outcome:
        now = self._relay.now()
        if self._halted or self._resume is not None or not self._relay.may_begin(self._claimed_at):
            later = SendResult(verdict=SendVerdict.TEMPORARY, reply=self.line_down, stage="connect")
            return Outcome(parcel=parcel, result=later, resume=self._resume or now)
        outcome = await self._relay.deliver(parcel, self._claimed_at)
        if not blameless(outcome.result):
            self._relay.went_well()
            return outcome
        if self._resume is None:
            self.line_down = outcome.result.reply or "the server cannot be reached"
            self._resume = self._relay.pause(outcome.result)
        return replace(outcome, resume=self._resume)

    async def _keep_answers(self) -> dict[OutboxState, int]:
        """Record answers as they come. What cannot be recorded is tried again and again, and raises in the end."""
        counts = dict.fromkeys(OutboxState, 0)
        left: list[Outcome] = []
        failures, ended = 0, False
        try:
            while not ended or (left and failures < MARK_TRIES):
                pause = self._relay.mark_again(failures) if left else None
                answers, ended = await self._take(pause, ended)
                # The untried first: they must not wait behind a row that never can be recorded.
                keeping = await self._relay.keep([*answers, *left]) if left or answers else Keeping()
                _count(keeping.kept, counts)
                left = keeping.left
                # A try that got some of them recorded is no failure: behind a row that never can be, others may come.
                failures = 0 if keeping.kept or not left else failures + 1
                # A mail that goes out now might not be recorded either, and would be sent again.
                self._halted = bool(left) or self._halted
        finally:
            self._halted = True
        if left and keeping.trouble:
            raise keeping.trouble
        return counts

    async def _take(self, seconds: float | None, ended: bool) -> tuple[list[Outcome], bool]:
        """The answers that are there, after waiting `seconds` at most for the first; whether these are all."""
        if ended:
            await asyncio.sleep(seconds or 0)
            return [], True
        try:
            async with asyncio.timeout(seconds):
                waiting = [await self._answers.get()]
        except TimeoutError:
            return [], False
        while not self._answers.empty():
            waiting.append(self._answers.get_nowait())
        return [answer for answer in waiting if answer is not None], None in waiting


def _count(kept: Sequence[tuple[Outcome, OutboxState]], counts: dict[OutboxState, int]) -> None:
    for outcome, state in kept:
        counts[state] += 1
        if state is OutboxState.SENT:
            counts[OutboxState.MERGED] += len(outcome.parcel.parts) - 1


def _unwritable(error: Exception) -> SendResult:
    """A template or a disk can be mended; data that cannot be written needs a person."""
    mendable = isinstance(error, Temporary | TemplateFault)
    verdict = SendVerdict.TEMPORARY if mendable else SendVerdict.PERMANENT
    what = error.what if isinstance(error, MaildError) else f"{type(error).__name__}: {error}"
    return SendResult(verdict=verdict, reply=f"the notice cannot be written: {what}", stage="write")
