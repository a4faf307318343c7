"""Leases of dead processes: taken back at once, and only theirs."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.domain.incoming.mail import MailKey
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.records.journal import NewMail
from maild.store import open_store
from maild.store.leases import free_dead, owner
from maild.store.uow import Store
from tests.servers.schema import lay_out

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CHILD = """
import sys, time
from datetime import UTC, datetime
from maild.store import open_store
from maild.store.leases import owner
now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
with open_store(sys.argv[1]).begin() as uow:
    print(len(uow.mails.claim(5, now, 300, owner())), len(uow.outbox.claim(5, now, 300, owner())), flush=True)
time.sleep(60)
"""


@pytest.fixture
def at(tmp_path: Path) -> Iterator[tuple[Store, str]]:
    """A store with one mail and one notice waiting."""
    url = lay_out(tmp_path / "maild.db")
    store = open_store(url)
    with store.begin() as uow:
        uow.mails.add([NewMail(key=MailKey("office/INBOX", 1, 1), sha256="0" * 64, size=1)])
        uow.outbox.add([NoticeRequest(kind=NoticeKind.QUERY_ANSWER, subject="x", recipient="li@patron.example")], NOW)
    yield store, url
    store.close()


def claimable(store: Store, name: str) -> tuple[int, int]:
    with store.begin() as uow:
        return len(uow.mails.claim(5, NOW, 300, name)), len(uow.outbox.claim(5, NOW, 300, name))


def test_work_of_a_killed_process_is_free_at_once(at: tuple[Store, str]) -> None:
    """While the holder lives its leases stand; after kill -9 they are taken back long before they run out."""
    store, url = at
    child = subprocess.Popen([sys.executable, "-c", CHILD, url], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"1 1\n"
        assert free_dead(store, NOW) == 0
        assert claimable(store, owner()) == (0, 0)
        child.send_signal(signal.SIGKILL)
        child.wait(5)
        assert free_dead(store, NOW) == 2
        assert claimable(store, owner()) == (1, 1)
        assert free_dead(store, NOW) == 0  # ours
    finally:
        child.kill()
        child.wait(5)


@pytest.mark.parametrize("name", ["elsewhere/4026531836:1:5", "relay", "", "a:b", f"{owner().rsplit(':', 2)[0]}:x:y"])
def test_unknown_holders_are_left_alone(at: tuple[Store, str], name: str) -> None:
    """Another host's, another container's or a nameless holder's leases run out by themselves."""
    store, _ = at
    claimable(store, name)
    assert free_dead(store, NOW) == 0


def test_a_reused_process_id_is_not_the_holder(at: tuple[Store, str]) -> None:
    """The same number, begun at another time, is another process."""
    store, _ = at
    place, pid, _ = owner().rsplit(":", 2)
    claimable(store, f"{place}:{pid}:1")
    assert free_dead(store, NOW) == 2
