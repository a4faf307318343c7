"""maild rules hits, try, versions: how rules fare."""

from __future__ import annotations

from typing import Annotated

import typer

from maild.cli import show
from maild.cli.context import CALL, services

Name = Annotated[str, typer.Argument(metavar="NAME", help="The rule, e.g. 30-calis-shipped.")]


def hits(
    drifting: Annotated[bool, typer.Option("--drifting", help="Only those that changed.")] = False,
) -> None:
    """What each rule took in 7, 30 and 90 days, how much of it staff corrected, and whether it drifts."""
    from maild.domain.errors import ConfigError
    from maild.domain.learning.rule_health import RuleHealth
    from maild.office.workshop.rule_figures import keys_of, rule_row

    with services() as made:
        files = made.rule_files.all()
        health = made.rule_figures.of(keys_of(files))
        try:
            working = {rule.name for rule in made.rules.rules}
        except ConfigError:  # which file is broken is told beside it
            working = set()
        fault = made.rule_files.fault()
    rows = []
    for file in files:
        found = health.get(file.name, RuleHealth(rule=file.name))
        if found.drift or not drifting:
            drift = "; ".join(f"{one.what}: {one.turn.words()}" for one in found.drift)
            rows.append(
                {
                    **rule_row(file, found, in_force=file.name in working),
                    "corrected": found.wrong or "",
                    "7_days": found.recent[0],
                    "30_days": found.recent[1],
                    "90_days": found.recent[2],
                    "said": file.fault or drift,
                }
            )
    if CALL.json:
        for row in rows:
            show.dump({key: value for key, value in row.items() if key not in _FOR_PEOPLE})
    else:
        show.table(
            rows, ("name", "state", "7_days", "30_days", "90_days", "corrected", "last", "said"), empty="no rule drifts"
        )
    if fault is not None:
        raise fault


_FOR_PEOPLE = ("corrected", "7_days", "30_days", "90_days", "said")


def try_(name: Name) -> None:
    """Read a rule's examples in a confined process. Exit 1 if one does not go as expected."""
    from maild.benches import rule_acts

    with services() as made:
        tried = rule_acts(made).try_examples(name)
    rows = [{"mail": one.mail, "passed": not one.problems, "problems": "; ".join(one.problems)} for one in tried]
    show.table(rows, ("mail", "passed", "problems"), empty=f"{name} has no example")
    if any(one.problems for one in tried):
        raise typer.Exit(1)


def versions(
    name: Name,
    diff: Annotated[bool, typer.Option("--diff", help="With what changed since each.")] = False,
) -> None:
    """The earlier versions of a rule, latest first."""
    from maild.benches import rule_acts
    from maild.office.workshop.notice_acts import diff as differing

    with services() as made:
        found, file = rule_acts(made).versions(name), made.rule_files.one(name)
    rows = [{"version": one.id, "replaced": one.at, "text": one.text} for one in found]
    show.table(rows, ("version", "replaced"), empty=f"no earlier version of {name}")
    if diff and not CALL.json and file is not None:
        for one in found:
            show.say(f"\n--- since {one.id}")
            show.say(differing(one.text, file.text))
