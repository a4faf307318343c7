"""The office around maild inside a booted systemd, run by systemd: python -m tests.servers.enclosed fill|serve.

serve  IMAP, SMTP and DNS servers on loopback; writes the configuration that names them, then delivers the first
       batch of mails, and the next one at each SIGUSR1. What the patrons get goes to /out/sent/NUMBER.eml.
fill   lays out the database and puts the demo's patrons and requests into it
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from maild.daemon.notify import Notifier
from maild.demo import office
from maild.demo import samples as demo
from maild.demo.servers import ImapServer, SmtpServer
from tests.servers.dns import DnsServer

ADDRESS = "bot@lib.example"
PASSWORD = "secret of the mailbox"
CONFIG = Path("/etc/maild/maild.toml")
SENT = Path("/out/sent")

TEXT = """
[office]
address = "{address}"
[[mailbox]]
host = "127.0.0.1"
port = {imap}
security = "none"
user = "{address}"
armed = true
poll_seconds = 0.3
[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
armed = true
[authentication]
nameservers = ["{dns}"]
"""


def batches(post: demo.Post) -> list[list[bytes]]:
    """A document with its PDF and the demo's pictures; then, after the watchdog, another document."""
    rows = tomllib.loads((demo.HERE / "samples.toml").read_text("utf-8"))["mail"]
    pictures = [row for row in rows if any(spec.startswith("picture-") for spec in row.get("attach", ()))]
    made = [[_shipped("2026112000101"), *pictures], [_shipped("2026112000103")]]
    now, patrons = datetime.now(UTC), office.patrons()
    return [
        [demo.build(row, 10 * at + index, ADDRESS, patrons, post, now) for index, row in enumerate(batch)]
        for at, batch in enumerate(made)
    ]


def _shipped(number: str) -> dict[str, object]:
    text = f"您好：\n\n文献见附件。\n\n事务号：{number}\n当前状态：已寄送\n"
    return {
        "from": "CALIS <ill@calis.edu.cn>",
        "subject": f"【CALIS馆际互借】文献已寄送：{number}",
        "text": text,
        "attach": [f"pdf:{number}.pdf"],
    }


def serve() -> None:
    """Until killed."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    SENT.mkdir()
    post = demo.Post()
    waiting = batches(post)
    imap, smtp = ImapServer(ADDRESS, PASSWORD), SmtpServer()
    imap.clear()
    with DnsServer(post.answers) as dns:
        ports = {"imap": imap.port, "smtp": smtp.port, "dns": dns.address}
        CONFIG.write_text(TEXT.format(address=ADDRESS, **ports), "utf-8")
        threading.Thread(target=_keep, args=(smtp,), daemon=True).start()
        imap.append(waiting.pop(0))
        Notifier.from_environment(os.environ, os.getpid()).ready()
        while True:
            signal.sigwait({signal.SIGUSR1})
            imap.append(waiting.pop(0))


def _keep(smtp: SmtpServer) -> None:
    """Hand what was received to the outside, each file whole at once."""
    kept = 0
    while True:
        for received in smtp.received[kept:]:
            kept += 1
            part = SENT / f"{kept}.part"
            part.write_bytes(received.raw)
            part.rename(SENT / f"{kept}.eml")
        time.sleep(0.05)


def fill() -> None:
    """As the user maild; needs the configuration, and no secret."""
    from maild.bootstrap import Services
    from maild.settings import load_settings

    services = Services(load_settings(CONFIG, {}))
    services.ensure_schema()
    office.fill(services.store, services.clock)
    services.close()


if __name__ == "__main__":
    {"serve": serve, "fill": fill}[sys.argv[1]]()
