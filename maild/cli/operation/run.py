"""maild run: the daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from maild.cli import context

if TYPE_CHECKING:
    from maild.bootstrap import Services


def run() -> None:
    """Poll the mailbox, move transactions, send notices, until SIGTERM. Exit 1 where it cannot go on."""
    from maild.heap import give_back

    give_back()
    from maild.bootstrap import build
    from maild.settings import require_for_run

    settings = context.settings(warn=True)
    require_for_run(settings)
    services = build(settings, load=context.settings)
    try:
        services.begin()  # rules are read beside all that is loaded here
        code = _run(services)
    finally:
        services.close()
    raise typer.Exit(code)


def _run(services: Services) -> int:
    import os

    from maild.console.wording.saying import say
    from maild.daemon import logs
    from maild.daemon import run as run_daemon
    from maild.doctor.watch import Watch
    from maild.domain.operation.heartbeat import Running
    from maild.metrics import serving

    settings = services.settings
    # The environment holds no options here: it is the service manager's side, of sd_notify(3) and of its journal.
    logs.configure(
        settings.daemon.log_format, settings.daemon.log_level, journal_stream=os.environ.get("JOURNAL_STREAM", "")
    )
    services.say = lambda sentence: str(say(sentence, services.settings.staff.language))
    services.prepare()
    with serving(lambda: services, Running.DAEMON, settings.metrics.listen):
        return run_daemon(services, os.environ, Watch(services))
