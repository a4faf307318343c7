"""How fast mail comes out of a local Dovecot: python tests/bench/imap.py

Compares ImapMailbox with IMAPClient as it comes, IMAPClient without its debug level, and imaplib. Prints a row a
way: mails a second (best of the rounds) and CPU milliseconds of ours a mail. Then listing, by FETCH and by SEARCH.
"""

from __future__ import annotations

import argparse
import imaplib
import ssl
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from imapclient import IMAPClient

from maild import config
from maild.domain.incoming.mail import RawMail
from maild.mailbox import ImapMailbox
from maild.mailbox.fetching import chunks, list_uids, sequence_set
from tests.servers.dovecot import Dovecot

ITEMS = ["FLAGS", "INTERNALDATE", "BODY.PEEK[]"]
Way = Callable[[Dovecot, str, int], int]


class SystemClock:
    """The real clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def trusting(server: Dovecot) -> ssl.SSLContext:
    """TLS as ours."""
    return ssl.create_default_context(cafile=server.ca_file)


def by_imapclient(server: Dovecot, user: str, count: int, *, debug: int | None = None) -> int:
    """IMAPClient.fetch in batches of 50; `debug` sets imaplib's level."""
    client = IMAPClient(server.host, server.imaps_port, ssl_context=trusting(server))
    if debug is not None:
        client._imap.debug = debug
    client.login(user, server.users[user])
    client.select_folder("INBOX")
    size = 0
    for part in chunks(range(1, count + 1), 50):
        size += sum(len(answer[b"BODY[]"]) for answer in client.fetch(part, ITEMS).values())
    client.logout()
    return size


def by_imapclient_quiet(server: Dovecot, user: str, count: int) -> int:
    """IMAPClient with debug = 0."""
    return by_imapclient(server, user, count, debug=0)


def by_imaplib(server: Dovecot, user: str, count: int) -> int:
    """imaplib's own literals: the floor."""
    client = imaplib.IMAP4_SSL(server.host, server.imaps_port, ssl_context=trusting(server))
    client.login(user, server.users[user])
    client.select("INBOX")
    size = 0
    for part in chunks(range(1, count + 1), 50):
        _, data = client.uid("FETCH", sequence_set(part), f"({' '.join(ITEMS)})")
        size += sum(len(piece[1]) for piece in data if isinstance(piece, tuple))
    client.logout()
    return size


def by_us(server: Dovecot, user: str, count: int) -> int:
    """ImapMailbox: listing, planning by size, fetching, reading dates and flags, comparing sizes."""
    box = ImapMailbox(settings(server, user), "INBOX", SystemClock())
    box.open()
    uids = box.uids(0)
    assert len(uids) == count
    size = sum(len(item.raw) for item in box.fetch(uids) if isinstance(item, RawMail))
    box.close()
    return size


def settings(server: Dovecot, user: str) -> config.Mailbox:
    """Ours."""
    return config.Mailbox(
        host=server.host,
        port=server.imaps_port,
        user=user,
        ca_file=server.ca_file,
        password=config.Secret(server.users[user]),
    )


WAYS: dict[str, Way] = {
    "IMAPClient as it comes": by_imapclient,
    "IMAPClient, debug = 0": by_imapclient_quiet,
    "imaplib": by_imaplib,
    "maild.mailbox": by_us,
}


def fetching(server: Dovecot, user: str, count: int, size: int, rounds: int) -> None:
    """A table for `count` mails of `size` bytes."""
    raw = b"From: ill@calis.example\r\nSubject: x\r\n\r\n" + (b"0123456789" * 7 + b"\r\n") * (size // 72)
    server.fill([raw] * count, user=user)
    by_us(server, user, count)  # Dovecot's caches
    print(f"\n{count} mails of {size} bytes              mails/s   ms CPU a mail")
    for name, way in WAYS.items():
        best = cpu = float("inf")
        for _ in range(rounds):
            wall, used = time.perf_counter(), time.process_time()
            assert way(server, user, count) == len(raw) * count
            best = min(best, time.perf_counter() - wall)
            cpu = min(cpu, time.process_time() - used)
        print(f"{name:<40}{count / best:>8.0f}{cpu / count * 1000:>12.3f}")


def listing(server: Dovecot, user: str, count: int) -> None:
    """All UIDs, and the one new one, by both ways."""
    server.fill([b"Subject: x\r\n\r\n"] * count, user=user)
    box = ImapMailbox(settings(server, user), "INBOX", SystemClock())
    box.open()
    session = box._session
    assert session is not None
    ways: dict[str, Callable[[int], list[int]]] = {
        "UID FETCH n:* (UID)": lambda after: list_uids(session, after, None),
        "UID SEARCH UID n:*": lambda after: list(session.client.search(f"UID {after + 1}:*")),
    }
    print(f"\nlisting a folder of {count}                  all ms      last ms")
    for name, way in ways.items():
        figures = []
        for after in (0, count - 1):
            best = float("inf")
            for _ in range(10):
                start = time.perf_counter()
                found = way(after)
                best = min(best, time.perf_counter() - start)
                assert len(found) == count - after
            figures.append(best * 1000)
        print(f"{name:<40}{figures[0]:>8.2f}{figures[1]:>12.2f}")
    box.close()


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with Dovecot({f"user{n}@lib.example": "secret" for n in range(3)}) as server:
        fetching(server, "user0@lib.example", 1000, 6_000, rounds)
        fetching(server, "user1@lib.example", 100, 200_000, rounds)
        listing(server, "user2@lib.example", 5000)


if __name__ == "__main__":
    main()
