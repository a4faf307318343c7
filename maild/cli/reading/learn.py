"""maild learn: what the second reader can learn from what staff decided; adopting it, silencing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from maild.cli import show
from maild.cli.context import CALL, acting, actor, services
from maild.cli.made import As, noun
from maild.domain.desk.rows import COMMAND
from maild.domain.learning.learned import SHIPPED_NAME

if TYPE_CHECKING:
    from maild.domain.learning.learned import InForce, Model, Record

app = typer.Typer(
    help="Learn from what staff did with queued mails; nothing speaks before a person adopts it.",
    invoke_without_command=True,
    cls=noun("learn"),
)
Row = dict[str, Any]


@app.callback()
def learn(ctx: typer.Context, who: As = "") -> None:
    """Train on what staff decided, test it on the last 90 days, and keep the weights. Adopts nothing.

    Tells what is gained, changed and contradicting, and how sure the reader must be for each class of acts. Exit 1
    where it contradicts staff more often than what speaks now.
    """
    if ctx.invoked_subcommand is not None:
        return
    with acting() as made:
        learned = made.learner.learn(actor=actor(who))
    row = {"what": "learned", "version": learned.version, **learned.report}
    if CALL.json:
        show.dump(row)
    else:
        _tell(learned.version, learned.report)
    test = cast(Mapping[str, Any], learned.report["backtest"])
    if test.get("after", 0) < test.get("before", 0):
        raise typer.Exit(1)


def _tell(version: str, report: Mapping[str, Any]) -> None:
    kinds = ", ".join(f"{kind} {count}" for kind, count in report["kinds"].items())
    show.say(f"version {version}: {report['mails']} mails of {report['authors']} writers ({kinds})")
    for risk, found in report["thresholds"].items():
        show.say(f"  {risk:<12} {found['words']}")
    for risk, need in report["lacking"].items():
        show.say(f"  {risk:<12} {need} more mails that both read alike are needed, at the least")
    _tell_test(report["backtest"])
    show.say(f"to let it speak: maild learn adopt {version}")


def _tell_test(test: Mapping[str, Any]) -> None:
    if not test["mails"]:
        show.say(test["why"])
        return
    show.say(
        f"the last 90 days, {test['mails']} mails: right before {test['before']}, with it {test['after']}; "
        f"gained {test['gained']}, changed {test['changed']}, contradicting {test['contradicting']}"
    )
    for row in test["rows"]:
        said = f"{row['before']} → {row['after']} ({row['sure']:.2f})"
        show.say(
            f"  {row['finding']:<13} mail {row['mail_id']}: {said}; staff: {', '.join(row['staff'])} ({row['by']})"
        )


@app.command("list")
def list_() -> None:
    """List the versions, the one that speaks first of all."""
    with services() as made:
        now, models = made.learner.known()
        record = made.learner.record()
    show.table(_rows(now, models, record), ("version", "speaks", "made", "actor", "mails"))


def _rows(now: InForce, models: Sequence[Model], record: Record) -> list[Row]:
    told = {"acted": record.mails, "corrected": record.corrected, "silent": now.silent}
    found: list[Row] = [{"version": SHIPPED_NAME, "made": "", "actor": "", "mails": None}]
    found += [
        {"version": m.version, "made": COMMAND.moment(m.made), "actor": m.actor, "mails": m.report.get("mails")}
        for m in models
    ]
    for row in found:
        row["adopted"] = row["version"] == (now.version or SHIPPED_NAME)
        row["speaks"] = ("silent" if now.silent else "yes") if row["adopted"] else ""
        if row["adopted"]:
            row.update(told)
    return sorted(found, key=lambda row: not row["adopted"])


@app.command("show")
def show_(version: Annotated[str, typer.Argument(help="As `maild learn list` has it.")]) -> None:
    """Show what a version was learned from, and its back-test."""
    from maild.domain.errors import NotFound

    with services() as made:
        found = next((m for m in made.learner.known()[1] if m.version == version), None)
    if found is None:
        raise NotFound(f"no version {version} was learned here", remedy="maild learn list")
    if CALL.json:
        show.dump({"what": "learned", "version": version, **_thawed(found.report)})
    else:
        _tell(version, cast(Mapping[str, Any], found.report))


def _thawed(value: Any) -> Any:
    """As JSON writes it: what is kept comes frozen."""
    if isinstance(value, Mapping):
        return {key: _thawed(inner) for key, inner in value.items()}
    return [_thawed(inner) for inner in value] if isinstance(value, list | tuple) else value
