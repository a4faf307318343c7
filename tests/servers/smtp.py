"""A real SMTP server on loopback whose faults can be scripted; it keeps the mails it took.

    with SmtpServer() as server:
        server.fault("rcpt", reply="450 4.2.0 Greylisted")          # once
        server.fault("dot", drop=True, keep=True, times=2)          # keeps the mail, then hangs up
        settings = server.settings(connections=1)

Stages: connect (greeting), ehlo, starttls, auth, mail, rcpt, data (before 354), content (after 354),
dot (after the final dot), rset, quit.
"""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
import tempfile
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from maild.config import Secret, Smtp
from tests.timing import patience

USER, PASSWORD = "bot@lib.example", "right-password"


@dataclass
class Fault:
    """What happens instead of the usual answer. `times`: how often, None for ever."""

    reply: str = ""
    drop: bool = False
    keep: bool = False
    delay: float = 0.0
    times: int | None = 1
    when: Callable[[str], bool] = lambda argument: True


@dataclass(frozen=True)
class Received:
    """A mail the server has taken (its client may or may not know)."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    options: tuple[str, ...]
    session: int


class _Handler:
    """aiosmtpd's hooks for EHLO and for the end of DATA."""

    def __init__(self, owner: SmtpServer) -> None:
        self.owner = owner

    async def handle_EHLO(
        self, server: _Scripted, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *["250-PIPELINING"] * self.owner.pipelining, responses[-1]]

    async def handle_DATA(self, server: _Scripted, session: Any, envelope: Any) -> str:
        fault = self.owner.next_fault("dot")
        if fault is None or fault.keep or not (fault.reply or fault.drop):  # only late: taken all the same
            self.owner.keep(server.number, envelope)
        if fault is not None and await server.suffer(fault):
            return fault.reply
        return "250 2.0.0 Ok: queued"


class _Scripted(SMTP):
    """aiosmtpd's protocol with a fault looked up before each command."""

    def __init__(self, owner: SmtpServer, **options: Any) -> None:
        super().__init__(_Handler(owner), **options)
        self.owner = owner
        self.number = 0
        self.greeted = False
        self.mails = 0

    async def suffer(self, fault: Fault) -> bool:
        """Live through a fault; True if its reply stands for the usual one."""
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop:
            self.transport.abort()
            await asyncio.sleep(3600)  # the handler is cancelled as the connection goes down
        return bool(fault.reply)

    async def push(self, status: str) -> None:
        if not self.greeted:
            self.greeted = True
            self.number = self.owner.next_session()
            status = await self._replaced("connect", status)
        if isinstance(status, str) and status.startswith("354"):
            status = await self._replaced("content", status)
        drip = self.owner.drip_seconds
        if not drip:
            await super().push(status)
        else:
            for octet in status.encode() + b"\r\n":
                self._writer.write(bytes([octet]))
                await self._writer.drain()
                await asyncio.sleep(drip)
        if isinstance(status, str) and status.startswith("421"):
            self.transport.close()

    async def _replaced(self, stage: str, usual: str) -> str:
        fault = self.owner.next_fault(stage)
        return fault.reply if fault is not None and await self.suffer(fault) else usual

    async def _command(self, stage: str, argument: str | None, usual: Callable[[Any], Any]) -> None:
        self.owner.commands.append((self.number, stage, argument or ""))
        fault = self.owner.next_fault(stage, argument or "")
        if fault is not None and await self.suffer(fault):
            await self.push(fault.reply)
        else:
            await usual(argument)

    async def smtp_EHLO(self, hostname: str) -> None:
        await self._command("ehlo", hostname, super().smtp_EHLO)

    async def smtp_STARTTLS(self, arg: str) -> None:
        await self._command("starttls", arg, super().smtp_STARTTLS)

    async def smtp_AUTH(self, arg: str) -> None:
        await self._command("auth", arg, super().smtp_AUTH)

    async def auth_XOAUTH2(self, _: Any, args: list[str]) -> AuthResult:
        """user=NAME^Aauth=Bearer TOKEN^A^A; an error is a challenge first, as Google and Microsoft do."""
        name, bearer = (await self._first(args)).split("\x01")[:2]
        return await self._by_token(name.removeprefix("user="), bearer)

    async def auth_OAUTHBEARER(self, _: Any, args: list[str]) -> AuthResult:
        """n,a=NAME,^Ahost=…^Aport=…^Aauth=Bearer TOKEN^A^A (RFC 7628)."""
        name, *_more, bearer = (await self._first(args)).rstrip("\x01").split("\x01")
        return await self._by_token(name.split(",")[1].removeprefix("a="), bearer)

    async def _first(self, args: list[str]) -> str:
        """With the command, or as the answer to an empty challenge."""
        said = b64decode(args[1]) if len(args) > 1 else await self.challenge_auth("")
        return said.decode() if isinstance(said, bytes) else ""

    async def _by_token(self, user: str, bearer: str) -> AuthResult:
        if user == USER and self.owner.holds(bearer.removeprefix("auth=Bearer ")):
            return AuthResult(success=True, auth_data=user)
        await self.challenge_auth('{"status":"401","schemes":"bearer"}')
        return AuthResult(success=False, handled=False)

    async def smtp_RSET(self, arg: str) -> None:
        await self._command("rset", arg, super().smtp_RSET)

    async def smtp_QUIT(self, arg: str) -> None:
        await self._command("quit", arg, super().smtp_QUIT)

    async def smtp_MAIL(self, arg: str | None) -> None:
        self.mails += 1
        if self.owner.mails_per_session and self.mails > self.owner.mails_per_session:
            await self.push("452 4.5.3 Too many messages in this session")
        else:
            await self._command("mail", arg, super().smtp_MAIL)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if self.owner.greylist and arg not in self.owner.greylisted:
            self.owner.greylisted.add(arg or "")
            await self.push("450 4.2.0 Greylisted, please try again in a few seconds")
        else:
            await self._command("rcpt", arg, super().smtp_RCPT)

    async def smtp_DATA(self, arg: str) -> None:
        await self._command("data", arg, super().smtp_DATA)


class _LongLines(_Scripted):
    """Takes answers as long as tokens are (RFC 4954 section 4: 12,288 octets); commands are no longer than before."""

    line_length_limit = 12_288


@dataclass
class SmtpServer:
    """`security` as in maild's settings; `auth` demands a login as USER with PASSWORD."""

    security: str = "none"
    auth: bool = False
    mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN")
    holds: Callable[[str], bool] = lambda token: False
    utf8: bool = False
    pipelining: bool = True
    size_limit: int = 33_554_432
    mails_per_session: int = 0
    greylist: bool = False
    drip_seconds: float = 0.0
    host: str = "127.0.0.1"
    certificate_host: str = "localhost"
    port: int = 0
    mails: list[Received] = field(default_factory=list)
    commands: list[tuple[int, str, str]] = field(default_factory=list)
    greylisted: set[str] = field(default_factory=set)
    sessions: int = 0
    _faults: dict[str, list[Fault]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, stage: str, **what: Any) -> None:
        """Script a fault for `stage`; faults of a stage are lived through in the order given."""
        with self._lock:
            self._faults.setdefault(stage, []).append(Fault(**what))

    def clear(self) -> None:
        """Be well again."""
        with self._lock:
            self._faults.clear()

    def next_fault(self, stage: str, argument: str = "") -> Fault | None:
        with self._lock:
            for fault in self._faults.get(stage, []):
                if fault.when(argument) and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None

    def next_session(self) -> int:
        with self._lock:
            self.sessions += 1
            return self.sessions

    def keep(self, session: int, envelope: Any) -> None:
        received = Received(
            sender=envelope.mail_from,
            recipients=tuple(envelope.rcpt_tos),
            raw=bytes(envelope.content),
            options=tuple(envelope.mail_options),
            session=session,
        )
        with self._lock:
            self.mails.append(received)

    def settings(self, **changes: Any) -> Smtp:
        """Settings for this server: armed, short time-outs, its certificate trusted."""
        login = {"user": USER, "password": Secret(PASSWORD)} if self.auth else {}
        usual: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "security": self.security,
            "ca_file": "" if self.security == "none" else str(self._folder / "cert.pem"),
            "timeout_seconds": 5.0,
            "armed": True,
        }
        return Smtp(**(usual | login | changes))

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Received]:
        """The mails, once there are `count`; fails after `seconds`, later on a machine that is busy."""
        began = time.monotonic()
        while len(self.mails) < count:
            assert time.monotonic() < began + patience(seconds), f"{len(self.mails)} of {count} mails came"
            time.sleep(0.005)
        return self.mails

    def _protocol(self) -> _Scripted:
        starttls = self.security == "starttls"
        kind = _Scripted if set(self.mechanisms) <= {"PLAIN", "LOGIN"} else _LongLines
        return kind(
            self,
            loop=self._loop,
            hostname="mx.lib.example",
            data_size_limit=self.size_limit,
            enable_SMTPUTF8=self.utf8,
            tls_context=self._tls if starttls else None,
            require_starttls=starttls,
            auth_required=self.auth,
            auth_require_tls=False,
            auth_exclude_mechanism=[
                m for m in ("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER") if m not in self.mechanisms
            ],
            authenticator=self._authenticate,
        )

    @staticmethod
    def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=data == right, handled=data == right)  # not handled: aiosmtpd answers 535

    def __enter__(self) -> SmtpServer:
        self._temporary = tempfile.TemporaryDirectory(prefix="smtp-")
        self._folder = Path(self._temporary.name)
        self._tls = None
        if self.security != "none":
            certificate(self._folder, self.certificate_host)
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(self._folder / "cert.pem", self._folder / "key.pem")
        self._loop = asyncio.new_event_loop()
        direct = self._tls if self.security == "tls" else None
        starting = self._loop.create_server(self._protocol, "127.0.0.1", self.port, ssl=direct)
        self._server = self._loop.run_until_complete(starting)
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        async def leave() -> None:
            self._server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(leave(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
        self._temporary.cleanup()


def certificate(folder: Path, host: str = "localhost") -> None:
    """Write a self-signed cert.pem and key.pem for `host` (and the loopback addresses) into `folder`."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
