"""Mails that arrive: what was there before, under other numbers, too large, left out, twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from maild.domain.incoming.decision import Cause
from maild.domain.incoming.mail import RawMail
from maild.domain.records.journal import VANISHED, Skipped
from maild.domain.requests.lifecycle import State
from maild.ports import Mailbox
from tests.integration.arriving import state, statuses, waiting
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """A whole office."""
    with office(tmp_path) as made:
        yield made


def test_history_is_a_baseline_until_armed(tmp_path: Path) -> None:
    """An existing mailbox is read and indexed; nothing is answered. Once armed, what came since is."""
    with office(tmp_path, armed=False) as house:
        house.imap.fill([house.shipped("2026112000101")])
        house.intake()
        house.imap.fill([house.shipped("2026112000102", index=1)])
        house.intake()
        house.process()
        assert statuses(house) == ["baseline", "baseline"]
        assert waiting(house) == []
        armed = house.services.intake.arm("office/INBOX")
        assert armed == 1
        house.process()
        assert statuses(house) == ["baseline", "settled"]
        assert state(house, "2026112000101") is State.SUBMITTED
        assert state(house, "2026112000102") is State.SHIPPED
        house.imap.fill([house.shipped("2026112000103", index=2)])
        house.intake()
        house.process()
        assert statuses(house)[-1] == "settled"


def test_history_stays_history_under_new_uids(tmp_path: Path) -> None:
    """UIDVALIDITY changes before the office arms the folder: nothing of the history is acted upon."""
    with office(tmp_path, armed=False) as house:
        house.imap.fill([house.shipped("2026112000101"), house.shipped("2026112000102", index=1)])
        house.intake()
        house.imap.set_uidvalidity(987654)
        house.intake()
        assert house.services.intake.arm("office/INBOX") == 0
        house.process()
        assert statuses(house) == ["baseline", "baseline"]


def test_arming_during_an_intake_is_not_lost(tmp_path: Path) -> None:
    """The operator arms the folder while its mail is being fetched."""
    with office(tmp_path, armed=False) as house:
        house.imap.fill([house.shipped("2026112000101")])
        (mailbox,) = house.services.mailboxes
        house.services.intake.run_once(mailbox)

        class Arming:
            def __init__(self, inner):  # type: ignore[no-untyped-def]
                self._inner, self.name = inner, inner.name

            def __getattr__(self, name):  # type: ignore[no-untyped-def]
                return getattr(self._inner, name)

            def fetch(self, uids):  # type: ignore[no-untyped-def]
                for item in self._inner.fetch(uids):
                    house.services.intake.arm("office/INBOX")
                    yield item

        house.imap.fill([house.shipped("2026112000102", index=1)])
        house.services.intake.run_once(Arming(mailbox))
        house.process()
        assert statuses(house) == ["baseline", "settled"]
        with house.services.store.read() as uow:
            state_now = uow.mailboxes.state("office/INBOX")
        assert state_now is not None
        assert state_now.armed


def test_changed_uidvalidity_recognises_old_mail(house: Office) -> None:
    """After a restored backup every UID is new, and nothing is done again."""
    house.imap.fill([house.shipped("2026112000101")])
    house.intake()
    house.process()
    house.imap.set_uidvalidity(987654)
    house.imap.fill([house.shipped("2026112000102", index=1)])
    house.intake()
    house.process()
    assert statuses(house) == ["settled", "settled"]
    assert len(waiting(house)) == 2
    assert house.services.balance(ask_servers=True).even


def test_an_oversize_mail_is_visible(tmp_path: Path) -> None:
    """It is not fetched, it is counted, and staff are told."""
    with office(tmp_path, max_mail_bytes=20_000) as house:
        house.imap.fill([house.shipped("2026112000101", text="x" * 40_000), house.shipped("2026112000102", index=1)])
        house.intake()
        house.process()
        assert statuses(house) == ["settled"]
        with house.services.store.read() as uow:
            (item,) = uow.reviews.find(cause=Cause.OVERSIZE)
        assert "bytes" in item.subject
        assert "over size" in item.reasons[0]
        sheet = house.services.balance(ask_servers=True)
        assert sheet.even
        assert sum(sheet.folders[0].skipped.values()) == 1


def test_what_a_server_once_hid_is_found_by_the_audit(house: Office) -> None:
    """A UID that a wrong answer left out is a gap on the balance sheet; the audit fetches it."""

    class Hiding:
        def __init__(self, inner):  # type: ignore[no-untyped-def]
            self._inner, self.name = inner, inner.name

        def __getattr__(self, name):  # type: ignore[no-untyped-def]
            return getattr(self._inner, name)

        def uids(self, after: int, upto: int | None = None) -> list[int]:
            return [uid for uid in self._inner.uids(after, upto) if uid != 2]

    house.imap.fill([house.shipped(f"20261120001{n:02d}", index=n) for n in (1, 2, 3)])
    (mailbox,) = house.services.mailboxes
    house.services.intake.run_once(Hiding(mailbox))
    sheet = house.services.balance(ask_servers=True)
    assert not sheet.even
    assert sheet.folders[0].missing == (2,)
    assert house.services.audit().folders[0].missing == (2,)
    house.process()
    assert statuses(house) == ["settled"] * 3
    assert house.services.balance(ask_servers=True).even


def test_one_answer_that_leaves_a_mail_out_does_not_lose_it(house: Office) -> None:
    """A UID taken for gone which the server still lists is missing on the balance sheet; the audit fetches it."""

    class Forgetful:
        def __init__(self, inner: Mailbox) -> None:
            self._inner, self.name = inner, inner.name

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

        def fetch(self, uids: Sequence[int]) -> Iterator[RawMail | Skipped]:
            for item in self._inner.fetch(uids):
                yield Skipped(key=item.key, reason=VANISHED) if item.key.uid in (2, 3) else item

    house.imap.fill([house.shipped(f"20261120001{n:02d}", index=n) for n in (1, 2, 3)])
    (mailbox,) = house.services.mailboxes
    house.services.intake.run_once(Forgetful(mailbox))
    (folder,) = house.services.balance(ask_servers=True).folders
    assert (folder.missing, folder.even) == ((2, 3), False)
    assert house.services.intake.audit(mailbox).stored == 2
    house.process()
    assert statuses(house) == ["settled"] * 3
    (folder,) = house.services.balance(ask_servers=True).folders
    assert (folder.even, dict(folder.skipped)) == (True, {})
