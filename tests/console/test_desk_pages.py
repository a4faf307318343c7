"""The page of an item is built around one act; what is somebody else's is asked about; what is sent waits a moment."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

from starlette.testclient import TestClient

from maild.console.access.gate import Gate
from maild.console.pages.queue.work import bench
from maild.console.serve import make_desk
from maild.console.work import TOPICS, Topic, Work, topic_of, work_of
from maild.domain.desk.access import Role
from maild.domain.desk.listing import TransactionFilter
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import ReviewItem, ReviewState
from maild.domain.wording.words_mail import SIGNALS
from maild.domain.wording.words_queue import ADVICE, ADVICE_WITHOUT
from tests.console.door import cheap
from tests.console.test_queue_pages import JSON, item, items
from tests.console.world import World

BAR = re.compile(r'<div class="bar".*?</div>', re.S)


def page_of(client: TestClient, item_id: int) -> str:
    answer = client.get(f"/queue/{item_id}")
    assert answer.status_code == 200
    return answer.text


def by_subject(office: World, subject: str) -> ReviewItem:
    return next(one for one in items(office) if one.subject == subject)


def drafted(page: str) -> str:
    """What stands in the field of the answer."""
    return html.unescape(re.search(r'name="drafted" value="(.*?)">', page, re.S)[1])  # type: ignore[index]


def test_every_cause_has_a_topic_and_a_work() -> None:
    """No cause is left out of the topics, none stands in two; each has an act that its page is built around."""
    every = [cause for causes in TOPICS.values() for cause in causes]
    assert sorted(every) == sorted(cause for cause in Cause if cause is not Cause.NONE)
    nothing = {"machine": False, "drafts": False, "fee": False, "proofs": False, "invoice": False,
               "registration": False}  # fmt: skip
    works = {cause: work_of(cause, mail=True, **nothing) for cause in every}
    assert works[Cause.QUESTION] is works[Cause.NOT_RECEIVED] is Work.ANSWER
    assert works[Cause.PAYMENT_PROOF] is works[Cause.AMOUNT_DIFFERS] is Work.BOOKS
    assert works[Cause.ILLEGAL_MOVE] is works[Cause.ADVERTISING] is Work.ASSIGN
    assert work_of(Cause.QUESTION, mail=True, **{**nothing, "machine": True}) is Work.ASSIGN
    assert work_of(Cause.INVOICE, mail=True, **{**nothing, "invoice": True}) is Work.INVOICE
    assert topic_of(Cause.INVOICE) is Topic.MONEY


def test_the_main_act_of_each_cause(client: TestClient, office: World) -> None:
    """A question has its answer in a field and Send as the main button; a proof the books; an invoice its fields."""
    answers = page_of(client, by_subject(office, "没收到文献").id)
    assert 'class="item work-answer"' in answers
    assert 'form="answer" class="main"' in BAR.search(answers)[0]  # type: ignore[index]
    assert drafted(answers) in html.unescape(answers).split("<textarea", 1)[1]
    books = page_of(client, items(office, Cause.PAYMENT_PROOF)[0].id)
    assert 'form="assign" class="main"' in BAR.search(books)[0]  # type: ignore[index]
    assert books.index('id="assign"') < books.index('data-key="r"')
    invoice = page_of(client, by_subject(office, "Invoice for 2026112000115").id)
    assert 'form="issue" class="main"' in BAR.search(invoice)[0]  # type: ignore[index]
    assert "91330000MA0000000X" in invoice.split('id="issue"')[0].split('class="match"')[1]


def test_the_page_speaks_of_what_is_there(client: TestClient, office: World) -> None:
    """A proof that is booked is not to be booked again beside an invoice; no file is to be looked at where none came.

    Assigning says beforehand what it would do.
    """
    invoice = page_of(client, by_subject(office, "汇款凭证").id)
    assert 'form="issue" class="main"' in BAR.search(invoice)[0]  # type: ignore[index]
    posted = page_of(client, by_subject(office, "【CALIS馆际互借】文献已寄送：2026112000120").id)
    assert ADVICE_WITHOUT["no_usable_file"].zh in posted
    assert ADVICE["no_usable_file"].zh not in posted
    assert "目前不能处理" in posted.split('id="assign"')[1].split("</form>")[0]
    assert 'class="main"' not in BAR.search(posted)[0], "it would be refused"  # type: ignore[index]
    broken = page_of(client, by_subject(office, "【CALIS馆际互借】文献已寄送：2026112000122").id)
    assert ADVICE["no_usable_file"].zh in broken


def test_a_second_proof_keeps_its_act(office: World) -> None:
    """Of two proofs of a mail one is booked: the other is still to be; once both are, there is nothing to book."""
    desk = make_desk(office.services)
    view = office.services.item_views.explain_item(by_subject(office, "汇款凭证").id)
    (booked,) = view.receipts
    assert booked.claim
    view = replace(view, item=replace(view.item, cause=Cause.QUESTION))
    with office.services.store.read() as uow:
        for second, work in ((replace(booked, claim=""), True), (booked, False)):
            made = bench(desk, uow, replace(view, receipts=(booked, second)))
            assert (made.work is Work.BOOKS) is work


def test_a_provider_is_found_however_it_is_written(client: TestClient, office: World) -> None:
    """Figures count a request under the id whatever its capitals and signs are: the list finds as many."""
    written = ("bl", "British Library", "BRITISH-LIBRARY", "大英 图书馆", "Nowhere College")
    with office.services.store.begin() as uow:
        known = uow.listings.transactions.page(TransactionFilter(), limit=len(written)).items
        uow.transactions.upsert(
            [replace(one, provider=name) for one, name in zip(known, written, strict=True)], office.services.clock.now()
        )
    found = client.get("/api/v1/transactions", params={"provider": "bl", "limit": "200"}).json()["items"]
    assert {row["provider"] for row in found} >= set(written[:4])
    assert {office.services.naming.of_name(row["provider"]) for row in found} == {"bl"}
    found = client.get("/api/v1/transactions", params={"provider": "Nowhere College"}).json()["items"]
    assert [row["provider"] for row in found] == ["Nowhere College"]


def test_what_would_help_is_not_there_already(client: TestClient, office: World) -> None:
    """A mail that names a number is not told that a number is lacking, nor a program that it should answer us."""
    for subject in ("【CALIS馆际互借】文献已寄送：2026119999999", "查询 2026112000101"):
        page = page_of(client, by_subject(office, subject).id)
        why = page.split("满 80 分才能自动处理", 1)[1].split("</p>", 1)[0]
        assert SIGNALS["number"].zh not in why, subject
        assert SIGNALS["token"].zh not in why, subject
    assert SIGNALS["thread"].zh in why, "of a patron it would help"


def test_a_draft_goes_as_it_is_or_as_it_was_changed(client: TestClient, office: World) -> None:
    """Unchanged, the draft's own row leaves; changed, the librarian's words in one language; emptied, nothing."""
    first, second = by_subject(office, "没收到文献"), by_subject(office, "查询 2026112000101")
    page = page_of(client, first.id)
    only = re.search(r'name="only" value="(\d+)"', page)[1]  # type: ignore[index]
    same = {"text": drafted(page).replace("\n", "\r\n"), "drafted": drafted(page), "only": only}
    sent = client.post(f"/queue/{first.id}/answer", data=same, headers=JSON).json()
    assert sent["outbox"] == [int(only)]
    page = page_of(client, second.id)
    empty = client.post(f"/queue/{second.id}/answer", data={"text": " ", "drafted": drafted(page)}, headers=JSON)
    assert empty.status_code == 422
    assert item(office, second.id).state is ReviewState.OPEN
    words = {"text": "周老师：请直接来电。", "drafted": drafted(page)}
    (row,) = client.post(f"/queue/{second.id}/answer", data=words, headers=JSON).json()["outbox"]
    with office.services.store.read() as uow:
        entry = uow.outbox.get(row)
    assert entry is not None
    assert entry.request.data["answer"] == "周老师：请直接来电。"
    assert office.services.outbox_views.letter(row).text.count("请直接来电") == 1


def test_what_is_sent_waits_and_is_taken_back(client: TestClient, office: World) -> None:
    """The relay may not take an answer for 15 seconds; undone until then, nothing of it is left; the page counts."""
    one = by_subject(office, "没收到文献")
    page = page_of(client, one.id)
    same = {"text": drafted(page), "drafted": drafted(page), "back": "/queue"}
    (row,) = client.post(f"/queue/{one.id}/answer", data=same, headers=JSON).json()["outbox"]
    now = office.services.clock.now()
    with office.services.store.read() as uow:
        entry = uow.outbox.get(row)
    assert entry is not None
    assert timedelta(seconds=10) < entry.not_before - now <= timedelta(seconds=15)
    with office.services.store.begin() as uow:
        taken = [each.id for each in uow.outbox.claim(100, now, 60, "relay")]
        assert row not in taken
        for other in taken:
            uow.outbox.mark(other, OutboxState.SENT, now=now)
    assert re.search(r'data-left="1[0-5]"', client.get("/queue").text)
    assert re.search(r'data-left="1[0-5]"', client.get("/queue").text), "it can be taken back on the next page, too"
    assert client.post(f"/queue/{one.id}/undo", headers=JSON).status_code == 200
    with office.services.store.begin() as uow:
        assert row not in [each.id for each in uow.outbox.claim(100, now + timedelta(hours=1), 60, "relay")]


def test_an_act_on_several_is_undone_as_one(client: TestClient, office: World) -> None:
    """All of them at once, but for what a colleague did with one since; a second time there is nothing to undo."""
    for name in ("li", "wu"):
        Gate(office.services, cheap()).staff.add(name, Role.LIBRARIAN, actor="t", password="an invented pass phrase")
    for act, more in (("dismiss", {}), ("hand", {"to": "li"}), ("ignore", {}), ("release", {})):
        causes = (Cause.ADVERTISING,) if act == "ignore" else (Cause.SENDER_MISFIT, Cause.NOT_RECEIVED)
        asked = [one for cause in causes for one in items(office, cause)]
        said = {"items": [f"{one.id}:{one.version}" for one in asked], "note": "一起", **more}
        if act == "release":
            unread = client.post("/api/v1/queue/several/release", json=said)
            assert (unread.status_code, unread.json()["title"]) == (422, "its draft was not looked at")
            with office.services.store.begin() as uow:
                uow.viewers.note([(one.id, "li") for one in asked], office.services.clock.now())
        done = client.post(f"/api/v1/queue/several/{act}", json=said)
        assert done.status_code == 200, done.text
        undo = {"key": done.json()["key"]}
        assert client.post("/queue/several/undo", data=undo, headers=JSON).status_code == 200
        assert [(item(office, one.id).state, item(office, one.id).assignee) for one in asked] == [
            (ReviewState.OPEN, "")
        ] * 2, act
        assert client.post("/queue/several/undo", data=undo, headers=JSON).status_code == 404
    asked = [one for one in items(office) if one.subject in ("收费标准", "查询 2026112000101")]
    said = {"items": [f"{one.id}:{one.version}" for one in asked], "to": "li"}
    key = client.post("/api/v1/queue/several/hand", json=said).json()["key"]
    office.services.queue_acts.hand(asked[0].id, "wu", actor="li")
    rest = client.post("/queue/several/undo", data={"key": key}, headers=JSON).json()
    assert [row["refused"] != "" for row in rest["data"]["items"]] == [True, False]
    assert item(office, asked[0].id).assignee == "wu"


def test_what_is_somebody_elses_is_asked_about(client: TestClient, office: World) -> None:
    """A stranger's mail has nothing picked, and is booked only after the reasons were said; the writer's own at once."""
    stranger = items(office, Cause.UNKNOWN_SENDER)[0]
    page = page_of(client, stranger.id)
    assert not re.search(r'name="numbers"[^>]*checked', page)
    form = {"numbers": "2026112000101", "ask": "true"}
    refused = client.post(f"/queue/{stranger.id}/assign", data=form, headers={**JSON, "accept-language": "zh-CN"})
    assert (refused.status_code, refused.json()["unsure"]) == (422, True)
    assert "李珺" in refused.json()["title"]
    assert item(office, stranger.id).state is ReviewState.OPEN
    sure = client.post(f"/queue/{stranger.id}/assign", data={**form, "sure": "true"}, headers=JSON)
    assert sure.status_code == 200
    own = by_subject(office, "Renewal")
    number = str(own.candidates[0]["transaction"])
    assert client.post(f"/queue/{own.id}/assign", data={"numbers": number, "ask": "true"}, headers=JSON).is_success


def test_only_what_is_missing_of_a_fee_is_asked(client: TestClient, office: World) -> None:
    """The total is known: subsidy or share completes the fee, the patron is asked for it, and undo takes it back."""
    number = "2026112000102"
    with office.services.store.begin() as uow:
        case = uow.transactions.get(number)
        assert case is not None
        unknown = replace(case, total=Money.of("30"), subsidy=None, payable=None)
        uow.transactions.restore(unknown, case.version, office.services.clock.now())
        item_id = uow.reviews.add(
            ReviewItem(id=0, mail_id=None, cause=Cause.FEE_UNKNOWN, key=f"fee:{number}", transactions=(number,)),
            office.services.clock.now(),
        )
    page = page_of(client, item_id)
    assert 'name="subsidy"' in page
    assert 'name="payable"' in page
    assert 'name="total"' not in page
    wrong = client.post(f"/queue/{item_id}/fee", data={"number": number, "total": "31", "payable": "1"}, headers=JSON)
    assert wrong.status_code == 422
    done = client.post(f"/queue/{item_id}/fee", data={"number": number, "subsidy": "18"}, headers=JSON)
    assert done.status_code == 200, done.text
    with office.services.store.read() as uow:
        whole = uow.transactions.get(number)
        (asked,) = [uow.outbox.get(n) for n in done.json()["outbox"]]
    assert whole is not None
    assert whole.payable == Money.of("12")
    assert asked is not None
    assert asked.request.kind.value == "fee_notice"
    assert client.post(f"/queue/{item_id}/undo", headers=JSON).is_success
    with office.services.store.read() as uow:
        again = uow.transactions.get(number)
    assert again is not None
    assert again.payable is None


def test_what_was_written_before_is_opened_where_it_stands(client: TestClient, office: World) -> None:
    """Their mails and ours, the latest first, each with its words; a ready text comes in the writer's language."""
    one = by_subject(office, "没收到文献")
    page = page_of(client, one.id)
    parts = re.findall(r'data-part="(/live/[^"]+)"', page)
    assert parts
    assert "2026112000101" in client.get(parts[0]).text
    ready = client.get(f"/live/queue/{one.id}/ready/fees")
    assert ready.status_code == 200
    assert "收费标准" in ready.text
