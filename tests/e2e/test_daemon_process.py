"""`maild run` as a process between real servers: it starts, works, drains, survives being killed."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from maild.benches import rule_acts
from maild.demo import office as demo
from maild.demo.samples import Post
from maild.store import open_store
from tests.console.drafting import CIRCULARS
from tests.servers.dns import DnsServer
from tests.servers.dovecot import Dovecot
from tests.servers.office import ADDRESS, Office
from tests.servers.schema import lay_out
from tests.servers.smtp import SmtpServer
from tests.timing import patience

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

CONFIG = """
[office]
address = "{address}"
[[mailbox]]
host = "localhost"
port = {imaps}
ca_file = "{ca}"
user = "{address}"
password_file = "imap.password"
armed = true
poll_seconds = 0.3
{mailbox}
[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
armed = true
daily_budget = 0
per_recipient_hourly = 10000
sent_folder = "Sent"
[store]
url = "{url}"
blobs = "{folder}/blobs"
upgrade = true
[authentication]
nameservers = ["{dns}"]
dns_timeout_seconds = 2
[matching]
token_key_file = "token.key"
[daemon]
log_format = "keyvalue"
{daemon}
"""


@dataclass
class Site:
    """A folder with a configuration, and the servers it names."""

    folder: Path
    imap: Dovecot
    smtp: SmtpServer
    dns: DnsServer
    office: Office
    url: str

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    def start(self) -> subprocess.Popen[bytes]:
        """Start the daemon; its log goes to a file."""
        command = [sys.executable, "-m", "maild", "run", "--config", str(self.folder / "maild.toml")]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True)

    def counts(self) -> Counter[str]:
        """Mails by status."""
        with self.store() as store, store.read() as uow:
            found: Counter[str] = Counter()
            for row in uow.mails.counts():
                found.update({status.value: number for status, number in row.by_status.items()})
        return found

    @contextmanager
    def store(self):  # type: ignore[no-untyped-def]
        made = open_store(self.url)
        try:
            yield made
        finally:
            made.close()


@contextmanager
def site(folder: Path, *, mailbox: str = "", daemon: str = "", url: str = "") -> Iterator[Site]:
    """Everything up but the daemon; the database is laid out and filled. url: another one than an SQLite file."""
    url = url or f"sqlite:///{folder}/maild.db"
    post = Post()
    with Dovecot({ADDRESS: "pw"}) as imap, SmtpServer() as smtp, DnsServer(post.answers) as dns:
        config = CONFIG.format(address=ADDRESS, imaps=imap.imaps_port, ca=imap.ca_file, smtp=smtp.port, folder=folder,
                               dns=dns.address, mailbox=mailbox, daemon=daemon, url=url)  # fmt: skip
        for name, text in (("maild.toml", config), ("imap.password", "pw\n"), ("token.key", "ab" * 32)):
            (folder / name).write_text(text, "utf-8")
            (folder / name).chmod(0o600)
        imap.doveadm("mailbox", "create", "-u", ADDRESS, "Sent")
        services = _filled(folder)
        house = Office(imap=imap, smtp=smtp, services=services, post=post, patrons=demo.patrons())
        yield Site(folder=folder, imap=imap, smtp=smtp, dns=dns, office=house, url=url)


def _filled(folder: Path):  # type: ignore[no-untyped-def]
    from maild.bootstrap import Services
    from maild.settings import load_settings

    services = Services(load_settings(folder / "maild.toml", {}))
    if services.settings.store.url.startswith("sqlite"):
        lay_out(folder / "maild.db")
    services.ensure_schema()
    demo.fill(services.store, services.clock)
    services.store.close()
    return services


def until(what: str, condition, seconds: float, site: Site) -> None:  # type: ignore[no-untyped-def]
    began = time.monotonic()
    while not condition():
        assert time.monotonic() < began + patience(seconds), f"not in {seconds} s: {what}\n{site.log[-4000:]}"
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM, seconds: float = 40.0) -> int:
    process.send_signal(number)
    return process.wait(patience(seconds))


@contextmanager
def running(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    process = site.start()
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def deferred(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A mail whose sender DNS would not tell about, while it could not answer. It is tried again after a minute: that
    passes while the other tests of this file run, test_dns_trouble_only_delays is the last.
    """
    with site(tmp_path_factory.mktemp("deferred")) as made, running(made):
        made.dns.failing = True
        made.imap.deliver(made.office.shipped("2026112000101"))
        until("deferred", lambda: "action=defer" in made.log, 30, made)
        assert made.counts() == {"pending": 1}
        made.dns.failing = False
        yield made


def test_a_mail_in_a_notice_out_and_a_quiet_end(place: Site) -> None:
    """IDLE sees the mail, the notice is sent, SIGTERM drains and exits 0; no secret and no body is logged."""
    with running(place) as process:
        until("ready", lambda: "event=ready" in place.log, 20, place)
        place.imap.deliver(place.office.shipped("2026112000101"))
        until("sent", lambda: any(b"2026112000101.pdf" in mail.raw for mail in place.smtp.mails), 15, place)
        until("filed", lambda: place.imap.exists() == 0, 15, place)
        until("its copy laid", lambda: place.imap.exists("Sent") == len(place.smtp.mails), 15, place)
        assert stop(process) == 0
    assert "文献见附件" not in place.log
    assert "password" not in place.log
    assert "Traceback" not in place.log


def test_reload_is_all_or_nothing(tmp_path: Path) -> None:
    """SIGHUP with a broken file changes nothing and says why; with a good one it takes effect."""
    with site(tmp_path) as place, running(place) as process:
        until("ready", lambda: "event=ready" in place.log, 20, place)
        config = place.folder / "maild.toml"
        good = config.read_text("utf-8")
        config.write_text(good + "\n[notices]\nrelase = 'always'\n", "utf-8")
        process.send_signal(signal.SIGHUP)
        until("refused", lambda: "relase" in place.log, 20, place)
        place.imap.deliver(place.office.shipped("2026112000101"))
        place.smtp.wait_for(1, 15)
        config.write_text(good + "\n[notices]\nrelease = 'always'\n", "utf-8")
        process.send_signal(signal.SIGHUP)
        until("reloaded", lambda: re.search(r"event=reload(ed)?\b", place.log) is not None, 20, place)
        place.imap.deliver(place.office.shipped("2026112000112", index=1))
        sent = place.smtp.wait_for(2, 15)
        assert b"application/pdf" in sent[1].raw  # the fee is due, and 'always' lets the document go


@pytest.mark.timeout(900)
def test_a_rule_saved_elsewhere_takes_effect(tmp_path: Path) -> None:
    """No signal: within a minute mails are classified by it; a broken folder leaves the rules and is told."""
    folder = tmp_path / "rules"
    folder.mkdir()
    with site(tmp_path, daemon=f"[rules]\nfolder = '{folder}'") as place, running(place):
        until("ready", lambda: "event=ready" in place.log, 20, place)
        mail = place.office.mail(1, subject="馆际通函第一号", text="各成员馆：例会改期。")
        files = {"09-circular.toml": CIRCULARS.encode(), "examples/own/circular.eml": mail}
        acts = rule_acts(place.office.services)
        acts.save("09-circular", files, actor="li")
        until("reloaded", lambda: "a rule was saved" in place.log, 60, place)
        place.imap.deliver(mail)
        until("classified", lambda: _rules_of(place) == ["09-circular"], 20, place)

        good = (folder / "09-circular.toml").read_text("utf-8")
        (folder / "10-bounce.toml").write_text("kind = 'nonsense'\n", "utf-8")
        (folder / "versions" / "saved").write_text("by hand\n", "utf-8")
        until("told", lambda: "10-bounce.toml" in place.log, 60, place)
        place.imap.deliver(place.office.mail(2, subject="馆际通函第二号", text="各成员馆：请报统计。"))
        until("classified", lambda: _rules_of(place) == ["09-circular"] * 2, 20, place)
        until("in the heartbeat", lambda: "10-bounce.toml" in _said(place), 60, place)
        (folder / "10-bounce.toml").unlink()
        (folder / "09-circular.toml").write_text(good.replace('subject = ["馆际通函"]', 'subject = ["无此"]'), "utf-8")
        until("mended", lambda: place.log.count("a rule was saved") == 2, 60, place)
        assert "Traceback" not in place.log


def _rules_of(place: Site) -> list[str]:
    with place.store() as store, store.read() as uow:
        return [mail.rule for mail in uow.mails.find(limit=10) if mail.rule]


def _said(place: Site) -> str:
    with place.store() as store, store.read() as uow:
        return " ".join(str(beat.data.get("trouble")) for beat in uow.heartbeats.all())


def test_a_wrong_configuration_refuses_to_start(place: Site) -> None:
    """Exit code 2, and the message names the option and the remedy."""
    config = place.folder / "maild.toml"
    config.write_text(config.read_text("utf-8").replace('security = "none"', 'security = "nothing"'), "utf-8")
    process = place.start()
    assert process.wait(30) == 2
    assert "smtp.security" in place.log


@pytest.mark.long
def test_killed_again_and_again_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """kill -9 at random moments while 120 mails pass: each is decided once, each notice is one mail, and at most as
    many as there are connections are in doubt after a kill.
    """
    dice = random.Random(20261124)
    with site(tmp_path, daemon="batch = 5") as place:
        numbers = [f"20261120001{n:02d}" for n in range(1, 27)]
        mails = [place.office.shipped(n, index=i) for i, n in enumerate(numbers)]
        mails += [
            place.office.mail(100 + i, **{"from": "p01", "subject": f"问题 {i}", "text": f"请问第{i}件事怎么办"})
            for i in range(94)
        ]
        dice.shuffle(mails)
        kills = 0
        for start in range(0, len(mails), 20):
            place.imap.fill(mails[start : start + 20])
            with running(place) as process:
                time.sleep(dice.uniform(0.8, 3.0))
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
                kills += 1
        with running(place) as process:
            until("all settled", lambda: _all_settled(place, len(mails)), 150, place)
            _free_copies(place)
            until("all copies laid", lambda: not _copies_left(place), 30, place)
            assert stop(process) == 0
        _nothing_lost_nothing_doubled(place, len(mails), kills)


def _all_settled(place: Site, total: int) -> bool:
    counts = place.counts()
    if counts["pending"] or sum(counts.values()) < total:
        return False
    with place.store() as store, store.read() as uow:
        return not [e for e in uow.outbox.find(limit=1000) if e.state in ("waiting", "leased", "sending")]


def _free_copies(place: Site) -> None:
    """What a killed process had claimed is free after a quarter of an hour: that passes now."""
    with sqlite3.connect(place.folder / "maild.db", timeout=30) as database:
        database.execute("UPDATE sent_copy SET due = 0")


def _copies_left(place: Site) -> int:
    with place.store() as store, store.read() as uow:
        return int(uow.sent_copies.waiting())


def _text(raw: bytes) -> str:
    """The plain text of a notice."""
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    return body.get_content() if body else ""


def _nothing_lost_nothing_doubled(place: Site, total: int, kills: int) -> None:
    with place.store() as store, store.read() as uow:
        mails = uow.mails.find(limit=1000)
        decided = {mail.id: len(uow.decisions.of_mail(mail.id)) for mail in mails}
        notices = uow.outbox.find(limit=1000)
    assert len(mails) == total
    assert set(decided.values()) == {1}
    sent = [entry for entry in notices if entry.state == "sent"]
    merged = [entry for entry in notices if entry.state == "merged"]  # fees of one patron go in one mail
    doubtful = {entry.message_id for entry in notices if entry.state == "in_doubt"}
    assert len(sent) + len(merged) + sum(entry.state == "in_doubt" for entry in notices) == len(notices)
    for entry in merged:
        told = [mail.raw for mail in place.smtp.mails if entry.request.recipient in mail.recipients]
        assert any(entry.request.number in _text(raw) for raw in told), f"{entry.request.number} was never told"
    seen = _message_ids(mail.raw for mail in place.smtp.mails)
    assert set(seen.values()) == {1}
    laid = _message_ids(place.imap.messages("Sent"))
    assert laid == Counter(entry.message_id.encode() for entry in sent), "a copy of each that is marked, and no second"
    assert (
        {entry.message_id.encode() for entry in sent} <= set(seen) <= {entry.message_id.encode() for entry in notices}
    )
    assert len(doubtful) <= kills * 2, f"{len(doubtful)} in doubt after {kills} kills with two connections"
    assert len({(e.request.subject, e.request.kind, e.request.revision) for e in notices}) == len(notices)


def _message_ids(mails: Iterable[bytes]) -> Counter[bytes]:
    return Counter(re.search(rb"(?im)^message-id:\s*(<[^>]+>)", raw).group(1) for raw in mails)  # type: ignore[union-attr]


def test_dns_trouble_only_delays(deferred: Site) -> None:
    """SERVFAIL is not 'failed': the mail waits, and is settled when DNS answers again."""
    until("settled", lambda: deferred.counts() == {"settled": 1}, 90, deferred)
