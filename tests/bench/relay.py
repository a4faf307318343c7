"""How many signed notices a second leave: the real store, renderer and signer, a fast sink in its own process.

    python -m tests.bench.relay [--notices N] [--connections N] [--plain] [--profile]

The first notices compile templates and statements: they are told apart, and what follows is the steady state.
`--plain` writes minimal mails in place of the templates: what is left is the relay's own cost.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from maild.config import Notices, Office, Settings, Smtp
from maild.courier import SmtpCourier
from maild.domain.money import Money
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.notify.sending.relay import Relay
from maild.store import FileBlobs, open_store
from maild.store.migrate import upgrade
from tests.servers.sink import sink


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def signer() -> Any:
    """RSA-2048, as an office would use."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    from maild.authenticate.signing import Signer

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Signer("lib.example", "maild", pem)


def renderer(plain: bool) -> Any:
    if plain:
        from tests.integration.relaying import PlainRenderer

        return PlainRenderer()
    from maild.notify.rendering.render import Renderer

    return Renderer(Office(address="office@lib.example"), Notices(), b"k" * 32)


FIRST = 100


class Told:
    """Tells rate and CPU of a stretch of sending."""

    def __init__(self) -> None:
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def tell(self, what: str, sent: int) -> None:
        seconds, cpu = time.perf_counter() - self._began, time.process_time() - self._cpu
        print(f"{what}: {sent} in {seconds:.2f} s: {sent / seconds:.0f}/s, {1000 * cpu / sent:.2f} ms CPU each")


async def send_all(relay: Relay, count: int) -> int:
    sent = rounds = 0
    while sent < count and rounds < count:
        report = await relay.run_once()
        sent += report.sent
        rounds += 1
    return sent


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--notices", type=int, default=2000)
    arguments.add_argument("--connections", type=int, default=2)
    arguments.add_argument("--plain", action="store_true")
    arguments.add_argument("--profile", action="store_true")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        url = f"sqlite:///{folder}/maild.db"
        upgrade(url)
        store, clock = open_store(url, message_id_domain="lib.example"), WallClock()
        fill(store, chosen.notices, clock.now())
        smtp = Smtp(host="127.0.0.1", port=port, security="none", armed=True, daily_budget=0,
                    connections=chosen.connections, messages_per_connection=1000)  # fmt: skip
        settings = Settings(smtp=smtp, office=Office(address="office@lib.example"))
        courier = SmtpCourier(smtp)
        relay = Relay(
            store, courier, renderer(chosen.plain), FileBlobs(Path(folder) / "blobs"), clock, settings, signer()
        )
        profile = cProfile.Profile() if chosen.profile else None

        async def run() -> None:
            whole = Told()
            try:
                first = await send_all(relay, min(FIRST, chosen.notices))
                steady = Told()
                if profile:
                    profile.enable()
                rest = await send_all(relay, chosen.notices - first) if chosen.notices > first else 0
                if profile:
                    profile.disable()
            finally:
                await courier.close()
            whole.tell("signed notices", first + rest)
            if rest:
                steady.tell(f"those after the first {first}", rest)

        asyncio.run(run())
        if profile:
            pstats.Stats(profile).sort_stats("tottime").print_stats(35)
        store.close()


def fill(store: Any, count: int, now: datetime) -> None:
    """Patrons, transactions and waiting notices, one each."""
    numbers = [f"20261124{n:06d}" for n in range(count)]
    with store.begin() as uow:
        uow.patrons.upsert(
            [
                Patron(patron_id=f"p{n}", name="李明", emails=(PatronAddress(address=f"p{n}@patron.example"),))
                for n in range(count)
            ],
            now,
        )
        uow.transactions.upsert(
            [
                Transaction(number=number, patron_id=f"p{n}", title="文献题名 A title", payable=Money.of("12.00"))
                for n, number in enumerate(numbers)
            ],
            now,
        )
        uow.outbox.add(
            [NoticeRequest(kind=NoticeKind.REQUEST_ACCEPTED, subject=number, number=number, patron_id=f"p{n}",
                           recipient=f"p{n}@patron.example") for n, number in enumerate(numbers)], now)  # fmt: skip


if __name__ == "__main__":
    main()
