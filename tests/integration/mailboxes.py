"""A mailbox on a server of tests: settings, mails, a clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from maild import config
from maild.domain.incoming.mail import RawMail
from maild.domain.operation.backoff import Backoff
from maild.domain.records.journal import Skipped
from maild.mailbox import ImapMailbox
from maild.ports import Filing, FilingMode
from tests.servers.scripted_imap import ScriptedImap

DONE = Filing(mode=FilingMode.MOVE, target="maild/已处理")
SETTLED = "maild/&XfJZBHQG-"
RAW = b"From: ill@calis.example\r\nSubject: x\r\n\r\nhello\r\n"


class SystemClock:
    """The real clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def settings(server: ScriptedImap, **other: object) -> config.Mailbox:
    """Settings for a scripted server; impatient."""
    values: dict[str, object] = {
        "host": server.host, "port": server.port, "security": "none", "user": server.user,
        "password": config.Secret(server.password), "timeout_seconds": 1.0, "poll_seconds": 0.2,
    }  # fmt: skip
    return config.Mailbox(**(values | other))  # type: ignore[arg-type]


def mailbox(server: ScriptedImap, folder: str = "INBOX", **other: object) -> ImapMailbox:
    """A mailbox that tries again at once."""
    return ImapMailbox(settings(server, **other), folder, SystemClock(), Backoff(base=0.01, cap=0.05))


def raws(items: Iterator[RawMail | Skipped]) -> list[bytes]:
    """The bytes of the mails; fails on a skipped one."""
    got = list(items)
    assert all(isinstance(item, RawMail) for item in got), got
    return [item.raw for item in got if isinstance(item, RawMail)]


def numbered(count: int, size: int = 0) -> list[bytes]:
    """`count` mails that differ."""
    return [f"Subject: {n}\r\n\r\n".encode() + b"x" * size + b"\r\n" for n in range(count)]
