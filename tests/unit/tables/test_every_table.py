"""Every TOML file of ours: each value broken once, and the fault tells file, line and key. No table is forgotten."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import time
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

import maild
from maild.classify.institutions import read_institutions
from maild.classify.rules.suppliers import read_providers
from maild.domain.errors import RuleError
from maild.notify.writing.answers import read_topic
from maild.office.books.statement_formats import read_format
from maild.office.payments.tariffs import read_tariff
from maild.office.watch.calendars import read_year
from maild.resources import data_folder
from maild.tables import Source, read_toml
from maild.tables.places import Place, field_of, lines
from maild.tables.table import Table
from tests.cases import each

RULES = data_folder("rules")
WRONG = time(3, 7)  # what no table takes anywhere
MOST = 40  # rows of a list, keys of a table: what follows them is like them


def tables() -> Iterator[tuple[str, Callable[[Source], object]]]:
    """All that a module of maild declares."""
    for found in pkgutil.walk_packages(maild.__path__, "maild."):
        if "__main__" in found.name or ".migrations." in found.name:
            continue
        module = importlib.import_module(found.name)
        yield from ((each.name, each.read) for each in vars(module).values() if isinstance(each, Table))


# Files of which there are many, by their names.
MANY: Mapping[str, Callable[[Source], object]] = {
    "fees/*.toml": read_tariff,
    "calendar/*.toml": read_year,
    "answers/*.toml": read_topic,
    "statements/*.toml": read_format,
    "institutions/*.toml": read_institutions,
    "providers.toml": read_providers,
}
# Read otherwise, or never the office's.
OTHERWISE = {
    "[0-9][0-9]-*.toml": "rules: tests/unit/classify/test_rule_errors.py",
    "words/*.toml": "lists of patterns: tests/unit/classify/test_own_words.py",
    "receipts/*.toml": "layouts and their words: tests/unit/receipts/test_layouts.py",
    "mail/hosts.toml": "shipped only",
    "office.toml": "shipped only: defaults of options",
    "lookalikes.toml": "shipped only",
    "supplies.toml": "shipped only",
    "traditional.toml": "shipped only",
}
TABLES = dict(tables())


def reader_of(name: str) -> Callable[[Source], object] | None:
    """What reads a file of rules/, by its name below it."""
    return TABLES.get(name) or next((read for shape, read in MANY.items() if fnmatch(name, shape)), None)


FILES = sorted(path.relative_to(RULES).as_posix() for path in RULES.rglob("*.toml") if "examples" not in path.parts)
READ = [name for name in FILES if reader_of(name)]


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where each value stands; of a list of texts the list and its first entry."""
    if isinstance(value, Mapping):
        for key in list(value)[:MOST]:
            yield from places(value[key], (*place, key))
        return
    if isinstance(value, list) and value:
        for number, entry in enumerate(value[:MOST] if isinstance(value[0], Mapping) else value[:1]):
            yield from places(entry, (*place, number))
    if place:
        yield place


def broken(value: Any, place: Place) -> Any:
    """The same with WRONG at that place."""
    if not place:
        return WRONG
    key, *rest = place
    if isinstance(value, list):
        return [broken(each, tuple(rest)) if number == key else each for number, each in enumerate(value)]
    return {name: broken(each, tuple(rest)) if name == key else each for name, each in value.items()}


def test_no_file_is_forgotten() -> None:
    """Each is read by a table, is one of many, or stands above with why not; and what stands above is there."""
    left = [name for name in FILES if not reader_of(name)]
    assert [name for name in left if not any(fnmatch(name, shape) for shape in OTHERWISE)] == []
    assert [name for name in TABLES if name not in FILES] == []
    for shape in (*MANY, *OTHERWISE):
        assert any(fnmatch(name, shape) for name in FILES), shape
    assert len(TABLES) > 20


@each("name", READ)
def test_each_value_broken_is_told_with_its_place(name: str) -> None:
    """File, line and key; the line is the one that says it."""
    source = read_toml(RULES / name)
    read, text = reader_of(name), source.text.splitlines()
    assert read is not None
    found = list(places(source.data))
    assert found
    for place in found:
        with pytest.raises(RuleError) as caught:
            read(replace(source, data=broken(source.data, place)))
        line = lines(source.text)[place]
        assert caught.value.what.startswith(f"{source.path}:{line}: {field_of(place)}: "), (place, caught.value.what)
        key = next(part for part in reversed(place) if isinstance(part, str))
        assert isinstance(place[-1], int) or key in text[line - 1], place
        assert caught.value.remedy


@each("name", READ)
def test_a_key_too_much_is_told_with_the_nearest(name: str) -> None:
    """What was meant, where a key is like it."""
    source = read_toml(RULES / name)
    read, key = reader_of(name), next(iter(source.data))
    assert read is not None
    text = f"{key}x = 1\n{source.text}"
    with pytest.raises(RuleError) as caught:
        read(Source(Path(name), text, {f"{key}x": 1, **source.data}))
    assert caught.value.what.startswith(f"{name}:1: {key}x: ")
    assert f"did you mean '{key}'?" in caught.value.what or "must be a table" in caught.value.what


def test_places_of_toml() -> None:
    """Dotted and quoted keys, tables within lists, lists and tables on a line, texts over several lines."""
    text = (
        'a = 1 # [no.table]\nb.c = "x = 1"\n"d.e" = [\n  1, # two\n  {f = [2,\n 3]},\n]\n'
        '[t."u v"]\nw = """\nx = 1\n[y]\n"""\n[[r]]\nk = 1\n[r.s]\nl = 2\n[[r]]\nk = 2026-01-01 10:00:00\nm = \'\'\'\n\'\'\'\n'
    )
    assert lines(text) == {
        ("a",): 1, ("b",): 2, ("b", "c"): 2, ("d.e",): 3, ("d.e", 0): 4, ("d.e", 1): 5, ("d.e", 1, "f"): 5,
        ("d.e", 1, "f", 0): 5, ("d.e", 1, "f", 1): 6, ("t",): 8, ("t", "u v"): 8, ("t", "u v", "w"): 9,
        ("r",): 13, ("r", 0): 13, ("r", 0, "k"): 14, ("r", 0, "s"): 15, ("r", 0, "s", "l"): 16,
        ("r", 1): 17, ("r", 1, "k"): 18, ("r", 1, "m"): 19,
    }  # fmt: skip
