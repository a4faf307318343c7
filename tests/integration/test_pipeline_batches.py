"""Batches: read ahead, recorded together, and apart where one of their mails breaks a stage."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maild.domain.errors import Temporary
from maild.domain.incoming.reading import Reading
from maild.domain.requests.lifecycle import State
from maild.ports import DnsAnswers
from maild.spine import process
from maild.spine.order import Handler
from maild.spine.process import Processor
from tests.servers.office import Office, office

pytestmark = pytest.mark.integration
NUMBERS = [f"20261120001{n:02d}" for n in (1, 2, 3, 4, 5)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """A whole office."""
    with office(tmp_path) as made:
        yield made


def _accepted(house: Office, number: str, index: int) -> bytes:
    text = f"您好：\n\n提供馆已受理您的请求。\n\n事务号：{number}\n当前状态：处理中\n"
    return house.mail(index, subject=f"【CALIS馆际互借】请求已受理：{number}", text=text)


def _statuses(house: Office) -> list[str]:
    with house.services.store.read() as uow:
        return [mail.status.value for mail in sorted(uow.mails.find(), key=lambda mail: mail.id)]


def _leased(house: Office) -> list[str]:
    with house.services.store.read() as uow:
        return uow.mails.owners()


def test_read_ahead_is_given_back(house: Office) -> None:
    """While two mails are recorded the next two are claimed and read; closing gives these back at once."""
    house.imap.fill([_accepted(house, number, n) for n, number in enumerate(NUMBERS)])
    house.intake()
    processor = Processor(house.services.parts)
    assert processor.run_once(2).total == 2
    assert _statuses(house).count("pending") == 3
    assert _leased(house) == [house.services.owner]
    processor.close()
    assert _leased(house) == []
    other = Processor(replace(house.services.parts, owner="other"))
    assert [other.run_once(2).total for _ in range(3)] == [2, 1, 0]
    other.close()
    assert "pending" not in _statuses(house)


def test_no_reader_waits_for_a_batch_to_end(house: Office) -> None:
    """While a batch's last mail is still being read, the other reader has begun with the next batch."""
    house.imap.fill([_accepted(house, number, n) for n, number in enumerate(NUMBERS[:4])])
    house.intake()
    parts, begun = house.services.parts, threading.Event()
    seen: list[bool] = []

    class Slow:
        """Reads; the first mail not before one of the second batch is being read."""

        def read(self, raw: bytes, answers: DnsAnswers, named: str = "") -> Reading:
            if NUMBERS[2].encode() in raw or NUMBERS[3].encode() in raw:
                begun.set()
            if NUMBERS[0].encode() in raw:
                seen.append(begun.wait(20.0))
            return parts.reader.read(raw, answers, named)

    processor = Processor(replace(parts, reader=Slow(), threads=2))
    assert [processor.run_once(2).total for _ in range(2)] == [2, 2]
    processor.close()
    assert seen == [True]


def test_one_raising_mail_does_not_undo_the_others(house: Office) -> None:
    """A bug in deciding one mail: the batch goes again, each mail by itself, and every notice is written once."""
    chosen = NUMBERS[0], NUMBERS[1], NUMBERS[3]
    house.imap.fill([_accepted(house, number, n) for n, number in enumerate(chosen)])
    house.intake()

    def broken(reading: Any, *rest: Any) -> None:
        if chosen[1] in reading.mail.subject:
            raise ZeroDivisionError("a bug")

    parts = house.services.parts
    handlers = (Handler(name="broken", place="before all others", decide=broken), *parts.order.handlers)
    processor = Processor(replace(parts, order=replace(parts.order, handlers=handlers)))
    report = processor.run_once()
    processor.close()
    assert [result.trouble for result in report.results] == ["", "ZeroDivisionError: a bug", ""]
    assert _statuses(house) == ["settled", "pending", "settled"]
    with house.services.store.read() as uow:
        assert sorted(entry.request.number for entry in uow.outbox.find()) == [chosen[0], chosen[2]]
        assert [len(uow.decisions.of_mail(mail.id)) for mail in sorted(uow.mails.find(), key=lambda m: m.id)] == [
            1,
            0,
            1,
        ]


def test_mails_of_one_batch_see_one_another(house: Office) -> None:
    """Two mails about one transaction: the second is decided on what the first has changed."""
    house.imap.fill([_accepted(house, NUMBERS[1], 0), house.shipped(NUMBERS[1], index=1)])
    house.intake()
    assert house.services.processor.run_once().total == 2
    assert _statuses(house) == ["settled", "settled"]
    with house.services.store.read() as uow:
        found = uow.transactions.get(NUMBERS[1])
        moves = [line for line in uow.journal.of_transaction(NUMBERS[1]) if line.what == "state"]
    assert found is not None
    assert found.state is State.SHIPPED
    assert [(line.before, line.after) for line in moves][-1] == ("in_process", "shipped")


def test_a_complaint_sees_what_its_batch_has_written(house: Office) -> None:
    """The document comes and is missed in one batch: its notice waits, so it is not sent a second time."""
    number = "2026112000101"
    said = f"老师您好，系统里显示事务已结束，但我还没有收到文献，事务号{number}，谢谢。"
    complaint = house.mail(1, **{"from": "p01", "subject": "没收到文献", "text": said})
    house.imap.fill([house.shipped(number), complaint])
    house.intake()
    assert house.services.processor.run_once().total == 2
    house.relay()
    assert len(house.sent("document_delivered")) == 1
    with house.services.store.read() as uow:
        counted = [tally.mails for tally in uow.traffic.days("calis", "2000") if not tally.field]
    assert counted == [1]  # once, though the batch was written in two parts


def test_a_store_that_is_away_costs_no_reading(house: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recording fails for a passing reason: the batch waits, read, and is recorded at the next turn."""
    house.imap.fill([_accepted(house, NUMBERS[0], 0)])
    house.intake()
    processor = Processor(house.services.parts)
    settle = processor._settle_all

    def away(*_: Any) -> Any:
        raise Temporary("the database is busy")

    monkeypatch.setattr(processor, "_settle_all", away)
    with pytest.raises(Temporary):
        processor.run_once()
    monkeypatch.setattr(processor, "_settle_all", settle)
    read = house.services.reader.counters.calls
    assert processor.run_once().total == 1
    assert house.services.reader.counters.calls == read
    processor.close()
    assert _statuses(house) == ["settled"]


def test_large_mails_are_read_a_few_at_a_time(house: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit into memory together is not read together."""
    monkeypatch.setattr(process, "BATCH_BYTES", 1)
    house.imap.fill([_accepted(house, number, n) for n, number in enumerate(NUMBERS[:3])])
    house.intake()
    assert [house.services.processor.run_once(50).total for _ in range(4)] == [1, 1, 1, 0]
