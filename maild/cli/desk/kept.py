"""maild desk: what staff have set up for themselves and one another."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import services
from maild.cli.made import noun
from maild.domain.desk.kept import SHARED, Sort
from maild.domain.desk.rows import COMMAND

app = typer.Typer(
    help="What is set up at the desk: ready answers, views, searches, turns, absences.",
    no_args_is_help=True,
    cls=noun("desk"),
)


@app.command("list")
def listed(
    sort: Annotated[Sort | None, typer.Option(help="Only what is of this sort.")] = None,
    owner: Annotated[str, typer.Option(help="Only this account's.")] = "",
    shared: Annotated[bool, typer.Option("--shared", help="Only what is everybody's.")] = False,
) -> None:
    """List what is kept, with its words: --json takes all of it along."""
    owners = [SHARED] if shared else [owner.lower()] if owner else []
    with services() as made, made.store.read() as uow:
        found = [kept for each in ([sort] if sort else Sort) for kept in uow.kept.find(each, owners)]
    rows = [
        {
            "id": kept.id,
            "sort": kept.sort.value,
            "owner": kept.owner,
            "name": kept.name,
            "by": kept.by,
            "at": COMMAND.moment(kept.at),
            "body": dict(kept.body),
        }
        for kept in found
    ]
    show.table(rows, ("id", "sort", "owner", "name", "by", "at"), empty="nothing is kept")
