"""SmtpCourier: a small pool of kept connections, and the verdict on each mail."""

from __future__ import annotations

import asyncio
import re
import ssl

from maild.config import Smtp
from maild.courier.session import Broken, Refused, Session, Trouble, path, readable
from maild.courier.texts import SAY
from maild.domain.outgoing.notice import Message, SendResult, SendVerdict
from maild.domain.outgoing.reply import judge
from maild.ports.bearer import Bearer

IDLE_SECONDS = 30.0  # a connection unused for so long is closed: servers count and drop idle ones
# "Too much on this connection": 421 closing, 452 too many recipients or mails (RFC 5321 section 4.2.3).
RECONNECT = frozenset({0, 421, 452})


class SmtpCourier:
    """ports.Courier over SMTP. Belongs to one event loop.

    `trouble` names what is wrong with the server or the account ('' while all is well): mails then come
    back TEMPORARY, since they are not to blame.
    """

    def __init__(self, settings: Smtp, bearer: Bearer | None = None) -> None:
        """bearer: gives tokens, for login = "oauth"."""
        self._settings, self._bearer = settings, bearer
        self._slots = asyncio.Semaphore(settings.connections)
        self._idle: list[Session] = []
        self._tls: ssl.SSLContext | None = None
        self._reaper: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self.trouble = ""

    async def send(self, message: Message) -> SendResult:
        """Hand one message over. UNKNOWN: the connection broke after the final dot."""
        if fault := envelope_fault(message):
            return SendResult(verdict=SendVerdict.PERMANENT, reply=fault, stage="rcpt")
        async with self._slots:
            kept = self._take()
            result = await self._attempt(kept, message)
            stale = kept is not None and result.verdict is SendVerdict.TEMPORARY and result.code in RECONNECT
            return await self._attempt(None, message) if stale else result

    async def close(self) -> None:
        """Say goodbye on every connection that is not in use."""
        if self._reaper is not None:
            self._reaper.cancel()
        sessions, self._idle = self._idle, []
        await asyncio.gather(*(session.quit() for session in sessions), *self._closing)

    async def _attempt(self, session: Session | None, message: Message) -> SendResult:
        """Try once, on `session` or a new connection, and keep the connection where it is in step."""
        try:
            session = session or await Session.open(self._settings, await self._context(), self._bearer)
        except Trouble as trouble:
            self.trouble = trouble.reason
            return SendResult(
                verdict=SendVerdict.TEMPORARY, code=trouble.code, reply=trouble.reason, stage=trouble.stage
            )
        self.trouble = ""
        usable = False
        try:
            response = await session.transfer(message)
            usable = True
            return SendResult(
                verdict=SendVerdict.SENT,
                code=response.code,
                reply=f"{response.code} {readable(response.message)}",
            )
        except Refused as refused:
            usable = refused.code not in RECONNECT and await session.reset()
            return self._judged(refused)
        except Broken as broken:
            verdict = SendVerdict.UNKNOWN if broken.in_doubt else SendVerdict.TEMPORARY
            return SendResult(verdict=verdict, reply=broken.reason, stage=broken.stage)
        finally:
            self._give_back(session, usable=usable)

    def _judged(self, refused: Refused) -> SendResult:
        text = readable(refused.text)
        enhanced = re.match(r"[245]\.\d{1,3}\.\d{1,3}\b", text)
        judgement = judge(refused.code, enhanced[0] if enhanced else "", text)
        verdict = SendVerdict.PERMANENT if judgement.permanent else SendVerdict.TEMPORARY
        if refused.stage == "mail" and judgement.permanent:
            self.trouble = SAY("sender_refused", reply=f"{refused.code} {text}")
        return SendResult(verdict=verdict, code=refused.code, reply=f"{refused.code} {text}", stage=refused.stage)

    async def _context(self) -> ssl.SSLContext | None:
        if self._settings.security != "none" and self._tls is None:
            self._tls = await asyncio.to_thread(tls_context, self._settings)
        return self._tls

    def _take(self) -> Session | None:
        """The connection used last (the others may then grow old and be closed)."""
        while self._idle:
            session = self._idle.pop()
            if session.alive:
                return session
        return None

    def _give_back(self, session: Session, *, usable: bool) -> None:
        if not usable or not session.alive:
            session.abort()
        elif session.sent >= self._settings.messages_per_connection:
            self._dismiss(session)
        else:
            session.last_used = asyncio.get_running_loop().time()
            self._idle.append(session)
            if self._reaper is None:
                self._reaper = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._reap)

    def _dismiss(self, session: Session) -> None:
        """QUIT aside: the next mail need not wait for the goodbye."""
        task = asyncio.get_running_loop().create_task(session.quit())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _reap(self) -> None:
        self._reaper = None
        now = asyncio.get_running_loop().time()
        old = [session for session in self._idle if now - session.last_used >= IDLE_SECONDS]
        self._idle = [session for session in self._idle if session not in old]
        for session in old:
            self._dismiss(session)
        if self._idle:
            self._reaper = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._reap)


def tls_context(settings: Smtp) -> ssl.SSLContext:
    """A verifying context (TLS 1.2 or later). Raises Trouble if the CA file cannot be used."""
    try:
        context = ssl.create_default_context(cafile=settings.ca_file or None)
    except OSError as error:  # ssl.SSLError is one
        raise Trouble("connect", f"smtp.ca_file {settings.ca_file}: {error}", lasting=True) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def envelope_fault(message: Message) -> str:
    """Why this message can go to no server at all, or ''."""
    if not message.recipients:
        return SAY("no_recipient")
    for address in (message.sender, *message.recipients):
        try:
            path(address, utf8=not address.rpartition("@")[0].isascii())
        except ValueError as error:
            return SAY("address_unfit", why=error)
    return ""
