"""Killed at named points in turn, on real servers: nothing lost, nothing doubled, few in doubt, and it says which.

A few points here, since each costs a start of the daemon; all of them, and random moments: `make survive`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.domain.incoming.decision import Cause
from tests.e2e.test_daemon_process import site
from tests.survival.ledger import Ledger, kill_at, settle

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300), pytest.mark.long]
CONNECTIONS = 2
CHOSEN = (
    "intake: row not committed",
    "process: decided, not committed",
    "relay: begun, before MAIL",
    "relay: answered, before the mark",
    "relay: mark not committed",
)


def test_killed_at_named_points(tmp_path: Path) -> None:
    """Each kill finds work under way. What may have left is in doubt, one mail a connection at most, before staff."""
    with site(tmp_path, daemon="batch = 5") as place:
        delivered = 0
        for point in CHOSEN:
            numbers = range(101 + delivered, 103 + delivered)
            place.imap.fill([place.office.shipped(f"2026112000{n}", index=n) for n in numbers])
            delivered += len(numbers)
            assert kill_at(place, point, 1), f"it never came to {point!r}"
        settle(place, delivered)
        ledger = Ledger.of(place, delivered)
        with place.store() as store, store.read() as uow:
            items = uow.reviews.find(cause=Cause.IN_DOUBT)
    assert (ledger.mails, ledger.lost, ledger.doubled, ledger.faults) == (delivered, 0, 0, 0)
    assert 3 <= ledger.in_doubt <= CONNECTIONS * len(CHOSEN)
    assert len(items) == ledger.in_doubt
    assert ledger.arrived < ledger.in_doubt, "before MAIL nothing had left"
