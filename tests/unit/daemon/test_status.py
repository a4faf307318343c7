"""The line of `systemctl status`, in the office's language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maild.daemon import logs
from maild.daemon.status import status
from maild.daemon.trouble import INHERITED_SECONDS, Troubles
from maild.domain.errors import Permanent, Temporary
from maild.domain.operation.trouble import Sign, Trouble, TroubleCause
from maild.office.watch.trouble_rules import load_troubles

RULES = load_troubles("")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def troubles() -> Troubles:
    return Troubles(logs.get(), lambda: RULES)


@pytest.mark.parametrize(
    ("locale", "well", "ill"),
    [("zh-CN", "运行正常", "收不到邮件：office/INBOX"), ("en", "Working", "no mail is received: office/INBOX")],
)
def test_the_status_is_said_in_words(locale: str, well: str, ill: str) -> None:
    """Counts while it works; the trouble, with its reason, first while it does not."""
    found = troubles()
    say = str.upper
    assert status({"processed": 3, "sent": 2}, found, RULES, locale, say, working=True).startswith(well)
    found.note("mailbox office/INBOX", Permanent("login refused"))
    found.look(NOW)
    line = status({"processed": 3, "sent": 2}, found, RULES, locale, say, working=True)
    assert ill in line
    assert "LOGIN REFUSED" in line


def test_what_passes_opens_after_several_tries_and_what_lasts_at_once() -> None:
    """A lost connection is no trouble yet; a refused login is; both are over when the folder is heard."""
    found = troubles()
    for failures, opened in ((1, 0), (2, 0), (3, 1)):
        found.note("mailbox a", Temporary("connection lost"))
        found.look(NOW)
        assert sum(one.open for one in found.list) == opened, failures
    found.over("mailbox a")
    found.note("mailbox b", Permanent("login refused"))
    assert found.look(NOW)
    assert [(one.about, one.open) for one in found.list] == [("a", False), ("b", True)]
    assert found.unready == (TroubleCause.FOLDER_UNHEARD,)


def test_a_full_disk_is_one_trouble_whoever_runs_into_it() -> None:
    """By the error's own word; it is over when nobody meets it any more."""
    found = troubles()
    full = Permanent("no space", trouble=TroubleCause.DISK_FULL)
    for name in ("mailbox a", "process", "relay"):
        found.note(name, full)
    found.look(NOW)
    assert [(one.cause, one.open) for one in found.list] == [(TroubleCause.DISK_FULL, True)]
    for name in ("mailbox a", "process", "relay"):
        found.over(name)
    found.look(NOW)
    assert not any(one.open for one in found.list)


def test_a_restart_calls_nothing_over_before_it_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stood when the former process ended stands, as old as it is, until this one has tried for a while."""
    found, moment = troubles(), [1000.0]
    monkeypatch.setattr("maild.daemon.trouble.time.monotonic", lambda: moment[0])
    found.restore([Trouble(cause=TroubleCause.RELAY_FAILING, since=NOW, told=NOW)])
    assert not found.look(NOW)
    moment[0] += INHERITED_SECONDS + 1
    assert found.look(NOW)
    assert [(one.since, one.open, one.ended) for one in found.list] == [(NOW, False, False)], "and is to be called off"


def test_an_alarm_that_was_overtaken() -> None:
    """It was over while the alarm was under way: the all-clear is still due; it came again meanwhile: told anew."""
    found = troubles()
    found.found("watch", [Sign(cause=TroubleCause.DISK_FULL)])
    found.look(NOW)
    sent = found.list
    found.found("watch", [])
    found.look(NOW)
    found.mark(sent, NOW)
    assert [(one.open, one.told, one.ended) for one in found.list] == [(False, NOW, False)]
    over = found.list
    found.found("watch", [Sign(cause=TroubleCause.DISK_FULL)])
    found.look(NOW)
    found.mark(over, NOW)
    assert [(one.open, one.told) for one in found.list] == [(True, None)]


def test_a_road_that_is_set_no_more_troubles_nobody() -> None:
    """Its trouble is over once a reload took the road away; those that are left stand, and so do other places."""
    found = troubles()
    for name in ("alarm robot:a", "alarm heartbeat", "mailbox alarm"):
        found.note(name, Permanent("refused"))
    found.look(NOW)
    found.only("alarm ", ["heartbeat"])
    assert found.look(NOW)
    assert [(one.about, one.open) for one in found.list] == [("robot:a", False), ("heartbeat", True), ("alarm", True)]
    found.only("alarm ", [])
    found.look(NOW)
    assert [one.about for one in found.list if one.open] == ["alarm"]
