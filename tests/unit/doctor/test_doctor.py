"""The doctor: one check that fails ends no other; what it says of credentials, number patterns, arrivals, bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from maild.bootstrap import Services
from maild.config import Matching, Settings, Store
from maild.doctor import Level, examine, kept, local
from maild.doctor.model import Check
from maild.settings import Loaded
from tests.servers.schema import lay_out


def _services(folder: Path, **sections: Any) -> Services:
    base = Settings()
    return Services(replace(base, store=Store(url=f"sqlite:///{folder}/maild.db", blobs=folder / "blobs"), **sections))


def _found(made: Services, name: str, checks: Any) -> list[Check]:
    return [check for look in checks if look.__name__ == name for check in look(made)]


def test_one_check_that_fails_ends_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it raises is its own line, with a remedy; OCR and confinement are looked at, too; every line has a remedy."""

    def broken(made: Services) -> Iterator[Check]:
        raise ZeroDivisionError("a fault of ours")
        yield

    monkeypatch.setattr(local, "CHECKS", (broken, *local.CHECKS))
    lay_out(tmp_path / "maild.db")
    made = _services(tmp_path)
    try:
        found = list(examine(Loaded(settings=made.settings), made, network=False))
    finally:
        made.close()
    names = {check.name: check for check in found}
    assert names["broken"].level is Level.ERROR
    assert "ZeroDivisionError" in names["broken"].detail
    assert {"receipts", "rules", "templates", "backups", "alarms", "stamps"} <= set(names)
    assert [check for check in found if check.level is not Level.OK and not check.remedy] == []


@pytest.mark.parametrize("pattern", [r"ILL-\d{9}", r"[A-Z]\d{7}", Matching().transaction_number])
def test_an_offices_own_number_pattern_turns_no_shipped_example_red(tmp_path: Path, pattern: str) -> None:
    """The shipped examples hold by the shipped pattern; the office's own rules are tested by its own."""
    made = _services(tmp_path, matching=replace(Matching(), transaction_number=pattern))
    assert [check.detail for check in local.rules(made) if check.level is Level.ERROR] == []


def test_an_own_rule_is_tested_by_the_own_pattern(tmp_path: Path) -> None:
    """A number that only the shipped pattern knows is not read from the example of an own rule: it is red."""
    folder = tmp_path / "rules"
    (folder / "examples").mkdir(parents=True)
    shipped = Path(__file__).parents[3] / "rules"
    (folder / "31-calis-forwarded.toml").write_text((shipped / "31-calis-forwarded.toml").read_text("utf-8"), "utf-8")
    rules = replace(Settings().rules, folder=str(folder))
    made = _services(tmp_path, rules=rules, matching=replace(Matching(), transaction_number=r"ZZ-\d{9}"))
    red = [check.detail for check in local.rules(made) if check.level is Level.ERROR]
    assert red
    assert all(detail.startswith("31-calis-forwarded") for detail in red), red


def test_a_secret_that_only_the_service_reads_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A credential lies in its store: said, with how to check as the service; without one it is missing."""
    box = replace(Settings().mailbox[0], user="office@lib.example")
    made = _services(tmp_path, mailbox=(box,))
    monkeypatch.setattr(local, "CREDENTIAL_STORES", (str(tmp_path / "credstore"),))
    missing = [c for c in local.configuration(made) if "mailbox.password" in c.detail]
    (tmp_path / "credstore").mkdir()
    (tmp_path / "credstore" / "maild.mailbox.office.password").write_text("x")
    handed = [c for c in local.configuration(made) if "mailbox.password" in c.detail]
    assert [c.level for c in (*missing, *handed)] == [Level.ERROR, Level.WARNING]
    assert "systemd-run" in handed[0].remedy


@pytest.mark.parametrize(
    ("lags", "level"),
    [
        ([3, 900, 5], "ok"),
        ([-200, 4], "error"),
        ([-100, 4], "ok"),
        ([1200] * 20, "warning"),
        ([1200] * 5, "ok"),
        ([], None),
    ],
)
def test_our_clock_against_the_mail_servers(tmp_path: Path, lags: list[int], level: str | None) -> None:
    """Stored before it came: ours is behind. Stored long after, all of them: it may be ahead."""
    lay_out(tmp_path / "maild.db")
    made = _services(tmp_path)
    now = made.clock.now()
    rows = [SimpleNamespace(received=now, stored=now + timedelta(seconds=lag)) for lag in lags]
    uow = SimpleNamespace(mails=SimpleNamespace(find=lambda limit: rows))
    made.store.close()
    made.__dict__["store"] = SimpleNamespace(read=lambda: _Reading(uow))
    assert [check.level.value for check in kept.arrivals(made)] == ([level] if level else [])


class _Reading:
    """A transaction of one answer."""

    def __init__(self, uow: Any) -> None:
        self._uow = uow

    def __enter__(self) -> Any:
        return self._uow

    def __exit__(self, *_: object) -> None:
        return None
