"""An office for the console's tests: the demo's people and mails, really read and decided, without mail servers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from maild.bootstrap import Services
from maild.config import Mailbox, Secret, Settings, Store
from maild.demo import office as demo
from maild.demo.samples import Post, build, new_key, samples, signer
from maild.domain.incoming.mail import MailKey
from maild.domain.records.journal import NewMail
from maild.ports import Clock
from tests.servers.clock import MovedClock
from tests.shared import made_once

ADDRESS = "office@demo.example"
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # a Wednesday, 10 o'clock at the office
UIDS = count(100_000)


@dataclass
class World:
    """Services over a database with everything in it."""

    services: Services
    post: Post
    folder: Path
    made: Iterator[int] = field(default_factory=lambda: count(100_000))  # mails: the same in each copy of an office

    def receive(self, *mails: bytes) -> None:
        """Let mails come, and decide them."""
        take(self.services, mails)
        self.services.processor.run_dry()

    def mail(self, **row: Any) -> bytes:
        """A mail as samples.toml describes them, signed unless sign=False."""
        row = {"from": "CALIS <ill@calis.edu.cn>", "subject": "通知", "text": "", **row}
        index = next(self.made)
        return build(row, index, ADDRESS, demo.patrons(), self.post, self.services.clock.now())


def settings(folder: Path, url: str = "") -> Settings:
    """An office on a database in that folder, with one reader: its mails are few, and each reader loads all rules."""
    base = Settings()
    return replace(
        base,
        daemon=replace(base.daemon, workers=1),
        office=replace(base.office, address=ADDRESS),
        mailbox=(Mailbox(user="office", armed=True),),
        store=Store(url=url or f"sqlite:///{folder / 'maild.db'}", blobs=folder / "blobs", upgrade=True),
        matching=replace(base.matching, token_key=Secret("0123456789abcdef" * 4)),
        smtp=replace(base.smtp, host="127.0.0.1", port=9, security="none", armed=True),
    )


def take(services: Services, mails: Iterable[bytes]) -> list[int]:
    """Store mails as intake would; their ids."""
    raws = list(mails)
    names = services.blobs.put_many(raws)
    new = [
        NewMail(key=MailKey("office/INBOX", 1, next(UIDS)), sha256=name, size=len(raw), **_head(raw))
        for name, raw in zip(names, raws, strict=True)
    ]
    with services.store.begin() as uow:
        return [stored.mail_id for stored in uow.mails.add(new, now=services.clock.now())]


def _head(raw: bytes) -> dict[str, Any]:
    from maild.parse import peek

    seen = peek(raw)
    return {"message_id": seen.message_id, "sender": seen.sender, "subject": seen.subject}


def fill(folder: Path, clock: Clock) -> Post:
    """The demo's office in that folder: database, stored mails, all decided. Its DNS is returned."""
    made, post = _filled(clock.now())
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return post


@cache
def _filled(now: datetime) -> tuple[Path, Post]:
    """Once in a run of tests, to be copied: the mails and their proofs take half a minute of a busy machine to be read."""
    made = made_once(f"office-{now:%Y%m%dT%H%M}", lambda folder: _make(folder, now))
    post = _post(made)
    post.answers.update(json.loads((made / "dns.json").read_text()))
    return made / "office", post


def _post(made: Path) -> Post:
    return Post(signer((made / "key.pem").read_bytes()))


def _make(made: Path, now: datetime) -> None:
    (made / "key.pem").write_bytes(new_key())
    post = _post(made)
    decide(made / "office", post, MovedClock(now))
    (made / "dns.json").write_text(json.dumps(post.answers))


def decide(folder: Path, post: Post, clock: Clock, url: str = "") -> None:
    """Make the office in that folder, its mails read anew; url: an empty database elsewhere."""
    folder.mkdir(exist_ok=True)
    services = Services(settings(folder, url), resolver=post, clock=clock)
    try:
        services.ensure_schema()
        demo.fill(services.store, services.clock)
        take(services, [sample.raw for sample in samples(ADDRESS, demo.patrons(), post, NOW)])
        services.processor.run_dry()
    finally:
        services.close()


@contextmanager
def world(template: Path, folder: Path, post: Post, clock: Clock, **more: Any) -> Iterator[World]:
    """A copy of a filled office."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    services = Services(replace(settings(folder), **more), resolver=post, clock=clock)
    try:
        yield World(services=services, post=post, folder=folder)
    finally:
        services.close()
