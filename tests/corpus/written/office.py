"""A small office that decides mails as `maild explain` does: every writer is a known, proven patron with requests of
every kind, so that whatever a mail seems to ask for could be had.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.corpus.heldout.judging import maild_in, said_by
from tests.corpus.heldout.mails import AUTHSERV, OFFICE

_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + bytes(64) + b"\xff\xd9"
# service, title, provider, state, total, subsidy, payable, payment state, days until due
REQUESTS = (
    ("copy", "Sound of rivers", "CASHL", "in_process", "", "", "", "none", None),
    ("copy", "Ancient kilns", "NSTL", "delivered", "26.00", "0.00", "26.00", "confirmed", None),
    ("copy", "Reed beds in winter", "CALIS", "conditional", "30.00", "0.00", "30.00", "due", None),
    ("loan", "Bridges of the delta", "NLC", "on_loan", "", "", "", "none", 18),
    ("loan", "Salt and silk", "NLC", "received", "", "", "", "none", None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail of a patron. names: files attached; headers: more of them."""

    id: str
    sender: str
    subject: str
    text: str
    name: str = "Reader"
    names: tuple[str, ...] = ()
    headers: Mapping[str, str] | None = None

    def raw(self, now: datetime) -> bytes:
        """The mail as our own server stamps it."""
        message = EmailMessage()
        domain = self.sender.rpartition("@")[2]
        message["Authentication-Results"] = f"{AUTHSERV}; dkim=pass header.d={domain}"
        message["From"], message["To"] = f"{self.name} <{self.sender}>", f"ILL <{OFFICE}>"
        message["Subject"] = " ".join(self.subject.split())
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{self.id}@{domain}>"
        for name, value in (self.headers or {}).items():
            if name.lower() not in {key.lower() for key in message}:
                message[name] = value
        message.set_content(self.text.strip("\n") + "\n")
        for name in self.names:
            message.add_attachment(_JPEG, maintype="image", subtype="jpeg", filename=name)
        return message.as_bytes()


def decide(letters: Iterable[Letter], folder: Path) -> dict[str, dict[str, Any]]:
    """id → what `maild explain --json` says of it."""
    letters, now = list(letters), datetime.now(UTC)
    environment = maild_in(folder)
    senders = sorted({letter.sender for letter in letters})
    for name, rows in (("patrons", _patrons(senders)), ("transactions", _requests(senders, now))):
        file = folder / f"{name}.csv"
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        said_by(["import", name, str(file)], environment)
    return _explained(letters, folder, now, environment)


def _patrons(senders: Iterable[str]) -> Iterator[str]:
    yield "patron_id,name,kind,department,login,emails,language"
    for place, sender in enumerate(senders):
        yield f"p{place:04},Reader {place},internal,Physics,log{place:04},{sender},"


def _requests(senders: Iterable[str], now: datetime) -> Iterator[str]:
    yield "number,patron_id,service,title,provider,state,total,subsidy,payable,payment_state,due,submitted"
    for place, _ in enumerate(senders):
        for which, (service, title, provider, state, *fee, until) in enumerate(REQUESTS):
            due = f"{now + timedelta(days=until):%Y-%m-%d}" if until else ""
            row = (f"2026{1000 + which}{place:05}", f"p{place:04}", service, title, provider, state, *fee, due)
            yield ",".join((*row, f"{now - timedelta(days=9):%Y-%m-%d}"))


def _explained(
    letters: Iterable[Letter], folder: Path, now: datetime, environment: dict[str, str]
) -> dict[str, dict[str, Any]]:
    mails = folder / "mails"
    mails.mkdir()
    for letter in letters:
        (mails / f"{letter.id}.eml").write_bytes(letter.raw(now))
    lines = said_by(["explain", "--json", "--dns", "none", str(mails)], environment).splitlines()
    rows = map(json.loads, lines)
    return {Path(row["source"]).stem: row for row in rows}
