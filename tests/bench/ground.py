"""The ground on which the whole path is measured: Dovecot with the mails, a sink, DNS, a filled database."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from maild.config import Authentication, Mailbox, Secret, Settings, Smtp, Store
from tests.bench.traffic import KEYS, NUMBER, OFFICE, Traffic
from tests.servers.dns import DnsServer
from tests.servers.dovecot import Dovecot
from tests.servers.sink import sink

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """All that a measured process must know. `filing`: also move settled mails on the server."""

    folder: str
    imap_port: int
    ca_file: str
    user: str
    smtp_port: int
    dns_address: str
    mails: int
    filing: bool = False
    poll_seconds: float = 0.0  # 0: IDLE

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/maild.db"

    def settings(self) -> Settings:
        """maild's settings here: signing, sending at full speed, everything else as shipped."""
        base = Settings()
        watch = {"watch": "poll", "poll_seconds": self.poll_seconds} if self.poll_seconds else {}
        box: dict[str, Any] = {
            "host": "localhost", "port": self.imap_port, "ca_file": self.ca_file, "user": self.user,
            "password": Secret("pw"), "armed": True, "filing": "move" if self.filing else "nothing", **watch,
        }  # fmt: skip
        return replace(
            base,
            office=replace(base.office, address=OFFICE),
            mailbox=(Mailbox(**box),),
            smtp=Smtp(host="127.0.0.1", port=self.smtp_port, security="none", armed=True, daily_budget=0,
                      per_recipient_hourly=100_000, dkim_domain="lib.example", dkim_key_file=str(KEYS / "rsa2048.pem")),
            store=Store(url=self.url, blobs=Path(self.folder) / "blobs", upgrade=True),
            authentication=Authentication(nameservers=(self.dns_address,)),
            matching=replace(base.matching, token_key=Secret("ab" * 32)),
        )  # fmt: skip


class Ground:
    """Servers, and a filled database to copy for each run."""

    def __init__(self, imap: Dovecot, smtp_port: int, dns: DnsServer, folder: Path, traffic: Traffic) -> None:
        self.imap, self._smtp_port, self._dns, self._folder = imap, smtp_port, dns, folder
        self._traffic = traffic
        self._runs = 0
        self._filled: dict[int, Path] = {}

    def place(self, user: str = OFFICE, *, transactions: int = 10_000, smtp_port: int = 0, **more: Any) -> Place:
        """A fresh folder with a database of so many transactions and patrons."""
        self._runs += 1
        folder = self._folder / f"run{self._runs}"
        folder.mkdir()
        shutil.copy(self.filled(transactions), folder / "maild.db")
        return Place(folder=str(folder), imap_port=self.imap.imaps_port, ca_file=self.imap.ca_file, user=user,
                     smtp_port=smtp_port or self._smtp_port, dns_address=self._dns.address, mails=len(self._traffic.mails),
                     **more)  # fmt: skip

    def filled(self, transactions: int) -> Path:
        """The database to copy, made once for each size."""
        if transactions not in self._filled:
            path = self._folder / f"filled-{transactions}.db"
            fill(path, transactions)
            self._filled[transactions] = path
        return self._filled[transactions]


@contextmanager
def ground(traffic: Traffic, *empty: str) -> Iterator[Ground]:
    """All up; `empty`: further mailboxes, without mail. All of it ends with the block."""
    users = {OFFICE: "pw", **dict.fromkeys(empty, "pw")}
    with (
        Dovecot(users) as imap,
        sink() as port,
        DnsServer(traffic.dns) as dns,
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
    ):
        imap.fill(traffic.mails, user=OFFICE)
        yield Ground(imap, port, dns, Path(folder), traffic)


def fill(path: Path, count: int) -> None:
    """As many patrons and requests: in SQL alone, a million in half a minute."""
    from maild.store.migrate import upgrade

    upgrade(f"sqlite:///{path}")
    database = sqlite3.connect(path)
    now = int(time.time() * 1e6)  # times are microseconds in SQLite (maild.store.schema.types)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1})"
    values = {"now": now, "earlier": now - 2 * 86_400_000_000}
    database.execute("PRAGMA synchronous=OFF")
    database.execute(
        f"{numbers} INSERT INTO patron (patron_id, name, name_key, kind, department, login, login_key,"
        " phone, language, updated, version) SELECT 'p' || i, '读者' || i, '读者' || i, 'internal', '', 'l' || i, 'l' || i, '',"
        " CASE WHEN i % 5 THEN 'zh-CN' ELSE 'en' END, :now, 0 FROM n",
        values,
    )
    database.execute(
        f"{numbers} INSERT INTO patron_address (patron_id, address, position)"
        " SELECT 'p' || i, 'p' || i || '@patron.example', 0 FROM n"
    )
    database.execute(
        f"{numbers} INSERT INTO transactions (number, patron_id, service, literature, title, provider, state, opened,"
        " total_cents, total_currency, payable_cents, payable_currency, payment_state, updated, since, version)"
        f" SELECT printf('{NUMBER.replace('{:08d}', '%08d')}', i), 'p' || i, 'copy', '', '湖泊沉积物中硅藻的研究进展，第' || i ||"
        " '卷 Advances in the study of diatoms', '', 'submitted', :earlier,"
        " CASE WHEN i % 7 THEN NULL ELSE 1200 + i % 5000 END, CASE WHEN i % 7 THEN NULL ELSE 'CNY' END,"
        " CASE WHEN i % 7 THEN NULL ELSE 1200 + i % 5000 END, CASE WHEN i % 7 THEN NULL ELSE 'CNY' END,"
        " CASE WHEN i % 7 THEN 'none' ELSE 'due' END, :now, :earlier, 0 FROM n",
        values,
    )
    database.execute(
        f"{numbers} INSERT INTO outbox (kind, subject, revision, recipient, patron_id, number, locale, data, documents,"
        " reply_to, state, priority, attempts, created, not_before, lease_owner, sent, message_id, reply)"
        f" SELECT 'request_accepted', 'old' || i, '', 'p' || i || '@patron.example', 'p' || i,"
        f" printf('{NUMBER.replace('{:08d}', '%08d')}', i), '', '{{}}', '[]', '', 'sent', 50, 1, :earlier, :earlier, '', :earlier,"
        " '<maild.' || i || '.0123456789ab@lib.example>', '250' FROM n",
        values,
    )
    database.commit()
    database.execute("ANALYZE")
    database.close()


def measured(mode: str, place: Place, *more: str, seconds: float = 180.0) -> dict[str, Any]:
    """Run `mode` of tests.bench.subject in a process of its own; what it printed last, as JSON."""
    command = [sys.executable, "-m", "tests.bench.subject", mode, json.dumps(asdict(place)), *more]
    with (Path(place.folder) / "log").open("wb") as log:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, timeout=seconds, check=False)
    if done.returncode:
        tail = (Path(place.folder) / "log").read_text("utf-8", "replace")[-3000:]
        raise RuntimeError(f"{mode} failed:\n{tail}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
