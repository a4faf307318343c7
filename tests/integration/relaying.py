"""An office with a relay: its clock, its renderer, its notices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from maild.config import Office, Settings
from maild.courier import SmtpCourier
from maild.domain.errors import Permanent, TemplateFault
from maild.domain.money import Money
from maild.domain.outgoing.notice import Message, NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.notify.sending.recheck import Recheck
from maild.notify.sending.relay import Relay, RelayReport
from maild.store import FileBlobs, open_store
from maild.store.uow import Store, UnitOfWork
from tests.servers.schema import lay_out
from tests.servers.smtp import SmtpServer

ADDRESS = "li@patron.example"
NUMBER = "20261124001"


@dataclass
class SetClock:
    """A clock that a test moves."""

    moment: datetime = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    seconds: float = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, **delta: float) -> None:
        step = timedelta(**delta)
        self.moment += step
        self.seconds += step.total_seconds()


class PlainRenderer:
    """Writes kinds and facts as plain text: the relay's business is what goes out, not how it looks."""

    def render(self, parts: Sequence[Any], *, message_id: str, thread: Sequence[str], date: datetime) -> Message:
        request = parts[0].request
        if fault := request.data.get("fault"):
            raise {"template": TemplateFault, "permanent": Permanent, "key": KeyError}[str(fault)]("no such thing")
        kinds = ",".join(part.request.kind for part in parts)
        files = [f"{name}={data.decode()}" for part in parts for name, data in part.documents]
        lines = [
            "From: office@lib.example", f"To: {request.recipient}", f"Message-ID: {message_id}",
            f"References: {' '.join(thread)}", f"X-Kinds: {kinds}", f"X-Number: {request.number}", "", *files, "",
        ]  # fmt: skip
        return Message(
            message_id=message_id,
            sender="office@lib.example",
            recipients=(request.recipient,),
            raw="\r\n".join(lines).encode(),
        )


class StampSigner:
    """Puts a line on top, as a DKIM signer does."""

    def sign(self, raw: bytes) -> bytes:
        return b"X-Signed: yes\r\n" + raw


@dataclass
class Office_:
    """An office in small: store, blobs, clock, SMTP server, and relays made for it."""

    store: Store
    blobs: FileBlobs
    server: SmtpServer
    url: str
    clock: SetClock = field(default_factory=SetClock)

    def settings(self, **smtp: Any) -> Settings:
        usual = {"retry_base_seconds": 60.0, "connections": 2}
        return Settings(smtp=self.server.settings(**(usual | smtp)), office=Office(address="office@lib.example"))

    def run(
        self, rounds: int = 1, *, signer: Any = None, recheck: Recheck | None = None,
        on_sent: Callable[[UnitOfWork, OutboxEntry], None] | None = None,
        store: Store | None = None, lease_seconds: float = 180.0, **smtp: Any,
    ) -> list[RelayReport]:  # fmt: skip
        """Some rounds of one relay, the clock standing still."""

        async def work() -> list[RelayReport]:
            settings = self.settings(**smtp)
            courier = SmtpCourier(settings.smtp)
            relay = Relay(
                store or self.store, courier, PlainRenderer(), self.blobs, self.clock, settings, signer,
                dict.fromkeys(NoticeKind, on_sent) if on_sent else {}, recheck, chance=lambda: 0.0, lease_seconds=lease_seconds,
            )  # fmt: skip
            try:
                return [await relay.run_once() for _ in range(rounds)]
            finally:
                await courier.close()

        return asyncio.run(asyncio.wait_for(work(), 60))

    def add(self, *requests: NoticeRequest, state: OutboxState = OutboxState.WAITING) -> list[int]:
        with self.store.begin() as uow:
            return uow.outbox.add(requests, self.clock.now(), state=state)

    def row(self, entry_id: int) -> OutboxEntry:
        with self.store.read() as uow:
            entry = uow.outbox.get(entry_id)
        assert entry is not None
        return entry

    def transaction(self, number: str = NUMBER, **changes: Any) -> None:
        """Put the transaction into the store as it is now."""
        usual = Transaction(
            number=number,
            patron_id="p1",
            state=State.IN_PROCESS,
            payable=Money.of("12.00"),
            payment_state=PaymentState.DUE,
        )
        with self.store.begin() as uow:
            uow.transactions.upsert([replace(usual, **changes)], self.clock.now())

    def kinds(self) -> list[str]:
        """X-Kinds of the mails the server has, in order."""
        return [header(mail.raw, "X-Kinds") for mail in self.server.mails]

    def reviews(self) -> list[Any]:
        with self.store.read() as uow:
            return list(uow.reviews.find())


def header(raw: bytes, name: str) -> str:
    """A header's value, or ''."""
    wanted = name.encode() + b": "
    return next((line[len(wanted) :].decode() for line in raw.split(b"\r\n") if line.startswith(wanted)), "")


def notice(kind: NoticeKind = NoticeKind.QUERY_ANSWER, n: int = 0, **changes: Any) -> NoticeRequest:
    """A notice; without a number it stands alone."""
    usual = {"kind": kind, "subject": f"mail:{n}", "recipient": ADDRESS, "patron_id": "p1"}
    return NoticeRequest(**(usual | changes))


def about(kind: NoticeKind, **changes: Any) -> NoticeRequest:
    """A notice about THE transaction."""
    return notice(kind, **({"subject": NUMBER, "number": NUMBER} | changes))


@contextmanager
def an_office(folder: Path, **server: Any) -> Iterator[Office_]:
    url = lay_out(folder / "maild.db")
    store = open_store(url, message_id_domain="lib.example")
    with SmtpServer(**server) as smtp:
        office = Office_(store, FileBlobs(folder / "blobs"), smtp, url)
        patron = Patron(patron_id="p1", name="李明", emails=(PatronAddress(address=ADDRESS),))
        with store.begin() as uow:
            uow.patrons.upsert([patron], office.clock.now())
        office.transaction()
        yield office
    store.close()
