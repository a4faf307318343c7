"""The drift alarm's arithmetic: exact for small numbers, silent on steady traffic, and quick when something changes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from maild.domain.learning.drift import DriftPolicy, Finding, ShapeSeen, Tally, Traffic, at_least, at_most, detect

POLICY = DriftPolicy()
START = date(2026, 1, 1)
Mail = tuple[str, str, tuple[str, ...], str]  # rule, kind, fields, shape of the subject
# rule, kind, share of mails, share of them that have each field
KINDS = (
    ("30-shipped", "shipped", 5, {"transaction": 1.0, "title": 0.97, "url": 0.9, "pages": 0.5}),
    ("33-accepted", "request_accepted", 5, {"transaction": 1.0, "title": 0.99, "provider_name": 0.95}),
    ("29-fee", "fee_quoted", 2, {"transaction": 1.0, "total": 0.98, "title": 0.96}),
    ("26-due", "loan_due", 1, {"transaction": 1.0, "due": 0.99, "title": 0.93}),
    ("23-unfilled", "unfilled", 1, {"transaction": 1.0, "reason": 0.88}),
)


def test_the_chance_is_that_of_the_distribution() -> None:
    """Against sums written out: one mail, all, none; and near the binomial where much is known."""
    assert at_most(0, 1, (9, 9)) == pytest.approx(0.5 / 10)
    assert at_most(0, 2, (9, 9)) == pytest.approx(0.5 * 1.5 / (10 * 11))
    assert at_most(5, 5, (3, 7)) == 1.0
    assert at_least(0, 5, (3, 7)) == pytest.approx(1.0)
    binomial = sum(math.comb(20, i) * 0.9**i * 0.1 ** (20 - i) for i in range(15))
    assert at_most(14, 20, (900_000, 1_000_000)) == pytest.approx(binomial, rel=1e-3)
    assert at_most(3, 10, (50, 60)) + at_least(4, 10, (50, 60)) == pytest.approx(1.0)


@dataclass
class Office:
    """Mails of one provider, day by day, in bursts as libraries work; counted as maild counts them."""

    per_day: float
    seed: int
    change: Callable[[Mail, Random], Mail] | None = None
    tallies: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    shapes: dict[str, ShapeSeen] = field(default_factory=dict)
    mails: int = 0
    changed: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def _made(self) -> Iterator[Mail]:
        """Kinds come in bursts; of a hundred mails, one or two are understood by nothing, and one by the general rule."""
        random = self.random
        while True:
            rule, kind, _, fields = random.choices(KINDS, [k[2] for k in KINDS])[0]
            for _ in range(random.choice((1, 1, 1, 2, 6))):
                chance, odd = random.random(), f"odd {random.randrange(10**9)}"
                if chance < 0.015:
                    yield "", "provider_other", (), odd
                elif chance < 0.025:
                    yield "60-provider-general", kind, ("transaction",), odd
                else:
                    yield rule, kind, tuple(n for n, p in fields.items() if random.random() < p), kind

    def day(self, number: int) -> Iterator[date]:
        """Let a day pass; yields after each mail that comes under a changed template."""
        at = START + timedelta(days=number)
        mean = self.per_day * (0.1 if at.weekday() > 4 else 1.36)
        count, left = 0, math.exp(-mean)
        while (left := left / max(self.random.random(), 1e-12)) < 1:
            count += 1
        source = self._made()
        for _ in range(count):
            mail = next(source)
            made = self.change(mail, self.random) if self.change else mail
            self.changed += made != mail
            self._count(made, at)
            if self.change:
                yield at

    def _count(self, mail: Mail, at: date) -> None:
        rule, kind, fields, shape = mail
        self.mails += 1
        for name in ("", *fields):
            self.tallies[at.isoformat(), rule, kind, name] += 1
        now = datetime(at.year, at.month, at.day, 12, tzinfo=UTC)
        known = self.shapes.get(shape) or ShapeSeen(
            provider="p", shape=shape, rule=rule, mails=0, first_seen=now, last_seen=now, mail_id=self.mails
        )
        self.shapes[shape] = replace(known, mails=known.mails + 1, rule=rule, last_seen=now)

    def look(self, number: int) -> list[Finding]:
        """What the alarm says at the end of that day."""
        tallies = (
            Tally(day=day, provider="p", rule=rule, kind=kind, field=name, mails=count)
            for (day, rule, kind, name), count in self.tallies.items()
        )
        return detect(Traffic("p", tallies), list(self.shapes.values()), POLICY, START + timedelta(days=number))


@pytest.mark.parametrize(
    ("per_day", "days", "providers"), [(20.0, 200, 1), (5.0, 200, 3), (1.0, 200, 5), (1 / 7, 700, 6)]
)
def test_steady_traffic_alarms_nobody(per_day: float, days: int, providers: int) -> None:
    """Two hundred days of many mails, few, or one a week: not one false alarm, looked at every other day."""
    for seed in range(providers):
        office = Office(per_day, seed)
        for number in range(days):
            for _ in office.day(number):
                pass
            if number % 2 == 0:
                assert office.look(number) == [], (seed, number)


def _no_title(mail: Mail, random: Random) -> Mail:
    rule, kind, fields, shape = mail
    return rule, kind, tuple(name for name in fields if name != "title"), shape


def _new_template(mail: Mail, random: Random) -> Mail:
    return "60-provider-general", mail[1], ("transaction",), f"new {mail[1]}"


def _nothing_understood(mail: Mail, random: Random) -> Mail:
    return "", "provider_other", (), f"title {random.randrange(10**9)}"


@pytest.mark.parametrize("change", [_no_title, _new_template, _nothing_understood])
@pytest.mark.parametrize(("per_day", "before"), [(20.0, 60), (3.0, 120), (1 / 7, 600)])
def test_a_change_is_noticed_at_once(change: Callable[[Mail, Random], Mail], per_day: float, before: int) -> None:
    """Within a day where mails come daily, else within a handful of them; with the figures."""
    for seed in range(3):
        office = Office(per_day, 100 + seed)
        for number in range(before):
            for _ in office.day(number):
                pass
        office.change, found = change, []
        for number in range(before, before + 100):
            for _ in office.day(number):
                found = office.look(number)
                if found:
                    break
            if found:
                break
        assert found, (change.__name__, per_day, seed)
        assert office.changed <= 6 or number <= before + 1, (office.changed, number - before)
        text = "\n".join(line for finding in found for line in finding.lines)
        assert ("field title: 9" if change is _no_title else "since") in text


def test_one_rule_s_new_template_is_noticed() -> None:
    """A new subject that fell through three times, where nearly all used to be understood; the old rule is named."""
    office = Office(10.0, 7)
    for number in range(60):
        for _ in office.day(number):
            pass
    office.change = lambda mail, _: (
        ("60-provider-general", "shipped", (), "new shape") if mail[0] == "30-shipped" else mail
    )
    fell = 0
    for number in range(60, 64):
        for _ in office.day(number):
            fell = office.shapes["new shape"].mails if "new shape" in office.shapes else 0
            if fell == 3:
                break
        if fell == 3:
            break
    (finding,) = office.look(number)
    assert "new subject (3 mails since" in finding.lines[-1]
    assert finding.mail_id == office.shapes["new shape"].mail_id
    for more in range(number, number + 3):
        for _ in office.day(more):
            pass
    text = "\n".join(office.look(more)[0].lines)
    assert "rule 30-shipped takes:" in text
    assert "0 % of" in text


def test_fewer_loans_are_no_drift() -> None:
    """A kind of mail that does not come for weeks is nobody's fault."""
    office = Office(10.0, 9)
    for number in range(60):
        for _ in office.day(number):
            pass
    office.change = lambda mail, random: (
        mail
        if mail[0] != "30-shipped"
        else ("33-accepted", "request_accepted", ("transaction", "title", "provider_name"), "request_accepted")
    )
    for number in range(60, 80):
        for _ in office.day(number):
            pass
        assert office.look(number) == []


def test_the_sentence_has_its_figures() -> None:
    """'96 % of 210 until …, 0 % of 5 since', as staff read it."""
    tallies = [
        Tally(day="2026-11-01", provider="p", rule="r", kind="loan_due", mails=210),
        Tally(day="2026-11-01", provider="p", rule="r", kind="loan_due", field="due", mails=202),
        Tally(day="2026-11-21", provider="p", rule="r", kind="loan_due", mails=5, mail_id=77),
    ]
    (finding,) = detect(Traffic("p", tallies), [], POLICY, date(2026, 11, 21))
    assert finding.lines == ("rule r (loan_due), field due: 96 % of 210 until 2026-11-20, 0 % of 5 since",)
    assert (finding.since, finding.mail_id) == (date(2026, 11, 21), 77)
