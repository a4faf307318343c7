"""The way into a server: TLS, login by password or token, and what is said of oneself."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable

from maild import __version__, config
from maild.domain.errors import MaildError, Permanent, Temporary
from maild.domain.operation.bearer import NO_RIGHT, Shown, challenge_said, shown
from maild.mailbox.quirks import is_temporary, recognise
from maild.mailbox.session import Session, place, translated
from maild.mailbox.texts import SAY
from maild.mailbox.wire import Client
from maild.ports.bearer import Bearer


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
        what = SAY("ca_file_unreadable", file=repr(settings.ca_file), why=error)
        raise Permanent(what, remedy=SAY("give_pem")) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _starttls(client: Client, settings: config.Mailbox, tls: ssl.SSLContext | None) -> None:
    where = place(settings)
    if client.wire.state != "NONAUTH":  # PREAUTH in the clear would keep us there (RFC 9051 section 11.1)
        raise Permanent(SAY("preauth_before_tls", place=where), remedy=SAY("set_tls"))
    with translated(settings, "STARTTLS"):
        client.wire.limit(settings.timeout_seconds)
        if not client.has_capability("STARTTLS"):
            remedy = SAY("set_tls_and_port")
            raise Permanent(SAY("no_starttls", place=where), remedy=remedy)
        try:
            client.starttls(tls)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            remedy = SAY("set_tls_port")
            raise Permanent(SAY("starttls_refused", place=where, why=error), remedy=remedy) from error


def _login(client: Client, settings: config.Mailbox) -> None:
    wire = client.wire
    if wire.state != "NONAUTH":
        return  # PREAUTH: already authenticated by other means, under TLS or by the operator's wish
    wire.limit(settings.timeout_seconds)
    with translated(settings, "logging in"):
        offered = {str(c).upper() for c in wire.capabilities}
        plain_sasl = "AUTH=PLAIN" in offered
        if "LOGINDISABLED" in offered and (settings.security == "none" or not plain_sasl):
            remedy = SAY("set_security") if settings.security == "none" else ""
            raise Permanent(SAY("no_passwords_here", place=place(settings)), remedy=remedy)
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
        raise Permanent(SAY("nobody_gives_tokens", place=where), remedy=SAY("set_oauth_or_password"))
    for last in (False, True):
        token = bearer.token(settings.user)
        wire.limit(settings.timeout_seconds)
        with translated(settings, "logging in"):
            offered = {str(c).upper().removeprefix("AUTH=") for c in wire.capabilities}
            how = shown(offered, settings.user, token, settings.host, settings.port)
            if how is None:
                remedy = SAY("set_password_or_ask")
                raise Permanent(SAY("no_token_login", place=where), remedy=remedy)
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
    what = SAY("token_refused", place=place(settings), user=repr(settings.user), reply=reply)
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
    what = SAY("login_refused", place=place(settings), user=repr(settings.user), reply=reply)
    if is_temporary(reply, default=False):
        return Temporary(what)
    remedy = SAY("check_login")
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
