"""Rows in bulk over the API: each is taken or told why not, a key makes them once, and only who may hands them in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from maild.bootstrap import Services
from maild.console.access.gate import Gate
from maild.console.api.bulk import MOST_ROWS
from maild.console.app import make_app
from maild.console.serve import make_desk
from maild.domain.desk.access import Role, Scope
from maild.domain.money import Money
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import State
from maild.office.privacy.erasing import Privacy
from tests.console.door import cheap
from tests.console.world import NOW, settings
from tests.servers.clock import MovedClock
from tests.servers.schema import lay_out

ROBOT = "robot"
PATRONS = [
    {"patron_id": "p1", "name": "李明", "emails": ["li@reader.example", "li2@reader.example"], "kind": "internal"},
    {"读者号": "p2", "姓名": "Wu", "类别": "校外"},
]


class House:
    """An office without anything in it, and its API with keys of each scope."""

    def __init__(self, folder: Path) -> None:
        lay_out(folder / "maild.db")
        self.clock = MovedClock(NOW)
        self.services = Services(settings(folder), clock=self.clock)
        gate = Gate(self.services, cheap())
        gate.staff.add(ROBOT, Role.ADMINISTRATOR, actor="test", password="an invented pass phrase")
        self.keys = {scope: gate.staff.add_key(ROBOT, "", (scope,), actor="test").key for scope in Scope}
        self.client = TestClient(make_app(make_desk(self.services), gate), base_url="http://127.0.0.1")

    def post(self, sort: str, rows: object, *, scope: Scope = Scope.ADMIN, key: str = "", query: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.keys[scope]}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        body = rows if isinstance(rows, str) else json.dumps(rows)
        return self.client.post(f"/api/v1/{sort}/bulk{query}", content=body, headers=headers)

    def history(self) -> list[JournalEntry]:
        with self.services.store.read() as uow:
            found = [entry for entry in uow.journal.of_transaction("") if entry.what == "import"]
        return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.services.close()


def words(answer: Any) -> dict[str, str]:
    """id → what became of the row."""
    assert answer.status_code == 200, answer.text
    return {row.get("id", ""): row["result"] for row in answer.json()["rows"]}


def test_patrons_are_created_updated_and_left(house: House) -> None:
    """By the office's own id, under any name that the import knows; a second time nothing changes; who did it is kept."""
    first = house.post("patrons", PATRONS)
    assert words(first) == {"p1": "created", "p2": "created"}
    assert words(house.post("patrons", PATRONS)) == {"p1": "unchanged", "p2": "unchanged"}
    changed = house.post("patrons", [PATRONS[0] | {"phone": "0571-1"}, {"patron_id": "p3", "name": "Xu"}])
    assert words(changed) == {"p1": "changed", "p3": "created"}
    with house.services.store.read() as uow:
        known = {patron.patron_id: patron for patron in uow.patrons.get_many(["p1", "p2", "p3"])}
    assert [email.address for email in known["p1"].emails] == ["li@reader.example", "li2@reader.example"]
    assert (known["p1"].phone, str(known["p2"].kind)) == ("0571-1", "external")
    lines = house.history()
    assert {line.actor for line in lines} == {ROBOT}
    assert {line.reasons[0] for line in lines} == {"/patrons/bulk: 2 created", "/patrons/bulk: 1 created, 1 changed"}


def test_a_row_that_fails_hinders_no_other(house: House) -> None:
    """Each says what is wrong with it, in the words of RFC 9457, and the good one between them goes in."""
    rows = [{"patron_id": "", "name": "x"}, {"patron_id": "p1", "name": "Li"}, {"patron_id": "p2", "name": ""}, "nothing",
            {}, {"patron_id": "p4", "name": "Wu", "emails": "no address", "kind": "dean"}, {"patron_id": "p1", "name": "Li"},
            {"patron_id": "p5", "name": {"first": "x"}}, {"patron_id": "p6", "学号": "p7", "name": "Xu"}]  # fmt: skip
    answer = house.post("patrons", rows)
    body = answer.json()
    assert [row["result"] for row in body["rows"]] == ["failed", "created", *["failed"] * 7]
    assert (body["created"], body["failed"]) == (1, 8)
    for row in body["rows"]:
        if row["result"] == "failed":
            assert row["problem"].keys() >= {"type", "title", "status", "detail"}, row
            assert row["problem"]["status"] == 422
    assert {error["field"] for error in body["rows"][5]["problem"]["errors"]} == {"emails", "kind"}
    assert "is on line 2 already" in body["rows"][6]["problem"]["title"]


def test_requests_are_moved_with_their_history_and_the_cents_are_kept(house: House) -> None:
    """Numbers as they are written: 3.30 is 330 cents, a number of twenty digits loses none; a patron has to be known."""
    house.post("patrons", PATRONS)
    body = (
        '[{"number": 20261120001010000001, "patron_id": "p1", "service": "copy", "state": "in_process", "title": "T",'
        ' "payable": 3.30, "payment_state": "due", "rush": true}, {"number": "N2", "patron_id": "p9"}]'
    )
    first = house.post("requests", body)
    assert words(first) == {"20261120001010000001": "created", "N2": "failed"}
    assert "p9" in first.json()["rows"][1]["problem"]["title"]
    again = [{"number": "20261120001010000001", "patron_id": "p1", "state": "submitted", "further": "x"}]
    moved = house.post("requests", again).json()
    assert (moved["changed"], moved["ignored"]) == (1, ["further"])
    assert "moved back" in moved["rows"][0]["warnings"][0]["what"]
    with house.services.store.read() as uow:
        found = uow.transactions.get("20261120001010000001")
        assert found is not None
        assert (found.state, found.payable, found.rush) == (State.SUBMITTED, Money.of("3.30"), True)
        lines = uow.journal.of_transaction("20261120001010000001")
    assert {line.actor for line in lines if line.what == "import"} == {ROBOT}


def test_registrations_are_followed_as_a_list_would_be(house: House) -> None:
    """A librarian's key is enough; applicants are told unless nobody is to be; what contradicts is refused by itself."""
    rows = [
        {"email": "a@reader.example", "name": "A", "state": "pending", "submitted": NOW.isoformat()},
        {"email": "b@reader.example", "name": "B", "step": "identity", "state": "pending"},
        {"email": "not an address", "name": "C"},
    ]
    answer = house.post("registrations", rows, scope=Scope.WRITE, query="?silent=true")
    assert words(answer) == {"a@reader.example": "created", "b@reader.example": "created", "not an address": "failed"}
    with house.services.store.read() as uow:
        assert {known.email for known in uow.registrations.find()} == {"a@reader.example", "b@reader.example"}
        assert uow.outbox.find() == []
    assert words(house.post("registrations", rows[:1], scope=Scope.WRITE)) == {"a@reader.example": "unchanged"}


def test_a_key_makes_rows_once(house: House) -> None:
    """The same rows under it are answered as they were, also after others have changed them; other rows are refused; a
    week later it is free.
    """
    first = house.post("patrons", PATRONS, key="k1")
    house.post("patrons", [{"patron_id": "p1", "name": "Li", "phone": "9"}])
    again = house.post("patrons", PATRONS, key="k1")
    assert (again.status_code, again.content) == (200, first.content)
    assert (again.headers.get("idempotent-replayed"), first.headers.get("idempotent-replayed")) == ("true", None)
    with house.services.store.read() as uow:
        assert uow.patrons.get_many(["p1"])[0].phone == "9", "nothing was done a second time"
    other = house.post("patrons", PATRONS[:1], key="k1")
    assert (other.status_code, other.headers["content-type"]) == (422, "application/problem+json")
    assert house.post("registrations", [{"email": "a@b.example"}], key="k1").status_code == 422, "another path"
    assert house.post("patrons", PATRONS, key="k2").json()["changed"] == 1
    house.clock.pass_time(days=8)
    assert house.post("patrons", PATRONS[:1], key="k1").json()["rows"][0]["result"] == "unchanged"


def test_a_key_under_which_somebody_works_waits_and_is_free_when_he_died(house: House) -> None:
    """Two at a time: the second is told so. What a process that died had begun is begun anew after ten minutes."""
    store = house.services.store
    house.post("patrons", PATRONS, key="k1")
    with store.begin() as uow:  # as it stands while rows are being taken
        digest = uow.api_answers.begin(ROBOT, "k1", "", NOW)
        assert digest is not None
        uow.api_answers.drop(ROBOT, "k1")
        uow.api_answers.begin(ROBOT, "k1", digest.digest, NOW)
    assert house.post("patrons", PATRONS, key="k1").status_code == 409
    house.clock.pass_time(minutes=11)
    assert words(house.post("patrons", PATRONS, key="k1")) == {"p1": "unchanged", "p2": "unchanged"}
    house.post("patrons", [{"wrong": "x"}], key="k3")
    with store.begin() as uow:
        assert uow.api_answers.begin(ROBOT, "k3", "another", NOW + timedelta(minutes=11)) is None, "no answer, no mark"


def test_who_was_erased_is_not_brought_back(house: House) -> None:
    """Another system still has the person: the row is left out and says so, and no kept answer names anybody."""
    house.post("patrons", PATRONS, key="k1")
    Privacy(house.services.store, house.services.blobs, house.services.clock).erase("p1", actor="test")
    row = house.post("patrons", PATRONS).json()["rows"][0]
    assert (row["result"], row["problem"]["status"]) == ("left_out", 409)
    with house.services.store.begin() as uow:
        assert uow.api_answers.begin(ROBOT, "k1", "", NOW) is None


REFUSED: Mapping[str, tuple[str, Mapping[str, Any], int]] = {
    "a librarian's key does not write patrons": ("patrons", {"scope": Scope.WRITE}, 403),
    "nor requests": ("requests", {"scope": Scope.WRITE}, 403),
    "a key that may only read writes nothing": ("registrations", {"scope": Scope.READ}, 403),
    "no JSON": ("patrons", {"rows": "{"}, 400),
    "no list": ("patrons", {"rows": PATRONS[0]}, 422),
    "an empty list": ("patrons", {"rows": []}, 422),
    "too many": ("patrons", {"rows": [PATRONS[0]] * (MOST_ROWS + 1)}, 422),
    "no column that says who": ("patrons", {"rows": [{"phone": "1"}]}, 422),
    "a flag that is not known": ("patrons", {"query": "?silent=true"}, 422),
    "a flag that says neither": ("patrons", {"query": "?dry_run=1"}, 422),
    "a key too long": ("patrons", {"key": "k" * 201}, 400),
}


def test_what_is_refused_as_a_whole_changes_nothing(house: House) -> None:
    """As problem+json, before a row is looked at."""
    for case, (sort, said, status) in REFUSED.items():
        answer = house.post(sort, **({"rows": PATRONS} | dict(said)))
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), case
    assert house.post("patrons", PATRONS, query="?dry_run=true").json()["created"] == 2
    with house.services.store.read() as uow:
        assert uow.patrons.get_many(["p1", "p2"]) == []
    assert house.history() == []


def test_the_document_says_all_this(house: House) -> None:
    """Path, key, flags and the answer's shape, for whoever writes a client."""
    document = house.client.get(
        "/api/v1/openapi.json", headers={"Authorization": f"Bearer {house.keys[Scope.READ]}"}
    ).json()
    for sort in ("patrons", "requests", "registrations"):
        told = document["paths"][f"/{sort}/bulk"]["post"]
        assert [p["name"] for p in told["parameters"]][:2] == ["Idempotency-Key", "dry_run"]
        assert told["requestBody"]["content"]["application/json"]["schema"]["maxItems"] == MOST_ROWS
        assert told["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/BulkOutcome")
