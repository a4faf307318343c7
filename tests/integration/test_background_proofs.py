"""Payment proofs are read beside the queue: no mail waits for another's picture, no file is read twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maild.demo import samples
from maild.domain.accounting.receipt import Receipt, ReceiptKind
from maild.domain.errors import Temporary
from maild.office.payments import proofs
from maild.spine.process import Processor
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
NUMBER = "2026112000101"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(6000)


class SlowReader:
    """A reader of proofs that waits for leave, counts, and may be out of order."""

    version = "1"

    def __init__(self) -> None:
        self.leave = threading.Event()
        self.files: list[str] = []
        self.away = 0

    def read(self, content: bytes, *, filename: str = "", media_type: str = "") -> tuple[Receipt, ...]:
        """One receipt a file."""
        if self.away:
            self.away -= 1
            raise Temporary("no worker can be had")
        assert self.leave.wait(20)
        self.files.append(filename)
        return (Receipt(source=filename, kind=ReceiptKind.BANK_APP, warnings=("read by the test",)),)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """A whole office."""
    with office(tmp_path) as made:
        yield made


def _proof(house: Office, index: int, text: str = "缴费凭证见附件，事务号 2026112000101") -> bytes:
    sender = next(iter(house.patrons.values())).emails[0].address
    row = {"from": sender, "subject": "缴费凭证", "text": text, "attach": ["pdf:凭证.pdf"]}
    return house.mail(index, **row)


def _lane(house: Office) -> tuple[Processor, SlowReader]:
    reader = SlowReader()
    return Processor(replace(house.services.parts, receipts=reader)), reader


def _statuses(house: Office) -> list[str]:
    with house.services.store.read() as uow:
        return [mail.status.value for mail in sorted(uow.mails.find(), key=lambda mail: mail.id)]


def test_a_proof_holds_nobody_up(house: Office) -> None:
    """The mail behind a proof is settled while the picture is still being read; then the proof is decided."""
    house.imap.fill([_proof(house, 0), house.shipped(NUMBER, index=1)])
    house.intake()
    processor, reader = _lane(house)
    assert processor.run_once().total == 1
    assert _statuses(house)[0] == "pending"
    reader.leave.set()
    assert processor.run_dry() == 1
    processor.close()
    assert "pending" not in _statuses(house)
    assert len(reader.files) == 1


def test_one_file_is_read_once(house: Office) -> None:
    """The same bytes in two mails: the second is decided at once, from memory."""
    house.imap.fill([_proof(house, 0), _proof(house, 1, "再发一次凭证，谢谢")])
    house.intake()
    processor, reader = _lane(house)
    reader.leave.set()
    assert processor.run_dry() == 2
    processor.close()
    assert len(set(reader.files)) == 1
    assert "pending" not in _statuses(house)


def test_what_there_was_no_room_for_comes_again_when_there_is(house: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of one mail are held at a time: the others are put back, and are read one after the other, at once."""
    files = iter([1, 2, 3, 1, 4, 1, 5])  # some bring what another one brought: there is nothing to read of them
    monkeypatch.setattr(samples, "attachment", lambda kind: (b"%%PDF-1.4\n%% %d" % next(files), "application/pdf"))
    monkeypatch.setattr(proofs, "MOST_BYTES", 1)
    house.imap.fill([_proof(house, index) for index in range(7)])
    house.intake()
    processor, reader = _lane(house)
    assert processor.run_once().total == 0
    reader.leave.set()
    assert processor.run_dry() == 7
    processor.close()
    assert len(reader.files) == 5
    assert "pending" not in _statuses(house)


def test_a_crash_in_between_loses_nothing(house: Office) -> None:
    """The process ends while a picture is being read: the mail is pending, free, and decided by the next."""
    house.imap.fill([_proof(house, 0)])
    house.intake()
    processor, reader = _lane(house)
    assert processor.run_once().total == 0
    closing = threading.Thread(target=processor.close)
    closing.start()
    reader.leave.set()
    closing.join(20)
    assert not closing.is_alive()
    other, again = _lane(house)
    again.leave.set()
    assert other.run_dry() == 1
    other.close()
    assert _statuses(house) == ["review"]


def test_a_reader_that_is_away_is_asked_again(house: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker can be had: the mail waits, for a day in all (here: two pauses), then staff see it, unread."""
    monkeypatch.setattr(proofs, "PARKED", proofs.PATIENCE / 2)
    house.imap.fill([_proof(house, 0)])
    house.intake()
    processor, reader = _lane(house)
    reader.leave.set()
    reader.away = 99
    for turn in range(4):
        processor.run_dry()
        assert turn or _statuses(house) == ["pending"]
        with house.services.store.begin() as uow:
            uow.mails.wake([mail.id for mail in uow.mails.find()])
    processor.close()
    assert _statuses(house) == ["review"]
    assert reader.files == []
