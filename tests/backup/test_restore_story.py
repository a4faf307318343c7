"""A busy office on real servers: backup, more work, a crash, a restore. Nothing is lost, nothing is sent twice."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from maild.backup.make import Source, make
from maild.backup.manifest import Manifest
from maild.backup.places import FolderPlace
from maild.backup.restore import Target, restore
from maild.backup.sealing import Sealer
from maild.backup.vault import Vault
from maild.bootstrap import Services
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import MailStatus
from maild.domain.records.restoration import PERHAPS_SENT
from tests.servers.office import Office, office
from tests.servers.postgres import PostgresServer

pytestmark = pytest.mark.integration

BEFORE = ("2026112000101", "2026112000102", "2026112000103")
AFTER = ("2026112000108", "2026112000110", "2026112000114")
UNFILED, WAITING = "2026112000116", "2026112000117"


@dataclass(kw_only=True)
class Story:
    """The office, its backups, and an empty place of the same kind."""

    house: Office
    vault: Vault
    empty_url: str
    folder: Path

    def back_up(self) -> Manifest:
        """Make a backup of the office as it is."""
        s = self.house.services
        store = s.settings.store
        source = Source(url=store.url, password="", store=s.store, blobs=s.blobs, identity=s.same_store())
        return make(self.vault, source, s.clock.now()).manifest

    def file(self) -> None:
        """Move what is settled."""
        for mailbox in self.house.services.mailboxes:
            while self.house.services.filer.run_once(mailbox):
                pass

    @contextmanager
    def restored(self, made: Manifest, *, marked: bool = True) -> Iterator[Office]:
        """The office after its machine was lost; unmarked: somebody put the old files back by hand."""
        self.house.services.close()
        target = Target(url=self.empty_url, password="", blobs=self.folder / "restored")
        restore(self.vault, made, target, self.house.services.clock.now())
        settings = self.house.services.settings
        store = replace(settings.store, url=self.empty_url, blobs=target.blobs)
        services = Services(replace(settings, store=store), resolver=self.house.post)
        try:
            if not marked:
                with services.store.begin() as uow:
                    run = uow.mails._connection.exec_driver_sql  # type: ignore[attr-defined]
                    run("DELETE FROM restoration")
                    run("DELETE FROM review WHERE cause = 'restored'")
                    run("UPDATE mail SET recovered = (1 = 0)")
                    run(
                        "UPDATE outbox SET state = 'waiting', reply = '', free_at = not_before WHERE state = "
                        f"'{PERHAPS_SENT}'"
                    )
            services.prepare()
            yield replace(self.house, services=services)
        finally:
            services.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """A whole office on each database."""
    url, empty = "", f"sqlite:///{tmp_path / 'new.db'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("server")
        url = server.url(server.database(request.getfixturevalue("pg_template")))
        empty = server.url(server.database())
    (tmp_path / "work").mkdir()
    with office(tmp_path, url=url) as house:
        vault = Vault(FolderPlace(tmp_path / "backups", create=True), Sealer(), tmp_path / "work")
        yield Story(house=house, vault=vault, empty_url=empty, folder=tmp_path)


def start(house: Office) -> None:
    """What a daemon does when it starts: look, read, process, what time brings, send; and file."""
    house.services.recollect("office")
    for _ in range(2):
        house.turn()
        for mailbox in house.services.mailboxes:
            house.services.filer.run_once(mailbox)


def told(house: Office) -> Counter[tuple[str, str]]:
    """Who was told what, how often: recipient and subject of each mail that left."""
    return Counter((str(mail["To"]), str(mail["Subject"])) for mail in house.sent())


def states(house: Office) -> dict[str, str]:
    with house.services.store.read() as uow:
        return {t.number: str(t.state) for t in uow.transactions.get_many([*BEFORE, *AFTER, UNFILED, WAITING])}


def test_restoring_a_busy_office(story: Story) -> None:
    """More mails were handled, moved, and answered after the backup; one was answered and not yet moved, one notice
    waited in the backup. After the restore all mails are known, no one hears anything twice, and the sheet is even.
    """
    house = story.house
    house.imap.fill([house.shipped(n, i) for i, n in enumerate(BEFORE)])
    house.intake()
    house.process()
    house.relay()
    house.imap.fill([house.shipped(WAITING, 7)])
    house.intake()
    house.process()
    story.file()
    made = story.back_up()  # a notice waits in it
    house.relay()  # and is sent since
    house.receive(*(house.shipped(n, 10 + i) for i, n in enumerate(AFTER)))
    story.file()
    house.receive(house.shipped(UNFILED, 20))  # the crash comes before it is moved
    everything, before, sent = states(house), told(house), len(house.smtp.mails)
    assert set(before.values()) == {1}
    assert house.sent("loan_overdue")  # what time brought, after the backup as well
    assert house.imap.exists() == 1
    with story.restored(made) as back:
        gone = back.services.balance(ask_servers=True)
        assert sum(len(folder.missing) for folder in gone.folders) == len(AFTER)  # the sheet says what is lost
        assert not gone.even
        start(back)
        assert told(back) == before
        assert len(back.smtp.mails) == sent
        with back.services.store.read() as uow:
            mails = uow.mails.find(limit=100)
            held = uow.outbox.find(state=PERHAPS_SENT)
            items = uow.reviews.find(cause=Cause.RESTORED)
        assert len(mails) == len(BEFORE) + len(AFTER) + 2
        assert {entry.request.number for entry in held} > {*AFTER, UNFILED, WAITING}
        assert "loan_overdue" in {entry.request.kind for entry in held}
        assert all("may have been sent" in entry.reply for entry in held)
        assert len(items) == 1
        assert all(mail.status is not MailStatus.PENDING for mail in mails)
        # What providers said is known again; what only sending a notice says waits with the notice.
        assert {n: s for n, s in states(back).items() if n in BEFORE} == {n: everything[n] for n in BEFORE}
        assert {states(back)[n] for n in (*AFTER, UNFILED)} == {"shipped"}
        assert back.services.balance(ask_servers=True).even
        _new_mail_is_answered(back)


def _new_mail_is_answered(back: Office) -> None:
    """What comes after the restore is new: answered at once."""
    raw = back.shipped("2026112000118", 30)
    back.imap.fill([raw])
    late = time.time() + timedelta(minutes=5).total_seconds()
    for path in (back.imap.maildir(back.imap.user) / "new").iterdir():
        os.utime(path, (late, late))
    sent = len(back.smtp.mails)
    back.turn()
    assert len(back.smtp.mails) > sent
    assert "2026112000118" in str(back.sent("document_delivered")[-1]["Subject"])


@pytest.mark.parametrize("story", ["sqlite"], indirect=True)
def test_old_files_put_back_by_hand(story: Story) -> None:
    """No restore was said, but the server knows more: what waited is held, and nothing is sent twice."""
    house = story.house
    house.receive(*(house.shipped(n, i) for i, n in enumerate(BEFORE)))
    house.imap.fill([house.shipped(WAITING, 7)])
    house.intake()
    house.process()
    story.file()
    made = story.back_up()
    house.relay()
    house.receive(*(house.shipped(n, 10 + i) for i, n in enumerate(AFTER)))
    story.file()
    before = told(house)
    with story.restored(made, marked=False) as back:
        found = back.services.recollect("office")
        assert (found.mails, found.older, found.held) == (len(AFTER), True, 1)
        start(back)
        assert told(back) == before
        assert back.services.balance(ask_servers=True).even


@pytest.mark.parametrize("story", ["sqlite"], indirect=True)
def test_a_usual_start_finds_nothing(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart of a healthy office takes nothing in again and holds nothing; a mail that staff dragged in is held alone."""
    house = story.house
    house.receive(*(house.shipped(n, i) for i, n in enumerate(BEFORE)))
    story.file()
    assert house.services.recollect("office").mails == 0
    house.imap.fill([house.shipped(WAITING, 7)])
    house.intake()
    house.process()
    sent = len(house.smtp.mails)
    house.imap.fill([house.shipped(AFTER[0], 8)], folder="maild/已处理")
    found = house.services.recollect("office")
    assert (found.mails, found.older, found.held) == (1, False, 0)
    house.turn()
    assert len(house.smtp.mails) == sent + 1  # the one that waited; the dragged mail's is held
    with house.services.store.read() as uow:
        assert [entry.request.number for entry in uow.outbox.find(state=PERHAPS_SENT)] == [AFTER[0]]
        assert not uow.outbox.find(state=OutboxState.WAITING)
    assert house.services.recollect("office").mails == 0
    # A server that hands out no single field, and numbers the folder anew: its mails are known by their bytes.
    monkeypatch.setattr("maild.mailbox.imap.LOOKS", "(UID NO-SUCH-FIELD)")
    house.imap.set_uidvalidity(77, folder="maild/已处理")
    assert house.services.recollect("office").mails == 0
    sheet = house.services.balance(ask_servers=True)
    assert [(f.stored, f.even) for f in sheet.folders if f.mailbox == "office/maild/已处理"] == [(4, True)]
