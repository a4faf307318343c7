"""What becomes of mails that may be ignored: decided with the shipped rules, counted by set.

    python -m tests.corpus.ignoring PATH… [--show OUTCOME]…

PATH: JSON lines as `written_mails` reads them, TOML as in machines/, mail files, mbox files, or folders of these (a
set each). It prints a
table of how many were ignored, laid on the low heap of the queue, queued and settled; `--show` lists those of an
outcome with their reasons.
"""

from __future__ import annotations

import argparse
import mailbox
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from maild.authenticate.resolver import NoResolver
from maild.bootstrap import Services, build
from maild.domain.errors import MalformedMail
from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.requests.patron import Patron, PatronAddress
from maild.settings.load import load
from maild.spine.reading.read import LocalReader, ReadSettings
from maild.store.uow import UnitOfWork
from tests.corpus.written_mails import WrittenMail, written_file
from tests.deciding import decide, gather

OFFICE = "zjuill@zju.edu.cn"
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
DATE = "Wed, 25 Nov 2026 09:00:00 +0800"
OUTCOMES = ("ignored", "low", "queue", "settled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to be decided. known: its sender is a patron's address; wrote: an address that a notice of ours went to.

    may: the outcomes that are right, where that is laid down
    """

    key: str
    raw: bytes
    sender: str = ""
    known: bool = False
    wrote: str = ""
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of one. outcome: one of OUTCOMES, or unread."""

    mail: Mail
    outcome: str
    decision: Decision | None = None

    def line(self) -> str:
        """One line for a reader."""
        if self.decision is None:
            return f"{self.outcome:8} {self.mail.key}"
        said = "; ".join(self.decision.reasons[:4])
        return f"{self.outcome:8} {self.mail.key:40} {self.decision.about.kind} {self.decision.about.rule} {self.decision.cause}: {said}"


class Office:
    """An office with the shipped rules and no requests; patrons are who `known` mails come from."""

    def __init__(self, services: Services) -> None:
        self._services = services
        settings = services.settings
        self._reader = LocalReader(
            ReadSettings(
                transaction_number=settings.matching.transaction_number,
                authserv_id="",
                own_address=OFFICE,
            )
        )

    def decide(self, mails: Iterable[Mail]) -> Iterator[Decided]:
        """Each mail by itself: none learns of another."""
        parts = self._services.parts
        for mail in mails:
            with parts.store.begin() as uow:
                _furnish(uow, mail)
            try:
                reading = self._reader.read(mail.raw, parts.resolver.txt([]))
            except MalformedMail:
                yield Decided(mail=mail, outcome="unread")
                continue
            with parts.store.begin() as uow:
                decision = decide(reading, gather(uow, reading, parts.lookup, NOW), parts.policy)
            yield Decided(mail=mail, outcome=outcome_of(decision), decision=decision)


def _furnish(uow: UnitOfWork, mail: Mail) -> None:
    """The patron, and the notice that went out, which the mail presupposes."""
    if mail.known:
        address = PatronAddress(address=mail.sender.lower())
        uow.patrons.upsert([Patron(patron_id=address.address, name="读者", emails=(address,))], NOW)
    if mail.wrote:
        notice = NoticeRequest(kind=NoticeKind.ANSWER, subject=mail.key, recipient=mail.wrote)
        for entry in uow.outbox.add([notice], NOW):
            uow.outbox.mark(entry, OutboxState.SENT, now=NOW)


def outcome_of(decision: Decision) -> str:
    """One of OUTCOMES. A mail that a notice or a move came of, and a person still looks at, is in the queue."""
    if decision.cause is Cause.ADVERTISING:
        return "low"
    if decision.action is Action.IGNORE:
        return "ignored"
    return "settled" if decision.action is Action.APPLY and not decision.cause else "queue"


@contextmanager
def office() -> Iterator[Office]:
    """An office of its own, gone afterwards."""
    with TemporaryDirectory(prefix="maild-ignoring-") as folder:
        settings = load(
            environ={
                "MAILD_STORE__URL": f"sqlite:///{folder}/maild.db",
                "MAILD_STORE__BLOBS": f"{folder}/blobs",
                "MAILD_OFFICE__ADDRESS": OFFICE,
                "MAILD_MATCHING__TOKEN_KEY": "6d61696c64206b657931" * 4,
            }
        ).settings
        services = build(settings, resolver=NoResolver())
        services.ensure_schema()
        try:
            yield Office(services)
        finally:
            services.close()


def of_written(mail: WrittenMail, *, bare: bool = False) -> Mail:
    """A written mail as it would arrive; `bare`: without the headers of its sending system."""
    raw = (replace(mail, headers={}) if bare else mail).message(DATE).as_bytes()
    return Mail(key=mail.key, raw=raw, sender=mail.sender, known=mail.known)


def of_machines(path: Path) -> list[Mail]:
    """The mails of a TOML file of machines/: see the README.md there."""
    return [_of_row(row) for row in tomllib.loads(path.read_text("utf-8"))["mail"]]


def _of_row(row: dict[str, Any]) -> Mail:
    headers, made = row["headers"], EmailMessage(policy=SMTP.clone(max_line_length=500))
    for name, value in {"To": OFFICE, "Date": DATE, "Message-ID": f"<{row['id']}@machines.example>", **headers}.items():
        made[name] = value
    made.set_content(row["text"] + "\n")
    for name in row.get("files", ()):
        made.add_attachment(b"placeholder\n", maintype="image", subtype="png", filename=name)
    return Mail(key=row["id"], raw=made.as_bytes(), sender=parseaddr(headers["From"])[1], known=row.get("known", False),
                wrote=row.get("wrote", ""), may=tuple(row["may"]))  # fmt: skip


def sets_of(paths: Sequence[Path]) -> dict[str, list[Mail]]:
    """The mails by set: a folder of mail files, or the set that the lines of a JSON file name."""
    found: dict[str, list[Mail]] = {}
    for path in (file for each in paths for file in _files(each)):
        if path.suffix == ".jsonl":
            for written in written_file(path):
                found.setdefault(f"{written.set}/{path.stem}", []).append(of_written(written))
        elif path.suffix == ".toml":
            found.setdefault(f"{path.parent.name}/{path.stem}", []).extend(of_machines(path))
        else:
            found.setdefault(path.parent.name, []).extend(_raws(path))
    return found


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and file.suffix not in {".md", ".py"})


def _raws(path: Path) -> Iterator[Mail]:
    if path.suffix == ".mbox":
        for n, message in enumerate(mailbox.mbox(path, create=False)):
            yield Mail(key=f"{path.stem}-{n}", raw=message.as_bytes())
    else:
        yield Mail(key=path.name, raw=path.read_bytes())


def table(decided: dict[str, list[Decided]]) -> str:
    """By set: how many of each outcome, and in per cent."""
    lines = [f"{'set':30}{'mails':>7}" + "".join(f"{name:>16}" for name in (*OUTCOMES, "unread"))]
    for name, mails in decided.items():
        count = Counter(each.outcome for each in mails)
        cells = "".join(f"{count[o]:>7} {100 * count[o] / max(1, len(mails)):>6.1f} %" for o in (*OUTCOMES, "unread"))
        lines.append(f"{name:30}{len(mails):>7}{cells}")
    return "\n".join(lines)


def main() -> None:
    """Print the table, and what is to be shown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--show", action="append", default=[], choices=(*OUTCOMES, "unread"))
    asked = parser.parse_args()
    with office() as desk:
        decided = {name: list(desk.decide(mails)) for name, mails in sets_of(asked.paths).items()}
    sys.stdout.write(table(decided) + "\n")
    for name, mails in decided.items():
        for each in mails:
            if each.outcome in asked.show:
                sys.stdout.write(f"{name} {each.line()}\n")


if __name__ == "__main__":
    main()
