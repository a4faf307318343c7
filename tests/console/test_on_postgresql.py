"""The console over PostgreSQL: the office is made on it, and every page, list and search is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from maild.console.areas import VIEWS
from maild.demo.samples import Post, new_key, signer
from maild.domain.desk.access import Role
from tests.bench.console_asked import filters, searches
from tests.console.conftest import signed_in
from tests.console.tour import furnish, paths
from tests.console.world import NOW, decide, settings, world
from tests.servers.clock import MovedClock
from tests.servers.postgres import postgres

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
TABS = ("text", "proof", "html", "files", "source")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Mapping[str, str]]]:
    """Somebody who is signed in, and what stands for each parameter of a path."""
    folder, post, clock = tmp_path_factory.mktemp("place"), Post(signer(new_key())), MovedClock(NOW)
    with postgres() as server:
        url = server.url(server.database())
        decide(folder / "made", post, clock, url)
        store = replace(settings(folder / "office", url).store, blobs=folder / "office" / "blobs")
        with world(folder / "made", folder / "office", post, clock, store=store) as office:
            examples = furnish(office)
            with signed_in(office, "li", Role.ADMINISTRATOR) as client:
                yield client, examples


@pytest.mark.long
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_page_is_answered(asked: tuple[TestClient, Mapping[str, str]], locale: str) -> None:
    """All of the registry, every item that waits, and an item's tabs."""
    client, examples = asked
    items = [f"/queue/{item}" for item in examples["waiting"].split(",")]
    tabs = [f"/queue/{examples['item_id']}?tab={tab}" for tab in TABS]
    said = {
        path: client.get(path, headers={"accept-language": locale}).status_code
        for path in [*(path for _, path in paths(examples)), *items, *tabs]
    }
    assert len(said) > len(VIEWS)
    assert {path: status for path, status in said.items() if status != 200} == {}


def test_every_list_is_narrowed_and_searched(asked: tuple[TestClient, Mapping[str, str]]) -> None:
    """What the bench asks of lists and of the search; a word that is there is found."""
    client, _ = asked
    said = {one.path: client.get(one.path).status_code for one in [*filters(), *searches()]}
    assert {path: status for path, status in said.items() if status != 200} == {}
    assert re.search(r'href="/queue/\d+', client.get("/search", params={"text": "发票"}).text)
    assert not re.search(r'href="/queue/\d+', client.get("/search", params={"text": "不存在的词语"}).text)


def test_programs_are_answered(asked: tuple[TestClient, Mapping[str, str]]) -> None:
    """The API's answers to reading; a back-test that nobody has made is not there."""
    client, examples = asked
    spoken = {view.name for view in VIEWS if view.json is not None} - {"rules.backtested"}
    said = {name: client.get(f"/api/v1{path}").status_code for name, path in paths(examples) if name in spoken}
    assert {name: status for name, status in said.items() if status != 200} == {}
