"""maild stats: figures for people and programs, counted when they are old."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from maild.cli.app import run
from maild.cli.desk.stats import bars, length
from maild.store import open_store
from maild.store.schema.tables import mail
from maild.store.tabular import read_table
from maild.store.uow import Store
from tests.servers.schema import lay_out
from tests.store.past import rows, write

Maild = Callable[..., str]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A database that the command finds."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    url = lay_out(tmp_path / "maild.db")
    monkeypatch.setenv("MAILD_STORE__URL", url)
    monkeypatch.setenv("MAILD_STORE__BLOBS", str(tmp_path / "blobs"))
    monkeypatch.chdir(tmp_path)
    made = open_store(url)
    yield made
    made.close()


@pytest.fixture
def maild(store: Store, capfdbinary: pytest.CaptureFixture[bytes]) -> Maild:
    """Runs a command and gives its output."""

    def call(*args: str, code: int = 0) -> str:
        capfdbinary.readouterr()
        assert run(list(args)) == code
        out, err = capfdbinary.readouterr()
        return out.decode() or err.decode()

    return call


def _mails(said: str) -> int:
    found = [json.loads(line) for line in said.splitlines()]
    return sum(row["count"] for row in found if row["measure"] == "mails")


def test_every_figure_is_a_line_for_programs(store: Store, maild: Maild) -> None:
    """Stable keys; all mails but our own and the baseline's are in them, and no more."""
    write(store, rows(1, 400, 100, 200, end=datetime.now(UTC)))
    said = maild("stats", "--json")
    found = [json.loads(line) for line in said.splitlines()]
    assert {row["measure"] for row in found} >= {"mails", "handled", "delivered", "year", "supply", "notices", "ages"}
    assert {key for row in found if row["measure"] != "ages" for key in row} == {
        "measure", "day", "key", "second", "count", "cents", "median_seconds", "p90_seconds",
    }  # fmt: skip
    with store._engine.connect() as connection:
        counted = sa.select(sa.func.count()).select_from(mail).where(mail.c.kind != "own", mail.c.status != "baseline")
        assert _mails(said) == connection.scalar(counted)


def test_people_see_bars_and_tables(store: Store, maild: Maild) -> None:
    """Each part has its heading; an office where nothing happened is told so."""
    assert "mails: none" in maild("stats")
    write(store, rows(1, 400, 100, 200, end=datetime.now(UTC)))
    said = maild("stats", "--fresh")
    for words in ("automatic", "without a person", "request delivered", "notices", "open items by cause", "fill rate"):
        assert words in said
    assert any(bar in said for bar in "▁▂▃▄▅▆▇█")


def test_counted_figures_hold_for_a_while(store: Store, maild: Maild) -> None:
    """What came a moment ago is not in figures that are young; --fresh counts it."""
    now = datetime.now(UTC)
    write(store, rows(1, 50, 0, 20, end=now))
    before = _mails(maild("stats", "--json"))
    with store._engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM mail WHERE id > 25"))
    assert _mails(maild("stats", "--json")) == before
    assert _mails(maild("stats", "--json", "--fresh")) < before


def test_since_is_a_day_or_a_number_of_days(store: Store, maild: Maild) -> None:
    """What is neither, or has not come yet, is refused, and the option is named."""
    now = datetime.now(UTC)
    write(store, rows(1, 300, 0, 300, end=now))
    few = _mails(maild("stats", "--json", "--since", "20"))
    assert 0 < few < _mails(maild("stats", "--json", "--since", f"{(now - timedelta(days=250)).date()}"))
    for wrong in ("soon", "2026-13-01", "0", f"{(now + timedelta(days=9)).date()}"):
        assert "--since" in maild("stats", "--since", wrong, code=2)


def test_a_year_is_reported(store: Store, maild: Maild, tmp_path: Path) -> None:
    """Lines for programs, tables for people, CSV and a workbook hold the same numbers; a year to come is refused."""
    now = datetime.now(UTC)
    write(store, rows(1, 40, 180, 500, end=now))
    total, *rest = [json.loads(line) for line in maild("stats", "year", str(now.year - 1), "--json").splitlines()]
    assert total["count"] + _total(maild, now.year) == 180
    assert {row["section"] for row in rest} >= {"month", "service", "provider", "patron_kind", "money", "program"}
    filled = str(total["filled"])
    assert [line.split(",")[:3] for line in maild("stats", "year", str(now.year - 1), "--csv").splitlines()][2] == [
        "总计",
        str(total["count"]),
        filled,
    ]
    book = tmp_path / "year.xlsx"
    assert "11 tables" in maild("stats", "year", str(now.year - 1), "--xlsx", str(book), "--locale", "en")
    found = read_table(book)
    assert found.headers[:3] == ("Item", "Number", "Filled")
    assert found.rows[0].values["Filled"] == filled
    assert "National Library of China" in maild("stats", "year", str(now.year - 1), "--locale", "en")
    assert "1998" in maild("stats", "year", str(now.year + 1), code=1)


def _total(maild: Maild, year: int) -> int:
    return int(json.loads(maild("stats", "year", str(year), "--json").splitlines()[0])["count"])


def test_bars_and_lengths() -> None:
    """The largest is the highest bar; nothing is a dot; small lengths keep their unit."""
    assert bars([0, 1, None, 8, 4]) == "·▂·█▅"
    assert bars([None, 0]) == "··"
    assert [length(each) for each in (None, 30, 90, 5400, 200_000)] == ["", "30 s", "1.5 min", "1.5 h", "2.3 d"]
