"""maild patrons: list, show, and how they want to be written to."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import services
from maild.cli.made import Limit, noun
from maild.cli.mail.addresses import patron_lines
from maild.domain.desk.rows import COMMAND
from maild.domain.errors import NotFound

app = typer.Typer(help="Readers and their addresses.", no_args_is_help=True, cls=noun("patrons"))


@app.command("list")
def list_(
    text: Annotated[str, typer.Option(help="In name, id, login or address.")] = "",
    limit: Limit = 100,
    after: Annotated[str, typer.Option(help="Page on after this patron id.")] = "",
) -> None:
    """List patrons."""
    with services() as made, made.store.read() as uow:
        found = uow.patrons.find(text=text, limit=limit, after=after)
    columns = ("patron_id", "name", "kind", "department", "login", "emails", "language", "delivery")
    show.table(map(COMMAND.patron, found), columns, empty="no patrons")


@app.command("show")
def show_(patron: Annotated[str, typer.Argument(help="Patron id, or a mail address.")]) -> None:
    """Show a patron with the transactions."""
    with services() as made, made.store.read() as uow:
        known = uow.patrons.get(patron)
        found = [known] if known else uow.patrons.by_email([patron.lower()])
        if not found:
            raise NotFound(f"no patron {patron}", remedy="maild patrons list --text …")
        owned = {p.patron_id: uow.transactions.of_patrons([p.patron_id], limit=1000) for p in found}
        now = made.clock.now()
    for person in found:
        requests = [COMMAND.request(t) for t in owned[person.patron_id]]
        lines = [*patron_lines(person, now), *(["", "transactions"] if requests else [])]
        lines += [f"  {r['number']}  {r['state']:<11}  {r['payment_state']:<14}  {r['title']}" for r in requests]
        show.one({**COMMAND.patron(person), "transactions": requests}, lines)


@app.command()
def account(
    patron: Annotated[str, typer.Argument(help="Patron id, or a mail address.")],
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Newest entries.")] = 50,
) -> None:
    """Show the statement of account: balances, what is owed for which transaction, entries."""
    from maild.cli.money.ledger import account_row, entry_row

    with services() as made, made.store.read() as uow:
        known = uow.patrons.get(patron)
        found = [known] if known else uow.patrons.by_email([patron.lower()])
        if not found:
            raise NotFound(f"no patron {patron}", remedy="maild patrons list --text …")
        told = []
        for person in found:
            numbers = [t.number for t in uow.transactions.of_patrons([person.patron_id], limit=1000)]
            owed = {number: amount for number, amount in uow.ledger.owed(numbers).items() if amount}
            entries = uow.ledger.entries(patron_id=person.patron_id, limit=limit)
            told.append((person, uow.ledger.account(person.patron_id), owed, entries))
    for person, balances, owed, entries in told:
        listed = [entry_row(entry) for entry in entries]
        fees = [{"number": number, "amount": f"{amount.amount:.2f}"} for number, amount in owed.items()]
        lines = ["", *(f"  owed for {fee['number']:<24} {fee['amount']:>10}" for fee in fees)] if fees else []
        lines += ["", *(f"  {e['at'][:10]}  {e['kind']:<12} {e['amount']:>10}  {e['reason']}" for e in listed)]
        show.one({**account_row(balances), "name": person.name, "owed_for": fees, "entries": listed}, lines)
