"""Patrons and transactions from files: good rows go in, bad ones are listed, and a second run changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from maild.domain.records.journal import JournalEntry
from maild.domain.records.privacy import Sort
from maild.domain.requests.lifecycle import RANK
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.office.imports import SAY
from maild.office.imports.import_books import RowError, against_books, reopened
from maild.office.imports.import_values import (
    BadValue,
    addresses,
    amount,
    choice,
    day_of,
    fold,
    key,
    moment,
    plain,
    yes_no,
)
from maild.office.imports.import_words import (
    NOTHING,
    PATRON_COLUMNS,
    REQUIRED_PATRON,
    REQUIRED_TRANSACTION,
    TRANSACTION_COLUMNS,
)
from maild.office.imports.sheets import Said, Sheet, columns_of, table_from, values_of
from maild.office.payments.opening import open_moved
from maild.ports import Clock
from maild.store.tabular import Row, Table

if TYPE_CHECKING:
    from maild.store.uow import Store, UnitOfWork

BATCH = 500  # rows a database transaction
ACTOR = "import"
CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"
Progress = Callable[[int, int], None]  # rows done, rows in all
T = TypeVar("T", Patron, Transaction)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do. became: what each row came to, by its line, but for those that were left out;
    warnings: rows that somebody should look at: they went in, or are about people who were erased.
    """

    became: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    ignored_columns: tuple[str, ...] = ()

    @property
    def created(self) -> int:
        return self.how_many(CREATED)

    @property
    def changed(self) -> int:
        return self.how_many(CHANGED)

    @property
    def unchanged(self) -> int:
        return self.how_many(UNCHANGED)

    def how_many(self, word: str) -> int:
        """Rows that came to that."""
        return sum(became == word for became in self.became.values())


def import_patrons(
    store: Store, rows: Path | Table, clock: Clock, dry_run: bool = False, progress: Progress | None = None
) -> ImportReport:
    """Create or update patrons. Raises ConfigError if the file as a whole cannot be used."""
    return _run(store, rows, clock, _Patrons(), dry_run, progress)


def import_transactions(
    store: Store,
    rows: Path | Table,
    clock: Clock,
    dry_run: bool = False,
    progress: Progress | None = None,
    *,
    timezone: str = "Asia/Shanghai",
    actor: str = ACTOR,
    reopen: bool = True,
) -> ImportReport:
    """Create or update transactions; times without a zone are meant in `timezone`. Raises ConfigError. reopen: a row
    may take back what is over: a closed or cancelled request, a fee that is paid or waived.
    """
    return _run(store, rows, clock, _Transactions(ZoneInfo(timezone), actor, reopen=reopen), dry_run, progress)


class _Kind(Sheet, Protocol[T]):
    """What the importer needs to know of patrons or transactions."""

    identity: str

    def known(self, uow: UnitOfWork, ids: Sequence[str]) -> dict[str, T]: ...
    def merge(self, said: Said, known: T | None) -> T: ...
    def patrons(self, items: Sequence[tuple[int, T]]) -> Iterator[tuple[int, str]]:
        """Line, and the id of the patron that it is about."""
        ...

    def check(self, uow: UnitOfWork, items: Sequence[tuple[int, T]], known: Mapping[str, T]) -> Iterator[RowError]: ...
    def notes(self, line: int, new: T, known: T | None, now: datetime) -> tuple[list[JournalEntry], list[RowError]]: ...
    def write(self, uow: UnitOfWork, items: Sequence[T], now: datetime) -> None: ...


class _Patrons:
    columns = PATRON_COLUMNS
    required = REQUIRED_PATRON
    identity = "patron_id"

    def value(self, column: str, text: str) -> object:
        if column == "patron_id":
            return key(text)
        if column in ("kind", "language", "honorific", "delivery"):
            return choice(column, text)
        if column == "emails" and fold(text) in NOTHING:
            return ()
        if column == "emails":
            return tuple(PatronAddress(address=address) for address in addresses(text)) or None
        value = plain(text)
        if column == "name" and not value:
            raise BadValue(SAY("name_missing"), SAY("fill_in"))
        return value or None

    def known(self, uow: UnitOfWork, ids: Sequence[str]) -> dict[str, Patron]:
        return {patron.patron_id: patron for patron in uow.patrons.get_many(ids)}

    def merge(self, said: Said, known: Patron | None) -> Patron:
        if known is None:
            return Patron(**said)
        bounced = {email.address: email for email in known.emails}
        merged = replace(known, **said)
        return replace(merged, emails=tuple(bounced.get(email.address, email) for email in merged.emails))

    def patrons(self, items: Sequence[tuple[int, Patron]]) -> Iterator[tuple[int, str]]:
        return ((line, item.patron_id) for line, item in items)

    def check(
        self, uow: UnitOfWork, items: Sequence[tuple[int, Patron]], known: Mapping[str, Patron]
    ) -> Iterator[RowError]:
        return iter(())

    def notes(
        self, line: int, new: Patron, known: Patron | None, now: datetime
    ) -> tuple[list[JournalEntry], list[RowError]]:
        return [], []

    def write(self, uow: UnitOfWork, items: Sequence[Patron], now: datetime) -> None:
        uow.patrons.upsert(items, now)


class _Transactions:
    columns = TRANSACTION_COLUMNS
    required = REQUIRED_TRANSACTION
    identity = "number"

    def __init__(self, zone: tzinfo, actor: str, *, reopen: bool) -> None:
        self._zone, self._actor, self._reopen = zone, actor, reopen

    def value(self, column: str, text: str) -> object:
        if column in ("number", "patron_id"):
            return key(text)
        if column in ("service", "state", "payment_state"):
            return choice(column, text)
        if column in ("total", "subsidy", "payable"):
            return amount(text)
        if column == "rush":
            return yes_no(text)
        if column == "submitted":
            return moment(text, self._zone)
        return day_of(text) if column == "due" else plain(text) or None

    def known(self, uow: UnitOfWork, ids: Sequence[str]) -> dict[str, Transaction]:
        return {known.number: known for known in uow.transactions.get_many(ids, for_update=True)}

    def merge(self, said: Said, known: Transaction | None) -> Transaction:
        return replace(known, **said) if known else Transaction(**said)

    def patrons(self, items: Sequence[tuple[int, Transaction]]) -> Iterator[tuple[int, str]]:
        return ((line, item.patron_id) for line, item in items)

    def check(
        self, uow: UnitOfWork, items: Sequence[tuple[int, Transaction]], known: Mapping[str, Transaction]
    ) -> Iterator[RowError]:
        """Every transaction belongs to a patron that is known, and to the one whom the books charged."""
        patrons = {p.patron_id for p in uow.patrons.get_many([item.patron_id for _, item in items])}
        for line, item in items:
            if item.patron_id not in patrons:
                what = SAY("no_patron", patron=repr(item.patron_id))
                yield RowError(line=line, column="patron_id", what=what, remedy=SAY("import_patrons_first"))
        if not self._reopen:
            yield from reopened(items, known)
        changed = [(line, item) for line, item in items if item != known.get(item.number)]
        yield from against_books(changed, known, uow.ledger.standing([item.number for _, item in changed]))

    def notes(
        self, line: int, new: Transaction, known: Transaction | None, now: datetime
    ) -> tuple[list[JournalEntry], list[RowError]]:
        """A state never changes silently: a line of history each, and a warning where it goes backwards."""
        history, warnings = [], []
        back = known is not None and RANK[new.state] < RANK[known.state]
        for column in ("state", "payment_state"):
            before, after = getattr(known, column, ""), getattr(new, column)
            if before != after and (column == "state" or known is not None):
                reasons: tuple[str, ...] = (SAY("line", line=line),)
                if back and column == "state":
                    what = SAY("moved_back", number=new.number, before=before, after=after)
                    reasons = (*reasons, SAY("moves_backwards"))
                    warnings.append(RowError(line=line, column=column, what=what, remedy=SAY("check_which")))
                history.append(
                    JournalEntry(
                        what="import",
                        at=now,
                        actor=self._actor,
                        number=new.number,
                        before=str(before),
                        after=str(after),
                        reasons=reasons,
                        data={"field": column},
                    )
                )
        return history, warnings

    def write(self, uow: UnitOfWork, items: Sequence[Transaction], now: datetime) -> None:
        uow.transactions.upsert(items, now)
        open_moved(uow, items, now, actor=self._actor)


@dataclass(slots=True)
class _Batch(Generic[T]):
    """What became of some rows."""

    became: dict[int, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)


def _run(
    store: Store, source: Path | Table, clock: Clock, kind: _Kind[T], dry_run: bool, progress: Progress | None
) -> ImportReport:
    table = table_from(source)
    names, ignored = columns_of(source, table, kind)
    errors: list[RowError] = []
    said = [(line, values) for line, values in _read(table.rows, names, kind, errors)]
    batches = []
    for start in range(0, len(said), BATCH):
        some = said[start : start + BATCH]
        if dry_run:
            with store.read() as uow:
                batches.append(_import(uow, some, kind, clock.now(), dry_run=True))
        else:
            with store.begin() as uow:
                batches.append(_import(uow, some, kind, clock.now(), dry_run=False))
        if progress:
            progress(start + len(some), len(said))
    errors += [error for batch in batches for error in batch.errors]
    return ImportReport(
        became={line: word for batch in batches for line, word in batch.became.items()},
        errors=tuple(sorted(errors, key=lambda error: error.line)),
        warnings=tuple(warning for batch in batches for warning in batch.warnings),
        ignored_columns=ignored,
    )


def _read(
    rows: Sequence[Row], names: Mapping[str, str], kind: _Kind[T], errors: list[RowError]
) -> Iterator[tuple[int, Said]]:
    """What each good row says; what is wrong with the others goes to `errors`."""
    seen: dict[str, int] = {}
    for row in rows:
        said, faults = values_of(row, names, kind)
        identity = said.get(kind.identity)
        if not faults and identity in seen:
            what = SAY("twice", what=kind.identity, id=repr(identity), line=seen[identity])
            faults = [RowError(line=row.line, column=kind.identity, what=what, remedy=SAY("keep_one"))]
        if faults:
            errors += faults
            continue
        seen[str(identity)] = row.line
        yield row.line, said


def _erased(uow: UnitOfWork, patrons: Sequence[tuple[int, str]]) -> list[RowError]:
    """Rows about who was erased: another system still has the person, and must not bring the person back."""
    gone = uow.erasures.known(Sort.PATRON, [patron_id for _, patron_id in patrons])
    return [
        RowError(
            line=line,
            column="patron_id",
            what=SAY("was_erased", patron_id=patron_id),
            remedy=SAY("readmit", patron_id=patron_id),
        )
        for line, patron_id in patrons
        if patron_id in gone
    ]


def _import(
    uow: UnitOfWork, rows: Sequence[tuple[int, Said]], kind: _Kind[T], now: datetime, *, dry_run: bool
) -> _Batch[T]:
    """Compare with what is known, and write what differs."""
    batch: _Batch[T] = _Batch()
    known = kind.known(uow, [said[kind.identity] for _, said in rows])
    items = [(line, kind.merge(said, known.get(said[kind.identity]))) for line, said in rows]
    batch.warnings += _erased(uow, list(kind.patrons(items)))
    passed = {warning.line for warning in batch.warnings}
    batch.errors = list(kind.check(uow, [(line, item) for line, item in items if line not in passed], known))
    refused = passed | {error.line for error in batch.errors}
    writes: list[T] = []
    history: list[JournalEntry] = []
    for line, item in items:
        before = known.get(getattr(item, kind.identity))
        if line in refused:
            continue
        if item == before:
            batch.became[line] = UNCHANGED
            continue
        batch.became[line] = CREATED if before is None else CHANGED
        lines, warnings = kind.notes(line, item, before, now)
        writes.append(item)
        history += lines
        batch.warnings += warnings
    if writes and not dry_run:
        kind.write(uow, writes, now)
        uow.journal.add(history)
    return batch
