"""What a command loads before it knows what it is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer

from maild.cli.app import app
from maild.cli.tree import TREE
from tests.servers.schema import lay_out

LIGHT = ("maild.cli", "maild.domain", "maild.texts")
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
    assert (
        done.stderr.strip()
        == "['maild.cli.app', 'maild.cli.context', 'maild.cli.group', 'maild.cli.plain', 'maild.cli.tree']"
    )


def test_a_list_loads_no_more_than_it_shows(tmp_path: Path) -> None:
    """No validators for options that are right already, no dialect of a database that is not asked, no tables drawn
    of nothing: together they took a quarter of `maild queue list`.
    """
    url = lay_out(tmp_path / "maild.db")
    env = {"MAILD_STORE__URL": url, "MAILD_STORE__BLOBS": str(tmp_path / "blobs"), "PATH": "/usr/bin:/bin"}
    told = (
        "import json, sys; from maild.cli.app import run; assert run(['queue', 'list']) == 0;"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60, env=env, cwd=tmp_path
    )
    assert done.stdout == "nothing waits\n"
    loaded = json.loads(done.stderr)
    assert "sqlalchemy.dialects.sqlite" in loaded
    unwanted = ("rich", "pydantic", "jinja2", "starlette", "sqlalchemy.dialects.postgresql")
    assert [name for name in loaded if name in unwanted] == []


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ([], (5, "a", 1.5)),
        (["--number", "7", "--text", "", "--part", "2"], (7, "", 2.0)),
        (["--number", "11"], None),
        (["--number", "x"], None),
        (["--text"], None),
    ],
)
def test_options_mean_what_they_meant(words: list[str], seen: tuple[int, str, float] | None) -> None:
    """A text is taken as it is; a number is read, and held within its bounds."""
    told: list[Any] = []
    alone = typer.Typer(pretty_exceptions_enable=False)

    @alone.command()
    def one(
        number: Annotated[int, typer.Option(min=1, max=10)] = 5,
        text: str = "a",
        part: Annotated[float, typer.Option()] = 1.5,
    ) -> None:
        told.append((number, text, part))

    command: Any = typer.main.get_command(alone)
    if seen is None:
        with pytest.raises(typer.TyperException):
            command(words, standalone_mode=False)
    else:
        command(words, standalone_mode=False)
    assert told == ([seen] if seen else [])
