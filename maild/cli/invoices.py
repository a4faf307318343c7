"""maild invoices: what patrons ask for, and the issued files on their way to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import rows, show
from maild.cli.context import actor, services
from maild.cli.transactions import timeline
from maild.domain.accounting.invoice import InvoiceState
from maild.domain.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from maild.domain.records.journal import JournalEntry
    from maild.office.acting.result import ActResult

app = typer.Typer(help="Invoices (发票): asked for, issued, sent.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="Number of the request, as `maild invoices list` shows it.")]
As = Annotated[str, typer.Option("--as", help="Who acts; default: the account that runs this.")]
Note = Annotated[str, typer.Option("--note", help="Why; kept in the history.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]


@app.command("list")
def list_(
    state: Annotated[InvoiceState | None, typer.Option(help="Only this state.")] = None,
    patron: Annotated[str, typer.Option(help="Only this patron's (patron id).")] = "",
    number: Annotated[str, typer.Option(help="Only the invoice with this number (20 digits).")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
) -> None:
    """List requests for invoices, newest first."""
    with services() as made, made.store.read() as uow:
        found = uow.invoices.find(state=state, patron_id=patron, number=number, limit=limit)
    columns = ("id", "state", "patron_id", "title", "tax_number", "amount", "number", "warnings")
    show.table(map(rows.invoice, found), columns, empty="no invoices")


@app.command("show")
def show_(invoice_id: Id) -> None:
    """Show a request with its history."""
    with services() as made, made.store.read() as uow:
        found = uow.invoices.get(invoice_id)
        if found is None:
            raise NotFound(f"no invoice {invoice_id}", remedy="maild invoices list")
        lines = uow.journal.of_mail(found.mail_id) if found.mail_id is not None else []
    history: list[JournalEntry] = [line for line in lines if line.what == "invoice"]
    show.one({**rows.invoice(found), "history": [rows.event(line) for line in history]}, timeline(history))


@app.command("issue")
def issue(
    invoice_id: Id,
    file: Annotated[Path, typer.Option(help="The issued invoice: PDF, OFD, XML, or a ZIP of them.")],
    number: Annotated[str, typer.Option(help="Its number, where the file does not say it.")] = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="Though it differs from the request; needs --note.")] = False,
    note: Note = "",
    who: As = "",
) -> None:
    """Hand in the issued invoice: it is compared with the request, kept, and sent to the patron."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"--file: {error.strerror}: {file}", remedy="name a file that can be read") from error
    with services() as made:
        result = made.invoice_acts.issue(
            invoice_id, content, file.name, actor=actor(who), number=number, anyway=anyway, note=note
        )
    _done(result)


@app.command("send")
def send(invoice_id: Id, note: Note = "", who: As = "") -> None:
    """Send the issued file (once more)."""
    with services() as made:
        _done(made.invoice_acts.send(invoice_id, actor=actor(who), note=note))


@app.command("amend")
def amend(
    invoice_id: Id,
    title: Annotated[str | None, typer.Option(help="抬头, or a person's name.")] = None,
    tax_number: Annotated[str | None, typer.Option(help="税号; '' for none.")] = None,
    email: Annotated[str | None, typer.Option(help="Where the invoice is sent.")] = None,
    amount: Annotated[str | None, typer.Option(help="Amount including tax, in CNY.")] = None,
    transaction: Annotated[list[str] | None, typer.Option(help="What it is for; may be repeated.")] = None,
    note: Note = "",
    who: As = "",
) -> None:
    """Correct a request before it is issued."""
    from maild.domain.accounting.money import Money

    try:
        money = Money.of(amount) if amount else None
    except ValueError as error:
        raise ConfigError(f"--amount: {error}", remedy="write it like 42.50") from error
    with services() as made:
        result = made.invoice_acts.amend(
            invoice_id,
            actor=actor(who),
            title=title,
            tax_number=tax_number,
            email=email,
            amount=money,
            transactions=transaction or None,
            note=note,
        )
    _done(result)


@app.command("refuse")
def refuse(
    invoice_id: Id,
    reason: Reason,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not write to the patron.")] = False,
    who: As = "",
) -> None:
    """Refuse a request; the patron is told the reason in these words."""
    with services() as made:
        _done(made.invoice_acts.refuse(invoice_id, reason=reason, actor=actor(who), tell=not quiet))


@app.command("cancel")
def cancel(invoice_id: Id, reason: Reason, who: As = "") -> None:
    """End a request nobody wants any more, or an invoice that was taken back in the tax system."""
    with services() as made:
        _done(made.invoice_acts.cancel(invoice_id, reason=reason, actor=actor(who)))


@app.command("undo")
def undo(invoice_id: Id, who: As = "") -> None:
    """Take back the last act, unless its notice has left the house."""
    with services() as made:
        _done(made.invoice_acts.undo(invoice_id, actor=actor(who)))


def _done(result: ActResult) -> None:
    show.done(result.done, transactions=result.transactions, outbox=result.outbox)
