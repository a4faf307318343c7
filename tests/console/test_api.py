"""/api/v1: what its document says, tried by schemathesis; keys with scopes; errors as problem+json."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from maild.console.access.gate import Gate
from maild.console.areas import ACTS, VIEWS
from maild.console.serve import Server, make_desk
from maild.domain.access import Role, Scope
from tests.console.door import cheap
from tests.console.tour import furnish
from tests.console.world import World

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

DECOYS = 50
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
          "negative_data_rejection,response_headers_conformance")  # fmt: skip


@pytest.fixture
def api(office: World) -> Iterator[httpx.Client]:
    """A client with a key of every scope over a furnished office."""
    furnish(office)
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
def test_schemathesis_finds_no_fault(api: httpx.Client) -> None:
    """Whatever fits the document, and whatever does not, gets an answer that the document names: never a 5xx."""
    run = subprocess.run(
        [Path(sys.executable).with_name("schemathesis"), "run", f"{api.base_url}/api/v1/openapi.json",
         "--url", f"{api.base_url}/api/v1", "--header", f"Authorization: {api.headers['Authorization']}",
         "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "4", "--seed", "20261125",
         "--generation-database", "none", "--workers", "1", "--request-timeout", "60", "--continue-on-failure",
         "--no-color"],
        capture_output=True, text=True, timeout=800, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-1000:]
    assert re.search(r"\d{3,} passed", run.stdout), run.stdout[-1500:]
    assert "Authentication failed" not in run.stdout, "the key did not live to the end"
