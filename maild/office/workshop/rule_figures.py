"""The figures of rules, kept until they are counted anew."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from maild.domain.learning.drift import DriftPolicy, Line
from maild.domain.learning.rule_health import RuleHealth, RuleKey, examine, first_monday, recent_since
from maild.office.providers.drift import DriftAlarm
from maild.office.watch.statistics import FigureKeeper
from maild.office.workshop.rule_files import RuleFile
from maild.ports import Clock

if TYPE_CHECKING:
    from maild.store.uow import Store

STALE = timedelta(hours=1)  # the daemon counts every quarter of an hour; where none runs, asking does


class RuleFigures:
    """Thread-safe. Two statements a count, whatever rules there are; until the next, none but one row's."""

    def __init__(
        self, store: Store, clock: Clock, figures: FigureKeeper, policy: DriftPolicy, alarm: DriftAlarm
    ) -> None:
        self._store, self._clock, self._figures, self._policy, self._alarm = store, clock, figures, policy, alarm
        self._lines: tuple[object, dict[str, tuple[Line, ...]]] = (None, {})
        self._lock = threading.Lock()
        self._kept: tuple[object, Mapping[str, RuleHealth]] = (None, {})

    def of(self, keys: Sequence[RuleKey]) -> Mapping[str, RuleHealth]:
        """By the rule's name, of rules that are no more as well; '' is what no rule took."""
        self._figures.fresh(STALE)
        today = self._clock.now().astimezone(self._figures.zone).date()
        with self._lock, self._store.read() as uow:
            asked = (today, uow.statistics.refreshed(), tuple(keys))
            if self._kept[0] != asked:
                since = first_monday(today)
                weeks = uow.statistics.rules(since, today + timedelta(days=1), recent_since(today))
                tallies = uow.traffic.weeks(sorted({key.provider for key in keys} - {"", "*"}), since.isoformat())
                self._kept = (asked, examine(keys, weeks, tallies, self._policy, today))
            return self._kept[1]

    def fields(self, rule: str, provider: str) -> Sequence[Line]:
        """What the alarm of the provider's mails says of this rule: fields that it fills less than it did."""
        today = self._clock.now().astimezone(self._figures.zone).date()
        with self._lock, self._store.read() as uow:
            asked = (today, uow.statistics.refreshed())
            if self._lines[0] != asked:
                self._lines = (asked, {})
            if provider not in self._lines[1]:
                found = self._alarm.look(uow, provider)
                self._lines[1][provider] = tuple(line for one in found for line in one.said)
            return [line for line in self._lines[1][provider] if line.rule == rule and line.what == "field"]


def keys_of(files: Iterable[RuleFile]) -> tuple[RuleKey, ...]:
    """What the rules of these files are held against."""
    return tuple(RuleKey(name=file.name, party=file.said("party"), provider=file.said("provider")) for file in files)


def health_row(health: RuleHealth) -> dict[str, object]:
    """Figures for programs, with stable keys."""
    return {
        "mails_7_days": health.recent[0],
        "mails_30_days": health.recent[1],
        "mails_90_days": health.recent[2],
        "share_30_days": health.share,
        "corrected_90_days": {fate.value: n for fate, n in health.corrected.items()},
        "precision": health.precision,
        "last": health.last.isoformat() if health.last else None,
        "weeks": list(health.weeks),
        "drift": [
            {"what": one.what, "since": date.fromordinal(one.turn.day).isoformat(), "said": one.turn.words()}
            for one in health.drift
        ],
    }


def rule_row(file: RuleFile, health: RuleHealth, *, in_force: bool) -> dict[str, object]:
    """A rule with its figures, for programs."""
    return {
        "name": file.name,
        "title": file.said("title"),
        "state": file.state.value,
        "in_force": in_force,
        "party": file.said("party"),
        "provider": file.said("provider"),
        "kind": file.said("kind"),
        "event": file.said("event"),
        "fault": file.fault,
        "seen": file.seen,
        **health_row(health),
    }
