"""A public function that raises says so: who calls it has to know what may come."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

CODE = Path(__file__).resolve().parents[3] / "maild"
NO_ERRORS = {"NotImplementedError", "AssertionError"}  # faults of the program
ITS_OWN = ("cli", "demo")  # commands end with an exit code; their docstring is their help


def raising(body: ast.AST) -> bool:
    """Whether it raises itself, not in a function within it."""
    for node in ast.iter_child_nodes(body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.Raise) and node.exc is not None:
            made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if not (isinstance(made, ast.Name) and made.id in NO_ERRORS):
                return True
        if raising(node):
            return True
    return False


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Public functions of a module, and public methods of its public classes."""
    for node in tree.body:
        members = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else [node]
        for one in members:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and not one.name.startswith("_"):
                yield one


def test_what_raises_says_so() -> None:
    """In its docstring: what, and where it is not plain, when."""
    silent = [
        f"{file.relative_to(CODE)}: {one.name}"
        for file in sorted(CODE.rglob("*.py"))
        if file.relative_to(CODE).parts[0] not in ITS_OWN
        for one in functions(ast.parse(file.read_text("utf-8")))
        if raising(one) and "aise" not in (ast.get_docstring(one) or "")
    ]
    assert silent == []
