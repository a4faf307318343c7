"""What a command loads before it knows what it is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import typer

from maild.cli.app import app
from maild.cli.tree import TREE

LIGHT = ("maild.cli", "maild.domain")
HEAVY = ("sqlalchemy", "re2", "rich", "jinja2", "numpy", "starlette", "pydantic", "dns", "cryptography")


def test_the_tree_of_commands_is_light() -> None:
    """`maild --help` loads nouns and commands alone: an import for a type's sake once took half of its time."""
    told = "import json, sys, maild.cli.app; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    loaded = json.loads(done.stdout)
    ours = [name for name in loaded if name.startswith("maild.") and not name.startswith(LIGHT)]
    assert ours == []
    assert [name for name in loaded if name.split(".")[0] in HEAVY] == []


def test_the_tree_says_of_each_command_what_the_command_says() -> None:
    """Help lists commands without loading them: what it shows of each is the first sentence of its own help."""
    root: Any = typer.main.get_command(app)
    assert {name: one.get_short_help_str(400) for name, one in root.commands.items()} == {
        name: said for name, (_, said) in TREE.items()
    }


def test_help_loads_no_command() -> None:
    """`maild --help` imports not one module of commands."""
    told = (
        "import sys; from maild.cli.app import run; assert run(['--help']) == 0;"
        "print(sorted(n for n in sys.modules if n.startswith('maild.cli.')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    assert "queue" in done.stdout
    assert done.stderr.strip() == "['maild.cli.app', 'maild.cli.context', 'maild.cli.tree']"
