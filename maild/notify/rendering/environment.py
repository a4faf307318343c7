"""Jinja as notices use it: options, functions, and which variables a template takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    select_autoescape,
)
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from maild.domain.errors import TemplateFault
from maild.notify.writing.money import statement_lines
from maild.notify.writing.requests_table import request_lines

FUNCTIONS = {"table": statement_lines, "request_table": request_lines}


class _Generator(CodeGenerator):
    """Jinja's code generator, which also notes the variables that a template takes from its context.

    jinja2.meta does the same in a pass of its own; here it costs nothing.
    """

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        environment = self.environment
        assert isinstance(environment, NoticeEnvironment)
        for action, name in frame.symbols.loads.values():
            if action == "resolve" and name not in environment.globals:
                environment.taken.setdefault(str(self.name), set()).add(str(name))


class NoticeEnvironment(Environment):
    """An environment over folders, the first of which wins. `before`: what is looked into first.

    taken  the variables by template; kept apart by name, as several threads may compile at a time
    """

    code_generator_class = _Generator

    def __init__(self, folders: Sequence[Path], *, before: BaseLoader | None = None) -> None:
        loaders: list[BaseLoader] = [FileSystemLoader(folder) for folder in folders]
        super().__init__(
            loader=ChoiceLoader([*([before] if before else []), *loaders]),
            undefined=StrictUndefined,
            autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
            auto_reload=False,
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.taken: dict[str, set[str]] = {}
        self._constants: dict[str, Mapping[str, str]] = {}
        self.globals.update(FUNCTIONS)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain mapping: Jinja's own is two, gone through in Python for each template of each notice."""
        return {**self.globals, **(d or {})}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree, with what is the same in each notice written in: fixed texts of its own, and of what it imports."""
        tree = super()._parse(source, name, filename)
        imports = [
            (each.target, each.template.value)
            for each in tree.find_all(nodes.Import)
            if isinstance(each.template, nodes.Const)
        ]
        names = Counter([*_set(tree), *(target for target, _ in imports)])
        of = {target: self._constants_of(str(file)) for target, file in imports if names[target] == 1}
        woven: nodes.Template = _Weaving(_constants(tree), of).visit(tree)
        return woven

    def _constants_of(self, file: str) -> Mapping[str, str]:
        if file not in self._constants:
            try:
                assert self.loader is not None
                source, filename, _ = self.loader.get_source(self, file)
                self._constants[file] = _constants(super()._parse(source, file, filename))
            except TemplateError:  # it is told where the file is used
                return {}
        return self._constants[file]

    def line_of(self, name: str, variable: str) -> int:
        """The first line of a template that names the variable."""
        assert self.loader is not None
        source, _, _ = self.loader.get_source(self, name)
        tree = self.parse(source)
        return min((n.lineno for n in tree.find_all(nodes.Name) if n.name == variable), default=1)


class _Weaving(NodeTransformer):
    """Puts fixed texts in the place of their names: the compiler joins them with what stands around, once for all."""

    def __init__(self, own: Mapping[str, str], imported: Mapping[str, Mapping[str, str]]) -> None:
        self._own, self._imported = own, imported

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - Jinja's name for it
        fixed = self._own.get(node.name) if node.ctx == "load" else None
        return node if fixed is None else _const(fixed, node)

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        of = self._imported.get(node.node.name, {}) if isinstance(node.node, nodes.Name) else {}
        return _const(of[node.attr], node) if node.attr in of else node


def _const(value: str, instead: nodes.Expr) -> nodes.Const:
    assert instead.environment is not None
    made = nodes.Const(value, lineno=instead.lineno)
    made.set_environment(instead.environment)
    return made


def _constants(tree: nodes.Template) -> Mapping[str, str]:
    """Texts that a template sets at its top, under names that stand for nothing else in it."""
    said = Counter(_set(tree))
    return {
        node.target.name: node.node.value
        for node in tree.body
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name) and said[node.target.name] == 1
        if isinstance(node.node, nodes.Const) and isinstance(node.node.value, str)
    }


def _set(tree: nodes.Template) -> list[str]:
    """The names that are given a value anywhere."""
    return [name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"]


def compile_one(environment: NoticeEnvironment, name: str, allowed: frozenset[str]) -> Template:
    """The template of that name. Raises TemplateFault with file, line and remedy: syntax, or an unknown variable."""
    try:
        template = environment.get_template(name)
    except TemplateSyntaxError as error:
        raise TemplateFault(
            f"{error.filename or name}:{error.lineno}: {error.message}", remedy="correct the syntax there"
        ) from error
    except TemplateNotFound as error:
        raise TemplateFault(f"{name}: there is no template {error.message}", remedy="correct the name") from error
    unknown = sorted(environment.taken.get(name, set()) - allowed)
    if unknown:
        line = environment.line_of(name, unknown[0])
        raise TemplateFault(
            f"{template.filename}:{line}: no notice of this kind has a variable {unknown[0]!r}",
            remedy=f"use one of: {', '.join(sorted(allowed))}",
        )
    return template


def raised_at(error: BaseException, fallback: str) -> tuple[str, int]:
    """The template's file and line: Jinja rewrites the traceback, whose last template frame says it."""
    place, step = (fallback, 0), error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            place = (file, step.tb_lineno)
        step = step.tb_next
    return place
