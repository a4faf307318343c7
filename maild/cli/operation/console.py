"""maild console: the staff's web pages and the HTTP API."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from maild.cli import context


def console(
    listen: Annotated[str, typer.Option(help="Address and port; default: console.listen.")] = "",
) -> None:
    """Serve the staff console until SIGTERM. The daemon (maild run) is a process of its own."""
    from maild.bootstrap import build
    from maild.console.access.gate import Gate
    from maild.console.serve import Server, make_desk
    from maild.console.serving.beat import Beat
    from maild.daemon import logs
    from maild.domain.operation.heartbeat import Running
    from maild.metrics import serving

    loaded = context.warned("rules.folder")  # a folder that is not there is told by the pages of rules and health
    settings = loaded.settings
    logs.configure(
        settings.daemon.log_format, settings.daemon.log_level, journal_stream=os.environ.get("JOURNAL_STREAM", "")
    )
    services = build(settings, load=context.settings, origin=loaded)
    try:
        services.ensure_schema()
        services.same_store()
        desk = make_desk(services)
        server = Server(desk, Gate(services), listen or settings.console.listen)
        logs.get().info("console", url=settings.console.url if not listen else server.url)
        metrics = serving(lambda: desk.services, Running.CONSOLE, settings.metrics.console_listen)
        with Beat(services, server.url), metrics:
            server.run()
    finally:
        services.close()
