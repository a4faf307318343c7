"""maild rules drift: how fully each rule fills its fields, week by week, and what providers' subjects look like."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import CALL, services
from maild.domain.desk.rows import COMMAND
from maild.domain.errors import NotFound

if TYPE_CHECKING:
    from maild.domain.learning.drift import ShapeSeen, Traffic

WEEKS = 12
BARS = "▁▂▃▄▅▆▇█"
SHAPES = 15  # of a provider that people are shown
Row = dict[str, Any]


def drift(
    provider: Annotated[str, typer.Argument(help="Only this provider (its id).")] = "",
    days: Annotated[int, typer.Option(min=1, max=3650, help="Look back so far.")] = 365,
) -> None:
    """Show fill rates of each rule's fields by week, the shapes of subjects, and what would be an alarm now.

    A bar is a week, the last one this; '·' is a week without such mails.
    """
    from maild.domain.learning.drift import Traffic

    with services() as made, made.store.read() as uow:
        today = made.clock.now().astimezone(UTC).date()
        known = uow.traffic.providers()
        if provider and provider not in known:
            counted = ", ".join(known) or "nobody yet"
            raise NotFound(f"nothing was counted of {provider!r}", remedy=f"counted: {counted}")
        since = (today - timedelta(days=days)).isoformat()
        for one in [provider] if provider else known:
            traffic = Traffic(one, uow.traffic.days(one, since))
            changed = [line for finding in made.drift.look(uow, one) for line in finding.lines]
            shapes = uow.traffic.shapes(one)
            if CALL.json:
                alarms = ({"what": "alarm", "provider": one, "line": line} for line in changed)
                for row in (*_rates(traffic, today), *map(_shape, shapes), *alarms):
                    show.dump(row)
            else:
                _tell(traffic, shapes, changed, today)
        if not known and not CALL.json:
            show.say("no provider's mail was counted yet")


def _rates(traffic: Traffic, today: date) -> Iterator[Row]:
    """A row for each field of each rule and kind; `weeks`: share of this week and those before, oldest first."""
    for (rule, kind), fields in sorted(traffic.parts.items()):
        total = fields.get("", {})
        mails = sum(total.values())
        for name in sorted(fields):
            hits = fields[name]
            weeks = [_share(hits, total, today.toordinal() - 7 * n) for n in range(WEEKS - 1, -1, -1)]
            yield {
                "what": "field" if name else "rule",
                "provider": traffic.provider,
                "rule": rule,
                "kind": kind,
                "field": name,
                "mails": mails,
                "filled": sum(hits.values()),
                "rate": round(sum(hits.values()) / mails, 4) if mails else None,
                "weeks": weeks,
            }


def _share(hits: dict[int, int], total: dict[int, int], last: int) -> float | None:
    span = range(last - 6, last + 1)
    mails = sum(total.get(day, 0) for day in span)
    return round(sum(hits.get(day, 0) for day in span) / mails, 4) if mails else None


def _shape(shape: ShapeSeen) -> Row:
    return {
        "what": "shape",
        "provider": shape.provider,
        "shape": shape.shape,
        "rule": shape.rule,
        "mails": shape.mails,
        "first_seen": COMMAND.moment(shape.first_seen),
        "last_seen": COMMAND.moment(shape.last_seen),
        "mail_id": shape.mail_id,
    }


def _tell(traffic: Traffic, shapes: list[ShapeSeen], changed: list[str], today: date) -> None:
    show.say(f"\n{traffic.provider}")
    for row in _rates(traffic, today):
        bars = "".join("·" if share is None else BARS[round(share * (len(BARS) - 1))] for share in row["weeks"])
        if not row["field"]:
            show.say(f"  {row['rule'] or '(no rule)'} → {row['kind']}: {row['mails']} mails")
        else:
            show.say(f"    {row['field']:<18} {bars}  {row['rate']:>4.0%}  {row['filled']} of {row['mails']}")
    show.say("  subjects")
    for shape in sorted(shapes, key=lambda one: -one.mails)[:SHAPES]:
        show.say(f"    {shape.mails:>6}  {shape.first_seen.date()} to {shape.last_seen.date()}  {shape.shape}")
    if len(shapes) > SHAPES:
        show.say(f"            and {len(shapes) - SHAPES} more: --json")
    for line in changed:
        show.say(f"  CHANGED  {line}")
