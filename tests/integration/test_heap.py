"""A heap of new mails is fetched with each sender in turn, whatever breaks on the way, from a real server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from maild.domain.errors import Temporary
from maild.domain.records.journal import MailboxState
from maild.spine.intake import HEAP, SLICE
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
MANY = HEAP + 150


class Watched:
    """A mailbox that counts what it hands over, delivers on the way, and breaks."""

    def __init__(self, inner: Any, breaks_after: int = 10**9) -> None:
        self._inner, self.name = inner, inner.name
        self.handed: list[int] = []
        self.listings = 0
        self.breaks_after = breaks_after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def uids(self, after: int, upto: int | None = None) -> list[int]:
        self.listings += 1
        return list(self._inner.uids(after, upto))

    def fetch(self, uids: Sequence[int]) -> Iterator[Any]:
        for item in self._inner.fetch(uids):
            if len(self.handed) >= self.breaks_after:
                raise Temporary("the line is cut")
            self.handed.append(item.key.uid)
            yield item


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """An office before whose door a heap of one stranger's mails lies, and a patron's behind it."""
    with office(tmp_path) as made:
        flood = [
            made.mail(n, **{"from": "flood@stranger.example", "subject": f"求文献 {n}", "sign": False})
            for n in range(MANY)
        ]
        made.imap.fill([*flood, made.mail(MANY, **{"from": "p01", "subject": "问题"})])
        yield made


def stored(house: Office) -> tuple[int, bool, MailboxState]:
    """How many mails are there, whether the patron's is, and how far the folder is read."""
    with house.services.store.read() as uow:
        (state,) = (each for each in uow.mailboxes.all() if each.mailbox.endswith("INBOX"))
        return len(uow.mails.find(limit=10 * MANY)), bool(uow.mails.find(text="问题")), state


def test_a_heap_is_fetched_fairly_and_each_mail_once(house: Office) -> None:
    """The patron's mail comes in the first slice; a break costs what was not stored, and the mark leaves nothing out."""
    (inner,) = house.services.mailboxes
    broken = Watched(inner, breaks_after=SLICE + 70)
    with pytest.raises(Temporary):
        house.services.intake.run_once(broken)
    count, honest, state = stored(house)
    assert (honest, broken.handed[SLICE - 1]) == (True, MANY + 1)
    assert (count, state.last_uid) == (SLICE + 50, SLICE + 49)
    whole = Watched(inner)
    assert house.services.intake.run_once(whole).total == MANY + 1 - count
    assert whole.handed == [*range(state.last_uid + 1, MANY + 1)]
    assert (stored(house)[0], stored(house)[2].last_uid) == (MANY + 1, MANY + 1)
    assert house.services.balance(ask_servers=True).even


def test_what_comes_while_a_heap_is_fetched_has_its_turn(house: Office) -> None:
    """It is in the next slice, before the rest of the heap."""
    (inner,) = house.services.mailboxes
    watched = Watched(inner)
    listed = watched.uids

    def delivering(after: int, upto: int | None = None) -> list[int]:
        if watched.listings == 1:
            house.imap.deliver(house.mail(MANY + 1, **{"from": "p02", "subject": "另一个问题"}))
        return listed(after, upto)

    watched.uids = delivering  # type: ignore[method-assign]
    house.services.intake.run_once(watched)
    assert MANY + 2 in watched.handed[SLICE : 2 * SLICE]
    assert sorted(watched.handed) == [*range(1, MANY + 3)]


def test_few_mails_are_fetched_in_the_order_of_arrival(house: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no heap nobody's head is looked at; where a server hands out no fields, the order is that of UIDs."""
    monkeypatch.setattr("maild.spine.intake.ENVELOPE", ("NO-SUCH-FIELD",))
    (inner,) = house.services.mailboxes
    watched = Watched(inner)
    house.services.intake.run_once(watched)
    assert watched.handed == [*range(1, MANY + 2)]
    house.imap.fill([house.mail(MANY + n, **{"from": f"p0{n}", "subject": f"{n}"}) for n in (1, 2, 3)])
    monkeypatch.delattr("maild.mailbox.imap.ImapMailbox.glance")
    house.services.intake.run_once(watched)
    assert watched.handed == [*range(1, MANY + 5)]


def test_while_the_disk_runs_short_what_is_more_than_a_share_waits(
    house: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stranger's heap stops at a tenth of the room, the patron's mail is there, whose waits is said; nothing is lost:
    with room all of it comes, and the sheet is even all the while.
    """
    intake = house.services.intake
    room = intake._room
    assert room is not None
    reserve = house.services.settings.alarm.disk_mb * 1024**2
    monkeypatch.setattr(room, "_free", lambda: reserve + 600_000)
    (inner,) = house.services.mailboxes
    report = intake.run_once(inner)
    count, honest, _ = stored(house)
    assert honest
    assert 20 < count < MANY // 2
    assert report.waiting.mails == MANY + 1 - count
    assert report.waiting.senders == (("flood@stranger.example", report.waiting.mails),)
    again = intake.run_once(inner)
    assert (again.total, again.waiting.mails) == (0, report.waiting.mails)
    sheet = house.services.balance(ask_servers=True)
    assert sheet.even
    assert sum(folder.waiting for folder in sheet.folders) == report.waiting.mails
    house.imap.fill([house.mail(MANY + 2, **{"from": "p02", "subject": "来信"})])
    assert intake.run_once(inner).stored == 1
    monkeypatch.setattr(room, "_free", lambda: 10**12)
    report = intake.run_once(inner)
    assert (report.waiting.mails, stored(house)[0], stored(house)[2].last_uid) == (0, MANY + 2, MANY + 2)
    assert house.services.balance(ask_servers=True).even
