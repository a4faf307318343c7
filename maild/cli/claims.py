"""maild claims: what proofs claim, until a statement or a librarian settles it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import rows, show
from maild.cli.context import actor, services
from maild.domain.accounting.channel import Channel
from maild.domain.errors import ConfigError

if TYPE_CHECKING:
    from maild.domain.accounting.ledger import Claim
    from maild.domain.accounting.money import Money

app = typer.Typer(help="Payments that proofs claim.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(help="Key of the claim, as `claims list` shows it.")]
As = Annotated[str, typer.Option("--as", help="Who acts; default: the account that runs this.")]


def amount_of(text: str, option: str) -> Money:
    """An amount from the command line. Raises ConfigError."""
    from maild.domain.accounting.money import Money

    try:
        return Money.of(Decimal(text.replace(",", "").strip()))
    except (ValueError, ArithmeticError) as error:
        raise ConfigError(f"{option}: {text!r} is not an amount", remedy="a number such as 12.50") from error


@app.command("list")
def list_(
    patron: Annotated[str, typer.Option(help="Only this patron's (patron id).")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Settled ones too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 200,
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
        "at": rows.moment(claim.at),
        "mail_id": claim.mail_id,
        "state": claim.settled_by.value if claim.settled_by else "open",
    }


@app.command("confirm")
def confirm(
    claim: Key,
    amount: Annotated[str, typer.Option(help="What came, where it differs from the claim.")] = "",
    channel: Annotated[Channel | None, typer.Option(help="How it came; default: as the proof says.")] = None,
    note: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    who: As = "",
) -> None:
    """The money is there."""
    with services() as made:
        result = made.books.confirm(
            claim,
            actor=actor(who),
            channel=channel,
            note=note,
            amount=amount_of(amount, "--amount") if amount else None,
        )
    show.done(result.done, transactions=result.transactions, outbox=result.outbox)


@app.command("reject")
def reject(claim: Key, note: Annotated[str, typer.Option(help="Why; kept in the history.")], who: As = "") -> None:
    """The money never came, or not to us: what it paid is owed again."""
    with services() as made:
        result = made.books.reject(claim, actor=actor(who), note=note)
    show.done(result.done, transactions=result.transactions)


@app.command("undo")
def undo(
    entry: Annotated[str, typer.Argument(help="Key of an entry of the books (claim:…, confirm:…, refund:…).")],
    note: Annotated[str, typer.Option(help="Why; kept in the history.")],
    who: As = "",
) -> None:
    """Take an entry of the books back, by one that reverses it."""
    with services() as made:
        result = made.books.take_back(entry, actor=actor(who), note=note)
    show.done(result.done, transactions=result.transactions)
