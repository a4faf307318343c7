"""A mail about several requests at the desk: each row settled or left by itself, taken back by itself, until none is left."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from maild.domain.desk.access import Role
from maild.domain.records.journal import MailStatus, ReviewItem, ReviewState
from maild.domain.requests.lifecycle import State
from maild.office.queue.mail_rows import rows_of_mail
from tests.console.conftest import signed_in
from tests.console.tour import BATCH
from tests.console.world import World

JSON = {"accept": "application/json"}


@pytest.fixture
def batch(office: World) -> ReviewItem:
    """The item of that mail: two rows moved when it came, one says nothing new, the rest waits."""
    office.receive(office.mail(subject="处理情况", text=BATCH))
    with office.services.store.read() as uow:
        return max(uow.reviews.find(limit=500), key=lambda item: item.id)


def read(client: TestClient, item: int) -> dict[str, Any]:
    """The item as programs are told."""
    found: dict[str, Any] = client.get(f"/api/v1/queue/{item}").json()
    return found


def states(client: TestClient, item: int) -> list[str]:
    """What became of each row, in their order."""
    return [row["state"] for row in read(client, item)["rows"]]


def do(client: TestClient, item: int, act: str, status: int = 200, **said: Any) -> dict[str, Any]:
    """An act on rows, as the page does it."""
    answer = client.post(f"/queue/{item}/rows/{act}", data=said, headers=JSON)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def state(office: World, number: str) -> State:
    """Where a request stands."""
    with office.services.store.read() as uow:
        found = uow.transactions.get(number)
    assert found is not None
    return found.state


def test_rows_are_settled_until_none_is_left(client: TestClient, office: World, batch: ReviewItem) -> None:
    """What came in moved what was plain; a row about another request, one left, one that waits; with the last the item is
    done, and each act is taken back by itself.
    """
    item = batch.id
    assert states(client, item) == ["moved", "moved", "over", "waits", "waits", "waits"]
    rows = read(client, item)["rows"]
    assert rows[3]["about"] is None
    page = client.get(f"/queue/{item}", headers={"accept-language": "zh-CN"}).text
    assert "6 项中有 3 项待处理" in page
    assert read(client, item)["work"] == "rows"

    refused = do(client, item, "settle", 404, rows=rows[3]["row"])
    assert "2026119999999" in refused["title"]
    with office.services.store.read() as uow:
        mails = len(uow.outbox.find(limit=500))
    said = do(client, item, "settle", rows=rows[3]["row"], **{"numbers.4": "2026112000104"})
    assert said["transactions"] == ["2026112000104"]
    assert state(office, "2026112000104") is State.UNFILLED
    with office.services.store.read() as uow:
        assert len(uow.outbox.find(limit=500)) == mails + 1
    assert states(client, item) == ["moved", "moved", "over", "settled", "waits", "waits"]
    assert read(client, item)["state"] == "open"

    do(client, item, "leave", 422, rows="6")
    do(client, item, "leave", rows="6", note="not ours")
    assert states(client, item)[5] == "left"
    do(client, item, "settle", 422, rows="6", **{"numbers.6": "2026112000104"})

    said = do(client, item, "undo", row="4")
    assert state(office, "2026112000104") is State.IN_PROCESS
    assert states(client, item) == ["moved", "moved", "over", "waits", "waits", "left"]
    said = do(client, item, "settle", rows=["4=2026112000104"])
    do(client, item, "leave", rows="5", note="asked them for the file")
    done = read(client, item)
    assert (done["state"], done["transactions"]) == ("assigned", ["2026112000104"])
    with office.services.store.read() as uow:
        assert batch.mail_id is not None
        assert uow.mails.get(batch.mail_id).status is MailStatus.SETTLED

    # What was done last, and closed the item, is what its undo takes back; the rows before stay settled.
    assert client.post(f"/queue/{item}/undo", headers=JSON).is_success
    assert states(client, item) == ["moved", "moved", "over", "settled", "waits", "left"]
    assert state(office, "2026112000104") is State.UNFILLED


def test_dismissing_what_is_left_and_taking_it_back_touches_no_row(
    client: TestClient, office: World, batch: ReviewItem
) -> None:
    """The undo of the dismissal is that of the dismissal."""
    do(client, batch.id, "settle", rows="4=2026112000104")
    assert client.post(f"/queue/{batch.id}/dismiss", data={"note": "enough"}, headers=JSON).is_success
    assert states(client, batch.id) == ["moved", "moved", "over", "settled", "over", "over"]
    assert client.post(f"/queue/{batch.id}/undo", headers=JSON).is_success
    assert state(office, "2026112000104") is State.UNFILLED
    assert states(client, batch.id) == ["moved", "moved", "over", "settled", "waits", "waits"]


def test_all_of_the_chosen_or_none(client: TestClient, office: World, batch: ReviewItem) -> None:
    """A row that cannot be applied, one read otherwise, an old page: nothing moves."""
    chosen = ["4=2026112000104", "5=2026112000121"]  # what is closed cannot be supplied
    before = read(client, batch.id)
    for said in ({"rows": chosen}, {"rows": ["4:00000000=2026112000104"]}, {"rows": ["9=2026112000104"]}):
        do(client, batch.id, "settle", 422, **said)
    do(client, batch.id, "settle", 422, rows="1")
    do(client, batch.id, "settle", 409, rows="4=2026112000104", seen=str(batch.version + 1))
    assert read(client, batch.id) == before
    assert state(office, "2026112000104") is State.IN_PROCESS
    viewer = signed_in(office, "zhou", Role.VIEWER)
    assert viewer.post(f"/queue/{batch.id}/rows/settle", data={"rows": "4"}, headers=JSON).status_code == 403
    second = signed_in(office, "wu", Role.LIBRARIAN)
    do(second, batch.id, "settle", rows="4=2026112000104", seen=str(before["version"]))
    do(client, batch.id, "leave", 409, rows="5", note="x", seen=str(before["version"]))


def test_an_item_assigned_as_a_whole_moves_nothing(client: TestClient, office: World, batch: ReviewItem) -> None:
    """The mail as such says nothing of one request: it is linked, and what its rows say stays theirs."""
    own = client.post(f"/queue/{batch.id}/assign", data={"numbers": "2026112000104", "sure": "true"}, headers=JSON)
    assert own.is_success, own.text
    assert state(office, "2026112000104") is State.IN_PROCESS


def test_what_a_form_lacks_is_said_in_the_language_of_its_page(client: TestClient, batch: ReviewItem) -> None:
    """Nothing marked, a note that is too long, a day that is none."""
    said = {"accept-language": "zh-CN", **JSON}
    for path, data, told in (
        (f"/queue/{batch.id}/rows/settle", {}, "没有填写或勾选"),
        (f"/queue/{batch.id}/rows/leave", {"rows": "4", "note": "x" * 501}, "最多 500 个字符"),
        ("/desk/away", {"since": "soon", "until": "2026-12-01"}, "请填日期"),
    ):
        answer = client.post(path, data=data, headers=said)
        assert answer.status_code == 422
        assert told in answer.json()["title"]
    english = client.post(f"/queue/{batch.id}/rows/settle", data={}, headers={"accept-language": "en", **JSON})
    assert english.json()["title"] == "rows: nothing is given or marked"


def test_a_mail_about_one_request_has_no_rows(client: TestClient, office: World) -> None:
    """Its item is assigned as before."""
    assert rows_of_mail(None) == ()
    with office.services.store.read() as uow:
        one = next(item for item in uow.reviews.find(limit=500) if item.mail_id is not None)
    assert one.state is ReviewState.OPEN
    assert read(client, one.id)["rows"] == []
    do(client, one.id, "settle", 422, rows="1")
