"""The written mails: letters, advertising and false friends, as their writer left them.

Each of `letters/`, `advertising/` and `false_friends/` holds JSON lines, one mail a line; the README.md beside them says
what the mails are for. The writer had not seen the rules.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SETS = ("letters", "advertising", "false_friends")


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenMail:
    """One mail, what is known of its sender, and what a librarian expects.

    `expect` is "person" (staff must see it) or "advertising" (may be ignored); `must_not` names the acts or notices
    that would be wrong, in words; `attachments` are pairs of file name and media type, without content.
    """

    key: str
    set: str
    theme: str
    sender: str
    name: str
    to: str
    subject: str
    body: str
    known: bool
    expect: str
    must_not: tuple[str, ...]
    note: str
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[tuple[str, str], ...] = ()

    def message(self, date: str) -> EmailMessage:
        """The mail as MIME, dated `date` (RFC 5322 form); attachments hold a placeholder of a few bytes."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = Address(display_name=self.name, addr_spec=self.sender)
        mail["To"] = self.to
        mail["Subject"] = self.subject
        mail["Date"] = date
        mail["Message-ID"] = f"<{self.key}@written.example>"
        for name, value in self.headers.items():
            del mail[name]  # the writer's own outweighs ours
            mail[name] = value
        mail.set_content(self.body + "\n", cte="base64")
        for name, kind in self.attachments:
            major, minor = kind.split("/", 1)
            mail.add_attachment(b"placeholder\n", maintype=major, subtype=minor, filename=name)
        return mail


def written_mails(name: str, half: str = "open", *, folder: Path = HERE) -> tuple[WrittenMail, ...]:
    """The mails of the set `name`; an unknown set or half raises FileNotFoundError."""
    return written_file(folder / name / f"{half}.jsonl")


def written_file(path: Path) -> tuple[WrittenMail, ...]:
    """The mails of one file of JSON lines."""
    return tuple(_mail(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _mail(raw: dict[str, Any]) -> WrittenMail:
    rest = {key: raw[key] for key in ("set", "theme", "name", "to", "subject", "body", "known", "expect", "note")}
    return WrittenMail(
        key=raw["id"],
        sender=raw["from"],
        must_not=tuple(raw["must_not"]),
        headers=raw["headers"],
        attachments=tuple((each["name"], each["type"]) for each in raw["attachments"]),
        **rest,
    )
