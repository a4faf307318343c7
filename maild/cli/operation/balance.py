"""maild balance: is every mail accounted for?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show as output
from maild.cli.context import services

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.office.safety.balance import BalanceSheet, FolderBalance


def show(
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the mail servers.")] = False,
) -> None:
    """Print the balance sheet: on the server = stored + skipped; stored = settled + … + pending. Exit 1 on a gap."""
    with services() as made:
        sheet, reached = _sheet(made, offline)
    columns = (
        "mailbox",
        "server",
        "stored",
        "skipped",
        "pending",
        "settled",
        "review",
        "ignored",
        "shunted",
        "baseline",
        "waiting",
        "missing",
        "bytes_missing",
        "even",
    )
    output.table(map(_row, sheet.folders), columns, empty="no mailbox has been read yet")
    if not sheet.even or not reached:
        raise typer.Exit(1)


def _sheet(made: Services, offline: bool) -> tuple[BalanceSheet, bool]:
    """The sheet, and whether the servers could be asked (or need not be)."""
    sheet = made.balance(ask_servers=not offline)
    silent = [folder for folder in sheet.folders if folder.trouble]
    for folder in silent:
        print(f"maild: {folder.mailbox}: the server's half is missing: {folder.trouble}", file=sys.stderr)  # noqa: T201
    return sheet, not silent


def _row(folder: FolderBalance) -> dict[str, Any]:
    from maild.domain.records.journal import MailStatus

    return {
        "mailbox": folder.mailbox,
        "server": folder.server,
        "stored": folder.stored,
        "skipped": sum(folder.skipped.values()),
        "skipped_reasons": dict(folder.skipped),
        **{status.value: folder.by_status.get(status, 0) for status in MailStatus},
        "waiting": folder.waiting,
        "missing": len(folder.missing),
        "missing_uids": list(folder.missing),
        "unaccounted": folder.unaccounted,
        "bytes_missing": folder.bytes_missing,
        "filing": folder.filing,
        "even": folder.even,
    }
