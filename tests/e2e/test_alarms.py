"""Told when it stops: `maild run` between real servers, with real faults. Each is told by a robot that is not mail, makes
/readyz 503 while /healthz says that it lives, and is called off when it is mended.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from maild.bootstrap import build
from maild.console.access.gate import Gate
from maild.console.serve import Server, make_desk
from maild.settings import load_settings
from tests.e2e.test_daemon_process import Site, running, site, until
from tests.servers.office import ADDRESS
from tests.servers.roads import Roads

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

KEY = "robot-key-5a4c1e"
DAEMON = """
[alarm]
wecom_file = "wecom"
heartbeat_file = "heartbeat"
heartbeat_minutes = 0.01
after_minutes = 0
cooldown_minutes = 0.01
{alarm}
[staff]
language = "en"
[console]
listen = "127.0.0.1:0"
"""


@dataclass
class Watched:
    """A site with a robot, and the console beside the daemon."""

    site: Site
    robot: Roads
    url: str

    def ready(self) -> tuple[int, list[str]]:
        """Status and causes of /readyz."""
        answer = httpx.get(f"{self.url}/readyz", timeout=10)
        return answer.status_code, answer.json()["causes"]

    def alive(self) -> int:
        return httpx.get(f"{self.url}/healthz", timeout=10).status_code

    def told(self, word: str, cause: str) -> None:
        """The fault is told by the robot and by /readyz, and the daemon lives."""
        until(f"alarm of {cause}", lambda: any(word in text for text in self.robot.texts), 30, self.site)
        until(f"/readyz of {cause}", lambda: cause in self.ready()[1], 30, self.site)
        assert self.ready()[0] == 503
        assert self.alive() == 200
        text = next(text for text in self.robot.texts if word in text)
        assert text.startswith("[TROUBLE]")
        assert "→" in text, "what to do"

    def well(self, word: str) -> None:
        """It is called off, and maild is ready again."""
        until(
            "well again",
            lambda: any(re.search(rf"Well again: [^\n]*{word}", t) for t in self.robot.texts),
            40,
            self.site,
        )
        until("ready", lambda: self.ready() == (200, []), 40, self.site)


@contextmanager
def watched(folder: Path, *, alarm: str = "", more: str = "", blobs: Path | None = None) -> Iterator[Watched]:
    """Servers, robot and console up; the daemon is started by the test."""
    with Roads() as robot:
        for name, text in (
            ("wecom", f"{robot.url}/cgi-bin/webhook/send?key={KEY}"),
            ("heartbeat", f"{robot.url}/beat"),
        ):
            (folder / name).write_text(text, "utf-8")
            (folder / name).chmod(0o600)
        with site(folder, daemon=more + DAEMON.format(alarm=alarm)) as place:
            _settle(folder, blobs)
            with _console(folder) as url:
                yield Watched(site=place, robot=robot, url=url)
    assert KEY not in place.log


def _settle(folder: Path, blobs: Path | None) -> None:
    """Notices are tried again soon; mails are kept elsewhere."""
    text = (folder / "maild.toml").read_text("utf-8").replace("[store]", "retry_base_seconds = 2\n[store]")
    text = text.replace(f'blobs = "{folder}/blobs"', f'blobs = "{blobs}"') if blobs else text
    (folder / "maild.toml").write_text(text, "utf-8")


@contextmanager
def _console(folder: Path) -> Iterator[str]:
    services = build(load_settings(folder / "maild.toml", {}))
    server = Server(make_desk(services), Gate(services), "127.0.0.1:0")
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
        services.close()


def _set_password(site: Site, password: str) -> None:
    """Of the mailbox, on the server; who is logged in is thrown out."""
    users = site.imap.dir / "users"
    users.write_text(re.sub(r"\{PLAIN\}\S*", "{PLAIN}" + password, users.read_text()))
    command = ["doveadm", "-c", str(site.imap.dir / "dovecot.conf")]
    subprocess.run([*command, "auth", "cache", "flush"], check=False, capture_output=True, timeout=10)
    subprocess.run([*command, "kick", ADDRESS], check=False, capture_output=True, timeout=10)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "none", str(folder)], check=False)
    assert mounted.returncode == 0, "needs root, as `make test` has it, to mount a small file system"
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, timeout=10)


def _fill(disk: Path) -> Path:
    """To the last byte; the file that does it."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        file.write(bytes(8_000_000))
    return filler


NAMES = {
    "folder_unheard": "no mail is received: office/INBOX",
    "relay_failing": "notices cannot be sent",
    "disk_full": "the disk is full",
    "rules_broken": "the rules folder is broken",
}


@pytest.mark.long
def test_each_fault_is_told_and_called_off(tmp_path: Path) -> None:
    """The mailbox password expires, the submission server hangs up, the disk fills, a rule file is spoilt: each is told
    by name with what to do, no heartbeat leaves meanwhile; mended, each is called off, and the mail goes through.
    """
    rules = tmp_path / "rules"
    rules.mkdir()
    with (
        _small_disk(tmp_path / "small") as disk,
        watched(tmp_path, alarm="disk_mb = 1", more='[rules]\nfolder = "rules"\n', blobs=disk / "blobs") as place,
        running(place.site),
    ):
        until("heartbeat", lambda: len(place.robot.gets) > 1, 30, place.site)
        assert place.ready() == (200, [])
        for stage in ("connect", "mail"):
            place.site.smtp.fault(stage, drop=True, times=None)
        place.site.imap.deliver(place.site.office.shipped("2026112000101"))
        until("decided", lambda: place.site.counts()["settled"] == 1, 20, place.site)
        (rules / "35-own.toml").write_text("who = {{{\n")
        filler = _fill(disk)
        _set_password(place.site, "changed")
        for cause, name in NAMES.items():
            place.told(name, cause)
        beats = len(place.robot.gets)
        time.sleep(1.5)
        assert len(place.robot.gets) == beats, "no heartbeat while it does not work"
        assert len(place.robot.posts) <= 2 * len(NAMES), "what comes together is told together"

        place.site.smtp.clear()
        filler.unlink()
        (rules / "35-own.toml").unlink()
        _set_password(place.site, "pw")
        for name in NAMES.values():
            place.well(name)
        place.site.smtp.wait_for(1, 20)
        until("heartbeat", lambda: len(place.robot.gets) > beats, 20, place.site)


@pytest.mark.long
def test_a_full_disk_loses_no_mail(tmp_path: Path) -> None:
    """What cannot be written down stays on the server, and is taken in when there is room again."""
    with (
        _small_disk(tmp_path / "small") as disk,
        watched(tmp_path, alarm="disk_mb = 1", blobs=disk / "blobs") as place,
        running(place.site),
    ):
        until("ready", lambda: "event=ready" in place.site.log, 30, place.site)
        filler = _fill(disk)
        place.site.imap.deliver(place.site.office.shipped("2026112000101"))
        until("waits", lambda: "cause=room_short" in place.site.log, 30, place.site)
        place.told("the disk is full", "disk_full")
        assert place.site.counts() == {}
        assert place.site.imap.exists() == 1
        filler.unlink()
        until("taken in", lambda: place.site.counts()["settled"] == 1, 60, place.site)


def test_a_refused_reload_fails_and_says_why(tmp_path: Path) -> None:
    """`maild reload` is exit 1 with the fault of the file, or with the options that need a restart; it is told."""
    rules = tmp_path / "rules"
    rules.mkdir()
    command = [sys.executable, "-m", "maild", "--config", "maild.toml", "reload"]

    def reload() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=40)

    with watched(tmp_path, more='[rules]\nfolder = "rules"\n') as place, running(place.site) as process:
        until("ready", lambda: "event=ready" in place.site.log, 30, place.site)
        (rules / "35-own.toml").write_text("who = {{{\n")
        refused = reload()
        assert (refused.returncode, "35-own.toml" in refused.stderr) == (1, True), refused
        assert "all goes on as before" in refused.stderr
        until("told", lambda: any("a reload was refused" in text for text in place.robot.texts), 20, place.site)
        (rules / "35-own.toml").unlink()
        assert (done := reload()).returncode == 0, done
        config = tmp_path / "maild.toml"
        config.write_text(config.read_text().replace("daily_budget = 0", "daily_budget = 7"))
        restart = reload()
        assert (restart.returncode, "smtp.daily_budget" in restart.stderr) == (1, True), restart
        assert process.poll() is None


def test_database_locked(tmp_path: Path) -> None:
    """Another program holds the database: told though nothing can be written down; called off when it lets go."""
    with watched(tmp_path) as place, running(place.site):
        until("ready", lambda: "event=ready" in place.site.log, 30, place.site)
        with contextlib.closing(sqlite3.connect(tmp_path / "maild.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            place.told("the database cannot be used", "daemon_silent")
            other.execute("ROLLBACK")
        place.well("the database cannot be used")
