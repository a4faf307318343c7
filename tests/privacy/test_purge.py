"""What is too old goes, and only that; a look says beforehand exactly what. What a person is handed out is whole."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from maild.benches import exporter
from maild.cli.app import run
from maild.domain.records.retention import Class
from maild.office.privacy.purge import PurgeByTime, Purger
from maild.office.privacy.retention import load_retention
from tests.privacy.conftest import House
from tests.privacy.test_erase_story import ADDRESS, DONE, NAME, WHO, life

pytestmark = pytest.mark.integration


class Later:
    """A clock that stands still, some days ahead of the one that the office worked by."""

    def __init__(self, house: House, days: int) -> None:
        self._clock = house.office.services.clock
        self._now = self._clock.now() + timedelta(days=days)

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._clock.monotonic()


def purger(house: House, days: int) -> Purger:
    s = house.office.services
    return Purger(s.store, s.blobs, Later(house, days), load_retention())


def test_what_is_too_old_goes_as_the_look_said(house: House) -> None:
    """Nothing on the day; documents after two months, letters after three years, but for those of open requests; each
    look says what the run does, changes nothing, and a second run finds nothing. Books and balance sheet are even.
    """
    s = house.office.services
    life(house.office)
    with s.store.read() as uow:
        books = uow.ledger.balances()
    assert not any(one.rows for one in purger(house, 1).look())
    documents, letters = purger(house, 61), purger(house, 1100)
    seen = {one.which: one for one in documents.look()}
    assert seen[Class.DOCUMENTS].rows == 1
    assert seen[Class.DOCUMENTS].bytes > 1000
    before = s.blobs.size(_blob(house, DONE))
    assert before > 0  # a look changes nothing
    assert {one.which: one for one in documents.run(actor="mei")} == seen
    assert not s.blobs.size(_blob(house, DONE))
    look = letters.look()
    assert look == letters.look()
    done = letters.run(actor="mei")
    assert done == look
    gone = {one.which: one.rows for one in done}
    assert gone[Class.MAIL] >= 3
    assert gone[Class.NOTICES] >= 3
    assert not any(one.rows for one in letters.run(actor="mei"))
    with s.store.read() as uow:
        left = {mail.subject for mail in uow.mails.find(limit=100)}
        assert uow.ledger.balances() == books
        assert uow.evidence.verify().faults == ()
    assert any("2026112000101" in subject for subject in left)  # that request is under way
    assert s.balance(ask_servers=True).even
    assert s.bytes_again.look(fetch=False).whole


def _blob(house: House, number: str) -> str:
    """The name of the mail's blob that shipped the request, as it was."""
    import hashlib

    [raw] = [m for m in house.office.imap.messages() if f"文献已寄送：{number}".encode() in m or number.encode() in m][
        :1
    ]
    return hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_a_person_is_handed_out(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A page in both languages, the rows, mails and notices byte for byte; nobody else's address. Then what time takes
    away, and the commands.
    """
    s = house.office.services
    life(house.office)
    made = exporter(s).export(WHO, tmp_path / "out.zip")
    assert made.lost == 0
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        rows = json.loads(archive.read("data.json"))
        page = archive.read("index.html").decode()
        notices = [archive.read(name) for name in archive.namelist() if name.startswith("notices/")]
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert {"patron", "mail", "transactions", "ledger_entry", "statement_line", "proof"} <= rows.keys()
    assert rows["patron"][0]["name"] == NAME
    assert "本馆保存的您的资料" in page
    assert "What the library holds on you" in page
    sent = {m.raw.replace(b"\r\n", b"\n").strip() for m in house.office.smtp.mails if ADDRESS in m.recipients}
    assert {raw.replace(b"\r\n", b"\n").strip() for raw in notices} == sent
    assert b"demo-lijun" not in everything
    by_time_only_where_the_office_said_so(house, tmp_path / "rules")
    monkeypatch.setenv("MAILD_STORE__URL", s.settings.store.url)
    monkeypatch.setenv("MAILD_STORE__BLOBS", str(s.settings.store.blobs))
    monkeypatch.setenv("MAILD_BACKUP__TO", str(tmp_path / "backups"))

    def call(*args: str) -> tuple[int, dict[str, Any]]:
        capfd.readouterr()
        code = run(["--json", *args])
        return code, json.loads(capfd.readouterr().out.splitlines()[0])

    assert call("patrons", "erase", WHO)[1]["erased"] is False
    code, said = call("patrons", "erase", WHO, "--yes", "--by", "mei")
    assert (code, said["erased"], said["carried"]) == (0, True, True)
    assert list((tmp_path / "backups" / "erasures").iterdir())
    assert run(["--json", "patrons", "erase", WHO]) == 1
    assert call("purge", "--class", "documents")[1]["rows"] == 0
    assert call("ledger", "verify")[0] == 0
    assert call("patrons", "readmit", WHO)[1]["readmitted"] is True


def by_time_only_where_the_office_said_so(house: House, rules: Path) -> None:
    """The table as it ships shows and does nothing by itself; with `run = true` a day's first round does it."""
    s = house.office.services
    rules.mkdir()
    (rules / "retention.toml").write_text("run = true\n[notices]\ndays = 30\n", "utf-8")
    zone = ZoneInfo(s.settings.office.timezone)
    for folder, left in (("", True), (str(rules), False)):
        PurgeByTime(s.store, s.blobs, Later(house, 40), load_retention(folder), zone).run_once()
        with s.store.read() as uow:
            assert any(entry.copy for entry in uow.outbox.find(limit=100)) is left
            assert uow.mails.find(limit=100)[0].subject
