"""What the running daemon looks at: clock, disk, rules folder, schema."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from maild.bootstrap import Services
from maild.config import Settings
from maild.doctor.watch import RulesFolder, disk, schema
from maild.domain.operation.trouble import TroubleCause
from tests.servers.schema import lay_out


def _services(folder: Path, **alarm: object) -> Services:
    base = Settings()
    (folder / "rules").mkdir(exist_ok=True)
    return Services(
        replace(
            base,
            store=replace(base.store, url=f"sqlite:///{folder}/maild.db", blobs=folder / "blobs"),
            rules=replace(base.rules, folder=str(folder / "rules")),
            alarm=replace(base.alarm, **alarm),
        )
    )


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
