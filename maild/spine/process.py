"""parse … record for the mails that wait: read outside any transaction, then decide and record in one."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from maild.authenticate import questions_of
from maild.domain.errors import Damaged, NotFound, Temporary
from maild.domain.incoming.decision import Action, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.incoming.wishes import concerns_requests
from maild.domain.operation.metric import STAGE, Tally
from maild.domain.operation.trace import Fact, Trail
from maild.domain.records.journal import MailRecord
from maild.ports import BlobStore, Clock, DnsAnswers, Reader, ReceiptReader, Resolver
from maild.spine.background import PARKED, Waiting
from maild.spine.looking.lookup_settings import LookupSettings
from maild.spine.looking.lookups import Lookups
from maild.spine.looking.said import look_ahead, said
from maild.spine.looking.speaking import speaking
from maild.spine.order import Order
from maild.spine.pace import Pace
from maild.spine.poison import Trouble, guard, put_back
from maild.spine.policy import Policy
from maild.spine.reading.files import all_attachments
from maild.spine.recording.record import Page
from maild.spine.recording.searched import snippet, text_of_item

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

LEASE_SECONDS = 300.0  # longer than reading two batches takes; a dead process's mails wait that long
BATCH_BYTES = 4_000_000  # of raw mail: what is read of it takes twice as much, and two batches are under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """One mail's outcome, for logs and progress. `decision` is None where it was put back or shunted."""

    mail: MailRecord
    decision: Decision | None
    seconds: float = 0.0
    trouble: str = ""
    trouble_of: str = ""
    shunted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessReport:
    """What one round did. more: mails are claimed and not yet recorded: call again at once."""

    results: tuple[Processed, ...] = ()
    notices: int = 0
    more: bool = False

    @property
    def total(self) -> int:
        return len(self.results)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the processor works with. Without a reader of `receipts` payment proofs are not looked into.

    again: fetches the bytes of a mail once more that the blobs have lost; raises BytesLost where they are gone
    grace: how long what an act of staff writes waits, so that it can be taken back (the console's)
    """

    store: Store
    blobs: BlobStore
    clock: Clock
    reader: Reader
    resolver: Resolver
    lookup: LookupSettings
    order: Order
    policy: Policy
    owner: str
    max_tries: int = 3
    defer: timedelta = timedelta(hours=4)
    grace: timedelta = timedelta(0)
    threads: int = 1
    receipts: ReceiptReader | None = None
    again: Callable[[MailRecord], bytes] | None = None
    on_result: Callable[[Processed], None] = field(default=lambda result: None)
    tally: Tally = field(default_factory=Tally)
    trail: Trail = field(default_factory=Trail)


Readings = dict[int, Reading | Waiting | Trouble]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Claimed mails, which are being read meanwhile."""

    mails: Sequence[MailRecord]
    readings: Future[Readings]


class Processor:
    """Works through pending mails in batches, one round at a time. One instance a process.

    While a batch is decided and recorded here, the next one is read by the workers.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._pool = ThreadPoolExecutor(max(1, parts.threads), thread_name_prefix="read")
        # Both batches at a time: while the first one's last mails are read, or its files are brought to the disk, the
        # readers that are free go on with the second.
        self._ahead = ThreadPoolExecutor(2, thread_name_prefix="read-ahead")
        self._claimed: deque[Sequence[MailRecord]] = deque()  # not yet begun to be read
        self._named: Mapping[str, str] = {}  # for whom the senders of what was claimed last speak
        self._pace = Pace()
        self._more = False  # the last claim found as many as it might
        self._reading: deque[Batch] = deque()  # the one to be recorded, and the one after it
        self._round = threading.Lock()
        opened = parts.order.open_background
        began = opened and parts.receipts and opened(parts.store, parts.receipts, parts.clock, parts.tally, parts.trail)
        self._background = began or None

    @property
    def in_flight(self) -> int:
        """Mails that are claimed and not yet recorded."""
        return sum(map(len, [*self._claimed])) + sum(len(batch.mails) for batch in [*self._reading])

    def close(self) -> None:
        """Wait for the round under way, give back what was claimed ahead, then end."""
        with self._round:
            self._ahead.shutdown(wait=True, cancel_futures=True)
            self._pool.shutdown(wait=True, cancel_futures=True)
            if self._background:
                self._background.close()
            if self._claimed or self._reading:
                with self.parts.store.begin() as uow:
                    uow.mails.free(self.parts.owner)

    def run_once(self, limit: int = 50) -> ProcessReport:
        """Decide and record up to `limit` mails. Raises Temporary if the store is out of reach."""
        with self._round:
            if not self._reading:
                self._begin(limit)
            if not self._reading:
                return ProcessReport()
            if len(self._reading) < 2 and (self._claimed or self._more):
                self._begin(limit)
            batch = self._reading.popleft()
            readings = batch.readings.result()
            try:
                report = self._settle_all(batch.mails, readings)
            except Temporary:
                self._reading.appendleft(batch)  # it has been read: recorded as soon as the store is back
                raise
            return replace(report, more=bool(self._reading or self._claimed))

    def run_dry(self, limit: int = 50) -> int:
        """Go on until nothing waits, proofs that are being read included; returns how many mails were handled."""
        handled = 0
        while True:
            report = self.run_once(limit)
            handled += report.total
            if report.total or report.more:  # of one batch all may wait
                continue
            if not (self._background and self._background.busy):
                return handled
            self._background.wait(1.0)

    def _begin(self, limit: int) -> None:
        """Begin to read what fits into memory of the claimed mails; claim more where none are left."""
        if not self._claimed:
            parts = self.parts
            most = self._pace.most(limit)
            with parts.store.begin() as uow:
                now = parts.clock.now()
                lease_now = uow.outbox.lease_time(now)
                mails = uow.mails.claim(most, now, LEASE_SECONDS, parts.owner, lease_now=lease_now)
                self._named = speaking(uow, list({mail.sender for mail in mails}), now)
            self._more = len(mails) == most
            self._claimed.extend(_by_size(mails))
        if self._claimed:
            some = self._claimed.popleft()
            self._reading.append(Batch(mails=some, readings=self._ahead.submit(self._read_all, some, self._named)))

    def _read_all(self, mails: Sequence[MailRecord], named: Mapping[str, str]) -> Readings:
        """Read every mail of the batch; DNS questions of all of them are asked at once.

        named: for whom senders speak, as staff said or a letter of ours shows
        """
        raws = {mail.id: guard(partial(self._raw, mail)) for mail in mails}
        names: set[str] = set()
        for raw in raws.values():
            if isinstance(raw, bytes):
                names |= questions_of(raw)
        answers = self.parts.resolver.txt(names) if names else {}
        began = self._pool.submit(self.parts.clock.monotonic)  # when this batch's turn has come
        work = {
            mail.id: self._pool.submit(self._read_one, mail.id, raws[mail.id], answers, named.get(mail.sender, ""))
            for mail in mails
        }
        readings: Readings = {mail_id: future.result() for mail_id, future in work.items()}
        self._pace.took(self.parts.clock.monotonic() - began.result(), len(mails))
        self._keep_documents(readings.values())
        return self._with_proofs(readings)

    def _raw(self, mail: MailRecord) -> bytes:
        try:
            return self.parts.blobs.get(mail.sha256)
        except (NotFound, Damaged):
            if self.parts.again is None:
                raise
        return self.parts.again(mail)

    def _with_proofs(self, readings: Readings) -> Readings:
        if self._background is None:
            return readings
        background, read = self._background, {i: r for i, r in readings.items() if isinstance(r, Reading)}
        done = guard(lambda: background.complete(read))
        return {**readings, **(dict.fromkeys(read, done) if isinstance(done, Trouble) else done)}

    def _read_one(self, mail_id: int, raw: bytes | Trouble, answers: DnsAnswers, named: str) -> Reading | Trouble:
        if isinstance(raw, Trouble):
            return raw
        began = self.parts.clock.now()
        reading = guard(lambda: self.parts.reader.read(raw, answers, named))
        spent = _spent(reading) if isinstance(reading, Reading) else ()
        for stage, seconds in spent:
            self.parts.tally.took(STAGE, seconds, stage)
        if self.parts.trail.on:
            fault = reading.whose if isinstance(reading, Trouble) else ""
            self.parts.trail.stage("read", mail_id, began, self.parts.clock.now(), fault=fault, within=spent)
        return reading

    def _keep_documents(self, readings: Iterable[Reading | Waiting | Trouble]) -> None:
        """Supplied files become blobs before the transaction opens: no fsync while it holds the lock."""
        contents = []
        for reading in readings:
            if isinstance(reading, Reading) and reading.documents:
                usable = {r.sha256 for r in reading.documents if r.usable}
                contents += [a.content for a in all_attachments(reading.mail) if a.sha256 in usable]
        if contents:
            self.parts.blobs.put_many(contents)

    def _settle_all(
        self, mails: Sequence[MailRecord], readings: Mapping[int, Reading | Waiting | Trouble]
    ) -> ProcessReport:
        """All in one go; where one of them raises, again, with each kept from spoiling the others."""
        now = self.parts.clock.now()
        report = guard(lambda: self._settle_together(mails, readings, now))
        if isinstance(report, Trouble):
            report = self._settle_apart(mails, readings, now)
        for result in report.results:
            self.parts.on_result(result)
        return report

    def _settle_together(
        self, mails: Sequence[MailRecord], readings: Mapping[int, Reading | Waiting | Trouble], now: datetime
    ) -> ProcessReport:
        parts = self.parts
        words = {i: said(reading, parts.lookup) for i, reading in readings.items() if isinstance(reading, Reading)}
        waiting: dict[int, Waiting] = {}
        with parts.tally.timed(STAGE, "record"), parts.store.begin() as uow:
            held = uow.mails.hold([mail.id for mail in mails], parts.owner)
            read = (readings[mail.id] for mail in mails if mail.id in held)
            parts.order.settle(uow, (one.mail for one in read if isinstance(one, Reading)), now)
            lookups, page = Lookups(uow), Page(uow, now, parts.order)
            look_ahead(lookups, words.values())
            results: list[Processed] = []
            clocked: dict[int, Sequence[datetime]] = {}  # by mail: match began, decide began, record began
            for mail in mails:
                reading = readings[mail.id]
                if mail.id not in held:
                    continue  # the lease ran out, and somebody else took the mail
                if isinstance(reading, Trouble):
                    results.append(_troubled(uow, mail, reading, parts.max_tries, now))
                    continue
                if isinstance(reading, Waiting):
                    uow.mails.release(mail.id, not_before=now + PARKED, error="", attempts=mail.attempts)
                    waiting[mail.id] = reading
                    continue
                if mail.sender == parts.lookup.own_address or _looks_back(reading):
                    page.flush()  # it may be about what an earlier mail of this batch caused
                moments = [parts.clock.now()] if parts.trail.on else []
                patient = mail.stored is not None and now - mail.stored < parts.defer
                with parts.tally.timed(STAGE, "match"):
                    facts = parts.order.gather(
                        uow,
                        reading,
                        parts.lookup,
                        now,
                        patient=patient,
                        lookups=lookups,
                        words=words[mail.id],
                        mail_id=mail.id,
                        arrived=mail.received or mail.stored,
                    )
                if parts.trail.on:
                    moments.append(parts.clock.now())
                with parts.tally.timed(STAGE, "decide"):
                    decision = parts.order.decide(reading, facts, parts.policy)
                if parts.trail.on:
                    clocked[mail.id] = (*moments, parts.clock.now())
                if decision.action is Action.DEFER:
                    self._defer(uow, mail, decision, now)
                else:
                    text = text_of_item(reading, facts, decision) if decision.cause else ""
                    page.record(mail, decision, text, snippet=snippet(reading.mail))
                    lookups.forget(decision, mail.id)
                results.append(Processed(mail=mail, decision=decision, seconds=reading.seconds))
            report = ProcessReport(results=tuple(results), notices=page.close())
        if parts.trail.on:
            _leave(parts.trail, results, clocked, now, parts.clock.now())
        for mail_id, wanted in waiting.items():
            if self._background:
                self._background.ask(mail_id, wanted.files, wanted.scans)  # now that it is put back: it can come again
        return report

    def _settle_apart(
        self, mails: Sequence[MailRecord], readings: Mapping[int, Reading | Waiting | Trouble], now: datetime
    ) -> ProcessReport:
        """Each mail in a transaction of its own; what it raises is its own trouble."""
        results: list[Processed] = []
        notices = 0
        for mail in mails:
            done = guard(partial(self._settle_together, [mail], {mail.id: readings[mail.id]}, now))
            if isinstance(done, Trouble):
                with self.parts.store.begin() as uow:
                    results.append(_troubled(uow, mail, done, self.parts.max_tries, now))
            else:
                results += done.results
                notices += done.notices
        return ProcessReport(results=tuple(results), notices=notices)

    def _defer(self, uow: UnitOfWork, mail: MailRecord, decision: Decision, now: datetime) -> None:
        pause = timedelta(seconds=min(60.0, self.parts.defer.total_seconds() / 4))
        uow.mails.release(mail.id, not_before=now + pause, error=decision.reasons[0], attempts=mail.attempts)


def _spent(reading: Reading) -> Sequence[tuple[str, float]]:
    """Seconds by stage of a reading, in their order."""
    return [(stage.name, getattr(reading.spent, stage.name)) for stage in fields(reading.spent)]


def _looks_back(reading: Reading) -> bool:
    """Whether the decision depends on notices and history: what was sent, what was asked, how often renewed."""
    return Kind.NOT_RECEIVED in reading.classification.kinds or concerns_requests(reading)


def _leave(
    trail: Trail,
    results: Iterable[Processed],
    clocked: Mapping[int, Sequence[datetime]],
    began: datetime,
    now: datetime,
) -> None:
    """The spans of what was decided together; record lasts until the commit of all of it."""
    for one in results:
        if one.decision is None:
            trail.stage("record", one.mail.id, began, now, {"maild.shunted": one.shunted}, fault=one.trouble_of)
            continue
        found, chosen, recorded = clocked[one.mail.id]
        decision = one.decision
        facts: dict[str, Fact] = {
            "maild.action": str(decision.action),
            "maild.kind": str(decision.about.kind),
            "maild.rule": decision.about.rule,
            "maild.cause": str(decision.cause),
            "maild.notices": len(decision.notices),
        }
        trail.stage("match", one.mail.id, found, chosen, {"maild.candidates": len(decision.about.candidates)})
        trail.stage("decide", one.mail.id, chosen, recorded, facts)
        trail.stage("record", one.mail.id, recorded, now)


def _troubled(uow: UnitOfWork, mail: MailRecord, trouble: Trouble, max_tries: int, now: datetime) -> Processed:
    shunted = put_back(uow, mail, trouble, max_tries, now)
    return Processed(mail=mail, decision=None, trouble=trouble.what, trouble_of=trouble.whose, shunted=shunted)


def _by_size(mails: Sequence[MailRecord]) -> Iterator[Sequence[MailRecord]]:
    """Batches whose raw mails fit into BATCH_BYTES together, or one larger mail alone."""
    batch: list[MailRecord] = []
    size = 0
    for mail in mails:
        if batch and size + mail.size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(mail)
        size += mail.size
    if batch:
        yield batch
