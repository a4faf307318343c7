"""Days and moments as patrons read them: a day is the same day everywhere, a moment is shown on the office's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from maild.config import Office
from maild.demo.office import transactions
from maild.domain.requests.lifecycle import Service, State
from maild.domain.requests.patron import Document, Transaction
from maild.notify.language.locales import Style
from maild.notify.writing.files import link_views
from maild.notify.writing.requests_table import rows
from maild.office.imports.import_values import day_of, moment
from maild.office.notices import announce

ZONES = ("Asia/Shanghai", "UTC", "America/Los_Angeles")


@pytest.mark.parametrize("zone", ZONES)
def test_a_local_day_is_told_as_that_day(zone: str) -> None:
    """What was imported as a day of the office comes back as that day: submitted, due, and the expiry of a link."""
    office = ZoneInfo(zone)
    loan = Transaction(number="1", patron_id="p", service=Service.LOAN, state=State.ON_LOAN,
                       submitted=moment("2026-11-20", office), due=day_of("2026-12-18"))  # fmt: skip
    link = Document(number="1", url="https://x.example/1", expires=date(2026, 12, 24))
    style = Style("en", office)
    (row,) = rows([announce.request_row(loan, (link,), released=True)], style)
    assert (row.submitted, row.due) == ("20 November 2026", "18 December 2026")
    (file,) = link_views([announce.link_data(link)], style)
    assert file.expires == style.date("2026-12-24")


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Asia/Shanghai", "2026年11月21日"), ("UTC", "2026年11月20日"), ("America/Los_Angeles", "2026年11月20日")],
)
def test_a_moment_is_shown_on_the_offices_clock(zone: str, day: str) -> None:
    """18:30 in UTC is the next morning in Hangzhou."""
    late = Transaction(number="1", patron_id="p", submitted=datetime(2026, 11, 20, 18, 30, tzinfo=UTC))
    (row,) = rows([announce.request_row(late, (), released=False)], Style("zh-CN", ZoneInfo(zone)))
    assert row.submitted == day


def test_the_demos_requests_bear_their_days() -> None:
    """Every request of the demo was submitted four days ago, as its office says it: at 18:30 in UTC it is the 25th there."""
    style = Style("zh-CN", ZoneInfo(Office().timezone))
    told = rows(
        [announce.request_row(t, (), released=False) for t in transactions(datetime(2026, 11, 24, 18, 30, tzinfo=UTC))],
        style,
    )
    assert {row.submitted for row in told} == {"2026年11月21日"}
