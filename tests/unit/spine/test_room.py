"""Who may still send what while the disk runs short."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from maild.spine.fair.room import SHORT, Room, Waiting, fitting
from maild.spine.fair.shares import STRANGERS, Envelope

LONG = 1_000_000


def mails(*rows: tuple[str, int]) -> dict[int, Envelope]:
    """(sender, bytes) of UIDs 1, 2, 3 …"""
    return {uid: Envelope(sender=sender, size=size) for uid, (sender, size) in enumerate(rows, 1)}


def test_a_tenth_of_the_room_is_a_senders() -> None:
    """What is more waits, whose it is is said, and the other's mail behind it is fetched."""
    heap = mails(*[("li", LONG)] * 5, ("wang", LONG))
    fits, waiting = fitting(heap, 30 * LONG, {}, {"li", "wang"})
    assert [*fits] == [1, 2, 3, 6]
    assert waiting == Waiting(mails=2, nbytes=2 * LONG, senders=(("li", 2),))


def test_what_was_taken_within_a_day_counts() -> None:
    """Of long mails and of short ones apart: large mails in a provider's name keep none of its news out."""
    heap = mails(("ill", LONG), ("ill", SHORT), ("ill", 2_000))
    fits, _ = fitting(heap, 10 * LONG, {("ill", True): 1, ("ill", False): LONG - SHORT}, {"ill"})
    assert [*fits] == [2]


def test_strangers_have_one_tenth_together() -> None:
    """A thousand names take no more than one; a patron's mail is not touched by it."""
    heap = mails(*[(f"s{n}", LONG) for n in range(1000)], ("li", LONG))
    fits, waiting = fitting(heap, 40 * LONG, {(STRANGERS, True): 2 * LONG}, {"li"})
    assert [*fits] == [1, 2, 1001]
    assert (waiting.mails, len(waiting.senders)) == (998, 998)


def test_without_room_everything_waits() -> None:
    """A short one, too: what is kept free is for work."""
    fits, waiting = fitting(mails(("li", 10)), 0, {}, {"li"})
    assert (fits, waiting.mails) == ({}, 1)


def room(free: Any, below: int = 1000, reserve: int = 200) -> Room:
    none: Any = SimpleNamespace()
    return Room(none, none, free, lambda _: False, below=below, reserve=reserve)


def test_when_it_is_short() -> None:
    """Below the mark, where one is set; a disk that cannot be asked is no reason to leave mail."""

    def broken() -> int:
        raise PermissionError

    assert room(lambda: 999).short() == 799
    assert room(lambda: 100).short() == 0
    assert [room(lambda: 1000).short(), room(lambda: 5, below=0).short(), room(broken).short()] == [None, None, None]
