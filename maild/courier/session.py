"""One SMTP connection (RFC 5321): opened under its TLS policy, logged in, and used for many mails.

Every step ends in one of three ways besides success, and the caller never has to guess which:
Trouble (the account or the server, not this mail), Refused (the server's answer to this mail),
Broken (no answer; `in_doubt` when the mail may have been taken all the same).
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Awaitable
from typing import TypeVar

import aiosmtplib
from aiosmtplib import SMTPResponse

from maild.config import Smtp
from maild.courier.pipelining import ask, listening
from maild.courier.texts import SAY
from maild.domain.errors import MaildError, Temporary
from maild.domain.operation.bearer import NO_RIGHT, Shown, shown
from maild.domain.outgoing.notice import Message
from maild.ports.bearer import Bearer

CHUNK = 128 * 1024  # bytes handed to the transport at once; larger mails are watched for progress
MECHANISMS = ("plain", "login")  # RFC 4616, and what Coremail and Exchange still speak
NEXT_MECHANISM = frozenset({502, 504, 534})  # "not this mechanism": no verdict on the password
QUIT_SECONDS = 2.0
COMMAND_LINE = 510  # RFC 5321 section 4.5.3.1.4, without CRLF
T = TypeVar("T")


class Trouble(Exception):
    """The server cannot be used at all now: unreachable, untrusted, or it refuses the login.

    `lasting`: waiting will not help, somebody has to change the configuration or the account.
    """

    def __init__(self, stage: str, reason: str, *, code: int = 0, lasting: bool = False, remedy: str = "") -> None:
        super().__init__(reason)
        self.stage, self.reason, self.code, self.lasting, self.remedy = stage, reason, code, lasting, remedy


class Refused(Exception):
    """The server answered this mail with a refusal; the connection is in step and may be reset."""

    def __init__(self, stage: str, code: int, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.stage, self.code, self.text = stage, code, text


class Broken(Exception):
    """The connection broke or fell silent. `in_doubt`: after the final dot, so the mail may be taken."""

    def __init__(self, stage: str, reason: str, *, in_doubt: bool = False) -> None:
        super().__init__(reason)
        self.stage, self.reason, self.in_doubt = stage, reason, in_doubt


def readable(text: str) -> str:
    """A reply's text on one line, at most 500 characters; Chinese servers also answer in GBK."""
    raw = text.encode("utf-8", "surrogateescape")
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        decoded = raw.decode("gb18030", "replace")
    return " ".join(decoded.split())[:500]


def path(address: str, *, utf8: bool) -> bytes:
    """An address as MAIL and RCPT want it, the domain as A-labels unless SMTPUTF8 is in use.

    Raises ValueError on what cannot be put into an envelope.
    """
    if not re.fullmatch(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+", address):
        raise ValueError(f"not a mail address: {address!r}")
    local, _, domain = address.rpartition("@")
    if utf8:
        return f"<{address}>".encode()
    return b"<" + local.encode("ascii") + b"@" + domain.encode("idna") + b">"


def dot_stuffed(raw: bytes) -> bytes:
    """The content as it travels (RFC 5321 section 4.5.2), ending in CRLF, without the final dot."""
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    stuffed = raw.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


class Session:
    """One connection; `sent` counts the mails it has carried."""

    def __init__(self, client: aiosmtplib.SMTP, timeout: float) -> None:
        self._client = client
        self._timeout = timeout
        self.sent = 0
        self.last_used = 0.0

    @classmethod
    async def open(cls, settings: Smtp, context: ssl.SSLContext | None, bearer: Bearer | None = None) -> Session:
        """Connect, secure and log in. Raises Trouble; never falls back to a weaker security."""
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            local_hostname=_own_name(),
            timeout=settings.timeout_seconds,
            use_tls=settings.security == "tls",
            start_tls=False,
            tls_context=context,
        )
        session = cls(client, settings.timeout_seconds)
        try:
            await _asking("connect", client.connect())
            if settings.security == "starttls":
                await session._secure()
            await _asking("connect", client.ehlo())
            if settings.login == "oauth":
                await session._login_by_token(settings, bearer)
            elif settings.user:
                await session._login(settings.user, settings.password.reveal())
        except BaseException:
            client.close()
            raise
        return session

    @property
    def alive(self) -> bool:
        """False once the connection is known to be closed."""
        return self._client.is_connected

    @property
    def extensions(self) -> dict[str, str]:
        """What EHLO announced: lower-cased keyword → parameters."""
        return self._client.esmtp_extensions

    async def _secure(self) -> None:
        await _asking("connect", self._client.ehlo())
        if not self._client.supports_extension("starttls"):
            raise Trouble("connect", SAY("no_starttls"), lasting=True)
        await _asking("connect", self._client.starttls())

    async def _login(self, user: str, password: str) -> None:
        offered = [name for name in MECHANISMS if name in self._client.server_auth_methods]
        if not offered:
            raise Trouble("login", SAY("no_login"), lasting=True)
        for name in offered:
            authenticate = self._client.auth_plain if name == "plain" else self._client.auth_login
            try:
                await _asking("login", authenticate(user, password))
            except Trouble as trouble:
                if trouble.code not in NEXT_MECHANISM or name == offered[-1]:
                    raise
            else:
                return

    async def _login_by_token(self, settings: Smtp, bearer: Bearer | None) -> None:
        """AUTH with a token; one that the server does not take is asked for anew, once."""
        if bearer is None:
            raise Trouble("login", SAY("nobody_gives_tokens"), lasting=True)
        user = settings.user
        for last in (False, True):
            try:
                token = await asyncio.to_thread(bearer.token, user)
            except MaildError as error:
                lasting = not isinstance(error, Temporary)
                raise Trouble("login", error.what, lasting=lasting, remedy=error.remedy) from error
            offered = {name.upper() for name in self._client.server_auth_methods}
            how = shown(offered, user, token, settings.host, settings.port)
            if how is None:
                raise Trouble("login", SAY("no_token_login"), lasting=True)
            try:
                return await _asking("login", self._show(how))
            except Trouble as trouble:
                await asyncio.to_thread(bearer.refused, user, token)
                if last or trouble.code != 535:
                    raise Trouble(
                        "login", trouble.reason, code=trouble.code, lasting=trouble.lasting, remedy=NO_RIGHT
                    ) from trouble

    async def _show(self, how: Shown) -> None:
        command, first = (b"AUTH", how.mechanism.encode()), b64encode(how.first)
        if len(b" ".join((*command, first))) < COMMAND_LINE:
            reply = await self._client.execute_command(*command, first)
        else:  # longer than a command may be: it is the answer to an empty challenge (RFC 4954 section 4)
            reply = await self._client.execute_command(*command)
            if reply.code == 334:
                reply = await self._client.execute_command(first)
        if reply.code == 334:  # an error's challenge: it ends with an answer (RFC 7628 section 3.2.3)
            reply = await self._client.execute_command(b64encode(how.after_error))
        if reply.code != 235:
            raise aiosmtplib.SMTPAuthenticationError(reply.code, reply.message)

    async def transfer(self, message: Message) -> SMTPResponse:
        """Send one mail to all its recipients, or to none of them. Raises Refused or Broken."""
        await self._envelope(message)
        response = await self._content(dot_stuffed(message.raw))
        if response.code // 100 != 2:
            raise Refused("data", response.code, response.message)
        self.sent += 1
        return response

    async def _envelope(self, message: Message) -> None:
        """MAIL, RCPT and DATA; in one write where the server takes that (RFC 2920). Raises Refused or Broken."""
        options = self._options(message)
        utf8 = b"SMTPUTF8" in options
        steps = [
            ("mail", (250,), (b"MAIL", b"FROM:" + path(message.sender, utf8=utf8), *options)),
            *(("rcpt", (250, 251, 252), (b"RCPT", b"TO:" + path(each, utf8=utf8))) for each in message.recipients),
            ("data", (354,), (b"DATA",)),
        ]
        if "pipelining" not in self.extensions:
            for stage, wanted, words in steps:
                await self._command(stage, wanted, *words)
            return
        try:
            replies = await ask(self._client, [b" ".join(words) for _, _, words in steps], self._timeout)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Broken("mail", _reason(error)) from error
        for (stage, wanted, _), reply in zip(steps, replies, strict=False):
            if reply.code not in wanted:
                if replies[-1].code == 354:
                    # Content is awaited, and a final dot would send an empty mail to whom the server accepted (RFC
                    # 2920 section 3.1): hanging up before it sends none.
                    self.abort()
                raise Refused(stage, reply.code, reply.message)

    async def refusal_of(self, sender: str) -> str:
        """What the server has against MAIL FROM this address, '' for nothing; no mail is begun (RFC 5321 4.1.1.5)."""
        try:
            await self._command("mail", (250,), b"MAIL", b"FROM:" + path(sender, utf8=False))
        except (Refused, Broken) as refused:
            return readable(str(refused))
        await self.reset()
        return ""

    def _options(self, message: Message) -> list[bytes]:
        """SIZE (RFC 1870) where offered; SMTPUTF8 (RFC 6531) only where a local part needs it."""
        options = [b"SIZE=%d" % len(message.raw)] if "size" in self.extensions else []
        local_parts = [address.rpartition("@")[0] for address in (message.sender, *message.recipients)]
        if not all(part.isascii() for part in local_parts):
            if "smtputf8" not in self.extensions:
                raise Refused("rcpt", 553, SAY("no_smtputf8"))
            options.append(b"SMTPUTF8")
        return options

    async def _command(self, stage: str, wanted: tuple[int, ...], *words: bytes) -> SMTPResponse:
        try:
            response = await self._client.execute_command(*words)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Broken(stage, _reason(error)) from error
        if response.code not in wanted:
            raise Refused(stage, response.code, response.message)
        return response

    async def _content(self, data: bytes) -> SMTPResponse:
        """Content, final dot, reply. A break before the dot cannot have delivered anything."""
        dotted = False
        try:
            # The reply is listened for before the first byte leaves: a server may refuse half-way and hang up.
            with listening(self._client, 1) as (transport, replies):
                if len(data) > CHUNK:
                    await self._pour(data, transport, replies.complete)
                    data = b""
                if not replies.complete.done():
                    dotted = True
                    transport.write(data + b".\r\n")
                async with asyncio.timeout(self._timeout):
                    await replies.complete
        except (aiosmtplib.SMTPException, OSError) as error:  # TimeoutError is an OSError
            raise Broken("data", _reason(error), in_doubt=dotted) from error
        if not dotted:
            self.abort()  # refused half-way: the rest of the content would be read as commands
        return replies.found[0]

    async def _pour(self, data: bytes, transport: asyncio.WriteTransport, reading: asyncio.Future[None]) -> None:
        """Write a large content, limited by time without progress rather than by time in all."""
        view = memoryview(data)
        clock = asyncio.get_running_loop().time
        for start in range(0, len(view), CHUNK):
            transport.write(view[start : start + CHUNK])
            left, deadline = transport.get_write_buffer_size(), clock() + self._timeout
            last = start + CHUNK >= len(view)
            while left > (0 if last else CHUNK) and not reading.done() and not transport.is_closing():
                if clock() > deadline:
                    raise TimeoutError
                await asyncio.sleep(0.005)
                if (now_left := transport.get_write_buffer_size()) < left:
                    left, deadline = now_left, clock() + self._timeout
            if reading.done():
                return

    async def reset(self) -> bool:
        """RSET: True if the connection may carry another mail."""
        if not self.alive:
            return False
        try:
            return (await self._client.execute_command(b"RSET")).code == 250
        except (aiosmtplib.SMTPException, OSError):
            return False

    async def quit(self) -> None:
        """Say QUIT, briefly, and close."""
        try:
            if self.alive:
                await self._client.execute_command(b"QUIT", timeout=min(QUIT_SECONDS, self._timeout))
        except (aiosmtplib.SMTPException, OSError):
            pass  # we are leaving anyway
        finally:
            self._client.close()

    def abort(self) -> None:
        """Close at once: the connection is not in step with the server any more."""
        self._client.close()


def _own_name() -> str:
    """The EHLO name: the host's own, without a DNS look-up (which can block for long)."""
    name = socket.gethostname().strip()
    return name if re.fullmatch(r"[A-Za-z0-9.-]+", name) else "localhost"


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return SAY("no_answer")
    return readable(str(error)) or type(error).__name__


async def _asking(stage: str, step: Awaitable[T]) -> T:
    """Await a step of opening; whatever goes wrong is Trouble, not a mail's fault."""
    try:
        return await step
    except aiosmtplib.SMTPResponseException as error:
        text = f"{error.code} {readable(error.message)}"
        raise Trouble(stage, text, code=max(error.code, 0), lasting=error.code >= 500) from error
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        certificate = _certificate_fault(error)
        if certificate is not None:
            raise Trouble(stage, SAY("untrusted", why=certificate), lasting=True) from error
        raise Trouble(stage, _reason(error)) from error


def _certificate_fault(error: BaseException | None) -> str | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__
    return None
