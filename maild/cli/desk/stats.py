"""maild stats: what came and what became of it, how long things took, who supplied."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import CALL, services

if TYPE_CHECKING:
    from maild.domain.desk.statistics import Figure
    from maild.office.watch.statistics import Report

BARS = "▁▂▃▄▅▆▇█"
TOP = 12  # rows of a list that people are shown
Row = dict[str, Any]
app = typer.Typer(invoke_without_command=True, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def stats(
    context: typer.Context,
    since: Annotated[
        str, typer.Option(metavar="DAY", help="From this day on (2026-01-31), or so many days (90).")
    ] = "365",
    fresh: Annotated[bool, typer.Option("--fresh", help="Count anew first, from the beginning.")] = False,
) -> None:
    """Show volume, automatic share, turnaround, queue, notices, payments, bounces and providers.

    A bar is a day, a week or a month, by the length of the time; '·' is one without any. Figures older than a
    quarter of an hour are counted anew.
    """
    if context.invoked_subcommand:
        return
    from maild.office.watch.statistics import report

    with services() as made:
        if fresh:
            made.figures.count(whole=True, ever=True)
        else:
            made.figures.fresh()
        today = made.clock.now().astimezone(made.figures.zone).date()
        with made.store.read() as uow:
            found = report(uow, made.clock.now(), _since(since, today), today + timedelta(days=1), made.naming)
    if CALL.json:
        for row in found.rows():
            show.dump(row)
    else:
        _tell(found)


@app.command("year")
def year(
    year: Annotated[int | None, typer.Argument(help="Which; this year if left out.")] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="All tables as CSV (UTF-8, with the mark Excel wants).")
    ] = False,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FILE", help="A workbook with a sheet for each table.")
    ] = None,
    locale: Annotated[str, typer.Option("--locale", help="zh or en: language of the words.")] = "zh",
) -> None:
    """Show what an office reports of a year: requests, providers, turnaround, costs and subsidies, patrons.

    Everything is counted from requests, history and books. --json keeps codes; money in yuan, times in seconds.
    """
    from maild.office.watch.year_tables import lines, sheets
    from maild.store.tabular_out import to_csv, to_xlsx

    with services() as made:
        found = made.years.count(year).report
    if CALL.json:
        for row in found.rows():
            show.dump(row)
        return
    made_sheets = sheets(found, locale)
    if xlsx is not None:
        xlsx.write_bytes(to_xlsx((each.title, each.head, each.rows) for each in made_sheets))
        show.done(f"{xlsx}: {len(made_sheets)} tables of {found.year}")
    elif as_csv:
        sys.stdout.buffer.write(to_csv(lines(made_sheets)))
        sys.stdout.buffer.flush()
    else:
        for each in made_sheets:
            show.say(f"\n{each.title}")
            rows = [dict(zip(each.head, row, strict=True)) for row in each.rows]
            show.table(rows, each.head, empty="–")


def _since(text: str, today: date) -> date:
    if text.isdigit() and 0 < int(text) < 36_500:
        return today - timedelta(days=int(text) - 1)
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is neither a day (2026-01-31) nor a number of days", param_hint="--since"
        ) from error
    if day > today:
        raise typer.BadParameter(f"{text} has not come yet", param_hint="--since")
    return day


def _tell(found: Report) -> None:
    from maild.office.watch.statistics import bounces, providers, totals

    as_of = show.when(found.as_of) if found.as_of else "never"
    show.say(f"{found.since} to {found.until - timedelta(days=1)}, by {found.grain}; counted {as_of}\n")
    _lines("mails", _by_key(found, found.mails))
    shares = [found.shares().get(day) for day in _days(found)]
    known = [share for share in shares if share is not None]
    mean = f"{sum(known) / len(known):.0%} on average" if known else "–"
    show.say(f"  {'without a person':<24}{bars(shares, 1.0)}  {mean}\n")
    show.table(
        _times(found), ("what", "mails_or_requests", "median", "ninety_percent_within"), empty="nothing timed yet"
    )
    _lines("notices", [(key, None, count) for key, count in list(totals(found.notices).items())[:TOP]])
    _lines("bounces by domain", [(key, None, count) for key, count in list(totals(bounces(found.heard)).items())[:TOP]])
    _lines("open items by cause", [(key or "?", None, count) for key, count in _open(found).items()])
    show.table(_money(found), ("month", "what", "channel", "payments", "sum", "currency"), empty="no payments yet")
    rows = [
        {
            "provider": found.naming.name(one.name, "en") or "(not stated)",
            "requests": one.asked,
            "filled": one.filled,
            "unfilled": one.unfilled,
            "cancelled": one.cancelled,
            "fill_rate": "" if one.rate is None else f"{one.rate:.0%}",
            "median": length(one.median),
            "ninety_percent_within": length(one.high),
        }
        for one in providers(found)
    ]
    columns = (
        "provider",
        "requests",
        "filled",
        "unfilled",
        "cancelled",
        "fill_rate",
        "median",
        "ninety_percent_within",
    )
    show.table(rows[:TOP], columns, empty="no requests yet")


def _days(found: Report) -> Sequence[date]:
    from maild.domain.desk.statistics import days

    return days(found.since, found.until, found.grain)


def _by_key(found: Report, figures: Sequence[Figure]) -> Iterator[tuple[str, str, int]]:
    from maild.office.watch.statistics import by_day, totals

    counts: Mapping[date, Mapping[str, int]] = by_day(figures)
    for key, total in totals(figures).items():
        yield key.replace("_", " "), bars([counts.get(day, {}).get(key) for day in _days(found)]), total


def _lines(title: str, rows: Any) -> None:
    shown = list(rows)
    show.say(title if shown else f"{title}: none")
    for name, line, count in shown:
        show.say(f"  {name:<24}{line + '  ' if line else ''}{count:>8,}")
    show.say("")


def _times(found: Report) -> Iterator[Row]:
    names = (
        ("mail decided without a person", found.decided),
        ("queue item handled", found.handled),
        ("request delivered", found.delivered),
        ("registration decided", found.reviews),
    )
    for name, figures in names:
        for one in [one for one in figures if one.key == "*"][-6:]:
            yield {
                "what": f"{name}, {one.day:%Y-%m}",
                "mails_or_requests": one.count,
                "median": length(one.median),
                "ninety_percent_within": length(one.high),
            }


def _open(found: Report) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for age in found.ages:
        counts[age.cause.value] = counts.get(age.cause.value, 0) + age.count
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def _money(found: Report) -> Iterator[Row]:
    for what, figures in (("claimed", found.claimed), ("confirmed", found.confirmed)):
        for one in figures[-TOP:]:
            yield {
                "month": f"{one.day:%Y-%m}",
                "what": what,
                "channel": one.key,
                "payments": one.count,
                "sum": f"{one.value / 100:,.2f}",
                "currency": one.second,
            }


def bars(values: Sequence[float | None], top: float | None = None) -> str:
    """A bar a value, as high as its part of the largest (or of `top`)."""
    largest = top or max((value or 0 for value in values), default=0)
    return "".join(
        "·" if not value or not largest else BARS[min(len(BARS) - 1, round(value / largest * (len(BARS) - 1)))]
        for value in values
    )


def length(seconds: int | None) -> str:
    """'40 min', '1.5 d'."""
    if seconds is None:
        return ""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds} s"
