"""Bytes that are gone or damaged: seen, fetched again from where they lie, else before staff; and whose folder it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maild.cli.app import run
from maild.domain.errors import ConfigError, Permanent
from maild.domain.incoming.decision import Cause
from maild.domain.records.journal import MailStatus
from maild.office.safety.identity import adopt, same_store
from maild.store import FileBlobs, migrate, open_store
from tests.backup.conftest import NOW, Shop
from tests.servers.office import Office, office

NUMBERS = ("2026112000101", "2026112000102", "2026112000103")
integration = pytest.mark.integration


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Office]:
    """A whole office that has handled and moved three mails, and has one that came since."""
    with office(tmp_path) as made:
        made.receive(*(made.shipped(n, i) for i, n in enumerate(NUMBERS)))
        for mailbox in made.services.mailboxes:
            made.services.filer.run_once(mailbox)
        made.imap.fill([made.shipped("2026112000108", 9)])
        made.intake()
        yield made


def lose(house: Office, *, damaged: bool = False, holder: str = "mail") -> list[str]:
    """Delete the bytes of every mail (or document), or overwrite them in their length; their names."""
    blobs = house.services.blobs
    with house.services.store.read() as uow:
        names = {
            one.sha256 for part in "0123456789abcdef" for one in uow.references.within(part) if one.holder == holder
        }
    for name in names:
        if damaged:
            blobs.path(name).write_bytes(b"x" * blobs.path(name).stat().st_size)
        else:
            blobs.path(name).unlink()
    return sorted(names)


@integration
def test_lost_bytes_are_fetched_again(house: Office) -> None:
    """All mails lost, moved ones as well: the sheet says so, a look fetches them; the files of mails are taken from them."""
    lost = {*lose(house), *lose(house, holder="document")}
    sheet = house.services.balance()
    assert [folder.bytes_missing for folder in sheet.folders if folder.mailbox == "office/INBOX"] == [4]
    assert not sheet.even
    found = house.services.look_after_bytes()
    assert (found.fetched, found.lost, found.waiting) == (len(lost), (), ())
    assert all(house.services.blobs.get(name) for name in lost)
    assert house.services.balance(ask_servers=True).even
    with house.services.store.read() as uow:
        assert not uow.reviews.find(cause=Cause.BYTES_MISSING)
    # Damaged in their length: a look at names alone sees nothing, the shares together find all.
    names = lose(house, damaged=True)
    assert house.services.look_after_bytes().damaged == 0
    assert sum(house.services.look_after_bytes((share, 3)).fetched for share in (1, 2, 3)) == len(names)
    assert all(house.services.blobs.get(name) for name in names)


@integration
def test_a_mail_that_waits_is_read_from_the_server(house: Office) -> None:
    """Its bytes were lost before it was processed, while the server is away: it is neither lost nor told to staff, and
    goes on waiting; once the server is back they are fetched in the same moment, and the notice leaves.
    """
    names, sent = lose(house), len(house.smtp.mails)
    house.imap.stop()
    found = house.services.look_after_bytes()
    assert (found.fetched, found.lost, len(found.waiting), found.whole) == (0, (), len(names), False)
    house.services.processor.run_once()
    with house.services.store.read() as uow:
        assert not uow.reviews.find(cause=Cause.BYTES_MISSING)
        (mail,) = uow.mails.find(limit=1)
    assert mail.status is MailStatus.PENDING
    house.imap.start()
    with house.services.store.begin() as uow:
        uow.mails.wake([mail.id])
    house.process()
    house.relay()
    assert len(house.smtp.mails) == sent + 1
    with house.services.store.read() as uow:
        assert uow.mails.get(mail.id).status is MailStatus.SETTLED


@integration
def test_a_mail_that_is_nowhere_waits_for_a_person(house: Office) -> None:
    """Gone here and on the server: queued at once, no try wasted; when it turns up again it is processed."""
    raw = (house.imap.messages())[0]
    names = lose(house)
    house.imap.doveadm("expunge", "-u", house.imap.user, "mailbox", "INBOX", "all")
    house.process()
    with house.services.store.read() as uow:
        (item,) = uow.reviews.find(cause=Cause.BYTES_MISSING)
        mail = uow.mails.get(item.mail_id or 0)
    assert mail.status is MailStatus.SHUNTED
    assert "lost" in item.reasons[0]
    found = house.services.look_after_bytes()
    assert (found.fetched, [one.sha256 for one in found.lost]) == (len(names) - 1, [mail.sha256])
    assert len(house.services.look_after_bytes().lost) == 1
    with house.services.store.read() as uow:
        assert len(uow.reviews.find(cause=Cause.BYTES_MISSING)) == 2  # said once: of the mail, and of its bytes
    house.imap.fill([raw])  # somebody moved it back
    house.intake()
    assert house.services.look_after_bytes().whole
    house.process()
    with house.services.store.read() as uow:
        assert uow.mails.get(mail.id).status is MailStatus.SETTLED
        assert not uow.reviews.find(cause=Cause.BYTES_MISSING)


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_many_lost_stand_in_one_item(shop: Shop, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Fifty mails whose account is not set up any more: twenty items and one that counts the rest; said once."""
    names = shop.receive(*(f"mail {n}" for n in range(50)))
    same_store(shop.store, shop.blobs, NOW)
    for name in names:
        shop.blobs.path(name).unlink()
    config = shop.folder / "maild.toml"
    config.write_text(f'[store]\nurl = "{shop.url}"\nblobs = "{shop.blobs.folder}"\n[[mailbox]]\nname = "other"\n')
    for _ in range(2):
        assert run(["--config", str(config), "--json", "check", "--blobs", "--share", "1/2"]) == 1
        said = json.loads(capfdbinary.readouterr().out)
        assert (said["missing"], said["lost"], said["ok"], len(said["faults"])) == (50, 50, False, 50)
        with shop.store.read() as uow:
            items = uow.reviews.find(cause=Cause.BYTES_MISSING)
        assert len(items) == 21
        assert "30 mail" in items[-1].reasons[0]
    assert run(["--config", str(config), "check", "--blobs", "--share", "3/2"]) == 2
    assert run(["--config", str(config), "check", "--share", "1/2"]) == 2


def test_a_second_host_with_another_folder_is_refused(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    """The name is given at the first start; another folder stops the start with 2, one without a name with 1; --adopt
    is the way out.
    """
    name = same_store(shop.store, shop.blobs, NOW)
    assert same_store(shop.store, shop.blobs, NOW) == name
    other = FileBlobs(shop.folder / "other")
    with pytest.raises(Permanent, match="bears no name") as late:
        same_store(shop.store, other, NOW)
    assert not isinstance(late.value, ConfigError)  # a mount that comes late: exit code 1, tried again
    other.name("somebody-elses")
    with pytest.raises(ConfigError, match="another database"):
        same_store(shop.store, other, NOW)
    config = shop.folder / "maild.toml"
    config.write_text(f'[store]\nurl = "{shop.url}"\nblobs = "{other.folder}"\n')
    assert run(["--config", str(config), "check", "--blobs", "--offline"]) == 2
    assert "--adopt" in capfd.readouterr().err
    assert run(["--config", str(config), "check", "--blobs", "--offline", "--adopt"]) == 1  # nothing is in it
    assert same_store(shop.store, other, NOW) == name == adopt(shop.store, other, NOW)


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_a_new_database_beside_anothers_folder_is_refused(shop: Shop) -> None:
    """A database that is not mounted, mistyped or lost looks new: started so, old mail would be answered once more."""
    name = same_store(shop.store, shop.blobs, NOW)
    url = f"sqlite:///{shop.folder / 'new.db'}"
    migrate.upgrade(url)
    new = open_store(url)
    with pytest.raises(ConfigError, match="new and empty") as refused:
        same_store(new, shop.blobs, NOW)
    assert "--adopt" in refused.value.remedy
    assert adopt(new, shop.blobs, NOW) == name == same_store(new, shop.blobs, NOW)
    new.close()


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_the_first_start_of_an_older_database(shop: Shop) -> None:
    """It has mails and no name: a folder that has blobs is named, an empty one is a mount that is not there yet."""
    with pytest.raises(Permanent, match="bears no name"):
        same_store(shop.store, FileBlobs(shop.folder / "unmounted"), NOW)
    assert same_store(shop.store, shop.blobs, NOW) == shop.blobs.identity()


@integration
def test_bytes_that_staff_give_up(house: Office) -> None:
    """A mail that is nowhere, settled as lost for good: the look is whole, the sheet even, the backup complete; who said
    so is kept. Undone, it is looked for again. Nobody gives up what is there.
    """
    names = lose(house)
    house.imap.doveadm("expunge", "-u", house.imap.user, "mailbox", "INBOX", "all")
    made = house.services
    made.look_after_bytes()
    with made.store.read() as uow:
        (item,) = uow.reviews.find(cause=Cause.BYTES_MISSING)
    with pytest.raises(Permanent, match="needs a reason"):
        made.lost_acts.give_up(item.id, actor="wang", note=" ")
    assert "1 are given up" in made.lost_acts.give_up(item.id, actor="wang", note="nor in the backup").done
    found = made.look_after_bytes()
    assert (found.whole, found.missing, made.balance().even) == (True, 0, True)
    with made.store.read() as uow:
        (gone,) = uow.references.given_up()
        assert gone in names
        lines = [one for one in uow.journal.of_transaction(item.key) if one.after == "given up"]
        assert [(one.actor, one.reasons) for one in lines] == [("wang", ("nor in the backup",))]
        assert not uow.reviews.find(cause=Cause.BYTES_MISSING)
    made.acts.undo(item.id, actor="wang")
    assert len(made.look_after_bytes().lost) == 1
    other = next(name for name in names if name != gone)
    with pytest.raises(Permanent, match="not about lost bytes"):
        made.bytes_again.names_of(replace(item, cause=Cause.QUESTION))
    with pytest.raises(Permanent, match="there again"):
        made.bytes_again.names_of(replace(item, key=f"bytes:{other}"))


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_many_that_are_given_up(shop: Shop, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The item that counts the rest stands for just those: given up, twenty are left, and the backup lacks no others;
    with all given up it ends with 0. An item that counts what is no more so is refused.
    """
    names = shop.receive(*(f"mail {n}" for n in range(23)))
    same_store(shop.store, shop.blobs, NOW)
    for name in names:
        shop.blobs.path(name).unlink()
    config = shop.folder / "maild.toml"
    config.write_text(
        f'[store]\nurl = "{shop.url}"\nblobs = "{shop.blobs.folder}"\n[backup]\nto = "{shop.folder / "b"}"\n'
        '[[mailbox]]\nname = "other"\n'
    )

    def call(*args: str) -> int:
        return run(["--config", str(config), "--json", *args])

    assert call("check", "--blobs") == 1
    with shop.store.read() as uow:
        items = sorted(uow.reviews.find(cause=Cause.BYTES_MISSING), key=lambda one: "many" in one.key)
    many = items.pop()
    assert call("queue", "give-up", str(many.id), "--note", "the disk burnt") == 0
    assert call("backup") == 1
    capfdbinary.readouterr()
    assert call("check", "--blobs") == 1
    assert json.loads(capfdbinary.readouterr().out)["lost"] == 20
    for item in items:
        assert call("queue", "give-up", str(item.id), "--note", "the disk burnt") == 0
    assert (call("check", "--blobs"), call("backup")) == (0, 0)
    assert call("queue", "give-up", str(many.id), "--note", "again") == 1
