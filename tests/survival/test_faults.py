"""Faults around a running daemon: each is told, nothing is lost, nothing doubled, and what waited is done when it is over.

A few here, since each costs seconds; all of them: `make survive ARGS=--faults`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.test_daemon_process import running, until
from tests.survival.faults import FAULTS, MAILS, face, over, small_office
from tests.survival.ledger import Ledger

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
CHOSEN = (
    "disk full, under database and mails", "the mails' folder turns read-only", "a folder that is read is deleted",
    "readers killed",
)  # fmt: skip


def test_faults_in_turn(tmp_path: Path) -> None:
    """In one office: each opens its trouble, which is called off; every mail is decided once, each notice has left once."""
    chosen = [fault for fault in FAULTS if fault.name in CHOSEN]
    assert len(chosen) == len(CHOSEN)
    with small_office(tmp_path) as place, running(place):
        until("ready", lambda: "event=ready" in place.log, 60, place)
        for number, fault in enumerate(chosen):
            faced = face(place, fault, number * MAILS)
            assert (faced.ledger.lost, faced.ledger.doubled, faced.ledger.in_doubt) == (0, 0, 0), fault.name
            assert faced.ledger.mails == MAILS <= faced.ledger.notices, fault.name  # a reminder may have come as well
        until("all troubles over", lambda: over(place.log, r"\w+"), 120, place)
        whole = Ledger.of(place, len(chosen) * MAILS)
    assert whole.faults == 0
