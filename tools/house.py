"""Counts the house: `python tools/house.py [--json]`. The figures of docs/decisions/0081 are its."""

from __future__ import annotations

import ast
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.imports import ROOT, module_of

LONG = 400  # lines of a file
SHORT = 80
OWN = ("AssertionError", "NotImplementedError")  # faults of the program itself: no caller expects them


def _imports(tree: ast.Module) -> set[str]:
    found = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def _public(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions of the module and methods of its public classes; what stands within a function is its own matter."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if not node.name.startswith("_"):
                yield node
        elif not (isinstance(node, ast.ClassDef) and node.name.startswith("_")):
            yield from _public(node)


def unsaid(module: str, tree: ast.Module) -> tuple[int, list[str]]:
    """How many public functions raise by themselves; and which of them do not say so in their docstring.

    A command's docstring is its help: what it raises is told to whom types it, and what a script has to know is the exit.
    """
    raising, silent = 0, list[str]()
    for node in _public(tree):
        raised = {ast.unparse(each.exc) for each in ast.walk(node) if isinstance(each, ast.Raise) and each.exc}
        raised = {each for each in raised if not each.startswith(OWN)}
        word = "aise"
        if module.startswith("maild.cli."):
            raised, word = {each for each in raised if each.startswith("typer.Exit")}, "xit "
        raising += bool(raised)
        if raised and word not in (ast.get_docstring(node) or ""):
            silent.append(f"{module}.{node.name}")
    return raising, silent


@cache
def figures() -> dict[str, object]:
    """What is counted → its figure."""
    files = {module_of(file): file for file in sorted((ROOT / "maild").rglob("*.py"))}
    texts = {module: file.read_text("utf-8") for module, file in files.items()}
    trees = {module: ast.parse(text) for module, text in texts.items()}
    lines = {module: text.count("\n") for module, text in texts.items()}
    folders = Counter(str(file.parent.relative_to(ROOT)) for file in files.values() if file.name != "__init__.py")
    importers: dict[str, set[str]] = defaultdict(set)
    for module, tree in trees.items():
        for each in _imports(tree) & set(files) - {module}:
            importers[each].add(module)
    single = [module for module, who in importers.items() if len(who) == 1 and files[module].name != "__init__.py"]
    raisers = [unsaid(module, tree) for module, tree in trees.items()]
    rows: dict[str, int] = Counter()
    for module, count in lines.items():
        rows[".".join(module.split(".")[: 3 if module.startswith("maild.office.") else 2])] += count
    return {
        "files": len(files),
        "lines": sum(lines.values()),
        "largest folders": dict(folders.most_common(6)),
        "files over 400 lines": sorted(module for module, count in lines.items() if count > LONG),
        "modules with one importer": len(single),
        "of these under 80 lines": sum(lines[module] < SHORT for module in single),
        "fmt: skip": sum(text.count("# fmt: skip") for text in texts.values()),
        "files with fmt: skip": sum("# fmt: skip" in text for text in texts.values()),
        "public functions that raise": sum(raising for raising, _ in raisers),
        "of these that do not say so": sorted(name for _, silent in raisers for name in silent),
        "lines by package": dict(sorted(rows.items())),
    }


def main() -> None:
    """Print them."""
    found = figures()
    if "--json" in sys.argv:
        print(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        if isinstance(value, dict):
            print(f"{name}:")
            for key, count in value.items():
                print(f"    {count:7,}  {key}")
        else:
            print(f"{name}: {', '.join(value) if isinstance(value, list) else f'{value:,}'}")


if __name__ == "__main__":
    main()
