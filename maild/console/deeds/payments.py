"""Payments: confirm, reject, take back; whose a statement line is; a statement handed in; all of it looked at anew."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from maild.config import said
from maild.console import SAY
from maild.console.acts import Act, File, Input, Line, Outcome
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.accounting.channel import Channel, proven
from maild.domain.desk.access import Role
from maild.domain.errors import ConfigError, MaildError, Permanent
from maild.office.acting.result import ActResult
from maild.office.books.statements import StatementReport, import_statement

Key = Annotated[str, Field(min_length=1, max_length=300)]
MOST_BYTES = 20_000_000
_UNSAFE = re.compile(r"[^\w.\-]+")
_BETWEEN = re.compile(r"[,，;；\s]+")


class ConfirmSeveral(Input):
    """claims: of which the proof says how each was paid."""

    claims: Annotated[tuple[Key, ...], Field(min_length=1, max_length=200)]
    note: Line = ""


class Allocate(Input):
    line: Key
    transactions: Line = ""
    patron_id: Line = ""
    note: Line = ""


class PaidOut(Input):
    """line: the statement's line by which it left, '' where none says so."""

    refund: Key
    channel: Channel = Channel.BANK
    line: Line = ""
    note: Line = ""


class Statement(Input):
    """file: the export, as the bank or payment service gave it (base64 in JSON)."""

    file: Annotated[File, Field(max_length=MOST_BYTES)]
    file_name: Line = "statement.csv"
    format: Line = ""
    dry_run: bool = False


class Nothing(Input):
    """No fields."""


def _confirm_several(desk: Desk, who: Who, asked: ConfirmSeveral) -> Outcome:
    """Each by itself, as its proof says how: what is refused keeps none of the others back."""
    done: list[ActResult] = []
    refused: dict[str, MaildError] = {}
    for claim in dict.fromkeys(asked.claims):
        try:
            with desk.services.store.read() as uow:
                seen = uow.receipts.of_claims([claim]).get(claim, ())
            if proven(one.receipt for one in seen) is None:
                raise Permanent(SAY("no_proof_says_how"), remedy=SAY("confirm_by_itself"))
            done.append(desk.services.books.confirm(claim, actor=who.name, note=asked.note))
        except MaildError as error:
            refused[claim] = error
    if refused and not done:
        raise next(iter(refused.values()))
    if refused:
        said = SAY("some_confirmed", count=len(done), more=len(refused), why=next(iter(refused.values())).what)
    else:
        said = SAY("confirmed", count=len(done))
    return Outcome(
        done=said,
        transactions=tuple(number for one in done for number in one.transactions),
        outbox=tuple(entry for one in done for entry in one.outbox),
        data={"refused": {claim: error.what for claim, error in refused.items()}},
    )


def _allocate(desk: Desk, who: Who, asked: Allocate) -> Outcome:
    numbers = [number for number in _BETWEEN.split(asked.transactions) if number]
    done = desk.services.reconciler.allocate(
        asked.line, actor=who.name, transactions=numbers, patron_id=asked.patron_id, note=asked.note
    )
    paid = ", ".join(done.transactions) or "the deposit"
    return Outcome(
        done=SAY("money_goes", amount=done.line.amount, line=asked.line, name=done.patron_id, numbers=paid),
        transactions=done.transactions,
    )


def _paid_out(desk: Desk, who: Who, asked: PaidOut) -> Outcome:
    """By a statement's line where one is named, else by the librarian's word."""
    if not asked.line:
        return Outcome.of(
            desk.services.books.paid_out(asked.refund, actor=who.name, channel=asked.channel, note=asked.note)
        )
    done = desk.services.reconciler.pay_out(asked.line, asked.refund, actor=who.name, note=asked.note)
    return Outcome(done=SAY("paid_out_by", refund=done.refund.key, amount=done.refund.amount, line=asked.line))


def _statement(desk: Desk, who: Who, asked: Statement) -> Outcome:
    """The file is read as the command reads it; it is gone afterwards, its lines stay."""
    services = desk.services
    office = services.settings.office
    name = _UNSAFE.sub("_", Path(asked.file_name).name)[-100:].lstrip(".") or "statement.csv"
    with tempfile.TemporaryDirectory(prefix="maild-statement-") as folder:
        path = Path(folder) / name
        path.write_bytes(asked.file)
        try:
            report = import_statement(
                services.store,
                path,
                services.clock,
                services.reconciler,
                services.statement_formats,
                ZoneInfo(office.timezone),
                name=asked.format,
                accounts=tuple(filter(None, [said(office.bank_account)])),
                dry_run=asked.dry_run,
                reader=services.sheets.read,
            )
        except ConfigError as error:  # of the file, not of the configuration
            raise Permanent(error.what.replace(str(path), name), remedy=error.remedy) from error
    return Outcome(done=_told(name, report), data=_figures(report))


def _figures(report: StatementReport) -> dict[str, object]:
    return {
        "lines": len(report.lines),
        "new": report.new,
        "known": report.known,
        "refused": len(report.errors),
        "confirmed": len(report.turn.confirmed),
        "unclaimed": len(report.turn.doubts),
        "claims_open": len(report.turn.claims),
        "paid_out": len(report.turn.paid_out),
        "dry_run": report.dry_run,
        "faults": [{"row": fault.row, "what": fault.what} for fault in report.errors],
    }


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


def _reconcile(desk: Desk, who: Who, asked: Nothing) -> Outcome:
    turn = desk.services.reconciler.run_once()
    done = SAY("reconciled", confirmed=len(turn.confirmed), doubts=len(turn.doubts), claims=len(turn.claims))
    return Outcome(done=done, transactions=tuple(n for each in turn.confirmed for n in each.transactions))


ACTS = (
    Act(
        name="payments.confirm_several",
        path="/payments/confirm-several",
        role=Role.LIBRARIAN,
        input=ConfirmSeveral,
        run=_confirm_several,
        summary="The money of several claims is there, each as its proof says.",
    ),
    Act(
        name="payments.allocate",
        path="/payments/allocate",
        role=Role.LIBRARIAN,
        input=Allocate,
        run=_allocate,
        summary="Say whose money a statement line is.",
    ),
    Act(
        name="payments.paid_out",
        path="/payments/paid-out",
        role=Role.LIBRARIAN,
        input=PaidOut,
        run=_paid_out,
        summary="A refund has left us, by a statement's line or by the librarian's word.",
    ),
    Act(
        name="payments.statement",
        path="/payments/statements",
        role=Role.LIBRARIAN,
        input=Statement,
        run=_statement,
        slow=True,
        summary="Hand in a statement: its lines are kept once, and the claims they prove confirmed.",
    ),
    Act(
        name="payments.reconcile",
        path="/payments/reconcile",
        role=Role.LIBRARIAN,
        input=Nothing,
        run=_reconcile,
        summary="Look at all open lines and claims once more.",
    ),
)
