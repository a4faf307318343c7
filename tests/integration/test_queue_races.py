"""Acts on items at the same time, on several at once, in any order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from maild.config import Settings
from maild.domain.desk.access import Account, Role
from maild.domain.errors import MaildError, NotFound, Permanent, StaleVersion
from maild.domain.outgoing.notice import OutboxState
from maild.office.queue.acts_answer import Reply
from maild.office.queue.acts_link import NewRequest
from maild.office.queue.acts_queue import Marked
from maild.office.queue.undo import undoable
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


# --- several at once -------------------------------------------------------------------------------------------


def test_an_act_on_several_says_of_each_what_became_of_it(desk: Desk) -> None:
    """One that a colleague has changed meanwhile is refused with the reason; the others are done."""
    items = desk.waiting(*({**STRANGER, "subject": f"问 {n}"} for n in range(3)))
    marked = [Marked(item_id=i, seen=desk.item(i).version) for i in items]
    queue = desk.services.queue_acts
    queue.hand(items[1], "wang", actor="wang")
    first, second, third = queue.dismiss_all(marked, actor="li", note="spam")
    assert (first.done, third.done) == tuple(f"item {items[i]} dismissed" for i in (0, 2))
    assert second.done == ""
    assert "wang took it on" in second.refused
    assert second.remedy == "look at it again"
    undone = queue.undo_all([Marked(item_id=i) for i in items], actor="li")
    assert [bool(each.done) for each in undone] == [True, False, True]
    handed = queue.hand_all([Marked(item_id=i) for i in (*items, 4711)], "li", actor="li")
    assert [bool(each.done) for each in handed] == [True, True, True, False]
    assert {desk.item(i).assignee for i in items} == {"li"}
    ignored = desk.services.sender_acts.ignore_all([Marked(item_id=i) for i in items], "spam", actor="li")
    assert all(each.done for each in ignored)
    desk.services.sender_acts.unignore("somebody@patron.example", actor="li")


# --- two at once -----------------------------------------------------------------------------------------------


def race(*acts: Callable[[], object]) -> list[object]:
    """Let acts begin at the same moment; what each returned, or the error it raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait(10)
        try:
            return act()
        except MaildError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(60) for future in [pool.submit(run, act) for act in acts]]


def test_two_librarians_on_one_item_never_both_settle_it(desk: Desk) -> None:
    """Assigned and dismissed at once: one is done, the other refused in words; the item and the history say which."""
    for turn in range(5):
        (item,) = desk.waiting({**UNNUMBERED, "subject": f"【CALIS馆际互借】文献已寄送 {turn}"})
        results = _all_three(desk, item, desk.item(item).version)
        done = [who for who, result in results.items() if not isinstance(result, MaildError)]
        assert len(done) == 1
        for result in results.values():
            assert not isinstance(result, MaildError) or isinstance(result, StaleVersion | Permanent)
        settled = [line for line in desk.history(item) if line[1] in ("act", "hand")]
        assert [line[0] for line in settled] == done
        if desk.item(item).state != "open":
            desk.services.acts.undo(item, actor="li")
        desk.services.acts.dismiss(item, actor="li", note="done with it")


def _all_three(desk: Desk, item: int, seen: int) -> dict[str, object]:
    """Three librarians who have the same version before them; what each got."""
    s = desk.services
    results = race(
        lambda: s.acts.dismiss(item, actor="wang", note="no", seen=seen),
        lambda: s.acts.assign(item, [NUMBER], actor="li", seen=seen),
        lambda: s.queue_acts.hand(item, "wang", actor="zhou", seen=seen),
    )
    return dict(zip(("wang", "li", "zhou"), results, strict=True))


def test_undone_and_answered_at_once(desk: Desk) -> None:
    """While one takes an answer back another answers again: no draft goes out twice, none is lost."""
    (item,) = desk.waiting(REFUND)
    answers, acts = desk.services.answer_acts, desk.services.acts
    for turn in range(5):
        answers.answer(item, Reply(add=f"第 {turn} 次"), actor="li")
        results = race(
            lambda: acts.undo(item, actor="wang"),
            lambda: answers.answer(item, Reply(add="同时"), actor="li"),
        )
        assert not isinstance(results[0], MaildError)
        with desk.services.store.read() as uow:
            rows = uow.outbox.of_mail(desk.item(item).mail_id or 0)
        waiting = [row for row in rows if row.state is OutboxState.WAITING]
        assert len(waiting) == (0 if desk.item(item).state == "open" else 1)
        if desk.item(item).state != "open":
            acts.undo(item, actor="wang")
        assert len(answers.drafts(item)) == 1


def test_any_order_of_acts_keeps_the_item_whole(desk: Desk) -> None:
    """Two hundred acts at random on one item, with versions fresh and old: each is done or refused in words; the
    version grows by one with each that changes it, and undoing brings back what was before.
    """
    (item,) = desk.waiting({**UNNUMBERED, "subject": "【CALIS馆际互借】文献已寄送 随机"})
    dice = random.Random(5)
    s = desk.services
    start = desk.transaction(NUMBER)
    new = NewRequest(number="2026112000789", patron_id="p02")
    acts: list[Callable[[int | None], object]] = [
        lambda seen: s.acts.assign(item, [NUMBER], actor="li", seen=seen),
        lambda seen: s.acts.dismiss(item, actor="li", note="no", seen=seen),
        lambda seen: s.acts.undo(item, actor="wang", seen=seen),
        lambda seen: s.queue_acts.hand(item, dice.choice(["li", "wang", ""]), actor="li", seen=seen),
        lambda seen: s.queue_acts.note(item, "noted", actor="li"),
        lambda seen: s.link_acts.to_new_transaction(item, new, actor="li", seen=seen),
        lambda seen: s.answer_acts.answer(item, Reply(text="您好"), actor="li", seen=seen),
    ]
    for _ in range(200):
        before = desk.item(item)
        seen = dice.choice([None, before.version, before.version - 1])
        try:
            dice.choice(acts)(seen)
        except (Permanent, NotFound, StaleVersion):
            assert desk.item(item) == before
        else:
            assert desk.item(item).version - before.version in (0, 1)
            assert seen in (None, before.version) or desk.item(item) == before
        after = desk.item(item)
        with s.store.read() as uow:
            assert (uow.transactions.get(new.number) is not None) == (after.transactions == (new.number,))
            if after.state == "open":
                assert undoable(uow, after).endswith("nothing was done that could be taken back")
                found = uow.transactions.get(NUMBER)
                assert found is not None
                assert (found.state, found.payment_state) == (start.state, start.payment_state)
                assert [r for r in uow.outbox.of_mail(after.mail_id or 0) if r.state is OutboxState.WAITING] == []
    if desk.item(item).state != "open":
        s.acts.undo(item, actor="li")
