"""What is said to do names commands and options that exist: remedies, helps, comments of the configuration, texts."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from maild.cli.tree import TREE
from tests.unit.docs.commands import COMMAND, wrong

ROOT = Path(__file__).parents[3]
CODE = re.compile(r"`([^`\n]+)`")


def said() -> Iterator[tuple[Path, str, bool]]:
    """(file, text, it is a remedy) of all that the program may say: docstrings, and the keys and texts of tables."""
    for file in (ROOT / "maild").rglob("*.py"):
        source = file.read_text("utf-8")
        if "maild " not in source:
            continue
        tree = ast.parse(source)
        remedies = {node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "remedy"}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield file, node.value, node in remedies
    for folder in ("maild", "templates", "rules"):
        for file in (ROOT / folder).rglob("*.toml"):
            for text in _texts(tomllib.loads(file.read_text("utf-8"))):
                yield file, text, False


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)


def test_commands_that_are_named_exist() -> None:
    """In code, as a whole remedy, or by the name of a group of commands, which no sentence has by chance."""
    groups = {
        name for name, (where, _) in TREE.items() if where.partition(":")[2] in ("app", "patrons", "senders", "notices")
    }
    faults, count = [], 0
    for file, text, remedy in said():
        code = CODE.findall(text)
        for place, (words, rest) in [(c, found) for c in (text, *code) for found in COMMAND.findall(c)]:
            named = place in code or (remedy and text.startswith("maild ")) or words.split()[0] in groups
            if named:
                count += 1
                faults += [f"{file.relative_to(ROOT)}: {each}" for each in wrong(words, rest)]
    assert count > 150
    assert sorted(set(faults)) == []
