"""Copies of what left, laid into the account's folder of sent mail by APPEND (RFC 9051 section 6.3.12).

Many hosts keep there themselves what is sent through them, and a former connection may have died after an APPEND: a
copy is laid only where its Message-ID is not among the folder's newest mails. They are listed by FETCH, since SEARCH
misses mail on some hosts (docs/decisions/0003-imap-fetch.md).
"""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maild import config
from maild.domain.errors import NoFolder
from maild.mailbox.connecting import connect
from maild.mailbox.fetching import items
from maild.mailbox.session import Session, place
from maild.mailbox.texts import SAY
from maild.ports.bearer import Bearer

AUTO = "auto"
LOOK_BACK = 1000  # newest mails of the folder among which a copy is looked for
_SENT = rb"\Sent".lower()  # RFC 6154 section 2
_ID = re.compile(rb"^message-id:\s*(<[^<>\s]+>)", re.IGNORECASE)
_HEAD = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]<0.2000>)"


class ImapSentFolder:
    """A folder by its name, or the one that the server marks as \\Sent."""

    def __init__(
        self, settings: config.Mailbox, folder: str, monotonic: Callable[[], float], bearer: Bearer | None = None
    ) -> None:
        self._settings, self._folder, self._monotonic, self._bearer = settings, folder, monotonic, bearer

    @contextmanager
    def open(self) -> Iterator[OpenSentFolder]:
        """A connection of its own, closed afterwards. Raises Temporary, or Permanent where there is no such folder."""
        session = connect(self._settings, self._monotonic, self._bearer)
        try:
            name = find_sent(session, self._folder)
            session.select(name)
            yield OpenSentFolder(session, name, _newest(session))
        finally:
            session.close()


@dataclass(slots=True)
class OpenSentFolder:
    """name: as the server has it; known: Message-IDs of what lies there."""

    _session: Session
    name: str
    _known: set[bytes]

    def lay(self, message_id: str, raw: bytes, at: datetime) -> str:
        """Lay a mail, read already, with its moment, unless one of that Message-ID lies there. Returns '' where it
        lies there now, else why the server did not take it. Raises Temporary where the connection is lost.
        """
        mark = message_id.encode()
        if mark in self._known:
            return ""
        with self._session.doing("laying a copy of what was sent", nbytes=len(raw)):
            try:
                self._session.client.append(self.name, raw, (rb"\Seen",), at)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                return str(error) or "NO"
        self._known.add(mark)
        return ""


def find_sent(session: Session, wanted: str) -> str:
    """The server's name of the folder. Raises NoFolder, with what there is, where it is missing."""
    where = place(session.settings)
    if wanted == AUTO:
        name, there = _marked(session)
        what = SAY("no_folder_marked", place=where)
    else:
        name, there = session.resolve(wanted)
        what = SAY("no_folder", place=where, folder=repr(wanted))
    if there:
        return name
    known = ", ".join(sorted(session.names())[:20])
    raise NoFolder(what, remedy=SAY("name_sent_folder", names=known))


def _marked(session: Session) -> tuple[str, bool]:
    """(the first folder with the attribute \\Sent, whether there is one). Servers may leave it out of a plain LIST
    (RFC 6154 section 3), so it is asked for where it can be.
    """
    with session.doing("looking for the folder of sent mail"):
        folders = _special(session) or session.client.list_folders()
    found = [str(name) for flags, _, name in folders if any(flag.lower() == _SENT for flag in flags)]
    return (found or [""])[0], bool(found)


def _special(session: Session) -> list[tuple[tuple[bytes, ...], bytes, Any]]:
    """The folders with a use of their own; none where the server does not understand the question."""
    client = session.client
    if not session.capabilities & {"SPECIAL-USE", "IMAP4REV2"}:
        return []
    try:
        kind, data = client.wire._simple_command("LIST", '""', '"*"', "RETURN (SPECIAL-USE)")
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        return []
    _, data = client.wire._untagged_response(kind, data, "LIST")
    return list(client._proc_folder_list(data)) if kind == "OK" else []


def _newest(session: Session) -> set[bytes]:
    """The Message-IDs of the newest mails of the selected folder."""
    wire, found = session.client.wire, set[bytes]()
    if not wire.exists:
        return found
    span = f"{max(1, wire.exists - LOOK_BACK + 1)}:{wire.exists}"
    with session.doing("looking what was sent", lines=LOOK_BACK):
        _, data = wire.fetch(span, _HEAD)
        for item in items(piece for piece in data if piece):
            if named := _ID.match((item.body or b"").replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")):
                found.add(named[1])
    return found
