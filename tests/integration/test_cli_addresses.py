"""maild addresses: what staff see of mail that does not arrive, and how they clear it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.cli.app import run
from maild.domain.outgoing.reach import Heard, News, ReachPolicy, mark
from maild.domain.requests.patron import Patron, PatronAddress
from maild.store import open_store
from maild.store.uow import Store
from tests.servers.schema import lay_out

Maild = Callable[..., str]
LI = "li@patron.example"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A database that the commands find, with a patron."""
    for key in [key for key in os.environ if key.startswith("MAILD_")]:
        monkeypatch.delenv(key)
    url = lay_out(tmp_path / "maild.db")
    monkeypatch.setenv("MAILD_STORE__URL", url)
    monkeypatch.setenv("MAILD_STORE__BLOBS", str(tmp_path / "blobs"))
    monkeypatch.chdir(tmp_path)
    made = open_store(url)
    now = datetime.now(UTC)
    with made.begin() as uow:
        emails = (PatronAddress(address=LI), PatronAddress(address="li@qq.example"))
        uow.patrons.upsert([Patron(patron_id="p1", name="李珺", phone="0571-1", emails=emails)], now)
        for n in range(4):
            uow.heard.add([News(address=f"p{n}@qq.example", what=Heard.DELIVERED_TO_SERVER)], now)
        uow.heard.add([News(address="old@qq.example", what=Heard.OPENED)], now - timedelta(days=40))
        for what, address in ((Heard.HARD_BOUNCE, LI), (Heard.COMPLAINT, "nobody@else.example")):
            news = News(address=address, what=what, reason="550 User suspended")
            uow.heard.add([news], now)
            uow.addresses.note(news, mark(news, 0, now, ReachPolicy()), now)
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


def rows(text: str) -> list[dict[str, Any]]:
    """The objects of --json."""
    return [json.loads(line) for line in text.splitlines()]


def test_listed_with_reason_expiry_and_phone(maild: Maild) -> None:
    """Whom it does not reach, since when, until when, why, and whom to ring."""
    found = {row["address"]: row for row in rows(maild("addresses", "list", "--json"))}
    assert set(found) == {LI, "nobody@else.example"}
    assert (found[LI]["state"], found[LI]["reason"], found[LI]["phone"]) == (
        "avoided",
        "550 User suspended",
        ["李珺 0571-1"],
    )
    assert found[LI]["until"] > found[LI]["since"]
    assert found["nobody@else.example"]["state"] == "complained"
    table = maild("addresses", "list")
    assert "李珺 0571-1" in table
    assert "550 User suspended" in table


def test_shown_with_its_history_and_at_the_patron(maild: Maild) -> None:
    """What was heard, line by line; the patron's page names the address and the reason."""
    (shown,) = rows(maild("addresses", "show", LI.upper(), "--json"))
    assert [line["what"] for line in shown["heard"]] == ["hard_bounce"]
    assert "hard_bounce" in maild("addresses", "show", LI)
    page = maild("patrons", "show", "p1")
    assert f"{LI}  avoided until" in page
    assert "phone 0571-1" in page
    (patron,) = rows(maild("patrons", "show", "p1", "--json"))
    assert list(patron["bounced"]) == [LI]
    assert patron["bounce_reasons"] == {LI: "550 User suspended"}
    (good,) = rows(maild("addresses", "show", "li@qq.example", "--json"))
    assert (good["state"], good["heard"]) == ("good", [])


def test_cleared_once_with_an_author(maild: Maild, store: Store) -> None:
    """The ban ends, the history keeps who ended it and why; a second time there is nothing to clear."""
    maild("addresses", "clear", LI, "--as", "wang", "--note", "rang her")
    with store.read() as uow:
        assert uow.addresses.get(LI).bounced_until is None
        assert uow.heard.of(LI)
    with store._engine.connect() as connection:
        lines = connection.exec_driver_sql("SELECT actor, after, reasons FROM journal").all()
    assert [(actor, after, "rang her" in str(reasons)) for actor, after, reasons in lines] == [
        ("wang", "address cleared", True)
    ]
    assert "nothing stands against" in maild("addresses", "clear", LI, code=1)


def test_statistics_by_domain(maild: Maild) -> None:
    """Counts of the last 30 days, the busiest first, with a bar; more days show more."""
    found = {row["domain"]: row for row in rows(maild("addresses", "domains", "--json"))}
    assert next(iter(found)) == "qq.example"
    assert (found["qq.example"]["sent"], found["qq.example"]["opened"]) == (4, 0)
    assert (found["patron.example"]["hard"], found["else.example"]["complained"]) == (1, 1)
    assert "█" * 20 in maild("addresses", "domains")
    longer = {row["domain"]: row for row in rows(maild("addresses", "domains", "--days", "60", "--json"))}
    assert longer["qq.example"]["opened"] == 1
