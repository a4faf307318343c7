"""maild mailbox: the folders that are read, and arming one after its baseline."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import acting, services
from maild.domain.desk.rows import COMMAND
from maild.domain.errors import ConfigError, NotFound

app = typer.Typer(help="Mailbox folders: baseline and arming.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """List the folders read so far, and whether they are armed."""
    with services() as made, made.store.read() as uow:
        found = uow.mailboxes.all()
    columns = ("mailbox", "armed", "filing", "uidvalidity", "last_uid", "baseline_uid")
    show.table(map(COMMAND.folder, found), columns, empty="no mailbox has been read yet")


@app.command("arm")
def arm(
    mailbox: Annotated[str, typer.Argument(help="A mailbox (office: all its folders) or one folder (office/INBOX).")],
) -> None:
    """Let mail be answered and moved: what came since the first reading, and what comes from now on."""
    with acting() as made:
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


@app.command("authorize")
def authorize(
    user: Annotated[str, typer.Argument(help="Login name; default: that of the first mailbox by oauth.")] = "",
) -> None:
    """Let a person agree that maild opens the mailbox (OAuth device code); the token is kept, and renewed from then on.

    Nothing is asked for here: the person types a code at the provider's address, on any machine.
    """
    import time

    with services() as made:
        smtp = made.settings.smtp
        users = [box.user for box in made.settings.mailbox if box.login == "oauth"]
        users += [smtp.user] if smtp.login == "oauth" else []
        user = user or next(iter(users), "")
        tokens = made.bearer
        if tokens is None or not user:
            raise ConfigError("no mailbox logs in by oauth", remedy='set login = "oauth" in [[mailbox]], and [oauth]')
        if made.settings.oauth.grant == "client_credentials":
            raise ConfigError(
                "oauth.grant is client_credentials: nobody has to agree",
                remedy="maild check shows whether the application may open the mailbox",
            )
        code = tokens.begin()
        show.say(f"{code.address}\n\n    {code.user_code}\n\nas {user}, within {code.seconds / 60:.0f} minutes")
        tokens.finish(user, code, time.sleep)
        tokens.token(user)
    show.done(f"{user} is authorized; next: maild check", user=user, authorized=True)
