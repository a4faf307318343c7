"""Notices written by several threads at once, from the first one on."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime

import pytest

from maild.config import Notices, Office
from maild.domain.outgoing.notice import NoticeKind
from maild.notify.rendering import templates
from maild.notify.rendering.environment import NoticeEnvironment
from maild.notify.rendering.render import Renderer


def test_first_uses_at_the_same_time_do_not_disturb_each_other(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Templates are compiled at first use: eight threads begin at once, each with others of the kinds."""
    monkeypatch.setattr(templates, "NoticeEnvironment", NoticeEnvironment)  # not that of all tests (tests/kept.py)
    date = datetime(2026, 11, 24, tzinfo=UTC)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns in the middle of everything
    request.addfinalizer(lambda: sys.setswitchinterval(usual))
    faults: list[str] = []
    for _ in range(3):
        renderer = Renderer.load(Office(), Notices(), b"k" * 32)
        start = threading.Barrier(8)

        def work(kinds: list[NoticeKind], renderer: Renderer = renderer, start: threading.Barrier = start) -> None:
            start.wait(10)
            for kind in kinds:
                try:
                    renderer.preview(kind, "", date=date)
                except Exception as error:
                    faults.append(str(error))

        kinds = list(NoticeKind)
        threads = [threading.Thread(target=work, args=(kinds[i::8],)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert faults == []
