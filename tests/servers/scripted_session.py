"""One connection of the scripted IMAP server: what each command answers, and what a mail's fault does."""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.scripted_imap import ScriptedImap

DATE = "24-Nov-2026 10:00:00 +0800"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a server introduces itself and what it can do."""

    greeting: str
    capabilities: str
    id_required: bool = False  # SELECT answers "Unsafe Login" unless ID came in the quoted-pair form
    search_lies: bool = True
    uid_codes: bool = True  # nonsense COPYUID
    keywords: str = "\\*"
    drops_keywords: bool = False
    separator: str = "/"
    prefix: str = ""
    uidnext: bool = True
    empty_range_is_bad: bool = False
    noop_tells: bool = True


@dataclass(slots=True)
class Mail:
    """`fault`: '', 'nil', 'short', 'drip', 'refused', 'cut', 'quoted', 'differs'; `size` is what RFC822.SIZE claims."""

    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)
    date: str = DATE
    fault: str = ""
    size: int = -1

    @property
    def claimed(self) -> int:
        return self.size if self.size >= 0 else len(self.raw)


@dataclass(slots=True)
class Folder:
    uidvalidity: int = 7
    uidnext: int = 1
    mails: list[Mail] = field(default_factory=list)

    def add(self, raw: bytes, **facts: object) -> Mail:
        mail = Mail(self.uidnext, raw, **facts)  # type: ignore[arg-type]
        self.mails.append(mail)
        self.uidnext += 1
        return mail


class Gone(Exception):
    """The connection is over."""


def hang_up(sock: socket.socket) -> None:
    """Close for good, waking whoever reads."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()


Action = Callable[["Connection", str], bool]
Hooks = list[tuple[str, Action, list[int]]]


class Connection:
    """One client. Commands are methods named cmd_<word>."""

    def __init__(self, server: ScriptedImap, sock: socket.socket) -> None:
        self.server, self.sock, self.profile = server, sock, server.profile
        self.file = sock.makefile("rb")
        self.folder: Folder | None = None
        self.told = 0
        self.authenticated = self.identified = False
        self.reply = ""

    def send(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise Gone from error

    def line(self, text: str) -> None:
        self.send(text.encode() + b"\r\n")

    def serve(self) -> None:
        try:
            if self.server.tls:
                self._handshake(self.server.tls)
            if not self._acted(self.server._before, "GREETING", "*"):
                self.line(f"* {self.profile.greeting}")
            while True:
                self._command()
        except (Gone, OSError, ValueError):
            pass
        finally:
            self.file.close()
            hang_up(self.sock)

    def _handshake(self, context: ssl.SSLContext) -> None:
        self.file.close()
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.server._sockets.append(self.sock)
        self.file = self.sock.makefile("rb")

    def _acted(self, hooks: Hooks, command: str, tag: str) -> bool:
        action = self.server.act(hooks, command)
        return action is not None and action(self, tag)

    def _command(self) -> None:
        text, literals = self._read()
        tag, _, rest = text.partition(" ")
        words = rest.split(" ")
        name = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
        arguments = rest[len(name) :].strip()
        self.server.log.append(f"{name} …" if name in {"LOGIN", "AUTHENTICATE"} else f"{name} {arguments}".strip())
        if self._acted(self.server._before, name, tag):
            return
        method = getattr(self, "cmd_" + name.lower().replace(" ", "_"), None)
        known = method is not None and (self.authenticated or name in UNAUTHENTICATED)
        self.reply = "OK done"
        with self.server.lock:
            if not known:
                self.reply = "BAD unknown command or wrong state"
            elif name in {"LOGIN", "AUTHENTICATE", "STARTTLS", "IDLE"}:
                method(arguments, literals, tag)  # type: ignore[misc]
            else:
                method(arguments)  # type: ignore[misc]
        if self._acted(self.server._after, name, tag):
            return
        if self.reply:
            self.line(f"{tag} {self.reply}")

    def _read(self) -> tuple[str, list[str]]:
        text, literals = "", []
        while True:
            raw = self.file.readline(100_000)
            if not raw.endswith(b"\r\n"):
                raise Gone
            part = raw[:-2].decode("ascii")
            text += part
            match = re.search(r"\{(\d+)\}$", part)
            if not match:
                return text, literals
            self.line("+ go on")
            literals.append(self.file.read(int(match[1])).decode())

    # -- not authenticated ------------------------------------------------------------------------

    def cmd_capability(self, _: str) -> None:
        extra = " STARTTLS" if self.server.starttls and "STARTTLS" not in self.profile.capabilities else ""
        self.line(f"* CAPABILITY {self.profile.capabilities}{extra}")

    def cmd_starttls(self, _: str, literals: list[str], tag: str) -> None:
        if not self.server.starttls:
            self.reply = "NO not here"
            return
        self.line(f"{tag} OK begin")
        self.reply = ""
        self._handshake(self.server.starttls)

    def cmd_login(self, arguments: str, literals: list[str], tag: str) -> None:
        quoted = [re.sub(r"\\(.)", r"\1", part) for part in re.findall(r'"((?:[^"\\]|\\.)*)"', arguments)]
        self._check(*(quoted + literals)[:2])

    def cmd_authenticate(self, arguments: str, literals: list[str], tag: str) -> None:
        self.line("+")
        answer = base64.b64decode(self.file.readline()).decode()
        self._check(*answer.split("\0")[1:])

    def _check(self, user: str, password: str) -> None:
        self.authenticated = (user, password) == (self.server.user, self.server.password)
        if not self.authenticated:
            self.reply = "NO LOGIN Login error or password error"

    def cmd_id(self, arguments: str) -> None:
        pairs = re.fullmatch(r'\(("[^"]+" "[^"]+")( "[^"]+" "[^"]+")*\)', arguments)
        self.identified = self.authenticated and pairs is not None
        self.line('* ID ("name" "scripted")')

    def cmd_noop(self, _: str) -> None:
        if self.folder and self.profile.noop_tells and len(self.folder.mails) != self.told:
            self._exists()

    def cmd_logout(self, _: str) -> None:
        self.line("* BYE")
        raise Gone

    # -- folders ----------------------------------------------------------------------------------

    def cmd_namespace(self, _: str) -> None:
        self.line(f'* NAMESPACE (("{self.profile.prefix}" "{self.profile.separator}")) NIL NIL')

    def cmd_list(self, _: str) -> None:
        for name in self.server.folders:
            self.line(f'* LIST (\\HasNoChildren) "{self.profile.separator}" "{name}"')

    def cmd_create(self, arguments: str) -> None:
        name = arguments.strip('"')
        if self.profile.prefix and not name.startswith(self.profile.prefix):
            self.reply = "NO [CANNOT] outside the namespace"
        elif name in self.server.folders:
            self.reply = "NO [ALREADYEXISTS] there"
        else:
            self.server.folders[name] = Folder(uidvalidity=99)

    def cmd_subscribe(self, _: str) -> None:
        self.reply = "NO subscriptions are off"

    def cmd_select(self, arguments: str) -> None:
        if self.profile.id_required and not self.identified:
            self.reply = "NO SELECT Unsafe Login. Please contact kefu@provider.example for help"
            return
        self.folder = self.server.folders.get(arguments.strip('"'))
        if self.folder is None:
            self.reply = "NO SELECT folder does not exist"
            return
        self._exists()
        self.line(f"* OK [UIDVALIDITY {self.folder.uidvalidity}] UIDs valid")
        if self.profile.uidnext:
            self.line(f"* OK [UIDNEXT {self.folder.uidnext}] next")
        self.line("* FLAGS (\\Seen \\Deleted)")
        self.line(f"* OK [PERMANENTFLAGS (\\Seen \\Deleted {self.profile.keywords})] flags")
        self.reply = "OK [READ-WRITE] selected"

    def cmd_examine(self, arguments: str) -> None:
        self.cmd_select(arguments)
        self.reply = self.reply.replace("READ-WRITE", "READ-ONLY")

    def _exists(self) -> None:
        assert self.folder
        self.told = len(self.folder.mails)
        self.line(f"* {self.told} EXISTS")

    # -- mails ------------------------------------------------------------------------------------

    def _named(self, text: str, *, by_uid: bool) -> list[tuple[int, Mail]]:
        assert self.folder
        numbered = list(enumerate(self.folder.mails, start=1))
        if not numbered:
            return []
        last = numbered[-1][1].uid if by_uid else len(numbered)
        wanted: list[tuple[int, int]] = []
        for part in text.split(","):
            low, _, high = part.partition(":")
            ends = [last if end == "*" else int(end) for end in (low, high or low)]
            wanted.append((min(ends), max(ends)))
        return [(n, m) for n, m in numbered if any(a <= (m.uid if by_uid else n) <= b for a, b in wanted)]

    def cmd_search(self, _: str) -> None:
        self.line("* SEARCH" if self.profile.search_lies else "* SEARCH 1")

    cmd_uid_search = cmd_search

    def cmd_fetch(self, arguments: str) -> None:
        self._fetch(arguments, by_uid=False)

    def cmd_uid_fetch(self, arguments: str) -> None:
        self._fetch(arguments, by_uid=True)

    def _fetch(self, arguments: str, *, by_uid: bool) -> None:
        named, _, what = arguments.partition(" ")
        assert self.folder
        if not self.folder.mails and self.profile.empty_range_is_bad:
            self.reply = "BAD invalid messageset"
            return
        for number, mail in self._named(named, by_uid=by_uid):
            facts = [f"UID {mail.uid}"]
            if "RFC822.SIZE" in what:
                facts.append(f"RFC822.SIZE {mail.claimed}")
            if "FLAGS" in what:
                facts.append(f"FLAGS ({' '.join(sorted(mail.flags))})")
            if "INTERNALDATE" in what:
                facts.append(f'INTERNALDATE "{mail.date}"')
            head = f"* {number} FETCH ({' '.join(facts)}"
            if "BODY.PEEK[HEADER]" in what:
                self._literal(head + " BODY[HEADER]", mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
            elif "BODY.PEEK[]" in what:
                self._body(head, mail)
            else:
                self.line(head + ")")

    def _literal(self, head: str, data: bytes, announced: int | None = None) -> None:
        size = len(data) if announced is None else announced
        self.send(f"{head} {{{size}}}\r\n".encode() + data + b")\r\n")

    def _body(self, head: str, mail: Mail) -> None:
        head += " BODY[]"
        if mail.fault == "nil":
            self.line(head + " NIL)")
        elif mail.fault == "refused":
            self.reply = "NO FETCH cannot read it"
        elif mail.fault == "quoted":
            self.line(head + ' "' + mail.raw.decode().replace("\\", "\\\\").replace('"', '\\"') + '")')
        elif mail.fault == "short":
            self._literal(head, mail.raw, len(mail.raw) + 50)
        elif mail.fault == "cut":
            self.send(f"{head} {{{len(mail.raw)}}}\r\n".encode() + mail.raw[: len(mail.raw) // 2])
            raise Gone
        elif mail.fault == "drip":
            self.send(f"{head} {{{len(mail.raw)}}}\r\n".encode())
            for byte in mail.raw:
                self.send(bytes([byte]))
                if self.server.stopping.wait(0.05):
                    raise Gone
        elif mail.fault == "differs":
            self._literal(head, mail.raw + str(time.monotonic_ns()).encode())
        else:
            self._literal(head, mail.raw)

    def cmd_uid_store(self, arguments: str) -> None:
        named, _, flags = re.fullmatch(r"(\S+) (\+FLAGS(?:\.SILENT)?) \((.*)\)", arguments, re.I).groups()  # type: ignore[union-attr]
        for _number, mail in self._named(named, by_uid=True):
            kept = [f for f in flags.split() if f.startswith("\\") or not self.profile.drops_keywords]
            mail.flags.update(kept)

    def cmd_uid_copy(self, arguments: str) -> None:
        named, _, target = arguments.partition(" ")
        folder = self.server.folders.get(target.strip('"'))
        if folder is None:
            self.reply = "NO COPY folder not exist"
            return
        for _number, mail in self._named(named, by_uid=True):
            copy = folder.add(mail.raw, date=mail.date, size=mail.size)
            copy.flags = set(mail.flags)
        self.reply = "OK [COPYUID 0 0 4294967295] done" if self.profile.uid_codes else "OK done"

    def cmd_uid_move(self, arguments: str) -> None:
        if "MOVE" not in self.profile.capabilities.split():
            self.reply = "BAD command not support"
            return
        self.cmd_uid_copy(arguments)
        if self.reply.startswith("OK"):
            self._expunge([m for _, m in self._named(arguments.partition(" ")[0], by_uid=True)])

    def cmd_uid_expunge(self, arguments: str) -> None:
        if "UIDPLUS" not in self.profile.capabilities.split():
            self.reply = "BAD command not support"
            return
        self._expunge([m for _, m in self._named(arguments, by_uid=True) if "\\Deleted" in m.flags])

    def _expunge(self, mails: list[Mail]) -> None:
        assert self.folder
        for mail in mails:
            self.line(f"* {self.folder.mails.index(mail) + 1} EXPUNGE")
            self.folder.mails.remove(mail)
        self.told = len(self.folder.mails)

    def cmd_idle(self, _: str, literals: list[str], tag: str) -> None:
        if "IDLE" not in self.profile.capabilities.split():
            self.reply = "BAD command not support"
            return
        self.line("+ idling")
        done = threading.Event()
        # the reader must not hold the lock, so DONE is awaited in a thread of its own
        reader = threading.Thread(target=lambda: (self.file.readline(), done.set(), self._nudge()), daemon=True)
        reader.start()
        while not done.is_set() and not self.server.stopping.is_set():
            if self.folder and len(self.folder.mails) != self.told:
                self._exists()
            self.server.changed.wait(0.5)

    def _nudge(self) -> None:
        with self.server.changed:
            self.server.changed.notify_all()


UNAUTHENTICATED = {"CAPABILITY", "STARTTLS", "LOGIN", "AUTHENTICATE", "ID", "NOOP", "LOGOUT"}
