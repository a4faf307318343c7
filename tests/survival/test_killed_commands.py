"""Imports, backups and restores killed at each of their steps: once more in full, all is as if nothing had been killed."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest

from maild.backup.make import check_again
from maild.backup.places import FolderPlace
from maild.backup.sealing import Sealer
from maild.backup.vault import Vault
from maild.cli.app import run
from maild.store import FileBlobs
from tests.servers.postgres import postgres
from tests.servers.schema import lay_out
from tests.share import share
from tests.survival.faults import mount
from tests.survival.points import COMMAND_POINTS, die_at

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300), pytest.mark.long]
ROWS = 510  # more than one batch
HEAD = "number,patron_id,state,total,subsidy,payable,payment_state\n"
ASIDE = ("heartbeat", "sqlite_sequence", "search_")  # tables whose names begin so
STATEMENT = "交易日期,摘要,对方户名,对方账号,回单编号,贷方发生额,借方发生额\n" + "".join(
    f"2026-11-{n + 1:02d},馆际互借 {n},读者,,V{n:04d},{n + 1}.00,\n" for n in range(20)
)


@dataclass(frozen=True, kw_only=True)
class House:
    """A folder with a database, bytes, and the files of imports."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"MAILD_STORE__URL": f"sqlite:///{self.folder}/maild.db", "MAILD_STORE__BLOBS": f"{self.folder}/blobs"}

    def run(self, *arguments: str) -> int:
        """In order."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            return run(list(arguments))

    def killed(self, point: str, nth: int, *arguments: str) -> None:
        """In a process of its own, which dies there."""
        forking = get_context("forkserver")
        forking.set_forkserver_preload(
            ["maild.cli.app", "maild.bootstrap", "maild.backup.make", "tests.survival.points"]
        )
        process = forking.Process(target=die_at, args=(point, nth, list(arguments), self.environment))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, f"{point}: {process.exitcode}"

    def rows(self) -> dict[str, int]:
        """How many there are in each table, and the cents in each book."""
        with closing(sqlite3.connect(self.folder / "maild.db")) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counts = {
                name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
                for name in names
                if not name.startswith(ASIDE)
            }
            cents = database.execute("SELECT book, sum(cents) FROM ledger_posting GROUP BY book").fetchall()
        return counts | {f"cents in {book}": total for book, total in cents}

    def holds(self) -> bool:
        """The books are even, and the evidence is whole."""
        return self.run("ledger", "check") == 0 == self.run("ledger", "verify")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One patron; the files to import."""
    made = House(folder=tmp_path_factory.mktemp("prepared"))
    lay_out(made.folder / "maild.db")
    patrons, requests = made.folder / "patrons.csv", made.folder / "requests.csv"
    patrons.write_text("patron_id,name,kind,emails\np1,Reader One,internal,p1@patron.example\n", "utf-8")
    rows = (f"ZJU-2026-{n:06d},p1,shipped,{n % 9 + 1},,{n % 9 + 1},due\n" for n in range(ROWS))
    requests.write_text(HEAD + "".join(rows), "utf-8")
    assert made.run("import", "patrons", str(patrons)) == 0
    return made


@pytest.fixture
def house(prepared: House, tmp_path: Path) -> House:
    """A copy of its own."""
    shutil.copytree(prepared.folder, tmp_path / "house")
    return House(folder=tmp_path / "house")


@pytest.fixture(scope="module")
def untroubled(prepared: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """What an import leaves that nobody kills."""
    made = House(folder=tmp_path_factory.mktemp("calm") / "house")
    shutil.copytree(prepared.folder, made.folder)
    assert made.run("import", "transactions", str(made.folder / "requests.csv")) == 0
    return made


@pytest.mark.parametrize(
    ("point", "nth"),
    [
        ("import: rows laid, not committed", 1),
        ("import: books opened, not committed", 2),
        ("import: between two batches", 2),
    ],
)
def test_an_import_that_is_killed(untroubled: House, house: House, point: str, nth: int) -> None:
    """Whole batches are there or not at all; the same file once more brings the rest, and nothing twice."""
    house.killed(point, nth, "import", "transactions", str(house.folder / "requests.csv"))
    assert house.rows()["transactions"] == 500 * (nth - 1)
    assert house.holds()
    assert house.run("import", "transactions", str(house.folder / "requests.csv")) == 0
    assert house.rows() == untroubled.rows()
    assert house.holds()


@pytest.mark.parametrize("point", [name for name in COMMAND_POINTS if "statement" in name])
def test_a_statement_that_is_killed(house: House, point: str) -> None:
    """Its lines are kept and put to use together, or not at all."""
    statement = house.folder / "statement.csv"
    statement.write_text(STATEMENT, "utf-8")
    house.killed(point, 1, "import", "statement", str(statement))
    assert house.rows()["statement_line"] == 0
    assert house.run("import", "statement", str(statement)) == 0
    once = house.rows()
    assert once["statement_line"] == 20
    assert house.run("import", "statement", str(statement)) == 0
    assert house.rows() == once
    assert house.holds()


@pytest.mark.parametrize("point", [name for name in COMMAND_POINTS if name.startswith("backup")])
def test_a_backup_that_is_killed(house: House, tmp_path: Path, point: str) -> None:
    """It is there whole or not at all, and the next one is whole."""
    place = tmp_path / "backups"
    FileBlobs(house.folder / "blobs").put_many([f"bytes {n}".encode() * 99 for n in range(20)])
    house.killed(point, 1, "backup", str(place))
    (tmp_path / "work").mkdir()
    vault = Vault(FolderPlace(place), Sealer(), tmp_path / "work")
    there, wrong = vault.manifests()
    assert (len(there), wrong) == (int(point == "backup: manifest written"), [])
    assert [check_again(vault, one) for one in there] == [[] for _ in there]
    assert house.run("backup", str(place)) == 0 == house.run("backup", str(place), "--verify")
    assert len(vault.manifests()[0]) == len(there) + 1


def test_a_backup_whose_place_is_full(untroubled: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It fails and says so, and leaves nothing that looks like one; with room the same command brings it whole."""
    place = tmp_path / "place"
    place.mkdir()
    mount("-t", "tmpfs", "-o", "size=64k,mode=0700", "none", str(place))
    try:
        assert untroubled.run("backup", str(place)) == 1
        assert "space" in capsys.readouterr().err
        (tmp_path / "work").mkdir()
        vault = Vault(FolderPlace(place), Sealer(), tmp_path / "work")
        assert vault.manifests() == ([], [])
        mount("-o", "remount,size=64m", str(place))
        assert untroubled.run("backup", str(place)) == 0 == untroubled.run("backup", str(place), "--verify")
        assert len(vault.manifests()[0]) == 1
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True, timeout=10)


@dataclass(frozen=True, kw_only=True)
class ServedHouse(House):
    """Its database is on a server."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        return {"MAILD_STORE__URL": self.url, "MAILD_STORE__BLOBS": f"{self.folder}/blobs"}

    def requests(self) -> int:
        """As many as a program sees that opens the database."""
        with psycopg.connect(self.url.replace("+psycopg", "")) as link:
            there = link.execute("SELECT to_regclass('transactions')").fetchone()
            found = link.execute("SELECT count(*) FROM transactions").fetchone() if there and there[0] else (0,)
        assert found
        return int(found[0])


def test_a_restore_that_is_killed_on_postgresql(prepared: House, tmp_path: Path) -> None:
    """At each step in turn: all rows are there or none, and once more all is there."""
    with postgres() as server:
        calm = ServedHouse(folder=tmp_path / "calm", url=server.url(server.database()))
        calm.folder.mkdir()
        assert calm.run("db", "upgrade") == 0
        assert calm.run("import", "patrons", str(prepared.folder / "patrons.csv")) == 0
        assert calm.run("import", "transactions", str(prepared.folder / "requests.csv")) == 0
        assert calm.run("backup", str(tmp_path / "backups")) == 0
        for n, point in enumerate(share([name for name in COMMAND_POINTS if name.startswith("restore")], 3)):
            made = ServedHouse(folder=tmp_path / f"new{n}", url=server.url(server.database()))
            made.folder.mkdir()
            made.killed(point, 1, "restore", str(tmp_path / "backups"))
            assert made.requests() in (0, ROWS), point
            assert made.run("restore", str(tmp_path / "backups"), "--force") == 0, point
            assert made.requests() == ROWS, point
            assert made.holds(), point


@pytest.mark.parametrize("point", [name for name in COMMAND_POINTS if name.startswith("restore")])
def test_a_restore_that_is_killed(untroubled: House, tmp_path: Path, point: str) -> None:
    """Half of one is no office that starts: either nothing is there yet, or all rows are; once more, all is there."""
    backups = tmp_path / "backups"
    assert untroubled.run("backup", str(backups)) == 0
    (tmp_path / "new").mkdir()
    made = House(folder=tmp_path / "new")
    made.killed(point, 1, "restore", str(backups))
    rows = _requests(made)
    assert rows == (ROWS if point in ("restore: rows committed, folder not named", "restore: done, not said") else 0)
    assert made.run("restore", str(backups), "--force") == 0
    assert _requests(made) == ROWS
    assert made.holds()


def _requests(made: House) -> int:
    """As many as a program sees that opens the database."""
    with closing(sqlite3.connect(made.folder / "maild.db")) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'transactions'").fetchone():
            return 0
        return int(database.execute("SELECT count(*) FROM transactions").fetchone()[0])
