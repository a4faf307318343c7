"""Two at once on one thing: one does it, the other is told; nothing happens twice, and nobody meets a fault."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from maild.domain.desk.access import Role
from maild.domain.errors import MaildError, Permanent, StaleVersion
from maild.domain.records.journal import ReviewState
from tests.console.conftest import signed_in
from tests.console.world import World

pytestmark = pytest.mark.timeout(200)
AT_ONCE = 6


def together(*acts: Callable[[], object]) -> list[object]:
    """All of them at the same moment, each in a thread of its own; the value or the error of each."""
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        gate.wait(10)
        try:
            return act()
        except MaildError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_the_same_act_of_many(office: World) -> None:
    """Six dismiss one item, having seen the same: one does, five hear that somebody was faster."""
    acts = office.services.acts
    with office.services.store.read() as uow:
        items = uow.reviews.find(limit=4)
    for item in items:
        each_of = [partial(acts.dismiss, item.id, actor=f"n{n}", note="x", seen=item.version) for n in range(AT_ONCE)]
        found = together(*each_of)
        refused = [each for each in found if isinstance(each, MaildError)]
        assert len(refused) == AT_ONCE - 1
        assert all(isinstance(each, StaleVersion | Permanent) for each in refused), refused
        with office.services.store.read() as uow:
            kept = uow.reviews.get(item.id)
        assert kept is not None
        assert (kept.state, kept.version) == (ReviewState.DISMISSED, item.version + 1)


def test_undo_against_another_act(office: World) -> None:
    """Two take the same back, and a third hands it on: the item ends in one state, and no answer is a fault."""
    services = office.services
    with services.store.read() as uow:
        item = uow.reviews.find(limit=1)[0]
    services.acts.dismiss(item.id, actor="li", note="x", seen=item.version)
    found = together(
        lambda: services.acts.undo(item.id, actor="li", seen=item.version + 1),
        lambda: services.acts.undo(item.id, actor="wu", seen=item.version + 1),
        lambda: services.queue_acts.hand(item.id, "wu", actor="xu", seen=item.version + 1),
    )
    assert sum(not isinstance(each, MaildError) for each in found) == 1, found
    with services.store.read() as uow:
        kept = uow.reviews.get(item.id)
    assert kept is not None
    assert kept.state is ReviewState.OPEN


def test_a_double_click(office: World) -> None:
    """The same form sent six times at once dismisses an item once; the others are told, and none is a fault."""
    with office.services.store.read() as uow:
        item = uow.reviews.find(limit=1)[0]
    clients = [signed_in(office, "li", Role.LIBRARIAN) for _ in range(AT_ONCE)]
    form = {"note": "x", "seen": str(item.version)}
    headers = {"accept": "application/json"}
    path = f"/queue/{item.id}/dismiss"
    answers = together(*(partial(client.post, path, data=form, headers=headers) for client in clients))
    found = [answer.status_code for answer in answers]  # type: ignore[attr-defined]
    assert found.count(200) == 1
    assert set(found) <= {200, 409, 422}, found


def test_the_daemon_against_staff(office: World) -> None:
    """While staff dismiss, its mail is processed again: whoever is later sees what was done, nothing is lost."""
    services = office.services
    with services.store.read() as uow:
        item = next(one for one in uow.reviews.find(limit=50) if one.mail_id)
    found = together(
        lambda: services.acts.dismiss(item.id, actor="li", note="x", seen=item.version),
        lambda: services.acts.replay(item.id, actor="wu", seen=item.version),
    )
    assert any(not isinstance(each, MaildError) for each in found), found
    assert all(isinstance(each, StaleVersion | Permanent) for each in found if isinstance(each, MaildError)), found
