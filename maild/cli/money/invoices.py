"""maild invoices: what patrons ask for, and the issued files on their way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import show
from maild.cli.context import services
from maild.cli.made import Limit, noun
from maild.domain.accounting.invoice import InvoiceState
from maild.domain.desk.rows import COMMAND
from maild.domain.errors import NotFound

if TYPE_CHECKING:
    from maild.domain.records.journal import JournalEntry
    from maild.office.acting.result import ActResult

app = typer.Typer(help="Invoices (发票): asked for, issued, sent.", no_args_is_help=True, cls=noun("invoices"))
Id = Annotated[int, typer.Argument(help="Number of the request, as `maild invoices list` shows it.")]
Note = Annotated[str, typer.Option("--note", help="Why; kept in the history.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]


@app.command("list")
def list_(
    state: Annotated[InvoiceState | None, typer.Option(help="Only this state.")] = None,
    patron: Annotated[str, typer.Option(help="Only this patron's (patron id).")] = "",
    number: Annotated[str, typer.Option(help="Only the invoice with this number (20 digits).")] = "",
    limit: Limit = 100,
) -> None:
    """List requests for invoices, newest first."""
    with services() as made, made.store.read() as uow:
        found = uow.invoices.find(state=state, patron_id=patron, number=number, limit=limit)
    columns = ("id", "state", "patron_id", "title", "tax_number", "amount", "number", "warnings")
    show.table(map(COMMAND.invoice, found), columns, empty="no invoices")


@app.command("show")
def show_(invoice_id: Id) -> None:
    """Show a request with its history."""
    with services() as made, made.store.read() as uow:
        found = uow.invoices.get(invoice_id)
        if found is None:
            raise NotFound(f"no invoice {invoice_id}", remedy="maild invoices list")
        lines = uow.journal.of_mail(found.mail_id) if found.mail_id is not None else []
    history: list[JournalEntry] = [line for line in lines if line.what == "invoice"]
    show.one({**COMMAND.invoice(found), "history": [COMMAND.event(line) for line in history]}, show.timeline(history))


def _done(result: ActResult) -> None:
    show.done(result.done, transactions=result.transactions, outbox=result.outbox)
