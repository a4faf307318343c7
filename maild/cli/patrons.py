"""maild patrons: list and show."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import rows, show
from maild.cli.context import services
from maild.domain.errors import NotFound

app = typer.Typer(help="Readers and their addresses.", no_args_is_help=True)


@app.command("list")
def list_(
    text: Annotated[str, typer.Option(help="In name, id, login or address.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
    after: Annotated[str, typer.Option(help="Page on after this patron id.")] = "",
) -> None:
    """List patrons."""
    with services() as made, made.store.read() as uow:
        found = uow.patrons.find(text=text, limit=limit, after=after)
    columns = ("patron_id", "name", "kind", "department", "login", "emails", "language")
    show.table(map(rows.patron, found), columns, empty="no patrons")


@app.command("show")
def show_(patron: Annotated[str, typer.Argument(help="Patron id, or a mail address.")]) -> None:
    """Show a patron with the transactions."""
    with services() as made, made.store.read() as uow:
        known = uow.patrons.get(patron)
        found = [known] if known else uow.patrons.by_email([patron.lower()])
        if not found:
            raise NotFound(f"no patron {patron}", remedy="maild patrons list --text …")
        owned = {p.patron_id: uow.transactions.of_patrons([p.patron_id], limit=1000) for p in found}
    for person in found:
        requests = [rows.transaction(t) for t in owned[person.patron_id]]
        lines = ["", "transactions"] if requests else []
        lines += [f"  {r['number']}  {r['state']:<11}  {r['payment_state']:<14}  {r['title']}" for r in requests]
        show.one({**rows.patron(person), "transactions": requests}, lines)
