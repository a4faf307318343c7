"""maild clock: whether the machine's clock is believed, and a person's word that it is right."""

from __future__ import annotations

import typer

from maild.cli import show
from maild.cli.context import services
from maild.cli.made import noun
from maild.domain.desk.rows import COMMAND

app = typer.Typer(help="The machine's clock.", no_args_is_help=True, cls=noun("clock"))


@app.command("show")
def show_() -> None:
    """Is the clock believed? Exit 1 while what time drives is held."""
    from maild.office.watch.clock_trust import HELD, last_line

    with services() as made, made.store.read() as uow:
        line, now = last_line(uow), made.clock.now()
    held = line is not None and line.after == HELD
    reasons = list(line.reasons) if line is not None and held else []
    word = "; ".join([*reasons, "reminders, overdue and closing are held"]) if held else "the clock is believed"
    show.done(word, now=COMMAND.moment(now), held=held, since=COMMAND.moment(line.at) if line and held else None)
    if held:
        raise typer.Exit(1)
