"""Counts the house: `python tools/house.py [--json]`. The figures of docs/decisions/0081 are its."""

from __future__ import annotations

import ast
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONG = 400  # lines of a file
SHORT = 80


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(tree: ast.Module) -> set[str]:
    found = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def _unsaid(tree: ast.Module) -> tuple[int, int]:
    """Public functions that raise by themselves; and those of them whose docstring does not say so."""
    raising = silent = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            raised = {each for each in ast.walk(node) if isinstance(each, ast.Raise) and each.exc is not None}
            raising += bool(raised)
            silent += bool(raised) and "aise" not in (ast.get_docstring(node) or "")
    return raising, silent


def figures() -> dict[str, object]:
    """What is counted → its figure."""
    files = {_module(file): file for file in sorted((ROOT / "maild").rglob("*.py"))}
    texts = {module: file.read_text("utf-8") for module, file in files.items()}
    trees = {module: ast.parse(text) for module, text in texts.items()}
    lines = {module: text.count("\n") for module, text in texts.items()}
    folders = Counter(str(file.parent.relative_to(ROOT)) for file in files.values() if file.name != "__init__.py")
    importers: dict[str, set[str]] = defaultdict(set)
    for module, tree in trees.items():
        for each in _imports(tree) & set(files) - {module}:
            importers[each].add(module)
    single = [module for module, who in importers.items() if len(who) == 1 and files[module].name != "__init__.py"]
    unsaid = [_unsaid(tree) for tree in trees.values()]
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
        "public functions that raise": sum(raising for raising, _ in unsaid),
        "of these that do not say so": sum(silent for _, silent in unsaid),
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
