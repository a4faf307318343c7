"""Daemons started by fork(2) from a process that has imported all of maild: a thousand of them need no thousand imports.

Each is a process and a session of its own, killed as any other.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from tests.e2e.test_daemon_process import Site


class Starter:
    """Starts daemons of a site, one at a time."""

    def __init__(self, site: Site) -> None:
        self._ours, theirs = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(target=_serve, args=(theirs, str(site.folder)), daemon=False)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Starter:
        assert self._ours.poll(120), "nothing was imported"
        assert self._ours.recv() == "imported"
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ours.close()
        self._process.join(20)

    def start(self) -> int:
        """A daemon: its process id."""
        self._ours.send("start")
        return int(self._ours.recv())

    def kill(self) -> int:
        """The daemon that was started last, and its readers: they are of one session. 0; what it had ended with, if so."""
        self._ours.send("kill")
        status = int(self._ours.recv())
        return 0 if status == -signal.SIGKILL else status or 256


def _serve(pipe: Connection, folder: str) -> None:
    os.chdir(folder)
    import maild.bootstrap
    import maild.cli.app
    import maild.cli.operation.run
    import maild.daemon
    import maild.doctor.watch  # noqa: F401 - what `maild run` imports when it is called

    pipe.send("imported")
    pid = 0
    with contextlib.suppress(EOFError):
        while True:
            if pipe.recv() == "start":
                pid = os.fork() or _be_daemon(folder)
                pipe.send(pid)
                continue
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            pipe.send(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _be_daemon(folder: str) -> int:
    """Never returns."""
    os.setsid()
    log = os.open(Path(folder) / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    from maild.cli.app import run

    code = 1
    try:
        code = run(["run", "--config", str(Path(folder) / "maild.toml")])
    finally:
        sys.stdout.flush()
        os._exit(code)
