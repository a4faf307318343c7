"""maild events: what the library's own system is told, and what became of telling it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import CALL, acting, actor, services
from maild.cli.made import Limit
from maild.domain.desk.rows import COMMAND, Row
from maild.domain.errors import ConfigError, NotFound
from maild.domain.outgoing.event import Event, EventState, Taking

app = typer.Typer(help="Events for the library's own system (webhook).", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="Number of the event.")]


@app.command("list")
def list_(
    state: Annotated[EventState | None, typer.Option(help="Only this state.")] = None,
    number: Annotated[str, typer.Option(help="Only about this transaction.")] = "",
    limit: Limit = 100,
) -> None:
    """List events, newest first."""
    with services() as made, made.store.read() as uow:
        found = uow.events.find(state=state, number=number, limit=limit)
    columns = ("id", "at", "kind", "number", "state", "attempts", "next", "sent", "reply")
    show.table(map(_row, found), columns, empty="no events")


@app.command("show")
def show_(event_id: Id) -> None:
    """Show an event: what is sent, and the last answer."""
    from maild.office.webhook.deliveries import body_bytes

    with services() as made, made.store.read() as uow:
        found = uow.events.get(event_id)
    if found is None:
        raise NotFound(f"no event {event_id}", remedy="maild events list")
    body = body_bytes(found.body).decode()
    show.one({**_row(found), **({"body": json.loads(body)} if CALL.json else {})}, ["", body])


@app.command("resend")
def resend(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers of events.", metavar="[ID…]")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All that were given up.")] = False,
    gone: Annotated[bool, typer.Option("--gone", help="All that were answered 410, and go on sending.")] = False,
    who: Annotated[str, typer.Option("--as", help="Who acts; default: the account that runs this.")] = "",
) -> None:
    """Send events again, under the same ids, as soon as possible."""
    from maild.domain.records.journal import JournalEntry

    states = [state for state, wanted in ((EventState.FAILED, failed), (EventState.GONE, gone)) if wanted]
    if not ids and not states:
        raise ConfigError("nothing was named", remedy="give numbers of events, --failed or --gone")
    with acting() as made, made.store.begin() as uow:
        now = made.clock.now()
        chosen = [*(ids or ()), *(e.id for state in states for e in uow.events.find(state=state, limit=100_000))]
        for event_id in dict.fromkeys(chosen):
            found = uow.events.get(event_id)
            if found is None:
                raise NotFound(f"no event {event_id}", remedy="maild events list")
            if found.state is not EventState.LEASED:
                uow.events.mark(event_id, EventState.WAITING, now=now, reply=f"by {actor(who)}", attempts=0)
                line = JournalEntry(
                    what="act",
                    at=now,
                    actor=actor(who),
                    number=found.number,
                    before=f"event {event_id} {found.state}",
                    after="resend",
                )
                uow.journal.add([line])
    show.done(f"{len(set(chosen))} event(s) are sent again", events=sorted(set(chosen)))


@app.command("test")
def test() -> None:
    """Post a test event now and show the answer. Exit 1 if it is not taken."""
    with services() as made:
        if made.deliveries is None:
            raise ConfigError("webhook.url is empty: there is nobody to tell", remedy="set it: docs/webhooks.md")
        answer = made.deliveries.test()
    if CALL.json:
        show.dump({"taken": answer.taking is Taking.TAKEN, "status": answer.status, "reply": answer.reply})
    else:
        show.say(f"{'taken' if answer.taking is Taking.TAKEN else 'not taken'}: {answer.reply}")
    if answer.taking is not Taking.TAKEN:
        raise typer.Exit(1)


def _row(item: Event) -> Row:
    from maild.office.webhook.deliveries import webhook_id

    return {
        "id": item.id,
        "webhook_id": webhook_id(item),
        "at": COMMAND.moment(item.at),
        "kind": item.kind.value,
        "number": item.number,
        "state": item.state.value,
        "attempts": item.attempts,
        "next": COMMAND.moment(item.free_at),
        "sent": COMMAND.moment(item.sent),
        "reply": item.reply,
    }
