"""A judge of the console's texts: both languages, their typography, and that each is used and none is missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from jinja2 import Environment, nodes

Pair = tuple[str, str]
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”）][,.:;?!()]|[,:;?!()][\u4e00-\u9fff]")
_TIGHT = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]")
_TIGHT_GAP = re.compile(
    r"[\u4e00-\u9fff]\{(?:n|count|number|days|year|size|id|mails|most)\}|\{(?:n|count|days)\}[\u4e00-\u9fff]"
)
_STRAIGHT = re.compile(r"[\u4e00-\u9fff][\"']|[\"'][\u4e00-\u9fff]")
_DATA = re.compile(r"""\bdata-[a-z-]+=["']\{\{ *t\(["']([^"']+)["']\)""")  # what a script fills in
_HAN = re.compile(r"[\u4e00-\u9fff]")


def gaps(text: str) -> set[str]:
    """The names of a text's {placeholders}. Raises ValueError where a brace is not closed."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def faults(key: str, pair: Pair) -> Iterator[str]:
    """What is wrong with one text."""
    chinese, english = pair
    if gaps(chinese) != gaps(english):
        yield f"{key}: the placeholders differ: {chinese!r}, {english!r}"
    if hit := _HALF_WIDTH.search(chinese):
        yield f"{key}: a half-width mark beside Chinese: {hit[0]!r} in {chinese!r}"
    if hit := _TIGHT.search(chinese) or _TIGHT_GAP.search(chinese):
        yield f"{key}: no space between Chinese and Latin or a number: {hit[0]!r} in {chinese!r}"
    if hit := _STRAIGHT.search(chinese):
        yield f"{key}: straight quotes beside Chinese: {hit[0]!r} in {chinese!r}"
    if "..." in chinese or "..." in english:
        yield f"{key}: three points for an ellipsis (…)"
    if _HAN.search(english) and not re.fullmatch(r"[\u4e00-\u9fff]+", english):
        yield f"{key}: Chinese in the English: {english!r}"
    if chinese != chinese.strip():
        yield f"{key}: space at an end"


@dataclass(slots=True)
class Uses:
    """What pages and code ask for. made: how f-strings of the code begin, which may be names of
    views as well; given: key → the names that each call of it hands over.
    """

    keys: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)
    strings: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    given: dict[str, list[tuple[str, Set[str]]]] = field(default_factory=dict)

    def missing(self, texts: Mapping[str, Pair]) -> list[str]:
        """Keys, and beginnings of keys, that are asked for and not there."""
        lost = [key for key in sorted(self.keys) if key not in texts]
        return lost + [f"{one}…" for one in sorted(self.beginnings) if not any(k.startswith(one) for k in texts)]

    def unused(self, texts: Mapping[str, Pair]) -> list[str]:
        """Keys that nothing asks for."""
        used, begun = self.keys | self.strings, tuple(self.beginnings | self.made)
        return [key for key in texts if key not in used and not (begun and key.startswith(begun))]

    def unfilled(self, texts: Mapping[str, Pair]) -> list[str]:
        """Calls that leave a placeholder empty: the page would show it as it stands, or fail."""
        return [
            f"{place}: {key} without {', '.join(sorted(gaps(texts[key][1]) - names))}"
            for key, calls in self.given.items()
            if key in texts
            for place, names in calls
            if gaps(texts[key][1]) - names
        ]


def uses(templates: Path, code: Path) -> Uses:
    """Read all templates and the console's code."""
    found = Uses()
    for path in sorted(templates.rglob("*.j2")):
        _template(found, path, path.relative_to(templates).as_posix())
    for path in sorted(code.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.strings.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begin = str(node.values[0].value)
                if re.fullmatch(r"[a-z_]+\.(?:[a-z_]+\.)*", begin):
                    found.made.add(begin)
    return found


def _template(found: Uses, path: Path, place: str) -> None:
    text = path.read_text("utf-8")
    tree, for_scripts = Environment().parse(text), set(_DATA.findall(text))
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str):
            found.strings.add(constant.value)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t" and call.args:
            names = {word.key for word in call.kwargs}
            handed = isinstance(call.args[0], nodes.Const) and call.args[0].value in for_scripts and not names
            _asked(found, call.args[0], f"{place}:{call.lineno}", names, certain=not (call.dyn_kwargs or handed))


def _asked(found: Uses, node: nodes.Node, place: str, names: Set[str], *, certain: bool) -> None:
    if isinstance(node, nodes.Const):
        found.keys.add(node.value)
        if certain:
            found.given.setdefault(node.value, []).append((place, names))
    elif isinstance(node, nodes.CondExpr):
        for way in (node.expr1, node.expr2):
            if way is not None:
                _asked(found, way, place, names, certain=certain)
    elif isinstance(node, nodes.Concat | nodes.Add | nodes.Mod):
        first = node.nodes[0] if isinstance(node, nodes.Concat) else node.left
        if isinstance(first, nodes.Const):
            found.beginnings.add(first.value.partition("%")[0])
