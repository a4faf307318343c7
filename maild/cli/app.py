"""The tree of commands; errors in words; exit codes 0 done, 1 no or failed, 2 usage or configuration."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from maild import __version__
from maild.cli import (
    addresses,
    alarm,
    backup,
    balance,
    check,
    claims,
    clock,
    console,
    database,
    demo,
    deposit,
    digest,
    evaluate,
    events,
    explain,
    fees,
    form,
    imports,
    init,
    invoices,
    iso18626,
    learn,
    ledger,
    mailbox,
    notice_words,
    notices,
    outbox,
    patrons,
    privacy,
    queue,
    queue_acts,
    receipt,
    reconcile,
    registrations,
    reload,
    replay,
    rules,
    stats,
    transactions,
    user,
)
from maild.cli import run as runner
from maild.cli.context import CALL, hoist
from maild.domain.errors import ConfigError, MaildError

INTERRUPTED = 130


class _Root(TyperGroup):
    """The root command: its options may stand after the subcommand as well."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, hoist(args))


app = typer.Typer(
    cls=_Root,
    name="maild",
    help="The e-mail daemon of an interlibrary-loan and document-delivery office.",
    epilog="--config and --json may also stand after the command. Exit codes: 0 done, 1 no or failed, 2 usage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"maild {__version__}")
        raise typer.Exit


@app.callback()
def common(
    config: Annotated[
        Path | None,
        typer.Option("--config", help="TOML file. Default: /etc/maild/maild.toml, then ./maild.toml.", metavar="FILE"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    CALL.config, CALL.json = config, as_json


app.command()(init.init)
app.command()(check.check)
app.command()(runner.run)
app.command()(reload.reload)
app.command()(console.console)
app.command()(demo.demo)
app.command()(explain.explain)
app.command()(evaluate.evaluate)
app.command()(receipt.receipt)
app.command()(form.form)
app.command("balance")(balance.show)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(privacy.purge)
app.command()(digest.digest)
app.command()(stats.stats)
app.add_typer(imports.app, name="import")
app.add_typer(transactions.app, name="transactions")
for act in (privacy.export, privacy.erase, privacy.readmit):
    patrons.app.command()(act)
app.add_typer(patrons.app, name="patrons")
app.add_typer(addresses.app, name="addresses")
app.add_typer(registrations.app, name="registrations")
app.add_typer(queue.app, name="queue")
app.add_typer(learn.app, name="learn")
app.add_typer(queue_acts.senders, name="senders")
app.add_typer(claims.app, name="claims")
app.add_typer(deposit.app, name="deposit")
app.add_typer(outbox.app, name="outbox")
app.add_typer(invoices.app, name="invoices")
app.add_typer(reconcile.app, name="reconcile")
for command in (notice_words.versions, notice_words.edit, notice_words.restore):
    notices.app.command(command.__name__)(command)
app.add_typer(notices.app, name="notices")
app.add_typer(ledger.app, name="ledger")
app.add_typer(fees.app, name="fees")
app.add_typer(events.app, name="events")
app.add_typer(alarm.app, name="alarm")
app.add_typer(iso18626.app, name="iso18626")
app.add_typer(rules.app, name="rules")
app.command()(replay.replay)
app.add_typer(user.app, name="user")
app.add_typer(mailbox.app, name="mailbox")
app.add_typer(database.app, name="db")
app.add_typer(clock.app, name="clock")


@cache
def _command() -> Any:
    """All commands with their options, worked out once in a process."""
    return typer.main.get_command(app)


def run(args: Sequence[str]) -> int:
    """Run one command line; returns its exit code."""
    try:
        outcome = _command()(list(args), prog_name="maild", standalone_mode=False)
    except MaildError as error:
        print(f"maild: {error}", file=sys.stderr)  # noqa: T201
        return 2 if isinstance(error, ConfigError) else 1
    except typer.TyperException as error:
        # Usage errors show themselves with the command's usage line; what else typer raises is a sentence.
        show = getattr(error, "show", None)
        if show:
            show()
        else:
            print(f"maild: {error}", file=sys.stderr)  # noqa: T201
        return int(getattr(error, "exit_code", 2))
    except (KeyboardInterrupt, typer.Abort):
        print("maild: interrupted", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (| head): no error of ours. Keep Python's own flush silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return outcome if isinstance(outcome, int) else 0
