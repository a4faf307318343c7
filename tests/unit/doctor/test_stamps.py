"""What the doctor says of our receiving server's word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from maild.config import Settings
from maild.doctor.stamps import stamps
from maild.domain.requests.patron import Patron, PatronAddress
from tests.stories.world import world

MX = (
    "Received: from a.example (a.example [192.0.2.7]) by mx.lib.example with ESMTP; Tue, 24 Nov 2026 10:00:00 +0800\r\n"
)
WORD = "Authentication-Results: mx.lib.example; dmarc=pass header.from=a.example\r\n"


def told(folder: Path, heads: list[str], authserv_id: str = "mx.lib.example", name: str = "stamps") -> tuple[str, str]:
    """The check's level and what it says, after mails with these heads came from a patron."""
    settings = Settings()
    settings = replace(
        settings,
        authentication=replace(settings.authentication, authserv_id=authserv_id),
        store=replace(settings.store, url=f"sqlite:///{folder / 'stories.db'}"),
    )
    with world(folder) as office:
        office.settle_in([Patron(patron_id="p1", name="张三", emails=(PatronAddress(address="p@a.example"),))], [])
        for place, head in enumerate(heads):
            office.take(
                (head + f"From: p@a.example\r\nMessage-ID: <{place}@a.example>\r\n\r\n{place}\r\n").encode(),
                "p@a.example",
            )
        made: Any = SimpleNamespace(
            settings=settings,
            store=office.store,
            blobs=office.parts.blobs,
            read_settings=SimpleNamespace(hosts=("lib.example",)),
            lookup=replace(office.parts.lookup, own_address="office@lib.example"),
        )
        found = {check.name: check for check in stamps(made)}
    return found[name].level.value, found[name].detail


@pytest.mark.parametrize(
    ("heads", "status", "says"),
    [
        ([WORD + MX] * 30, "ok", "30 of the latest 30"),
        ([MX + WORD] * 30, "warning", "0 of the latest 30"),
        ([MX] * 10 + [WORD + MX] * 20, "warning", "20 of the latest 30"),
        ([MX] * 2 + [WORD + MX] * 28, "ok", "28 of the latest 30"),
        ([MX] * 3, "ok", "too few"),
    ],
)
def test_the_share_that_our_server_stamps(tmp_path: Path, heads: list[str], status: str, says: str) -> None:
    """Counted where it can be believed; a field below our own line is the sender's."""
    found = told(tmp_path, heads)
    assert found[0] == status
    assert says in found[1]


def test_without_a_name_nothing_is_measured(tmp_path: Path) -> None:
    """It is said, with what to set."""
    assert told(tmp_path, [], "")[0] == "warning"


@pytest.mark.parametrize(
    ("heads", "status", "says"),
    [
        (["To: office@lib.example\r\n"] * 30, "ok", "30 of the latest 30"),
        (["To: ill <OFFICE+fee@lib.example>, x@b.example\r\n"] * 30, "ok", "30 of the latest 30"),
        (["To: x@b.example\r\nCc: office@lib.example\r\n"] * 30, "ok", "30 of the latest 30"),
        (["To: old@lib.example\r\n"] * 10 + ["To: office@lib.example\r\n"] * 20, "warning", "20 of the latest 30"),
        (["To: old@lib.example\r\n"] * 3, "ok", "too few"),
    ],
)
def test_the_share_of_patrons_mails_that_is_addressed_to_us(
    tmp_path: Path, heads: list[str], status: str, says: str
) -> None:
    """An alias that nobody configured is found by what patrons write to."""
    found = told(tmp_path, heads, name="aliases")
    assert found[0] == status
    assert says in found[1]
