"""The whole path on PostgreSQL: several processors and relays on one database do each thing once."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maild.bootstrap import Services
from maild.config import Settings
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxEntry, OutboxState
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Patron, Transaction
from maild.notify.sending.plan import Claiming, make
from maild.notify.writing.timing import Timing
from maild.notify.writing.timing_policy import load_timing_policy
from maild.spine.process import Processor
from maild.store import migrate, open_store
from tests.servers.office import Office, office
from tests.servers.postgres import PostgresServer, postgres

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresServer]:
    """A PostgreSQL server for this file."""
    with postgres() as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, database: PostgresServer) -> Iterator[Office]:
    """A whole office on PostgreSQL."""
    with office(tmp_path, url=database.url(database.database())) as made:
        yield made


def test_several_hosts_do_each_thing_once(house: Office) -> None:
    """Four processors side by side, then two relays: one decision a mail, one notice a document, all delivered."""
    numbers = [f"20261120001{n:02d}" for n in (1, 2, 3, 10, 14, 16, 17, 18, 19, 20, 22, 23, 24, 25, 26)]
    house.imap.fill([house.shipped(n, index=i) for i, n in enumerate(numbers)])
    house.intake()
    processors = [Processor(replace(house.services.parts, owner=f"host-{i}")) for i in range(4)]
    threads = [threading.Thread(target=_drain, args=(p,)) for p in processors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for processor in processors:
        processor.close()
    with house.services.store.read() as uow:
        mails = uow.mails.find(limit=100)
        assert [len(uow.decisions.of_mail(mail.id)) for mail in mails] == [1] * len(numbers)
        notices = uow.outbox.find(limit=100)
    other = Services(house.services.settings, resolver=house.post)
    asyncio.run(_relay(house.services, other))
    other.close()
    seen = Counter(re.search(rb"(?im)^message-id:\s*(\S+)", mail.raw).group(1) for mail in house.smtp.mails)  # type: ignore[union-attr]
    assert set(seen.values()) == {1}
    assert len(seen) == len(notices)
    with house.services.store.read() as uow:
        states = {t.state for t in uow.transactions.get_many(numbers) if not t.payable}
    assert states == {State.DELIVERED}
    assert house.services.balance(ask_servers=True).even


def test_a_partner_that_another_relay_takes_meanwhile_is_left_to_it(database: PostgresServer) -> None:
    """Between reading what might join and reserving it, another relay claims it: it goes in one mail, not in two."""
    url = database.url(database.database())
    migrate.upgrade(url)
    store = open_store(url)
    now, taken = datetime(2026, 11, 24, 2, tzinfo=UTC), []
    kinds = (NoticeKind.DOCUMENT_DELIVERED, NoticeKind.PROOF_RECEIVED)
    with store.begin() as uow:
        main, partner = uow.outbox.add(
            [NoticeRequest(kind=kind, subject="N1", number="N1", recipient="li@patron.example") for kind in kinds], now
        )
        uow.outbox.mark(partner, OutboxState.WAITING, now=now, not_before=now + timedelta(seconds=30))

    def recheck(entry: OutboxEntry, transaction: Transaction | None, patron: Patron | None) -> None:
        if entry.id == partner and not taken:
            with store.begin() as other:
                taken.extend(other.outbox.claim(9, now + timedelta(seconds=31), 180.0, "another host"))

    settings = Settings(smtp=replace(Settings().smtp, merge_seconds=60.0, daily_budget=0))
    how = Claiming(settings=settings, owner="this host", lease_seconds=180.0, recheck=recheck,
                   timing=Timing.of(settings, load_timing_policy()))  # fmt: skip
    with store.begin() as uow:
        plan = make(uow, now, how)
        row = uow.outbox.get(partner)
    store.close()
    assert [entry.id for entry in taken] == [partner]
    assert [[part.id for part in parcel.parts] for parcel in plan.parcels] == [[main]]
    assert row is not None
    assert row.state is OutboxState.LEASED


def _drain(processor: Processor) -> None:
    while processor.run_once(3).total:
        pass


async def _relay(one: Services, two: Services) -> None:
    try:
        for _ in range(3):
            await asyncio.gather(one.relay.run_once(), two.relay.run_once())
    finally:
        await one.courier.close()
        await two.courier.close()
