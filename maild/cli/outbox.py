"""maild outbox: the notices, waiting, sent and failed."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import rows, show
from maild.cli.context import actor, services
from maild.domain.errors import NotFound
from maild.domain.notice import OutboxState

app = typer.Typer(help="Notices: waiting, sent, failed.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="Number of the notice.")]
As = Annotated[str, typer.Option("--as", help="Who acts; default: the account that runs this.")]


@app.command("list")
def list_(
    state: Annotated[OutboxState | None, typer.Option(help="Only this state.")] = None,
    number: Annotated[str, typer.Option(help="Only about this transaction.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
) -> None:
    """List notices."""
    with services() as made, made.store.read() as uow:
        found = uow.outbox.find(state=state, number=number, limit=limit)
    columns = ("id", "state", "kind", "number", "recipient", "attempts", "not_before", "sent", "reply")
    show.table(map(rows.notice, found), columns, empty="no notices")


@app.command("show")
def show_(notice_id: Id) -> None:
    """Show a notice: what it says of itself, and the data it is written from."""
    with services() as made, made.store.read() as uow:
        found = uow.outbox.get(notice_id)
    if found is None:
        raise NotFound(f"no notice {notice_id}", remedy="maild outbox list")
    data = rows.plain(found.request.data)
    documents = [{"sha256": sha256, "filename": name} for sha256, name in found.request.documents]
    lines = ["", *(f"  {key}: {value}" for key, value in data.items())]
    show.one({**rows.notice(found), "data": data, "documents": documents}, lines)


def _turn(notice_id: int, state: OutboxState, who: str) -> None:
    with services() as made:
        result = made.acts.outbox(notice_id, state, actor=actor(who))
    show.done(result.done, outbox=result.outbox)


@app.command("retry")
def retry(notice_id: Id, who: As = "") -> None:
    """Send a notice (again) as soon as possible."""
    _turn(notice_id, OutboxState.WAITING, who)


@app.command("cancel")
def cancel(notice_id: Id, who: As = "") -> None:
    """Withdraw a notice that is not sent yet."""
    _turn(notice_id, OutboxState.CANCELLED, who)
