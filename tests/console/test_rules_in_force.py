"""A saved rule comes into force in a console that runs, without a restart; a broken one does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maild.benches import rule_acts
from maild.config import Rules
from maild.console import in_force
from maild.console.in_force import InForce
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import Role
from maild.domain.errors import RuleError
from tests.console.drafting import CIRCULARS
from tests.console.stand_in import StandIn
from tests.console.world import NOW, World, world
from tests.servers.clock import MovedClock


@pytest.fixture
def house(filled: tuple[Path, Any], tmp_path: Path) -> Iterator[World]:
    """An office with a rules folder of its own."""
    rules = tmp_path / "rules"
    rules.mkdir()
    with world(filled[0], tmp_path / "office", filled[1], MovedClock(NOW), rules=Rules(folder=str(rules))) as made:
        yield made


def _circular(house: World) -> bytes:
    return house.mail(subject="馆际通函第一号", text="各成员馆：例会改期。")


def _save(house: World) -> None:
    files = {"09-circular.toml": CIRCULARS.encode(), "examples/own/circular.eml": _circular(house)}
    rule_acts(house.services).save("09-circular", files, actor="li")


def test_saved_rules_come_into_force(house: World) -> None:
    """Readers, too, work by them from then on; who began under the old ones ends under them."""
    desk = make_desk(house.services)
    before, raw = desk.services, _circular(house)
    assert before.reader.read(raw, {}).classification.main.rule != "09-circular"
    _save(house)
    desk.in_force.look()
    assert desk.services is not before
    assert desk.services.store is before.store
    assert "09-circular" in {rule.name for rule in desk.services.rules.rules}
    assert desk.services.reader.read(raw, {}).classification.main.rule == "09-circular"
    assert before.reader.read(raw, {}).classification.main.rule != "09-circular"
    now = desk.services
    desk.in_force.look()
    assert desk.services is now
    desk.in_force.stop()


def test_broken_rules_stay_out_and_are_told(house: World) -> None:
    """What was in force stays; mended, the fault is gone."""
    found = InForce(house.services)
    folder = Path(house.services.settings.rules.folder)
    (folder / "09-circular.toml").write_text("kind = 'nonsense'\n", "utf-8")
    (folder / "versions").mkdir()
    (folder / "versions" / "saved").write_text("by hand\n", "utf-8")
    found.look()
    assert found.services is house.services
    assert isinstance(found.fault, RuleError)
    assert "09-circular.toml" in found.fault.what
    (folder / "09-circular.toml").write_text("disabled = true\n", "utf-8")
    found.look()
    assert found.fault is None
    assert found.services is not house.services
    found.stop()


def test_a_running_console_looks_by_itself(house: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another host saved is seen without anybody's act."""
    monkeypatch.setattr(in_force, "LOOK_SECONDS", 0.1)
    desk = make_desk(house.services)
    server = Server(desk, StandIn("li", Role.ADMINISTRATOR), "127.0.0.1:0")
    server.start()
    try:
        _save(house)
        limit = time.monotonic() + 30
        while "09-circular" not in {rule.name for rule in desk.services.rules.rules}:
            assert time.monotonic() < limit
            time.sleep(0.05)
    finally:
        server.stop()
