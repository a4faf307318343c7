"""The short look for all loops, and what it spares: who is rung, and when."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from maild.config import Daemon, Settings
from maild.daemon import logs
from maild.daemon.due import DueWatch
from maild.daemon.heart import Heart
from maild.daemon.progress import Progress
from maild.daemon.trouble import Troubles
from maild.domain.errors import Temporary
from maild.domain.operation.trouble import Sign, TroubleCause
from maild.domain.operation.waits import Due
from maild.office.watch.trouble_rules import load_troubles


class Bell:
    def __init__(self) -> None:
        self.rung = 0

    def ring(self) -> None:
        self.rung += 1


def watch(due: Due, stopping: threading.Event) -> tuple[DueWatch, Bell, Bell]:
    work, post = Bell(), Bell()
    services: Any = SimpleNamespace(
        settings=Settings(daemon=Daemon(idle_seconds=0.01)),
        clock=SimpleNamespace(now=lambda: datetime(2026, 11, 24, tzinfo=UTC)),
        store=SimpleNamespace(due=lambda now: due),
    )
    return DueWatch(services, work, post, stopping), work, post


@pytest.mark.parametrize("mails", [False, True])
@pytest.mark.parametrize("notices", [False, True])
def test_who_has_work_is_rung_and_nobody_else(mails: bool, notices: bool) -> None:
    """A look by itself wakes no loop."""
    watching, work, post = watch(Due(mails=mails, notices=notices), threading.Event())
    watching.turn()
    assert (work.rung, post.rung) == (int(mails), int(notices))


def test_who_is_to_stop_looks_no_more() -> None:
    """The drain waits for no look."""
    stopping = threading.Event()
    stopping.set()
    watching, work, post = watch(Due(mails=True, notices=True), stopping)
    watching.turn()
    assert (work.rung, post.rung) == (0, 0)


def test_news_of_trouble_ring_and_the_same_again_does_not() -> None:
    """Whatever may change the list rings for the next tick; what is looked at and found as it was rings for nothing."""
    trouble, bell = Troubles(logs.get(), lambda: load_troubles("")), Bell()
    trouble.news = bell.ring
    sign = Sign(cause=TroubleCause.LOOP_STALLED, about="relay")

    def rings(work: Any, *given: Any) -> int:
        before = bell.rung
        work(*given)
        return bell.rung - before

    assert rings(trouble.found, "stalled", []) == 0
    assert rings(trouble.found, "stalled", [sign]) == 1
    assert rings(trouble.found, "stalled", [sign]) == 0
    assert rings(trouble.found, "stalled", []) == 1
    assert rings(trouble.over, "relay") == 0
    assert rings(trouble.note, "relay", Temporary("no route")) == 1
    assert rings(trouble.note, "relay", Temporary("no route")) == 1  # it counts: so often, and it is told
    assert rings(trouble.over, "relay") == 1
    assert rings(trouble.well, TroubleCause.DATABASE_AWAY) == 0
    trouble.note("database", Temporary("locked"))
    assert rings(trouble.well, TroubleCause.DATABASE_AWAY) == 1
    trouble.note("alarm mail", Temporary("refused"))
    assert rings(trouble.only, "alarm ", ["mail"]) == 0
    assert rings(trouble.only, "alarm ", []) == 1


def test_the_heart_beats_between_its_beginning_and_its_end() -> None:
    """Not before the database has answered, nor beside the last word; news ring for a beat."""
    services: Any = SimpleNamespace()
    heart = Heart(services, Progress(lambda: 0.0), Troubles(logs.get(), lambda: load_troubles("")), lambda: "")
    bell, turn = Bell(), heart.turns()
    heart.news = bell.ring
    assert not turn.due()
    heart.begin()
    assert turn.due()
    assert bell.rung == 1
    heart.hurry()
    assert bell.rung == 2
    heart.end()
    assert not turn.due()
