"""What a librarian does with queue items beside answering them, on a real office: each act, its undoing, its limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from maild.config import Settings
from maild.domain.desk.access import Account, Role
from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import Cause, NewTransaction
from maild.domain.money import Money
from maild.domain.records.ignored import Why
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Patron, PatronAddress, RegistrationStep
from maild.office.ignoring.ignored_mails import ignored
from maild.office.ignoring.ignored_sample import IgnoredSample, sampled
from maild.office.queue.acts_link import NewRequest
from maild.office.queue.acts_queue import Marked
from maild.office.registration.acts_registration import entered
from maild.spine.recording.record import open_notice
from tests.integration.queue_desk import NUMBER, STRANGER, UNNUMBERED, Desk
from tests.servers.clock import MovedClock
from tests.servers.office import office

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One office for all tests, in which every answer is a draft."""

    def careful(settings: Settings) -> Settings:
        return replace(settings, answers=replace(settings.answers, automatic=False))

    with office(tmp_path_factory.mktemp("desk"), change=careful) as made:
        with made.services.store.begin() as uow:
            for name, role in (("li", Role.LIBRARIAN), ("wang", Role.ADMINISTRATOR), ("zhao", Role.VIEWER)):
                uow.accounts.add(Account(name=name, role=role, created=made.services.clock.now()))
            uow.accounts.add(
                Account(name="gone", role=Role.LIBRARIAN, disabled=True, created=made.services.clock.now())
            )
        yield Desk(made)


@pytest.fixture
def desk(shared: Desk) -> Desk:
    """The office, with an empty queue."""
    for item in shared.items():
        shared.services.acts.dismiss(item.id, actor="tests", note="from another test")
    return shared


# --- whose it is, and notes ----------------------------------------------------------------------------------


def test_an_item_is_handed_over_and_taken(desk: Desk) -> None:
    """The assignee is an account that may act; before and after stand in the history; the same again is no news."""
    (item,) = desk.waiting(STRANGER)
    queue = desk.services.queue_acts
    assert queue.hand(item, "Wang ", actor="li", note="yours").done == f"item {item} belongs to wang now"
    assert desk.item(item).assignee == "wang"
    version = desk.item(item).version
    assert queue.hand(item, "wang", actor="li").done == f"item {item} belongs to wang already"
    assert desk.item(item).version == version
    queue.take(item, actor="li")
    queue.hand(item, "", actor="li")
    assert desk.item(item).assignee == ""
    handed = [line for line in desk.history(item) if line[1] == "hand"]
    assert handed == [("li", "hand", "", "wang"), ("li", "hand", "wang", "li"), ("li", "hand", "li", "")]
    for name, why in (("nobody", "there is no account nobody"), ("gone", "is closed"), ("zhao", "may look only")):
        with pytest.raises(Permanent, match=why):
            queue.hand(item, name, actor="li")


def test_a_note_is_kept_and_changes_nothing(desk: Desk) -> None:
    """It stands in the history, of handled items too; what was done can still be undone."""
    (item,) = desk.waiting(STRANGER)
    before = desk.item(item)
    queue = desk.services.queue_acts
    queue.note(item, "  打过电话，周四再问\n", actor="li")
    assert desk.item(item) == before
    assert ("li", "note", "", "") in desk.history(item)
    view = desk.services.item_views.explain_item(item)
    assert view.history[-1].reasons == ("打过电话，周四再问",)
    desk.services.acts.dismiss(item, actor="li", note="nothing")
    queue.note(item, "and closed", actor="wang")
    desk.services.acts.undo(item, actor="li")
    assert desk.item(item).state == "open"
    for text, why in ((" ", "empty"), ("x" * 5000, "more than a note holds")):
        with pytest.raises(Permanent, match=why):
            queue.note(item, text, actor="li")
    with pytest.raises(NotFound):
        queue.note(4711, "x", actor="li")


def test_an_item_without_a_mail_has_a_history_of_its_own(desk: Desk) -> None:
    """A mail that was too large to fetch: noted, dismissed, and taken back."""
    with desk.services.store.begin() as uow:
        item = open_notice(uow, Cause.OVERSIZE, "too large", ("80 MB",), desk.services.clock.now())
    desk.services.queue_acts.note(item, "look in webmail", actor="li")
    desk.services.acts.dismiss(item, actor="li", note="seen there")
    assert desk.services.item_views.explain_item(item).undoable == ""
    desk.services.acts.undo(item, actor="li")
    assert [what for _, what, _, _ in desk.history(item)] == ["note", "act", "act"]
    desk.services.acts.dismiss(item, actor="li", note="seen there")


# --- senders -----------------------------------------------------------------------------------------------


def test_an_ignored_sender_is_not_seen_again_until_it_is_taken_back(desk: Desk) -> None:
    """All that waits of it goes with it on request; new mails are ignored with the reason; undo takes it back."""
    pest = {**STRANGER, "from": "Pest <pest@spam.example>"}
    first, second = desk.waiting(pest, {**pest, "subject": "推广"})
    senders = desk.services.sender_acts
    with pytest.raises(Permanent, match="needs a reason"):
        senders.ignore_sender(first, " ", actor="li")
    done = senders.ignore_sender(first, "advertising", actor="li", everything=True).done
    assert done == f"pest@spam.example is ignored; item {first} dismissed; 1 other item(s) dismissed with it"
    assert {desk.item(i).state for i in (first, second)} == {"dismissed"}
    assert desk.waiting({**pest, "subject": "又是推广"}) == []
    with desk.services.store.read() as uow:
        (mail,) = uow.mails.find(text="又是推广")
    assert mail.status == "ignored"
    today = desk.services.clock.now().date()
    assert mail.reason.startswith(f"ignored by staff (li, {today}): advertising")
    desk.services.acts.undo(first, actor="wang")
    assert desk.item(first).state == "open"
    assert len(desk.waiting({**pest, "subject": "第三次"})) == 1


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ill@calis.edu.cn", "it belongs to the provider calis"),
        ("bot@lib.example", "it is ours"),
        ("MAILER-DAEMON@mx.example", "delivery reports"),
        ("nobody", "no mail address"),
        ("demo-wangxr@163.com", "its patron has a request that runs"),
    ],
)
def test_nobody_is_ignored_who_may_be_needed(desk: Desk, address: str, why: str) -> None:
    """Providers, ourselves, machines that report, patrons who wait for something."""
    with pytest.raises(Permanent, match=why):
        desk.services.sender_acts.ignore(address, "too many mails", actor="li")


def test_what_an_ignored_sender_must_not_lose_is_seen_all_the_same(desk: Desk) -> None:
    """An address is a patron's with a running request later on: its mails come through again."""
    senders = desk.services.sender_acts
    mail = {**STRANGER, "from": "Later <later@patron.example>", "subject": "以后"}
    senders.ignore("later@patron.example", "not ours", actor="li")
    assert senders.ignore("Later@Patron.example", "again", actor="wang").done.startswith(
        "later@patron.example is ignored already by li on"
    )
    assert desk.waiting(mail) == []
    later = Patron(patron_id="p-later", name="Later", emails=(PatronAddress(address="later@patron.example"),))
    with desk.services.store.begin() as uow:
        uow.patrons.upsert([later], desk.services.clock.now())
        uow.transactions.create(NewTransaction(number="2026112000999", patron_id="p-later"), desk.services.clock.now())
    assert len(desk.waiting({**mail, "subject": "现在"})) == 1
    senders.unignore("later@patron.example", actor="li")
    with pytest.raises(NotFound, match="is not ignored"):
        senders.unignore("later@patron.example", actor="li")


# --- a better photo ------------------------------------------------------------------------------------------


def test_a_better_photo_is_asked_for_once_a_day(desk: Desk) -> None:
    """The sender of the proof gets the guide, in the thread, with the librarian's words; the item waits on."""
    (item,) = desk.waiting({"from": "p04", "subject": "转账凭证", "text": "已经转账了，请查收。请问另一篇文献的进度如何？",
                            "attach": ["picture-form:IMG_9.jpg"]})  # fmt: skip
    before, seen = desk.item(item), len(desk.office.sent())
    queue = desk.services.queue_acts
    result = queue.better_photo(item, actor="li", what="金额那一行被切掉了。")
    assert desk.item(item) == before
    desk.office.relay()
    (mail,) = [m for m in desk.office.sent("proof_unreadable") if m in desk.office.sent()[seen:] or True][-1:]
    part = mail.get_body(("plain",))
    assert part is not None
    text = part.get_content()
    assert "金额那一行被切掉了" in text
    assert "IMG_9.jpg" in text
    assert mail["In-Reply-To"]
    assert ("li", "act", "open", "better photo asked for") in desk.history(item)
    with pytest.raises(Permanent, match=rf"was asked today.*\(notice {result.outbox[0]}\)"):
        queue.better_photo(item, actor="wang")
    (other,) = desk.waiting(STRANGER)
    with pytest.raises(Permanent, match="brings no payment proof"):
        queue.better_photo(other, actor="li")


# --- registrations and new requests ----------------------------------------------------------------------------


def test_a_mail_is_about_a_registration(desk: Desk) -> None:
    """Found by login, e-mail or number; it stands in both histories; the review is decided after it; undone."""
    said = entered(
        email="reg@patron.example", step=RegistrationStep.ACCOUNT, state=None, kind="internal", login="22011001"
    )
    desk.services.registration_acts.add(said, actor="li")
    with desk.services.store.read() as uow:
        known = uow.registrations.of(email="reg@patron.example")
    assert known is not None
    links = desk.services.link_acts
    for which in ("22011001", "Reg@patron.example", known.id, str(known.id)):
        (item,) = desk.waiting({**STRANGER, "subject": f"账号 {which!r}"})
        done = links.to_registration(item, which, actor="li").done
        assert f"registration {known.id} (account of reg@patron.example, pending)" in done
        assert desk.item(item).state == "assigned"
    with desk.services.store.read() as uow:
        lines = uow.journal.of_transaction(f"registration:{known.id}")
    assert [line.mail_id for line in lines if line.after == "assigned"][-1] == desk.item(item).mail_id
    desk.services.acts.undo(item, actor="li")
    assert desk.item(item).state == "open"
    links.to_registration(item, known.id, actor="li")
    desk.services.registration_acts.approve(known.id, actor="li", seen=known.stamp)
    (other,) = desk.waiting(STRANGER)
    for which in ("nobody@patron.example", 4711, "4711"):
        with pytest.raises(NotFound):
            links.to_registration(other, which, actor="li")


def test_a_mail_begins_a_new_request(desk: Desk) -> None:
    """Created, moved by what the mail says, all at once; undone as if it had never been; and again."""
    (item,) = desk.waiting(UNNUMBERED)
    new = NewRequest(number="2026112000777", patron_id="p02", title="新的 文献", provider="CALIS")
    links = desk.services.link_acts
    for wrong, why in (
        (replace(new, number="77"), "77 is no request number"),
        (replace(new, number=NUMBER), f"{NUMBER} exists already"),
        (replace(new, patron_id="p99"), "no patron p99"),
        (replace(new, service="film"), "is no service"),
    ):
        with pytest.raises(Permanent, match=why):
            links.to_new_transaction(item, wrong, actor="li")
    for _ in range(2):
        made = links.to_new_transaction(item, new, actor="li", note="rang them")
        assert made.transactions == (new.number,)
        created = desk.transaction(new.number)
        assert (created.patron_id, created.title) == ("p02", "新的 文献")
        assert created.state in (State.SHIPPED, State.DELIVERED)
        desk.services.acts.undo(item, actor="li")
        with desk.services.store.read() as uow:
            assert uow.transactions.get(new.number) is None
            assert uow.documents.of_transaction(new.number) == []
    links.to_new_transaction(item, new, actor="li")
    before = len(desk.office.sent("document_delivered"))
    desk.office.relay()
    assert len(desk.office.sent("document_delivered")) == before + 1  # taken back twice, and yet it goes
    assert "left the house" in desk.services.item_views.explain_item(item).undoable
    with pytest.raises(Permanent, match="left the house"):
        desk.services.acts.undo(item, actor="li")


def test_a_new_request_that_its_mail_cannot_move_is_not_created(desk: Desk) -> None:
    """All or nothing: a mail that says 'shipped' and brings no file, though it says that it does."""
    (item,) = desk.waiting({**UNNUMBERED, "text": "当前状态：已寄送\n全文见附件。\n", "attach": []})
    new = NewRequest(number="2026112000778", patron_id="p02")
    with pytest.raises(Permanent, match="cannot be applied"):
        desk.services.link_acts.to_new_transaction(item, new, actor="li")
    with desk.services.store.read() as uow:
        assert uow.transactions.get(new.number) is None
    assert desk.item(item).state == "open"


def test_an_undone_fee_is_owed_no_more(desk: Desk) -> None:
    """What the mail had charged is taken out of the books as well, and charged again with the next assigning."""
    (item,) = desk.waiting({"subject": "【CALIS馆际互借】费用", "text": "该文献需收取费用，请确认。\n\n费用合计：21.00元\n"
                            "补贴：9.00元\n应付：12.00元\n当前状态：待确认费用\n"})  # fmt: skip
    before = desk.transaction(NUMBER)
    for _ in range(2):
        desk.services.acts.assign(item, [NUMBER], actor="li")
        assert desk.owed(NUMBER) == Money.of("12.00")
        desk.services.acts.undo(item, actor="li")
        assert desk.owed(NUMBER) == Money.of(0)
        after = desk.transaction(NUMBER)
        assert (after.state, after.payable, after.payment_state) == (before.state, None, before.payment_state)
    with desk.services.store.read() as uow:
        assert uow.ledger.faults() == []
    new = NewRequest(number="2026112000779", patron_id="p02")
    desk.services.link_acts.to_new_transaction(item, new, actor="li")
    with pytest.raises(Permanent, match="is in the books: it can be cancelled, not forgotten"):
        desk.services.acts.undo(item, actor="li")


SALE = {
    "from": "Sale <sale@shop.example>",
    "sign": False,
    "subject": "厂家直销",
    "text": "厂家直销，量大从优，免费设计，欢迎来电咨询。",
}


def test_a_screen_of_advertising_is_cleared_and_taken_back_as_one(desk: Desk) -> None:
    """All that were on the screen, nothing else; undoing one of them brings back all of that screen."""
    first = desk.waiting(*({**SALE, "subject": f"厂家直销 {n}"} for n in range(3)))
    assert {desk.item(item).cause for item in first} == {Cause.ADVERTISING}
    (question,) = desk.waiting(STRANGER)
    acts = desk.services.queue_acts
    cleared = acts.clear([Marked(item_id=item) for item in (*first[:2], question)], actor="li")
    assert [bool(each.done) for each in cleared] == [True, True, False]
    assert [desk.item(item).state for item in (*first, question)] == ["dismissed", "dismissed", "open", "open"]
    assert {each.item_id for each in acts.undo_cleared(first[1], actor="wang")} == set(first[:2])
    assert {desk.item(item).state for item in first} == {"open"}
    desk.services.acts.dismiss(first[2], actor="li", note="no")
    assert acts.undo_cleared(first[2], actor="li") == []


def test_what_was_ignored_is_looked_through_and_sampled(desk: Desk) -> None:
    """By reason, the newest first; a share of last week's is put before staff once, chosen by its bytes alone."""
    services, clock = desk.services, desk.services.clock
    headers = {"List-Id": "<n.shop.example>", "List-Unsubscribe": "<https://shop.example/u>", "Feedback-ID": "1:2"}
    mass = [{**SALE, "subject": f"双十二 {n}", "text": f"全场五折 {n}，限时领券。\n退订请点击 https://shop.example/u",
             "headers": headers} for n in range(4)]  # fmt: skip
    assert desk.waiting(*mass) == []
    with services.store.read() as uow:
        found = ignored(uow, Why.LIST, limit=3)
        assert [line.mail.subject for line in found.lines] == ["双十二 3", "双十二 2", "双十二 1"]
        assert found.older
        assert ignored(uow, Why.LIST, before=found.older).lines[0].mail.subject == "双十二 0"
        assert not {line.why for line in ignored(uow, Why.OWN).lines}
        mails = [line.mail for line in ignored(uow, Why.LIST).lines]
    share = [mail for mail in mails if sampled(mail, 50)]
    later = MovedClock(clock.now() + timedelta(days=7))
    sample = IgnoredSample(services.store, later, percent=50, zone=UTC)
    assert sample.run_once() == len(share)
    assert sample.run_once() == 0
    assert {item.mail_id for item in desk.items() if item.key.startswith("ignored:")} == {mail.id for mail in share}
    assert IgnoredSample(services.store, later, percent=0, zone=UTC).run_once() == 0
