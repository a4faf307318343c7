"""What is said by code: a package's texts.toml has all its sentences, in both languages, and its modules compose none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from maild.console.wording.saying import shipped
from maild.console.wording.saying_template import Template, words_of
from maild.console.wording.saying_values import SEVERAL, TABLES
from maild.texts import FILE, Texts, beside
from tests.unit.console.sentences import ROOT, of_file
from tests.unit.console.test_reasons_complete import PIECES, modules

ALL = beside()
NAMES = [texts.package for texts in ALL]
GAP = re.compile(r"\{([a-z_]+)(?::([a-z_]+))?\}")
# Rows of templates/console/words say these: names of signs, by which the weights know them.
ROWS = {"office/answers/standing.py"}
OFFICE = ROOT / "office"
CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
# Words that stand in any English sentence: with gaps that take anything between them they say nothing.
LITTLE = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "is",
        "it",
        "its",
        "no",
        "not",
        "of",
        "on",
        "or",
        "that",
        "the",
        "this",
        "to",
        "was",
        "with",
    ]
)
ANYTHING = frozenset({"", "free", "maybe", "list"})  # kinds of gaps that take any words
Said = tuple[str, frozenset[str]]  # a code, with the parameters it is given


@cache
def _said() -> dict[str, dict[Said, str]]:
    """Package → what is said of its texts, anywhere → where."""
    found: dict[str, dict[Said, str]] = {name: {} for name in NAMES}
    for file in sorted(ROOT.rglob("*.py")):
        text = file.read_text("utf-8")
        if "import SAY" in text:
            for package, said, line in _calls(ast.parse(text)):
                found[package][said] = f"{file.relative_to(ROOT)}:{line}"
    return found


def _calls(tree: ast.Module) -> Iterator[tuple[str, Said, int]]:
    """Every SAY("code", gap=…), SAY("this" if so else "that") for both, SAY(TABLE[key]) for each code of the table."""
    texts, tables = {}, {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            said = [name.asname or name.name for name in node.names if name.name == "SAY"]
            texts |= {name: import_module(str(node.module)).SAY.package for name in said}
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            (target,) = node.targets if isinstance(node, ast.Assign) else (node.target,)
            tables[ast.unparse(target)] = [*map(_constant, node.value.values)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in texts:
            (code,) = node.args
            parameters = frozenset(str(word.arg) for word in node.keywords)
            for one in _codes(code, tables):
                yield texts[node.func.id], (one, parameters), node.lineno


def _codes(node: ast.expr, tables: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if isinstance(node, ast.IfExp):
        return [*_codes(node.body, tables), *_codes(node.orelse, tables)]
    return tables[ast.unparse(node.value)] if isinstance(node, ast.Subscript) else [_constant(node)]


def _constant(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _modules(texts: Texts) -> Iterator[tuple[Path, bool]]:
    """The modules that say by these texts, and whether only their errors count: all below, but for what is never shown
    and for slices of the office.
    """
    for name, errors_only in modules():
        file = ROOT / name
        own = next(folder for folder in file.parents if (folder / FILE).is_file() or folder.parent in (ROOT, OFFICE))
        if own == texts.path.parent and name not in ROWS:
            yield file, errors_only


def test_slices_say_by_code() -> None:
    """The first one does, and what several say stands once."""
    assert {"maild.office", "maild.office.safety"} <= set(NAMES)


@pytest.mark.parametrize("texts", ALL, ids=NAMES)
def test_each_code_has_its_text_and_is_said(texts: Texts) -> None:
    """With exactly the gaps that are filled; in both languages; none is left over."""
    said = _said()[texts.package]
    assert {code for code, _ in said} == set(texts.known)
    for (code, parameters), place in said.items():
        text = texts.known[code]
        assert CODE.fullmatch(code), code
        assert {"en", "zh"} <= set(text) <= {"en", "zh", "plain"}, f"{code} has {sorted(text)}"
        assert {gap[1] for gap in GAP.finditer(text["en"])} == parameters, f"{place}: {code}"
        assert texts(code, **dict.fromkeys(parameters, 7)) == GAP.sub("7", text["en"])


@pytest.mark.parametrize("texts", ALL, ids=NAMES)
def test_no_sentence_is_composed_in_code(texts: Texts) -> None:
    """Commands that a remedy names are the same in every language; what is no sentence stands in PIECES."""
    composed = [
        f"{said.place}: {said.shown}"
        for file, errors_only in _modules(texts)
        for said in of_file(file, errors_only=errors_only)
        if not said.text.startswith("maild ") and said.shown not in PIECES.get(file.relative_to(ROOT).as_posix(), ())
    ]
    assert composed == []


@pytest.mark.parametrize("texts", ALL, ids=NAMES)
def test_what_was_said_is_shown_in_chinese(texts: Texts) -> None:
    """A stored sentence is found again by the same file."""
    lost = []
    for code, text in texts.known.items():
        filled = texts(code, **{gap[1]: _value(gap[2] or "") for gap in GAP.finditer(text["en"])})
        if not shipped().say(filled, "zh-CN").translated:
            lost.append((code, filled))
    assert lost == []


def _loose(template: Template) -> bool:
    """Whether it fits sentences that it does not mean: two gaps or more take any words, no other gap is held to a table
    or to figures, and between them are only words of any sentence, and no quotation mark.
    """
    open_ones = [kind for kind in template.kinds if kind in ANYTHING]
    held = [kind for kind in template.kinds if kind in TABLES or kind in ("int", "amount")]
    text = " ".join(template.fixed)
    return len(open_ones) > 1 and not held and LITTLE.issuperset(words_of(text)) and "'" not in text


def test_no_text_fits_any_sentence() -> None:
    """'{moment} in {zone}' would be a Chinese text for 'Bananas fly high in autumn'."""
    assert [template.source for template in shipped().templates if _loose(template)] == []
    for sentence in ("Bananas fly high in autumn", "There is no room for doubt", "A letter to you on Monday: read it"):
        assert not shipped().say(sentence, "zh-CN").translated


@pytest.mark.parametrize(("english", "loose"), [
    ("{moment} in {zone}", True), ("{text:free} is no {column}", True), ("the {a} of {b:list}", True),
    ("the clock shows {moment} in {zone}", False), ("{amount:amount} to {payee} on {day}", False),
    ("{name}: '{text}' in the {place}", False), ("{when} in {why:said}", False), ("{kind:kind} of {a} in {b}", False),
])  # fmt: skip
def test_the_judge_of_loose_texts(english: str, loose: bool) -> None:
    """A word of its own, a quotation, or a gap that is held to something makes a text one of its own."""
    assert _loose(Template.of(english, GAP.sub(r"{\1}", english))) is loose


def _value(kind: str) -> str:
    """What may stand in a gap of a kind: a word of its table, a reason, a number."""
    if kind == "amount":
        return "7.00 CNY"
    if kind in TABLES:
        return next(iter(TABLES[kind]))
    return "the mail server takes mail again" if kind == "said" or kind in SEVERAL else "7"


def test_what_two_say_stands_once() -> None:
    """One sentence has one code: a slice says another's by its SAY."""
    every = [text["en"] for texts in ALL for text in texts.known.values()]
    assert len(every) == len(set(every))
