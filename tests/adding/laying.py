"""What CONTRIBUTING shows of a thing that is added, laid into a copy of maild: the words of the page are what is tried.

A block of code follows a line that says where it belongs: the path of a new file; or a path and `, before `…``, which is the
entry, the statement or the line that it stands before; or a path and `, at its end`.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(
    r"^`(?P<path>[\w./-]+)`(?:, before `(?P<before>[^\n]+?)`|(?P<end>, at its end))?:\n\n```\w*\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SECTIONS = ("Adding a notice", "Adding a kind of mail")
SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of code, and where it belongs. before: '' for a new file, or for the end of one that is there (`end`)."""

    path: str
    text: str
    before: str = ""
    end: bool = False


def blocks(section: str) -> list[Block]:
    """All of a section of CONTRIBUTING, in their order."""
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    words = page.partition(f"## {section}\n")[2].partition("\n## ")[0]
    found = [
        Block(path=hit["path"], text=hit["text"], before=hit["before"] or "", end=bool(hit["end"]))
        for hit in _BLOCK.finditer(words)
    ]
    assert len(found) == words.count("\n```") / 2, "a block says nowhere where it belongs"
    return found


def made() -> set[str]:
    """The files that are made by what is shown: none of them is in the tree."""
    return {block.path for section in SECTIONS for block in blocks(section) if not (block.before or block.end)}


def copied(section: str, root: Path) -> Path:
    """A copy of maild, with what the section shows."""
    for folder in ("maild", "rules", "templates"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "docs").mkdir()
    shutil.copy(ROOT / "docs/notices.md", root / "docs")
    shown = blocks(section)
    for block in shown:
        lay(block, root)
    for path in {block.path for block in shown if block.path.endswith(".toml")}:
        tomllib.loads((root / path).read_text("utf-8"))  # a key twice is refused here, and not in some test of it
    return root


def lay(block: Block, root: Path) -> None:
    """Put one block where it belongs."""
    path = root / block.path
    if not (block.before or block.end):
        assert not path.exists(), path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")
        return
    lines = path.read_text("utf-8").splitlines(keepends=True)
    at = len(lines) if block.end else _place(lines, block)
    gap = "\n" if block.end else ""
    path.write_text("".join((*lines[:at], gap, block.text, *lines[at:])), "utf-8")


def _place(lines: list[str], block: Block) -> int:
    """The line before which it stands."""
    hit = [number for number, line in enumerate(lines) if block.before in line]
    assert hit, f"{block.path} has no {block.before}"
    if not block.path.endswith(".py"):
        return hit[0]
    entries = [(first, last) for first, last in _entries(ast.parse("".join(lines))) if first <= hit[0] + 1 <= last]
    return max(entries)[0] - 1


def _entries(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """The first and last line of each statement, and of each entry of a table."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            yield from (
                (key.lineno, value.end_lineno or 0)
                for key, value in zip(node.keys, node.values, strict=True)
                if key is not None
            )
        elif isinstance(node, ast.Tuple | ast.List | ast.stmt):
            inner = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
            yield from ((each.lineno, each.end_lineno or 0) for each in inner)


def run(root: Path, *arguments: str) -> str:
    """What Python prints in the copy. Fails with what it says where it does not end well."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAILD_", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**kept, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tried(root: Path, *files: str) -> None:
    """Have tests of the tree hold of the copy."""
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    run(root, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(root), *files)
