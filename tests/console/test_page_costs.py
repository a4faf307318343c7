"""What a page costs does not grow with what is in the lists; and the measurement of `make bench` works.

The offices are those of tests.bench.console_fill, at a five-hundredth of their size and less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from maild.console.app import make_app
from maild.console.areas import VIEWS
from maild.console.serve import make_desk
from maild.domain.desk.access import Role
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewItem
from tests.bench import console_models as models
from tests.bench.console_asked import Asked, asked
from tests.bench.console_fill import fill
from tests.bench.console_office import Office
from tests.bench.console_office import filled as fill_office
from tests.bench.console_pages import Timed, pages
from tests.bench.console_past import NOW, Size
from tests.console.stand_in import StandIn
from tests.servers.postgres import postgres

pytestmark = pytest.mark.long

MOST = 48  # statements of the dearest page, patrons.personal: each place is asked by an index of its own
GROUPS = ("page", "file", "filter", "search", "last page", "api")
SOME = 2  # of a group, but for pages
LISTS = tuple(view.name for view in VIEWS if view.name.endswith((".list", ".lines")) or view.name == "audit")

Counts = dict[str, int]


@pytest.fixture(scope="module")
def make(filled: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> Callable[[Size], Office]:
    """Makes a filled office."""
    folder, post = filled
    kinds = models.read(folder, post.answers)

    def made(size: Size) -> Office:
        there = tmp_path_factory.mktemp("office")
        models.settle(folder, kinds, there)
        place = Office(url=f"sqlite:///{there / 'maild.db'}", folder=there, database="sqlite")
        services = place.services()
        try:
            services.ensure_schema()
            fill(services.store, kinds, size)
        finally:
            services.close()
        return place

    return made


@pytest.fixture(scope="module")
def small(make: Callable[[Size], Office]) -> Office:
    """Two hundred requests, forty items that wait."""
    return make(Size(scale=0.002))


def _statements(place: Office, *, pages_only: bool = False) -> tuple[list[Asked], Counts]:
    """All that is asked, and how many statements each page takes."""
    services, counted = place.services(), [0]
    try:
        engine = services.store._engine
        sa.event.listen(engine, "before_cursor_execute", lambda *_: counted.__setitem__(0, counted[0] + 1))
        app = make_app(make_desk(services), StandIn("li", Role.ADMINISTRATOR))
        wanted = _some(asked(services.store), ("page",) if pages_only else GROUPS)
        found: Counts = {}
        with TestClient(app, base_url="http://127.0.0.1") as client:
            for one in wanted:
                counted[0] = 0
                answer = client.get(one.path)
                assert (answer.status_code, bool(answer.content)) == (200, True), one
                found[f"{one.group}: {one.name}"] = counted[0]
        return wanted, found
    finally:
        services.close()


def _some(wanted: list[Asked], groups: Sequence[str]) -> list[Asked]:
    """All pages, and some of each other group."""
    return [
        one
        for group in groups
        for one in [one for one in wanted if one.group == group][: None if group == "page" else SOME]
    ]


@pytest.fixture(scope="module")
def counts(small: Office) -> tuple[list[Asked], Counts]:
    """Those of the small office."""
    return _statements(small)


def test_everything_that_is_measured_answers(counts: tuple[list[Asked], Counts]) -> None:
    """Every page, and in each group something; no page takes more statements than can be read on one screen."""
    wanted, found = counts
    assert {view.name for view in VIEWS} <= {one.name for one in wanted if one.group == "page"}
    assert {one.group for one in wanted} == set(GROUPS)
    assert {name: count for name, count in found.items() if count > MOST} == {}


def test_no_list_asks_row_by_row(counts: tuple[list[Asked], Counts], make: Callable[[Size], Office]) -> None:
    """A list of fifty rows takes hardly more statements than one of twenty: one to count the rest, some for what only
    the larger office has; so does a request with a long history."""
    _, many = counts
    _, few = _statements(make(Size(scale=0.0)), pages_only=True)
    grows = [f"page: {name}" for name in (*LISTS, "today", "transactions.one", "transactions.one, longest history")]
    assert {name: (few[name], many[name]) for name in grows if many[name] > few[name] + 5} == {}


def test_the_measurement_measures(small: Office) -> None:
    """One page from a console in a process of its own, alone and by several at once."""
    (found,), crowd = pages(small, rounds=2, only="page: today")
    assert isinstance(found, Timed)
    assert (found.name, found.status) == ("today", 200)
    assert 0 < found.p50 <= found.p95
    assert found.size > 1000
    assert crowd["pages"] == crowd["clients"] == 4


def test_an_office_is_filled_on_postgresql(filled: tuple[Path, Any], tmp_path: Path) -> None:
    """As many rows as on SQLite, with the indexes that the migrations make, and numbers that go on."""
    folder, post = filled
    kinds = models.read(folder, post.answers)
    models.settle(folder, kinds, tmp_path)
    with postgres() as server:
        url = server.url(server.database())
        fill_office(url, tmp_path, 0.001, kinds)
        services = Office(url=url, folder=tmp_path, database="postgresql").services()
        try:
            with services.store._engine.connect() as connection:
                names = set(connection.scalars(sa.text("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")))
                counted = connection.scalar(sa.text("SELECT count(*) FROM journal"))
            assert {"ix_review_state_cause_id", "ix_search_open", "ix_outbox_number_begins"} <= names
            assert counted == 1000
            with services.store.begin() as uow:
                added = uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=Cause.QUESTION), NOW)
            assert added == 221  # after twenty that wait and two hundred that were handled
        finally:
            services.close()
