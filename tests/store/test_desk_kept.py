"""What staff set up at the desk, on both databases: kept things, turns, absences, mentions, and ready answers."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from maild.domain.desk.access import Account, Role
from maild.domain.desk.kept import SHARED, Sort
from maild.domain.desk.listing import NOBODY, ReviewFilter
from maild.domain.errors import NotFound, Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.money import Money
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.office.queue.acts_desk import DeskActs, away_on, mention
from maild.office.queue.ready_answers import check, filled, unfilled, values
from maild.store.uow import Store
from tests.servers.clock import MovedClock

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)  # the 25th at the office
TODAY = date(2026, 11, 25)


@pytest.fixture
def desk(store: Store) -> DeskActs:
    """Three librarians, one who may only look, and six items that wait."""
    with store.begin() as uow:
        for name, role in (
            ("li", Role.ADMINISTRATOR),
            ("wu", Role.LIBRARIAN),
            ("qi", Role.LIBRARIAN),
            ("xu", Role.VIEWER),
        ):
            uow.accounts.add(Account(name=name, role=role, password="x", created=NOW))
        for n in range(6):
            cause = Cause.QUESTION if n < 5 else Cause.PAYMENT_PROOF
            uow.reviews.add(ReviewItem(id=0, mail_id=None, cause=cause, key=f"k{n}"), NOW)
    return DeskActs(store, MovedClock(NOW), "Asia/Shanghai")


def _whose(store: Store) -> Counter[str]:
    with store.read() as uow:
        return Counter(item.assignee for item in uow.reviews.find(limit=50))


def test_own_things_are_ones_own_and_shared_ones_everybodys(store: Store, desk: DeskActs) -> None:
    """The same name again replaces; a colleague's own thing cannot be changed, nor seen among one's own."""
    desk.keep(Sort.ANSWER, " 取书 ", {"text": "{patron}您好"}, actor="li")
    desk.keep(Sort.ANSWER, "取书", {"text": "新的"}, actor="li")
    desk.keep(Sort.VIEW, "money", {"query": "topic=money"}, actor="wu", shared=True)
    with store.read() as uow:
        (own,), (view,) = uow.kept.find(Sort.ANSWER, ["li", SHARED]), uow.kept.find(Sort.VIEW, ["qi", SHARED])
        assert (own.name, own.text("text"), view.by) == ("取书", "新的", "wu")
        assert not uow.kept.find(Sort.ANSWER, ["wu", SHARED])
    with pytest.raises(NotFound):
        desk.forget(own.id, actor="wu")
    with pytest.raises(NotFound):
        desk.keep(Sort.ANSWER, "mine now", {"text": "x"}, actor="wu", kept_id=own.id)
    desk.keep(Sort.ANSWER, "for all", {"text": "y"}, actor="li", shared=True, kept_id=own.id)
    desk.forget(view.id, actor="qi")
    with store.read() as uow:
        assert [one.name for one in uow.kept.find(Sort.ANSWER, [SHARED])] == ["for all"]
        assert not uow.kept.find(Sort.VIEW)


def test_turns_go_to_who_is_there_and_has_least(store: Store, desk: DeskActs) -> None:
    """Two take turns, one of three is away; other topics wait on; the second time there is nothing to give."""
    desk.duty("asked", ["question"], ["wu", " Qi", "li"], actor="li")
    desk.away(TODAY, TODAY + timedelta(days=1), actor="qi")
    assert desk.run_once() == 5
    assert _whose(store) == Counter({"wu": 3, "li": 2, "": 1})
    assert desk.run_once() == 0
    desk.duty("asked", [], [], actor="li")
    with store.read() as uow:
        assert not uow.kept.find(Sort.DUTY)
    for wrong in ("xu", "nobody"):
        with pytest.raises(Permanent):
            desk.duty("money", ["payment_proof"], [wrong], actor="li")


def test_who_goes_away_gives_back_what_waits(store: Store, desk: DeskActs) -> None:
    """Now if it begins today, else not yet; days that are over are refused; who is back is given items again."""
    desk.duty("asked", ["question"], ["wu"], actor="li")
    desk.share_out(actor="li")
    desk.away(TODAY + timedelta(days=1), TODAY + timedelta(days=3), actor="wu")
    assert _whose(store)["wu"] == 5
    desk.away(TODAY, TODAY + timedelta(days=3), actor="wu")
    assert _whose(store)["wu"] == 0
    assert desk.run_once() == 0
    with store.read() as uow:
        assert away_on(uow, TODAY + timedelta(days=3)) == {"wu"}
        assert not away_on(uow, TODAY + timedelta(days=4))
        assert len(uow.listings.queue.page(ReviewFilter(assignee=NOBODY), limit=50).items) == 6
    desk.back(actor="wu")
    assert desk.run_once() == 5
    with pytest.raises(Permanent):
        desk.away(TODAY - timedelta(days=3), TODAY - timedelta(days=1), actor="wu")


def test_a_mention_is_for_colleagues_alone(store: Store, desk: DeskActs) -> None:
    """Addresses, oneself and names that nobody has are no mention; one an item, whoever says it last."""
    with store.begin() as uow:
        said = "@Wu 请看，cc a@qi.example，@nobody @li @xu."
        assert mention(uow, 1, said, actor="li", now=NOW) == ("wu", "xu")
        mention(uow, 1, "@wu 还有这个", actor="qi", now=NOW)
    with store.read() as uow:
        assert [(one.by, one.body["item"]) for one in uow.kept.find(Sort.MENTION, ["wu"])] == [("qi", 1)]


def test_ready_answers_say_what_is_known_and_no_more(store: Store) -> None:
    """Of the writer's own only request; what is not known stays, and is told; a slip in a variable is refused."""
    with store.begin() as uow:
        who = Patron(patron_id="p1", name="钱新", emails=(PatronAddress(address="q@p.example"),))
        uow.patrons.upsert([who], NOW)
        case = Transaction(number="N1", patron_id="p1", title="书", payable=Money.of("12.5"))
        uow.transactions.upsert([case, Transaction(number="N2", patron_id="")], NOW)
    text = "{patron}：{request}《{title}》{amount}，{due}前。{staff} {"
    with store.read() as uow:
        item = ReviewItem(id=1, mail_id=None, cause=Cause.QUESTION, sender="q@p.example", transactions=("N1", "N2"))
        said = filled(text, values(uow, item, "李老师", "zh-CN"))
        assert said == "钱新：N1《书》12.50 CNY，{due}前。李老师 {"
        assert unfilled(said) == ["{due}"]
        stranger = ReviewItem(id=1, mail_id=None, cause=Cause.QUESTION, sender="x@p.example", transactions=("N1",))
        assert "N1" not in filled(text, values(uow, stranger, "李", "en"))
    assert check(f" {text} ") == text
    for wrong in ("", "  ", "{patrn}", "x" * 10_001):
        with pytest.raises(Permanent):
            check(wrong)
