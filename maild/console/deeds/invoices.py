"""Invoices: hand in the issued file, send it again, correct, refuse, cancel, undo."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field

from maild.console.acts import Act, Amount, File, Id, Input, Line, Outcome
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.accounting.money import Money
from maild.domain.desk.access import Role

MOST_BYTES = 20_000_000
_BETWEEN = re.compile(r"[,，;；\s]+")


class OfInvoice(Input):
    invoice_id: Id
    note: Line = ""


class Issue(OfInvoice):
    """file: the issued invoice: PDF, OFD, XML or a ZIP of them (base64 in JSON)."""

    file: Annotated[File, Field(max_length=MOST_BYTES)]
    file_name: Line = "invoice.pdf"
    number: Annotated[str, Field(max_length=40)] = ""
    anyway: bool = False


class Amend(OfInvoice):
    title: Annotated[str | None, Field(max_length=500)] = None
    tax_number: Annotated[str | None, Field(max_length=100)] = None
    email: Annotated[str | None, Field(max_length=320)] = None
    amount: Amount | None = None
    transactions: Annotated[str | None, Field(max_length=2000)] = None


class End(Input):
    invoice_id: Id
    reason: Line
    quiet: bool = False


def _issue(desk: Desk, who: Who, asked: Issue) -> Outcome:
    name = Path(asked.file_name).name
    result = desk.services.invoice_acts.issue(
        asked.invoice_id, asked.file, name, actor=who.name, number=asked.number, anyway=asked.anyway, note=asked.note
    )
    return Outcome.of(result)


def _send(desk: Desk, who: Who, asked: OfInvoice) -> Outcome:
    return Outcome.of(desk.services.invoice_acts.send(asked.invoice_id, actor=who.name, note=asked.note))


def _amend(desk: Desk, who: Who, asked: Amend) -> Outcome:
    numbers = None if asked.transactions is None else [n for n in _BETWEEN.split(asked.transactions) if n]
    amount = Money.of(str(asked.amount)) if asked.amount is not None else None
    return Outcome.of(
        desk.services.invoice_acts.amend(
            asked.invoice_id,
            actor=who.name,
            title=asked.title,
            tax_number=asked.tax_number,
            email=asked.email,
            amount=amount,
            transactions=numbers,
            note=asked.note,
        )
    )


def _refuse(desk: Desk, who: Who, asked: End) -> Outcome:
    return Outcome.of(
        desk.services.invoice_acts.refuse(asked.invoice_id, reason=asked.reason, actor=who.name, tell=not asked.quiet)
    )


def _cancel(desk: Desk, who: Who, asked: End) -> Outcome:
    return Outcome.of(desk.services.invoice_acts.cancel(asked.invoice_id, reason=asked.reason, actor=who.name))


def _undo(desk: Desk, who: Who, asked: OfInvoice) -> Outcome:
    return Outcome.of(desk.services.invoice_acts.undo(asked.invoice_id, actor=who.name))


ACTS = (
    Act(
        name="invoices.issue",
        path="/invoices/{invoice_id:int}/issue",
        role=Role.LIBRARIAN,
        input=Issue,
        run=_issue,
        slow=True,
        summary="Hand in the issued invoice: it is compared with the request, kept, and sent to the patron.",
    ),
    Act(
        name="invoices.send",
        path="/invoices/{invoice_id:int}/send",
        role=Role.LIBRARIAN,
        input=OfInvoice,
        run=_send,
        summary="Send the issued file once more.",
    ),
    Act(
        name="invoices.amend",
        path="/invoices/{invoice_id:int}/amend",
        role=Role.LIBRARIAN,
        input=Amend,
        run=_amend,
        summary="Correct a request before it is issued.",
    ),
    Act(
        name="invoices.refuse",
        path="/invoices/{invoice_id:int}/refuse",
        role=Role.LIBRARIAN,
        input=End,
        run=_refuse,
        summary="Refuse a request; the patron is told the reason.",
    ),
    Act(
        name="invoices.cancel",
        path="/invoices/{invoice_id:int}/cancel",
        role=Role.LIBRARIAN,
        input=End,
        run=_cancel,
        summary="End a request, or an invoice that was taken back in the tax system.",
    ),
    Act(
        name="invoices.undo",
        path="/invoices/{invoice_id:int}/undo",
        role=Role.LIBRARIAN,
        input=OfInvoice,
        run=_undo,
        summary="Take the last act back, unless its notice has left the house.",
    ),
)
