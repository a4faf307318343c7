"""maild transactions: list, show, and what staff tell a transaction by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import show
from maild.cli.context import acting, actor, services
from maild.cli.made import As, Limit, Seen, noun
from maild.domain.desk.rows import COMMAND
from maild.domain.errors import NotFound
from maild.domain.requests.lifecycle import PaymentState, State

if TYPE_CHECKING:
    pass

app = typer.Typer(help="Requests and their history.", no_args_is_help=True, cls=noun("transactions"))
Number = Annotated[str, typer.Argument(help="Request number.")]
Note = Annotated[str, typer.Option("--note", help="Why; kept in the history.")]


@app.command("list")
def list_(
    state: Annotated[State | None, typer.Option(help="Only this state.")] = None,
    payment: Annotated[PaymentState | None, typer.Option(help="Only this payment state.")] = None,
    patron: Annotated[str, typer.Option(help="Only this patron's (patron id).")] = "",
    text: Annotated[str, typer.Option(help="In number or title.")] = "",
    limit: Limit = 100,
    after: Annotated[str, typer.Option(help="Page on after this number.")] = "",
    silent: Annotated[bool, typer.Option("--silent", help="Only those whose expected news is overdue.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only loans that are overdue.")] = False,
) -> None:
    """List transactions."""
    if silent:
        _list_silent(patron, limit)
        return
    state = State.OVERDUE if overdue else state
    with services() as made, made.store.read() as uow:
        found = uow.transactions.find(
            state=state, payment_state=payment, patron_id=patron, text=text, limit=limit, after=after
        )
    columns = ("number", "patron_id", "service", "title", "state", "payment_state", "payable", "due")
    show.table(map(COMMAND.request, found), columns, empty="no requests")


def _list_silent(patron: str, limit: int) -> None:
    from maild.office.requests.silence import expectation

    with services() as made:
        now, found = made.clock.now(), [silent.transaction for silent in made.silence.overdue()]
        chosen = [item for item in found if not patron or item.patron_id == patron][:limit]
        lines = [{**COMMAND.request(item), **expectation(item, made.requests, now)} for item in chosen]
    show.table(lines, ("number", "service", "title", "provider", "state", "expectation"), empty="nothing is silent")


@app.command("show")
def show_(number: Number) -> None:
    """Show a transaction with its history: what happened, when, by which mail or hand, and why."""
    from maild.domain.incoming.peer_rows import KEY, news_row
    from maild.office.providers.peer_export import latest
    from maild.office.requests.silence import expectation

    with services() as made, made.store.read() as uow:
        found = uow.transactions.get(number)
        if found is None:
            raise NotFound(f"no request {number}", remedy="maild transactions list --text …")
        history = uow.journal.of_transaction(number)
        documents = uow.documents.of_transaction(number)
        notices = uow.outbox.find(number=number)
        expected = expectation(found, made.requests, made.clock.now())
        said = news_row(latest(found, history, made.clock.now()))
    row = {
        **COMMAND.request(found),
        **expected,
        "documents": [COMMAND.document(d) for d in documents],
        "notices": [COMMAND.notice(n) for n in notices],
        KEY: said,
        "history": [COMMAND.event(e) for e in history],
    }
    words = ", ".join(str(value) for name, value in said.items() if name in ("status", "reasonUnfilled", "reasonRetry"))
    show.one(row, ["", f"ISO 18626  {words}", *show.timeline(history)])


@app.command("rush")
def rush(
    number: Number,
    note: Note = "",
    who: As = "",
    off: Annotated[bool, typer.Option("--off", help="It is not urgent after all.")] = False,
    seen: Seen = None,
) -> None:
    """Mark a transaction as urgent (加急): its news is expected sooner."""
    with acting() as made:
        result = made.acts.rush(number, rush=not off, actor=actor(who), note=note, seen=seen)
    show.done(result.done, transactions=result.transactions, outbox=result.outbox)
