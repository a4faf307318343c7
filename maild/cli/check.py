"""maild check: the doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import context, show
from maild.cli.context import CALL

_COLOURS = {"ok": "green", "warning": "yellow", "error": "bold red"}


def check(
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask mail servers and DNS.")] = False,
) -> None:
    """Look at configuration, database, mail servers, DNS, templates, rules; say what to do. Exit 1 on an error."""
    from maild.bootstrap import build
    from maild.doctor import Level, examine

    loaded = context.loaded()
    made = build(loaded.settings)
    worst = 0
    try:
        for found in examine(loaded, made, network=not offline):
            worst += found.level is Level.ERROR
            if CALL.json:
                show.dump({"name": found.name, "level": found.level.value, "detail": found.detail,
                           "remedy": found.remedy})  # fmt: skip
            else:
                _tell(found.name, found.level.value, found.detail, found.remedy)
    finally:
        made.close()
    if worst:
        raise typer.Exit(1)


def _tell(name: str, level: str, detail: str, remedy: str) -> None:
    from rich.text import Text

    line = Text.assemble((f"{level:<8}", _COLOURS[level]), f" {name:<14} {show.clean(detail)}")
    console = show.console()
    console.print(line, soft_wrap=True)
    if remedy:
        console.print(Text(f"{'':<24}→ {show.clean(remedy)}", style="dim"), soft_wrap=True)
