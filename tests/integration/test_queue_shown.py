"""What an item shows: evidence, what is missing, earlier ones, drafts; and pages that are old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maild.config import Settings
from maild.domain.desk.access import Account, Role
from maild.domain.errors import Permanent, StaleVersion
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.trust import Verdict
from maild.domain.requests.patron import RegistrationStep
from maild.office.queue.acts_answer import Reply
from maild.office.queue.missing import CandidateView
from maild.office.registration.acts_registration import entered
from tests.integration.queue_desk import NUMBER, REFUND, STRANGER, UNNUMBERED, Desk
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


# --- one item, whole ---------------------------------------------------------------------------------------


def test_an_item_is_explained_with_its_evidence(desk: Desk) -> None:
    """Who wrote, how that was proven, what speaks for which request with how many points, what would have done."""
    (item,) = desk.waiting(
        {"from": "p01", "subject": "查询", "text": "您好，请问我那篇文献到哪一步了？我同时还想问另一件事。"}
    )
    view = desk.services.item_views.explain_item(item)
    assert view.item.id == item
    assert view.mail is not None
    assert view.reading is not None
    assert "那篇文献" in view.reading.mail.text
    assert view.auth is not None
    assert view.auth.verdict is Verdict.PASS
    assert view.auth.at is not None
    assert "vouches for the sender" in view.auth.words
    assert view.candidates
    best = view.candidates[0]
    assert best.transaction is not None
    assert best.score == sum(e.points for e in best.evidence)
    assert "sender" in {e.signal for e in best.evidence}
    assert view.rulings[0].kind == view.item.kind
    assert view.undoable == f"item {item} waits: nothing was done that could be taken back"


def test_what_was_missing_is_told_in_points(desk: Desk) -> None:
    """A provider's mail without a number: the fields with their sources, and that a number would have done."""
    (item,) = desk.waiting(UNNUMBERED)
    view = desk.services.item_views.explain_item(item)
    assert view.item.cause is Cause.NO_NUMBER
    assert view.missing is not None
    assert (view.missing.threshold, view.missing.reached, view.missing.gap) == (80, 0, 80)
    assert view.missing.would_do == (("number", 100),), "no program answers a notice of ours"
    assert "80 points are needed, 0 were reached" in view.missing.words
    assert view.rulings[0].event == "shipped"


def test_an_offer_that_fails_hides_no_item(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What assigning would do cannot be told: the page is shown without it."""
    (item,) = desk.waiting(UNNUMBERED)
    view = desk.services.item_views.explain_item(item)

    def broken(*_: object) -> None:
        raise ValueError("a fault of ours")

    candidate = CandidateView(number=NUMBER, score=80, evidence=(), transaction=desk.transaction(NUMBER), patron=None)
    monkeypatch.setattr("maild.office.queue.item_view._candidates", lambda *_: (candidate,))
    assert desk.services.item_views.explain_item(item).offer is not None
    monkeypatch.setattr("maild.office.queue.item_view.decide_assigned", broken)
    shown = desk.services.item_views.explain_item(item)
    assert (shown.offer, shown.item) == (None, view.item)


def test_earlier_items_of_a_sender_and_the_drafts_are_shown(desk: Desk) -> None:
    """What the same person wrote before stands beside it, the latest first; the drafts read as they would go."""
    first, second = (desk.waiting({**REFUND, "subject": f"退款 {n}"})[0] for n in range(2))
    view = desk.services.item_views.explain_item(second)
    assert view.earlier[0].id == first
    assert "发票一旦开出" in view.drafts[0].text
    assert [n.id for n in view.notices] == [d.id for d in view.drafts]


def test_it_is_told_beforehand_whether_an_act_can_be_undone(desk: Desk) -> None:
    """Answered, not yet sent: it may be; sent: it may not, and the notice and the hour are named."""
    (item,) = desk.waiting(REFUND)
    views = desk.services.item_views
    desk.services.answer_acts.answer(item, Reply(), actor="li")
    assert views.explain_item(item).undoable == ""
    desk.office.relay()
    assert "left the house" in views.explain_item(item).undoable
    assert "cannot be taken back" in views.explain_item(item).undoable


def test_a_mail_that_cannot_be_read_is_shown_all_the_same(desk: Desk) -> None:
    """Its file is gone: the page says so, and shows what the record has."""
    (item,) = desk.waiting(STRANGER)
    view = desk.services.item_views.explain_item(item)
    assert view.mail is not None
    path = Path(desk.services.blobs._path(view.mail.sha256))
    path.rename(path.with_suffix(".away"))
    try:
        broken = desk.services.item_views.explain_item(item)
    finally:
        path.with_suffix(".away").rename(path)
    assert broken.reading is None
    assert broken.trouble
    assert broken.mail == view.mail
    assert broken.auth == view.auth


# --- what was seen -----------------------------------------------------------------------------------------


def test_who_looks_at_an_old_page_overwrites_nothing(desk: Desk) -> None:
    """Every act says which version it was made on; on another one it is refused, and told who did what when."""
    (item,) = desk.waiting(STRANGER)
    old = desk.item(item).version
    acts, queue = desk.services.acts, desk.services.queue_acts
    queue.hand(item, "wang", actor="li", seen=old)
    with pytest.raises(StaleVersion, match=r"li handed it to wang on \d{4}-\d\d-\d\d \d\d:\d\d UTC"):
        acts.dismiss(item, actor="li", note="nothing", seen=old)
    queue.take(item, actor="li", seen=desk.item(item).version)
    with pytest.raises(StaleVersion, match="li took it on"):
        queue.hand(item, "", actor="wang", seen=old)
    acts.dismiss(item, actor="li", note="nothing", seen=desk.item(item).version)
    for refused in (
        lambda: acts.assign(item, [NUMBER], actor="wang", seen=old),
        lambda: acts.undo(item, actor="wang", seen=old),
        lambda: acts.replay(item, actor="wang", seen=old),
        lambda: desk.services.answer_acts.answer(item, Reply(text="x"), actor="wang", seen=old),
        lambda: queue.better_photo(item, actor="wang", seen=old),
        lambda: desk.services.sender_acts.ignore_sender(item, "spam", actor="wang", seen=old),
        lambda: desk.services.link_acts.to_registration(item, 1, actor="wang", seen=old),
    ):
        with pytest.raises(StaleVersion, match="li dismissed it on"):
            refused()
    with pytest.raises(Permanent, match="was dismissed by li"):
        acts.dismiss(item, actor="wang", note="again")
    acts.undo(item, actor="wang", seen=desk.item(item).version)
    assert desk.item(item).note == "undone: nothing"


def test_a_request_that_moved_meanwhile_is_not_moved_again(desk: Desk) -> None:
    """The version of a transaction that was looked at counts as well."""
    version = desk.transaction(NUMBER).version
    desk.services.acts.rush(NUMBER, rush=True, actor="li", seen=version)
    with pytest.raises(StaleVersion, match="li rush: ordinary → rush on"):
        desk.services.acts.rush(NUMBER, rush=False, actor="wang", seen=version)
    desk.services.acts.rush(NUMBER, rush=False, actor="wang", seen=version + 1)


def test_a_registration_that_changed_meanwhile_is_not_decided(desk: Desk) -> None:
    """Its stamp tells: the applicant's name was corrected while the page was open."""
    email = "stamp@patron.example"
    said = entered(email=email, step=RegistrationStep.ACCOUNT, state=None, kind="internal", login="stamp1")
    desk.services.registration_acts.add(said, actor="li")
    with desk.services.store.read() as uow:
        seen = uow.registrations.of(email=email)
    assert seen is not None
    desk.services.registration_acts.add(replace(said, name="王某"), actor="wang")
    with pytest.raises(StaleVersion, match=f"registration {seen.id} has changed since you looked"):
        desk.services.registration_acts.approve(seen.id, actor="li", seen=seen.stamp)
    with desk.services.store.read() as uow:
        now = uow.registrations.get(seen.id)
    assert now is not None
    desk.services.registration_acts.approve(seen.id, actor="li", seen=now.stamp)
