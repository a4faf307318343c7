"""What is read once in a process of tests is what would be read each time."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from maild.config import Matching
from maild.resources import data_folder
from maild.spine.reading import read
from tests import kept

NUMBER = Matching().transaction_number
TEXT = (data_folder("rules") / "providers.toml").read_text("utf-8")


def test_a_table_is_its_own_for_each_who_asks() -> None:
    """The same as the parser gives; what one changes in it the next does not see."""
    assert tomllib.loads is kept.loads
    first = tomllib.loads(TEXT)
    assert first == kept._loads(TEXT)
    first.clear()
    assert tomllib.loads(TEXT) == kept._loads(TEXT)


def test_a_fault_is_told_each_time() -> None:
    """Where it stands, as the parser says it."""
    for _ in range(2):
        with pytest.raises(tomllib.TOMLDecodeError, match="line 2"):
            tomllib.loads("x = 1\ny = \n" + " " * kept.LEAST)


def test_shipped_rules_are_one_value_and_own_ones_are_read(tmp_path: Path) -> None:
    """A number pattern or a domain of another office has its own; a folder is read whenever it is asked for."""
    shipped = read.load_rules("", NUMBER, "office@lib.example")
    assert shipped is read.load_rules("", NUMBER, "desk@lib.example")
    assert shipped is not read.load_rules("", NUMBER, "office@other.example")
    assert shipped is not read.load_rules("", r"ILL-\d{9}", "office@lib.example")
    assert read.load_rules(str(tmp_path), NUMBER) is not read.load_rules(str(tmp_path), NUMBER)
