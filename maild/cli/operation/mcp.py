"""maild mcp: the console's views for a language model's client."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from maild.cli.context import services


def mcp(
    key_file: Annotated[
        Path, typer.Option("--key-file", help="File with a key of the API: maild user token add.", exists=True)
    ],
) -> None:
    """Answer a language model's client on standard input and output (MCP): it may look, and changes nothing."""
    from maild.console.access.gate import Gate
    from maild.console.api.mcp import McpServer
    from maild.console.areas import VIEWS
    from maild.console.serve import make_desk
    from maild.domain.errors import ConfigError

    with services() as made:
        made.ensure_schema()
        gate = Gate(made)
        key = key_file.read_text("utf-8").strip()
        if gate.by_key(key) is None:
            raise ConfigError(f"{key_file}: this is no key that is valid", remedy="maild user token list")
        McpServer(make_desk(made), VIEWS, lambda: gate.by_key(key, quiet=True)).serve(
            sys.stdin.buffer, sys.stdout.buffer
        )
