"""Slices that say their sentences by code: texts.toml beside them has all of them, in both languages, and the code none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from maild.console.wording.saying import shipped
from maild.tables.texts import Texts, beside
from tests.unit.console.sentences import of_file

ALL = beside()
GAP = re.compile(r"\{([a-z_]+)(?::[a-z_]+)?\}")
# What stops the start is told in English to who starts it.
STARTS = {"identity.py"}


def _said(texts: Texts) -> Iterator[tuple[str, frozenset[str]]]:
    """Each code that the slice says, with the parameters it is given."""
    for file in sorted(texts.path.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "SAY":
                (code,) = node.args
                assert isinstance(code, ast.Constant), f"{file.name}:{node.lineno}: a code is written where it is said"
                yield str(code.value), frozenset(str(word.arg) for word in node.keywords)


def test_a_slice_says_by_code() -> None:
    """The first one does."""
    assert "safety" in {texts.path.parent.name for texts in ALL}


@pytest.mark.parametrize("texts", ALL, ids=[texts.path.parent.name for texts in ALL])
def test_each_code_has_its_text_and_is_said(texts: Texts) -> None:
    """With exactly the gaps that are filled; in both languages; none is left over."""
    said = set(_said(texts))
    assert {code for code, _ in said} == set(texts.known)
    for code, parameters in said:
        text = texts.known[code]
        assert {"en", "zh"} <= set(text) <= {"en", "zh", "plain"}
        assert {gap[1] for gap in GAP.finditer(text["en"])} == parameters, code
        assert texts(code, **dict.fromkeys(parameters, 7)) == GAP.sub("7", text["en"])


@pytest.mark.parametrize("texts", ALL, ids=[texts.path.parent.name for texts in ALL])
def test_no_sentence_is_composed_in_code(texts: Texts) -> None:
    """Commands that a remedy names are the same in every language."""
    files = [file for file in sorted(texts.path.parent.rglob("*.py")) if file.name not in STARTS]
    assert [s.place for file in files for s in of_file(file) if not s.text.startswith("maild ")] == []


@pytest.mark.parametrize("texts", ALL, ids=[texts.path.parent.name for texts in ALL])
def test_what_was_said_is_shown_in_chinese(texts: Texts) -> None:
    """A stored sentence is found again by the same file."""
    for code, text in texts.known.items():
        filled = texts(code, **{gap[1]: "7" for gap in GAP.finditer(text["en"])})
        assert shipped().say(filled, "zh-CN").translated, code
