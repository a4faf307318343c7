"""The statistics page: what was counted stands on it, in both languages, and for programs."""

from __future__ import annotations

import re
import time
from collections import Counter
from datetime import date
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from maild.demo.past import PastKeeper, invented
from maild.domain.desk.statistics import Measure, Outcome
from maild.office.watch.year_kept import YearKeeper
from tests.console.world import NOW, World


@pytest.mark.parametrize(
    ("lang", "words"), [("zh-CN", ("自动处理率", "提供馆与满足率")), ("en", ("Settled without a person", "fill rate"))]
)
def test_every_plot_is_there(client: TestClient, lang: str, words: tuple[str, ...]) -> None:
    """Each figure is well-formed; nothing is inline that the policy forbids; no text is missing."""
    page = client.get("/statistics", headers={"accept-language": lang}).text
    assert all(word in page for word in words)
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) >= 13
    for one in figures:
        ET.fromstring(one)
    assert not re.search(r"\sstyle=|\son\w+=", page)
    assert "plots.css" in page


def test_the_page_says_what_the_database_holds(client: TestClient, office: World) -> None:
    """The mails of the office are counted when the page is looked at and nobody has counted."""
    answer = client.get("/statistics?days=30", headers={"accept-language": "en"})
    with office.services.store.read() as uow:
        mails = uow.census.mails(NOW.replace(year=2025), NOW.replace(year=2027))
        counted = uow.statistics.figures(Measure.MAILS, NOW.date().replace(day=1), NOW.date().replace(month=12))
    assert sum(one.count for one in counted) == mails.all > 20
    assert f'<dd class="num">{mails.all}</dd>' in answer.text
    assert {one.key for one in counted} <= set(Outcome)


def test_a_stray_length_is_refused(client: TestClient) -> None:
    """A page that cannot be made says so."""
    assert client.get("/statistics?days=0").status_code == 422
    assert client.get("/statistics?days=x").status_code == 422


def test_programs_get_the_same_figures(client: TestClient) -> None:
    """Each with its measure, day, key and count."""
    said = client.get("/api/v1/statistics?days=30").json()
    rows = said["figures"]
    assert {row["measure"] for row in rows} >= {"mails", "decided", "ages", "supply"}
    assert said["grain"] == "day"
    assert all(row["count"] > 0 for row in rows)


def test_years_begin_where_the_office_did(client: TestClient) -> None:
    """Of ten years that are asked for, months before the first figure are not drawn; but never less than a year is."""
    page = client.get("/statistics?days=3660", headers={"accept-language": "en"}).text
    figures = [ET.fromstring(one) for one in re.findall(r"<figure.*?</figure>", page, re.DOTALL)]
    months = [len(one.findall(".//tbody/tr")) for one in figures]
    assert months[0] == 13  # the volume: the month of a year ago, and those since
    assert max(months) < 60


def test_the_yearly_report_is_a_page_and_files(client: TestClient, office: World) -> None:
    """Page, API, CSV and workbook tell the requests of the year; a provider has its name, a past year its own page."""
    with office.services.store.read() as uow:
        requests = len(uow.transactions.find(limit=1000))
    page = client.get("/statistics/year", headers={"accept-language": "en"}).text
    for one in re.findall(r"<figure.*?</figure>", page, re.DOTALL):
        ET.fromstring(one)
    assert "National Library of China" in page
    assert "Reasons for unfilled requests" in page
    rows = client.get("/api/v1/statistics/year?year=2026").json()["rows"]
    assert rows[0] | {"count": requests, "section": "total"} == rows[0]
    assert [row["count"] for row in rows if row["section"] == "direction"] == [requests]
    text = client.get("/statistics/year.csv?year=2026", headers={"accept-language": "zh"})
    assert text.content.decode("utf-8-sig").splitlines()[2].startswith(f"总计,{requests},")
    assert "attachment" in text.headers["content-disposition"]
    assert client.get("/statistics/year.xlsx").content.startswith(b"PK")
    assert client.get("/api/v1/statistics/year?year=2019").json()["rows"][0]["section"] != "total"


@pytest.mark.parametrize("days", [30, 90, 365, 1095])
def test_the_demo_has_a_past(client: TestClient, office: World, days: int) -> None:
    """A year that was invented: every plot shows something, and no month of it is missing."""
    keeper = PastKeeper(office.services.store, office.services.clock, "Asia/Shanghai")
    office.services.__dict__["figures"] = keeper
    began = time.monotonic()
    page = client.get(f"/statistics?days={days}", headers={"accept-language": "en"}).text
    assert time.monotonic() - began < 30, "seconds, on a slow machine too"
    assert "Nothing in this period." not in page
    with office.services.store.read() as uow:
        months = {one.day for one in uow.statistics.figures(Measure.DELIVERED, date(2025, 12, 1), NOW.date())}
        mails = uow.statistics.figures(Measure.MAILS, date(2025, 11, 25), NOW.date())
    assert len(months) == 12
    assert len({one.day for one in mails}) > 300


def test_the_past_is_added_once(client: TestClient, office: World) -> None:
    """However often it is counted, on the first of a month as well: what came today beside what was invented before."""
    keeper = PastKeeper(office.services.store, office.services.clock, "Asia/Shanghai")
    seen = []
    for whole in (True, False, False, True):
        keeper.count(whole=whole, ever=whole)
        with office.services.store.read() as uow:
            seen.append({measure: list(uow.statistics.figures(measure, date.min, date.max)) for measure in Measure})
    assert seen[0] == seen[1] == seen[2] == seen[3]
    today = sum(one.count for one in seen[0][Measure.MAILS] if one.day == NOW.date())
    with office.services.store.read() as uow:
        assert today == uow.census.mails(NOW.replace(hour=0), NOW.replace(hour=23)).all
    zone = ZoneInfo("Asia/Shanghai")
    assert invented(date(2026, 12, 1), date(2026, 12, 1), zone) == {Measure.MAILS: [], Measure.HEARD: []}


def test_the_demo_tells_the_same_on_both_pages(client: TestClient, office: World) -> None:
    """Requests, providers and turnaround of the running year; a median is of all that is counted beside it."""
    services = office.services
    services.__dict__["figures"] = keeper = PastKeeper(
        services.store, services.clock, "Asia/Shanghai", lambda: services.naming
    )
    services.__dict__["years"] = YearKeeper(services.store, services.clock, keeper, lambda: services.naming)
    figures = client.get("/api/v1/statistics?days=329").json()["figures"]  # from 1 January to the day
    rows = client.get("/api/v1/statistics/year").json()["rows"]
    asked: Counter[str] = Counter()
    for one in figures:
        if one["measure"] == "supply":
            asked[one["key"]] += one["count"]
    assert {row["key"]: row["count"] for row in rows if row["section"] == "provider" and row["count"]} == asked
    assert asked["calis"] > 1000
    delivered = [one for one in figures if one["measure"] == "delivered" and one["key"] == "*"]
    assert all(one["median_seconds"] is not None for one in delivered)
    months = {row["key"]: row["median_seconds"] for row in rows if row["section"] == "month"}
    assert {one["day"][:7]: one["median_seconds"] for one in delivered} == months
    page = client.get("/statistics/year", headers={"accept-language": "en"}).text
    assert re.findall(r"\?year=(\d{4})\"", page) == ["2025", "2026", "2026", "2026"]
