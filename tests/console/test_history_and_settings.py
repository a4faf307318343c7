"""History, as pages and as a file; settings, which tell no secret and where they came from."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from maild.config import Secret
from maild.domain.desk.access import Role
from maild.domain.records.journal import JournalEntry
from maild.settings import Loaded, load
from maild.settings.inforce import in_force
from tests.console.conftest import signed_in
from tests.console.world import NOW, World

EN = {"accept-language": "en"}


# --- the audit log -------------------------------------------------------------------------------------------------


def _history(office: World) -> None:
    with office.services.store.begin() as uow:
        uow.journal.add([
            JournalEntry(what="state", at=NOW - timedelta(days=9), actor="wang", number="N1", before="submitted",
                         after="delivered", reasons=("=HYPERLINK(1)", "second", "third")),
            JournalEntry(what="act", at=NOW, actor="li", number="N2", after="@cmd <script>"),
        ])  # fmt: skip


@pytest.mark.parametrize(("query", "numbers"), [
    ("actor=wang", {"N1"}), ("what=act", {"N2"}), ("number=N1", {"N1"}), ("actor=li&what=state", set()),
    ("until=2026-11-17&actor=wang", {"N1"}), ("since=2026-11-17&actor=wang", set()), ("actor=wang&since=2026-11-16", {"N1"}),
])  # fmt: skip
def test_history_is_filtered(office: World, client: TestClient, query: str, numbers: set[str]) -> None:
    """By who, what, request and the office's day, both ends included."""
    _history(office)
    said = client.get(f"/api/v1/audit?{query}").json()["items"]
    assert {line["number"] for line in said} == numbers


def test_history_shows_states_in_words_and_is_safe(office: World, client: TestClient) -> None:
    """Before and after in the reader's language; what a mail wrote stays text."""
    _history(office)
    page = client.get("/audit?number=N1", headers={"accept-language": "zh"}).text
    assert "已提交" in page
    assert "已送达" in page
    assert "<script>" not in client.get("/audit?number=N2").text.split("<body>")[1]


def test_pages_of_history_follow_each_other(office: World, client: TestClient) -> None:
    """Newest first; the second page goes on where the first ended."""
    with office.services.store.begin() as uow:
        uow.journal.add([JournalEntry(what="act", at=NOW, actor="zhao", number=f"Z{n}") for n in range(120)])
    first = client.get("/api/v1/audit?actor=zhao").json()
    second = client.get(f"/api/v1/audit?actor=zhao&after={first['after']}").json()
    numbers = [line["number"] for line in first["items"] + second["items"]]
    assert numbers == [f"Z{n}" for n in range(119, 19, -1)]


def test_history_as_a_file(office: World, client: TestClient) -> None:
    """All lines of the filter, more than a page; nothing that a spreadsheet would calculate."""
    _history(office)
    with office.services.store.begin() as uow:
        uow.journal.add([JournalEntry(what="act", at=NOW, actor="zhao", number=f"Z{n}") for n in range(1200)])
    answer = client.get("/audit.csv?actor=zhao")
    assert "attachment" in answer.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [line["number"] for line in lines] == [f"Z{n}" for n in range(1199, -1, -1)]
    (line,) = csv.DictReader(io.StringIO(client.get("/audit.csv?number=N1").text.removeprefix("\ufeff")))
    assert line["reasons"] == "'=HYPERLINK(1); second; third"
    assert client.get("/audit.csv?since=x").status_code == 422


@pytest.mark.parametrize("path", ["/audit.csv", "/settings", "/api/v1/settings"])
def test_only_administrators_take_it_away(office: World, path: str) -> None:
    """A librarian looks at history, but exports none, and sees no settings."""
    client = signed_in(office, "wu", Role.LIBRARIAN)
    assert client.get(path).status_code == 403
    assert client.get("/audit").status_code == 200


# --- settings ------------------------------------------------------------------------------------------------------


def test_settings_tell_no_secret(office: World) -> None:
    """Neither a secret option, nor a password that stands in an address."""
    services = office.services
    mailbox = replace(services.settings.mailbox[0], password=Secret("hunter22"))
    store = replace(services.settings.store, url="postgresql://maild:sesame77@db.example/maild")
    shown = in_force(replace(services.settings, mailbox=(mailbox,), store=store), {})
    text = repr(shown)
    assert "hunter22" not in text
    assert "sesame77" not in text
    assert "postgresql://maild:***@db.example/maild" in text
    assert {option.value for section in shown for option in section.options if option.secret} == {"***", ""}


def test_settings_say_where_they_came_from(office: World, client: TestClient) -> None:
    """File and line, variable, or the default."""
    source = {"store.url": "environment variable MAILD_STORE__URL", "smtp.port": "maild.toml:7"}
    office.services.origin = Loaded(settings=office.services.settings, sources=source)
    rows = {row["option"]: row for row in client.get("/api/v1/settings").json()["options"]}
    assert rows["store.url"]["source"] == "environment variable MAILD_STORE__URL"
    assert rows["smtp.port"]["source"] == "maild.toml:7"
    assert rows["daemon.batch"]["source"] == "default"
    few = client.get("/api/v1/settings?changed=true&text=store").json()["options"]
    assert {"store.url", "store.blobs"} <= {row["option"] for row in few}
    assert "daemon.batch" not in {row["option"] for row in few}


def test_sources_are_those_of_the_loader(tmp_path: Path) -> None:
    """What the loader says of a file and the environment is what the page shows."""
    file = tmp_path / "maild.toml"
    file.write_text('[smtp]\nport = 2525\n[[mailbox]]\nname = "a"\n[[mailbox]]\nname = "b"\nhost = "two.example"\n')
    found = load(file, {"MAILD_SMTP__HOST": "mx.example"})
    assert found.sources["smtp.port"].endswith("maild.toml:2")
    assert "MAILD_SMTP__HOST" in found.sources["smtp.host"]
    assert "mailbox[1].host" in found.sources
    assert "smtp.security" not in found.sources


def test_each_section_of_the_settings_is_at_hand(client: TestClient) -> None:
    """A long page has a list of its sections; each leads to its own."""
    page = client.get("/settings", headers=EN).text
    index = page.split('class="index', 1)[1].split("</nav>", 1)[0]
    targets = re.findall(r'href="#([^"]+)"', index)
    assert len(targets) > 10
    assert targets == re.findall(r'<section class="card" id="([^"]+)"', page)
