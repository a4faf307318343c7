"""The outbox on its pages: filters, a notice as it was sent, and what staff may do with it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from maild.domain.desk.access import Role
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.outgoing.reach import Heard, News
from maild.domain.requests.patron import Patron, PatronAddress
from tests.console.conftest import signed_in
from tests.console.world import NOW, World, world
from tests.servers.clock import MovedClock
from tests.servers.smtp import SmtpServer

JSON = {"accept": "application/json"}
FIRST, SECOND = "mei@one.example", "mei@two.example"


@dataclass
class Place:
    """An office that really sends."""

    office: World
    smtp: SmtpServer
    client: TestClient
    count: int = 0

    def add(
        self, state: OutboxState = OutboxState.WAITING, kind: NoticeKind = NoticeKind.QUERY_ANSWER, **more: Any
    ) -> int:
        """One more notice to Mei."""
        self.count += 1
        with self.office.services.store.begin() as uow:
            documents = tuple((self.office.services.blobs.put(data), name) for name, data in more.pop("files", ()))
            request = NoticeRequest(kind=kind, subject=f"mail:9{self.count}", recipient=FIRST, patron_id="mei",
                                    locale="en", documents=documents,
                                    data={"answer": f"Words <b>number</b> {self.count}.", **more})  # fmt: skip
            (number,) = uow.outbox.add([request], NOW, state=state)
            if state not in (OutboxState.WAITING, OutboxState.HELD):
                uow.outbox.mark(number, state, now=NOW, reply="550 no")
        return number

    def relay(self) -> None:
        """Send what waits."""

        async def rounds() -> None:
            relay = self.office.services.relay
            while (await relay.run_once()).more:
                pass
            await relay.close()

        asyncio.run(rounds())

    def row(self, number: int) -> OutboxEntry:
        with self.office.services.store.read() as uow:
            found = uow.outbox.get(number)
        assert found is not None
        return found

    def post(self, number: int, act: str, **data: str) -> Any:
        return self.client.post(f"/outbox/{number}/{act}", data=data, headers=JSON)


@pytest.fixture
def place(filled: tuple[Path, Any], tmp_path: Path) -> Iterator[Place]:
    with SmtpServer() as smtp:
        settings = smtp.settings(per_recipient_hourly=1000, daily_budget=0)
        with world(filled[0], tmp_path / "office", filled[1], MovedClock(NOW), smtp=settings) as office:
            with office.services.store.begin() as uow:
                for waiting in uow.outbox.find(limit=1000):  # the demo's own: nothing of this test
                    if waiting.state is OutboxState.WAITING:
                        uow.outbox.mark(waiting.id, OutboxState.CANCELLED, now=NOW)
                mei = Patron(
                    patron_id="mei", name="Mei", emails=(PatronAddress(address=FIRST), PatronAddress(address=SECOND))
                )
                uow.patrons.upsert([mei], NOW)
            yield Place(office, smtp, signed_in(office, "li", Role.LIBRARIAN))


def test_the_list_filters(place: Place) -> None:
    """By state with its count, by kind, by address; in both languages."""
    failed, held = place.add(OutboxState.FAILED), place.add(OutboxState.HELD)
    page = place.client.get("/outbox?state=failed", headers={"accept-language": "en"}).text
    assert f'/outbox/{failed}"' in page
    assert f'/outbox/{held}"' not in page
    assert re.search(r'failed <span class="num">1<', page)
    assert "550 no" in page
    found = place.client.get("/api/v1/outbox", params={"text": FIRST}).json()
    assert {row["id"] for row in found["items"]} == {failed, held}
    kinds = place.client.get("/api/v1/outbox", params={"kind": "fee_notice"}).json()
    assert {row["kind"] for row in kinds["items"]} <= {"fee_notice"}
    assert "没有符合条件" in place.client.get("/outbox?text=nobody@nowhere.example").text


def test_a_sent_notice_is_shown_as_it_was_sent(place: Place) -> None:
    """The very bytes: headers, text, attachment; the HTML in a frame that may do nothing; what was heard; what came back."""
    number = place.add(kind=NoticeKind.DOCUMENT_DELIVERED, files=[("论文.pdf", b"%PDF-1.7 paper")])
    place.relay()
    row, (mail,) = place.row(number), place.smtp.mails
    assert row.state is OutboxState.SENT, row.reply
    with place.office.services.store.begin() as uow:
        uow.heard.add([News(address=FIRST, what=Heard.HARD_BOUNCE, reason="no such user", outbox_id=number)], NOW)
    page = place.client.get(f"/outbox/{number}", headers={"accept-language": "en"}).text
    assert "As it was sent" in page
    assert row.message_id.strip("<>") in page
    assert "论文.pdf" in page
    assert "no such user" in page
    assert 'sandbox=""' in page
    source = place.client.get(f"/outbox/{number}/mail.eml")
    assert source.headers["content-disposition"].startswith("attachment")
    assert source.content.replace(b"\r\n", b"\n").rstrip() == mail.raw.replace(b"\r\n", b"\n").rstrip()
    file = place.client.get(f"/outbox/{number}/files/0")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7 paper", "application/octet-stream")
    assert "attachment" in file.headers["content-disposition"]
    assert place.client.get(f"/outbox/{number}/files/1").status_code == 404
    html = place.client.get(f"/outbox/{number}/mail.html")
    assert html.headers["content-security-policy"].endswith("sandbox")
    said = place.client.get(f"/api/v1/outbox/{number}").json()
    assert (said["as_sent"], said["mail"]["files"][0]["name"], said["copy"]) == (True, "论文.pdf", row.copy)


def test_what_waits_is_shown_as_it_would_be_sent(place: Place) -> None:
    """A person's words are escaped; edited words are in it; what cannot be written says why."""
    number = place.add()
    page = place.client.get(f"/outbox/{number}", headers={"accept-language": "en"}).text
    assert "As it would look if sent now" in page
    assert "Words &lt;b&gt;number&lt;/b&gt;" in page
    assert "&lt;b&gt;number&lt;/b&gt;" in place.client.get(f"/outbox/{number}/mail.html").text
    lost = place.add(OutboxState.SENT)
    assert "no copy was kept" in place.client.get(f"/outbox/{lost}", headers={"accept-language": "en"}).text
    assert place.client.get(f"/outbox/{lost}/mail.html").status_code == 404
    assert place.client.get("/outbox/999999").status_code == 404


def test_a_sent_notice_goes_again_as_a_new_mail(place: Place) -> None:
    """Mail systems drop a second one with the same Message-ID, so it gets one of its own."""
    number = place.add(kind=NoticeKind.DOCUMENT_DELIVERED, files=[("a.pdf", b"%PDF")])
    place.relay()
    answer = place.post(number, "resend", state="sent")
    assert answer.status_code == 200, answer.text
    (again,) = answer.json()["outbox"]
    place.relay()
    first, second = place.smtp.mails
    assert place.row(again).state is OutboxState.SENT
    assert place.row(again).message_id != place.row(number).message_id
    assert b"Since you have not received it" not in first.raw
    assert b"not received" in second.raw.replace(b"=\r\n", b"")


def test_failed_held_and_waiting_ones(place: Place) -> None:
    """Each act from the states where it makes sense; from others it is refused in words; a stale page is told."""
    failed, held, waiting = (place.add(s) for s in (OutboxState.FAILED, OutboxState.HELD, OutboxState.WAITING))
    assert place.post(failed, "resend", state="failed").status_code == 200
    assert place.row(failed).state is OutboxState.WAITING
    assert place.post(waiting, "hold", state="waiting").status_code == 200
    assert place.row(waiting).state is OutboxState.HELD
    assert place.post(held, "release", state="held").status_code == 200
    assert place.post(held, "release", state="held").status_code == 409
    assert place.post(held, "cancel", state="waiting").status_code == 200
    refused = place.post(held, "hold")
    assert refused.status_code == 422
    assert "不能暂缓" in refused.json()["title"]
    place.relay()
    assert {place.row(n).state for n in (failed, waiting, held)} == {
        OutboxState.SENT,
        OutboxState.HELD,
        OutboxState.CANCELLED,
    }
    assert place.post(failed, "cancel").status_code == 422


def test_one_in_doubt(place: Place) -> None:
    """Shown as such with what may be done; called sent, or sent again, and never withdrawn."""
    left, again = place.add(), place.add()
    for _ in range(2):
        place.smtp.fault("dot", drop=True, keep=True)
    place.relay()
    page = place.client.get("/outbox?state=in_doubt").text
    assert "是否送出不明" in page
    assert f'/outbox/{left}"' in page
    assert "标为已发出" in place.client.get(f"/outbox/{left}").text
    assert place.client.get("/api/v1/outbox").json()["counts"]["in_doubt"] == 2
    assert place.post(left, "cancel").status_code == 422
    assert place.post(left, "sent", state="in_doubt").status_code == 200
    assert place.post(again, "resend", state="in_doubt").status_code == 200
    place.relay()
    assert {place.row(n).state for n in (left, again)} == {OutboxState.SENT}
    assert len(place.smtp.mails) == 3


def test_another_address_of_the_patron(place: Place) -> None:
    """One of hers, no other; what had not left is withdrawn."""
    number = place.add(OutboxState.FAILED)
    page = place.client.get(f"/outbox/{number}").text
    assert f"<option>{SECOND}</option>" in page
    assert place.post(number, "elsewhere", address="someone@else.example").status_code == 422
    assert place.post(number, "elsewhere", address=FIRST).status_code == 422
    answer = place.post(number, "elsewhere", address=SECOND.upper(), state="failed")
    assert answer.status_code == 200, answer.text
    place.relay()
    assert [mail.recipients for mail in place.smtp.mails] == [(SECOND,)]
    assert place.row(number).state is OutboxState.CANCELLED


def test_several_failed_ones_at_once(place: Place) -> None:
    """Each by itself: what has been sent meanwhile is told, the rest goes out."""
    one, two, three = (place.add(OutboxState.FAILED) for _ in range(3))
    place.post(two, "cancel")
    page = place.client.get("/outbox?state=failed").text
    assert f'name="items" value="{one}"' in page
    answer = place.client.post("/outbox/several/resend", data={"items": [str(one), str(two), str(three)]}, headers=JSON)
    assert answer.status_code == 200, answer.text
    rows = {row["notice"]: bool(row["done"]) for row in answer.json()["data"]["items"]}
    assert rows == {one: True, two: False, three: True}
    place.relay()
    assert len(place.smtp.mails) == 2


def test_a_viewer_only_looks(place: Place) -> None:
    """No forms, and no act."""
    number = place.add()
    viewer = signed_in(place.office, "wu", Role.VIEWER)
    page = viewer.get(f"/outbox/{number}").text
    assert f"/outbox/{number}/cancel" not in page
    assert viewer.post(f"/outbox/{number}/cancel", headers=JSON).status_code == 403


def test_numbers_that_no_notice_has(place: Place) -> None:
    """Beyond what a database takes: refused or not found, never a fault of ours."""
    huge = 10**30
    for path in (f"/outbox/{huge}", f"/outbox/{huge}/mail.html", f"/outbox/{huge}/mail.eml", f"/outbox/1/files/{huge}"):
        assert place.client.get(path).status_code == 404
    assert place.client.post(f"/api/v1/outbox/{huge}/resend", json={}).status_code == 404
    assert place.client.post("/api/v1/outbox/several/resend", json={"items": [huge]}).status_code == 422
    wrong = {"name": "cancelled.en.txt.j2", "version": huge, "seen": huge}
    admin = signed_in(place.office, "wu", Role.ADMINISTRATOR)
    assert admin.post("/api/v1/notices/cancelled/restore", json=wrong).status_code == 422
