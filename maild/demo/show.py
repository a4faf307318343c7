"""What the demo shows in the terminal: each mail and what became of it, the notices, what waits for staff."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from maild.demo.servers import Received
from maild.domain.records.journal import MailRecord, MailStatus, ReviewItem

if TYPE_CHECKING:
    from maild.store.uow import Store


COLOURS = {
    MailStatus.SETTLED: "green",
    MailStatus.REVIEW: "yellow",
    MailStatus.IGNORED: "dim",
    MailStatus.SHUNTED: "red",
}


def mails(console: Console, store: Store, about: Mapping[str, str]) -> None:
    """A row a mail, in order of arrival. `about`: Message-ID → what the sample is there to show."""
    with store.read() as uow:
        rows = sorted(uow.mails.find(limit=1000), key=lambda mail: mail.id)
    table = Table(title="What happened to each mail", title_justify="left", expand=True, show_lines=False)
    table.add_column("#", justify="right", style="dim", no_wrap=True)
    table.add_column("mail", ratio=4, overflow="fold")
    table.add_column("kind", ratio=2, overflow="fold")
    table.add_column("outcome", no_wrap=True)
    table.add_column("because", ratio=6, style="dim")
    for mail in rows:
        shown = about.get(mail.message_id) or f"{mail.sender}: {mail.subject}"
        colour = COLOURS.get(mail.status, "")
        outcome = f"[{colour}]{mail.status}[/]" if colour else str(mail.status)
        table.add_row(str(mail.id), shown, mail.kind, outcome, conclusion(mail))
    console.print(table)


def notices(console: Console, received: Sequence[Received], folder: Path) -> list[Path]:
    """Save each notice as .eml and list them; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    table = Table(title=f"Notices sent ({len(received)}), saved in {folder}", title_justify="left", expand=True)
    table.add_column("file", no_wrap=True)
    table.add_column("to", ratio=2)
    table.add_column("subject", ratio=4)
    table.add_column("attached", ratio=2)
    files = []
    for index, item in enumerate(received, 1):
        mail = parse(item.raw)
        path = folder / f"notice-{index:02d}.eml"
        path.write_bytes(item.raw)
        files.append(path)
        attached = ", ".join(part.get_filename() or "" for part in mail.iter_attachments())
        table.add_row(path.name, ", ".join(item.recipients), str(mail["Subject"]), attached)
    console.print(table)
    return files


def notice(console: Console, item: Received) -> None:
    """One notice, as its reader sees the text part."""
    mail = parse(item.raw)
    body = mail.get_body(("plain",))
    head = f"From: {mail['From']}\nTo: {mail['To']}\nSubject: {mail['Subject']}\n"
    console.print(Panel(head + "\n" + (body.get_content() if body else ""), title="A notice as it arrives", padding=1))


def queue(console: Console, items: Sequence[ReviewItem]) -> None:
    """What waits for staff, by cause."""
    table = Table(title=f"Waiting for staff ({len(items)})", title_justify="left", expand=True)
    table.add_column("item", justify="right", no_wrap=True)
    table.add_column("cause", no_wrap=True)
    table.add_column("from", ratio=2)
    table.add_column("subject", ratio=3)
    table.add_column("why", ratio=5, style="dim")
    for item in sorted(items, key=lambda i: (i.cause, i.id)):
        why = _short(item.reasons[0] if item.reasons else "", 120)
        table.add_row(str(item.id), item.cause.value, item.sender, item.subject, why)
    console.print(table)


def parse(raw: bytes) -> EmailMessage:
    """A notice of ours, read by the standard library (an ordinary mail program's point of view)."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def conclusion(mail: MailRecord) -> str:
    """The first of a mail's reasons: what was concluded; `maild explain` tells the rest."""
    return _short(mail.reason.partition("; ")[0] or mail.error, 120)


def _short(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
