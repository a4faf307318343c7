"""Who imports whom in maild: what import-linter's contracts do not say. tests/unit/tests/test_house.py holds it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Graph = Mapping[str, Collection[str]]


def module_of(file: Path) -> str:
    """maild/store/uow.py → maild.store.uow; a folder's __init__.py is the folder."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """All that is ever run: what stands under TYPE_CHECKING is read by mypy alone."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield child
            yield from _run(child)


def imported(source: str, known: Collection[str]) -> set[str]:
    """Which of the known modules a source imports, at its top or within a function."""
    found = set[str]()
    for node in _run(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else node.module for name in names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & set(known)


@cache
def imports() -> Graph:
    """Each module of maild → those that it imports."""
    sources = {module_of(file): file.read_text("utf-8") for file in sorted((ROOT / "maild").rglob("*.py"))}
    return {module: imported(source, sources.keys()) - {module} for module, source in sources.items()}


def within(package: str, graph: Graph) -> Graph:
    """What stands right below a package, modules and folders → those beside it that it, or anything in it, imports."""
    depth = package.count(".") + 2

    def child(module: str) -> str:
        return ".".join(module.split(".")[:depth])

    below = [module for module in graph if module.startswith(f"{package}.")]
    found: dict[str, set[str]] = {child(module): set() for module in below}
    for module in below:
        found[child(module)] |= {child(other) for other in graph[module] if other.startswith(f"{package}.")}
    return {name: others - {name} for name, others in found.items()}


def circle(graph: Graph) -> list[str]:
    """One circle in it: each is imported by the next, and the first is the last. Empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def circles(graph: Graph) -> list[list[str]]:
    """One circle of the modules, and of what stands side by side in each folder."""
    packages = sorted({module.rpartition(".")[0] for module in graph} - {""})
    return [found for each in (graph, *(within(package, graph) for package in packages)) if (found := circle(each))]


Crossing = tuple[str, str, str]  # a slice of the office, another, and which module of it is imported ('': its folder)


def crossings(graph: Graph, *, base: Collection[str] = (), tables: Collection[str] = ()) -> set[Crossing]:
    """Where one slice imports another; what stands under all of them apart, and the tables that name them all."""
    office = "maild.office."
    found = set[Crossing]()
    for module, others in graph.items():
        for other in others if module.startswith(office) else ():
            here, there = module.split(".")[2], other.removeprefix(office).partition(".")
            if other.startswith(office) and here not in tables and there[0] not in {here, *base}:
                found.add((here, there[0], there[2]))
    return found


def allowed() -> tuple[Mapping[str, str], Mapping[str, str], Mapping[Crossing, str]]:
    """tools/slices.toml: what all may import, the tables, and each import of one slice from another; with their why."""
    read = tomllib.loads((ROOT / "tools/slices.toml").read_text("utf-8"))
    base, tables = read.pop("base"), read.pop("tables")
    lines = {
        (here, there, module): why
        for here, others in read.items()
        for there, modules in others.items()
        for module, why in _flat(modules)
    }
    return base, tables, lines


def _flat(modules: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in modules.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", str(value)
