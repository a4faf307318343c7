"""Files of tests lie in memory only where there is room."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.servers.scratch import DISK, FREE, ROOM, scratch


@pytest.mark.parametrize(
    ("free", "room", "fits"), [(FREE, ROOM, True), (FREE - 1024, ROOM, False), (FREE, ROOM - 1, False)]
)
def test_in_memory_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, room: int, fits: bool
) -> None:
    """Of the machine, and of the folder."""
    (tmp_path / "meminfo").write_text(f"MemTotal: 99 kB\nMemAvailable:   {free >> 10} kB\n")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=room))
    assert scratch(tmp_path, tmp_path / "meminfo") == (tmp_path if fits else DISK)


def test_else_on_the_disk(tmp_path: Path) -> None:
    """Where there is no such folder, or nobody knows."""
    assert scratch(tmp_path / "none") == DISK
    assert scratch(tmp_path, tmp_path / "none") == DISK
