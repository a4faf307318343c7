"""A small IMAP server in a thread that misbehaves on demand; by default it behaves like Coremail.

    with ScriptedImap(COREMAIL) as server:
        server.add(b"Subject: hello\r\n\r\n…")
        server.before("UID FETCH", drop)           # the next UID FETCH finds a closed connection
        server.after("UID COPY", drop)             # executed, but the reply never comes

An action is a callable taking (connection, tag); if it returns True the command is not executed (before),
or not replied to (after). What clients sent is in `server.log`, without passwords.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType

from tests.servers.scripted_session import Action, Connection, Folder, Gone, Hooks, Mail, Profile, hang_up

COREMAIL = Profile(
    greeting="OK Coremail System IMap Server Ready(scripted)",
    capabilities="IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS UIDPLUS X-CM-EXT-1",
    noop_tells=False,
)
NETEASE = replace(COREMAIL, greeting="OK Coremail System IMap Server Ready(163com[scripted])", id_required=True)
PLAIN = Profile(greeting="OK IMAP4rev1 ready", capabilities="IMAP4rev1 IDLE MOVE UIDPLUS NAMESPACE AUTH=PLAIN")
BARE = Profile(greeting="OK ready", capabilities="IMAP4rev1", keywords="", empty_range_is_bad=True)


def drop(connection: Connection, tag: str) -> bool:
    """Close the connection."""
    raise Gone


def says(text: str) -> Action:
    """Send one raw line, '{tag}' filled in, instead of executing the command."""

    def action(connection: Connection, tag: str) -> bool:
        connection.send(text.replace("{tag}", tag).encode() + b"\r\n")
        return True

    return action


def bye(connection: Connection, tag: str) -> bool:
    """BYE and the end."""
    connection.send(b"* BYE system shutting down\r\n")
    raise Gone


def stall(connection: Connection, tag: str) -> bool:
    """Say nothing more, but keep the connection."""
    connection.server.stopping.wait(30)
    raise Gone


def drip(connection: Connection, tag: str) -> bool:
    """A byte now and then, for ever: no single read ever times out."""
    while not connection.server.stopping.wait(0.05):
        connection.send(b"*")
    raise Gone


class ScriptedImap:
    """Listens on a free port of 127.0.0.1. One account: user 'office', password 'secret' unless set."""

    host = "localhost"

    def __init__(
        self,
        profile: Profile = COREMAIL,
        *,
        password: str = "secret",
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
    ) -> None:
        self.profile, self.user, self.password = profile, "office", password
        self.tls, self.starttls = tls, starttls
        self.folders: dict[str, Folder] = {"INBOX": Folder()}
        self.log: list[str] = []
        self.connections = 0
        self.stopping = threading.Event()
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self._before: Hooks = []
        self._after: Hooks = []
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> ScriptedImap:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(5)
        self.port = int(self._listener.getsockname()[1])
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stopping.set()
        with self.changed:
            self.changed.notify_all()
        for sock in (self._listener, *self._sockets):
            hang_up(sock)
        for thread in self._threads:
            thread.join(timeout=5)

    def add(self, *raws: bytes, folder: str = "INBOX", **facts: object) -> list[Mail]:
        """Put mails into a folder; idling clients are told."""
        with self.changed:
            added = [self.folders.setdefault(folder, Folder()).add(raw, **facts) for raw in raws]
            self.changed.notify_all()
        return added

    def before(self, command: str, action: Action, times: int = 1) -> None:
        """Act instead of the next `times` such commands. 'GREETING' and 'HANDSHAKE' are commands here."""
        self._before.append((command, action, [times]))

    def after(self, command: str, action: Action, times: int = 1) -> None:
        """Act after the next `times` such commands were executed, instead of their reply."""
        self._after.append((command, action, [times]))

    def sent(self, command: str) -> list[str]:
        """The lines of that command that clients sent."""
        return [line for line in self.log if line.startswith(command)]

    def act(self, hooks: Hooks, command: str) -> Action | None:
        for name, action, left in hooks:
            if name == command and left[0] > 0:
                left[0] -= 1
                return action
        return None

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                continue
            sock.settimeout(30)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.append(sock)
            self.connections += 1
            self._start(Connection(self, sock).serve)
