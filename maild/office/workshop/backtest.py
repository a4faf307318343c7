"""What other rules would have made of the mails of the last months. Reads in confinement, and changes nothing.

Each mail is read under both rule sets as of its own day. Where they say the same, that is all: a decision is a pure
function of reading and facts. Where they differ, both readings are decided on the facts of today, so that a request
that has gone on since (a fee paid, a file sent) never shows as the rules' doing; what was decided then is in the
ledger, and stands beside. Without a second rule set the ledger itself is compared with, by what was read.
"""

from __future__ import annotations

import time
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from maild.authenticate import questions_of
from maild.domain.errors import ConfigError
from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.learning.backtest import (
    UNSURE,
    BacktestReport,
    BacktestRow,
    Compared,
    Finding,
    Scales,
    Taken,
    changes,
    conflicts,
)
from maild.domain.records.journal import MailRecord, MailStatus
from maild.ports import BlobStore, Clock, DnsAnswers, Resolver
from maild.spine.looking.lookup_settings import LookupSettings
from maild.spine.order import Order
from maild.spine.poison import Trouble, guard
from maild.spine.policy import Policy

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

PAGE = 500  # records of mails that are held at a time
BATCH, BATCH_BYTES = 32, 16_000_000
MANY = 200  # mails for another worker: while it loads its rules, the first one compares about as many
MOST_ROWS = 1000  # of one finding: beyond that they are counted only
_PROVIDERS = frozenset(list(Kind)[: list(Kind).index(Kind.PAYMENT_PROOF)])


class Comparer(Protocol):
    """Reads a mail in a confined process under two rule sets (confine.ComparingPool)."""

    workers: int

    def compare(self, raw: bytes, answers: DnsAnswers, at: datetime, *, proven: bool) -> Compared: ...

    def read(self, raw: bytes, answers: DnsAnswers, at: datetime, *, proven: bool, before: bool) -> Reading: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a back-test works with. against_ledger: there is one rule set only, the one in force."""

    store: Store
    blobs: BlobStore
    clock: Clock
    resolver: Resolver
    comparer: Comparer
    lookup: LookupSettings
    order: Order
    policy: Policy
    scales: Scales
    against_ledger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Headway:
    """How far it is, for a progress bar."""

    done: int
    total: int
    counts: Mapping[Finding, int]
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A mail's comparison, and all that a second look needs."""

    mail: MailRecord
    then: Taken | None
    raw: bytes = b""
    answers: DnsAnswers = field(default_factory=lambda: MappingProxyType({}))
    compared: Compared | None = None
    trouble: str = ""

    @property
    def at(self) -> datetime:
        return self.mail.stored or self.mail.received or datetime.now(UTC)

    @property
    def proven(self) -> bool:
        return was_proven(self.then)


def backtest(
    bench: Bench,
    since: datetime,
    *,
    progress: Callable[[Headway], None] = lambda headway: None,
    stopped: Callable[[], bool] = lambda: False,
) -> BacktestReport:
    """Compare every mail that came since then; `stopped` is asked after each batch. Raises Temporary (the store)."""
    run = _Run(bench)
    ids = _ids(bench.store, since)
    started = time.perf_counter()
    done = 0
    for reads in run.batches(ids):
        for row in run.judge(reads):
            run.keep(row)
        done += len(reads)
        seconds = time.perf_counter() - started
        progress(Headway(done=done, total=len(ids), counts=dict(run.counts), rate=done / seconds if seconds else 0.0))
        if stopped():
            break
    return BacktestReport(
        counts=MappingProxyType({finding: run.counts[finding] for finding in Finding}),
        rows=tuple(run.rows),
        mails=done,
        seconds=time.perf_counter() - started,
        by_other_rule=run.by_other_rule,
        complete=done == len(ids),
    )


def _ids(store: Store, since: datetime) -> array[int]:
    """Mails that came since then and were looked at, latest first; eight bytes each."""
    ids = array("q")
    for mail in _pages(store):
        if mail.stored is not None and mail.stored < since:
            break
        if (mail.received or mail.stored or since) >= since and mail.status is not MailStatus.PENDING:
            ids.append(mail.id)
    return ids


def _pages(store: Store) -> Iterator[MailRecord]:
    before: int | None = None
    while True:
        with store.read() as uow:
            page = uow.mails.find(limit=PAGE, before=before)
        yield from page
        if len(page) < PAGE:
            return
        before = page[-1].id


class _Run:
    """One back-test under way."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.counts: Counter[Finding] = Counter()
        self.rows: list[BacktestRow] = []
        self.by_other_rule = 0

    def keep(self, row: BacktestRow) -> None:
        self.counts[row.finding] += 1
        if row.finding is Finding.SAME:
            self.by_other_rule += bool(row.before and row.after and row.before.rule != row.after.rule)
        elif self.counts[row.finding] <= MOST_ROWS:
            self.rows.append(row)

    def batches(self, ids: Sequence[int]) -> Iterator[list[_Read]]:
        """Compared mails, two batches in flight, so that the readers never wait for a decision."""
        flight: deque[list[Future[_Read]]] = deque()
        workers = max(1, min(self._bench.comparer.workers, len(ids) // MANY))
        with ThreadPoolExecutor(workers, thread_name_prefix="compare") as pool:
            try:
                for prepared in self._prepared(ids):
                    flight.append([pool.submit(self._compare, one) for one in prepared])
                    if len(flight) > 1:
                        yield [one.result() for one in flight.popleft()]
                while flight:
                    yield [one.result() for one in flight.popleft()]
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _prepared(self, ids: Sequence[int]) -> Iterator[list[_Read]]:
        """Batches of raw mails with the answers of DNS, which is asked once a batch."""
        for start in range(0, len(ids), BATCH):
            with self._bench.store.read() as uow:
                known = [(uow.mails.get(i), ledger_of(uow.decisions.of_mail(i))) for i in ids[start : start + BATCH]]
            batch: list[_Read] = []
            size = 0
            for mail, then in known:
                if batch and size + mail.size > BATCH_BYTES:
                    yield self._asked(batch)
                    batch, size = [], 0
                batch.append(self._fetched(mail, then))
                size += mail.size
            yield self._asked(batch)

    def _fetched(self, mail: MailRecord, then: Taken | None) -> _Read:
        raw = guard(lambda: self._bench.blobs.get(mail.sha256))
        if isinstance(raw, Trouble):
            return _Read(mail=mail, then=then, trouble=raw.what)
        return _Read(mail=mail, then=then, raw=raw)

    def _asked(self, batch: list[_Read]) -> list[_Read]:
        """Whoever the ledger says was proven need not be looked up again."""
        names = {one.mail.id: questions_of(one.raw) for one in batch if one.raw and not one.proven}
        every = {name for some in names.values() for name in some}
        answers = self._bench.resolver.txt(every) if every else {}
        mine = ({name: answers.get(name) for name in names.get(one.mail.id, ())} for one in batch)
        return [replace(one, answers=some) for one, some in zip(batch, mine, strict=True)]

    def _compare(self, one: _Read) -> _Read:
        if one.trouble:
            return one
        compare = self._bench.comparer.compare
        found = guard(lambda: compare(one.raw, one.answers, one.at, proven=one.proven), but=ConfigError)
        if isinstance(found, Trouble):
            return replace(one, trouble=found.what)
        return replace(one, compared=found)

    # -- judging ----------------------------------------------------------------------------------

    def judge(self, reads: Sequence[_Read]) -> Iterator[BacktestRow]:
        """A row for each mail; of those that read alike no fact is looked up."""
        for one in reads:
            row = guard(lambda one=one: self._judge(one))  # type: ignore[misc]
            yield _row(one, Finding.FAILED, why=(row.what,)) if isinstance(row, Trouble) else row

    def _judge(self, one: _Read) -> BacktestRow:
        if one.compared is None:
            return _row(one, Finding.FAILED, why=(one.trouble,))
        return self._by_ledger(one, one.compared) if self._bench.against_ledger else self._by_rules(one, one.compared)

    def _by_rules(self, one: _Read, compared: Compared) -> BacktestRow:
        scales = self._bench.scales
        if compared.before is None and not compared.rivals:
            return _row(one, Finding.SAME)
        with self._bench.store.read() as uow:
            before, after = self._decided(uow, one, before=True), self._decided(uow, one, before=False)
            staff = _assigned(uow, one.mail.id)
        found = changes(before, after)
        why = conflicts(before, after, scales, rivals=compared.rivals, staff=staff)
        finding = Finding.SAME
        if why:
            finding = Finding.CONFLICT
        elif after.certain and not before.certain:
            finding = Finding.NEW
        elif found:
            finding = Finding.CHANGED
        return replace(_row(one, finding, why=why), before=before, after=after, changes=found)

    def _by_ledger(self, one: _Read, compared: Compared) -> BacktestRow:
        """The rules in force against what was read then: facts of then and of now are not compared."""
        then, waits = one.then, one.mail.status is MailStatus.REVIEW
        now = _understood(compared)
        if then is None:
            return _row(one, Finding.SAME)
        found = changes(then, now, decided=False)
        if not found and not waits and not compared.rivals:
            return replace(_row(one, Finding.SAME), before=then, after=now)
        with self._bench.store.read() as uow:
            after = self._decided(uow, one, before=False)
            staff = _assigned(uow, one.mail.id)
        lost = then.kind not in UNSURE and after.kind in UNSURE
        judged = replace(then, action=Action.APPLY if lost else Action.REVIEW, cause=Cause.NONE)
        why = conflicts(judged, after, Scales(), rivals=compared.rivals, staff=staff) if found else compared.rivals
        row = replace(_row(one, Finding.SAME), before=then, after=after, changes=found)
        if why:
            return replace(row, finding=Finding.CONFLICT, why=why)
        if after.certain and not then.certain:
            return replace(row, finding=Finding.NEW if found else Finding.FACTS)
        return replace(row, finding=Finding.CHANGED) if found else row

    def _decided(self, uow: UnitOfWork, one: _Read, *, before: bool) -> Taken:
        """Read in full and decided on the facts of today, its payment proofs as they were read then."""
        bench = self._bench
        reading = bench.comparer.read(one.raw, one.answers, one.at, proven=one.proven, before=before)
        reading = replace(reading, receipts=tuple(seen.receipt for seen in uow.receipts.of_mail(one.mail.id)))
        facts = bench.order.gather(
            uow,
            reading,
            bench.lookup,
            bench.clock.now(),
            mail_id=one.mail.id,
            arrived=one.mail.received or one.mail.stored,
        )
        return taken(reading, bench.order.decide(reading, facts, bench.policy))


def taken(reading: Reading, decision: Decision) -> Taken:
    """The outcome of a mail. Its fields are those that were read."""
    main = reading.classification.main
    fields = MappingProxyType({name: field.value for name, field in main.fields.items()})
    return Taken(
        kind=decision.about.kind,
        rule=decision.about.rule,
        event=decision.about.event or "",
        fields=fields,
        action=decision.action,
        cause=decision.cause,
        transactions=decision.about.transactions,
    )


def _understood(compared: Compared) -> Taken:
    main = compared.after.main
    fields = MappingProxyType({name: field.value for name, field in main.fields.items()})
    return Taken(kind=main.kind, rule=main.rule, event=main.event or "", fields=fields)


def ledger_of(decisions: Sequence[Mapping[str, Any]]) -> Taken | None:
    """What was decided of a mail last, None for nothing. decisions: UnitOfWork.decisions.of_mail"""
    if not decisions:
        return None
    row = decisions[-1]
    return Taken(
        kind=Kind(row["kind"]),
        rule=row["rule"],
        event=row.get("event") or "",
        fields=MappingProxyType(dict(row.get("fields") or {})),
        action=Action(row["action"]),
        cause=Cause(row["cause"]),
        transactions=tuple(row.get("transactions") or ()),
    )


def was_proven(then: Taken | None) -> bool:
    """Whether the decision of that day rests on a provider who was proven to be it."""
    return then is not None and then.kind in _PROVIDERS and then.cause is not Cause.UNAUTHENTICATED


def _assigned(uow: UnitOfWork, mail_id: int) -> tuple[str, ...]:
    """What a librarian has assigned the mail to, and not taken back."""
    acts = [entry for entry in uow.journal.of_mail(mail_id) if entry.what == "act"]
    undone = max((place for place, entry in enumerate(acts) if entry.after == "undone"), default=-1)
    return tuple(entry.number for entry in acts[undone + 1 :] if entry.after == "assigned" and entry.number)


def _row(one: _Read, finding: Finding, *, why: tuple[str, ...] = ()) -> BacktestRow:
    mail = one.mail
    return BacktestRow(
        finding=finding,
        mail_id=mail.id,
        at=mail.received or mail.stored,
        sender=mail.sender,
        subject=mail.subject,
        then=one.then,
        why=why,
        waits=mail.status is MailStatus.REVIEW,
    )
