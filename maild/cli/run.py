"""maild run: the daemon."""

from __future__ import annotations

import typer

from maild.cli import context


def run() -> None:
    """Poll the mailbox, move transactions, send notices, until SIGTERM."""
    import asyncio
    import os

    from maild.bootstrap import build
    from maild.daemon import logs
    from maild.daemon.notify import Notifier
    from maild.daemon.supervisor import Supervisor
    from maild.settings import require_for_run

    settings = context.settings(warn=True)
    require_for_run(settings)
    logs.configure(settings.daemon.log_format, settings.daemon.log_level)
    services = build(settings, load=context.settings)
    try:
        services.prepare()
        # Not options of ours: the service manager's side of sd_notify(3).
        supervisor = Supervisor(services, Notifier.from_environment(os.environ, os.getpid()))
        code = asyncio.run(supervisor.run())
    finally:
        services.close()
    raise typer.Exit(code)
