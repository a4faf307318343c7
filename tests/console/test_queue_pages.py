"""The queue's pages and acts, as forms and as JSON, without a browser."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from maild.domain.desk.access import Role
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewItem, ReviewState
from tests.console.conftest import signed_in
from tests.console.world import World

JSON = {"accept": "application/json"}


def items(office: World, cause: Cause | None = None) -> list[ReviewItem]:
    """What is open."""
    with office.services.store.read() as uow:
        return uow.reviews.find(cause=cause)


def item(office: World, item_id: int) -> ReviewItem:
    """One item."""
    with office.services.store.read() as uow:
        found = uow.reviews.get(item_id)
    assert found is not None
    return found


def test_the_list_counts_and_filters(client: TestClient, office: World) -> None:
    """Every cause with its count; a cause alone shows its items alone; the newest first on request."""
    page = client.get("/queue").text
    every = items(office)
    for cause in {one.cause for one in every}:
        count = sum(one.cause is cause for one in every)
        assert re.search(rf'data-live-cause="{cause.value}">{count}<', page)
    only = client.get("/queue", params={"cause": "question"}).text
    assert set(re.findall(r'data-item="(\d+)"', only)) == {str(i.id) for i in every if i.cause is Cause.QUESTION}
    newest = re.findall(r'data-item="(\d+)"', client.get("/queue", params={"newest": "true"}).text)
    assert newest == [str(one.id) for one in reversed(every)]


def test_every_item_has_its_page_in_both_languages(client: TestClient, office: World) -> None:
    """Each open item and each of its tabs opens; nothing of a mail gets into the page unescaped."""
    for one in items(office):
        for tab in ("", "text", "proof", "html", "files", "source"):
            for lang in ("zh-CN", "en"):
                answer = client.get(f"/queue/{one.id}", params={"tab": tab}, headers={"accept-language": lang})
                assert answer.status_code == 200, (one.id, tab, answer.text[:500])
                assert "<script>" not in answer.text


def test_an_item_is_assigned_and_undone(client: TestClient, office: World) -> None:
    """Assigned to its candidate by a form, open again by undo; the history tells both."""
    one = next(i for i in items(office, Cause.QUESTION) if i.candidates)
    number = str(one.candidates[0]["transaction"])
    answer = client.post(f"/queue/{one.id}/assign", data={"numbers": number, "seen": str(one.version)}, headers=JSON)
    assert answer.status_code == 200, answer.text
    assert item(office, one.id).state is ReviewState.ASSIGNED
    page = client.get(f"/queue/{one.id}").text
    assert "data-undo-item" in page
    undone = client.post(f"/queue/{one.id}/undo", headers=JSON)
    assert undone.status_code == 200, undone.text
    assert item(office, one.id).state is ReviewState.OPEN


def test_who_looked_at_an_old_page_overwrites_nothing(client: TestClient, office: World) -> None:
    """The second librarian's act is refused with 409, in words that say who was faster."""
    one = items(office)[0]
    second = signed_in(office, "wu", Role.LIBRARIAN)
    assert client.post(
        f"/queue/{one.id}/dismiss", data={"note": "spam", "seen": str(one.version)}, headers=JSON
    ).is_success
    refused = second.post(f"/queue/{one.id}/dismiss", data={"note": "x", "seen": str(one.version)}, headers=JSON)
    assert refused.status_code == 409
    assert "li" in refused.json()["title"]
    assert item(office, one.id).handled_by == "li"


def test_an_answer_goes_out_and_the_next_item_follows(client: TestClient, office: World) -> None:
    """Own words are sent to the writer; the form leads to the next item of the list."""
    one = next(i for i in items(office, Cause.QUESTION))
    page = client.get(f"/queue/{one.id}").text
    back = re.search(r'action="/queue/\d+/answer".*?name="back" value="([^"]+)"', page, re.S)
    assert back
    answer = client.post(
        f"/queue/{one.id}/answer", data={"text": "您好，已为您处理。", "back": back.group(1)}, headers=JSON
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["go"] == back.group(1)
    assert answer.json()["outbox"]


def test_several_at_once(client: TestClient, office: World) -> None:
    """Each by itself: what a colleague has changed is refused and told, the rest is done."""
    one, two, three = items(office)[:3]
    client.post(f"/queue/{two.id}/note", data={"text": "asked by phone"}, headers=JSON)
    client.post(f"/queue/{three.id}/dismiss", data={"note": "x"}, headers=JSON)
    marked = [f"{i.id}:{i.version}" for i in (one, two, three)]
    answer = client.post("/queue/several/dismiss", data={"items": marked, "note": "advertising"}, headers=JSON)
    assert answer.status_code == 200, answer.text
    rows = {row["item"]: row for row in answer.json()["data"]["items"]}
    assert rows[one.id]["done"]
    assert rows[three.id]["refused"]


@pytest.mark.parametrize("value", ["x", "1:y", "", "1;2"])
def test_marks_that_are_none(client: TestClient, value: str) -> None:
    """What names no item is refused."""
    answer = client.post("/queue/several/dismiss", data={"items": value, "note": "x"}, headers=JSON)
    assert answer.status_code == 422


def test_a_viewer_sees_no_forms(office: World) -> None:
    """Who may only look is offered nothing to do."""
    page = signed_in(office, "wu", Role.VIEWER).get(f"/queue/{items(office)[0].id}").text
    assert "data-dismiss" not in page
    assert 'name="numbers"' not in page


def test_the_same_through_the_api(client: TestClient, office: World) -> None:
    """The list, an item and an act as JSON; unknown fields are refused, and said."""
    listed = client.get("/api/v1/queue").json()
    assert {row["id"] for row in listed["items"]} == {one.id for one in items(office)}
    one = listed["items"][0]
    assert client.get(f"/api/v1/queue/{one['id']}").json()["version"] == one["version"]
    wrong = client.post(f"/api/v1/queue/{one['id']}/dismiss", json={"note": "x", "nonsense": 1})
    assert (wrong.status_code, wrong.headers["content-type"]) == (422, "application/problem+json")
    done = client.post(f"/api/v1/queue/{one['id']}/dismiss", json={"note": "spam", "seen": one["version"]})
    assert done.status_code == 200, done.text
    assert item(office, one["id"]).state is ReviewState.DISMISSED
    again = client.post(f"/api/v1/queue/{one['id']}/dismiss", json={"note": "spam", "seen": one["version"]})
    assert again.status_code == 409


def test_advertising_is_cleared_by_the_screen_and_what_was_ignored_is_listed(client: TestClient, office: World) -> None:
    """The heap's page offers to clear it, which dismisses all on it; undo brings it back; the ignored have a page."""
    with office.services.store.begin() as uow:
        for n in range(2):
            uow.reviews.add(
                ReviewItem(id=0, mail_id=None, cause=Cause.ADVERTISING, subject=f"大促 {n}", key=f"ad:{n}"),
                office.services.clock.now(),
            )
    heap = items(office, Cause.ADVERTISING)
    assert 'data-key="c"' not in client.get("/queue").text
    page = client.get("/queue", params={"cause": "advertising"}).text
    marked = re.findall(r'<input type="hidden" name="items" value="([^"]+)"', page)
    assert marked == [f"{one.id}:{one.version}" for one in heap]
    assert client.post("/queue/several/clear", data={"items": marked}, headers=JSON).is_success
    assert items(office, Cause.ADVERTISING) == []
    assert client.post(f"/queue/{heap[0].id}/undo", headers=JSON).is_success
    assert len(items(office, Cause.ADVERTISING)) == len(heap)
    for why in ("", "list", "reply", "own", "sender", "staff", "other"):
        for lang in ("zh-CN", "en"):
            answer = client.get("/queue/ignored", params={"why": why} if why else {}, headers={"accept-language": lang})
            assert answer.status_code == 200, answer.text[:300]
    assert client.get("/api/v1/queue/ignored", headers=JSON).status_code in (200, 401)
