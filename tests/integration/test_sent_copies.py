"""What was really sent is kept, byte for byte; a disk that fails costs the copy, and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from maild.courier import SmtpCourier
from maild.domain.errors import Permanent
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.records.copies import joined
from maild.notify.sending.relay import Relay, RelayReport
from maild.store import FileBlobs
from tests.integration.test_relay import NUMBER, Office_, PlainRenderer, StampSigner, about, an_office, notice

pytestmark = pytest.mark.integration


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office_]:
    with an_office(tmp_path) as made:
        yield made


def test_the_copy_is_what_the_server_got(office: Office_) -> None:
    """Signature and all; the history names it, too."""
    (entry_id,) = office.add(about(NoticeKind.REQUEST_ACCEPTED))
    office.run(signer=StampSigner())
    row, (mail,) = office.row(entry_id), office.server.mails
    assert row.copy == hashlib.sha256(office.blobs.get(row.copy)).hexdigest()
    assert (
        joined(office.blobs.get(row.copy), office.blobs.get).rstrip()
        == mail.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").rstrip()
    )
    with office.store.read() as uow:
        (line,) = [line for line in uow.journal.of_transaction(NUMBER) if line.what == "notice"]
    assert line.data["copy"] == row.copy


def test_all_rows_of_one_mail_name_its_copy(office: Office_) -> None:
    """What was merged was sent in it."""
    sha256 = office.blobs.put(b"%PDF")
    ids = office.add(
        about(NoticeKind.DOCUMENT_DELIVERED, documents=((sha256, "paper.pdf"),)), about(NoticeKind.FEE_NOTICE)
    )
    office.run()
    first, second = (office.row(number) for number in ids)
    assert (first.state, second.state) == (OutboxState.SENT, OutboxState.MERGED)
    assert first.copy == second.copy
    assert b"paper.pdf" in joined(office.blobs.get(first.copy), office.blobs.get)


def test_what_was_refused_has_no_copy(office: Office_) -> None:
    """Nothing was sent."""
    office.server.fault("rcpt", reply="550 5.1.1 no such user")
    (entry_id,) = office.add(notice())
    office.run()
    assert office.row(entry_id).copy == ""


class _FullDisk(FileBlobs):
    def put_many(self, items: Sequence[bytes]) -> list[str]:
        raise Permanent("the blob folder fails: no space left on device")


def test_a_full_disk_costs_the_copy_and_not_the_mark(office: Office_) -> None:
    """The mail left: it is marked and not sent again; the report says that no copy is kept."""
    (entry_id,) = office.add(notice())

    async def work() -> list[RelayReport]:
        settings = office.settings()
        courier = SmtpCourier(settings.smtp)
        relay = Relay(office.store, courier, PlainRenderer(), _FullDisk(office.blobs.folder), office.clock, settings)
        try:
            return [await relay.run_once() for _ in range(3)]
        finally:
            await courier.close()

    first, *_ = asyncio.run(asyncio.wait_for(work(), 60))
    assert (first.sent, first.uncopied) == (1, "the blob folder fails: no space left on device")
    assert (office.row(entry_id).state, office.row(entry_id).copy) == (OutboxState.SENT, "")
    assert len(office.server.mails) == 1


def test_the_sweep_leaves_copies_alone(office: Office_) -> None:
    """It removes what was never named."""
    (entry_id,) = office.add(notice())
    office.run()
    office.blobs.sweep()
    assert office.row(entry_id).copy in office.blobs
