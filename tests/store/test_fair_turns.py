"""No sender's mails keep another's waiting, and mails that share an item of the queue are handled with it."""

from __future__ import annotations

import pytest

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.folding import CROWD
from maild.domain.records.journal import MailStatus, ReviewItem, ReviewState
from maild.spine.recording.floods import sort_out
from maild.store.uow import Store
from tests.store.test_store_mails import NOW, new


def claim(store: Store, most: int = 50) -> list[int]:
    with store.begin() as uow:
        return [mail.id for mail in uow.mails.claim(most, NOW, 300.0, "me")]


def take_in(store: Store, uids: range, sender: str) -> list[int]:
    found = []
    for start in range(uids.start, uids.stop, 500):
        batch = [new(uid, sender=sender) for uid in uids[start - uids.start : start - uids.start + 500]]
        with store.begin() as uow:
            found += [stored.mail_id for stored in uow.mails.add(batch, now=NOW)]
    return found


def test_a_flood_does_not_hold_up_the_next(store: Store) -> None:
    """Behind two thousand of one sender: the next sender's mail is claimed at once, and the flood in its order."""
    flood = take_in(store, range(1, 2001), "flood@stranger.example")
    (honest,) = take_in(store, range(5001, 5002), "li@patron.example")
    first = claim(store)
    assert honest not in first
    assert first == flood[:50]
    second, third = claim(store), claim(store)
    assert honest in second + third
    assert [one for one in second + third if one != honest] == flood[50:149]


def test_two_floods_take_turns(store: Store) -> None:
    """Whoever came first does not come alone."""
    one = set(take_in(store, range(1, 301), "one@stranger.example"))
    two = set(take_in(store, range(301, 601), "two@stranger.example"))
    taken = claim(store, 100)
    assert abs(len(one & set(taken)) - len(two & set(taken))) <= 20


def test_a_few_mails_keep_the_order_of_arrival(store: Store) -> None:
    """Where there is no flood, what came first is decided first, whoever sent it."""
    senders = ["a@p.example", "b@p.example", "a@p.example", "c@p.example", "b@p.example", "a@p.example"]
    ids = [take_in(store, range(n, n + 1), sender)[0] for n, sender in enumerate(senders, 1)]
    assert claim(store) == ids


@pytest.mark.parametrize("state", [ReviewState.ASSIGNED, ReviewState.DISMISSED])
def test_mails_that_share_an_item(store: Store, state: ReviewState) -> None:
    """They are counted, told in the item's reasons, and have the fate of its own mail."""
    ids = take_in(store, range(1, 5), "flood@stranger.example")
    with store.begin() as uow:
        item = uow.reviews.add(ReviewItem(id=0, mail_id=ids[0], cause=Cause.UNKNOWN_SENDER, reasons=("why",)), NOW)
        for mail_id in ids:
            uow.mails.settle(mail_id, MailStatus.REVIEW, kind="", rule="", reason="", now=NOW)
    with store.begin() as uow:
        assert uow.reviews.fold({ids[1]: ids[0], ids[2]: ids[0]}) == {}
        assert uow.reviews.fold({ids[3]: ids[0], ids[1]: ids[0]}) == {}
    with store.begin() as uow:
        kept = uow.reviews.get(item)
        assert kept is not None
        assert (kept.folded, kept.reasons) == (3, ("3 more mails of this sender wait with this one", "why"))
        assert uow.reviews.settle_folded(item, MailStatus.IGNORED, f"{state}", NOW) == 3
    with store.read() as uow:
        assert [uow.mails.get(mail_id).status for mail_id in ids] == [MailStatus.REVIEW, *[MailStatus.IGNORED] * 3]


def test_an_item_that_was_handled_takes_none(store: Store) -> None:
    """Its mail is told apart, so that it gets an item of its own."""
    ids = take_in(store, range(1, 3), "flood@stranger.example")
    with store.begin() as uow:
        item = uow.reviews.add(ReviewItem(id=0, mail_id=ids[0], cause=Cause.QUESTION), NOW)
        uow.reviews.handle(
            item, ReviewState.DISMISSED, expected_version=0, actor="li", note="", transactions=(), now=NOW
        )
        assert uow.reviews.fold({ids[1]: ids[0]}) == {ids[1]: ids[0]}


def test_a_flood_of_made_up_names_has_an_item_a_name(store: Store) -> None:
    """Fifty names, eight mails each: twenty items are free until the crowd is full, then one a name; a patron keeps his."""
    names = [f"n{n}@made-up.example" for n in range(50)]
    ids = take_in(store, range(1, CROWD + 1), "first@crowd.example")
    with store.begin() as uow:
        uow.reviews.add_many([ReviewItem(id=0, mail_id=one, cause=Cause.UNKNOWN_SENDER) for one in ids], NOW)
        assert uow.reviews.open_for({Cause.UNKNOWN_SENDER}, CROWD) == CROWD
        assert uow.reviews.open_for({Cause.QUESTION}, CROWD) == 0
    opened = 0
    for place, name in enumerate(names):
        mails = take_in(store, range(1000 + 8 * place, 1008 + 8 * place), name)
        items = [ReviewItem(id=0, mail_id=one, cause=Cause.UNKNOWN_SENDER, sender=name) for one in mails]
        waits = Decision(action=Action.REVIEW, cause=Cause.UNKNOWN_SENDER)
        with store.begin() as uow:
            own, joined = sort_out(uow, items, dict.fromkeys(mails, waits))
            uow.reviews.add_many(own, NOW)
        assert set(joined.values()) == {mails[0]}
        opened += len(own)
    assert opened == len(names)
    mails = take_in(store, range(5000, 5008), "li@patron.example")
    items = [ReviewItem(id=0, mail_id=one, cause=Cause.QUESTION, sender="li@patron.example") for one in mails]
    with store.begin() as uow:
        own, joined = sort_out(uow, items, dict.fromkeys(mails, Decision(action=Action.REVIEW, cause=Cause.QUESTION)))
    assert (len(own), joined) == (8, {})
