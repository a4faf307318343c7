"""maild import: patrons, transactions and registrations from CSV, XLSX or JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import CALL, acting
from maild.cli.money import reconcile
from maild.cli.reading.sources import counting

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.office.imports.import_books import RowError
    from maild.office.imports.importing import ImportReport
    from maild.store.tabular import Table

app = typer.Typer(help="Take over lists of the office; the same file twice changes nothing.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="CSV, XLSX or JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


@app.command()
def patrons(
    file: Annotated[Path | None, typer.Argument(help="CSV, XLSX or JSON.", show_default=False)] = None,
    dry_run: DryRun = False,
    ldap: Annotated[bool, typer.Option("--ldap", help="Take them out of the directory of [ldap].")] = False,
) -> None:
    """Columns: patron_id, name, kind, department, login, emails (;-separated), phone, language, honorific, delivery."""
    from maild.office.imports.importing import import_patrons

    if ldap == (file is not None):
        raise typer.BadParameter("give a file, or --ldap")
    with acting() as made, counting("rows") as progress:
        if file is not None:
            return _print(file, import_patrons(made.store, file, made.clock, dry_run, progress), dry_run)
        rows, names, gone = _directory(made)
        report = import_patrons(made.store, rows, made.clock, dry_run, progress)
        left = _disabled(made, gone)
    _print(Path("ldap"), replace(report, warnings=(*report.warnings, *left)), dry_run, names, left_out=len(gone))


def _disabled(made: Services, gone: Mapping[int, str]) -> Sequence[RowError]:
    """Disabled accounts of those who are patrons here: what becomes of these a person decides."""
    from maild.office.imports.import_books import RowError

    with made.store.read() as uow:
        known = {patron.patron_id for patron in uow.patrons.get_many([*gone.values()])}
    what, remedy = "the account is disabled there, and a patron here", "who has left: maild patrons erase"
    return [
        RowError(line=n, column="patron_id", what=f"{one}: {what}", remedy=remedy)
        for n, one in gone.items()
        if one in known
    ]


def _directory(made: Services) -> tuple[Table, Mapping[int, str], Mapping[int, str]]:
    """The rows of the directory, the entry that each is of, and by their place the ids of disabled accounts.

    Raises ConfigError, Permanent or Temporary.
    """
    from maild.domain.errors import ConfigError
    from maild.hooks.ldap import DN, search
    from maild.office.imports.import_directory import DirectoryMap

    settings = made.settings.ldap
    if not settings.url:
        raise ConfigError("ldap.url: no directory is set", remedy="set [ldap] (docs/operations.md)")
    map_ = DirectoryMap.of(settings.attributes, settings.constants, settings.kinds)
    found = search(settings, map_.asked)
    return map_.rows(found), {n: entry[DN][0] for n, entry in enumerate(found, 1)}, map_.disabled(found)


@app.command()
def transactions(file: File, dry_run: DryRun = False) -> None:
    """Columns: number, patron_id, service, literature, title, provider, state, submitted, due, total, subsidy,
    payable, payment_state.
    """
    from maild.office.imports.importing import import_transactions

    with acting() as made, counting("rows") as progress:
        zone = made.settings.office.timezone
        report = import_transactions(made.store, file, made.clock, dry_run, progress, timezone=zone)
    _print(file, report, dry_run)


@app.command()
def registrations(
    file: File,
    dry_run: DryRun = False,
    silent: Annotated[bool, typer.Option("--silent", help="Tell the applicants nothing.")] = False,
) -> None:
    """Columns: email, login, name, kind, department, phone, step (identity|account), state
    (pending|approved|rejected), submitted, reason.
    """
    from maild.office.imports.import_registrations import import_registrations

    with acting() as made, counting("rows") as progress:
        zone = made.settings.office.timezone
        report = import_registrations(
            made.store, file, made.clock, made.reviews, dry_run, progress, timezone=zone, silent=silent
        )
    _print(file, report, dry_run)


app.command()(reconcile.statement)


def _print(
    file: Path, report: ImportReport, dry_run: bool, names: Mapping[int, str] | None = None, *, left_out: int = 0
) -> None:
    """The outcome; exit 1 where a row was refused. names: what rows without a line of a file are called; left_out:
    disabled accounts of a directory.
    """
    refused = len({error.line for error in report.errors})
    counts: dict[str, Any] = {
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": refused,
        **({"disabled": left_out} if left_out else {}),
    }
    if CALL.json:
        show.dump(
            {
                "file": str(file),
                **counts,
                "errors": _rows(report.errors),
                "warnings": _rows(report.warnings),
                "ignored_columns": list(report.ignored_columns),
                "dry_run": dry_run,
            }
        )
    else:
        for word, found in (("", report.errors), ("warning: ", report.warnings)):
            for error in found:
                remedy = f" ({error.remedy})" if error.remedy else ""
                place = (names or {}).get(error.line) or f"{file}:{error.line}"
                show.say(f"{place}: {word}{error.column or 'row'}: {error.what}{remedy}")
        if report.ignored_columns:
            show.say(f"ignored columns: {', '.join(report.ignored_columns)}")
        words = ", ".join(f"{count} {word}" for word, count in counts.items())
        show.say(f"{words}{' (nothing was written)' if dry_run else ''}")
    if refused:
        raise typer.Exit(1)


def _rows(errors: Sequence[RowError]) -> list[dict[str, Any]]:
    return [{"line": e.line, "column": e.column, "what": e.what, "remedy": e.remedy} for e in errors]
