"""Statements come in: lines are kept once each, put to use, and told of in a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import Temporary
from maild.office.books import SAY
from maild.office.books.reconcile import Reconciler, Turn
from maild.office.books.statement_formats import Fault, StatementFormat, read_statement
from maild.ports import Clock
from maild.store.accounting.statement_tables import Reader

if TYPE_CHECKING:
    from maild.store.uow import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReport:
    """What an import did, or (dry_run) would have done. `known`: lines that came before."""

    file: str
    format: StatementFormat
    lines: tuple[StatementLine, ...]
    new: int
    known: int
    faults: tuple[Fault, ...]
    turn: Turn
    at: datetime
    dry_run: bool = False

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Rows that could not be taken."""
        return tuple(fault for fault in self.faults if not fault.skipped)

    def figures(self) -> dict[str, int]:
        """Lines, claims and refunds, counted."""
        return {
            "lines": len(self.lines),
            "new": self.new,
            "known": self.known,
            "refused": len(self.errors),
            "skipped": len(self.faults) - len(self.errors),
            "confirmed": len(self.turn.confirmed),
            "unclaimed": len(self.turn.doubts),
            "claims_open": len(self.turn.claims),
            "paid_out": len(self.turn.paid_out),
        }


class _DryRunError(Exception):
    """Ends the transaction of a dry run, so that nothing of it stays."""


def _stay(dry_run: bool) -> None:
    if dry_run:
        raise _DryRunError


def import_statement(
    store: Store,
    path: Path,
    clock: Clock,
    reconciler: Reconciler,
    formats: Mapping[str, StatementFormat],
    zone: tzinfo,
    *,
    name: str = "",
    accounts: Sequence[str] = (),
    dry_run: bool = False,
    reader: Reader | None = None,
) -> StatementReport:
    """Keep the lines that are new and reconcile, in one transaction. Raises ConfigError where the file is unusable.

    accounts  ours: lines of another account are left out
    reader    takes the file apart, in another process
    """
    found = read_statement(path, formats, zone, name=name, accounts=accounts, reader=reader)
    now = clock.now()
    report: StatementReport | None = None
    try:
        with store.begin() as uow:
            new = uow.statements.add(found.lines, now)
            report = StatementReport(
                file=str(path),
                format=found.format,
                lines=found.lines,
                new=len(new),
                known=len(found.lines) - len(new),
                faults=found.faults,
                turn=reconciler.turn(uow),
                at=now,
                dry_run=dry_run,
            )
            _stay(dry_run)
    except _DryRunError:
        pass
    if report is None:
        raise Temporary(SAY("not_imported"))
    return report
