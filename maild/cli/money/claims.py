"""maild claims: what proofs claim, until a statement or a librarian settles it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import show
from maild.cli.context import services
from maild.cli.made import Limit, noun
from maild.domain.desk.rows import COMMAND

if TYPE_CHECKING:
    from maild.domain.accounting.ledger import Claim

app = typer.Typer(help="Payments that proofs claim.", no_args_is_help=True, cls=noun("claims"))
Key = Annotated[str, typer.Argument(help="Key of the claim, as `claims list` shows it.")]


@app.command("list")
def list_(
    patron: Annotated[str, typer.Option(help="Only this patron's (patron id).")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Settled ones too.")] = False,
    limit: Limit = 200,
) -> None:
    """List claims, oldest first."""
    with services() as made, made.store.read() as uow:
        found = uow.ledger.claims(patron_ids=[patron] if patron else (), open_only=not everything, limit=limit)
    show.table(map(_row, found), ("claim", "patron_id", "amount", "transactions", "at", "state"), empty="no claims")


def _row(claim: Claim) -> dict[str, object]:
    return {
        "claim": claim.key,
        "patron_id": claim.patron_id,
        "amount": str(claim.amount.amount),
        "currency": claim.amount.currency,
        "transactions": [n for n, _ in claim.parts],
        "parts": {n: str(a.amount) for n, a in claim.parts},
        "at": COMMAND.moment(claim.at),
        "mail_id": claim.mail_id,
        "state": claim.settled_by.value if claim.settled_by else "open",
    }
