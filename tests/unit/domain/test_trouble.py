"""Troubles: what opens, what closes, what flaps; when an alarm is due, and what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maild.domain.errors import RuleError
from maild.domain.operation.alarm import Alarm, AlarmState, AlarmTimes, Letter, due
from maild.domain.operation.trouble import KEEP, Sign, Trouble, TroubleCause, of_row, renewed
from maild.office.watch.trouble_rules import load_troubles

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
RULES = load_troubles("")
TIMES = AlarmTimes(after=timedelta(minutes=2), cooldown=timedelta(minutes=10), again=timedelta(hours=4))
UNHEARD = Sign(cause=TroubleCause.FOLDER_UNHEARD, about="office/INBOX", what="login refused")


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def open_(minutes: float = -5, **more: object) -> Trouble:
    return Trouble(cause=TroubleCause.FOLDER_UNHEARD, about="a", since=later(minutes), **more)  # type: ignore[arg-type]


def test_every_cause_has_its_words() -> None:
    """In both languages, with a remedy, so that no new code is told without them."""
    for cause in TroubleCause:
        rule = RULES.of(cause)
        assert set(rule.name) == set(rule.help) == {"zh", "en"}
        assert all(len(text) > 3 for text in (*rule.name.values(), *rule.help.values())), cause


def test_a_trouble_opens_once_and_closes_once() -> None:
    """It keeps its beginning while it lasts, follows the reason, and is kept a while after it is over."""
    first = renewed((), [UNHEARD, UNHEARD], NOW)
    second = renewed(first, [Sign(cause=UNHEARD.cause, about=UNHEARD.about, what="no route")], later(1))
    over = renewed(second, [], later(2))
    assert [(t.since, t.what, t.closed) for t in (*first, *second, *over)] == [
        (NOW, "login refused", None),
        (NOW, "no route", None),
        (NOW, "no route", later(2)),
    ]
    assert renewed(over, [], later(2) + KEEP) == ()


def test_what_flaps_is_one_trouble_until_somebody_heard_that_it_was_over() -> None:
    """Told, over, and there again before the all-clear: it goes on; after the all-clear it is another."""
    told = Trouble(cause=UNHEARD.cause, about=UNHEARD.about, since=NOW, told=later(2))
    (again,) = renewed(renewed((told,), [], later(3)), [UNHEARD], later(4))
    assert (again.since, again.open) == (NOW, True)
    cleared = Trouble(cause=UNHEARD.cause, about=UNHEARD.about, since=NOW, told=later(2), closed=later(3), ended=True)
    _, new = renewed((cleared,), [UNHEARD], later(4))
    assert (new.since, new.told) == (later(4), None)


@pytest.mark.parametrize(
    ("troubles", "latest", "told"),
    [
        ([open_(-1)], None, ""),  # too young
        ([open_()], None, "opened"),
        ([open_()], -3, ""),  # the cooldown
        ([open_(), open_(-1)], -11, "opened"),
        ([open_(-60, told=later(-30))], None, ""),
        ([open_(-300, told=later(-241))], None, "lasting"),
        ([open_(-60, told=later(-30), closed=later(-1))], None, "over"),
        ([open_(-60, told=later(-30), closed=later(-1), ended=True)], None, ""),
        ([open_(-60, closed=later(-1), ended=True)], None, ""),  # nobody ever heard of it
        ([open_(-60, told=later(-30)), open_()], None, "opened lasting"),
        ([open_(525_600)], None, "opened"),  # the clock was set back by a year: now, and not in a year
        ([open_()], 525_600, "opened"),
    ],
)
def test_when_an_alarm_is_due(troubles: list[Trouble], latest: float | None, told: str) -> None:
    """After a while, together, not too often, again while it lasts, and once when it is over."""
    alarm = due(troubles, RULES, TIMES, None if latest is None else later(latest), NOW)
    said = [name for name in ("opened", "lasting", "over") if alarm is not None and getattr(alarm, name)]
    assert " ".join(said) == told


def test_a_cause_that_the_office_does_not_alarm_for(tmp_path: Path) -> None:
    """Its own file lays over the shipped one, key by key; what is wrong in it is told by its line."""
    own = tmp_path / "troubles.toml"
    own.write_text("[folder_unheard]\nalarm = false\nready = true\n")
    rules = load_troubles(str(tmp_path))
    assert due([open_()], rules, TIMES, None, NOW) is None
    assert rules.unready([open_()]) == ()
    assert rules.name(UNHEARD, "zh-CN") == "收不到邮件：office/INBOX"
    for wrong in (
        "[folder_unheard]\nzh = 3\n",
        "[nothing]\nready = true\n",
        "[disk_full]\nen = 'x {y}'\n",
        "[disk_full]\ntries = 0\n",
    ):
        own.write_text(wrong)
        with pytest.raises(RuleError, match=r"troubles.toml:[12]"):
            load_troubles(str(tmp_path))


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_what_an_alarm_says(locale: str) -> None:
    """Which machine, what, since when by the office's clock, why, what to do; what is over has no remedy."""
    letter = Letter(rules=RULES, locale=locale, host="mail1", zone=ZoneInfo("Asia/Shanghai"))
    down = Trouble(cause=TroubleCause.FOLDER_UNHEARD, about="office/INBOX", since=NOW, what="login refused")
    over = Trouble(cause=TroubleCause.DISK_FULL, since=later(-70), closed=later(-10), told=later(-60), what="0 MB")
    text = letter.text(Alarm(opened=(down,), over=(over,)), str.upper)
    head, *lines = text.split("\n")
    assert "mail1" in head
    assert ("故障" if locale == "zh-CN" else "TROUBLE") in head
    assert any("11-24 09:00" in line and "office/INBOX" in line for line in lines)
    assert any("LOGIN REFUSED" in line for line in lines), "the reason, in the reader's language"
    assert sum("→" in line for line in lines) == 1
    assert "0 MB" not in text
    assert Alarm().state is AlarmState.TEST
    assert letter.data(Alarm(over=(over,)), NOW, str)["state"] == "well"


def test_rows_survive_and_nonsense_is_no_trouble() -> None:
    """As JSON and back; what another version wrote is left out."""
    one = open_(told=later(-1), closed=NOW, ended=True)
    assert of_row(one.row()) == one
    for row in (None, 3, {}, {"cause": "x"}, {**one.row(), "since": "yesterday"}):
        assert of_row(row) is None
