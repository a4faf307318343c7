"""What staff do with statements: one handed in, whose money a line is, which refund one paid, all looked at anew."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from maild.domain.accounting.channel import Channel
from maild.domain.errors import ConfigError, Permanent
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, Line, Listed, act
from maild.office.acting.result import ActResult, Apart
from maild.office.books import SAY
from maild.office.books.statements import StatementReport, import_statement

if TYPE_CHECKING:
    from maild.office.books.acts_books import BookActs
    from maild.office.books.reconcile import Reconciler
    from maild.office.books.statement_formats import StatementFormat
    from maild.ports import Clock
    from maild.store.accounting.statement_tables import Reader
    from maild.store.uow import Store

Key = Annotated[str, Given(least=1, most=300, word=True)]
Why = Annotated[Line, Given(help="Why.")]
NO_NUMBERS = Listed()
MOST_BYTES = 20_000_000
_UNSAFE = re.compile(r"[^\w.\-]+")


class StatementActs:
    """Raises NotFound, Permanent (with the reason), StaleVersion where others act at the same time.

    formats   those in force, read when a statement is; accounts: ours, lines of others are left out
    reader    takes files apart, in another process
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        reconciler: Reconciler,
        books: BookActs,
        *,
        formats: Callable[[], Mapping[str, StatementFormat]],
        timezone: str,
        accounts: Sequence[str],
        reader: Reader,
    ) -> None:
        self._store, self._clock, self._reconciler, self._books = store, clock, reconciler, books
        self._formats, self._zone, self._accounts, self._reader = formats, ZoneInfo(timezone), accounts, reader

    @act("payments.allocate", "/payments/allocate", command="reconcile allocate")
    def allocate(
        self,
        line: Annotated[Key, Given(help="The statement line, as the report names it.")],
        *,
        actor: str,
        transactions: Annotated[Listed, Given(help="Numbers it pays, comma-separated.", most=500)] = NO_NUMBERS,
        patron_id: Annotated[
            Line, Given(help="Whose money it is; what no fee takes is deposit.", option="patron")
        ] = "",
        note: Why = "",
    ) -> ActResult:
        """Say whose money a statement line is."""
        done = self._reconciler.allocate(line, actor=actor, transactions=transactions, patron_id=patron_id, note=note)
        paid = ", ".join(done.transactions) or COMMON("the_deposit")
        return ActResult(
            done=SAY("money_goes", amount=done.line.amount, line=line, name=done.patron_id, numbers=paid),
            transactions=done.transactions,
            data={"patron": done.patron_id},
        )

    @act("payments.paid_out", "/payments/paid-out", command="deposit paid-out")
    def paid_out(
        self,
        refund: Annotated[Key, Given(help="Key of the refund, as `deposit refunds` shows it.")],
        *,
        actor: str,
        channel: Annotated[Channel, Given(help="How it was paid out.")] = Channel.BANK,
        line: Annotated[Line, Given(help="The statement's line by which it left.", form=True)] = "",
        note: Annotated[Line, Given(help="Kept in the books.")] = "",
    ) -> ActResult:
        """A refund has left us, by a statement's line or by the librarian's word.

        A statement that says so later takes this word's place.
        """
        if line:
            return self.pay_out(line, refund, actor=actor, note=note)
        return self._books.paid_out(refund, actor=actor, channel=channel, note=note)

    @act("payments.pay_out", command="reconcile pay-out")
    def pay_out(
        self,
        line: Annotated[Key, Given(help="The statement line by which money went out.")],
        refund: Annotated[Key, Given(help="The refund, as `maild deposit refunds` shows it.")],
        *,
        actor: str,
        note: Why = "",
    ) -> ActResult:
        """Say which refund an outgoing line paid."""
        done = self._reconciler.pay_out(line, refund, actor=actor, note=note).refund
        return Apart(
            done=SAY("paid_out_by_line", refund=done.key, amount=done.amount, line=line),
            data={"patron": done.patron_id},
        )

    @act("payments.statement", "/payments/statements", command=None, slow=True)
    def hand_in(
        self,
        file: Annotated[bytes, Given(most=MOST_BYTES)],
        *,
        file_name: Line = "statement.csv",
        format: Line = "",
        dry_run: bool = False,
    ) -> ActResult:
        """Hand in a statement: its lines are kept once, and the claims they prove confirmed.

        The file is read as the command reads it; it is gone afterwards, its lines stay. Raises Permanent where it is
        unusable.
        """
        name = _UNSAFE.sub("_", Path(file_name).name)[-100:].lstrip(".") or "statement.csv"
        with tempfile.TemporaryDirectory(prefix="maild-statement-") as folder:
            path = Path(folder) / name
            path.write_bytes(file)
            try:
                report = self.taken(path, format=format, dry_run=dry_run)
            except ConfigError as error:  # of the file, not of the configuration
                raise Permanent(error.what.replace(str(path), name), remedy=error.remedy) from error
        faults = [{"row": fault.row, "what": fault.what} for fault in report.errors]
        figures = report.figures()
        del figures["skipped"]
        return ActResult(done=_told(name, report), data={**figures, "dry_run": dry_run, "faults": faults})

    def taken(self, path: Path, *, format: str, dry_run: bool) -> StatementReport:
        """Take a statement in, as `import_statement` does, in this office's formats. Raises ConfigError."""
        return import_statement(
            self._store,
            path,
            self._clock,
            self._reconciler,
            self._formats(),
            self._zone,
            name=format,
            accounts=self._accounts,
            dry_run=dry_run,
            reader=self._reader,
        )

    @act("payments.reconcile", "/payments/reconcile", command=None)
    def reconcile(self) -> ActResult:
        """Look at all open lines and claims once more."""
        turn = self._reconciler.run_once()
        return ActResult(
            done=SAY("reconciled", confirmed=len(turn.confirmed), doubts=len(turn.doubts), claims=len(turn.claims)),
            transactions=tuple(number for each in turn.confirmed for number in each.transactions),
        )


def _told(name: str, report: StatementReport) -> str:
    turn = report.turn
    said = SAY(
        "statement",
        name=name,
        lines=len(report.lines),
        new=report.new,
        confirmed=len(turn.confirmed),
        doubts=len(turn.doubts),
        claims=len(turn.claims),
    )
    if report.errors:
        first = report.errors[0]
        said = SAY("statement_refused", said=said, count=len(report.errors), row=first.row, why=first.what)
    return SAY("nothing_written", said=said) if report.dry_run else said
