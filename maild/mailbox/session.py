"""One connection to one server: TLS, login, ID, capabilities, folder names; and what its refusals mean."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from imapclient import imap_utf7

from maild import config
from maild.domain.errors import MaildError, NoFolder, Permanent, Temporary
from maild.mailbox.quirks import Quirks, is_temporary
from maild.mailbox.texts import SAY
from maild.mailbox.wire import SMALL_BUDGET, Client, OverBudget

BYTES_PER_SECOND = 64_000  # slower than this is as good as dead: bounds the deadline of a large fetch
LINES_PER_SECOND = 1_000  # the same for listings
NO_TLS = frozenset(
    {
        "WRONG_VERSION_NUMBER",
        "UNSUPPORTED_PROTOCOL",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "DH_KEY_TOO_SMALL",
        "RECORD_LAYER_FAILURE",
    }
)


class TooMuch(Temporary):
    """The server sends more than was asked for; the connection is of no further use. `size`: bytes it announced."""

    def __init__(self, what: str, *, size: int) -> None:
        super().__init__(what)
        self.size = size


@dataclass(slots=True, kw_only=True)
class Session:
    """A logged-in connection. `folder` is the selected one as the server names it, '' if none."""

    client: Client
    settings: config.Mailbox
    quirks: Quirks
    capabilities: frozenset[str]
    server_id: str = ""
    folder: str = ""
    uidvalidity: int = 0
    uidnext: int = 0
    permanent_flags: frozenset[str] = frozenset()
    read_only: bool = False
    idle_refused: bool = False
    _names: dict[str, str] | None = None

    @property
    def idle(self) -> bool:
        """Whether to wait by IDLE here (RFC 2177)."""
        wanted = self.settings.watch == "auto" and self.quirks.idle and not self.idle_refused
        return wanted and "IDLE" in self.capabilities

    @property
    def move(self) -> bool:
        """Whether to file by MOVE (RFC 6851)."""
        return self.quirks.move and bool(self.capabilities & {"MOVE", "IMAP4REV2"})

    @property
    def uidplus(self) -> bool:
        """Whether UID EXPUNGE can be used (RFC 4315); nothing else of UIDPLUS is believed."""
        return bool(self.capabilities & {"UIDPLUS", "IMAP4REV2"})

    def close(self) -> None:
        """Hang up without a word: any pending answer is not worth waiting for."""
        self.client.wire.shutdown()

    @contextmanager
    def doing(self, what: str, *, nbytes: int = 0, lines: int = 0, budget: int = SMALL_BUDGET) -> Iterator[None]:
        """Bound what happens inside by time and bytes, and name its failures. A broken connection: Temporary."""
        wire = self.client.wire
        seconds = self.settings.timeout_seconds + nbytes / BYTES_PER_SECOND + lines / LINES_PER_SECOND
        wire.limit(seconds, budget)
        with translated(self.settings, what):
            wire._check_bye()
            wire.forget()
            yield

    # -- folders ----------------------------------------------------------------------------------

    def names(self, *, fresh: bool = False) -> dict[str, str]:
        """All folders: name as the server has it → hierarchy separator ('' where there is none)."""
        if self._names is None or fresh:
            with self.doing("listing the folders"):
                self.client.folder_encode = False  # names come as bytes: one broken name must not hide the others
                try:
                    found = self.client.list_folders()
                finally:
                    self.client.folder_encode = True
            self._names = {
                _decoded(name): (separator or b"").decode("ascii", "replace") for _, separator, name in found
            }
        return self._names

    def resolve(self, name: str) -> tuple[str, bool]:
        """(the server's name for a configured folder, whether it exists).

        '/' in the settings stands for the server's separator; a personal namespace prefix such as
        'INBOX.' (RFC 2342) is put in front where the server wants one.
        """
        if name.upper() == "INBOX":
            return "INBOX", True
        names = self.names()
        separator, prefix = self._namespace(names)
        local = name.replace("/", separator) if separator else name
        for candidate in (name, local, prefix + local):
            if candidate in names:
                return candidate, True
        return (local if local.startswith(prefix) else prefix + local), False

    def _namespace(self, names: dict[str, str]) -> tuple[str, str]:
        separator = next((s for s in names.values() if s), "/")
        if "NAMESPACE" not in self.capabilities:
            return separator, ""
        with self.doing("asking for the namespaces"):
            personal = self.client.namespace().personal
        if not personal:
            return separator, ""
        prefix, own = personal[0]
        return str(own or separator), str(prefix)

    def create(self, name: str) -> None:
        """Create and subscribe a folder. Raises Permanent if the server will not."""
        with self.doing(f"creating the folder {name!r}"):
            reply = ""
            try:
                self.client.create_folder(name)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                reply = str(error)
        if name not in self.names(fresh=True):
            remedy = SAY("create_by_hand", reply=reply or "OK")
            raise Permanent(SAY("folder_not_created", place=place(self.settings), folder=repr(name)), remedy=remedy)
        with self.doing(f"subscribing to {name!r}"):
            try:
                self.client.subscribe_folder(name)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                pass  # a courtesy to people's mail programs only

    def select(self, name: str) -> None:
        """SELECT a folder of the settings (RFC 9051 section 6.3.2). Raises Permanent where it is missing."""
        actual, there = self.resolve(name)
        if not there:
            raise self._missing(name)
        self.folder = ""
        with self.doing(f"selecting {name!r}"):
            self.client.wire.exists = 0
            try:
                answer = self._opened(actual)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise self._not_selected(name, actual, str(error)) from error
        if b"UIDVALIDITY" not in answer:
            raise Temporary(SAY("no_validity", place=place(self.settings), folder=repr(name)))
        self.folder = actual
        self.client.wire.news = False
        self.uidvalidity = int(answer[b"UIDVALIDITY"])
        self.uidnext = int(answer.get(b"UIDNEXT", 0))
        self.read_only = b"READ-ONLY" in answer
        self.permanent_flags = frozenset(
            flag.decode("ascii", "replace").lower() for flag in answer.get(b"PERMANENTFLAGS", (b"\\*",))
        )

    def _opened(self, actual: str) -> Mapping[bytes, Any]:
        """A folder to which the account has not all rights (RFC 4314) is opened as one that may only be read."""
        try:
            answer: Mapping[bytes, Any] = self.client.select_folder(actual)
        except imaplib.IMAP4.readonly:
            answer = {**self.client.select_folder(actual, readonly=True), b"READ-ONLY": True}
        return answer

    def _missing(self, name: str) -> NoFolder:
        there = ", ".join(sorted(self.names())[:20])
        return NoFolder(
            SAY("no_folder", place=place(self.settings), folder=repr(name)), remedy=SAY("folders_there", names=there)
        )

    def _not_selected(self, name: str, actual: str, reply: str) -> MaildError:
        where = SAY("select_refused", place=place(self.settings), folder=repr(name), reply=reply)
        if "unsafe login" in reply.lower():
            remedy = SAY("allow_imap")
            return Permanent(where, remedy=remedy)
        if actual != "INBOX" and actual not in self.names(fresh=True):
            return self._missing(name)
        return Temporary(where) if is_temporary(reply, default=True) else Permanent(where)


# -- connecting -----------------------------------------------------------------------------------


# -- errors ---------------------------------------------------------------------------------------


def place(settings: config.Mailbox) -> str:
    """'mailbox office (imap.example:993)': the where of every message."""
    return SAY("place", name=settings.name, host=settings.host, port=settings.port)


@contextmanager
def translated(settings: config.Mailbox, what: str) -> Iterator[None]:
    """Everything that network and server can do to us, raised as Temporary or Permanent."""
    where = f"{place(settings)}: {what}"
    try:
        yield
    except MaildError:
        raise
    except OverBudget as error:
        raise TooMuch(f"{where}: {error}", size=error.size) from error
    except ssl.SSLCertVerificationError as error:
        text = SAY("untrusted", place=where, why=error.verify_message)
        raise Permanent(text, remedy=SAY("name_authority")) from error
    except ssl.SSLError as error:
        if error.reason in NO_TLS:
            raise Permanent(SAY("no_usable_tls", place=where, why=error), remedy=SAY("check_port")) from error
        raise Temporary(f"{where}: {error}") from error
    except TimeoutError as error:
        raise Temporary(SAY("no_answer", place=where, why=error)) from error
    except OSError as error:
        raise Temporary(f"{where}: {error}") from error
    except imaplib.IMAP4.abort as error:
        raise Temporary(SAY("connection_lost", place=where, why=error)) from error
    except imaplib.IMAP4.error as error:
        reply = str(error)
        raise (Temporary if is_temporary(reply, default=True) else Permanent)(f"{where}: {reply}") from error
    except (ValueError, LookupError, AssertionError) as error:
        # imaplib and IMAPClient meet garbage with whatever their parsers stumble over
        raise Temporary(SAY("no_imap", place=where, why=repr(error))) from error


# -- small grammar --------------------------------------------------------------------------------


def _decoded(name: bytes | str) -> str:
    """A folder name from modified UTF-7 (RFC 9051 appendix A.1); as it is where it is not that."""
    if isinstance(name, str):
        return name
    try:
        return str(imap_utf7.decode(name))
    except ValueError:
        return name.decode("utf-8", "replace")


_ATOM_SPECIALS = re.compile(r'[(){\s%*"\\\]\x00-\x1f\x7f]')


def keyword(target: str) -> str:
    """A keyword (RFC 9051 flag-keyword, an atom) for a configured name: modified UTF-7, specials as '_'."""
    return _ATOM_SPECIALS.sub("_", imap_utf7.encode(target).decode("ascii"))
