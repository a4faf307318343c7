"""The demo itself: a throwaway home, the servers, the mails, the real daemon, and what came of it."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from maild.bootstrap import Services
from maild.config import Mailbox, Secret, Settings, Smtp, Store
from maild.daemon.notify import Notifier
from maild.daemon.supervisor import Supervisor
from maild.demo import office, samples, show
from maild.demo.desk import desk
from maild.demo.past import DemoServices
from maild.demo.servers import HOST, ImapServer, SmtpServer
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import MailStatus
from maild.settings import annotated_toml
from maild.settings.checks import DEMO

OFFICE = "office@demo.example"
AUTHSERV_ID = "demo.example"
OWN_MAIL = f"""Authentication-Results: {AUTHSERV_ID}; dkim=pass header.d=calis.edu.cn
From: CALIS <ill@calis.edu.cn>
To: {OFFICE}
Subject: 2026112000122
Message-ID: <my-own-mail-1@calis.edu.cn>
Content-Type: text/plain; charset=utf-8

事务号：2026112000122
题名：有机合成策略
当前状态：已寄送
下载地址：https://files.example/2026112000122
"""
LIMIT_SECONDS = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The demo's running parts."""

    services: Services
    imap: ImapServer
    smtp: SmtpServer
    post: samples.Post


@contextmanager
def home(folder: Path, port: int = 0) -> Iterator[Home]:
    """Servers on loopback and a fresh database below `folder`; all of it ends with the block."""
    imap, smtp = ImapServer(OFFICE, secrets.token_urlsafe(12), port), SmtpServer()
    post = samples.Post()
    (folder / "rules").mkdir(exist_ok=True)  # where rules made in the console are saved
    services = DemoServices(settings(folder, imap, smtp), resolver=post)
    try:
        imap.clear()
        services.prepare()
        office.fill(services.store, services.clock)
        yield Home(services=services, imap=imap, smtp=smtp, post=post)
    finally:
        services.close()
        imap.stop()
        smtp.stop()


def settings(folder: Path, imap: ImapServer, smtp: SmtpServer) -> Settings:
    """What an administrator would write for these servers."""
    base = Settings()
    mailbox = Mailbox(
        host=HOST,
        port=imap.port,
        security="none",
        user=imap.user,
        password=Secret(imap.password),
        armed=True,
        poll_seconds=1.0,
    )
    return replace(
        base,
        office=replace(base.office, address=OFFICE),
        mailbox=(mailbox,),
        smtp=Smtp(host=HOST, port=smtp.port, security="none", armed=True, per_recipient_hourly=100),
        store=Store(url=f"sqlite:///{folder / 'demo.db'}", blobs=folder / "blobs", upgrade=True),
        # So that a mail written by hand can be believed: it carries what our own receiving server would add.
        authentication=replace(base.authentication, authserv_id=AUTHSERV_ID),
        rules=replace(base.rules, folder=str(folder / "rules")),
        matching=replace(base.matching, token_key=Secret(secrets.token_hex(32))),
    )


def run(*, once: bool, port: int, out: Path, console: Console) -> int:
    """The whole demo; returns the exit code. With `once` it ends by itself."""
    with tempfile.TemporaryDirectory(prefix=DEMO) as folder, home(Path(folder), port) as made:
        patrons = office.patrons()
        requests = office.transactions(made.services.clock.now())
        mails = list(samples.samples(OFFICE, patrons, made.post))
        console.print(
            f"[bold]maild demo[/]: IMAP on {HOST}:{made.imap.port}, SMTP on {HOST}:{made.smtp.port}, "
            f"{len(patrons)} invented patrons, {len(requests)} requests, {len(mails)} mails; "
            "the statistics show an invented year before them."
        )
        if once:
            console.print("It ends by itself; make demo DEMO= stays, and opens the staff console.")
        made.imap.append([sample.raw for sample in mails])
        return asyncio.run(_watch(made, mails, once, out, console))


async def _watch(made: Home, mails: list[samples.Sample], once: bool, out: Path, console: Console) -> int:
    """The real daemon works; we look on through the database, as the console would."""
    start = time.monotonic()
    supervisor = Supervisor(made.services, Notifier())
    daemon = asyncio.create_task(supervisor.run())
    try:
        done = await _until_settled(made, len(mails), daemon, console)
        seconds = time.monotonic() - start
        about = {show.parse(sample.raw)["Message-ID"]: sample.about for sample in mails}
        _report(made, about, seconds, out, console)
        if once:
            console.print("To keep it running, send it mails of your own and open the staff console: make demo DEMO=")
        else:
            with desk(made.services) as (url, name, password):
                console.print(
                    f"\nThe staff console: {url} (sign in as {name}, password {password})",
                    soft_wrap=True,
                    highlight=False,
                )
                await _stay(made, daemon, out, console)
    finally:
        supervisor.stop()
        code = await daemon
    return code if done else 1


async def _until_settled(made: Home, total: int, daemon: asyncio.Task[int], console: Console) -> bool:
    """A progress bar until every mail has its outcome and every notice is sent."""
    limit = time.monotonic() + LIMIT_SECONDS
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("reading the mailbox", total=total)
        while time.monotonic() < limit and not daemon.done():
            stored, pending, waiting = await asyncio.to_thread(_counts, made)
            bar.update(task, completed=stored - pending)
            if stored >= total and not pending and not waiting:
                return True
            await asyncio.sleep(0.1)
    console.print("[red]the mails were not settled in time[/]")
    return False


def _counts(made: Home) -> tuple[int, int, int]:
    with made.services.store.read() as uow:
        by_status = [count.by_status for count in uow.mails.counts()]
        busy = [len(uow.outbox.find(state=s)) for s in (OutboxState.WAITING, OutboxState.LEASED, OutboxState.SENDING)]
    stored = sum(sum(row.values()) for row in by_status)
    return stored, sum(row.get(MailStatus.PENDING, 0) for row in by_status), sum(busy)


def _report(made: Home, about: dict[str, str], seconds: float, out: Path, console: Console) -> None:
    store = made.services.store
    show.mails(console, store, about)
    files = show.notices(console, made.smtp.received, out)
    with_file = [r for r in made.smtp.received if b"application/pdf" in r.raw]
    if with_file:
        show.notice(console, with_file[0])
    with store.read() as uow:
        items = uow.reviews.find(limit=200)
    show.queue(console, items)
    sheet = made.services.balance()
    even = "even" if sheet.even else "NOT even"
    settled = ", ".join(f"{n} {status}" for folder in sheet.folders for status, n in folder.by_status.items())
    console.print(f"Balance sheet {even}: {settled}. {len(files)} notices. {seconds:.1f} s in all.")


async def _stay(made: Home, daemon: asyncio.Task[int], out: Path, console: Console) -> None:
    """Go on polling; tell how to send it a mail of one's own, and show what comes of it."""
    config = _configured(made.services.settings, out)
    own = out / "my-mail.eml"
    own.write_bytes(OWN_MAIL.replace("\n", "\r\n").encode())
    console.print(
        f"\nThe daemon goes on polling; Ctrl-C ends it. {own} is a mail to begin with; change it as you like "
        "(its first line is what the receiving server adds to a mail it has checked). Send it with:"
    )
    console.print(
        f"curl --url imap://{HOST}:{made.imap.port}/INBOX --user '{made.imap.user}:{made.imap.password}' "
        f"--upload-file {own}",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )
    console.print(
        f"Look at it as staff do, in another terminal: .venv/bin/maild --config {config} queue list",
        soft_wrap=True,
        highlight=False,
    )
    seen, told = len(made.smtp.received), await asyncio.to_thread(_outcomes, made)
    while not daemon.done():
        await asyncio.sleep(0.5)
        outcomes = await asyncio.to_thread(_outcomes, made)
        for mail_id in sorted(set(outcomes) - set(told)):
            console.print(outcomes[mail_id], soft_wrap=True, highlight=False, markup=False)
        told = outcomes
        for item in made.smtp.received[seen:]:
            seen += 1
            (out / f"notice-{seen:02d}.eml").write_bytes(item.raw)
            show.notice(console, item)


def _configured(settings: Settings, out: Path) -> Path:
    """The file for other commands, and its secrets, as long as the demo runs."""
    folder = out / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    (box,) = settings.mailbox
    values = {f"mailbox.{box.name}.password": box.password, "matching.token_key": settings.matching.token_key}
    texts = {folder / name: value.reveal() for name, value in values.items()}
    config = out / "maild.toml"
    texts[config] = annotated_toml(settings, {name: f"secrets/{name}" for name in values})
    for path, text in texts.items():
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, "utf-8")
    return config


def _outcomes(made: Home) -> dict[int, str]:
    """Settled mails by id, each in a line: what it is, what became of it, and why."""
    with made.services.store.read() as uow:
        mails = uow.mails.find(limit=1000)
    return {
        mail.id: f"mail {mail.id} from {mail.sender}: {mail.kind} → {mail.status}: {show.conclusion(mail)}"
        for mail in mails
        if mail.status is not MailStatus.PENDING
    }
