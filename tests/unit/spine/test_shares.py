"""Which mails of a heap are fetched next, and how far the mark goes."""

from __future__ import annotations

from maild.domain.incoming.mail import Glance, MailKey
from maild.spine.fair.shares import Envelope, Left, envelope, shares


def heap(*rows: tuple[str, str, str]) -> dict[int, Envelope]:
    """(sender, Message-ID, what it answers) of UIDs 1, 2, 3 …"""
    return {
        uid: Envelope(sender=sender, message_id=own, names=frozenset({own, answers} - {""}))
        for uid, (sender, own, answers) in enumerate(rows, 1)
    }


def test_each_sender_in_turn() -> None:
    """Behind a thousand of one: the other's two are in the first slice, and the thousand keep their order."""
    mails = heap(*[("flood", "", "")] * 1000, ("li", "", ""), ("wang", "", ""), ("li", "", ""))
    assert shares(mails, 10) == [1, 2, 3, 4, 5, 6, 7, 1001, 1002, 1003]


def test_two_floods() -> None:
    """Each has half."""
    mails = heap(*[("one", "", "")] * 500, *[("two", "", "")] * 500)
    assert shares(mails, 100) == [*range(1, 51), *range(501, 551)]


def test_strangers_have_one_turn_together() -> None:
    """Who makes up a name for each mail keeps nobody waiting whom the office knows; strangers take turns among them."""
    made_up = [(f"s{n}", "", "") for n in range(500)]
    mails = heap(*made_up, ("s1", "", ""), ("li", "", ""), ("wang", "", ""), ("li", "", ""))
    assert shares(mails, 6, {"li", "wang"}) == [1, 2, 3, 502, 503, 504]
    assert shares(heap(*[("s1", "", "")] * 9, ("s2", "", "")), 4, set()) == [1, 2, 3, 10]


def test_one_sender_alone() -> None:
    """The order of UIDs, and no more than there are."""
    assert shares(heap(*[("one", "", "")] * 7), 5) == [1, 2, 3, 4, 5]
    assert shares(heap(*[("one", "", "")] * 7), 50) == [1, 2, 3, 4, 5, 6, 7]
    assert shares({}, 5) == []


def test_an_answer_waits_for_what_it_answers() -> None:
    """It, and what its sender wrote after it; once the other is there, or where it answers another thing, it goes."""
    mails = heap(
        *[("ill", f"<{n}@ill>", "") for n in range(100)],
        ("li", "<a@li>", "<50@ill>"),
        ("li", "<b@li>", ""),
        ("wang", "<c@wang>", "<far@away>"),
    )
    assert shares(mails, 20) == [*range(1, 20), 103]
    gone = {uid: mail for uid, mail in mails.items() if uid > 51}
    assert shares(gone, 20) == [*range(52, 69), 101, 102, 103]


def test_mails_that_name_one_another_do_not_stop_it() -> None:
    """Whatever Message-IDs say, also the same one many times and one's own: there is always a next mail."""
    mails = heap(*[("one", "<x@y>", "<z@y>")] * 3, *[("two", "<z@y>", "<x@y>")] * 3)
    taken: list[int] = []
    while mails:
        some = shares(mails, 2)
        assert some
        taken += some
        mails = {uid: mail for uid, mail in mails.items() if uid not in some}
    assert sorted(taken) == [1, 2, 3, 4, 5, 6]


def test_what_a_head_says() -> None:
    """Author, own Message-ID and those that are named; a head of nothing is nobody's."""
    head = b"From: Li <li@p.example>\r\nReferences: <a@b>\r\n <c@d>\r\nMessage-ID: <e@f>\r\n\r\n"
    key = MailKey("office/INBOX", 1, 1)
    seen = envelope(Glance(key=key, size=9, internal_date=None, head=head))
    assert (seen.sender, seen.message_id) == ("li@p.example", "<e@f>")
    assert seen.names >= {"<a@b>", "<c@d>", "<e@f>"}
    assert envelope(Glance(key=key, size=9, internal_date=None, head=b"")) == Envelope(size=9)


def test_the_mark_goes_over_nothing_that_is_not_stored() -> None:
    """It follows the lowest UID that is left, and reaches the end when nothing is."""
    left = Left([3, 4, 5, 9, 12], stored=[9])
    assert (left.uids, left.highest) == ([3, 4, 5, 12], 12)
    assert left.mark([12]) == 0
    assert left.mark([3]) == 3
    left.more([12, 14])
    assert left.mark([5]) == 3
    assert left.mark([4]) == 12
    assert left.mark([14]) == 14
    assert (left.uids, left.highest) == ([], 14)
