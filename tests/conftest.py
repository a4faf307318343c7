"""What holds for every suite."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from hypothesis.internal.conjecture import providers

from maild.confine import pool
from tests import shared
from tests.servers import shelf

# A run is red for what was changed and not by chance: the same examples each time. `--hypothesis-profile=default`
# looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same")
# It also draws on the literals of whatever modules of ours are loaded: with files handed to processes as they become free
# that is another set in each run, and finding them parses the whole tree.
providers.is_local_module_file = lambda _path: False  # type: ignore[assignment]


# Files are handed out whole (--dist loadfile), in this order: those that take minutes first, small ones to the end, so that
# no core waits for the other's last file. xdist's own order, by number of tests, puts the longest few-test files last.
WAITING = ("e2e", "integration")  # their tests wait for servers and clocks half of the time
BUSY = ("console", "survival", "backup", "supplies", "corpus", "stories", "store", "fuzz", "unit/receipts", "unit/confine",
        "unit")  # fmt: skip
SPREAD = 0.7  # of the run, over which the waiting files are spread among the busy ones
HERE = Path(__file__).parent


def _turn(place: Path, folders: tuple[str, ...]) -> int:
    name = place.relative_to(HERE).as_posix()
    return next((turn for turn, folder in enumerate(folders) if name.startswith(f"{folder}/")), len(folders))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; those that wait among those that work, so that somebody always works; within a file as found."""
    files = list(dict.fromkeys(item.path for item in items))
    waiting = sorted((f for f in files if _turn(f, WAITING) < len(WAITING)), key=lambda f: _turn(f, WAITING))
    busy = sorted((f for f in files if _turn(f, WAITING) == len(WAITING)), key=lambda f: _turn(f, BUSY))
    place = {file: SPREAD * n / len(waiting) for n, file in enumerate(waiting)}
    place |= {file: n / len(busy) for n, file in enumerate(busy)}
    items.sort(key=lambda item: place[item.path])


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Where nothing has set up the log, tracebacks are plain ones: as rich draws them, with all locals, they cost seconds
    on a busy machine. `rich` is here because a tool of the tests brings it.
    """
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, bool, bool]:
    """A command that a test runs in its own process sets up the log: those after it write as before.

    Left in place, its handler writes to a stream that has been closed, which costs a traceback for every line.
    Not a fixture: pytest's own handlers come and go around fixtures.
    """
    root, structure = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    try:
        return (yield)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**structure)


@pytest.fixture(autouse=True, scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One folder for all processes of this run: xdist gives each a folder below the same one."""
    own = tmp_path_factory.getbasetemp()
    shared.share_below((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared")


@pytest.fixture(autouse=True, scope="session")
def kept_workers() -> Iterator[None]:
    """Confined workers that are fit to go on are handed from test to test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "Worker", shelf.ShelvedWorker)
        yield
    shelf.clear()
