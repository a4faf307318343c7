"""What holds for every suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from maild.confine import pool
from tests.servers import shelf


@pytest.fixture(autouse=True, scope="session")
def short_tracebacks() -> None:
    """Where nothing has set up the log, tracebacks are plain ones: as rich draws them, with all locals, they cost seconds
    on a busy machine. `rich` is here because a tool of the tests brings it.
    """
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.fixture(autouse=True, scope="session")
def kept_workers() -> Iterator[None]:
    """Confined workers that are fit to go on are handed from test to test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "Worker", shelf.ShelvedWorker)
        yield
    shelf.clear()
