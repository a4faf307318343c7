"""The lowest layer: imaplib's protocol engine on a socket that keeps deadlines and budgets.

imaplib knows a time-out per recv only, so a server that drips bytes holds a client for ever; and it
believes any literal size. Here every read looks at one deadline for the whole command, and a literal that
exceeds the command's budget ends the connection before a byte of it is stored.
"""

from __future__ import annotations

import imaplib
import io
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from imapclient import IMAPClient

MAX_LINE = 1_000_000  # bytes of one response line; imaplib's own limit
SMALL_BUDGET = 4_000_000  # bytes of literals a command may return when it did not ask for mail
BUFFER = 64 * 1024
_FETCH = re.compile(rb"\* \d+ FETCH ", re.IGNORECASE)
_LITERAL = re.compile(rb"\{(\d{1,19})\}\r\n$")


class OverBudget(imaplib.IMAP4.abort):
    """The server announced a literal of `size` bytes, more than the command may return."""

    def __init__(self, size: int, budget: int) -> None:
        super().__init__(f"a literal of {size} bytes where {budget} were expected at most")
        self.size = size


class DeadlineReader(io.RawIOBase):
    """Raw reads from a socket, none of which outlives the deadline or waits longer than `stall`.

    With `waiting` False a read that would wait returns None instead (io's non-blocking convention).
    """

    def __init__(self, sock: socket.socket, stall: float, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self.sock = sock
        self.stall = stall
        self.monotonic = monotonic
        self.deadline = monotonic() + stall
        self.waiting = True
        self.ended = False

    def readable(self) -> bool:
        return True

    def remaining(self) -> float:
        """Seconds the next wait may take. Raises TimeoutError past the deadline."""
        left = self.deadline - self.monotonic()
        if left <= 0:
            raise TimeoutError("the command took too long")
        return min(left, self.stall)

    def readinto(self, buffer: Any) -> int | None:
        self.sock.settimeout(self.remaining() if self.waiting else 0.0)
        try:
            count = self.sock.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError):
            if self.waiting:
                raise
            return None
        self.ended = count == 0
        return count


class Wire(imaplib.IMAP4):
    """imaplib with our socket handling.

    exists  how many mails the selected folder has: follows EXISTS and EXPUNGE in the order they come
    news    EXISTS grew since somebody last set this to False
    """

    def __init__(
        self, host: str, port: int, *, stall: float, monotonic: Callable[[], float], tls: ssl.SSLContext | None
    ) -> None:
        self._stall = stall
        self._monotonic = monotonic
        self._tls = tls
        self.exists = 0
        self.news = False
        self.budget = SMALL_BUDGET
        self._idle_tag = b""
        self._unread: bytes | None = None
        super().__init__(host, port, stall)

    # -- imaplib's overridable methods ------------------------------------------------------------

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect, and shake hands if TLS starts with the first byte. Names are resolved by the system."""
        self.host, self.port = host, port
        sock = socket.create_connection((host, port), self._stall)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise
        self._attach(sock)

    def _attach(self, sock: socket.socket) -> None:
        self.sock = sock
        self.raw = DeadlineReader(sock, self._stall, self._monotonic)
        self.stream = io.BufferedReader(self.raw, BUFFER)

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes of a literal.

        Raises OverBudget before a literal that is too large, IMAP4.abort where the connection ends.
        """
        if size > self.budget:
            raise OverBudget(size, self.budget)
        self.budget -= size
        data = self.stream.read(size)
        if len(data) != size:
            raise self.abort("connection closed within a literal")
        return data

    def readline(self) -> bytes:
        """A line with its end. Raises IMAP4.abort for one that is too long."""
        if self._unread is not None:
            line, self._unread = self._unread, None
            return line
        line = self.stream.readline(MAX_LINE + 1)
        if len(line) > MAX_LINE:
            raise self.abort(f"a line of more than {MAX_LINE} bytes")
        return line

    def send(self, data: Any) -> None:
        """In pieces: a time-out is one piece's, and a large mail may take as long as its command's deadline lets it."""
        view = memoryview(data)
        for start in range(0, len(view), BUFFER):
            self.sock.settimeout(self.raw.remaining())
            self.sock.sendall(view[start : start + BUFFER])

    def shutdown(self) -> None:
        """Close the connection without a word; never raises."""
        with suppress(OSError, ValueError):
            self.sock.shutdown(socket.SHUT_RDWR)
        with suppress(OSError, ValueError):
            self.sock.close()

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> Any:
        """RFC 9051 section 6.2.1. Bytes sent ahead of the handshake are an attack: the connection ends.

        Raises IMAP4.error where it is refused, IMAP4.abort at injected data.
        """
        if ssl_context is None:
            raise self.error("no TLS context")
        kind, data = self._simple_command("STARTTLS")
        if kind != "OK":
            raise self.error(f"STARTTLS refused: {data[-1]!r}")
        if self.has_input():
            raise self.abort("data injected between STARTTLS and the handshake")
        self.sock.settimeout(self.raw.remaining())
        self._attach(ssl_context.wrap_socket(self.sock, server_hostname=self.host))
        self._tls_established = True
        self.untagged_responses = {}  # nothing said in the clear counts any more
        self._get_capabilities()
        return kind, data

    def _append_untagged(self, typ: str, dat: Any) -> None:
        if typ == "EXISTS":
            count = int(dat)
            self.news = self.news or count > self.exists
            self.exists = count
        elif typ == "EXPUNGE":
            self.exists -= 1
        else:
            super()._append_untagged(typ, dat)  # type: ignore[misc]
            return
        self.untagged_responses[typ] = [dat]

    # -- ours -------------------------------------------------------------------------------------

    def has_input(self) -> bool:
        """Whether bytes (or the end of the stream) can be read without waiting."""
        self.raw.waiting = False
        try:
            return bool(self.stream.peek(1)) or self.raw.ended
        finally:
            self.raw.waiting = True

    def limit(self, seconds: float, budget: int = SMALL_BUDGET) -> None:
        """Give what follows `seconds` in all, and `budget` bytes of literals."""
        self.raw.deadline = self._monotonic() + seconds
        self.budget = budget

    def forget(self) -> None:
        """Drop untagged responses that nobody asked for (but keep a BYE: it raises at the next command)."""
        self.untagged_responses = {k: v for k, v in self.untagged_responses.items() if k == "BYE"}

    def stream_uid_fetch(self, uids: str, items: str, take: Callable[[list[Any]], None]) -> tuple[str, str]:
        """UID FETCH, each untagged FETCH response handed to `take` as it arrives.

        A response is a list of bytes and (bytes, literal) pairs, as imaplib has it. Returns the tagged
        reply as (OK | NO | BAD, text).
        """
        self._check_bye()
        self.forget()
        tag = self._command("UID", "FETCH", uids, items)
        pending: dict[bytes, Any] = self.tagged_commands
        while pending[tag] is None:
            line = self.readline()
            if start := _FETCH.match(line):
                take(self._pieces(line[start.end() :]))
            else:
                self._unread = line
                self._get_response()
                self._check_bye()
        kind, data = pending.pop(tag)
        return str(kind), (data[-1] or b"").decode("utf-8", "replace")

    def _pieces(self, line: bytes) -> list[Any]:
        """The rest of a response whose first line is `line`; imaplib's general way costs four times as much."""
        pieces: list[Any] = []
        while literal := _LITERAL.search(line):
            pieces.append((line[:-2], self.read(int(literal[1]))))
            line = self.readline()
        if not line.endswith(b"\r\n"):
            raise self.abort("connection closed within a response")
        pieces.append(line[:-2])
        return pieces

    def idle(self) -> bool:
        """Start IDLE (RFC 2177); False if the server refuses. News may come before the '+'."""
        self._check_bye()
        self._idle_tag = self._command("IDLE")
        while self._get_response() is not None:
            self._check_bye()
            if self._idle_reply() is not None:
                return False
        return True

    def idle_read(self) -> None:
        """Take in one response that has begun to arrive. Raises IMAP4.abort where the server ended IDLE."""
        self._get_response()
        self._check_bye()
        if self._idle_reply() is not None:
            raise self.abort("the server ended IDLE by itself")

    def idle_done(self) -> None:
        """End IDLE and wait for the tagged reply."""
        self.send(b"DONE\r\n")
        while self._idle_reply() is None:
            self._get_response()
            self._check_bye()

    def _idle_reply(self) -> Any:
        commands: dict[bytes, Any] = self.tagged_commands
        if commands.get(self._idle_tag) is None:
            return None
        return commands.pop(self._idle_tag)


class Client(IMAPClient):  # type: ignore[misc]
    """IMAPClient on a Wire: its commands and parsers, our socket."""

    _imap: Wire

    def __init__(
        self, host: str, port: int, *, stall: float, monotonic: Callable[[], float], tls: ssl.SSLContext | None
    ) -> None:
        self._make: Callable[[], Wire] = partial(Wire, host, port, stall=stall, monotonic=monotonic, tls=tls)
        super().__init__(host, port, ssl=tls is not None, timeout=stall)
        self._imap.debug = 0  # IMAPClient leaves 5: every literal would go through repr()
        self.normalise_times = False

    def _create_IMAP4(self) -> Wire:  # noqa: N802 (IMAPClient's name)
        return self._make()

    @property
    def wire(self) -> Wire:
        """The engine below, for what IMAPClient has no words for."""
        return self._imap
