"""The law of what binds: each need by itself, and what clocks and delays may do without harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maild.domain.incoming.commitment import NEEDS, Binding, Need, Standing, against_news, against_wish
from maild.domain.incoming.trust import Seal

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)
NUMBER = "2026112400001"


def standing(**more: Any) -> Standing:
    """A mail to which nothing is lacking, but for what is said otherwise."""
    values: dict[str, Any] = {"now": NOW, "arrived": NOW, "seal": Seal(), "dated": NOW - MINUTE, "directed": True,
                              "named": frozenset({NUMBER})}  # fmt: skip
    return Standing(**{**values, **more})


def lacks(found: Standing) -> list[Need]:
    """What a consent lacks."""
    return [need for need, _ in against_wish(NEEDS[Binding.CONSENT], found, (NUMBER,), WEEK)]


@pytest.mark.parametrize(
    ("more", "need"),
    [
        ({"before": 7}, Need.FIRST),
        ({"directed": False}, Need.DIRECTED),
        ({"dated": None}, Need.FRESH),
        ({"dated": NOW - WEEK - MINUTE}, Need.FRESH),
        ({"dated": NOW + timedelta(hours=25)}, Need.FRESH),
        ({"answers": NOW + 10 * MINUTE}, Need.AFTER),
        ({"told": {NUMBER: NOW + 10 * MINUTE}}, Need.AFTER),
        ({"named": frozenset({"2026112400002"})}, Need.NAMED),
    ],
)
def test_each_need_by_itself(more: dict[str, Any], need: Need) -> None:
    """One thing is missing, and it alone is said."""
    assert lacks(standing()) == []
    assert lacks(standing(**more)) == [need]


@pytest.mark.parametrize(
    "more",
    [
        {"dated": NOW - WEEK},
        {"dated": NOW + timedelta(hours=12)},
        {"now": NOW + timedelta(days=90)},
        {"answers": NOW + 8 * MINUTE},
        {"told": {"another": NOW + WEEK}},
    ],
)
def test_clocks_and_delays_do_no_harm(more: dict[str, Any]) -> None:
    """A week under way, a zone too far ahead, read a season late, a clock eight minutes slow."""
    assert lacks(standing(**more)) == []


def test_every_binding_has_its_needs() -> None:
    """None is left out; what moves a request of itself has them all; nothing is known of an unchecked mail."""
    assert set(NEEDS) == set(Binding)
    for binding in (Binding.CONSENT, Binding.CANCELLATION, Binding.RENEWAL, Binding.OTHER):
        assert NEEDS[binding] == set(Need)
    unchecked = Standing(now=NOW, arrived=NOW)
    assert {Need.DIRECTED, Need.FRESH, Need.NAMED} <= set(lacks(unchecked))


@pytest.mark.parametrize(("more", "words"), [
    ({"before": 7}, "as mail 7"),
    ({"dated": NOW - timedelta(days=8)}, "8 days before it came (7 at most)"),
    ({"dated": NOW - timedelta(hours=2), "moved": {NUMBER: NOW - timedelta(hours=1)}}, f"before {NUMBER} last moved"),
    ({"elsewhere": {NUMBER: "上海图书馆"}}, "is with 上海图书馆 now"),
    ({"dated": None}, "covers no date"),
    ({"astray": "ill@other.example"}, "written to ill@other.example"),
])  # fmt: skip
def test_news_that_is_not_acted_on(more: dict[str, Any], words: str) -> None:
    """Had before, too long under way, overtaken, from another library, without a date, to another library."""
    ((_, reason),) = against_news(standing(**more), (NUMBER,), WEEK)
    assert words in reason


@pytest.mark.parametrize(
    "more",
    [
        {"directed": False, "named": frozenset()},
        {"moved": {NUMBER: NOW + 5 * MINUTE}},
        {"dated": NOW + timedelta(days=40)},
        {"moved": {"another": NOW + WEEK}, "elsewhere": {"another": "x"}},
    ],
)
def test_news_that_is(more: dict[str, Any]) -> None:
    """Providers write to patrons too, and their clocks differ; what happened to other requests is no matter."""
    assert list(against_news(standing(**more), (NUMBER,), WEEK)) == []
