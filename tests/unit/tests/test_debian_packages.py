"""tools/debian: what is installed where a package is to be had, and where it is not."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[3] / "tools" / "debian"
Run = Callable[..., tuple[str, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the tool where some packages are installed and some to be had: what it installed, what it said."""
    log = tmp_path / "installed"

    def run(*wanted: str, have: str = "", served: str = "", user: int = 0) -> tuple[str, str]:
        commands = {
            "id": f"echo {user}",
            "dpkg-query": f'case " {have} " in *" $3 "*) printf installed;; *) exit 1;; esac',
            "apt-get": f'[ "$1" = install ] || exit 0; shift 4; for each in "$@"; do case " {have} {served} " in '
            f'*" $each "*) ;; *) echo "E: $each" >&2; exit 100;; esac; done; echo "$@" >{log}',
        }
        for name, does in commands.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
            (tmp_path / name).chmod(0o755)
        done = subprocess.run(
            [TOOL, *wanted],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        return (log.read_text().strip() if log.exists() else "", f"{done.returncode} {done.stderr}")

    return run


def test_the_better_of_two_is_taken_where_it_is_to_be_had(run: Run) -> None:
    """Also where the other one is there already."""
    assert run("a|b", "c", have="b c", served="a")[0] == "a"
    assert run("a|b", "c", served="a b c")[0] == "a c"


def test_the_other_one_does_where_the_better_one_is_not_to_be_had(run: Run) -> None:
    """It says so, and goes on."""
    assert run("a|b", "c", served="b c") == (
        "b c",
        "0 make: installing Debian packages: a c\nE: a\nmake: they are not all to be had; going on with b c\n",
    )
    assert run("a|b", have="b")[1].startswith("0 ")


def test_it_fails_where_neither_is_to_be_had(run: Run) -> None:
    """And where there was no choice."""
    assert run("a|b")[1].startswith("100 ")
    assert run("c")[1].startswith("1 ")


def test_without_root_it_names_what_is_lacking(run: Run) -> None:
    """Nothing is lacking where one of the two is there."""
    assert run("a|b", have="b", user=1000) == ("", "0 ")
    assert run("a|b", "c", have="b", user=1000)[1].endswith("apt-get install c\n")
    assert run("a|b", have="a") == ("", "0 ")
