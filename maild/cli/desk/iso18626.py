"""maild iso18626: what providers said, for other systems and from them, in the words of ISO 18626."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from maild.cli import show
from maild.cli.context import CALL, acting, actor, services
from maild.domain.errors import ConfigError, NotFound

app = typer.Typer(help="Providers' news as ISO 18626 messages, out and in.", no_args_is_help=True)


class Format(StrEnum):
    XML = "xml"
    JSON = "json"


@app.command("export")
def export(
    numbers: Annotated[list[str], typer.Argument(help="Request numbers.", metavar="NUMBER…")],
    since: Annotated[str, typer.Option(help="All that was said since that day (2026-11-24).")] = "",
    everything: Annotated[bool, typer.Option("--all", help="All that was ever said, not only how it stands.")] = False,
    form: Annotated[Format, typer.Option("--format", help="xml or json.")] = Format.XML,
    out: Annotated[Path | None, typer.Option(help="File; a folder gets one file a message. Default: output.")] = None,
) -> None:
    """Write supplyingAgencyMessages: the latest state of each transaction, or all its news. Exit 1 if there is none."""
    from maild.classify.rules.suppliers import known_providers
    from maild.office.providers.peer_export import export as collect
    from maild.peers.message import to_json, to_xml

    with services() as made:
        office = made.settings.office
        with made.store.read() as uow:
            trees = collect(
                uow,
                numbers,
                providers=known_providers(made.settings.rules.folder),
                now=made.clock.now(),
                requester=office.agency or office.address,
                everything=everything,
                since=_day(since, office.timezone) if since else None,
            )
    if not trees:
        raise NotFound("nothing was said in that time", remedy="--all, or an earlier --since")
    write = to_xml if form is Format.XML else to_json
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(write(trees).encode())
        return
    files = (
        [(out, trees)]
        if not out.is_dir()
        else [
            (out / f"{_name(tree['header']['requestingAgencyRequestId'])}-{n}.{form}", [tree])
            for n, tree in enumerate(trees, 1)
        ]
    )
    try:
        for path, some in files:
            path.write_text(write(some), encoding="utf-8")
    except OSError as error:
        raise NotFound(
            f"--out: {error.filename}: {error.strerror}", remedy="name a file in a folder that is there"
        ) from error
    show.done(f"{len(trees)} message(s) written to {out}", messages=len(trees), files=[str(path) for path, _ in files])


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="XML or JSON, one message or many.", metavar="FILE…")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    who: Annotated[str, typer.Option("--as", help="Who acts; default: the account that runs this.")] = "",
) -> None:
    """Take messages in as if their providers had written them. The same one twice does nothing. Exit 1 on errors."""
    from maild.classify.rules.suppliers import known_providers
    from maild.office.providers.peer_import import PeerImport

    failed = False
    with acting() as made:
        taking = PeerImport(made.parts, known_providers(made.settings.rules.folder), made.settings.office.address)
        for file in files:
            for one in taking.run(file, actor=actor(who), dry_run=dry_run):
                failed = failed or one.outcome == "error"
                row = {
                    "file": one.file,
                    "place": one.place,
                    "outcome": one.outcome,
                    "dry_run": dry_run,
                    "number": one.number,
                    "supplier": one.supplier,
                    "status": one.status,
                    "reasons": list(one.reasons),
                    "remedy": one.remedy,
                    "mail_id": one.mail_id,
                }
                show.dump(row) if CALL.json else _tell(row)
    if failed:
        raise typer.Exit(1)


def _tell(row: dict[str, object]) -> None:
    where = ": ".join(str(part) for part in (row["file"], row["place"]) if part)
    what = " ".join(str(part) for part in (row["number"], row["status"]) if part)
    would = " (would be)" if row["dry_run"] and row["outcome"] != "error" else ""
    show.say(f"{where}: {what + ': ' if what else ''}{row['outcome']}{would}")
    for reason in row["reasons"] if isinstance(row["reasons"], list) else []:
        show.say(f"    {reason}")
    if row["remedy"]:
        show.say(f"    remedy: {row['remedy']}")


def _day(text: str, zone: str) -> datetime:
    """The beginning of a day of the office."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except ValueError as error:
        raise ConfigError(f"--since: {text!r} is no day", remedy="write it like 2026-11-24") from error


def _name(number: str) -> str:
    """A number as part of a file name."""
    return "".join(char if char.isalnum() or char in "-_" else "_" for char in number)[:100]
