"""maild reconcile: statements against the books; maild import statement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import CALL, acting, services
from maild.cli.made import noun
from maild.cli.money import statement_report

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.office.books.reconcile import Turn
    from maild.office.books.statements import StatementReport

app = typer.Typer(
    help="Statements against the books: what is confirmed, what is open.", no_args_is_help=True, cls=noun("reconcile")
)
Report = Annotated[Path | None, typer.Option("--report", help="Write the report there too: .csv or .html.")]


def statement(
    file: Annotated[
        Path, typer.Argument(help="A bank's, WeChat's, Alipay's, the finance office's or library's export.")
    ],
    name: Annotated[str, typer.Option("--format", help="Format (rules/statements); default: told by the header.")] = "",
    report: Report = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Keep a statement's lines and confirm the claims they prove; the same file twice changes nothing.

    Exit 1 where a line could not be read.
    """
    with acting() as made:
        done = made.statement_acts.taken(file, format=name, dry_run=dry_run)
        _write(made, report, done.turn, str(file))
    _print(done)
    if done.errors:
        raise typer.Exit(1)


def _print(done: StatementReport) -> None:
    counts = done.figures()
    if CALL.json:
        faults = [{"row": f.row, "what": f.what, "skipped": f.skipped} for f in done.faults]
        found = list(statement_report.rows(done.turn, now=done.at))
        show.dump(
            {
                "file": done.file,
                "format": done.format.name,
                **counts,
                "faults": faults,
                "rows": found,
                "dry_run": done.dry_run,
            }
        )
        return
    show.say(f"{done.file}: {done.format.title}{' (the columns are synthetic)' if done.format.synthetic else ''}")
    for fault in done.errors:
        show.say(f"{done.file}:{fault.row}: {fault.what}")
    _table(done.turn, done)
    words = ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in counts.items())
    show.say(f"{words}{' (nothing was written)' if done.dry_run else ''}")


def _table(turn: Turn, done: StatementReport) -> None:
    show.table(statement_report.rows(turn, now=done.at), statement_report.COLUMNS[:-1], empty="nothing to reconcile")


def _write(made: Services, report: Path | None, turn: Turn, title: str) -> None:
    if report is not None:
        statement_report.write(report, turn, now=made.clock.now(), title=title)


@app.command()
def run(report: Report = None) -> None:
    """Look at all open lines and claims once more, and report."""
    with acting() as made:
        turn = made.reconciler.run_once()
        _write(made, report, turn, "maild reconcile")
        found: list[dict[str, Any]] = list(statement_report.rows(turn, now=made.clock.now()))
    show.table(found, statement_report.COLUMNS, empty="nothing to reconcile")


@app.command("formats")
def formats() -> None:
    """The statement formats in force."""
    with services() as made:
        columns = ("name", "title", "channel", "head", "synthetic")
        found = [{name: getattr(form, name) for name in columns} for form in made.statement_formats.values()]
    show.table(found, columns)
