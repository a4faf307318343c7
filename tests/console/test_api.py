"""/api/v1: what its document says, tried by schemathesis; keys with scopes; errors as problem+json."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from maild.console.access import cookies
from maild.console.access.gate import Gate
from maild.console.access.signin import Caller
from maild.console.areas import ACTS, VIEWS
from maild.console.serve import Server, make_desk
from maild.domain.desk.access import BY_PASSWORD, Role, Scope
from tests.console.door import cheap
from tests.console.world import World
from tests.share import WHOLE, times

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

DECOYS = 50
# Share of the operations that may meet 404 more often than not (28 of 114, when it was set: two acts more that name what
# they are about by a number); all others are tried on what is there.
STRANGERS = 28 / 114
OF_ITEMS = ("fee", "give_up", "ignore", "new", "photo", "registration", "speaks")
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "negative_data_rejection,response_headers_conformance"
)


@pytest.fixture
def office(furnished_office: World) -> World:
    """With something on every page."""
    return furnished_office


@pytest.fixture
def api(office: World, examples: Mapping[str, str]) -> Iterator[httpx.Client]:
    """A client with a key of every scope over a furnished office."""
    gate = Gate(office.services, cheap())
    gate.staff.add("robot", Role.ADMINISTRATOR, actor="test", password="an invented pass phrase")
    scopes = (Scope.READ, Scope.WRITE, Scope.ADMIN)
    for _ in range(DECOYS):  # keys are ended by their numbers, too, and small numbers are tried first
        key = gate.staff.add_key("robot", "tests", scopes, actor="test").key
    server = Server(make_desk(office.services), gate, "127.0.0.1:0")
    server.start()
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=30) as client:
        yield client
    server.stop()


def there_is(office: World, examples: Mapping[str, str]) -> dict[str, Any]:
    """What stands for the parameters, and bodies of acts that go well: 'operation' → body, 'parameter' → value."""
    services, gate = office.services, Gate(office.services)
    with services.store.begin() as uow:
        sessions = {}
        for name in ("wu", "robot"):
            account = uow.accounts.get(name)
            assert account is not None
            value = gate.sign_in.open(uow, account, Caller(origin="", agent="test"), BY_PASSWORD)
            found = uow.sessions.get(cookies.sha256(value))
            assert found is not None
            sessions[name] = found[0].id
        claims = [claim.key for claim in uow.ledger.claims(limit=2)]
        items = [item.id for item in uow.reviews.find(limit=100)]
    key = gate.staff.add_key("wu", "", [Scope.READ], actor="test").kept.id
    return {
        **examples,
        # Items of their own: what another act has settled is not there for these.
        **{f"queue_{act}.item_id": items[-2 - n] for n, act in enumerate(OF_ITEMS)},
        "account_end_key.key_id": 1, "account_end_session.session": sessions["robot"],
        "accounts_end_key.key_id": key, "accounts_end_session.session": sessions["wu"],
        **{f"accounts_{act}.name": "wu" for act in ("one", "close", "end_key", "open", "role", "end_sessions",
                                                    "end_session")},
        "accounts_role": {"role": "viewer"}, "patrons_clear": {"address": "reader@reader.example"},
        "patrons_top_up": {"amount": "10.00", "channel": "cash"}, "patrons_refund": {"amount": "1.00", "note": "back"},
        "payments_confirm": {"claim": claims[0]}, "payments_confirm_several": {"claims": [claims[0]]},
        "desk_answer": {"name": "thanks", "text": "{patron}"}, "desk_view": {"name": "v"}, "desk_forget": {"id": 1},
        "desk_search": {"name": "s", "text": "x"}, "desk_away": {"since": "2026-11-25", "until": "2026-11-26"},
        "desk_duty": {"topic": "money", "names": "wu"},
        "payments_reject": {"claim": claims[-1], "note": "never came"},
        "queue_bulk_hand": {"items": [{"id": items[-1]}], "to": "wu"},
        "queue_fee": {"number": examples["number"], "subsidy": "1.00"}, "queue_give_up": {"note": "nobody has them"},
        "queue_hand": {"to": "wu"}, "queue_note": {"text": "a note"}, "queue_dismiss": {"note": "done"},
        "rules_disable": {"note": "tried"}, "queue_speaks": {"institution": "pku"},
        "transactions_rush": {"rush": True},
    }  # fmt: skip


def test_the_document_names_every_act_and_view(api: httpx.Client) -> None:
    """Nothing can be done by a page that the API does not have."""
    document = api.get("/api/v1/openapi.json").json()
    named = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert named >= {act.name.replace(".", "_") for act in ACTS}
    assert named >= {view.name.replace(".", "_") for view in VIEWS if view.json is not None}
    assert all(operation["summary"] for path in document["paths"].values() for operation in path.values())


def test_a_key_is_asked_for(api: httpx.Client) -> None:
    """No key, a wrong one and one of another shape: 401 as problem+json; a cookie alone is no key."""
    for headers in ({}, {"Authorization": "Bearer maild_wrong"}, {"Authorization": "Basic eDp5"}):
        answer = httpx.get(str(api.base_url) + "/api/v1/queue", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_a_key_that_may_only_read_changes_nothing(api: httpx.Client, office: World) -> None:
    """Scopes bound what a key may do, whatever its owner may."""
    reading = Gate(office.services).staff.add_key("robot", "reading", (Scope.READ,), actor="test").key
    with office.services.store.read() as uow:
        item = uow.reviews.find(limit=1)[0]
    headers = {"Authorization": f"Bearer {reading}"}
    assert httpx.get(str(api.base_url) + "/api/v1/queue", headers=headers).status_code == 200
    refused = httpx.post(str(api.base_url) + f"/api/v1/queue/{item.id}/dismiss", headers=headers, json={"note": "x"})
    assert refused.status_code == 403
    with office.services.store.read() as uow:
        kept = uow.reviews.get(item.id)
    assert kept == item


@pytest.mark.timeout(900)
@pytest.mark.long
def test_schemathesis_finds_no_fault(
    api: httpx.Client, office: World, examples: Mapping[str, str], tmp_path: Path
) -> None:
    """Whatever fits the document, and whatever does not, gets an answer that the document names: never a 5xx."""
    known = tmp_path / "examples.json"
    known.write_text(json.dumps(there_is(office, examples)), "utf-8")
    run = subprocess.run(
        [Path(sys.executable).with_name("schemathesis"), "run", f"{api.base_url}/api/v1/openapi.json",
         "--url", f"{api.base_url}/api/v1", "--header", f"Authorization: {api.headers['Authorization']}",
         "--checks", CHECKS, "--phases", "examples,fuzzing" + ",coverage" * WHOLE, "--max-examples", str(times(6, 8)), "--seed", "20261125",
         "--generation-database", "none", "--workers", "1", "--request-timeout", "60", "--continue-on-failure",
         "--no-color"],
        capture_output=True, text=True, timeout=800, check=False,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.console.api_hooks", "API_EXAMPLES": str(known)},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-1000:]
    assert re.search(r"\d{3,} passed", run.stdout), run.stdout[-1500:]
    strangers = re.search(r"Missing test data: (\d+) operations", run.stdout)
    operations = sum(map(len, api.get("/api/v1/openapi.json").json()["paths"].values()))
    assert strangers is None or int(strangers[1]) <= STRANGERS * operations, run.stdout[-6000:]
    assert "Authentication failed" not in run.stdout, "the key did not live to the end"


@pytest.mark.parametrize("value", [0, 1, "true", "no", None, 0.0, []])
def test_a_flag_is_true_or_false(api: httpx.Client, value: object) -> None:
    """As the document says: what merely looks like it is not guessed at."""
    answer = api.post("/api/v1/transactions/2026112000101/rush", json={"rush": value})
    assert answer.status_code == 422, answer.text
    assert "rush" in answer.json()["title"]
    assert api.post("/api/v1/transactions/2026112000101/rush", json={"rush": False}).status_code == 200
