"""The whole path on PostgreSQL: several processors and relays on one database do each thing once."""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maild.bootstrap import Services
from maild.domain.lifecycle import State
from maild.pipeline.process import Processor
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
