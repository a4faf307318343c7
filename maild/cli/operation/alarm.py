"""maild alarm: what does not work at present, and the roads on which it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from maild.cli import show
from maild.cli.context import CALL, services
from maild.domain.desk.rows import COMMAND, Row
from maild.domain.errors import ConfigError

if TYPE_CHECKING:
    from maild.bootstrap import Services
    from maild.domain.operation.heartbeat import Heartbeat
    from maild.domain.operation.trouble import Trouble

app = typer.Typer(help="Troubles of maild itself, and the alarm roads ([alarm]).", no_args_is_help=True)


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also what is over, of the last three days.")] = False,
) -> None:
    """Show what does not work at present. Exit 1 where something does not, or no daemon runs."""
    from maild.domain.operation.heartbeat import Pulse, Running
    from maild.domain.operation.trouble import Sign, TroubleCause, of_data

    with services() as made:
        now = made.clock.now()
        with made.store.read() as uow:
            beats = uow.heartbeats.all(Running.DAEMON)
        alive = [beat for beat in beats if beat.pulse(now) is Pulse.ALIVE]
        found = [(beat, one) for beat in alive for one in of_data(beat.data) if one.open or every]
        lines = [_row(made, beat, one) for beat, one in found]
        if not alive:
            silent = Sign(cause=TroubleCause.DAEMON_SILENT)
            seen = COMMAND.moment(beats[0].seen) if beats else None
            lines.append(
                {
                    "cause": silent.cause.value,
                    "about": "",
                    "since": seen,
                    "closed": None,
                    "told": None,
                    "what": made.troubles.name(silent, made.settings.staff.language),
                    "reason": "",
                    "remedy": "systemctl status maild",
                    "host": "",
                }
            )
    show.table(lines, ("since", "closed", "what", "reason", "remedy"), empty="all is well")
    if not alive or any(one.open for _, one in found):
        raise typer.Exit(1)


def _row(made: Services, beat: Heartbeat, one: Trouble) -> Row:
    locale = made.settings.staff.language
    return {
        "cause": one.cause.value,
        "about": one.about,
        "since": COMMAND.moment(one.since),
        "closed": COMMAND.moment(one.closed),
        "told": COMMAND.moment(one.told),
        "what": made.troubles.name(one, locale),
        "reason": one.what,
        "remedy": one.remedy,
        "host": beat.host,
    }


@app.command("test")
def test() -> None:
    """Send a test on every alarm road now, and the heartbeat. Exit 1 where one is not taken."""
    from maild.domain.operation.alarm import Alarm

    with services() as made:
        alarms = made.alarms
        if alarms is None:
            raise ConfigError(
                "[alarm] names no road: nobody would be told",
                remedy="set alarm.wecom_file, dingtalk_file, feishu_file, webhook_file or apprise_file: "
                "docs/operations.md",
            )
        answers = [(answer.road, answer.fault) for answer in alarms.send(Alarm())]
        beat = alarms.beat()
        if beat is not None:
            answers.append(("heartbeat", beat))
    for road, fault in answers:
        if CALL.json:
            show.dump({"road": road, "taken": not fault, "reply": fault})
        else:
            show.say(f"{road}: {fault or 'taken'}")
    if any(fault for _, fault in answers):
        raise typer.Exit(1)
