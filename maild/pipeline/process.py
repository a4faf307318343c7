"""parse … record for the mails that wait: read outside any transaction, then decide and record in one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from maild.authenticate import questions_of
from maild.domain.decision import Action, Decision
from maild.domain.journal import MailRecord
from maild.domain.reading import Reading
from maild.pipeline.decide import decide
from maild.pipeline.facts import Lens, gather
from maild.pipeline.poison import Trouble, guard, put_back
from maild.pipeline.policy import Policy
from maild.pipeline.read import all_attachments
from maild.pipeline.record import Recorded, record
from maild.ports import BlobStore, Clock, DnsAnswers, Reader, Resolver, Store, UnitOfWork

LEASE_SECONDS = 300.0  # longer than reading a whole batch may take; a dead process's mails wait that long


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """One mail's outcome, for logs and progress. `decision` is None where it was put back or shunted."""

    mail: MailRecord
    decision: Decision | None
    seconds: float = 0.0
    trouble: str = ""
    shunted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessReport:
    """What one round did."""

    results: tuple[Processed, ...] = ()
    notices: int = 0

    @property
    def total(self) -> int:
        return len(self.results)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the processor works with."""

    store: Store
    blobs: BlobStore
    clock: Clock
    reader: Reader
    resolver: Resolver
    lens: Lens
    policy: Policy
    owner: str
    max_tries: int = 3
    defer: timedelta = timedelta(hours=4)
    threads: int = 1
    on_result: Callable[[Processed], None] = field(default=lambda result: None)


class Processor:
    """Works through pending mails in batches, one round at a time. One instance a process."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._pool = ThreadPoolExecutor(max(1, parts.threads), thread_name_prefix="read")
        self._round = threading.Lock()

    def close(self) -> None:
        """Wait for the round under way, then end."""
        with self._round:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def run_once(self, limit: int = 50) -> ProcessReport:
        """Claim, read, decide and record up to `limit` mails. Raises Temporary if the store is out of reach."""
        parts = self.parts
        with self._round:
            with parts.store.begin() as uow:
                mails = uow.mails.claim(limit, parts.clock.now(), LEASE_SECONDS, parts.owner)
            if not mails:
                return ProcessReport()
            readings = self._read_all(mails)
            self._keep_documents(readings.values())
            return self._settle_all(mails, readings)

    def _read_all(self, mails: Sequence[MailRecord]) -> dict[int, Reading | Trouble]:
        """Read every mail of the batch; DNS questions of all of them are asked at once."""
        blobs = self.parts.blobs
        raws = {mail.id: guard(partial(blobs.get, mail.sha256)) for mail in mails}
        names: set[str] = set()
        for raw in raws.values():
            if isinstance(raw, bytes):
                names |= questions_of(raw)
        answers = self.parts.resolver.txt(names) if names else {}
        work = {mail.id: self._pool.submit(self._read_one, raws[mail.id], answers) for mail in mails}
        return {mail_id: future.result() for mail_id, future in work.items()}

    def _read_one(self, raw: bytes | Trouble, answers: DnsAnswers) -> Reading | Trouble:
        if isinstance(raw, Trouble):
            return raw
        return guard(lambda: self.parts.reader.read(raw, answers))

    def _keep_documents(self, readings: Iterable[Reading | Trouble]) -> None:
        """Supplied files become blobs before the transaction opens: no fsync while it holds the lock."""
        contents = []
        for reading in readings:
            if isinstance(reading, Reading) and reading.documents:
                usable = {r.sha256 for r in reading.documents if r.usable}
                contents += [a.content for a in all_attachments(reading.mail) if a.sha256 in usable]
        if contents:
            self.parts.blobs.put_many(contents)

    def _settle_all(self, mails: Sequence[MailRecord], readings: Mapping[int, Reading | Trouble]) -> ProcessReport:
        results: list[Processed] = []
        notices = 0
        now = self.parts.clock.now()
        with self.parts.store.begin() as uow:
            for mail in mails:
                done = self._settle(uow, mail, readings[mail.id], now)
                if isinstance(done, Trouble):
                    shunted = put_back(uow, mail, done, self.parts.max_tries, now)
                    results.append(Processed(mail=mail, decision=None, trouble=done.what, shunted=shunted))
                else:
                    decision, recorded, seconds = done
                    notices += len(recorded.outbox)
                    results.append(Processed(mail=mail, decision=decision, seconds=seconds))
        for result in results:
            self.parts.on_result(result)
        return ProcessReport(results=tuple(results), notices=notices)

    def _settle(
        self, uow: UnitOfWork, mail: MailRecord, reading: Reading | Trouble, now: datetime
    ) -> tuple[Decision, Recorded, float] | Trouble:
        if isinstance(reading, Trouble):
            return reading

        def work() -> tuple[Decision, Recorded, float]:
            with uow.savepoint():
                return self._decide_and_record(uow, mail, reading, now)

        return guard(work)

    def _decide_and_record(
        self, uow: UnitOfWork, mail: MailRecord, reading: Reading, now: datetime
    ) -> tuple[Decision, Recorded, float]:
        parts = self.parts
        patient = mail.stored is not None and now - mail.stored < parts.defer
        facts = gather(uow, reading, parts.lens, now, patient=patient)
        decision = decide(reading, facts, parts.policy)
        if decision.action is Action.DEFER:
            pause = timedelta(seconds=min(60.0, parts.defer.total_seconds() / 4))
            uow.mails.release(mail.id, not_before=now + pause, error=decision.reasons[0], attempts=mail.attempts)
            return decision, Recorded(), reading.seconds
        return decision, record(uow, mail, decision, now), reading.seconds
