"""maild mailbox: the folders that are read, and arming one after its baseline."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import rows, show
from maild.cli.context import services
from maild.domain.errors import NotFound

app = typer.Typer(help="Mailbox folders: baseline and arming.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """List the folders read so far, and whether they are armed."""
    with services() as made, made.store.read() as uow:
        found = uow.mailboxes.all()
    columns = ("mailbox", "armed", "filing", "uidvalidity", "last_uid", "baseline_uid")
    show.table(map(rows.folder, found), columns, empty="no mailbox has been read yet")


@app.command("arm")
def arm(
    mailbox: Annotated[str, typer.Argument(help="A mailbox (office: all its folders) or one folder (office/INBOX).")],
) -> None:
    """Let mail be answered and moved: what came since the first reading, and what comes from now on."""
    with services() as made:
        with made.store.read() as uow:
            known = [state.mailbox for state in uow.mailboxes.all() if not state.filing]
        names = [name for name in known if mailbox in (name, name.partition("/")[0])]
        if not names:
            remedy = f"known are {', '.join(known)}" if known else "let maild run once before arming"
            raise NotFound(f"{mailbox} was never read", remedy=remedy)
        pending = {name: made.intake.arm(name) for name in names}
    for name, count in pending.items():
        show.done(
            f"{name} is armed; {count} mail(s) since the baseline wait to be processed",
            mailbox=name,
            armed=True,
            pending=count,
        )
