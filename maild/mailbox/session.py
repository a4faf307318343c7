"""One connection to one server: TLS, login, ID, capabilities, folder names; and what its refusals mean."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from imapclient import imap_utf7

from maild import __version__, config
from maild.domain.errors import MaildError, NoFolder, Permanent, Temporary
from maild.domain.operation.bearer import NO_RIGHT, Shown, challenge_said, shown
from maild.mailbox.quirks import Quirks, is_temporary, recognise
from maild.mailbox.wire import SMALL_BUDGET, Client, OverBudget
from maild.ports.bearer import Bearer

BYTES_PER_SECOND = 64_000  # slower than this is as good as dead: bounds the deadline of a large fetch
LINES_PER_SECOND = 1_000  # the same for listings
UNTRUSTED = (
    "name the authority that signed it in mailbox.ca_file, or set mailbox.host to the name in the certificate; "
    "maild never reads mail over an unverified connection"
)
NO_TLS = frozenset(
    {
        "WRONG_VERSION_NUMBER",
        "UNSUPPORTED_PROTOCOL",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "DH_KEY_TOO_SMALL",
        "RECORD_LAYER_FAILURE",
    }
)
FOREIGN_SPEECH = "check mailbox.port and mailbox.security: tls is usually 993, starttls 143"


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
            remedy = f"create it by hand, or set another folder; the server said: {reply or 'OK'}"
            raise Permanent(f"{place(self.settings)}: the folder {name!r} cannot be created", remedy=remedy)
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
            raise Temporary(f"{place(self.settings)}: SELECT {name!r} answered without UIDVALIDITY")
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
            f"{place(self.settings)}: there is no folder {name!r}", remedy=f"mailbox.folders: it has {there}"
        )

    def _not_selected(self, name: str, actual: str, reply: str) -> MaildError:
        where = f"{place(self.settings)}: SELECT {name!r} refused: {reply}"
        if "unsafe login" in reply.lower():
            remedy = "allow IMAP clients in the account's web settings and use its authorisation code as password"
            return Permanent(where, remedy=remedy)
        if actual != "INBOX" and actual not in self.names(fresh=True):
            return self._missing(name)
        return Temporary(where) if is_temporary(reply, default=True) else Permanent(where)


# -- connecting -----------------------------------------------------------------------------------


def connect(settings: config.Mailbox, monotonic: Callable[[], float], bearer: Bearer | None = None) -> Session:
    """Connect, verify, log in, introduce ourselves. bearer: gives tokens, for login = "oauth".

    Raises Temporary or Permanent with where and remedy.
    """
    with translated(settings, "connecting"):
        tls = None if settings.security == "none" else tls_context(settings)
        client = Client(
            settings.host,
            settings.port,
            stall=settings.timeout_seconds,
            monotonic=monotonic,
            tls=tls if settings.security == "tls" else None,
        )
    try:
        if settings.security == "starttls":
            _starttls(client, settings, tls)
        if settings.login == "oauth":
            _login_by_token(client, settings, bearer)
        else:
            _login(client, settings)
        return _introduce(client, settings)
    except BaseException:
        client.wire.shutdown()
        raise


def tls_context(settings: config.Mailbox) -> ssl.SSLContext:
    """Certificate and host name are verified, always; TLS 1.2 at least.

    Raises Permanent where the CA file cannot be read.
    """
    try:
        context = ssl.create_default_context(cafile=settings.ca_file or None)
    except (OSError, ssl.SSLError) as error:
        what = f"mailbox.ca_file {settings.ca_file!r} cannot be read as certificates: {error}"
        raise Permanent(what, remedy="give a PEM file the daemon may read") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _starttls(client: Client, settings: config.Mailbox, tls: ssl.SSLContext | None) -> None:
    where = f"{place(settings)}: "
    if client.wire.state != "NONAUTH":  # PREAUTH in the clear would keep us there (RFC 9051 section 11.1)
        raise Permanent(where + "the server greets with PREAUTH before TLS", remedy="set mailbox.security = 'tls'")
    with translated(settings, "STARTTLS"):
        client.wire.limit(settings.timeout_seconds)
        if not client.has_capability("STARTTLS"):
            remedy = "set mailbox.security = 'tls' and the TLS port (993); maild does not fall back to plaintext"
            raise Permanent(where + "the server does not offer STARTTLS", remedy=remedy)
        try:
            client.starttls(tls)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            remedy = "set mailbox.security = 'tls' and the TLS port (993)"
            raise Permanent(where + f"the server refuses STARTTLS: {error}", remedy=remedy) from error


def _login(client: Client, settings: config.Mailbox) -> None:
    wire = client.wire
    if wire.state != "NONAUTH":
        return  # PREAUTH: already authenticated by other means, under TLS or by the operator's wish
    wire.limit(settings.timeout_seconds)
    with translated(settings, "logging in"):
        offered = {str(c).upper() for c in wire.capabilities}
        plain_sasl = "AUTH=PLAIN" in offered
        if "LOGINDISABLED" in offered and (settings.security == "none" or not plain_sasl):
            remedy = "set mailbox.security to tls or starttls" if settings.security == "none" else ""
            raise Permanent(f"{place(settings)}: the server takes no passwords here (LOGINDISABLED)", remedy=remedy)
        secret = settings.password.reveal()
        easy = (settings.user + secret).isascii() and (settings.user + secret).isprintable()
        try:
            if plain_sasl and ("LOGINDISABLED" in offered or not easy):
                client.plain_login(settings.user, secret)
            else:
                _plain_login(client, settings.user, secret)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise _login_refused(settings, str(error)) from None  # the cause could quote the password


def _login_by_token(client: Client, settings: config.Mailbox, bearer: Bearer | None) -> None:
    """AUTHENTICATE with a token; one that the server does not take is asked for anew, once."""
    wire, where = client.wire, place(settings)
    if bearer is None:
        raise Permanent(f"{where}: nobody gives tokens", remedy="set [oauth], or mailbox.login = 'password'")
    for last in (False, True):
        token = bearer.token(settings.user)
        wire.limit(settings.timeout_seconds)
        with translated(settings, "logging in"):
            offered = {str(c).upper().removeprefix("AUTH=") for c in wire.capabilities}
            how = shown(offered, settings.user, token, settings.host, settings.port)
            if how is None:
                remedy = "set mailbox.login = 'password', or ask the server's administrator"
                raise Permanent(f"{where}: the server offers neither OAUTHBEARER nor XOAUTH2", remedy=remedy)
            refusal = _authenticate(client, how)
        if refusal is None:
            return
        bearer.refused(settings.user, token)
        if last or is_temporary(refusal, default=False):
            raise _token_refused(settings, refusal)


def _authenticate(client: Client, how: Shown) -> str | None:
    """None where the server takes it, else what it says; never the token."""
    challenges: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        challenges.append(challenge)
        return how.first if len(challenges) == 1 else how.after_error

    try:
        client.wire.authenticate(how.mechanism, answer)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        return " ".join(filter(None, (str(error), challenge_said(challenges[-1]) if challenges else "")))
    return None


def _token_refused(settings: config.Mailbox, reply: str) -> MaildError:
    what = f"{place(settings)}: the token of {settings.user!r} is refused: {reply}"
    if is_temporary(reply, default=False):
        return Temporary(what)
    return Permanent(what, remedy=NO_RIGHT)


def _plain_login(client: Client, user: str, secret: str) -> None:
    """LOGIN (RFC 9051 section 6.2.3): quoted strings, or a literal for a password beyond ASCII."""
    wire = client.wire
    name = wire._quote(user)
    if secret.isascii() and secret.isprintable():
        kind, data = wire._simple_command("LOGIN", name.encode(), wire._quote(secret).encode())
    else:
        wire.literal = secret.encode()  # type: ignore[assignment]
        kind, data = wire._simple_command("LOGIN", name.encode())
    if kind != "OK":
        raise wire.error((data[-1] or b"").decode("utf-8", "replace"))
    wire.state = "AUTH"


def _login_refused(settings: config.Mailbox, reply: str) -> MaildError:
    what = f"{place(settings)}: login of {settings.user!r} refused: {reply}"
    if is_temporary(reply, default=False):
        return Temporary(what)
    remedy = "check mailbox.user and the password; many systems want a client-specific password (authorisation code)"
    return Permanent(what, remedy=remedy)


def _introduce(client: Client, settings: config.Mailbox) -> Session:
    """CAPABILITY as it is after login, ID (RFC 2971) before any SELECT, and which quirks apply."""
    wire = client.wire
    wire.limit(settings.timeout_seconds)
    with translated(settings, "asking for the capabilities"):
        capabilities = frozenset(c.decode("ascii", "replace").upper() for c in client._do_capabilites())
    quirks = recognise(settings.host, str(client.welcome), capabilities)
    session = Session(client=client, settings=settings, quirks=quirks, capabilities=capabilities)
    if "ID" in capabilities or quirks.id_always:
        with session.doing("sending ID"):
            session.server_id = _send_id(client)
        if not quirks.greetings:
            session.quirks = recognise(settings.host, f"{client.welcome!s} {session.server_id}", capabilities)
    return session


def _send_id(client: Client) -> str:
    # NetEase accepts this exact form only: quoted pairs, lower-case names, no NIL.
    pairs = f'("name" "maild" "version" "{__version__}" "vendor" "maild")'
    wire = client.wire
    try:
        kind, _ = wire._simple_command("ID", pairs)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        return ""  # BAD: it knows no ID, and does not insist then
    answer = wire.untagged_responses.get("ID") or [b""]
    return answer[-1].decode("utf-8", "replace") if kind == "OK" and isinstance(answer[-1], bytes) else ""


# -- errors ---------------------------------------------------------------------------------------


def place(settings: config.Mailbox) -> str:
    """'mailbox office (imap.example:993)': the where of every message."""
    return f"mailbox {settings.name} ({settings.host}:{settings.port})"


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
        text = f"{where}: the certificate is not trusted: {error.verify_message}"
        raise Permanent(text, remedy=UNTRUSTED) from error
    except ssl.SSLError as error:
        if error.reason in NO_TLS:
            raise Permanent(f"{where}: no usable TLS on this port: {error}", remedy=FOREIGN_SPEECH) from error
        raise Temporary(f"{where}: {error}") from error
    except TimeoutError as error:
        raise Temporary(f"{where}: no answer within the time limit ({error})") from error
    except OSError as error:
        raise Temporary(f"{where}: {error}") from error
    except imaplib.IMAP4.abort as error:
        raise Temporary(f"{where}: connection lost: {error}") from error
    except imaplib.IMAP4.error as error:
        reply = str(error)
        raise (Temporary if is_temporary(reply, default=True) else Permanent)(f"{where}: {reply}") from error
    except (ValueError, LookupError, AssertionError) as error:
        # imaplib and IMAPClient meet garbage with whatever their parsers stumble over
        raise Temporary(f"{where}: an answer that is not IMAP: {error!r}") from error


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
