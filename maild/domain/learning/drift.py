"""Has a provider changed its mails? Counts before and since, and how likely they are if nothing had changed.

What was usual is itself known from few mails only. So the chance of what came since is that of the beta-binomial
distribution (Jeffreys' prior, and the mails before): with many mails before it becomes the binomial tail, with few it
asks for more. All of it in plain floats through lgamma; no table, no library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import accumulate
from math import exp, lgamma

PRIOR = 0.5
OTHER = "provider_other"  # kind of a mail that nothing could be made of
STEADY = 0.85  # share of a kind's mails that have a field, for kinds to be taken together
RECENT_DAYS = 35
Days = Mapping[int, int]  # ordinal of the day → count
Part = tuple[int, int]  # so many of so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many mails of a provider a rule took for a kind on a day; with a `field`: how many of them had it."""

    day: str
    provider: str
    rule: str
    kind: str
    field: str = ""
    mails: int = 1
    mail_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeSeen:
    """A shape of subjects, the rule that took the last of them, and the first mail that had it."""

    provider: str
    shape: str
    rule: str
    mails: int = 1
    first_seen: datetime
    last_seen: datetime
    mail_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftPolicy:
    """rules/drift.toml, which says what each is for."""

    chance: float = 1e-6
    history_days: int = 365
    watched_days: int = 100
    fewest_before: int = 20
    fewest_since: int = 3
    usual: float = 0.8
    fallen: float = 0.7
    general: frozenset[str] = frozenset({"60-provider-general", ""})
    new_shape_mails: int = 3
    understood: float = 0.8
    keep_days: int = 800
    most_shapes: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The likeliest day of a change: k of n before it, k of n since."""

    day: int
    before: Part
    since: Part
    chance: float

    def words(self, locale: str = "en") -> str:
        """'96 % of 210 until 2026-11-20, 0 % of 4 since'; `until` is the last day before."""
        before, since = (f"{part[0] / part[1] * 100:.0f} %" for part in (self.before, self.since))
        until = date.fromordinal(self.day - 1).isoformat()
        if locale.startswith("zh"):
            return f"截至 {until} 的 {self.before[1]} 封中占 {before}，此后 {self.since[1]} 封中占 {since}"
        return f"{before} of {self.before[1]} until {until}, {since} of {self.since[1]} since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence of an alarm. `what`: field, general, other, rule or shape."""

    what: str
    turn: Turn | None = None
    rule: str = ""
    kind: str = ""
    field: str = ""
    shape: ShapeSeen | None = None

    def words(self, locale: str = "en") -> str:
        """The sentence in the language of a locale."""
        zh = locale.startswith("zh")
        figures = self.turn.words(locale) if self.turn else ""
        if self.shape is not None:
            day, mails = self.shape.first_seen.date(), self.shape.mails
            head = f"新的主题样式（自 {day} 起 {mails} 封）：" if zh else f"new subject ({mails} mails since {day}): "
            return head + self.shape.shape
        of = (f"规则 {self.rule}（{self.kind}）的" if zh else f"rule {self.rule} ({self.kind}), ") if self.rule else ""
        head = {
            "field": f"{of}字段 {self.field} 能读出的邮件" if zh else f"{of}field {self.field}",
            "general": "该提供馆的专用规则认不出的邮件" if zh else "no rule of this provider's own",
            "other": "没有规则能读懂的邮件" if zh else "no rule understands",
            "rule": f"由规则 {self.rule} 处理的邮件" if zh else f"rule {self.rule} takes",
        }[self.what]
        return f"{head}：{figures}" if zh else f"{head}: {figures}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A change. `topic`: what is told once while it is open; `since`: the day it began.

    names: what must stand in the (English) lines of an alarm for this not to be news
    """

    provider: str
    topic: str
    said: tuple[Line, ...]
    since: date
    mail_id: int | None = None
    names: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line.words() for line in self.said)


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def at_most(k: int, n: int, before: Part) -> float:
    """Chance of k or fewer among n further mails, after `before` = (how many had it, of how many)."""
    a, b = before[0] + PRIOR, before[1] - before[0] + PRIOR
    start = _log_beta(a, b)
    return min(1.0, sum(exp(_log_choose(n, i) + _log_beta(a + i, b + n - i) - start) for i in range(k + 1)))


def at_least(k: int, n: int, before: Part) -> float:
    """Chance of k or more among n further mails."""
    return at_most(n - k, n, (before[1] - before[0], before[1]))


def turns(hits: Days, total: Days, policy: DriftPolicy, today: int) -> Iterator[tuple[int, Part, Part]]:
    """Each day within the watched ones on which mails came: (day, before, since), the latest first."""
    days = sorted(total)
    totals = list(accumulate(total[day] for day in days))
    found = list(accumulate(hits.get(day, 0) for day in days))
    for at in range(len(days) - 1, 0, -1):
        if today - days[at] > policy.watched_days:
            return
        before = (found[at - 1], totals[at - 1])
        if before[1] < policy.fewest_before:
            return
        yield days[at], before, (found[-1] - before[0], totals[-1] - before[1])


def fallen(hits: Days, total: Days, policy: DriftPolicy, today: int) -> Turn | None:
    """The day from which on a usual share fell away, if one did."""
    best: Turn | None = None
    for day, before, since in turns(hits, total, policy, today):
        usual = before[0] / before[1]
        if since[1] < policy.fewest_since or usual < policy.usual or since[0] > since[1] * usual * policy.fallen:
            continue
        chance = at_most(since[0], since[1], before)
        if chance <= policy.chance and (best is None or chance < best.chance):
            best = Turn(day=day, before=before, since=since, chance=chance)
    return best


def risen(hits: Days, total: Days, policy: DriftPolicy, today: int) -> Turn | None:
    """The day from which on a rare share rose: to three times what it was, and by three mails at least."""
    best: Turn | None = None
    for day, before, since in turns(hits, total, policy, today):
        if since[0] < policy.fewest_since or since[0] * before[1] < 3 * before[0] * since[1]:
            continue
        chance = at_least(since[0], since[1], before)
        if chance <= policy.chance and (best is None or chance < best.chance):
            best = Turn(day=day, before=before, since=since, chance=chance)
    return best


@lru_cache(maxsize=1024)  # of thousands of tallies many are of one day
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


class Traffic:
    """What was counted of one provider, by day."""

    def __init__(self, provider: str, tallies: Iterable[Tally]) -> None:
        self.provider = provider
        self.parts: dict[tuple[str, str], dict[str, dict[int, int]]] = {}
        self.samples: dict[tuple[str, str], tuple[int, int | None]] = {}
        for tally in tallies:
            day, part = _ordinal(tally.day), (tally.rule, tally.kind)
            days = self.parts.setdefault(part, {}).setdefault(tally.field, {})
            days[day] = days.get(day, 0) + tally.mails
            if not tally.field and day >= self.samples.get(part, (0, None))[0]:
                self.samples[part] = (day, tally.mail_id)

    def mails(self, chosen: Callable[[str, str], bool] = lambda rule, kind: True) -> dict[int, int]:
        """Mails by day: those whose rule and kind are chosen."""
        return _together(fields.get("", {}) for part, fields in self.parts.items() if chosen(*part))

    def sample(self, general: frozenset[str]) -> int | None:
        """The latest mail that fell to general rules or to none."""
        fell = [at for (rule, kind), at in self.samples.items() if rule in general or kind == OTHER]
        return max(fell, key=lambda at: at[0], default=(0, None))[1]


def detect(traffic: Traffic, shapes: Sequence[ShapeSeen], policy: DriftPolicy, today: date) -> list[Finding]:
    """Everything that changed in a provider's mails."""
    found = list(_fields(traffic, policy, today.toordinal()))
    understanding = _understanding(traffic, shapes, policy, today)
    return [*found, understanding] if understanding else found


def _fields(traffic: Traffic, policy: DriftPolicy, today: int) -> Iterator[Finding]:
    """Fields that rules used to fill: by rule and kind; and over all kinds that had it nearly always, where each of
    them alone is too rare to tell.
    """
    own = {part: fields for part, fields in traffic.parts.items() if part[0] not in policy.general}
    names = sorted({name for fields in own.values() for name in fields if name})
    gone: dict[str, list[Line]] = {}
    at: set[tuple[str, str]] = set()
    for name in names:
        having = {part: fields for part, fields in own.items() if name in fields}
        for (rule, kind), fields in having.items():
            if turn := fallen(fields[name], fields.get("", {}), policy, today):
                gone.setdefault(name, []).append(Line(what="field", turn=turn, rule=rule, kind=kind, field=name))
                at.add((rule, kind))
        steady = {part: fields for part, fields in having.items() if _share(fields, name, today) >= STEADY}
        if name not in gone and len(steady) > 1:
            hits = _together(fields[name] for fields in steady.values())
            if turn := fallen(hits, _together(fields.get("", {}) for fields in steady.values()), policy, today):
                gone[name] = [Line(what="field", turn=turn, field=name)]
                at |= set(steady)
    if gone:
        said = [line for lines in gone.values() for line in lines]
        since = min(line.turn.day for line in said if line.turn)
        sample = max((traffic.samples[part] for part in at), key=lambda one: one[0])
        yield Finding(
            provider=traffic.provider,
            topic="fields",
            said=tuple(said),
            since=date.fromordinal(since),
            mail_id=sample[1],
            names=tuple(f"field {name}:" for name in gone),
        )


def _share(fields: Mapping[str, Days], name: str, today: int) -> float:
    """Of the mails before the last weeks, which may be what changed."""
    hits, total = (sum(n for day, n in fields.get(of, {}).items() if day < today - RECENT_DAYS) for of in (name, ""))
    return hits / total if total else 0.0


def _together(several: Iterable[Days]) -> dict[int, int]:
    found: dict[int, int] = {}
    for days in several:
        for day, count in days.items():
            found[day] = found.get(day, 0) + count
    return found


def _understanding(traffic: Traffic, shapes: Sequence[ShapeSeen], policy: DriftPolicy, today: date) -> Finding | None:
    """Mails that the provider's own rules no longer take."""
    total, day = traffic.mails(), today.toordinal()
    fell = traffic.mails(lambda rule, kind: rule in policy.general or kind == OTHER)
    more = risen(fell, total, policy, day)
    lost = risen(traffic.mails(lambda rule, kind: kind == OTHER), total, policy, day)
    new = _new_shapes(shapes, fell, total, policy, today)
    silent = _silent(traffic, total, policy, day) if more or lost or new else []
    said = [Line(what=what, turn=turn) for what, turn in (("general", more), ("other", lost)) if turn]
    said += [Line(what="rule", rule=rule, turn=turn) for rule, turn in silent]
    said += [Line(what="shape", shape=shape) for shape in new[:5]]
    if not said:
        return None
    began = [date.fromordinal(turn.day) for turn in (more, lost) if turn] + [s.first_seen.date() for s in new]
    mail_id = new[-1].mail_id if new else traffic.sample(policy.general)
    return Finding(
        provider=traffic.provider, topic="understanding", said=tuple(said), since=min(began), mail_id=mail_id
    )


def _silent(traffic: Traffic, total: Days, policy: DriftPolicy, today: int) -> list[tuple[str, Turn]]:
    """Rules that take none of the mails any more, though they took their share. They explain; alone they alarm not:
    a library that has no loans this month is no drift.
    """
    found = []
    for rule in sorted({name for name, _ in traffic.parts} - policy.general):
        hits = traffic.mails(partial(_is, rule))
        for day, before, since in turns(hits, total, policy, today):
            if since[0] == 0 and before[0] >= policy.fewest_before and at_most(0, since[1], before) < 0.01:
                found.append((rule, Turn(day=day, before=before, since=since, chance=0.0)))
                break
    return found


def _is(rule: str, name: str, kind: str) -> bool:
    return name == rule


def _new_shapes(
    shapes: Sequence[ShapeSeen], fell: Days, total: Days, policy: DriftPolicy, today: date
) -> list[ShapeSeen]:
    """Shapes of subjects never seen before, of mails that fell through, oldest first."""
    found = []
    for shape in sorted(shapes, key=lambda one: one.first_seen):
        first = shape.first_seen.date()
        if shape.rule not in policy.general or shape.mails < policy.new_shape_mails:
            continue
        if (today - first).days > policy.watched_days:
            continue
        before = sum(n for day, n in total.items() if day < first.toordinal())
        through = sum(n for day, n in fell.items() if day < first.toordinal())
        if before >= policy.fewest_before and through <= (1 - policy.understood) * before:
            found.append(shape)
    return found
