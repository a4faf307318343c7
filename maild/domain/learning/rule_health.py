"""How a rule fares: what it took, what of that staff corrected, and whether it takes less than it used to.

Shares are compared, not counts: over the holidays nobody writes, and no rule has drifted. A provider's rule is held
against that provider's mails, any other against the mails of its party and those that no rule took.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from maild.domain.desk.statistics import CORRECTED, Fate, RuleWeek, monday
from maild.domain.learning.drift import DriftPolicy, Tally, Turn, at_most, risen, turns

WEEKS = 26  # that are looked at
RECENT_DAYS = (7, 30, 90)
FALLEN = 0.5  # of the earlier share, at most
Days = dict[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleKey:
    """What a rule's mails are held against: provider '' or '*' for those of its party."""

    name: str
    party: str
    provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDrift:
    """A change. what: 'silent' and 'fallen' of what its senders wrote; 'review', 'corrected' of what it took.

    elsewhere: the share of its senders' mails that fell to general rules or to none, where that rose
    """

    what: str
    turn: Turn
    elsewhere: Turn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHealth:
    """Figures of a rule. recent: mails of the last RECENT_DAYS; share: of all mails of the last 30 days.

    corrected: of the last 90 days, by how; last: the day of the latest mail; by_week: (held, waiting, corrected),
    oldest first, this week last
    """

    rule: str
    recent: tuple[int, ...] = (0,) * len(RECENT_DAYS)
    share: float | None = None
    corrected: Mapping[Fate, int] = field(default_factory=lambda: MappingProxyType({}))
    last: date | None = None
    by_week: tuple[tuple[int, int, int], ...] = ((0, 0, 0),) * WEEKS
    drift: tuple[RuleDrift, ...] = ()

    @property
    def weeks(self) -> tuple[int, ...]:
        """How many mails it took in each week."""
        return tuple(map(sum, self.by_week))

    @property
    def wrong(self) -> int:
        """How many of the last 90 days' mails staff corrected."""
        return sum(self.corrected.values())

    @property
    def precision(self) -> float | None:
        """The part of the last 90 days' mails that nobody corrected; None where there were none."""
        return 1 - self.wrong / self.recent[-1] if self.recent[-1] else None


def first_monday(today: date) -> date:
    """The first day that is looked at."""
    return monday(today) - timedelta(weeks=WEEKS - 1)


def recent_since(today: date) -> tuple[date, ...]:
    """The first of the last 7, 30, 90 days."""
    return tuple(today - timedelta(days=days - 1) for days in RECENT_DAYS)


def examine(
    keys: Sequence[RuleKey], weeks: Iterable[RuleWeek], tallies: Iterable[Tally], policy: DriftPolicy, today: date
) -> dict[str, RuleHealth]:
    """Every rule's figures, of rules that are no more as well; '' is what no rule took."""
    taken: dict[str, list[RuleWeek]] = defaultdict(list)
    for one in weeks:
        taken[one.rule].append(one)
    whole = sum(one.recent[1] for some in taken.values() for one in some)
    compared = _Compared(keys, taken, tallies, policy, today)
    names = dict.fromkeys([*(key.name for key in keys), *taken])
    return {name: _health(name, taken.get(name, []), whole, compared, today) for name in names}


def _health(name: str, some: Sequence[RuleWeek], whole: int, compared: _Compared, today: date) -> RuleHealth:
    recent = tuple(sum(one.recent[n] for one in some) for n in range(len(RECENT_DAYS)))
    corrected: dict[Fate, int] = defaultdict(int)
    counts: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in some:
        counts[one.monday][2 if one.fate in CORRECTED else 1 if one.fate is Fate.WAITING else 0] += one.count
        if one.fate in CORRECTED and one.recent[-1]:
            corrected[one.fate] += one.recent[-1]
    mondays = [first_monday(today) + timedelta(weeks=n) for n in range(WEEKS)]
    return RuleHealth(
        rule=name,
        recent=recent,
        share=recent[1] / whole if whole else None,
        corrected=MappingProxyType({fate: corrected[fate] for fate in CORRECTED if corrected.get(fate)}),
        last=max((one.last for one in some), default=None),
        by_week=tuple((counts[day][0], counts[day][1], counts[day][2]) for day in mondays),
        drift=compared.drift(name, some),
    )


class _Compared:
    """What each rule's mails are held against."""

    def __init__(
        self,
        keys: Sequence[RuleKey],
        taken: Mapping[str, Sequence[RuleWeek]],
        tallies: Iterable[Tally],
        policy: DriftPolicy,
        today: date,
    ) -> None:
        self._policy, self._today = policy, today.toordinal()
        self._keys = {key.name: key for key in keys}
        self._providers: dict[str, dict[str, Days]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
        for tally in tallies:
            self._providers[tally.provider][tally.rule][date.fromisoformat(tally.day).toordinal()] += tally.mails
        self._parties: dict[str, Days] = {}
        for party in {key.party for key in keys}:
            of = [name for name, key in self._keys.items() if key.party == party]
            self._parties[party] = _sum(_days(taken.get(name, ())) for name in [*of, ""])

    def drift(self, name: str, some: Sequence[RuleWeek]) -> tuple[RuleDrift, ...]:
        """What changed with a rule."""
        key = self._keys.get(name)
        if key is None:
            return ()
        found = [
            self._less(key, some),
            self._own("review", some, (Fate.WAITING,)),
            self._own("corrected", some, CORRECTED),
        ]
        return tuple(one for one in found if one is not None)

    def _less(self, key: RuleKey, some: Sequence[RuleWeek]) -> RuleDrift | None:
        rules = self._providers.get(key.provider) if key.provider not in ("", "*") else None
        hits = rules.get(key.name, {}) if rules is not None else _days(some)
        total = _sum(rules.values()) if rules is not None else self._parties.get(key.party, {})
        turn = lessened(hits, total, self._policy, self._today)
        if turn is None:
            return None
        fell = _sum(days for name, days in (rules or {}).items() if name in self._policy.general)
        gone = risen(fell, total, self._policy, self._today) if key.name not in self._policy.general else None
        return RuleDrift(what="fallen" if turn.since[0] else "silent", turn=turn, elsewhere=gone)

    def _own(self, what: str, some: Sequence[RuleWeek], fates: Sequence[Fate]) -> RuleDrift | None:
        turn = risen(_days(one for one in some if one.fate in fates), _days(some), self._policy, self._today)
        return RuleDrift(what=what, turn=turn) if turn else None


def lessened(hits: Mapping[int, int], total: Mapping[int, int], policy: DriftPolicy, today: int) -> Turn | None:
    """The week from which on a share is less than half of what it was, beyond what chance does."""
    best: Turn | None = None
    for day, before, since in turns(hits, total, policy, today):
        if before[0] < policy.fewest_since or since[1] < policy.fewest_since:
            continue
        if since[0] * before[1] > FALLEN * before[0] * since[1]:
            continue
        chance = at_most(since[0], since[1], before)
        if chance <= policy.chance and (best is None or chance < best.chance):
            best = Turn(day=day, before=before, since=since, chance=chance)
    return best


def _days(some: Iterable[RuleWeek]) -> Days:
    found: Days = defaultdict(int)
    for one in some:
        found[one.monday.toordinal()] += one.count
    return found


def _sum(several: Iterable[Mapping[int, int]]) -> Days:
    found: Days = defaultdict(int)
    for days in several:
        for day, count in days.items():
            found[day] += count
    return found
