"""maild registrations: list, show, approve, reject."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import rows, show
from maild.cli.context import actor, services
from maild.domain.errors import NotFound
from maild.domain.lifecycle import RegistrationState

app = typer.Typer(help="Account applications at the request system.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="Number of the registration.")]
As = Annotated[str, typer.Option("--as", help="Who acts; default: the account that runs this.")]


@app.command("list")
def list_(
    state: Annotated[RegistrationState | None, typer.Option(help="Only this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
) -> None:
    """List registrations."""
    with services() as made, made.store.read() as uow:
        found = uow.registrations.find(state=state, limit=limit)
    columns = ("id", "state", "email", "login", "name", "submitted", "decided", "reason")
    show.table(map(rows.registration, found), columns, empty="no registrations")


@app.command("show")
def show_(registration_id: Id) -> None:
    """Show a registration."""
    with services() as made, made.store.read() as uow:
        found = uow.registrations.get(registration_id)
    if found is None:
        raise NotFound(f"no registration {registration_id}", remedy="maild registrations list")
    show.one(rows.registration(found))


@app.command("approve")
def approve(registration_id: Id, who: As = "") -> None:
    """Approve, and tell the applicant."""
    with services() as made:
        result = made.acts.registration(registration_id, RegistrationState.APPROVED, actor=actor(who))
    show.done(result.done, outbox=result.outbox)


@app.command("reject")
def reject(
    registration_id: Id, reason: Annotated[str, typer.Option(help="What the applicant is told.")], who: As = ""
) -> None:
    """Reject, and tell the applicant why."""
    with services() as made:
        result = made.acts.registration(registration_id, RegistrationState.REJECTED, actor=actor(who), reason=reason)
    show.done(result.done, outbox=result.outbox)
