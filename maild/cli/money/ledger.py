"""maild ledger: the books, read; and whether they hold."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import show
from maild.cli.context import acting, actor, services
from maild.cli.made import Limit
from maild.cli.money import evidence

if TYPE_CHECKING:
    from maild.domain.accounting.ledger import Account, LedgerEntry
    from maild.domain.money import Money

app = typer.Typer(help="The books: append-only, double entry.", no_args_is_help=True)
app.command("head")(evidence.head)
app.command("verify")(evidence.verify)
app.command("proof")(evidence.proof)


@app.command("list")
def list_(
    patron: Annotated[str, typer.Option(help="Entries of this patron.")] = "",
    number: Annotated[str, typer.Option(help="Entries of this transaction.")] = "",
    limit: Limit = 100,
) -> None:
    """List entries, newest first."""
    with services() as made, made.store.read() as uow:
        found = uow.ledger.entries(patron_id=patron, number=number, limit=limit)
    show.table(map(entry_row, found), ("at", "kind", "amount", "key", "reason", "actor"), empty="no entries")


@app.command("show")
def show_(key: Annotated[str, typer.Argument(help="Key of the entry.")]) -> None:
    """Show an entry with its postings."""
    from maild.domain.errors import NotFound

    with services() as made, made.store.read() as uow:
        found = uow.ledger.get(key)
    if found is None:
        raise NotFound(f"there is no entry {key}", remedy="maild ledger list")
    show.one(entry_row(found), ["", *posting_lines(found)])


@app.command("check")
def check() -> None:
    """The trial balance, and every law of the books. Exit 1 where one is broken."""
    with services() as made, made.store.read() as uow:
        balances, faults = uow.ledger.balances(), uow.ledger.faults()
        waiting = len(uow.ledger.unopened(limit=100_000))
    rows = [
        {"book": str(book), "currency": currency, "balance": f"{amount.amount:.2f}"}
        for (book, currency), amount in sorted(balances.items())
    ]
    sums: dict[str, Money] = {}
    for (_, currency), amount in balances.items():
        sums[currency] = sums[currency] + amount if currency in sums else amount
    faults += [f"the books of {currency} sum to {amount}" for currency, amount in sums.items() if amount]
    show.table(rows, ("book", "currency", "balance"), empty="the books are empty")
    if waiting:
        show.done(f"{waiting} transaction(s) are not in the books yet: maild ledger open", unopened=waiting)
    for fault in faults:
        show.done(f"fault: {fault}", fault=fault)
    if faults:
        raise typer.Exit(1)
    show.done("the books hold", holds=True)


@app.command("open")
def open_(by: Annotated[str, typer.Option("--by", help="Who does it; your account if left out.")] = "") -> None:
    """Enter transactions into the books that an older maild moved without them. Harmless to repeat."""
    from maild.office.payments.opening import open_all

    with acting() as made:
        count = open_all(made.store, made.clock, actor=actor(by))
    show.done(f"{count} transaction(s) opened", opened=count)


def entry_row(entry: LedgerEntry) -> show.Row:
    """The keys of --json. `amount` is what was moved: the sum of the debits."""
    from maild.domain.desk.rows import COMMAND

    moved = sum((one.amount.amount for one in entry.postings if one.amount.amount > 0), start=Decimal(0))
    return {
        "key": entry.key,
        "kind": entry.kind.value,
        "at": COMMAND.moment(entry.at),
        "actor": entry.actor,
        "amount": f"{moved:.2f}",
        "currency": entry.postings[0].amount.currency,
        "reason": entry.reason,
        "settles": entry.settles,
        "line": entry.line,
        "mail_id": entry.mail_id,
        "postings": [
            {
                "book": one.book.value,
                "amount": f"{one.amount.amount:.2f}",
                "patron_id": one.patron_id,
                "number": one.number,
                "channel": one.channel,
            }
            for one in entry.postings
        ],
    }


def posting_lines(entry: LedgerEntry) -> list[str]:
    """The postings for people: book, amount, of whom."""
    return [
        f"  {one.book:<11} {one.amount.amount:>12.2f}  {one.patron_id} {one.number} {one.channel}".rstrip()
        for one in entry.postings
    ]


def account_row(account: Account) -> show.Row:
    """A patron's balances: the keys of --json."""
    return {
        "patron_id": account.patron_id,
        "owed": f"{account.owed.amount:.2f}",
        "claimed": f"{account.claimed.amount:.2f}",
        "pending": f"{account.pending.amount:.2f}",
        "deposit": f"{account.deposit.amount:.2f}",
        "currency": account.owed.currency,
    }
