"""maild deposit: prepaid balances, by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import actor, services
from maild.cli.made import As, amount_of, noun
from maild.domain.accounting.channel import Channel
from maild.domain.desk.rows import COMMAND

app = typer.Typer(help="Prepaid balances: top up, use, refund.", no_args_is_help=True, cls=noun("deposit"))
Amount = Annotated[str, typer.Argument(help="Amount in CNY, such as 100 or 12.50.")]


@app.command("refund")
def refund(
    amount: Amount,
    note: Annotated[str, typer.Option(help="Why; kept in the books.")],
    patron: Annotated[str, typer.Option(help="Of this patron's balance.")] = "",
    transaction: Annotated[str, typer.Option(help="Of this request's fee, which was paid.")] = "",
    keep: Annotated[bool, typer.Option("--keep", help="It is not paid out: it stays as a deposit.")] = False,
    who: As = "",
) -> None:
    """Confirmed money is to be paid out; refused where an invoice was issued for it."""
    with services() as made:
        result = made.books.refund(
            amount_of(amount, "AMOUNT"), actor=actor(who), note=note, patron_id=patron, number=transaction, keep=keep
        )
    show.done(result.done, transactions=result.transactions, outbox=result.outbox)


@app.command("refunds")
def refunds(
    everything: Annotated[bool, typer.Option("--all", help="Those that were paid out, too.")] = False,
) -> None:
    """List refunds that are to be paid out, oldest first."""
    with services() as made, made.store.read() as uow:
        found = uow.ledger.refunds(open_only=not everything)
    show.table(
        map(COMMAND.refund, found),
        ("refund", "patron_id", "amount", "transaction", "at", "paid_by", "reason"),
        empty="nothing is to be paid out",
    )


@app.command("paid-out")
def paid_out(
    refund: Annotated[str, typer.Argument(help="Key of the refund, as `deposit refunds` shows it.")],
    channel: Annotated[Channel, typer.Option(help="How it was paid out.")] = Channel.BANK,
    note: Annotated[str, typer.Option(help="Kept in the books.")] = "",
    who: As = "",
) -> None:
    """The money of a refund has left us; a statement that says so later takes this word's place."""
    with services() as made:
        result = made.books.paid_out(refund, actor=actor(who), channel=channel, note=note)
    show.done(result.done, transactions=result.transactions)
