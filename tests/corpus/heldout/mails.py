"""The held-out mails: invented mail of an ordinary office with what maild should make of each.

Written before any rule was looked at, and split by a fixed rule: half A may be looked into while mending,
half B only measures. Data lie beside this file in TOML.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from maild.domain.incoming import token

HERE = Path(__file__).parent
OFFICE = "ill@lib.example"
AUTHSERV = "mx.lib.example"
TOKEN_KEY = "6d61696c642068656c642d6f7574206b65793031323334353637383940414243"  # an invented key
PROVIDER_FILES = ("provider_zh", "provider_en", "provider_layouts")
LATER_FILES = ("later", "latest")
PATRON_FILES = ("patron_zh", "patron_en")
_SLOT = re.compile(r"\{([cl]\d\d)(\.t|\.token)?\}")
_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + bytes(64) + b"\xff\xd9"
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mail and what is right for it; `kinds` and `actions` hold every acceptable answer ('*': any)."""

    id: str
    raw: bytes
    kinds: frozenset[str]
    actions: frozenset[str]
    transactions: frozenset[str] = frozenset()
    any_transaction: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    bounce: tuple[str, ...] = ()

    @property
    def half(self) -> str:
        """A or B, by the first bit of the id's digest; C and D, what was written later."""
        if self.id.startswith(("c-", "d-")):
            return self.id[0].upper()
        return "A" if hashlib.sha256(self.id.encode()).digest()[0] < 128 else "B"


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


class Store:
    """The patrons and requests of store.toml, and the CSV files `maild import` takes."""

    def __init__(self) -> None:
        data = _load("store")
        self.patrons = {row[0]: row for row in data["patrons"]}
        self.requests = {row[0]: row[1:] for row in data["requests"]}
        self.senders: dict[str, str] = data["senders"]

    def number(self, key: str) -> str:
        return str(self.requests[key][0])

    def fill(self, text: str) -> str:
        """Put numbers, titles and reply tokens into the slots of a text."""

        def value(hit: re.Match[str]) -> str:
            row = self.requests[hit[1]]
            if hit[2] == ".token":
                return token.make(TOKEN_KEY.encode(), row[0], self.sender_address(row[1]), datetime.now(UTC).date())
            return str(row[3] if hit[2] else row[0])

        return _SLOT.sub(value, text)

    def sender(self, name: str) -> str:
        """The From header for a provider's, a patron's or a plain address."""
        if name in self.senders:
            return self.senders[name]
        if name in self.patrons:
            row = self.patrons[name]
            return f"{row[1]} <{row[5].split(';')[0]}>"
        return name

    def sender_address(self, patron_id: str) -> str:
        """The address that notices to the patron go to."""
        return str(self.patrons[patron_id][5].split(";")[0])

    def csv(self) -> tuple[str, str]:
        """patrons.csv and transactions.csv."""
        patrons = ["patron_id,name,kind,department,login,emails,language"]
        patrons += [",".join(row) for row in self.patrons.values()]
        columns = "number,patron_id,service,title,provider,state,total,subsidy,payable,payment_state,due"
        return "\n".join(patrons) + "\n", "\n".join([columns, *(",".join(r) for r in self.requests.values())]) + "\n"


def pdf(title: str) -> bytes:
    """A one-page PDF that every reader opens."""
    stream = b"BT /F1 12 Tf 72 720 Td (" + title.encode("ascii", "ignore") + b" full text) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for index, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (index, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


def _attach(message: EmailMessage, what: str) -> None:
    kind, _, name = what.partition(":")
    files = {
        "pdf": (pdf(name), "application", "pdf"),
        "jpg": (_JPEG, "image", "jpeg"),
        "png": (_PNG, "image", "png"),
        "html": (b"<html><body>Please log in<form></form></body></html>", "application", "pdf"),
        "xls": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "application", "vnd.ms-excel"),
        "doc": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "application", "msword"),
    }
    data, main, sub = files[kind]
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)


def _results(auth: str, domain: str) -> str:
    """The line our receiving server writes (RFC 8601); a forged one names another server."""
    if auth == "none":
        return f"{AUTHSERV}; dkim=none; spf=none"
    if auth == "fail":
        return f"{AUTHSERV}; dkim=fail header.d={domain}; dmarc=fail header.from={domain}"
    server = "mx.evil.example" if auth == "forged" else AUTHSERV
    return f"{server}; dkim=pass header.d={domain}"


def _message(store: Store, row: dict[str, Any]) -> bytes:
    sender = store.sender(row["from"])
    domain = parseaddr(sender)[1].partition("@")[2]
    message = EmailMessage()
    message["Authentication-Results"] = _results(row.get("auth", "pass"), domain)
    message["From"], message["To"] = sender, f"ILL <{OFFICE}>"
    message["Subject"] = store.fill(row.get("subject", ""))
    # When it came is said by the mail, and not by the day on which the test runs: old mails wait.
    message["Received"] = "from mx.provider.example by mx.lib.example; Tue, 24 Nov 2026 17:05:00 +0800"
    message["Date"] = "Tue, 24 Nov 2026 09:00:00 +0800"
    message["Message-ID"] = f"<{row['id']}@{domain}>"
    for name, value in row.get("headers", {}).items():
        message[name] = value
    if "raw" in row:
        head = "\n".join(f"{name}: {value}" for name, value in message.items())
        return (head + "\nMIME-Version: 1.0\n" + store.fill(row["raw"]).lstrip("\n")).encode()
    if "xml" in row:
        message.set_content("An ISO 18626 message is attached.\n")
        message.add_attachment(store.fill(row["xml"]).encode(), maintype="application", subtype="xml", filename="m.xml")
    elif "html" in row:
        message.set_content(store.fill(row["html"]), subtype="html")
    else:
        message.set_content(store.fill(row.get("text", "")).lstrip("\n") + "\n")
    for what in row.get("attach", ()):
        _attach(message, store.fill(what))
    return message.as_bytes()


def _case(store: Store, row: dict[str, Any], default: str) -> Case:
    keys = row.get("tx", [])
    keys = keys.split(",") if isinstance(keys, str) else keys
    numbers = {store.number(k) for k in keys if k and k != "*"} | ({row["newtx"]} if "newtx" in row else set())
    return Case(
        id=row["id"], raw=_message(store, row), kinds=frozenset(row["kind"].split("|")),
        actions=frozenset(row.get("do", default).split("|")), transactions=frozenset(numbers),
        any_transaction="*" in keys, fields=row.get("fields", {}), bounce=tuple(row.get("bounce", ())),
    )  # fmt: skip


def _letter(row: list[Any]) -> dict[str, Any]:
    """A row as the mapping the other files use. A file is named behind '+' at the end of subject or text."""
    ident, sender, subject, text, kinds, action, keys, *fields = row
    sender, _, auth = sender.partition(":")
    subject, _, attached = subject.partition("+")
    if not attached and (hit := re.search(r" \+(\w+:\S+)$", text)):
        text, attached = text[: hit.start()], hit[1]
    return {"id": ident, "from": sender, "auth": auth or "pass", "subject": subject.strip(), "text": text,
            "attach": [attached] if attached else [], "kind": kinds, "do": action, "tx": keys,
            "fields": fields[0] if fields else {}}  # fmt: skip


def cases(group: str = "") -> Iterator[Case]:
    """All cases, or those of one group: provider, patron, machine, later."""
    store = Store()
    if group in ("", "provider"):
        for name in PROVIDER_FILES:
            yield from (_case(store, row, "apply") for row in _load(name)["mail"])
    if group in ("", "patron"):
        for name in PATRON_FILES:
            yield from (_case(store, _letter(row), "review") for row in _load(name)["mails"])
    if group in ("", "later"):
        for name in LATER_FILES:
            yield from (_case(store, _letter(row), "review") for row in _load(name)["mails"])
    if group in ("", "machine"):
        # Only words say that it is automatic: a person may look at it.
        yield from (
            _case(store, row, "ignore" if {"headers", "raw"} & set(row) else "ignore|review")
            for row in _load("machine")["mail"]
        )
