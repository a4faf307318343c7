"""Backups: whole, written once, verified, encrypted, pruned; and brought back on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyrage
import pytest

from maild.backup import manifest as manifests
from maild.backup.erasures import carry, remembered
from maild.backup.make import check_again
from maild.backup.manifest import Manifest, Object
from maild.backup.places import FolderPlace
from maild.backup.prune import Keeping, kept, prune
from maild.backup.rehearse import rehearse
from maild.backup.restore import restore
from maild.backup.sealing import Sealer
from maild.bootstrap import SystemClock
from maild.cli.app import run
from maild.config import Store
from maild.domain.accounting.ledger import Book, EntryKind, LedgerEntry, Posting
from maild.domain.desk.access import Account, Role, Session
from maild.domain.errors import ConfigError, Permanent
from maild.domain.incoming.decision import About, Action, Decision
from maild.domain.incoming.mail import MailKey
from maild.domain.money import Money
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.evidence import FaultKind
from maild.domain.records.journal import NewMail
from maild.domain.records.privacy import Remembered
from maild.office.privacy.erasing import to_line
from maild.store import FileBlobs, open_store
from tests.backup.conftest import NOW, Shop

LATER = NOW + timedelta(hours=5)


def test_everything_comes_back(shop: Shop) -> None:
    """Rows and bytes are those of the backup; new numbers are far off; what waited is held or marked, as one item says."""
    with shop.store.begin() as uow:
        uow.accounts.add(Account(name="wang", role=Role.LIBRARIAN, created=NOW))
        uow.sessions.add(Session(token="t", account="wang", created=NOW, seen=NOW, ends=LATER))
    made = shop.back_up().manifest
    late = shop.receive("after the backup")
    done = restore(shop.vault, made, shop.target, LATER)
    assert (done.lost, done.differs, done.blobs, done.held, done.pending) == ((), (), 2, 1, 2)
    store, blobs = open_store(shop.empty_url), FileBlobs(shop.target.blobs)
    with store.begin() as uow:
        mails = uow.mails.find()
        assert {blobs.get(mail.sha256).decode() for mail in mails} == {"first", "第二封"}
        (stored,) = uow.mails.add([NewMail(key=MailKey("office/INBOX", 1, 9), sha256="ab" * 32, size=1)])
        assert stored.mail_id > 10_000
        assert not uow.sessions.of_account("wang")
        (notice,) = uow.outbox.find()
        assert notice.state is OutboxState.IN_DOUBT
        assert "may have been sent" in notice.reply
        assert [item.cause for item in uow.reviews.find()] == ["restored"]
        assert all(mail.recovered for mail in mails)
        lately = uow.restorations.latest()
        assert lately is not None
        assert (lately.since, lately.until, lately.backup) == (NOW, LATER, made.id)
    store.close()
    assert late[0] not in blobs


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_a_blob_is_written_once(shop: Shop) -> None:
    """The second backup adds what is new and nothing else; both stay whole."""
    first = shop.back_up()
    shop.receive("third")
    second = shop.back_up(LATER)
    third = shop.back_up(LATER + timedelta(seconds=1))
    assert (first.added, second.added, third.added) == (2, 1, 0)
    assert [check_again(shop.vault, one.manifest) for one in (first, second, third)] == [[], [], []]


@pytest.mark.parametrize("what", ["blobs", "database", "list", "manifest"])
@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_damage_is_found(shop: Shop, what: str) -> None:
    """One bit turned anywhere in a backup is told by --verify, and never restored."""
    made = shop.back_up().manifest
    backups = shop.folder / "backups"
    files = {
        "blobs": next((backups / "blobs").rglob("*/*")),
        "database": backups / made.database.key,
        "list": backups / made.list.key,
        "manifest": backups / "manifests" / f"{made.id}.json",
    }
    data = bytearray(files[what].read_bytes())
    data[len(data) // 2] ^= 1
    files[what].write_bytes(data)
    found, wrong = shop.vault.manifests()
    assert bool(wrong) is (what == "manifest")
    assert [check_again(shop.vault, one) != [] for one in found] == ([] if what == "manifest" else [True])
    if what == "blobs":
        assert len(restore(shop.vault, made, shop.target, LATER).lost) == 1
    elif what != "manifest":
        with pytest.raises(Permanent, match=r"damaged|cannot be read"):
            restore(shop.vault, made, shop.target, LATER)
        assert not (shop.folder / "new.db").exists()


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_a_lost_object_of_the_place_is_written_again(shop: Shop) -> None:
    """What somebody deleted from the place is put there anew by the next backup."""
    shop.back_up()
    next((shop.folder / "backups" / "blobs").rglob("*/*")).unlink()
    assert shop.back_up(LATER).added == 1


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_missing_bytes_are_named(shop: Shop) -> None:
    """A blob that is gone or damaged at the source is said by the backup, which is made all the same."""
    gone, damaged = shop.receive("third", "fourth")
    shop.blobs.path(gone).unlink()
    shop.blobs.path(damaged).write_bytes(b"FOURTH")
    made = shop.back_up().manifest
    assert made.missing == tuple(sorted([gone, damaged]))
    found = rehearse(shop.vault, made, Store(url=shop.url, blobs=shop.blobs.folder), SystemClock())
    assert (found.missing, found.even, [folder.bytes_missing for folder in found.folders]) == (2, False, [2])


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_encrypted_backups(shop: Shop) -> None:
    """Nothing readable lies there; whoever has no key can add and check, but not read; the key brings all back."""
    pair = pyrage.x25519.Identity.generate()
    writing = shop.sealed(str(pair.to_public()))
    shop.back_up(vault=writing)
    shop.receive("third")
    second = shop.back_up(LATER, vault=writing)
    assert second.added == 1
    lying = b"".join(p.read_bytes() for p in (shop.folder / "backups" / "blobs").rglob("*") if p.is_file())
    assert b"first" not in lying
    assert check_again(writing, second.manifest) == []
    with pytest.raises(Permanent, match="no key"):
        restore(writing, second.manifest, shop.target, LATER)
    other = shop.sealed(key=str(pyrage.x25519.Identity.generate()))
    with pytest.raises(Permanent, match="cannot be decrypted"):
        restore(other, second.manifest, shop.target, LATER)
    done = restore(shop.sealed(key=str(pair)), second.manifest, shop.target, LATER)
    assert (done.blobs, done.lost, done.differs) == (3, (), ())


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_what_was_erased_is_read_with_either_key(shop: Shop) -> None:
    """After a change of keys each line lies there for both, and no restore fails for want of the older key."""
    old, new = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    line = to_line(Remembered(at=NOW, secret="ab" * 32, digests={}))
    shop.blobs.remember(line)
    carried = [carry(shop.sealed(str(key.to_public())), shop.blobs) for key in (old, new, new)]
    assert carried == [1, 1, 0]
    for key in (old, new):
        (found,) = remembered(shop.sealed(key=str(key)), FileBlobs(shop.folder / "elsewhere"))
        assert found.secret == "ab" * 32
    with pytest.raises(Permanent, match="cannot be decrypted"):
        remembered(shop.sealed(key=str(pyrage.x25519.Identity.generate())), shop.blobs)


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_another_key(shop: Shop) -> None:
    """Once the recipients have changed, the next backup is a full one, which the new key opens alone, and the one after
    that adds what is new; the older backup still opens with the older key, and none of it is left when it is pruned.
    """
    old, new = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    first = shop.back_up(NOW - timedelta(days=40), vault=shop.sealed(str(old.to_public()))).manifest
    writing = shop.sealed(str(new.to_public()))
    second = shop.back_up(vault=writing)
    assert second.added == second.manifest.blobs == 2
    shop.receive("third")
    third = shop.back_up(LATER, vault=writing)
    assert third.added == 1
    both = shop.sealed(str(new.to_public()), str(old.to_public()))
    last = shop.back_up(LATER + timedelta(hours=1), vault=both)
    assert last.added == 3
    for made, key in ((first, old), (third.manifest, new)):
        assert check_again(shop.sealed(key=str(key)), made) == []
    assert check_again(shop.sealed(key=str(old)), third.manifest)
    prune(shop.vault, Keeping(days=1, weeks=0, months=0), ZoneInfo("UTC"))
    left = shop.sealed(key=str(new))
    assert [one.id for one in left.manifests()[0]] == [last.manifest.id]
    assert len(left.place.sizes("blobs")) == 3
    done = restore(left, last.manifest, shop.target, LATER)
    assert (done.blobs, done.lost, done.differs) == (3, (), ())


def test_wrong_keys_are_usage(tmp_path: Path) -> None:
    """A recipient or a key that is none is a wrong setting."""
    for make in (lambda: Sealer(["age1nonsense"]), lambda: Sealer([], "AGE-SECRET-KEY-1NONSENSE")):
        with pytest.raises(ConfigError, match="no key of age's"):
            make()


def test_rehearsal(shop: Shop) -> None:
    """restore --check brings all back into a temporary place, and leaves nothing of it."""
    made = shop.back_up().manifest
    settings = Store(url=shop.url, blobs=shop.blobs.folder)
    found = rehearse(shop.vault, made, settings, SystemClock())
    assert (found.restored.blobs, found.restored.differs, found.even) == (2, (), True)
    with shop.store.read() as uow:
        assert uow.restorations.latest() is None
        assert uow.outbox.find()[0].state is OutboxState.WAITING
    again = rehearse(shop.vault, made, settings, SystemClock())  # nothing of the first is in its way
    assert again.even


def _manifest(created: datetime) -> Manifest:
    nothing = Object(key="data/x", sha256="", size=0, stored_sha256="", stored_size=0)
    made = Manifest(created=created, maild="", store="", kind="sqlite", revision="", tables={}, database=nothing,
                    list=nothing, blobs=0, blob_bytes=0)  # fmt: skip
    return manifests.read(manifests.name_of(made.to_bytes(), created), made.to_bytes())


def test_which_backups_stay() -> None:
    """The last of each of 3 days, 2 weeks and 2 months by the office's days, and always the newest."""
    every = [_manifest(datetime(2026, 11, 24, 17, tzinfo=UTC) - timedelta(hours=12 * n)) for n in range(140)]
    stay = kept(every, Keeping(days=3, weeks=2, months=2), ZoneInfo("Asia/Shanghai"))
    moments = sorted(one.created.strftime("%m-%d %H") for one in every if one.id in stay)
    # 17 UTC is one o'clock of the next day in Hangzhou.
    assert moments == ["10-31 05", "11-22 05", "11-23 05", "11-24 05", "11-24 17"]
    assert kept(every, Keeping(days=1, weeks=0, months=0), ZoneInfo("UTC")) == {every[0].id}


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_pruning_takes_what_nobody_needs(shop: Shop) -> None:
    """Old backups and objects that only they named go; the rest stays whole; a manifest that cannot be read stops it."""
    (gone,) = shop.receive("only in the first")
    shop.back_up(NOW - timedelta(days=40))
    with shop.store.begin() as uow:
        uow.mails._connection.exec_driver_sql("DELETE FROM mail_location")  # type: ignore[attr-defined]
        uow.mails._connection.exec_driver_sql(f"DELETE FROM mail WHERE sha256 = '{gone}'")  # type: ignore[attr-defined]
    shop.blobs.path(gone).unlink()
    last = shop.back_up().manifest
    keeping = Keeping(days=1, weeks=0, months=0)
    assert prune(shop.vault, keeping, ZoneInfo("UTC"), dry_run=True).objects == 3
    done = prune(shop.vault, keeping, ZoneInfo("UTC"))
    assert (len(done.backups), done.objects) == (1, 3)  # database, list, blob
    assert check_again(shop.vault, last) == []
    (shop.folder / "backups" / "manifests" / "20260101T000000Z-0000000000000000.json").write_text("{}")
    with pytest.raises(Permanent, match="nothing was removed"):
        prune(shop.vault, keeping, ZoneInfo("UTC"))


def test_a_folder_of_other_things_is_no_place(tmp_path: Path) -> None:
    """Backups are never mixed into a folder that holds something else."""
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(ConfigError, match="other things"):
        FolderPlace(tmp_path, create=True)
    with pytest.raises(ConfigError, match="no backups"):
        FolderPlace(tmp_path / "nowhere")


def test_the_evidence_comes_back_whole(shop: Shop) -> None:
    """What was brought back holds against the head that was mailed before the backup; of rows written since, and lost
    with the machine, their own head tells.
    """

    def charge(number: str) -> LedgerEntry:
        lines = ((Book.RECEIVABLE, 5), (Book.INCOME, -5))
        return LedgerEntry(key=f"charge:{number}:1", kind=EntryKind.CHARGE, reason="a fee", postings=tuple(
            Posting(book=book, amount=Money.of(much), patron_id="p1", number=number) for book, much in lines
        ))  # fmt: skip

    with shop.store.begin() as uow:
        uow.ledger.post([charge("N1"), charge("N2")], NOW)
        uow.decisions.add(1, Decision(action=Action.REVIEW, about=About(fields={"score": "1.50"})), NOW)
        mailed = uow.evidence.head()
    made = shop.back_up().manifest
    with shop.store.begin() as uow:
        uow.ledger.post([charge("N3")], NOW)
        since = uow.evidence.head()
    restore(shop.vault, made, shop.target, LATER)
    store = open_store(shop.empty_url)
    with store.begin() as uow:
        assert uow.evidence.verify(heads=[mailed]).faults == ()
        (lost,) = uow.evidence.verify(heads=[mailed, since]).faults
        assert (lost.kind, lost.row) == (FaultKind.HEAD, "head 4")
        uow.ledger.post([charge("N4")], NOW)
        assert (mailed.size, uow.evidence.verify(heads=[mailed]).head.size) == (3, 4)
    store.close()


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_commands(shop: Shop, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """backup, --list, --verify, --prune, restore --check and restore by their commands, with --json and exit codes."""
    config = shop.folder / "maild.toml"

    def call(*args: str, url: str = shop.url, blobs: Path = shop.blobs.folder) -> tuple[int, list[dict[str, object]]]:
        config.write_text(f'[store]\nurl = "{url}"\nblobs = "{blobs}"\n[backup]\nto = "{shop.folder / "backups"}"\n')
        code = run(["--config", str(config), "--json", *args])
        return code, [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]

    code, (made,) = call("backup")
    assert (code, made["blobs"], made["added"], made["missing"]) == (0, 2, 2, 0)
    code, listed = call("backup", "--list")
    assert (code, [row["id"] for row in listed]) == (0, [made["id"]])
    code, (verified,) = call("backup", "--verify")
    assert (code, verified["ok"], verified["faults"]) == (0, True, [])
    code, (pruned,) = call("backup", "--prune", "--dry-run")
    assert (code, pruned["objects"], pruned["backups"]) == (0, 0, [])
    assert call("backup", "--list", "--prune")[0] == 2
    code, (checked, folder) = call("restore", str(shop.folder / "backups"), "--check")
    assert (code, checked["held"], folder["bytes_missing"], folder["even"]) == (0, 1, 0, True)
    there = {"url": shop.empty_url, "blobs": shop.folder / "restored"}
    code, (restored,) = call("restore", str(shop.folder / "backups"), "--stopped-at", "2026-11-28T10:05", **there)
    assert (code, restored["held"], restored["pending"]) == (0, 1, 2)
    assert call("restore", str(shop.folder / "backups"), **there)[0] == 1
    (shop.folder / "backups" / str(made["sha256"]["database"])).unlink(missing_ok=True)  # type: ignore[index]
    next((shop.folder / "backups" / "blobs").rglob("*/*")).unlink()
    assert call("backup", "--verify")[0] == 1
