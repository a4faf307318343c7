"""maild replay: what the rules, or others, would make of the mails that came; and processing again what waits."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import CALL, acting, actor, services
from maild.domain.errors import ConfigError, MaildError

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.domain.learning.backtest import BacktestReport, BacktestRow, Taken
    from maild.office.workshop.backtest import Headway

DAYS = 90
SHOWN = 40  # rows of one finding that people are shown
SAID = 4  # changes of a row that people are shown
Row = dict[str, Any]


def replay(
    rules: Annotated[
        Path | None, typer.Option("--rules", help="Rules folder to try, in place of the configured one.", metavar="DIR")
    ] = None,
    since: Annotated[
        str, typer.Option("--since", help="Mails since this day (2026-09-01), or so many days back.", metavar="D")
    ] = str(DAYS),
    apply: Annotated[
        bool, typer.Option("--apply", help="Process again what waits in the queue and is certain now.")
    ] = False,
    who: Annotated[str, typer.Option("--as", help="Who applies; default: the account that runs this.")] = "",
) -> None:
    """Read stored mails again, and tell what is newly matched, changed or conflicting. Exit 1 if anything conflicts.

    With --rules DIR: those rules against the rules in force, both on the facts of today. Without: the rules in force
    against the decision ledger.
    """
    from maild.domain.learning.backtest import Finding

    with acting() if apply else services() as made:
        if apply and rules is not None and not _in_force(rules, made.settings.rules.folder):
            remedy = "save the rules into rules.folder and reload maild, then: maild replay --apply"
            raise ConfigError(f"--apply: {rules} is not the configured rules folder", remedy=remedy)
        report = _run(made, rules, _since(since, made.clock.now()))
        done = list(_apply(made, report, actor(who))) if apply else []
    _tell(report, done)
    if report.counts[Finding.CONFLICT]:
        raise typer.Exit(1)


def _since(text: str, now: datetime) -> datetime:
    """The moment of '90', '90d' or '2026-09-01'. Raises ConfigError."""
    if (days := text.removesuffix("d")).isdigit() and int(days) < 36_500:
        return now - timedelta(days=int(days))
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
    except ValueError as error:
        remedy = "a day as 2026-09-01, or a number of days"
        raise ConfigError(f"--since: {text!r} is neither a day nor a number of days", remedy=remedy) from error


def _in_force(folder: Path, configured: str) -> bool:
    return bool(configured) and folder.resolve() == Path(configured).resolve()


def _run(made: Services, rules: Path | None, since: datetime) -> BacktestReport:
    from maild.benches import bench
    from maild.office.workshop.backtest import backtest

    folder = None if rules is None or _in_force(rules, made.settings.rules.folder) else str(rules)
    if folder is not None and not Path(folder).is_dir():
        raise ConfigError(f"--rules: {folder} is no folder", remedy="name a folder of rules")
    with bench(made, folder) as tools, _bar() as progress:
        return backtest(tools, since, progress=progress)


@contextmanager
def _bar() -> Iterator[Callable[[Headway], None]]:
    """A bar on the error stream where a person looks on."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda headway: None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]:.0f} mails/s"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, rate=0.0)
        yield lambda headway: bar.update(task, completed=headway.done, total=headway.total, rate=headway.rate)


def _apply(made: Services, report: BacktestReport, who: str) -> Iterator[Row]:
    """Each through the act of replaying, which is audited; one that a colleague has settled meanwhile is left."""
    from maild.domain.learning.backtest import Finding

    for row in report.of(Finding.NEW):
        if not row.waits:
            continue
        with made.store.read() as uow:
            items = [item for item in uow.reviews.open_of([row.mail_id]) if not item.key]
        for item in items:
            try:
                said, ok = made.acts.replay(item.id, actor=who).done, True
            except MaildError as error:
                said, ok = error.what, False
            yield {"what": "applied", "mail_id": row.mail_id, "item": item.id, "ok": ok, "done": said}


def _tell(report: BacktestReport, done: list[Row]) -> None:
    from maild.domain.learning.backtest import Finding

    if CALL.json:
        for row in report.rows:
            show.dump(_row(row))
        for one in done:
            show.dump(one)
        show.dump(_summary(report))
        return
    for finding in Finding:
        rows = report.of(finding)
        if rows:
            show.say(f"\n{_HEADS[finding]}")
        for row in rows[:SHOWN]:
            _show(row)
        if report.counts[finding] > SHOWN and rows:
            show.say(f"  and {report.counts[finding] - SHOWN} more: --json")
    show.say("")
    for one in done:
        show.say(one["done"])
    counts = ", ".join(f"{report.counts[finding]} {finding}" for finding in Finding)
    print(f"{report.mails} mails in {report.seconds:.1f} s ({report.rate:.0f} a second): {counts}", file=sys.stderr)  # noqa: T201


_HEADS = {
    "new": "newly matched: a person had to look, now it is certain",
    "changed": "changed",
    "conflict": "CONFLICTING",
    "facts": "read as before, and certain now by what is known since (maild queue replay ITEM)",
    "same": "",
    "failed": "could not be read",
}


def _show(row: BacktestRow) -> None:
    day = row.at.date().isoformat() if row.at else ""
    show.say(f"  mail {row.mail_id}  {day}  {row.sender}  {' '.join(row.subject.split())[:70]}")
    if row.before and row.after:
        show.say(f"      {_short(row.before)} → {_short(row.after)}{'   waits in the queue' if row.waits else ''}")
    for line in row.why:
        show.say(f"      {line}")
    fields = [change for change in row.changes if change.name.startswith("field")]
    for change in fields[:SAID]:
        show.say(f"      {change.name}: '{_cut(change.before)}' → '{_cut(change.after)}'")
    if len(fields) > SAID:
        show.say(f"      and {len(fields) - SAID} more fields")


def _short(taken: Taken) -> str:
    cause = f" ({taken.cause})" if taken.cause else ""
    return f"{taken.kind} {taken.action}{cause} by {taken.rule or 'no rule'} {' '.join(taken.transactions)}".rstrip()


def _cut(text: str) -> str:
    return " ".join(text.split())[:60]


def _row(row: BacktestRow) -> Row:
    from maild.domain.learning.backtest import row_of

    return {
        "what": "mail",
        **row_of(row),
        "before": _taken(row.before),
        "after": _taken(row.after),
        "then": _taken(row.then),
    }


def _taken(taken: Taken | None) -> Row | None:
    from maild.domain.learning.backtest import taken_row

    return {**taken_row(taken), "fields": dict(taken.fields)} if taken is not None else None


def _summary(report: BacktestReport) -> Row:
    counts = {finding.value: count for finding, count in report.counts.items()}
    return {
        "what": "summary",
        "mails": report.mails,
        **counts,
        "by_other_rule": report.by_other_rule,
        "seconds": round(report.seconds, 2),
        "rate": round(report.rate, 1),
        "complete": report.complete,
    }
