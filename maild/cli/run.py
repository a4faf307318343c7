"""maild run: the daemon."""

from __future__ import annotations

import typer

from maild.cli import context


def run() -> None:
    """Poll the mailbox, move transactions, send notices, until SIGTERM."""
    import os

    from maild.bootstrap import build
    from maild.daemon import logs
    from maild.daemon import run as run_daemon
    from maild.settings import require_for_run

    settings = context.settings(warn=True)
    require_for_run(settings)
    logs.configure(settings.daemon.log_format, settings.daemon.log_level)
    services = build(settings, load=context.settings)
    try:
        services.prepare()
        # The environment holds no options here: it is the service manager's side of sd_notify(3).
        code = run_daemon(services, os.environ)
    finally:
        services.close()
    raise typer.Exit(code)
