"""What the running daemon looks at: clock, disk, rules folder, schema."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from maild.bootstrap import Services
from maild.config import Settings
from maild.doctor.watch import ClockWatch, RulesFolder, disk, schema
from maild.domain.trouble import TroubleCause
from tests.servers.schema import lay_out

HOUR = 3600.0


@pytest.mark.parametrize(
    ("walls", "told"),
    [
        ([0, 5, 10], [False] * 3),
        ([0, 5, 10 - 3 * HOUR, 15 - 3 * HOUR, 20], [False, False, True, True, False]),  # back, and right again
        ([0, 5 + 366 * 86_400, 10 + 366 * 86_400], [False, True, True]),
        ([0, 5 + 250, 10 + 500], [False, False, False]),  # a step at boot, then another one: followed
    ],
)
def test_a_clock_that_jumps(walls: list[float], told: list[bool]) -> None:
    """Against the monotonic clock, five seconds a look."""
    now = iter(range(0, 1000, 5))
    watch = ClockWatch(lambda: float(next(now)))
    assert [bool(watch.look(1.7e9 + wall)) for wall in walls] == told


def test_a_clock_that_was_set_on_purpose_is_taken_after_an_hour() -> None:
    """Else the trouble would stand for ever."""
    moments = iter([0.0, 5.0, 10.0 + HOUR, 15.0 + HOUR])
    watch = ClockWatch(lambda: next(moments))
    walls = [0.0, 5.0 + 9 * HOUR, 10.0 + 10 * HOUR, 15.0 + 10 * HOUR]
    assert [bool(watch.look(wall)) for wall in walls] == [False, True, False, False]


def _services(folder: Path, **alarm: object) -> Services:
    base = Settings()
    (folder / "rules").mkdir(exist_ok=True)
    return Services(replace(
        base, store=replace(base.store, url=f"sqlite:///{folder}/maild.db", blobs=folder / "blobs"),
        rules=replace(base.rules, folder=str(folder / "rules")), alarm=replace(base.alarm, **alarm),
    ))  # fmt: skip


def test_room_on_the_disk(tmp_path: Path) -> None:
    """Measured where mails are kept, before the folder is made, too; one trouble a file system."""
    assert not list(disk(_services(tmp_path, disk_mb=1)))
    (sign,) = disk(_services(tmp_path, disk_mb=10**9))
    assert sign.cause is TroubleCause.DISK_FULL


def test_a_schema_of_another_maild(tmp_path: Path) -> None:
    """Upgraded beside a running one, or never laid out."""
    services = _services(tmp_path)
    (sign,) = schema(services)
    assert (sign.cause, sign.remedy) == (TroubleCause.DATABASE_BEHIND, "maild db upgrade")
    lay_out(tmp_path / "maild.db")
    assert not list(schema(services))


@pytest.mark.parametrize(
    ("name", "broken", "good"),
    [
        ("35-own.toml", "who = {{{", None),
        ("voice.toml", "nonsense = 3", None),
        ("troubles.toml", "[nothing]\nready = true", "[disk_full]\nready = true"),
        ("queue.toml", "[cause.question]\nworking_days = -1", "[cause.question]\nworking_days = 2"),
    ],
)
def test_the_rules_folder_as_it_lies_there(tmp_path: Path, name: str, broken: str, good: str | None) -> None:
    """Every file of it, read anew once it has changed, and well again when it is mended or gone."""
    services = _services(tmp_path)
    folder = RulesFolder(services)
    path = tmp_path / "rules" / name
    assert folder.look() == ()
    path.write_text(broken + "\n")
    (sign,) = folder.look()
    assert (sign.cause, name in sign.what) == (TroubleCause.RULES_BROKEN, True)
    assert folder.look() == (sign,)
    path.unlink() if good is None else path.write_text(good + "\n")
    assert folder.look() == ()
    services.close()
