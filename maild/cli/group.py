"""A group of commands whose list says of each what it does in a whole sentence."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

WHOLE = 1000  # characters: no sentence is cut


class Group(TyperGroup):
    """As typer has it, but for sentences that it cuts."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Names, and the first sentence of each one's help."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, each.get_short_help_str(WHOLE)) for name, each in found if each is not None and not each.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
