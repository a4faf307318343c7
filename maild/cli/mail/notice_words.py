"""maild notices versions, edit: the words of notices as staff change them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import CALL, acting, actor, services
from maild.cli.mail.notices import By
from maild.cli.mail.notices import app as notices

Name = Annotated[str, typer.Argument(metavar="NAME", help="The template: <kind>.<locale>.<form>.j2")]
Note = Annotated[str, typer.Option("--note", help="Why; kept with the version.")]
Seen = Annotated[int | None, typer.Option("--seen", help="The version you began from; left out: the newest.")]


def versions(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="One template; left out: all that were edited.")] = "",
    diff: Annotated[bool, typer.Option("--diff", help="With what changed from version to version.")] = False,
) -> None:
    """Say which notices were edited, and what the versions of one are."""
    with services() as made:
        if not name:
            found = [one for one in made.notice_acts.templates() if one.version]
            rows = [
                {"name": one.name, "version": one.version, "edited": one.edited, "fault": one.fault} for one in found
            ]
            show.table(rows, ("name", "version", "edited", "fault"), empty="all notices are as shipped")
            return
        history, shipped = made.notice_acts.history(name), made.notice_acts.template(name).shipped
    rows = [
        {"id": v.id, "at": v.at, "actor": v.actor, "note": v.note, "shipped": v.body is None, "body": v.body}
        for v in history
    ]
    show.table(rows, ("id", "at", "actor", "shipped", "note"), empty=f"{name} is as shipped")
    if diff and not CALL.json:
        from maild.office.workshop.notice_acts import diff as differing

        for place, version in enumerate(history):
            before = history[place + 1].body if place + 1 < len(history) else shipped
            show.say(f"\n--- version {version.id}")
            show.say(
                differing(shipped if before is None else before, shipped if version.body is None else version.body)
            )


def edit(
    name: Name,
    file: Annotated[Path, typer.Option("--file", help="The new words; - reads standard input.")] = Path("-"),
    note: Note = "",
    seen: Seen = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what would be said of them.")] = False,
    show_: Annotated[bool, typer.Option("--show", help="Print the words in force, to begin with.")] = False,
    by: By = "",
) -> None:
    """Change the words of a notice: judged with every sample, in force from the next notice on.

    Exit 1 with --check where something grave is wrong with them.
    """
    with acting() as made:
        acts = made.notice_acts
        before = acts.template(name)
        if show_:
            if CALL.json:
                show.dump({"name": name, "version": before.version, "body": before.body, "fault": before.fault})
            else:
                print(before.body, end="")  # noqa: T201
            return
        body = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
        if check:
            findings = [
                {"line": f.line, "grave": f.grave, "what": f.what, "remedy": f.remedy}
                for f in acts.judged({name: body})
            ]
            show.table(findings, ("line", "grave", "what", "remedy"), empty="nothing is wrong with it")
            raise typer.Exit(any(row["grave"] for row in findings))
        base = before.version if seen is None else seen
        done = acts.save({name: body}, note=note, actor=actor(by), seen={name: base})
    show.done(done.done, name=name)


for command in (versions, edit):
    notices.command(command.__name__)(command)
