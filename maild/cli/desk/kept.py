"""maild desk: what staff have set up for themselves and one another."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import actor, services
from maild.cli.made import As, noun
from maild.domain.desk.kept import SHARED, Sort
from maild.domain.desk.rows import COMMAND
from maild.domain.errors import Permanent

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


@app.command()
def view(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    query: Annotated[
        str, typer.Argument(help="Which part of the queue, as its page's address says it: cause=question.")
    ],
    shared: Annotated[bool, typer.Option("--shared", help="It is everybody's.")] = False,
    who: As = "",
) -> None:
    """Keep a part of the queue under a name."""
    from maild.console.pages.queue.listed import asked_of

    asked_of(query)
    with services() as made:
        result = made.desk_acts.keep(Sort.VIEW, name, {"query": query}, actor=actor(who), shared=shared)
    show.done(result.done)


@app.command()
def turns(
    topic: Annotated[
        str, typer.Argument(help="Of which topic: asked, money, whose, documents, accounts, sending, low.")
    ],
    names: Annotated[list[str] | None, typer.Argument(help="Accounts that take turns; none: nobody.")] = None,
    who: As = "",
) -> None:
    """Say who takes turns with the items of a topic."""
    from maild.console.work import TOPICS, Topic

    if topic not in set(Topic):
        raise Permanent(f"there is no topic {topic}", remedy=f"one of: {', '.join(Topic)}")
    causes = [cause.value for cause in TOPICS[Topic(topic)]]
    with services() as made:
        result = made.desk_acts.duty(topic, causes, names or [], actor=actor(who))
    show.done(result.done)
