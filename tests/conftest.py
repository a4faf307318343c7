"""What holds for every suite."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from hypothesis.internal.conjecture import providers

from maild import garbage
from maild.confine import pool
from tests import kept, order, shared, tally
from tests.servers import shelf

# A run is red for what was changed and not by chance: the same examples each time. `--hypothesis-profile=default`
# looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same")
# It also draws on the literals of whatever modules of ours are loaded: with files handed to processes as they become free
# that is another set in each run, and finding them parses the whole tree.
providers.is_local_module_file = lambda _path: False  # type: ignore[assignment]


def pytest_configure(config: pytest.Config) -> None:
    """TALLY=file: what the run chose and what it left."""
    if os.environ.get("TALLY"):
        config.pluginmanager.register(tally.Tally())


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Of the long matrices alone only the files are loaded that have some: a third of them. CI runs all in one."""
    alone = config.option.markexpr.split(" and ")[0] == "long" and collection_path.suffix == ".py"
    return True if alone and "mark.long" not in collection_path.read_text("utf-8") else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files are handed out whole (--dist loadfile): in the order that lets no core wait for the other's last file."""
    place = order.places({item.path for item in items})
    items.sort(key=lambda item: place[item.path])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """DURATIONS=1: how long each file took."""
    order.spent(report.nodeid.partition("::")[0], report.duration)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """DURATIONS=1 writes them down, in the process that has them all."""
    if os.environ.get("DURATIONS") and not hasattr(session.config, "workerinput"):
        order.write()


# Objects that may come before Python looks for garbage. A run of thirteen thousand tests keeps what it has imported and
# collected: at Python's own 700 a third of the time it takes to find the tests is spent on looking through it again.
GARBAGE = (20_000, 20, 20)
garbage.loading()


def pytest_collection_finish() -> None:
    """All tests are there, and stay: what they are made of need not be looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Where nothing has set up the log, tracebacks are plain ones: as rich draws them, with all locals, they cost seconds
    on a busy machine. `rich` is here because a tool of the tests brings it.
    """
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, bool, bool]:
    """A command that a test runs in its own process sets up the log, and how it was called (`--config FILE`): those after
    it write as before, and read the settings of nobody.

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
        gc.set_threshold(*GARBAGE)  # a command sets its own (maild.garbage)
        if context := sys.modules.get("maild.cli.context"):
            context.CALL.config, context.CALL.json, context.CALL.zone = None, False, "UTC"


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


@pytest.fixture(autouse=True, scope="session")
def kept_tables() -> Iterator[None]:
    """What every office reads alike is read once in a process."""
    with kept.read_once():
        yield
