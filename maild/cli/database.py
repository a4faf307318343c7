"""maild db: the schema."""

from __future__ import annotations

import typer

from maild.cli import show
from maild.cli.context import settings

app = typer.Typer(help="The database's schema.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema up to date; a new database is made."""
    from maild.store import migrate

    store = settings().store
    result = migrate.upgrade(store.url, store.password.reveal())
    show.done(f"the database is at revision {result.current}", current=result.current, head=result.head)


@app.command()
def check() -> None:
    """Is the schema the one this program needs? Exit 1 if not."""
    from maild.store import migrate

    store = settings().store
    result = migrate.check(store.url, store.password.reveal())
    word = "up to date" if result.ok else f"not the {result.head} that is needed: maild db upgrade"
    show.done(
        f"the database is at revision {result.current or 'none'}, {word}",
        current=result.current, head=result.head, ok=result.ok,
    )  # fmt: skip
    if not result.ok:
        raise typer.Exit(1)
