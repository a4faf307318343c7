"""Adding a notice: what CONTRIBUTING shows is done here, word for word, in a copy of maild."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adding.laying import copied, run, tried

pytestmark = pytest.mark.integration

CAUSED = """
import sys
from datetime import UTC, datetime
from pathlib import Path

from maild.bootstrap import build
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.office.notices.announce import desk_closed
from maild.settings import load

services = build(load(Path("maild.toml")).settings)
services.prepare()  # which refuses a template that names what no notice holds
now = datetime(2026, 12, 1, tzinfo=UTC)
patron = Patron(patron_id="p1", name="林知夏", emails=(PatronAddress(address="lin@zju.edu.cn"),))
book = Transaction(number="2026112400017", patron_id="p1", title="Peatlands")
with services.store.begin() as uow:
    uow.patrons.upsert([patron], now)
    uow.transactions.upsert([book], now)
    for day in ("2026-12-24", "2026-12-24", "2026-12-25"):
        uow.outbox.add(desk_closed(book, patron, day, now), now)
services.close()
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """maild with the notice that is shown."""
    root = copied("Adding a notice", tmp_path_factory.mktemp("copy"))
    (root / "maild.toml").write_text('[store]\nurl = "sqlite:///office.db"\nblobs = "blobs"\n', "utf-8")
    return root


def test_it_is_written_in_both_languages(copy: Path) -> None:
    """As `maild notices preview` shows it, with the sample that is shown."""
    english = run(copy, "-m", "maild", "notices", "preview", "desk_closed", "--locale", "en")
    chinese = run(copy, "-m", "maild", "notices", "preview", "desk_closed", "--locale", "zh-CN")
    assert "Subject: The desk is closed on 24 December 2026" in english
    assert "please come on another day" in " ".join(english.split())
    assert "取书处2026年12月24日闭馆" in chinese


def test_what_causes_it_puts_it_into_the_outbox_once_a_day(copy: Path) -> None:
    """The same day told again is no second mail; `maild outbox list` has both days'."""
    run(copy, "-c", CAUSED)
    listed = run(copy, "-m", "maild", "--config", "maild.toml", "--json", "outbox", "list")
    rows = [json.loads(line) for line in listed.splitlines()]
    assert [(row["kind"], row["number"]) for row in rows] == [("desk_closed", "2026112400017")] * 2


def test_the_laws_of_notices_hold_of_it(copy: Path) -> None:
    """It has words in both languages, its class, and its row of what leaves beside a queue item."""
    laws = ("domain/test_words.py", "office/answers/test_risk.py", "office/notices/test_leaving.py")
    tried(copy, *(f"tests/unit/{law}" for law in laws))
