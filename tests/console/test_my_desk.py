"""The desk in the console: ready answers into an answer, saved views and searches, who was mentioned."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from maild.console.work import TOPICS, Topic
from maild.domain.accounting.channel import proven
from maild.domain.desk.kept import Sort
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import ReviewState
from tests.console.tour import furnish
from tests.console.world import World


def test_what_is_kept_is_at_hand(client: TestClient, office: World) -> None:
    """A view stands above the list with its number, a search on its page, a mention on today's; a part that is none
    is refused."""
    furnish(office)
    with office.services.store.read() as uow:
        money = len([i for i in uow.reviews.find(limit=500) if i.cause in TOPICS[Topic.MONEY]])
    listed = client.get("/queue").text
    assert f'缴费类 <span class="num">{money}</span>' in listed
    assert "有凭证的来信" in client.get("/search").text
    assert "(wu)" in client.get("/today").text
    assert client.post("/api/v1/desk/view", json={"name": "x", "query": "topic=nonsense"}).status_code == 422
    said = client.post("/api/v1/desk/view", json={"name": "已处理的来信", "query": "cause=question&shown=handled"})
    assert said.status_code == 200
    kept = client.get("/api/v1/desk").json()
    assert {one["name"] for one in kept["views"]} == {"缴费类", "已处理的来信"}
    assert client.post("/api/v1/desk/forget", json={"id": kept["views"][0]["id"]}).status_code == 200


def test_an_answer_with_a_gap_is_not_sent(client: TestClient, office: World) -> None:
    """What the item does not tell stays a variable; such an answer is refused, in Chinese as well."""
    furnish(office)
    with office.services.store.read() as uow:
        item = next(i for i in uow.reviews.find(cause=Cause.QUESTION) if i.subject == "收费标准")
        kept = next(one for one in uow.kept.find(Sort.ANSWER, ["li"]) if one.name == "到馆取书")
    words = client.get(f"/live/queue/{item.id}/ready/kept:{kept.id}").text
    assert "孙一诺您好" in words
    assert "{due}" in words
    refused = client.post(f"/api/v1/queue/{item.id}/answer", json={"text": "请于 {due} 前归还"})
    assert refused.status_code == 422
    assert "{due}" in refused.json()["title"]
    page = client.post(f"/queue/{item.id}/answer", data={"text": "请于 {due} 前归还", "csrf": "x"}).text
    assert "答复中还有没填的 {due}" in page
    assert client.get(f"/live/queue/{item.id}/ready/kept:99999").status_code == 404


def test_a_key_puts_a_ready_answer_in(browser: Browser, site: tuple[str, Mapping[str, str]]) -> None:
    """Alt+1 in the field, where the cursor is; what was typed stays."""
    url, examples = site
    page = browser.new_page(locale="en")
    page.goto(f"{url}/queue/{examples['question']}")
    page.wait_for_function("document.documentElement.dataset.ready")
    field = page.locator("#text")
    field.fill("Before. ")
    field.press("Alt+1")
    expect(field).to_have_value("Before.\n\n谢谢孙一诺，我们正在查{request}。")
    page.close()


def test_claims_are_confirmed_together_as_their_proofs_say(client: TestClient, office: World) -> None:
    """Those whose proof says how; one of which none does is refused, and keeps no other back; twice changes nothing."""
    with office.services.store.read() as uow:
        claims = [claim.key for claim in uow.ledger.claims(limit=10)]
        known = uow.receipts.of_claims(claims)
        told = [key for key in claims if proven(seen.receipt for seen in known.get(key, ()))]
    assert told
    page = client.get("/payments").text
    assert page.count('name="claims"') == len(told)
    sent = {"claims": [*told, "claim:nobody's"]}
    said = client.post("/api/v1/payments/confirm-several", json=sent).json()
    assert said["done"].startswith(f"{len(told)} confirmed, 1 refused")
    with office.services.store.read() as uow:
        open_now = {claim.key for claim in uow.ledger.claims(limit=10) if claim.settled_by is None}
    assert not open_now & set(told)
    assert client.post("/api/v1/payments/confirm-several", json={"claims": told}).status_code == 422


def test_drafts_go_together_as_they_were_read(client: TestClient, office: World) -> None:
    """With the stamp of what was read; with another one, or none, nothing is sent; all of it is taken back at once."""
    piles = client.get("/api/v1/queue/drafts").json()["items"]
    assert piles
    items = [f"{one['item']}:{one['version']}:{one['stamp']}" for one in piles]
    for wrong in (items[0][:-16] + "0" * 16, items[0][:-17]):
        assert client.post("/api/v1/queue/release-read", json={"items": [wrong]}).status_code == 422
    said = client.post("/api/v1/queue/release-read", json={"items": items}).json()
    assert said["done"] == f"{len(items)} done"
    assert len(said["outbox"]) >= len(items)
    assert client.post("/api/v1/queue/several/undo", json={"key": said["key"]}).status_code == 200
    with office.services.store.read() as uow:
        found = uow.reviews.get_many([one["item"] for one in piles])
    assert {item.state for item in found} == {ReviewState.OPEN}
    assert piles[0]["drafts"][0]["subject"] in client.get("/queue/drafts").text


def test_what_else_waits_is_beside(client: TestClient, office: World) -> None:
    """Other items of the same writer, and an earlier proof that may be the same payment, stand on the item's page."""
    with office.services.store.read() as uow:
        item = uow.reviews.find(cause=Cause.PAYMENT_PROOF)[0]
        assert item.mail_id is not None
        raw = office.services.blobs.get(uow.mails.get(item.mail_id).sha256)
    office.receive(
        raw.replace(b"Message-ID: <", b"Message-ID: <again-", 1).replace(b"Message-Id: <", b"Message-Id: <again-", 1)
    )
    with office.services.store.read() as uow:
        again = max((i for i in uow.reviews.find(limit=500) if i.sender == item.sender), key=lambda i: i.id)
    page = client.get(f"/queue/{again.id}", headers={"accept-language": "en"}).text
    assert f'href="/queue/{item.id}">#{item.id}' in page
    assert "the same payment</b>" in page
    assert page.count('class="proof') == 2
