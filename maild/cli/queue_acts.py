"""maild queue: what is done with an item beside assigning and answering; maild senders: who is heard, and as whom."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import actor, services
from maild.cli.queue import As, Id, app
from maild.cli.rows import moment
from maild.domain.errors import ConfigError

senders = typer.Typer(help="Senders: those that staff ignore, and for whom a sender speaks.", no_args_is_help=True)


@app.command("hand")
def hand(
    item_ids: Annotated[list[int], typer.Argument(help="Numbers of items.")],
    to: Annotated[str, typer.Option(help="The colleague's account; '' gives them back to everybody.")],
    note: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    who: As = "",
) -> None:
    """Hand items over to a colleague."""
    from maild.office.queue.acts_queue import Marked

    with services() as made:
        each = made.queue_acts.hand_all([Marked(item_id=i) for i in item_ids], to, actor=actor(who), note=note)
    for one in each:
        show.done(one.done or f"item {one.item_id}: {one.refused}", item=one.item_id, refused=one.refused)
    if any(one.refused for one in each):
        raise typer.Exit(1)


@app.command("note")
def note_(item_id: Id, text: Annotated[str, typer.Argument(help="What colleagues should know.")], who: As = "") -> None:
    """Write something beside an item; kept in its history, nothing else changes."""
    with services() as made:
        result = made.queue_acts.note(item_id, text, actor=actor(who))
    show.done(result.done)


@app.command("ignore")
def ignore(
    item_id: Id,
    reason: Annotated[str, typer.Option(help="Why; kept, and told with each mail that is ignored.")],
    everything: Annotated[bool, typer.Option("--all", help="Dismiss all that waits of this sender.")] = False,
    who: As = "",
) -> None:
    """Ignore the sender of an item from now on, and dismiss it; undo takes both back."""
    with services() as made:
        result = made.sender_acts.ignore_sender(item_id, reason, actor=actor(who), everything=everything)
    show.done(result.done)


@app.command("give-up")
def give_up(
    item_id: Id,
    note: Annotated[str, typer.Option(help="Where they were looked for; kept in the history.")],
    who: As = "",
) -> None:
    """Settle an item of lost bytes: they are lost for good, and no check, trouble or backup speaks of them any more."""
    with services() as made:
        result = made.lost_acts.give_up(item_id, actor=actor(who), note=note)
    show.done(result.done, item=item_id)


@app.command("photo")
def photo(
    item_id: Id,
    what: Annotated[str, typer.Option(help="Your own words for what is wrong with it.")] = "",
    who: As = "",
) -> None:
    """Ask the sender of a payment proof for a better photo; the item waits on."""
    with services() as made:
        result = made.queue_acts.better_photo(item_id, actor=actor(who), what=what)
    show.done(result.done, outbox=result.outbox)


@app.command("registration")
def registration(
    item_id: Id,
    which: Annotated[str, typer.Argument(help="The applicant's login or e-mail, or the registration's number.")],
    note: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    who: As = "",
) -> None:
    """Settle an item: it is about a registration; approve or reject that with maild registrations."""
    with services() as made:
        result = made.link_acts.to_registration(item_id, which, actor=actor(who), note=note)
    show.done(result.done)


@app.command("new")
def new(
    item_id: Id,
    number: Annotated[str, typer.Argument(help="The request's number.")],
    patron: Annotated[str, typer.Option(help="Whose request it is (patron id).")],
    title: Annotated[str, typer.Option(help="The title.")] = "",
    service: Annotated[str, typer.Option(help="copy or loan.")] = "copy",
    literature: Annotated[str, typer.Option(help="Kind of literature.")] = "",
    provider: Annotated[str, typer.Option(help="Who supplies it.")] = "",
    rush: Annotated[bool, typer.Option("--rush", help="It is urgent (加急).")] = False,
    note: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    who: As = "",
) -> None:
    """Settle an item: it is about a request that is not here yet, which is entered with it."""
    from maild.office.queue.acts_link import NewRequest

    request = NewRequest(
        number=number,
        patron_id=patron,
        service=service,
        title=title,
        literature=literature,
        provider=provider,
        rush=rush,
    )
    with services() as made:
        result = made.link_acts.to_new_transaction(item_id, request, actor=actor(who), note=note)
    show.done(result.done, transactions=result.transactions, outbox=result.outbox)


@app.command("speaks-for")
def item_speaks(
    item_id: Id,
    institution: Annotated[str, typer.Argument(help="Id or name of a library: maild senders libraries.")],
    note: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    who: As = "",
) -> None:
    """The sender of an item speaks for a library from now on; its mail is processed again."""
    with services() as made:
        result = made.speaker_acts.item_speaks(item_id, institution, actor=actor(who), note=note)
    show.done(result.done)


@senders.command("speaks-for")
def speaks_for(
    address: Annotated[str, typer.Argument(help="The address.")],
    institution: Annotated[str, typer.Argument(help="Id or name of a library: maild senders libraries.")],
    note: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    who: As = "",
) -> None:
    """A sender speaks for a library from now on, whatever its address."""
    with services() as made:
        result = made.speaker_acts.speaks_for(address, institution, actor=actor(who), note=note)
    show.done(result.done)


@senders.command("speaks-not")
def speaks_not(
    address: Annotated[str, typer.Argument(help="The address.")],
    note: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    who: As = "",
) -> None:
    """Take back for whom a sender speaks; what its mails moved stays."""
    with services() as made:
        result = made.speaker_acts.speaks_not(address, actor=actor(who), note=note)
    show.done(result.done)


@senders.command("speakers")
def speakers(
    text: Annotated[str, typer.Option(help="Only those whose address, library or reason has this.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 1000,
) -> None:
    """List the senders of whom staff said for whom they speak."""
    with services() as made, made.store.read() as uow:
        found = uow.speakers.find(text=text, limit=limit)
    columns = ("address", "institution", "actor", "at", "reason")
    rows = [
        {"address": s.address, "institution": s.institution, "actor": s.actor, "at": moment(s.at), "reason": s.reason}
        for s in found
    ]
    show.table(rows, columns, empty="nobody speaks by the word of staff")


@senders.command("libraries")
def libraries(
    text: Annotated[str, typer.Option(help="Only those whose id, name or domain has this.")] = "",
) -> None:
    """List the directory of libraries: id, names, domains, and where that can be looked up."""
    with services() as made:
        known = made.lens.trusted.institutions
    rows = [
        {
            "id": each.id,
            "name": each.name_zh,
            "english": each.name_en,
            "domains": " ".join(each.domains),
            "source": each.source,
        }
        for each in known
    ]
    wanted = text.casefold()
    shown = [row for row in rows if any(wanted in value.casefold() for value in row.values())]
    show.table(shown, ("id", "name", "english", "domains", "source"), empty="no such library")


@senders.command("ignored")
def ignored(
    text: Annotated[str, typer.Option(help="Only those whose address or reason has this.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 1000,
) -> None:
    """List the senders that are ignored, by whom and why."""
    with services() as made, made.store.read() as uow:
        found = uow.ignored.find(text=text, limit=limit)
    rows = [{"address": s.address, "actor": s.actor, "at": moment(s.at), "reason": s.reason} for s in found]
    show.table(rows, ("address", "actor", "at", "reason"), empty="nobody is ignored")


@senders.command("ignore")
def ignore_address(
    address: Annotated[str, typer.Argument(help="The address.")],
    reason: Annotated[str, typer.Option(help="Why; kept, and told with each mail that is ignored.")],
    who: As = "",
) -> None:
    """Ignore a sender from now on."""
    if "@" not in address:
        raise ConfigError(f"{address!r} is no mail address", remedy="name@domain")
    with services() as made:
        result = made.sender_acts.ignore(address, reason, actor=actor(who))
    show.done(result.done)


@senders.command("unignore")
def unignore(
    address: Annotated[str, typer.Argument(help="The address.")],
    note: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    who: As = "",
) -> None:
    """See a sender's mails again; those that were ignored stay as they are."""
    with services() as made:
        result = made.sender_acts.unignore(address, actor=actor(who), note=note)
    show.done(result.done)
