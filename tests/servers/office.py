"""The whole office on real servers: Dovecot, SMTP, a database, maild's services, and mails to send it."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from maild.bootstrap import Services
from maild.config import Mailbox, Secret, Settings, Store
from maild.demo import office as demo
from maild.demo.samples import Post, build
from maild.domain.requests.patron import Patron
from maild.ports import Clock
from tests.servers.dovecot import Dovecot
from tests.servers.schema import lay_out
from tests.servers.smtp import SmtpServer

ADDRESS = "bot@lib.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Everything a test needs; patrons and requests are the demo's."""

    imap: Dovecot
    smtp: SmtpServer
    services: Services
    post: Post
    patrons: Mapping[str, Patron]
    runner: asyncio.Runner = field(
        default_factory=asyncio.Runner
    )  # one loop for all rounds: the courier's limits belong to the loop that first waited

    def mail(self, index: int = 0, **row: Any) -> bytes:
        """A mail as samples.toml describes them, signed unless sign=False."""
        row = {"from": "CALIS <ill@calis.edu.cn>", "subject": "通知", "text": "", **row}
        return build(row, index, ADDRESS, self.patrons, self.post, self.services.clock.now())

    def shipped(self, number: str, index: int = 0, title: str = "", **row: Any) -> bytes:
        """A CALIS mail that ships `number` with a PDF."""
        text = f"您好：\n\n文献见附件。\n\n事务号：{number}\n题名：{title}\n当前状态：已寄送\n"
        return self.mail(index, **{"subject": f"【CALIS馆际互借】文献已寄送：{number}", "text": text,
                                   "attach": [f"pdf:{number}.pdf"], **row})  # fmt: skip

    def intake(self) -> None:
        """Read every folder once."""
        for mailbox in self.services.mailboxes:
            self.services.intake.run_once(mailbox)

    def process(self) -> None:
        """Process until nothing waits."""
        self.services.processor.run_dry()

    def relay(self) -> None:
        """Send what waits."""

        async def rounds() -> None:
            while (await self.services.relay.run_once()).more:
                pass
            await self.services.relay.close()

        self.runner.run(rounds())

    def turn(self) -> None:
        """All that a running daemon does at this moment of its clock: read, process, what time brings, send."""
        self.intake()
        self.process()
        self.services.reminders.run_once()
        self.relay()

    def receive(self, *mails: bytes) -> None:
        """Let mails come, and do all that follows from them."""
        self.imap.fill(list(mails))
        self.turn()

    def sent(self, kind: str = "", to: str = "") -> list[EmailMessage]:
        """The mails that left so far, of a kind of notice, to an address."""
        mails = [
            email.message_from_bytes(m.raw, policy=email.policy.default)
            for m in self.smtp.mails
            if not to or to in m.recipients
        ]
        return [m for m in mails if isinstance(m, EmailMessage) and (not kind or kind in str(m["X-Maild"]).split(", "))]


def settings(folder: Path, imap: Dovecot, smtp: SmtpServer, *, url: str = "", **mailbox: Any) -> Settings:
    """Settings for these servers; `mailbox` changes those of the mailbox; `url` is another database."""
    base = Settings()
    values = {
        "host": "127.0.0.1", "port": imap.imaps_port, "security": "tls", "ca_file": imap.ca_file, "user": ADDRESS,
        "password": Secret(imap.users[ADDRESS]), "armed": True, "poll_seconds": 0.2, "timeout_seconds": 10.0,
    }  # fmt: skip
    return replace(
        base,
        office=replace(base.office, address=ADDRESS),
        mailbox=(Mailbox(**{**values, **mailbox}),),
        smtp=smtp.settings(per_recipient_hourly=1000, daily_budget=0),
        store=Store(url=url or f"sqlite:///{folder / 'maild.db'}", blobs=folder / "blobs", upgrade=True),
        matching=replace(base.matching, token_key=Secret("ab" * 32)),
    )


@contextmanager
def office(
    folder: Path,
    *,
    url: str = "",
    clock: Clock | None = None,
    filled: Clock | None = None,
    change: Callable[[Settings], Settings] = lambda made: made,
    **mailbox: Any,
) -> Iterator[Office]:
    """Servers up, database filled; all of it ends with the block.

    clock: in place of the machine's (tests.servers.clock); filled: another one, by which its requests were handed in;
    change: the settings made otherwise
    """
    with Dovecot({ADDRESS: "pw"}) as imap, SmtpServer() as smtp, asyncio.Runner() as runner:
        post = Post()
        services = Services(change(settings(folder, imap, smtp, url=url, **mailbox)), resolver=post, clock=clock)
        try:
            if not url:
                lay_out(folder / "maild.db")
            services.prepare()
            demo.fill(services.store, filled or services.clock)
            yield Office(imap=imap, smtp=smtp, services=services, post=post, patrons=demo.patrons(), runner=runner)
        finally:
            services.close()
