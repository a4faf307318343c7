"""Laws of the house that are counted: what tools/house.py counts may not grow again."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping

from tools.house import LONG, ROOT, figures, unsaid
from tools.imports import allowed, circles, crossings, imported, imports


def test_the_formatter_lays_the_code_out() -> None:
    """`# fmt: skip` stands at tables that are better aligned by hand, and nowhere else."""
    found = sum(file.read_text("utf-8").count("# fmt: skip") for file in (ROOT / "maild").rglob("*.py"))
    assert found <= 20


def test_no_folder_becomes_a_drawer() -> None:
    """A folder that needs more than twenty modules is two."""
    root = ROOT / "maild"
    sizes = {
        folder.relative_to(root).as_posix(): len([file for file in folder.glob("*.py") if file.name != "__init__.py"])
        for folder in root.rglob("*")
        if folder.is_dir() and "migrations" not in folder.parts
    }
    assert {name: size for name, size in sizes.items() if size > 20} == {}


def test_no_file_becomes_a_book() -> None:
    """A module of more than 400 lines is two; so is one of the tests, and of the tools."""
    assert figures()["files over 400 lines"] == []
    beside = [file for folder in ("tests", "tools") for file in (ROOT / folder).rglob("*.py")]
    assert len(beside) > 500
    assert [file for file in beside if file.read_text("utf-8").count("\n") > LONG] == []


def test_no_function_becomes_a_chapter() -> None:
    """Migrations stay as they were run."""
    long = [
        f"{file.relative_to(ROOT)}: {each.name}"
        for file in (ROOT / "maild").rglob("*.py")
        if "migrations" not in file.parts
        for each in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and (each.end_lineno or 0) - each.lineno >= 61
    ]
    assert long == []


def test_no_module_names_one_above_it() -> None:
    """What is imported by its name in a text runs downward, too, as import-linter holds it for imports."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    floors = {name: n for n, row in enumerate(contracts[0]["layers"]) for name in re.findall(r"maild[.\w]+", row)}
    found = []
    for file in (ROOT / "maild").rglob("*.py"):
        own, source = ".".join(file.relative_to(ROOT).with_suffix("").parts), file.read_text("utf-8")
        for node in ast.walk(ast.parse(source)) if '"maild.' in source else ():
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            named = re.fullmatch(r"(maild(?:\.\w+)+)(?::\w+)?", text)
            if named and importable(named[1]) and 0 <= floor(named[1], floors) < floor(own, floors):
                found.append(f"{own}: {text}")
    assert len(floors) > 30
    assert found == []


def floor(name: str, floors: Mapping[str, int]) -> int:
    """From 0, the highest; -1 for what stands on none of them: it may name any, and be named by any."""
    return next((n for known, n in floors.items() if f"{name}.".startswith(f"{known}.")), -1)


def importable(module: str) -> bool:
    """Whether there is a module of that name; words of events and of traces look like one."""
    path = ROOT.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_no_circle_in_any_folder() -> None:
    """Neither modules nor folders that stand side by side import each other, on whatever way round."""
    graph = imports()
    assert sum(map(len, graph.values())) > 5000
    assert circles(graph) == []


def test_a_circle_is_found() -> None:
    """Of modules; and of two folders whose modules go round in none."""
    assert circles({"m.a": {"m.b"}, "m.b": {"m.c"}, "m.c": {"m.a"}})
    straight = {"m.x.low": set[str](), "m.y.mid": {"m.x.low"}, "m.x.high": {"m.y.mid"}, "m.z": {"m.x.high"}}
    assert circles(straight) == [["m.x", "m.y", "m.x"]]
    assert circles({**straight, "m.x.high": {"m.x.low"}}) == []


def test_what_is_an_import() -> None:
    """Within a function, too; not what types alone need."""
    source = (
        "import m.a\nfrom m import b, SAY\nif TYPE_CHECKING:\n    from m.c import C\n"
        "def f():\n    if f:\n        from m.d import D\n"
    )
    assert imported(source, {"m", "m.a", "m.b", "m.c", "m.d"}) == {"m", "m.a", "m.b", "m.d"}


def test_slices_import_what_is_said_they_may() -> None:
    """tools/slices.toml says each import of one slice from another, why it is there, and none that is no more."""
    base, tables, lines = allowed()
    found = crossings(imports(), base=base, tables=tables)
    assert sorted(found - lines.keys()) == [], "not in tools/slices.toml"
    assert sorted(lines.keys() - found) == [], "no such import any more"
    assert [where for where, why in {**base, **tables, **lines}.items() if len(why) < 10] == []
    assert [name for name in {**base, **tables} if not importable(f"maild.office.{name}")] == []
    assert len(lines) <= 50


def test_an_import_between_slices_is_found() -> None:
    """Of a module, and of a folder's own words; not within a slice, of what all stand on, or by a table."""
    graph = {
        "maild.office.queue.acts": {
            "maild.office.books.money.ties",
            "maild.office.queue.rows",
            "maild.office.acting.act",
        },
        "maild.office.order": {"maild.office.queue.acts"},
        "maild.spine.read": {"maild.office.queue.acts"},
        "maild.office.books.money.ties": {"maild.office.queue", "maild.spine.read"},
    }
    assert crossings(graph, base=["acting"], tables=["order"]) == {
        ("queue", "books", "money.ties"),
        ("books", "queue", ""),
    }


# What a module is not called: each of these meant several things, or nothing that the field says (decision 0170).
STRUCK = frozenset({"voice", "voices", "tongue", "tongues", "lane", "lanes", "herald", "heralding", "judge", "judging"})
STRUCK |= {"lens", "glass", "settle", "settlement", "recharge"}


def test_modules_bear_the_fields_words() -> None:
    """Neither a module nor a folder; a review item is settled, and nothing else is."""
    names = {each for module in imports() for each in module.split(".")}
    found = sorted(name for name in names if STRUCK & set(name.split("_")))
    assert found == []


def test_what_is_counted_is_there() -> None:
    """The figures name the package that all stands on."""
    assert figures()["files"]


def test_who_raises_says_so() -> None:
    """A docstring names what its public function raises, and a command's help its exit status."""
    assert figures()["of these that do not say so"] == []


def test_who_raises_and_does_not_say_so_is_found() -> None:
    """Within a function of its own, too; not of a private class, and of a command only its exit."""
    silent = (
        "def act():\n    '''Acts.'''\n    def each():\n        raise NotFound(1)\n    each()\nclass _Own:\n    "
        "def act(self):\n        raise NotFound(2)\n"
    )
    assert unsaid("maild.office.acts", ast.parse(silent)) == (1, ["maild.office.acts.act"])
    assert unsaid("maild.office.acts", ast.parse(silent.replace("Acts.", "Raises NotFound."))) == (1, [])
    assert unsaid("maild.cli.acts", ast.parse(silent)) == (0, [])
    assert unsaid("maild.cli.acts", ast.parse(silent.replace("NotFound", "typer.Exit"))) == (1, ["maild.cli.acts.act"])
