"""The tree of commands; errors in words; exit codes 0 done, 1 no or failed, 2 usage or configuration."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from maild import __version__
from maild.cli.context import CALL, hoist
from maild.cli.group import Group
from maild.cli.tree import SYNONYMS, TREE
from maild.domain.errors import ConfigError, MaildError

with suppress(ImportError):  # of a typer that is made otherwise inside: then its own, slower way
    from maild.cli.plain import spare_pydantic

    spare_pydantic()

INTERRUPTED = 130


class _Commands(Mapping[str, Any]):
    """The commands of the tree; each is imported when it is asked for, so that `maild --help` imports none."""

    def __getitem__(self, name: str) -> Any:
        if name not in TREE:
            raise KeyError(name)
        return _loaded(name)

    def __iter__(self) -> Iterator[str]:
        return iter(TREE)

    def __len__(self) -> int:
        return len(TREE)


@cache
def _loaded(name: str) -> Any:
    module, _, held = TREE[name][0].partition(":")
    found = getattr(importlib.import_module(f"maild.cli.{module}"), held)
    # A Typer of one command would be that command: the empty callback keeps it a group.
    alone = typer.Typer(callback=lambda: None, pretty_exceptions_enable=False, rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        own = found.info.cls  # a placeholder where it has none
        alone.add_typer(found, name=name, cls=own if isinstance(own, type) else Group)
    else:
        alone.command(name)(found)
    return typer.main.get_group(alone).commands[name]


class _Root(TyperGroup):
    """The root command: its options may stand after the subcommand as well."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Commands()  # type: ignore[assignment]  # nobody adds one

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, hoist(args))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Who looks for a command by another name is told which one it is."""
        if args and args[0] in SYNONYMS:
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{SYNONYMS[args[0]]}'?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """As TyperGroup does it, from the tree alone, each sentence whole."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in TREE.items()])


app = typer.Typer(
    cls=_Root,
    name="maild",
    help="The e-mail daemon of an interlibrary-loan and document-delivery office.",
    epilog="--config and --json may also stand after the command. Exit codes: 0 done, 1 no or failed, 2 usage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"maild {__version__}")
        raise typer.Exit


@app.callback()
def common(
    config: Annotated[
        str | None,
        typer.Option("--config", help="TOML file. Default: /etc/maild/maild.toml, then ./maild.toml.", metavar="FILE"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    CALL.config, CALL.json = Path(config) if config is not None else None, as_json


@cache
def _command() -> Any:
    """All commands with their options, worked out once in a process."""
    return typer.main.get_command(app)


# What the library that checks values says → what a person at a shell is told.
_SAID = (
    (re.compile(r"Value error, "), ""),
    (re.compile(r"Input should be a valid integer, .*"), "a whole number is needed"),
    (re.compile(r"Input should be a valid number, .*"), "a number is needed"),
    (re.compile(r"Input should be greater than or equal to "), "it must be at least "),
    (re.compile(r"Input should be less than or equal to "), "it must be at most "),
    (re.compile(r"Input should be "), "it should be "),
)


def _plain(said: str) -> str:
    for pattern, words in _SAID:
        said = pattern.sub(words, said)
    return said


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
            error.message = _plain(str(getattr(error, "message", "")))
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
