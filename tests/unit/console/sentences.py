"""Every sentence of the code that may be stored or shown as a reason: found in the syntax tree."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3] / "maild"
GAP = "\0"  # stands for whatever an f-string fills in
_WORDS = re.compile(r"[A-Za-z]{2,}")
# What has these is a pattern, a statement of SQL, a header or a format, and no sentence.
_NO_SENTENCE = re.compile(
    r"\\|\(\?|\[\^|\]\*|\.\*|\{0,|%[A-Za-z]|\r\n|^(?:SELECT|PRAGMA|BEGIN) |^\(UID|<> ''|^[A-Z][\w-]+: |\|$"
)
# What is made of these is told to who asked; Outcome and Flash: what an act of the console answers.
_ERRORS = frozenset({"NotFound", "Permanent", "StaleVersion", "Temporary", "Unsure", "Fault", "Outcome", "Flash"})
# `act` and `Given` are read by commands and the API's document, which are English; pages have words of their own for fields.
_NEVER_SHOWN = frozenset({"compile", "search", "match", "finditer", "fullmatch", "sub", "split", "startswith", "ValueError",
                          "TypeError", "AssertionError", "RuntimeError", "LookupError", "KeyError", "ConfigError", "RuleError",
                          "TemplateFault", "text", "Table", "Column", "act", "Given", "From", "Wrong", "read_as"})  # fmt: skip
_LOGS = frozenset({"info", "debug", "warning", "error"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where it stands, and its text with GAP for what is filled in."""

    place: str
    text: str

    @property
    def shown(self) -> str:
        """As a template is written, with {…} for the gaps."""
        return self.text.replace(GAP, "{…}")


def of_file(path: Path, *, errors_only: bool = False) -> Iterator[Sentence]:
    """All sentences of a module; with `errors_only` those that an error is made of."""
    tree = ast.parse(path.read_text("utf-8"))
    passed = set(_left_out(tree))
    wanted = set(_within_errors(tree)) if errors_only else None
    for node in ast.walk(tree):
        if id(node) in passed or (wanted is not None and id(node) not in wanted):
            continue
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            yield from (Sentence(place, text) for text in variants(node) if _is_sentence(text))


def variants(node: ast.expr) -> list[str]:
    """The texts an expression may have: an f-string's own choices ('' or ' already') are made both ways."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        ways = [_filled(value) for value in node.values]
        return ["".join(way) for way in itertools.islice(itertools.product(*ways), 64)]
    return [GAP]


def _filled(value: ast.expr) -> list[str]:
    if isinstance(value, ast.FormattedValue):
        inner = value.value
        if isinstance(inner, ast.IfExp) and all(
            isinstance(x, ast.Constant | ast.JoinedStr) for x in (inner.body, inner.orelse)
        ):
            return [*variants(inner.body), *variants(inner.orelse)]
        return [GAP]
    return variants(value)


def _left_out(tree: ast.AST) -> Iterator[int]:
    """Docstrings, the pieces of f-strings, and arguments of what is never shown."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and not isinstance(node, ast.If):
            yield id(body[0].value)
        if isinstance(node, ast.JoinedStr):
            for value in node.values:
                if isinstance(value, ast.Constant):
                    yield id(value)
                elif isinstance(value, ast.FormattedValue):
                    if value.format_spec is not None:
                        yield from (id(inner) for inner in ast.walk(value.format_spec))
                    if isinstance(value.value, ast.IfExp):
                        yield from (id(way) for way in (value.value.body, value.value.orelse))
        if isinstance(node, ast.Call) and (_name(node.func) in _NEVER_SHOWN or _logs(node.func)):
            for inner in itertools.chain(node.args, (word.value for word in node.keywords)):
                yield from (id(each) for each in ast.walk(inner))


def _within_errors(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _ERRORS:
            yield from (id(inner) for inner in ast.walk(node))


def _logs(function: ast.expr) -> bool:
    """Whether it writes to a log; the doctor's functions of these names stand alone."""
    return isinstance(function, ast.Attribute) and function.attr in _LOGS


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_sentence(text: str) -> bool:
    """Two words of English at least, or one beside what is filled in; no pattern, no Chinese."""
    said = text.replace(GAP, "")
    if not re.sub("[→…—–“”’]", "", said).isascii() or _NO_SENTENCE.search(said):
        return False
    words = _WORDS.findall(said)
    return " " in text.strip() and (len(words) >= 2 or (GAP in text and len(words) >= 1))
