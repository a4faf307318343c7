"""What staff see and type of a request's life: what is expected, what is silent, due dates, rush."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.bootstrap import Services
from maild.cli.app import run
from maild.cli.operation.init import write
from maild.config import Settings, Store
from maild.demo import office as demo
from tests.servers.schema import lay_out

pytestmark = pytest.mark.integration
COPY, LOAN, OUT = "2026112000120", "2026112000105", "2026112000109"


@dataclass
class Desk:
    """The command line on a database of its own; no server is needed for it."""

    config: Path
    services: Services
    capture: pytest.CaptureFixture[bytes]

    def __call__(self, *args: object, code: int = 0) -> str:
        """Run a command; its output. The exit code must be `code`."""
        self.capture.readouterr()
        got = run(["--config", str(self.config), *map(str, args)])
        out, err = self.capture.readouterr()
        assert got == code, (out + err).decode()
        return out.decode() or err.decode()

    def rows(self, *args: object) -> list[dict[str, Any]]:
        """The same with --json: one object a line."""
        return [json.loads(line) for line in self(*args, "--json").splitlines()]


@pytest.fixture
def desk(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The demo's requests, as they stood three weeks ago."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    settings = replace(
        Settings(), store=Store(url=f"sqlite:///{tmp_path}/maild.db", blobs=tmp_path / "b", upgrade=True)
    )
    services = Services(settings)
    lay_out(tmp_path / "maild.db")
    demo.fill(services.store, _Then())
    write(settings, tmp_path / "maild.toml")
    yield Desk(tmp_path / "maild.toml", services, capfdbinary)
    services.close()


class _Then:
    """A clock that stands three weeks ago."""

    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(days=21)

    def monotonic(self) -> float:
        return 0.0


def test_what_is_expected_and_what_is_silent(desk: Desk) -> None:
    """Each request says what comes next and by when; those that are late are listed, the others are not."""
    (row,) = desk.rows("transactions", "show", COPY)
    assert (row["expected"], row["expected_of"], row["expected_overdue"]) == ("answer", "provider", True)
    assert row["expectation"].startswith("expected: answer of CALIS by ")
    assert "(1 working day)" in row["expectation"]
    assert "expected: answer of CALIS by" in desk("transactions", "show", COPY)
    silent = {row["number"]: row for row in desk.rows("transactions", "list", "--silent")}
    assert silent[COPY]["expected"] == "answer"
    assert silent[LOAN]["expected"] == "arrival"
    assert OUT not in silent
    (delivered,) = desk.rows("transactions", "show", "2026112000121")
    assert delivered["expected"] is None


def test_rush_by_staff_and_by_import(desk: Desk, tmp_path: Path) -> None:
    """A word at the desk, or a column of the import; a wrong value is refused with its line."""
    desk("transactions", "move", COPY, "accepted")
    assert "rush" in desk("transactions", "rush", COPY, "--as", "li")
    (row,) = desk.rows("transactions", "show", COPY)
    assert row["rush"] is True
    assert "(1 working day, rush)" in row["expectation"]
    assert any(entry["what"] == "rush" and entry["actor"] == "li" for entry in row["history"])
    desk("transactions", "rush", COPY, "--off")
    table = tmp_path / "t.csv"
    table.write_text(f"number,patron_id,rush\n{COPY},p08,是\n2026112000122,p08,perhaps\n", "utf-8")
    assert "neither yes nor no" in desk("import", "transactions", table, code=1)
    assert desk.rows("transactions", "show", COPY)[0]["rush"] is True


def test_a_loan_by_hand(desk: Desk) -> None:
    """Arrived and fetched: due in a month, or on the day that is given; a renewal needs a later one."""
    desk("transactions", "move", LOAN, "arrived")
    (row,) = desk.rows("transactions", "show", LOAN)
    assert [notice["kind"] for notice in row["notices"]] == ["pick_up"]
    assert row["due"] is not None
    far = (datetime.now(UTC) + timedelta(days=50)).date()
    desk("transactions", "move", LOAN, "picked_up", "--due", far)
    assert desk.rows("transactions", "show", LOAN)[0]["due"].startswith(str(far))
    assert "needs the new due date" in desk("transactions", "move", LOAN, "renewed", code=1)
    assert "no later" in desk("transactions", "move", LOAN, "renewed", "--due", far, code=1)
    assert "has passed" in desk("transactions", "move", LOAN, "renewed", "--due", "2020-01-01", code=1)
    desk("transactions", "move", LOAN, "renewed", "--due", far + timedelta(days=20))
    assert "has no due date" in desk("transactions", "move", LOAN, "returned", "--due", far, code=1)
    desk("transactions", "move", LOAN, "returned")
    (row,) = desk.rows("transactions", "show", LOAN)
    assert {n["kind"] for n in row["notices"]} == {"pick_up", "loan_renewed", "loan_returned"}
    assert row["expected"] == "confirmation"


def test_overdue_loans_are_listed(desk: Desk) -> None:
    """Those whose due date has passed, once the clock or a provider said so."""
    assert desk.rows("transactions", "list", "--overdue") == []
    desk("transactions", "move", OUT, "overdue")
    assert [row["number"] for row in desk.rows("transactions", "list", "--overdue")] == [OUT]
