"""The commands that a text names, held against those that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import typer

from maild.cli.app import app

COMMAND = re.compile(r"maild ((?:[a-z][a-z0-9-]*)(?: [a-z][a-z-]*)?)([^`\n]*)")
END = re.compile(r"[,;)]")  # what comes behind may be another command's
COMMON = {"--json", "--config", "--help", "-h"}  # of every command
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def options_of(words: Sequence[str]) -> set[str] | None:
    """The options of the command that the words begin with, or of the group that they are; None where there is none."""
    command: Any = typer.main.get_command(app)
    while words and hasattr(command, "commands"):
        if words[0] not in command.commands:
            return None
        command, words = command.commands[words[0]], words[1:]
    return {name for one in command.params for name in one.opts}


def wrong(words: str, rest: str) -> Iterator[str]:
    """What of a command as it is named does not exist."""
    options = options_of(words.split())
    if options is None:
        yield f"maild {words}"
        return
    own = END.split(rest, maxsplit=1)[0]
    yield from (f"maild {words} {option}" for option in OPTION.findall(own) if option not in options | COMMON)
