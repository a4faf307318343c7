"""A throwaway PostgreSQL server on loopback: initdb, start, a database for each test, gone afterwards."""

from __future__ import annotations

import glob
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.servers.ports import free_port
from tests.servers.scratch import scratch

USER = "maild"


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs. Debian keeps initdb and pg_ctl off the PATH."""
    versions = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    found = shutil.which(name) or (versions[-1] if versions else None)
    if found is None:
        raise RuntimeError(f"{name} is missing: install the Debian package 'postgresql' (15 or newer)")
    return found


def _as_server() -> list[str]:
    """PostgreSQL refuses to run as root: root steps down to the account of the package."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError as error:
        raise RuntimeError("the account 'postgres' is missing: install the Debian package 'postgresql'") from error
    return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]


def _run(*command: str) -> None:
    done = subprocess.run(
        [*_as_server(), *command], capture_output=True, text=True, timeout=60, cwd="/", check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


class PostgresServer:
    """A running server; `database()` gives the URL of a new, empty database (or a copy of `template`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._numbers = itertools.count(1)

    def initialise(self) -> None:
        """Make the cluster. Durability of a throwaway cluster's files is not worth waiting for."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        _run(program("initdb"), "-D", f"{self.folder}/data", "-U", USER, "--auth=trust", "--no-sync", "-E", "UTF8",
             "--locale=C.UTF-8")  # fmt: skip

    def start(self) -> None:
        """Start and wait until it answers."""
        # Without fsync a crash of the server, as tests cause it, still loses nothing: only one of the machine does.
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=100 -c fsync=off"
        # pg_ctl's child keeps inherited pipes open: its output goes to the log file instead.
        with open(os.devnull, "wb") as nowhere:
            done = subprocess.run(
                [*_as_server(), program("pg_ctl"), "-D", f"{self.folder}/data", "-s", "-w", "-l",
                 f"{self.folder}/log", "-o", options, "start"],
                stdin=subprocess.DEVNULL, stdout=nowhere, stderr=nowhere, timeout=60, cwd="/", check=False,
            )  # fmt: skip
        if done.returncode != 0:
            log = self.folder / "log"
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text() if log.exists() else ''}")

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server ('immediate' is a crash: no clean shutdown)."""
        _run(program("pg_ctl"), "-D", f"{self.folder}/data", "-s", "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """End the server's process group by its own pid, if it still runs."""
        try:
            pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return
        try:
            os.kill(pid, signal.SIGQUIT)  # immediate shutdown, takes its children along
        except ProcessLookupError:
            return

    def url(self, database: str) -> str:
        """SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "template0") -> str:
        """The name of a new database, copied from `template`."""
        name = f"t{next(self._numbers)}"
        with psycopg.connect(f"host=127.0.0.1 port={self.port} user={USER} dbname=postgres", autocommit=True) as link:
            link.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A server for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=scratch()))
    server = PostgresServer(folder)
    try:
        server.initialise()
        server.start()
        yield server
    finally:
        try:
            if (folder / "data" / "postmaster.pid").exists():
                server.stop()
        except (RuntimeError, subprocess.TimeoutExpired):
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)
