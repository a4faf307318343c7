"""Templates edited at a desk: what they may say, and how much. An editor is trusted with words, not with code.

Three walls, each of which would do alone against most of it:

- the language is a part of Jinja's (ALLOWED): conditions, loops over what the notice has, the shipped macros.
  No definitions, no calls of methods, no arithmetic that can grow, no way to switch escaping off;
- Jinja's own sandbox (ImmutableSandboxedEnvironment): no attribute that leads out of a value;
- a meter: so many turns of loops, so long a text, so much time. Nothing a template can say takes longer.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import FunctionLoader, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from maild.notify.rendering import SAY
from maild.notify.rendering.environment import FUNCTIONS, NoticeEnvironment

LONGEST_BODY = 20_000  # characters of a template; the longest shipped one has 4,500
LONGEST_TEXT = 200_000  # characters that one template writes
LONGEST_VALUE = 100_000  # characters or items of one value
MOST_TURNS = 20_000  # of all loops together
MOST_NODES, DEEPEST = 2_500, 40  # of what a template is made of; the largest shipped one has 493, 12 deep
SECONDS = 2.0

# What evaluating a template can raise beside Jinja's own: data and template do not fit.
FAULTS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)

_N = nodes
ALLOWED: tuple[type[nodes.Node], ...] = (
    _N.Template,
    _N.Output,
    _N.TemplateData,
    _N.Name,
    _N.Getattr,
    _N.Getitem,
    _N.Slice,
    _N.Const,
    _N.Tuple,
    _N.List,
    _N.Dict,
    _N.Pair,
    _N.If,
    _N.CondExpr,
    _N.Compare,
    _N.Operand,
    _N.And,
    _N.Or,
    _N.Not,
    _N.For,
    _N.Call,
    _N.Keyword,
    _N.Filter,
    _N.Test,
    _N.Import,
    _N.Assign,
    _N.NSRef,
    _N.Concat,
    _N.Add,
    _N.Sub,
    _N.Neg,
)
FILTERS = frozenset(
    {
        "length",
        "count",
        "join",
        "list",
        "selectattr",
        "rejectattr",
        "upper",
        "lower",
        "trim",
        "first",
        "last",
        "default",
        "d",
        "e",
        "escape",
        "map",
        "sort",
        "unique",
    }
)
CALLS = frozenset({*FUNCTIONS, "namespace"})
_WORDS = {
    _N.Macro: "{% macro %}",
    _N.CallBlock: "{% call %}",
    _N.FilterBlock: "{% filter %}",
    _N.Include: "{% include %}",
    _N.AssignBlock: "{% set %} … {% endset %}",
    _N.Extends: "{% extends %}",
    _N.Block: "{% block %}",
    _N.FromImport: "{% from … import %}",
    _N.Scope: "{% autoescape %}",
    _N.Mul: "*",
    _N.Pow: "**",
    _N.Div: "/",
    _N.FloorDiv: "//",
    _N.Mod: "%",
    _N.With: "{% with %}",
}
_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)


@dataclass(slots=True)
class Meter:
    """What one rendering has used up so far."""

    turns: int = 0
    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    def spend(self, turns: int) -> None:
        """Raises TemplateError where it is too much."""
        self.turns += turns
        if self.turns > MOST_TURNS:
            raise TemplateError(SAY("too_many_turns", most=MOST_TURNS))
        if time.monotonic() > self.until:
            raise TemplateError(SAY("too_slow", seconds=f"{SECONDS:g}"))


class SandboxEnvironment(NoticeEnvironment, ImmutableSandboxedEnvironment):
    """Compiles edited templates, and the macros that they import, so that nothing in them can run away.

    bodies  the edited ones, by name
    """

    def __init__(self, folders: Sequence[Path], bodies: Mapping[str, str]) -> None:
        def find(name: str) -> tuple[str, str, None] | None:
            return (bodies[name], name, None) if name in bodies else None

        super().__init__(folders, before=FunctionLoader(find))
        self._bodies = bodies
        self.uses: dict[str, list[tuple[int, str, str]]] = {}  # line, file of macros, macro; by edited template
        functions = {name: self.globals[name] for name in CALLS}
        self.globals.clear()
        self.globals.update(functions)
        self.filters["_metered"] = _metered
        self.filters["_bounded"] = _bounded
        self.filters["join"] = _join(self.filters["join"])

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if name in self._bodies:
            refuse(tree, name, filename)
            self.uses[str(name)] = _used(tree)
        metered: nodes.Template = _Metering().visit(tree)
        return metered


def render(stream: Iterable[str]) -> str:
    """What a template generates, no longer than it may be. The stream must not have been begun.

    Raises TemplateError where it writes too much.
    """
    written, length = [], 0
    token = _METER.set(Meter())
    try:
        for piece in stream:
            written.append(piece)
            length += len(piece)
            if length > LONGEST_TEXT:
                raise TemplateError(SAY("writes_too_much", most=LONGEST_TEXT))
    finally:
        _METER.reset(token)
    return "".join(written)


def refuse(tree: nodes.Template, name: str | None = None, filename: str | None = None) -> None:
    """Raise TemplateSyntaxError at the first thing that an edited template may not say."""

    def no(node: nodes.Node, why: str) -> TemplateSyntaxError:
        return TemplateSyntaxError(why, getattr(node, "lineno", 1) or 1, name, filename)

    if _too_large(tree):
        raise no(tree, SAY("too_many_words", nodes=MOST_NODES, deep=DEEPEST))
    imported = {node.target for node in tree.find_all(nodes.Import)}
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Helper | nodes.Operand):
            continue
        if type(node) not in ALLOWED:
            said = _WORDS.get(type(node), type(node).__name__)
            raise no(node, SAY("statement", name=said))
        if why := _wrong(node, imported):
            raise no(node, why)


def _too_large(tree: nodes.Node) -> bool:
    """Whether Jinja would take long to compile it: what it does with a chain grows faster than the chain."""
    level, seen = [tree], 0
    for _ in range(DEEPEST):
        level = [child for node in level for child in node.iter_child_nodes()]
        seen += len(level)
        if not level or seen > MOST_NODES:
            break
    return bool(level)


def _used(tree: nodes.Template) -> list[tuple[int, str, str]]:
    """What an edited template takes from the files of macros; the macro is '' for a file as such."""
    files = {
        node.target: (node.lineno, node.template.value, "")
        for node in tree.find_all(nodes.Import)
        if isinstance(node.template, nodes.Const)
    }
    taken = [
        (node.lineno, files[node.node.name][1], node.attr)
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name in files
    ]
    return [*files.values(), *taken]


def _wrong(node: nodes.Node, imported: set[str]) -> str:
    if isinstance(node, nodes.Filter) and (node.name not in FILTERS or (node.name == "map" and node.args)):
        return SAY("filter", name=repr(node.name), names=", ".join(sorted(FILTERS)))
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return SAY("no_attribute", name=repr(node.attr))
    if isinstance(node, nodes.Name) and node.name in ("self", "caller", "varargs", "kwargs"):
        return SAY("not_for_notices", name=repr(node.name))
    if isinstance(node, nodes.For) and node.recursive:
        return SAY("loop_calls_itself")
    if isinstance(node, nodes.Import):
        return _wrong_import(node)
    if isinstance(node, nodes.Call):
        called = node.node
        macro = (
            isinstance(called, nodes.Getattr) and isinstance(called.node, nodes.Name) and called.node.name in imported
        )
        if not macro and not (isinstance(called, nodes.Name) and called.name in CALLS):
            return SAY("only_shipped_calls", names=", ".join(sorted(CALLS)))
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return SAY("no_unpacking")
    return ""


def _wrong_import(node: nodes.Import) -> str:
    file = node.template.value if isinstance(node.template, nodes.Const) else None
    if isinstance(file, str) and file.startswith("_") and not file.startswith(("_frame.", "_staff.", "_page.")):
        return ""
    return SAY("only_macro_files")


class _Metering(NodeTransformer):
    """Puts the meter where a template could grow: around what loops run over, and around what is put together."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name for it
        self.generic_visit(node)
        assert isinstance(node.iter, nodes.Expr)
        node.iter = _filtered(node.iter, "_metered")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filtered(node, "_bounded")

    def visit_Add(self, node: nodes.Add) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filtered(node, "_bounded")


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    made = nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
    assert node.environment is not None
    made.set_environment(node.environment)
    return made


def _metered(value: Iterable[object]) -> Sequence[object]:
    items = value if isinstance(value, Sequence) else list(value)
    _spend(len(items) or 1)
    return items


def _bounded(value: object) -> object:
    _spend(1)
    if isinstance(value, str | Sequence) and len(value) > LONGEST_VALUE:
        raise TemplateError(SAY("value_too_long", most=LONGEST_VALUE))
    return value


def _join(plain: object) -> object:
    """Jinja's join, asked only where the result is of bearable length."""

    def join(eval_ctx: object, value: Iterable[object], d: str = "", attribute: str | int | None = None) -> object:
        items = list(value)
        _spend(len(items))
        own = 0 if attribute is not None else sum(len(str(item)) for item in items)
        if own + len(items) * len(str(d)) > LONGEST_VALUE:
            raise TemplateError(SAY("value_too_long", most=LONGEST_VALUE))
        return plain(eval_ctx, items, d, attribute)  # type: ignore[operator]

    join.jinja_pass_arg = plain.jinja_pass_arg  # type: ignore[attr-defined]
    return join


def _spend(turns: int) -> None:
    if meter := _METER.get():
        meter.spend(turns)
