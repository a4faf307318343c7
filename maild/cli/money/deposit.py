"""maild deposit: prepaid balances, by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import services
from maild.cli.made import noun
from maild.domain.desk.rows import COMMAND

app = typer.Typer(help="Prepaid balances: top up, use, refund.", no_args_is_help=True, cls=noun("deposit"))


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
