"""maild demo: an embedded whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Process the sample mails, show what happened, and end.")
    ] = False,
    port: Annotated[int, typer.Option("--port", help="Port of the demo's IMAP server; 0 takes a free one.")] = 0,
    out: Annotated[Path, typer.Option("--out", help="Folder the sent notices are saved in.")] = Path("demo-out"),
) -> None:
    """Mail servers, database and sample mails on this machine; the real daemon; what became of each mail.

    Exit 1 where not all was settled in time.
    """
    from rich.console import Console

    from maild.daemon import logs
    from maild.demo.run import run

    logs.configure("keyvalue", "warning")
    raise typer.Exit(run(once=once, port=port, out=out, console=Console()))
