"""ImapMailbox against a real Dovecot on loopback."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maild import config
from maild.domain.errors import Permanent, Temporary
from maild.domain.incoming.mail import RawMail
from maild.domain.operation.backoff import Backoff
from maild.domain.records.journal import Skipped
from maild.mailbox import ImapMailbox, probe
from maild.mailbox.fetching import list_uids
from maild.ports import Filing, FilingMode
from tests.servers.dovecot import Dovecot, make_certificate

pytestmark = pytest.mark.integration

SETTLED = "maild/已处理"
MOVE = Filing(mode=FilingMode.MOVE, target=SETTLED)
USERS = {f"user{n}@lib.example": 'p w"\\密码' for n in range(40)}


class SystemClock:
    """The real clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """One Dovecot for the module; each test has an account of its own."""
    with Dovecot(USERS) as running:
        yield running


@pytest.fixture(scope="module")
def accounts() -> Iterator[str]:
    """Accounts nobody used yet."""
    return iter(USERS)


@pytest.fixture
def account(accounts: Iterator[str]) -> str:
    """A fresh account."""
    return next(accounts)


def settings(server: Dovecot, account: str, **other: object) -> config.Mailbox:
    """Settings over TLS with the server's own certificate trusted."""
    values: dict[str, object] = {
        "host": server.host,
        "port": server.imaps_port,
        "user": account,
        "ca_file": server.ca_file,
        "password": config.Secret(server.users[account]),
        "timeout_seconds": 10.0,
    }
    return config.Mailbox(**(values | other))  # type: ignore[arg-type]


def mailbox(server: Dovecot, account: str, folder: str = "INBOX", **other: object) -> ImapMailbox:
    """A mailbox that tries again soon."""
    return ImapMailbox(settings(server, account, **other), folder, SystemClock(), Backoff(base=0.05, cap=0.2))


def mails(count: int, size: int = 100) -> list[bytes]:
    """`count` mails of about `size` bytes that differ, with bytes no charset knows."""
    return [
        f"From: ill@calis.example\r\nSubject: {n}\r\n\r\n".encode() + b"\xff\x80." * (size // 3) + b"\r\n"
        for n in range(count)
    ]


def raws(items: Iterator[RawMail | Skipped]) -> list[bytes]:
    """The bytes of the mails; fails on a skipped one."""
    got = list(items)
    assert all(isinstance(item, RawMail) for item in got), got
    return [item.raw for item in got if isinstance(item, RawMail)]


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_reads_exact_bytes_in_order(server: Dovecot, account: str, security: str) -> None:
    """Over TLS, STARTTLS and plaintext; no flag is set; dates are there."""
    server.fill(mails(30), user=account)
    port = server.imaps_port if security == "tls" else server.imap_port
    box = mailbox(server, account, security=security, port=port)
    status = box.open()
    assert (status.name, status.exists, status.uidnext) == ("office/INBOX", 30, 31)
    items = list(box.fetch(box.uids(0)))
    assert raws(iter(items)) == mails(30)
    for item in items:
        assert isinstance(item, RawMail)
        assert item.key.uidvalidity == status.uidvalidity
        assert "\\Seen" not in item.flags
        assert item.internal_date is not None
        assert abs(item.internal_date - datetime.now(UTC)) < timedelta(minutes=5)
    box.close()
    assert "\\Seen" not in server.doveadm("fetch", "-u", account, "flags", "mailbox", "INBOX", "all")


def test_a_certificate_of_a_stranger_is_permanent(server: Dovecot, account: str, tmp_path: Path) -> None:
    """The remedy names ca_file; the same for the system's authorities, and for STARTTLS."""
    stranger, _ = make_certificate(tmp_path)
    for ca_file in (str(stranger), ""):
        with pytest.raises(Permanent, match="not trusted") as caught:
            mailbox(server, account, ca_file=ca_file).open()
        assert "ca_file" in caught.value.remedy
        with pytest.raises(Permanent, match="not trusted"):
            mailbox(server, account, ca_file=ca_file, security="starttls", port=server.imap_port).open()


def test_a_wrong_password_is_permanent(server: Dovecot, account: str) -> None:
    """And says whom the server refused."""
    with pytest.raises(Permanent, match=account):
        mailbox(server, account, password=config.Secret("wrong")).open()


def test_poll_finds_what_comes_and_idle_announces_it(server: Dovecot, account: str) -> None:
    """LMTP delivery while waiting: IDLE within Dovecot's half second, a small poll interval at once."""
    idle = mailbox(server, account)
    poll = mailbox(server, account, watch="poll", poll_seconds=0.05)
    for box, limit in ((idle, 1.5), (poll, 0.5)):
        box.open()
        known = max(box.uids(0), default=0)
        assert box.wait(0.15) is False
        threading.Timer(0.2, server.deliver, [mails(1)[0]], {"user": account}).start()
        start = time.monotonic()
        assert box.wait(10) is True
        assert time.monotonic() - start - 0.2 < limit
        assert box.uids(known) == [known + 1]
        box.close()


def test_mail_between_listing_and_waiting_is_not_overlooked(server: Dovecot, account: str) -> None:
    """What arrives before IDLE begins is announced when it begins."""
    box = mailbox(server, account)
    box.open()
    assert box.uids(0) == []
    server.deliver(mails(1)[0], user=account)
    start = time.monotonic()
    assert box.wait(10) is True
    assert time.monotonic() - start < 1.5
    assert box.uids(0) == [1]
    box.close()


def test_a_changed_uidvalidity_is_seen(server: Dovecot, account: str) -> None:
    """open() reports the new one; UIDs of the old one are not used."""
    server.fill(mails(3), user=account)
    box = mailbox(server, account)
    old = box.open().uidvalidity
    box.uids(0)
    server.set_uidvalidity(old + 1000, user=account)
    failures = 0
    for _ in range(3):
        try:
            assert list(box.fetch([1])) == []
        except Temporary:
            failures += 1
    assert failures >= 1
    assert box.open().uidvalidity == old + 1000
    assert len(raws(box.fetch(box.uids(0)))) == 3
    box.close()


def test_five_thousand_waiting_mails(server: Dovecot, account: str) -> None:
    """Listing is by FETCH and complete; what SEARCH would say is the same; bytes are exact."""
    wanted = mails(5000)
    server.fill(wanted, user=account)
    box = mailbox(server, account)
    assert box.open().exists == 5000
    assert box.uids(0) == list(range(1, 5001))
    assert box.uids(4990) == list(range(4991, 5001))
    assert box.uids(10, 12) == [11, 12]
    assert raws(box.fetch(box.uids(0))) == wanted
    assert box._session is not None
    assert list_uids(box._session, 0, None) == [int(u) for u in box._session.client.search()]
    box.close()


def test_mail_arriving_and_vanishing_while_fetching(server: Dovecot, account: str) -> None:
    """New mail does not disturb; an expunged one is skipped as vanished; order is kept."""
    server.fill(mails(600), user=account)
    box = mailbox(server, account)
    box.open()
    seen: list[RawMail | Skipped] = []
    for item in box.fetch(box.uids(0)):
        if item.key.uid == 100:
            server.deliver(*mails(3), user=account)
            server.doveadm("expunge", "-u", account, "mailbox", "INBOX", "uid", "400,550")
        seen.append(item)
    assert [item.key.uid for item in seen] == list(range(1, 601))
    gone = [item.key.uid for item in seen if isinstance(item, Skipped)]
    assert set(gone) <= {400, 550}
    assert gone
    assert box.uids(600) == [601, 602, 603]
    box.close()


def test_being_kicked_is_temporary_and_overcome(server: Dovecot, account: str) -> None:
    """During a wait, and between commands."""
    server.fill(mails(2), user=account)
    box = mailbox(server, account)
    box.open()
    box.uids(0)
    threading.Timer(0.3, server.kick, [account]).start()
    with pytest.raises(Temporary):
        box.wait(10)
    assert box.open().exists == 2
    server.kick(account)
    assert box.open().exists == 2
    box.close()


def test_moves_into_folders_named_in_chinese(server: Dovecot, account: str) -> None:
    """Folders are made and subscribed; batches; the bytes arrive unchanged; the folder can be read."""
    server.fill(mails(120), user=account)
    box = mailbox(server, account)
    box.open()
    uids = box.uids(0)
    assert box.file(uids, MOVE) == uids
    assert box.file(uids, MOVE) == uids  # again, as after a crash: they are gone, so done
    assert box.file([], MOVE) == []
    box.close()
    assert server.exists("INBOX", account) == 0
    assert server.exists(SETTLED, account) == 120
    subscribed = server.doveadm("mailbox", "list", "-s", "-u", account)
    assert SETTLED in subscribed
    other = mailbox(server, account, SETTLED)
    assert other.name == f"office/{SETTLED}"
    other.open()
    assert raws(other.fetch(other.uids(0))) == mails(120)
    other.close()


def test_copy_and_expunge_where_there_is_no_move(server: Dovecot, account: str) -> None:
    """The same result; a crash after COPY does not copy twice; other people's deleted mail stays."""
    server.fill(mails(60), user=account)
    server.doveadm("flags", "add", "-u", account, "\\Deleted", "mailbox", "INBOX", "uid", "60")
    box = mailbox(server, account)
    box.open()
    assert box._session is not None
    box._session.client.create_folder(SETTLED)
    box._session.client.copy([1, 2], SETTLED)  # as far as a process got that was killed then
    box.close()
    box.open()
    assert box._session is not None
    box._session.capabilities -= {"MOVE"}
    assert box.file(list(range(1, 56)), MOVE) == list(range(1, 56))
    box.close()
    assert server.exists("INBOX", account) == 5
    assert sorted(server.messages(SETTLED, account)) == sorted(mails(60)[:55])


def test_keywords_stay(server: Dovecot, account: str) -> None:
    """A keyword is set and seen at the next fetch; an unread mail stays unread."""
    server.fill(mails(2), user=account)
    box = mailbox(server, account)
    box.open()
    assert box.file([1], Filing(mode=FilingMode.KEYWORD, target="maild-settled")) == [1]
    first, second = box.fetch([1, 2])
    assert isinstance(first, RawMail)
    assert isinstance(second, RawMail)
    assert "maild-settled" in first.flags
    assert "\\Seen" not in first.flags
    assert "maild-settled" not in second.flags
    box.close()


def test_a_mail_over_the_limit_is_skipped_with_its_size(server: Dovecot, account: str) -> None:
    """60 MB against a limit of 50: not fetched, visible; a 20 MB one comes alone."""
    huge, large, small = mails(1, 60_000_000)[0], mails(1, 20_000_000)[0], mails(1)[0]
    server.fill([small, huge, large, small], user=account)
    box = mailbox(server, account, timeout_seconds=30.0)
    box.open()
    items = list(box.fetch(box.uids(0)))
    assert [type(item) for item in items] == [RawMail, Skipped, RawMail, RawMail]
    assert isinstance(items[1], Skipped)
    assert items[1].reason == f"over size: {len(huge)} bytes"
    assert items[1].size == len(huge)
    assert isinstance(items[2], RawMail)
    assert items[2].raw == large
    box.close()


MEMORY = """
import sys, time
sys.path.insert(0, sys.argv[1])
from datetime import datetime, UTC
from maild import config
from maild.mailbox import ImapMailbox

class Clock:
    def now(self): return datetime.now(UTC)
    def monotonic(self): return time.monotonic()

def peak():
    # not ru_maxrss, which a child inherits from its parent
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])

settings = config.Mailbox(host="localhost", port=int(sys.argv[2]), ca_file=sys.argv[3], user=sys.argv[4],
                          password=config.Secret(sys.argv[5]), batch_bytes=int(sys.argv[6]))
box = ImapMailbox(settings, "INBOX", Clock())
box.open()
uids = box.uids(0)
before = peak()
total = sum(len(item.raw) for item in box.fetch(uids))
print(len(uids), total, peak() - before)
"""


def test_three_hundred_megabytes_pass_through_little_memory(server: Dovecot, account: str) -> None:
    """300 mails of 1 MB with batch_bytes of 8 MB: the process grows by less than 30 MB."""
    one = mails(1, 1_000_000)[0]
    server.fill([one] * 300, user=account)
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", textwrap.dedent(MEMORY), root, str(server.imaps_port), server.ca_file, account]
    command += [server.users[account], "8000000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    count, total, grown = map(int, done.stdout.split())
    assert (count, total) == (300, 300 * len(one))
    assert grown < 30_000, f"{grown} kB"


def test_a_restarted_server_is_found_again() -> None:
    """Down: Temporary, quickly; up again: the mailbox goes on without being made anew."""
    with Dovecot() as server:
        server.fill(mails(2), user=server.user)
        box = mailbox(server, server.user)
        box.open()
        server.stop()
        for _ in range(2):
            with pytest.raises(Temporary):
                box.open()
        server.start()
        assert box.open().exists == 2
        assert raws(box.fetch(box.uids(0))) == mails(2)
        box.close()


def test_another_separator() -> None:
    """'/' in the settings stands for the server's '.'."""
    with Dovecot(separator=".") as server:
        server.fill(mails(1), user=server.user)
        box = mailbox(server, server.user)
        box.open()
        assert box.file([1], MOVE) == [1]
        box.close()
        assert server.exists("maild.已处理") == 1


def test_several_mailboxes_and_folders_at_once(server: Dovecot, accounts: Iterator[str]) -> None:
    """Each in its thread: names, UIDs and bytes stay apart."""
    users = [next(accounts) for _ in range(4)]
    results: dict[str, list[bytes]] = {}

    def read(account: str, number: int) -> None:
        box = ImapMailbox(settings(server, account, name=f"m{number}"), "INBOX", SystemClock())
        box.open()
        results[box.name] = raws(box.fetch(box.uids(0)))
        box.close()

    for number, account in enumerate(users):
        server.fill(mails(50 + number, 500 + number), user=account)
    threads = [threading.Thread(target=read, args=(account, n)) for n, account in enumerate(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert results == {f"m{n}/INBOX": mails(50 + n, 500 + n) for n in range(4)}


def test_probe_tells_tls_and_capabilities(server: Dovecot, account: str) -> None:
    """What `maild check` prints."""
    report = probe(settings(server, account, folders=("INBOX", "Nowhere")))
    assert report.tls.startswith("TLSv1.")
    assert report.expires
    assert report.quirks == "Dovecot"
    assert (report.watching, report.filing) == ("idle", "move")
    assert report.missing == ("Nowhere",)
    with pytest.raises(Permanent, match="Nowhere"):
        mailbox(server, account, "Nowhere").open()
