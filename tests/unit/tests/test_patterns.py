"""Patterns that the daemon and the console run themselves over words of others: none goes back over what it has read.

Where mails are read, limits of time hold (maild.confine); here nothing would stop a pattern. RE2 is linear by itself.
"""

from __future__ import annotations

import ast
import importlib.util
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

import maild
from maild.classify.drafting.draft_sample import _addresses
from maild.linear.grams import fold
from maild.notify.editing.lint import lint, without_tags
from tests.cases import each

# All packages that look at words of others, but for the cells of a receipt (maild/receipts), which are short and are read
# in confinement, where time is limited; tests/fuzz has them.
HERE = (
    "authenticate",
    "classify",
    "confine",
    "console",
    "courier",
    "daemon",
    "domain",
    "hooks",
    "linear",
    "mailbox",
    "match",
    "notify",
    "office",
    "parse",
    "peers",
    "spine",
    "store",
)
TOKENS = (" ", "a", "1", "a ", "1 ", "-", "- ", "a-", ".", "a.", "1,", "a@", "<", "<a", '"', '\\"', "(", "(\\(", "[", "{{", "http://a", "&", "%41",
          "\n", " \n", "a\n", "\u4e2d", "\u4e2d ", "\u5143", "\xa0", ":", "a:", "/", "_", "*", "#", ",", ";", "=?")  # fmt: skip
LONG = 8_000  # characters
LIMIT = 0.15  # seconds of CPU; what is quadratic takes a second and more
# Never run over more than a line, a name or a value that is short by its origin.
SHORT = frozenset(
    {
        "maild.notify.editing.lint",  # header fields that maild wrote, before they leave
        "maild.notify.editing.tidy_html",  # templates of the house
        "maild.classify.vocabulary.patterns",  # patterns, which maild and its office write
        "maild.classify.needed",  # the same
    }
)
# HTML as lexbor and the cleaner write it: every '<' that begins no tag is written '&lt;', every tag is closed.
WELL_FORMED = frozenset({"maild.parse.markup.html._TOKEN", "maild.confine.cleaning.sanitise._WRITTEN"})
# Only ever asked whether they fit at one place, by a function that is handed them or in another module.
AT_ONE_PLACE = frozenset({
    "maild.classify.vocabulary.whole._CONDITION",
    "maild.classify.vocabulary.whole._DEPENDS", "maild.classify.vocabulary.whole._GOES_ON",
    "maild.notify.writing.answers._POINT", "maild.notify.writing.answers._STEP",
})  # fmt: skip
_ANYWHERE = frozenset({"search", "finditer", "findall", "sub", "subn", "split"})
_ONE_PLACE = frozenset({"match", "fullmatch"})


@cache
def asked(module: str) -> Mapping[str, frozenset[str]]:
    """By name of a pattern: the methods of it that its module calls."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(Path(str(importlib.import_module(module).__file__)).read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add(node.attr)
    return {name: frozenset(methods) & (_ANYWHERE | _ONE_PLACE) for name, methods in found.items()}


def at_one_place(name: str) -> bool:
    """Whether a pattern, private to its module, is only asked whether it fits at one place: match, fullmatch."""
    module, _, held = name.rpartition(".")
    methods = asked(module).get(held, frozenset())
    return name in AT_ONE_PLACE or (held.startswith("_") and bool(methods) and methods <= _ONE_PLACE)


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that a module of these packages holds, by name."""
    for package in HERE:
        for found in pkgutil.walk_packages([f"{maild.__path__[0]}/{package.replace('.', '/')}"], f"maild.{package}."):
            module = importlib.import_module(found.name)
            held = [each for name, value in vars(module).items() for each in within(name, value)]
            for name, pattern in held:
                whole = f"{found.name}.{name}"
                if isinstance(pattern.pattern, str) and found.name not in SHORT and whole not in WELL_FORMED:
                    yield whole, pattern


def within(name: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns of a value: itself, or what stands in its rows."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, tuple):
        for place, part in enumerate(value):
            yield from within(f"{name}[{place}]", part)


FOUND = dict(patterns())


def test_there_are_some() -> None:
    """The walk finds what it is to find."""
    assert len(FOUND) > 300
    assert frozenset(FOUND) >= AT_ONE_PLACE
    assert not [name for name in SHORT if importlib.util.find_spec(name) is None]


@each("name", sorted(FOUND))
def test_no_pattern_goes_back(name: str) -> None:
    """Searched for in eight thousand characters of one token."""
    pattern, slow = FOUND[name], []
    for token in TOKENS:
        text = (token * LONG)[:LONG]
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            if at_one_place(name):
                _ = pattern.match(text), pattern.fullmatch(text)
            else:
                list(pattern.finditer(text))
            best = min(best, time.process_time() - began)
            if best <= LIMIT:
                break
        if best > LIMIT:
            slow.append((token, best))
            break
    assert not slow


# Put together in a function, of words that are escaped, or of what maild's own files say: no stranger writes a pattern.
BUILT = frozenset({
    "classify.drafting.draft_tokens", "domain.desk.search", "domain.incoming.shape", "domain.outgoing.reply", "domain.records.privacy", "domain.text", "match.reader_names",
    "match.title_words",
    "notify.editing.lint", "notify.rendering.facts", "office.ignoring.circulars", "office.payments.assessing.evidence",
    "office.workshop.rule_files",
})  # fmt: skip


# Read in confinement: of these only what a module holds is looked at.
CONFINED = frozenset({"authenticate", "classify", "confine", "parse", "peers"})


def written_within() -> Iterator[tuple[str, str, ast.Call]]:
    """Module, method and call of each use of `re` within a function of these packages."""
    root = Path(maild.__path__[0])
    outside = [
        *(package for package in HERE if package not in CONFINED),
        "classify.drafting",
        "classify.learned",
        "linear",
    ]
    for file in (file for package in outside for file in sorted((root / package.replace(".", "/")).rglob("*.py"))):
        module = ".".join(file.relative_to(root).with_suffix("").parts)
        tree = ast.parse(file.read_text("utf-8"))
        functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.Lambda)]
        calls = {id(each): each for one in functions for each in ast.walk(one) if isinstance(each, ast.Call)}
        for call in calls.values():
            if ast.unparse(call.func).startswith("re.") and call.args and call.func.attr not in ("escape", "error"):
                yield module, call.func.attr, call


def test_no_pattern_within_a_function_goes_back() -> None:
    """Those that a function writes out, searched for in two thousand characters of one token; none is made of others' words."""
    slow, seen = [], 0
    for module, method, call in written_within():
        said = call.args[0]
        if not isinstance(said, ast.Constant):
            assert module in BUILT, f"{module}: {ast.unparse(call)}"
            continue
        seen += 1
        pattern, short = re.compile(said.value), f"maild.{module}" in SHORT
        for token in TOKENS:
            text = (token * LONG)[: LONG // 4]
            text = text.encode() if isinstance(said.value, bytes) else text
            best = 9.0
            for _ in range(3):
                began = time.process_time()
                _ = list(pattern.finditer(text)) if method not in ("match", "fullmatch") else pattern.fullmatch(text)
                best = min(best, time.process_time() - began)
                if best <= LIMIT / 10:
                    break
            if best > LIMIT / 10 and not short:
                slow.append((module, said.value, token, best))
                break
    assert seen > 20
    assert slow == []


@pytest.mark.parametrize("text", ["<" * 30_000, "<style " * 30_000, "<title>" * 30_000, "<p>" * 30_000 + "<" * 30_000])
def test_tags_that_nobody_closes(text: str) -> None:
    """The judge's look at a mail's HTML, and at its words, takes no more time for them than for others."""
    spent = 9.0
    for _ in range(3):
        began = time.process_time()
        _ = lint(b"Content-Type: text/html\r\n\r\n" + text.encode()), without_tags(text)
        spent = min(spent, time.process_time() - began)
    assert spent < LIMIT


def test_what_is_between_tags() -> None:
    """Words behind a tag that is not closed are kept; style and title are no words."""
    assert without_tags("<p>a <b\nc='1'>b</b> < c", " ") == " a  b  < c"
    mail = b"Content-Type: text/html\r\n\r\n<title>a</title><style>b</style><style>"
    assert "no text/html with any text in it" in lint(mail)
    assert "no text/html with any text in it" not in lint(mail + b"c")


@each("token", TOKENS)
def test_words_that_might_be_an_address(token: str) -> None:
    """What staff make a rule of, and the second reader, find what a pattern that goes back finds."""
    for text in (
        f"请联系 {token}li@lib.example.cn，{token}",
        f"a@b.c+{token}@e.f.{token}",
        f"{token}@{token}@x.y",
        token * 9,
    ):
        assert _addresses(text) == re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text)
        folded = fold("", text)
        assert re.sub(r"[\w.+-]+@[\w.-]+", "@", folded) == folded
