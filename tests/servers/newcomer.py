"""A mail host for one office, and a patron's mail to it: run by tools/newcomer with the installed package's Python.

newcomer.py serve [HOST]    IMAP on port 1143 and SMTP on 1025, until it is ended
newcomer.py send            puts a mail into the office's mailbox
"""

from __future__ import annotations

import imaplib
import sys
import time

from aiosmtpd.controller import Controller

from maild.demo import servers

USER, PASSWORD = "office@demo.example", "open sesame"
MAIL = (
    b"From: Reader <reader@patron.example>\r\nTo: office@demo.example\r\nSubject: my article\r\n"
    b"Message-ID: <first@patron.example>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0800\r\n\r\nHas my article come?\r\n"
)


class Takes:
    """Every mail, and forgets it."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        return "250 2.0.0 kept"


def main(what: str, host: str = "127.0.0.1") -> None:
    """Serve, or send."""
    if what == "serve":
        servers.HOST = host
        servers.ImapServer(USER, PASSWORD, 1143).clear()
        Controller(Takes(), hostname=host, port=1025).start()
        while True:
            time.sleep(60)
    with imaplib.IMAP4("127.0.0.1", 1143, timeout=20) as client:
        client.login(USER, PASSWORD)
        client.append("INBOX", "", "", MAIL)


if __name__ == "__main__":
    main(*sys.argv[1:])
