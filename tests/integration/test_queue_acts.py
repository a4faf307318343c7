"""What a librarian does with queue items beside answering them, on a real office: each act, its undoing, its limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from maild.bootstrap import Services
from maild.config import Settings
from maild.domain.decision import Cause
from maild.domain.journal import ReviewItem
from maild.domain.trust import Verdict
from maild.pipeline.acts_answer import Reply
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
COUNT = count()  # of mails: no two are alike
NUMBER = "2026112000101"
UNNUMBERED = {"subject": "【CALIS馆际互借】文献已寄送", "text": "当前状态：已寄送\n", "attach": ["pdf:a.pdf"]}
STRANGER = {"from": "Somebody <somebody@patron.example>", "subject": "咨询",
            "text": "您好，请问文献传递可以用手机缴费吗？", "sign": False}  # fmt: skip
REFUND = {"from": "p02", "subject": "退款", "text": "老师您好，我的费用交重了，请退款给我，谢谢。"}


@dataclass
class Desk:
    """An office and its acts."""

    office: Office

    @property
    def services(self) -> Services:
        return self.office.services

    def waiting(self, *mails: dict[str, Any]) -> list[int]:
        """Let mails come; the items of mails that wait then and did not before."""
        before = {item.id for item in self.items()}
        self.office.receive(*(self.office.mail(next(COUNT), **mail) for mail in mails))
        return [item.id for item in self.items() if item.id not in before]

    def items(self) -> list[ReviewItem]:
        with self.services.store.read() as uow:
            return [item for item in uow.reviews.find(limit=1000) if item.mail_id is not None]

    def item(self, item_id: int) -> ReviewItem:
        with self.services.store.read() as uow:
            found = uow.reviews.get(item_id)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One office for all tests, in which every answer is a draft."""

    def careful(settings: Settings) -> Settings:
        return replace(settings, answers=replace(settings.answers, automatic=False))

    with office(tmp_path_factory.mktemp("desk"), change=careful) as made:
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
    assert view.missing.would_do == (("number", 100), ("thread", 100), ("token", 145))
    assert "80 points are needed, 0 were reached" in view.missing.words
    assert view.rulings[0].event == "shipped"


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
