"""maild db: the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from maild.cli import show
from maild.cli.context import settings

if TYPE_CHECKING:
    from maild.config import Store

app = typer.Typer(help="The database's schema.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema up to date; a new database is made."""
    from maild.store import migrate

    store = settings().store
    result = migrate.upgrade(store.url, store.password.reveal())
    waiting = _unindexed(store)
    more = f"; {waiting} items of the queue are not in the full-text index yet: maild queue reindex" if waiting else ""
    show.done(
        f"the database is at revision {result.current}{more}",
        current=result.current,
        head=result.head,
        unindexed=waiting,
    )


def _unindexed(settings: Store) -> int:
    """How many items of the queue came before its full-text index."""
    from maild.store import open_store

    opened = open_store(settings.url, settings.password.reveal())
    try:
        with opened.read() as uow:
            return uow.search.missing()
    finally:
        opened.close()


@app.command()
def check() -> None:
    """Is the schema the one this program needs? Exit 1 if not."""
    from maild.store import migrate

    store = settings().store
    result = migrate.check(store.url, store.password.reveal())
    word = "up to date" if result.ok else f"not the {result.head} that is needed: maild db upgrade"
    show.done(
        f"the database is at revision {result.current or 'none'}, {word}",
        current=result.current,
        head=result.head,
        ok=result.ok,
    )
    if not result.ok:
        raise typer.Exit(1)
