"""Faults around a running daemon: each is told, nothing is lost, nothing doubled, and what waited is done when it is over.

A few here, since each costs seconds; all of them: `make survive ARGS=--faults`.
"""

from __future__ import annotations

import shutil
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.e2e.test_daemon_process import running, until
from tests.survival.faults import FAULTS, MAILS, face, mount, over, small_office
from tests.survival.ledger import Ledger

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300), pytest.mark.long]
CHOSEN = (
    "disk full, under database and mails",
    "the mails' folder turns read-only",
    "a folder that is read is deleted",
    "readers killed",
)


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


def long_mail(n: int) -> bytes:
    """A megabyte of a stranger's."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "flood@stranger.example", "bot@lib.example", f"flood {n}"
    mail["Message-ID"] = f"<flood{n}@stranger.example>"
    mail.set_content("see the file")
    mail.add_attachment(bytes([n]) * 700_000, maintype="application", subtype="octet-stream", filename=f"{n}.bin")
    return bytes(mail)


def test_a_flood_leaves_a_small_disk_its_room(tmp_path: Path) -> None:
    """40 MB of a stranger's mail before a disk of 32 MB: most of it waits on the server, and staff are told whose; others'
    mail is answered. With a larger disk all of it comes.
    """
    flood = 40
    with small_office(tmp_path) as place:
        place.imap.fill(
            [*map(long_mail, range(flood)), *(place.office.shipped(f"2026113{n:06d}", index=n) for n in (0, 1))]
        )
        with running(place):
            until("told", lambda: "trouble opened" in place.log and "cause=room_short" in place.log, 60, place)
            until("others' mail", lambda: place.counts()["settled"] == MAILS, 60, place)
            until("notices", lambda: len(place.smtp.mails) >= MAILS, 60, place)
            assert shutil.disk_usage(place.folder / "disk").free > 20e6
            assert sum(place.counts().values()) < MAILS + 6
            assert "flood@stranger.example" in place.log
            assert "cause=disk_full" not in place.log
            mount("-o", "remount,size=900m", str(place.folder / "disk"))
            until("all of it", lambda: sum(place.counts().values()) == flood + MAILS, 120, place)
            until("over", lambda: over(place.log, "room_short"), 60, place)
    assert len(place.smtp.mails) >= MAILS
