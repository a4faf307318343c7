"""Reports of many systems, in words and in fields: whom they are about, and what they mean for the address."""

from __future__ import annotations

import tomllib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from maild.domain.incoming.mail import Automatic, ParsedMail
from maild.domain.outgoing.reach import of_report
from maild.parse import parse_mail
from tests.cases import each

TO, OURS = "gone@patron.example", "<maild.7.0123456789abcdef@library.example>"
HERE = Path(__file__).parent
REPORTS = tomllib.loads((HERE / "bounces.toml").read_text("utf-8"))["report"]
WHOLE = [
    row
    for name in ("bounces_whole", "bounces_second")
    for row in tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["report"]
]


def read(row: dict[str, Any]) -> ParsedMail:
    """The report as a mail, parsed."""
    mail = EmailMessage()
    mail["From"] = row["sender"]
    mail["To"] = "office@library.example"
    mail["Subject"] = row["subject"]
    body = (row.get("text") or row["html"]).replace("{to}", TO).replace("{id}", OURS)
    mail.set_content(body, subtype="plain" if "text" in row else "html")
    return parse_mail(b"Return-Path: <>\r\n" + mail.as_bytes())


@each("row", REPORTS, ids=[row["name"] for row in REPORTS])
def test_reports_end_right(row: dict[str, Any]) -> None:
    """The one address, what was heard of it, and our Message-ID where the report gives it back."""
    mail = read(row)
    assert mail.automatic is Automatic.BOUNCE
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == [TO]
    (one,) = mail.bounce.recipients
    assert of_report(one.permanent, one.delayed, one.reason).value == row["heard"], one
    assert mail.bounce.original_message_id == (OURS if row.get("found") else "")


def test_there_are_about_fifty() -> None:
    """The table is as large as its title says, and every kind of end occurs in it several times."""
    heard = [row["heard"] for row in REPORTS]
    assert len(REPORTS) >= 50
    assert min(heard.count(what) for what in set(heard)) >= 4


@each("row", WHOLE, ids=[row["name"] for row in WHOLE])
def test_whole_reports_name_who_failed(row: dict[str, Any]) -> None:
    """Exactly the recipients that failed, and of each whether the same again is pointless."""
    bounce = parse_mail(b"Return-Path: <>\r\n" + row["raw"].lstrip("\n").replace("\n", "\r\n").encode()).bounce
    assert bounce is not None
    assert {r.address: r.permanent for r in bounce.recipients} == row["failed"]
