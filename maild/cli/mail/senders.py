"""maild senders: who is heard, and as whom."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import services
from maild.cli.made import Limit, noun
from maild.domain.desk.rows import COMMAND

senders = typer.Typer(
    help="Senders: those that staff ignore, and for whom a sender speaks.", no_args_is_help=True, cls=noun("senders")
)


@senders.command("speakers")
def speakers(
    text: Annotated[str, typer.Option(help="Only those whose address, library or reason has this.")] = "",
    limit: Limit = 1000,
) -> None:
    """List the senders of whom staff said for whom they speak."""
    with services() as made, made.store.read() as uow:
        found = uow.speakers.find(text=text, limit=limit)
    columns = ("address", "institution", "actor", "at", "reason")
    rows = [
        {
            "address": s.address,
            "institution": s.institution,
            "actor": s.actor,
            "at": COMMAND.moment(s.at),
            "reason": s.reason,
        }
        for s in found
    ]
    show.table(rows, columns, empty="nobody speaks by the word of staff")


@senders.command("libraries")
def libraries(
    text: Annotated[str, typer.Option(help="Only those whose id, name or domain has this.")] = "",
) -> None:
    """List the directory of libraries: id, names, domains, where that can be looked up, and where it was."""
    with services() as made:
        known = made.lookup.trusted.institutions
    rows = [
        {
            "id": each.id,
            "name": each.name_zh,
            "english": each.name_en,
            "domains": " ".join(each.domains),
            "source": each.source,
            "checked": each.checked,
        }
        for each in known
    ]
    wanted = text.casefold()
    shown = [row for row in rows if any(wanted in value.casefold() for value in row.values())]
    show.table(shown, ("id", "name", "english", "domains", "source", "checked"), empty="no such library")


@senders.command("ignored")
def ignored(
    text: Annotated[str, typer.Option(help="Only those whose address or reason has this.")] = "",
    limit: Limit = 1000,
) -> None:
    """List the senders that are ignored, by whom and why."""
    with services() as made, made.store.read() as uow:
        found = uow.ignored.find(text=text, limit=limit)
    rows = [{"address": s.address, "actor": s.actor, "at": COMMAND.moment(s.at), "reason": s.reason} for s in found]
    show.table(rows, ("address", "actor", "at", "reason"), empty="nobody is ignored")
