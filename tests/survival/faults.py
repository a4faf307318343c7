"""Faults of the world around a running daemon, each injected in turn on real servers, told, mended, and counted.

    python -m tests.survival --faults [PART] [--database sqlite|postgresql|both]

Prints a table: for each fault mails, lost, doubled, in doubt, what told it and after how many seconds, and how long it
took from mending until all was done. Needs root: file systems are mounted.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from maild.domain.records.journal import MailStatus
from tests.e2e.test_daemon_process import Site, running, site, until
from tests.servers.dovecot import make_certificate
from tests.servers.office import ADDRESS
from tests.servers.postgres import PostgresServer, postgres
from tests.servers.schema import lay_out
from tests.survival.ledger import GOING, Ledger, ask_for

SECOND = "Requests"  # a folder that is read beside INBOX
MAILS = 2  # that come while a fault lasts
DISK = "32m"  # of database and mails
MORE = """
[alarm]
disk_mb = 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`lasts` breaks it while its block lasts. told: the cause of the trouble it has to open; '' where work goes on.
    folder: where mail arrives meanwhile, '' where it comes when all is well again. late: that it is over may be noticed by
    a job that is done again after a minute: to be asked for at the end.
    """

    name: str
    lasts: Callable[[Site], object]
    told: str = ""
    folder: str = "INBOX"
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Faced:
    """What came of a fault. Seconds: until it was told, and from mending until all was done."""

    fault: Fault
    ledger: Ledger
    told_after: float
    done_after: float


@contextmanager
def small_office(folder: Path, server: PostgresServer | None = None) -> Iterator[Site]:
    """An office whose database and mails lie on a small disk of their own, and that reads two folders.

    server: the database is there, and the mails alone lie on the small disk
    """
    disk = folder / "disk"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", f"size={DISK},mode=0700", "none", str(disk))
    try:
        with site(
            folder,
            mailbox=f"timeout_seconds = 3\nsafety_poll_seconds = 5\nfolders = ['INBOX', '{SECOND}']",
            daemon=MORE,
            url=server.url(server.database()) if server else lay_out(disk / "maild.db"),
        ) as place:
            shutil.copy(place.imap.ca_file, folder / "ca.pem")
            config = folder / "maild.toml"
            text = config.read_text("utf-8").replace(f'"{place.imap.ca_file}"', f'"{folder}/ca.pem"')
            text = text.replace(f'"{folder}/blobs"', f'"{disk}/blobs"')
            config.write_text(text.replace("[store]", "retry_base_seconds = 2\n[store]", 1), "utf-8")
            place.imap.doveadm("mailbox", "create", "-u", ADDRESS, SECOND)
            ask_for(place, MAILS * (len(FAULTS) + len(of_postgres(server) if server else ())))
            yield place
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True, timeout=10)


def face(place: Site, fault: Fault, delivered: int, seconds: float = 120.0) -> Faced:
    """Break it, let mail come, see it told, mend it, and count when all is done. delivered: mails before."""
    before, lines = Ledger.of(place, delivered), len(place.log)
    mails = [place.office.shipped(f"2026113{n:06d}", index=n) for n in range(delivered, delivered + MAILS)]
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(fault.lasts(place))  # type: ignore[arg-type]
        if fault.folder:
            place.imap.fill(mails, folder=fault.folder)
        if fault.told:
            until(f"{fault.name}: told", lambda: _opened(place.log[lines:], fault.told), seconds, place)
        told = time.monotonic() - began
    mended = time.monotonic()
    if not fault.folder:
        place.imap.fill(mails, folder=SECOND)
    until(f"{fault.name}: done", lambda: _done(place, delivered + MAILS), seconds, place)
    done = time.monotonic() - mended
    if fault.told and not fault.late:
        until(f"{fault.name}: over", lambda: over(place.log[lines:], fault.told), seconds, place)
    return Faced(
        fault=fault, ledger=Ledger.of(place, delivered + MAILS).since(before), told_after=told, done_after=done
    )


def _done(place: Site, delivered: int) -> bool:
    """Every mail has been taken in and decided, under whatever UIDVALIDITY; no notice is under way."""
    with place.store() as store, store.read() as uow:
        mails, notices = uow.mails.find(limit=10_000), uow.outbox.find(limit=10_000)
    return (
        len(mails) >= delivered
        and not [mail for mail in mails if mail.status is MailStatus.PENDING]
        and not [entry for entry in notices if entry.state in GOING]
    )


def _opened(log: str, cause: str) -> bool:
    return re.search(rf"trouble opened.*cause={cause}\b", log) is not None


def over(log: str, cause: str) -> bool:
    """As often as it was opened."""
    opened, ended = (len(re.findall(rf"trouble {word}.*cause={cause}\b", log)) for word in ("opened", "over"))
    return ended >= opened


# -- the faults -------------------------------------------------------------------------------------


@contextmanager
def disk_full(place: Site) -> Iterator[None]:
    """To the last byte, under database and mails."""
    filler = place.folder / "disk" / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65_536))
    yield
    filler.unlink()


@contextmanager
def read_only(place: Site) -> Iterator[None]:
    """The folder of the mails, as a disk with errors is."""
    blobs = str(place.folder / "disk" / "blobs")
    mount("--bind", blobs, blobs)
    mount("-o", "remount,bind,ro", blobs)
    yield
    subprocess.run(["umount", "-l", blobs], check=True, timeout=10)


@contextmanager
def folder_deleted(place: Site) -> Iterator[None]:
    """One of the folders that are read; the one made again in its place has another UIDVALIDITY."""
    place.imap.doveadm("mailbox", "delete", "-u", ADDRESS, SECOND)
    place.imap.kick()
    yield
    place.imap.doveadm("mailbox", "create", "-u", ADDRESS, SECOND)


@contextmanager
def password_changed(place: Site) -> Iterator[None]:
    """On the server; who is logged in is thrown out."""
    _set_password(place, "changed")
    yield
    _set_password(place, "pw")


@contextmanager
def certificate_changed(place: Site) -> Iterator[None]:
    """To one that nobody vouches for."""
    old = {name: (place.imap.dir / name).read_bytes() for name in ("cert.pem", "key.pem")}
    place.imap.stop()
    make_certificate(place.imap.dir)
    _restart(place)
    yield
    place.imap.stop()
    for name, data in old.items():
        (place.imap.dir / name).write_bytes(data)
    _restart(place)


@contextmanager
def server_away(place: Site) -> Iterator[None]:
    """Nobody listens."""
    place.imap.stop()
    yield
    _restart(place)


@contextmanager
def server_hangs(place: Site) -> Iterator[None]:
    """Connections are accepted, no octet comes: the listening process stands still, and who was logged in is gone."""
    place.imap.kick()
    process = place.imap._process
    assert process is not None
    os.killpg(process.pid, signal.SIGSTOP)
    yield
    os.killpg(process.pid, signal.SIGCONT)


@contextmanager
def uidvalidity_changed(place: Site) -> Iterator[None]:
    """As after a restore of the mail server."""
    place.imap.set_uidvalidity(int(time.time()) + 77)
    place.imap.kick()
    yield


@contextmanager
def expunged(place: Site) -> Iterator[None]:
    """Mails come and are removed by somebody else, again and again, while others are fetched."""
    for n in range(20):
        place.imap.fill([place.office.mail(900 + n, subject=f"junk {n}", text="nothing")])
        with suppress(RuntimeError):
            place.imap.doveadm("expunge", "-u", ADDRESS, "mailbox", "INBOX", "subject", "junk")
    yield


@contextmanager
def reader_killed(place: Site) -> Iterator[None]:
    """By the kernel, out of memory: every process below the daemon."""
    found = _below(place)
    assert found, "there is no reader to kill"
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    yield


@contextmanager
def submission(place: Site, *stages: str, times: int | None = None, **what: object) -> Iterator[None]:
    """The submission server at those stages; times: so often, however long that takes."""
    for stage in stages:
        place.smtp.fault(stage, times=times, **what)
    yield
    if times is None:
        place.smtp.clear()


FAULTS = (
    Fault(name="disk full, under database and mails", lasts=disk_full, told="disk_full", late=True),
    Fault(name="the mails' folder turns read-only", lasts=read_only, told="folder_unheard"),
    Fault(name="a folder that is read is deleted", lasts=folder_deleted, told="folder_unheard", folder=""),
    Fault(name="mailbox password changed", lasts=password_changed, told="folder_unheard"),
    Fault(name="certificate of the mail server changed", lasts=certificate_changed, told="folder_unheard"),
    Fault(name="mail server away", lasts=server_away, told="folder_unheard"),
    Fault(name="mail server hangs", lasts=server_hangs, told="folder_unheard"),
    Fault(name="UIDVALIDITY changed", lasts=uidvalidity_changed),
    Fault(name="readers killed", lasts=reader_killed),
    Fault(name="submission server hangs up on everybody",
          lasts=lambda place: submission(place, "connect", "mail", drop=True), told="relay_failing"),
    Fault(name="another answer than 250 after the content",
          lasts=lambda place: submission(place, "dot", times=2, reply="451 4.3.0 not now")),
    Fault(name="submission server dies after the content", lasts=lambda place: submission(place, "dot", times=2, drop=True)),
)  # fmt: skip


def of_postgres(server: PostgresServer) -> tuple[Fault, ...]:
    """What can befall a database that is a server."""

    @contextmanager
    def crashes(place: Site) -> Iterator[None]:
        """In the middle of work, with all connections; it is back when the block ends."""
        server.stop("immediate")
        yield
        server.start()

    @contextmanager
    def thrown_out(place: Site) -> Iterator[None]:
        """Every connection is ended, again and again, while mails come."""
        with psycopg.connect(f"host=127.0.0.1 port={server.port} user=maild dbname=postgres", autocommit=True) as link:
            for _ in range(10):
                link.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
                time.sleep(0.2)
        yield

    return (
        Fault(name="PostgreSQL crashes, and comes back", lasts=crashes, told="database_away"),
        Fault(name="PostgreSQL ends every connection, ten times", lasts=thrown_out),
    )


# -- tools ------------------------------------------------------------------------------------------


def mount(*options: str) -> None:
    """mount(8)."""
    done = subprocess.run(["mount", *options], check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"needs root, as `make test` has it: {done.stderr}"


def _restart(place: Site) -> None:
    place.imap._chown(place.imap.dir)
    place.imap.start()


def _set_password(place: Site, password: str) -> None:
    users = place.imap.dir / "users"
    users.write_text(re.sub(r"\{PLAIN\}\S*", "{PLAIN}" + password, users.read_text()))
    with suppress(RuntimeError):
        place.imap.doveadm("auth", "cache", "flush")
    place.imap.kick()


def _below(place: Site) -> list[int]:
    """Processes that the daemon started, and theirs; the last first."""
    parents = {int(pid): _parent(int(pid)) for pid in os.listdir("/proc") if pid.isdigit()}
    found = [pid for pid in parents if _runs(pid, place)]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid and child not in found]
    return [pid for pid in reversed(found) if not _runs(pid, place)]


def _runs(pid: int, place: Site) -> bool:
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return str(place.folder / "maild.toml").encode() in words and b"run" in words
    return False


def _parent(pid: int) -> int:
    """proc_pid_stat(5): the fourth field."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")[2].split()[1])
    return 0


def main(part: str = "", database: str = "sqlite") -> int:
    """Exit 1 where anything was lost or doubled."""
    print(
        f"{database}\n\n| fault | mails | lost | doubled | in doubt | told by | after s | done after s |\n|"
        + " --- |" * 8,
        flush=True,
    )
    bad, delivered = False, 0
    with ExitStack() as stack:
        server = stack.enter_context(postgres()) if database == "postgresql" else None
        place = stack.enter_context(small_office(Path(stack.enter_context(tempfile.TemporaryDirectory())), server))
        stack.enter_context(running(place))
        until("ready", lambda: "event=ready" in place.log, 60, place)
        for fault in (one for one in (*FAULTS, *(of_postgres(server) if server else ())) if part in one.name):
            faced = face(place, fault, delivered)
            delivered, found = delivered + MAILS, faced.ledger
            row = (fault.name, found.mails, found.lost, found.doubled, found.in_doubt, fault.told or "–",
                   round(faced.told_after, 1) if fault.told else "", round(faced.done_after, 1))  # fmt: skip
            print("| " + " | ".join(map(str, row)) + " |", flush=True)
            bad = bad or bool(found.lost or found.doubled)
        until("all troubles over", lambda: over(place.log, r"\w+"), 120, place)
    return int(bad)
