"""maild check: the doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import context, show
from maild.cli.context import CALL, services
from maild.cli.reading.sources import counting
from maild.domain.errors import ConfigError

_BLOBS = "Read all stored bytes, hold them against their hashes, and fetch what is not whole from the mail server."
_ADOPT = "With --blobs: let this folder be the database's from now on, whatever it was."
_COLOURS = {"ok": "green", "warning": "yellow", "error": "bold red"}


def check(
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask mail servers and DNS.")] = False,
    blobs: Annotated[bool, typer.Option("--blobs", help=_BLOBS)] = False,
    share: Annotated[str, typer.Option("--share", metavar="N/M", help="With --blobs: read the Nth of M shares.")] = "",
    adopt: Annotated[bool, typer.Option("--adopt", help=_ADOPT)] = False,
) -> None:
    """Look at configuration, database, mail servers, DNS, templates, rules; say what to do. Exit 1 on an error."""
    from maild.bootstrap import build

    if blobs:
        return _bytes(_share(share), offline=offline, adopt=adopt)
    if share or adopt:
        raise ConfigError("--share and --adopt belong to --blobs", remedy="maild check --blobs …")
    from maild.doctor import Level, examine

    loaded = context.loaded()
    made = build(loaded.settings)
    worst = 0
    told: set[tuple[str, str]] = set()  # what keeps many checks from being made is told a person once
    try:
        for found in examine(loaded, made, network=not offline):
            worst += found.level is Level.ERROR
            if CALL.json:
                show.dump(
                    {"name": found.name, "level": found.level.value, "detail": found.detail, "remedy": found.remedy}
                )
            elif found.level is not Level.ERROR or (found.detail, found.remedy) not in told:
                told.add((found.detail, found.remedy))
                _tell(found.name, found.level.value, found.detail, found.remedy)
    finally:
        made.close()
    if worst:
        raise typer.Exit(1)


def _share(text: str) -> tuple[int, int]:
    """(which, of how many). Raises ConfigError."""
    which, _, of = (text or "1/1").partition("/")
    if not (which.isdigit() and of.isdigit() and 1 <= int(which) <= int(of) <= 65_536):
        raise ConfigError(f"--share: {text!r} is no share", remedy="such as 3/30: the third of thirty")
    return int(which), int(of)


def _bytes(share: tuple[int, int], *, offline: bool, adopt: bool) -> None:
    """Verify the stored bytes. Exit 1 where some are lost, or could not be fetched now."""
    from maild.office.safety import identity

    with services() as made:
        made.ensure_schema()
        if adopt:
            identity.adopt(made.store, made.blobs, made.clock.now())
        name = made.same_store()
        with counting("shares of names") as progress:
            if offline:
                found = made.bytes_again.look(share, fetch=False, progress=progress)
            else:
                found = made.look_after_bytes(share, progress)
    rows = [
        {"sha256": one.sha256, "holder": one.holder.value, "id": one.id, "mail": one.mail_id or None}
        for one in (*found.lost, *found.waiting)
    ]
    show.done(
        f"{found.seen} references, {found.read} blobs read: {found.missing} missing, {found.damaged} damaged, "
        f"{found.fetched} fetched again, {len(found.lost)} lost, {len(found.waiting)} wait for a mail server",
        seen=found.seen,
        read=found.read,
        missing=found.missing,
        damaged=found.damaged,
        fetched=found.fetched,
        lost=len(found.lost),
        waiting=len(found.waiting),
        ok=found.whole,
        faults=rows,
        store=name,
    )
    if not found.whole:
        raise typer.Exit(1)


def _tell(name: str, level: str, detail: str, remedy: str) -> None:
    from rich.text import Text

    line = Text.assemble((f"{level:<8}", _COLOURS[level]), f" {name:<14} {show.clean(detail)}")
    console = show.console()
    console.print(line, soft_wrap=True)
    if remedy:
        console.print(Text(f"{'':<24}→ {show.clean(remedy)}", style="dim"), soft_wrap=True)
