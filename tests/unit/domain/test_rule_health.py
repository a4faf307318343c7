"""Whether a rule takes less than it did, or is corrected more: told of shares, never of a quiet month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from maild.domain.desk.statistics import Fate, RuleWeek
from maild.domain.learning.drift import DriftPolicy, Tally
from maild.domain.learning.rule_health import WEEKS, RuleHealth, RuleKey, examine, first_monday, recent_since

TODAY = date(2026, 11, 25)
FIRST = first_monday(TODAY)
KEYS = (
    RuleKey(name="30-a", party="provider", provider="calis"),
    RuleKey(name="31-b", party="provider", provider="calis"),
    RuleKey(name="80-p", party="patron"),
    RuleKey(name="81-q", party="patron"),
)


def _weeks(rule: str, counts: list[int], fate: Fate = Fate.HELD) -> list[RuleWeek]:
    """Mails by week, the last of them this one."""
    found = []
    for place, count in enumerate(counts, WEEKS - len(counts)):
        monday = FIRST + timedelta(weeks=place)
        recent = tuple(count if monday >= since else 0 for since in recent_since(TODAY))
        if count:
            found.append(RuleWeek(rule=rule, fate=fate, monday=monday, count=count, recent=recent, last=monday))
    return found


def _tallies(rule: str, counts: list[int]) -> list[Tally]:
    days = [(FIRST + timedelta(weeks=WEEKS - len(counts) + n)).isoformat() for n in range(len(counts))]
    return [
        Tally(day=day, provider="calis", rule=rule, kind="", mails=n) for day, n in zip(days, counts, strict=True) if n
    ]


def _examined(weeks: list[RuleWeek], tallies: list[Tally] = []) -> dict[str, RuleHealth]:  # noqa: B006
    return examine(KEYS, weeks, tallies, DriftPolicy(), TODAY)


def test_figures_of_a_rule() -> None:
    """Recent mails, the share of all, what was corrected, how precise that makes it, when the last one came."""
    weeks = _weeks("80-p", [4] * 26) + _weeks("80-p", [1] * 4, Fate.DISMISSED) + _weeks("", [5] * 2)
    found = _examined(weeks)
    rule = found["80-p"]
    assert rule.recent == (5, 20, 56)  # weeks that begin within the span
    assert rule.share == pytest.approx(20 / 30)
    assert (rule.corrected, rule.wrong) == ({Fate.DISMISSED: 4}, 4)
    assert rule.precision == pytest.approx(1 - 4 / 56)
    assert rule.last == FIRST + timedelta(weeks=WEEKS - 1)
    assert rule.weeks == (4,) * 22 + (5,) * 4
    assert rule.by_week[-1] == (4, 0, 1)
    assert found[""].recent[1] == 10
    assert found["81-q"] == RuleHealth(rule="81-q", share=0.0)


def test_a_rule_that_takes_its_provider_s_mails_no_more_drifts() -> None:
    """It says since when, and where the mails went; the other rule of the provider is not accused."""
    tallies = (
        _tallies("30-a", [10] * 20 + [0] * 6)
        + _tallies("31-b", [10] * 26)
        + _tallies("60-provider-general", [0] * 20 + [10] * 6)
    )
    found = _examined([], tallies)
    (drift,) = found["30-a"].drift
    assert drift.what == "silent"
    assert date.fromordinal(drift.turn.day) == FIRST + timedelta(weeks=20)
    assert (drift.turn.before, drift.turn.since) == ((200, 400), (0, 120))
    assert drift.elsewhere is not None
    assert drift.elsewhere.since == (60, 120)
    assert not found["31-b"].drift


def test_holidays_are_no_drift() -> None:
    """Nobody writes: counts fall, shares do not. A few mails less are chance."""
    tallies = _tallies("30-a", [20] * 22 + [1] * 4) + _tallies("31-b", [20] * 22 + [1] * 4)
    assert not any(one.drift for one in _examined([], tallies).values())
    less = _tallies("30-a", [4] * 24 + [1] * 2) + _tallies("31-b", [4] * 26)
    assert not any(one.drift for one in _examined([], less).values())


def test_patrons_rules_are_held_against_their_party() -> None:
    """What no rule took counts as theirs: a rule that has become deaf is seen."""
    weeks = _weeks("80-p", [10] * 18 + [1] * 8) + _weeks("81-q", [10] * 26) + _weeks("", [0] * 18 + [9] * 8)
    (drift,) = _examined(weeks)["80-p"].drift
    assert drift.what == "fallen"
    assert drift.turn.before == (180, 360)


def test_more_corrections_and_more_doubts_are_told() -> None:
    """Of what the rule itself took, whatever others do."""
    weeks = _weeks("80-p", [10] * 20 + [4] * 6) + _weeks("80-p", [0] * 20 + [6] * 6, Fate.ELSEWHERE)
    weeks += _weeks("81-q", [10] * 20 + [4] * 6) + _weeks("81-q", [0] * 20 + [6] * 6, Fate.WAITING)
    found = _examined(weeks)
    assert [one.what for one in found["80-p"].drift] == ["corrected"]
    assert [one.what for one in found["81-q"].drift] == ["review"]
