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
from maild.domain.records.retention import Class
from maild.notify.sending.copying import REST, Copying
from maild.notify.sending.relay import Relay, RelayReport
from maild.office.safety.bytes_again import missing
from maild.office.safety.identity import same_store
from maild.store import FileBlobs
from maild.store.outgoing.fresh_copies import SqlFreshCopies
from tests.integration.relaying import NUMBER, Office_, PlainRenderer, StampSigner, about, an_office, notice

pytestmark = pytest.mark.integration


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office_]:
    with an_office(tmp_path) as made:
        yield made


def kept(office: Office_, name: str) -> bytes:
    """The mail as its copy gives it back."""
    with office.store.read() as uow:
        return uow.fresh_copies.mail(name, office.blobs.get)


def fresh(office: Office_) -> set[str]:
    """Copies that have no file yet."""
    with office.store.read() as uow:
        return {*uow.fresh_copies.some(1000)}


def test_the_copy_is_what_the_server_got(office: Office_) -> None:
    """Signature and all; the history names it, too."""
    (entry_id,) = office.add(about(NoticeKind.REQUEST_ACCEPTED))
    office.run(signer=StampSigner())
    row, (mail,) = office.row(entry_id), office.server.mails
    sent = mail.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").rstrip()
    assert kept(office, row.copy).rstrip() == sent
    Copying(office.store, office.blobs, office.clock).file()
    assert row.copy == hashlib.sha256(office.blobs.get(row.copy)).hexdigest()
    assert fresh(office) == set()
    assert kept(office, row.copy).rstrip() == sent
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
    assert b"paper.pdf" in kept(office, first.copy)


def test_what_was_refused_has_no_copy(office: Office_) -> None:
    """Nothing was sent."""
    office.server.fault("rcpt", reply="550 5.1.1 no such user")
    (entry_id,) = office.add(notice())
    office.run()
    assert office.row(entry_id).copy == ""


class _FullDisk(FileBlobs):
    def put_many(self, items: Sequence[bytes]) -> list[str]:
        raise Permanent("the blob folder fails: no space left on device")


FULL = "the blob folder fails: no space left on device"


def rounds(office: Office_, blobs: FileBlobs, count: int, seconds: float = 0.0) -> list[RelayReport]:
    """Rounds of one relay, `seconds` apart."""

    async def work() -> list[RelayReport]:
        settings, reports = office.settings(), []
        courier = SmtpCourier(settings.smtp)
        relay = Relay(office.store, courier, PlainRenderer(), blobs, office.clock, settings)
        try:
            for _ in range(count):
                reports.append(await relay.run_once())
                office.clock.advance(seconds=seconds)
            return reports
        finally:
            await courier.close()

    return asyncio.run(asyncio.wait_for(work(), 60))


def test_a_full_disk_costs_a_large_copy_and_not_the_mark(office: Office_, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail left: it is marked and not sent again; the report says that no copy is kept."""
    monkeypatch.setattr("maild.notify.sending.copying.MOST_BYTES", 10)
    (entry_id,) = office.add(notice())
    first, *_ = rounds(office, _FullDisk(office.blobs.folder), 3)
    assert (first.sent, first.uncopied) == (1, FULL)
    assert (office.row(entry_id).state, office.row(entry_id).copy) == (OutboxState.SENT, "")
    assert len(office.server.mails) == 1


def test_a_copy_becomes_a_file_when_nothing_is_sent(office: Office_) -> None:
    """A heap waits for no file; a disk that is full leaves copies in the database, and says so, until it is not."""
    (entry_id,) = office.add(notice())
    first, second = rounds(office, office.blobs, 2, REST / 2)
    assert (first.sent, second.sent, fresh(office)) == (1, 0, {office.row(entry_id).copy})
    *_, full = rounds(office, _FullDisk(office.blobs.folder), 2, REST)
    assert (full.unfiled, full.uncopied, fresh(office)) == (FULL, "", {office.row(entry_id).copy})
    *_, well = rounds(office, office.blobs, 2, REST)
    assert (well.unfiled, fresh(office)) == ("", set())
    assert office.row(entry_id).copy in office.blobs


def test_a_death_between_file_and_row_costs_nothing(office: Office_, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is there, the row still is: written once more, and then alone."""
    (entry_id,) = office.add(notice())
    office.run()

    def die(*_: object) -> set[str]:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(SqlFreshCopies, "drop", die)
        with pytest.raises(SystemExit):
            Copying(office.store, office.blobs, office.clock).file()
    assert (fresh(office), office.row(entry_id).copy in office.blobs) == ({office.row(entry_id).copy}, True)
    Copying(office.store, office.blobs, office.clock).file()
    assert (fresh(office), office.row(entry_id).copy in office.blobs) == (set(), True)


def test_a_large_copy_is_a_file_at_once(office: Office_, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database is no place for many megabytes."""
    monkeypatch.setattr("maild.notify.sending.copying.MOST_BYTES", 10)
    (entry_id,) = office.add(notice())
    office.run()
    assert (fresh(office), office.row(entry_id).copy in office.blobs) == (set(), True)


def test_a_file_that_came_after_an_erasure_goes_again(office: Office_) -> None:
    """The bytes were read, the person was erased, and then the file was written: it is put on the list of what goes."""
    same_store(office.store, office.blobs, office.clock.now())
    (entry_id,) = office.add(notice())
    office.run()

    class Slow(FileBlobs):
        def put_many(self, items: Sequence[bytes]) -> list[str]:
            with office.store.begin() as uow:
                uow.erasures.expire(Class.NOTICES, [entry_id], office.clock.now())
                uow.erasures.unlinked(uow.erasures.to_unlink())
            return super().put_many(items)

    Copying(office.store, Slow(office.blobs.folder), office.clock).file()
    with office.store.read() as uow:
        assert uow.erasures.waiting() == 1
    assert fresh(office) == set()


def test_what_has_no_file_yet_is_missed_by_nobody(office: Office_) -> None:
    """Who looks after stored bytes asks for no file of it; of one that was written he does."""
    (entry_id,) = office.add(notice())
    office.run()
    assert list(missing(office.store, office.blobs)) == []
    Copying(office.store, office.blobs, office.clock).file()
    office.blobs.remove([office.row(entry_id).copy])
    assert [one.sha256 for one in missing(office.store, office.blobs)] == [office.row(entry_id).copy]


def test_the_sweep_leaves_copies_alone(office: Office_) -> None:
    """It removes what was never named."""
    (entry_id,) = office.add(notice())
    office.run()
    Copying(office.store, office.blobs, office.clock).file()
    office.blobs.sweep()
    assert office.row(entry_id).copy in office.blobs
