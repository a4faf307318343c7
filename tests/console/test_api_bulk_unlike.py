"""Rows in bulk as they come from other systems' programs: odd JSON, half-bad heaps, two at once, what is over reopened."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maild.console.access.gate import Gate
from maild.domain.desk.access import Role, Scope
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Language
from tests.console.door import cheap
from tests.console.test_api_bulk import PATRONS, House, words

REQUEST = {
    "number": "N1",
    "patron_id": "p1",
    "state": "in_process",
    "title": "T",
    "payable": "3.00",
    "payment_state": "due",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    made.post("patrons", PATRONS)
    yield made
    made.services.close()


def addresses(house: House, patron_id: str) -> list[str]:
    with house.services.store.read() as uow:
        (patron,) = uow.patrons.get_many([patron_id])
    return [email.address for email in patron.emails]


def request(house: House) -> tuple[State, PaymentState, Money | None]:
    with house.services.store.read() as uow:
        found = uow.transactions.get("N1")
    assert found is not None
    return found.state, found.payment_state, found.payable


def row(answer: Any) -> dict[str, Any]:
    return answer.json()["rows"][0]


@pytest.mark.parametrize("empty", ["", None, "  "])
def test_an_empty_value_takes_no_address_away(house: House, empty: str | None) -> None:
    """As an empty cell of a list: a system that does not know it must not lose it."""
    assert words(house.post("patrons", [PATRONS[0] | {"emails": empty}])) == {"p1": "unchanged"}
    assert len(addresses(house, "p1")) == 2


def test_an_empty_list_takes_all_addresses_away(house: House) -> None:
    """It says that there is none; a second time nothing changes; later they may come back."""
    gone = [PATRONS[0] | {"emails": []}]
    assert words(house.post("patrons", gone)) == {"p1": "changed"}
    assert addresses(house, "p1") == []
    assert words(house.post("patrons", gone)) == {"p1": "unchanged"}
    assert words(house.post("patrons", [PATRONS[0]])) == {"p1": "changed"}


@pytest.mark.parametrize("end", ["closed", "cancelled"])
def test_a_finished_request_is_not_reopened_by_the_way(house: House, end: str) -> None:
    """An old list says in_process: that row fails and says how, the one beside it goes in; asked for, it is done and noted."""
    house.post("requests", [REQUEST | {"state": end}])
    answer = house.post("requests", [REQUEST, REQUEST | {"number": "N2"}])
    assert words(answer) == {"N1": "failed", "N2": "created"}
    assert "reopen=true" in row(answer)["problem"]["detail"]
    assert request(house)[0] == State(end)
    opened = house.post("requests", [REQUEST], query="?reopen=true")
    assert row(opened)["warnings"][0]["what"].startswith("N1: moved back")
    assert request(house)[0] is State.IN_PROCESS


@pytest.mark.parametrize("paid", ["confirmed", "waived"])
def test_what_is_paid_is_not_asked_for_once_more(house: House, paid: str) -> None:
    """The other system's list is from before the payment: the fee stays paid, whatever it says."""
    house.post("requests", [REQUEST | {"payment_state": paid}])
    answer = house.post("requests", [REQUEST | {"payable": "99.00"}])
    assert (words(answer), row(answer)["problem"]["errors"][0]["field"]) == ({"N1": "failed"}, "payment_state")
    assert request(house)[1:] == (PaymentState(paid), Money.of("3.00"))


def test_a_state_that_goes_on_needs_no_leave(house: House) -> None:
    """Forward, to an end, from one end to the other: no flag is asked for."""
    for state in ("delivered", "closed", "closed"):
        assert row(house.post("requests", [REQUEST | {"state": state}]))["result"] in (
            "created",
            "changed",
            "unchanged",
        )
    assert request(house)[0] is State.CLOSED


ODD = {
    "half a character in a name": ('[{"patron_id": "x", "name": "a\\ud800"}]', 400),
    "half a character in an id": ('[{"patron_id": "x\\udfff", "name": "a"}]', 400),
    "half a character in a column": ('[{"patron_id": "x", "name": "a", "\\ud800": 1}]', 400),
    "nested beyond measure": ("[" * 100_000, 400),
    "bytes that are no UTF-8": ("[{}]\xff", 400),
}


@pytest.mark.parametrize("case", ODD)
def test_a_body_that_cannot_be_kept_is_refused_before_a_row_goes_in(house: House, case: str) -> None:
    """With its reason, as problem+json; the rows are not half there."""
    body, status = ODD[case]
    raw = body.encode("latin-1") if "\xff" in body else body.encode()
    answer = house.client.post("/api/v1/patrons/bulk", content=raw, headers={
        "Authorization": f"Bearer {house.keys[Scope.ADMIN]}", "Content-Type": "application/json", "Idempotency-Key": case})  # fmt: skip
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    with house.services.store.read() as uow:
        assert uow.patrons.get_many(["x"]) == []
    assert words(house.post("patrons", [{"patron_id": "x", "name": "a"}], key=case)) == {"x": "created"}, (
        "the key is free"
    )


def test_rows_that_say_two_things_are_none(house: House) -> None:
    """A name that stands twice in an object, an id that is true: each fails by itself."""
    body = '[{"patron_id": "x", "name": "a", "name": "b"}, {"patron_id": true, "name": "a"}, {"patron_id": 0017, "name": "a"}]'
    assert house.post("patrons", body).status_code == 400, "0017 is no number of JSON"
    body = body.replace("0017", '"0017"')
    assert [one["result"] for one in house.post("patrons", body).json()["rows"]] == ["failed", "failed", "created"]


def test_characters_that_databases_refuse_are_taken_out(house: House) -> None:
    """NUL and other controls in any column: both databases take the row."""
    said = {
        "patron_id": "x",
        "name": "a\0b",
        "phone": "1\0\x1b[31m",
        "emails": "a\0@reader.example",
        "department": "\u202eabc",
    }
    assert words(house.post("patrons", [said])) == {"x": "created"}
    with house.services.store.read() as uow:
        (patron,) = uow.patrons.get_many(["x"])
    assert not any(ord(c) < 32 for c in patron.name + patron.phone + patron.department + patron.emails[0].address)


def test_a_heap_of_a_thousand_with_every_third_bad(house: House) -> None:
    """Good ones go in whatever stands between them, across the transactions of the import; the key answers the same again."""
    rows: list[Any] = [
        {"patron_id": f"h{n}", "name": f"N{n}"}
        if n % 3
        else {"patron_id": f"h{n}", "name": "x", "emails": "none at all"}
        for n in range(1000)
    ]
    first = house.post("patrons", rows, key="heap")
    assert (first.json()["created"], first.json()["failed"]) == (666, 334)
    assert house.post("patrons", rows, key="heap").content == first.content
    assert len(house.history()) == 2


def test_two_at_once_under_one_key_are_taken_once(house: House) -> None:
    """Eight clients at a time: one is answered, the others are told to wait or get the same answer; one line of history."""
    rows = [{"patron_id": f"t{n}", "name": f"N{n}"} for n in range(200)]
    before = len(house.history())
    answers: list[Any] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait(20)
        answers.append(house.post("patrons", rows, key="together"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 8
    assert {answer.status_code for answer in answers} <= {200, 409}
    good = [answer for answer in answers if answer.status_code == 200]
    assert len({answer.content for answer in good}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in good) == 1
    assert good[0].json()["created"] == 200
    assert len(house.history()) == before + 1


def test_a_key_is_its_owners(house: House) -> None:
    """Two programs that both count from one: neither gets the other's answer."""
    gate = Gate(house.services, cheap())
    gate.staff.add("second", Role.ADMINISTRATOR, actor="test", password="an invented pass phrase")
    other = gate.staff.add_key("second", "", (Scope.ADMIN,), actor="test").key
    house.post("patrons", [{"patron_id": "o1", "name": "A"}], key="1")
    headers = {"Authorization": f"Bearer {other}", "Content-Type": "application/json", "Idempotency-Key": "1"}
    answer = house.client.post(
        "/api/v1/patrons/bulk", content=json.dumps([{"patron_id": "o2", "name": "B"}]), headers=headers
    )
    assert words(answer) == {"o2": "created"}


def test_dry_runs_leave_the_key_free(house: House) -> None:
    """What only asks is not remembered as an answer."""
    rows = [{"patron_id": "d1", "name": "A"}]
    assert house.post("patrons", rows, key="dry", query="?dry_run=true").json()["created"] == 1
    answer = house.post("patrons", rows, key="dry")
    assert (words(answer), "idempotent-replayed" in answer.headers) == ({"d1": "created"}, False)


def test_one_address_of_two_patrons_is_theirs_to_share(house: House) -> None:
    """A laboratory's address: both rows go in, and neither loses it to the other."""
    rows = [{"patron_id": name, "name": name, "emails": ["lab@reader.example"]} for name in ("l1", "l2")]
    assert set(words(house.post("patrons", rows)).values()) == {"created"}
    assert addresses(house, "l1") == addresses(house, "l2") == ["lab@reader.example"]


def test_a_patron_s_own_choices_survive_the_lists(house: House) -> None:
    """Language and delivery that the patron chose are not reset by a list that does not name them."""
    with house.services.store.begin() as uow:
        (patron,) = uow.patrons.get_many(["p1"])
        uow.patrons.upsert([replace(patron, language=Language.EN)], house.clock.now())
    house.post("patrons", [PATRONS[0] | {"phone": "1"}])
    with house.services.store.read() as uow:
        assert uow.patrons.get_many(["p1"])[0].language is Language.EN
