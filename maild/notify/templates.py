"""The notice templates: found, compiled and held against the variables that notices have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    nodes,
    select_autoescape,
)
from jinja2.compiler import CodeGenerator, Frame

from maild.domain.errors import TemplateFault
from maild.domain.notice import NoticeKind
from maild.notify.compose import CONTEXT, FRAME, STAFF_FRAME
from maild.notify.locales import LOCALES
from maild.notify.money import statement_lines
from maild.notify.requests_table import request_lines

FORMS = ("subject.txt", "txt", "html")
PAGE = "_page.html.j2"
PAGE_CONTEXT = frozenset({"subject", "pages", "locales"})


class _Generator(CodeGenerator):
    """Jinja's code generator, which also notes the variables that a template takes from its context.

    jinja2.meta does the same in a pass of its own; here it costs nothing.
    """

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        for action, name in frame.symbols.loads.values():
            if action == "resolve" and name not in self.environment.globals:
                _taken(self.environment, str(self.name)).add(str(name))


def _taken(environment: Environment, template: str) -> set[str]:
    """The variables of one template. Kept apart by name: several threads may compile at a time."""
    found = environment.globals["maild_taken"]
    assert isinstance(found, dict)
    names: set[str] = found.setdefault(template, set())
    return names


class Templates:
    """All notice templates, each compiled once. Raises TemplateFault for a missing, broken or mistaken one.

    The operator's own are compiled at once, so that a slip stops the start. The shipped ones, which the tests
    have compiled, are compiled at their first use: all 100 at once would be a third of the time to start.
    """

    def __init__(self, shipped: Path, own: Path | None) -> None:
        self.folders = tuple(folder for folder in (_own_folder(own), shipped) if folder is not None)
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in self.folders]),
            undefined=StrictUndefined,
            autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
            auto_reload=False,
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.code_generator_class = _Generator
        self._environment.globals["maild_taken"] = {}
        self._environment.globals["table"] = statement_lines
        self._environment.globals["request_table"] = request_lines
        self._allowed = dict(wanted())
        for name in self._environment.list_templates(filter_func=lambda name: name.startswith("_")):
            self._allowed.setdefault(name, frozenset())  # macros: they see what they are given, nothing else
        self._compiled: dict[str, Template] = {}
        self._refuse_missing()
        if own is not None:
            self._refuse_strangers(self.folders[0])
            for file in sorted(self.folders[0].glob("*.j2")):
                self._compile(file.name)

    def compile_all(self) -> None:
        """Compile what is not compiled yet (0.3 s at most)."""
        for name in self._allowed:
            self._compiled.get(name) or self._compile(name)

    def body(self, kind: NoticeKind, locale: str, form: str, context: Mapping[str, object]) -> str:
        """One section (form 'txt' or 'html') or subject ('subject.txt')."""
        return self._write(f"{kind}.{locale}.{form}.j2", context)

    def frame(self, locale: str, form: str, context: Mapping[str, object], *, staff: bool = False) -> str:
        """The sections between greeting and signature; of a mail to staff, between theirs."""
        return self._write(f"{'_staff' if staff else '_frame'}.{locale}.{form}.j2", context)

    def page(self, context: Mapping[str, object]) -> str:
        """The whole HTML page."""
        return self._write(PAGE, context)

    def _write(self, name: str, context: Mapping[str, object]) -> str:
        template = self._compiled.get(name) or self._compile(name)
        try:
            return template.render(context)
        except TemplateError as error:
            file, line = _raised_at(error, str(template.filename))
            raise TemplateFault(
                f"{file}:{line}: {error.message}", remedy="correct the template; docs/notices.md lists the variables"
            ) from error

    def _compile(self, name: str) -> Template:
        allowed = self._allowed[name]
        try:
            template = self._environment.get_template(name)
        except TemplateSyntaxError as error:
            raise TemplateFault(
                f"{error.filename or name}:{error.lineno}: {error.message}", remedy="correct the syntax there"
            ) from error
        unknown = sorted(_taken(self._environment, name) - allowed)
        if unknown:
            line = self._line_of(name, unknown[0])
            raise TemplateFault(
                f"{template.filename}:{line}: no notice of this kind has a variable {unknown[0]!r}",
                remedy=f"use one of: {', '.join(sorted(allowed))}",
            )
        self._compiled[name] = template
        return template

    def _refuse_missing(self) -> None:
        there = set(self._environment.list_templates())
        for name in self._allowed:
            if name not in there:
                raise TemplateFault(
                    f"{self.folders[-1] / name}: no such template", remedy="restore it from the distribution"
                )

    def _line_of(self, name: str, variable: str) -> int:
        source, _, _ = self._environment.loader.get_source(self._environment, name)  # type: ignore[union-attr]
        tree = self._environment.parse(source)
        return min((n.lineno for n in tree.find_all(nodes.Name) if n.name == variable), default=1)

    def _refuse_strangers(self, folder: Path) -> None:
        for file in sorted(folder.glob("*.j2")):
            if file.name not in self._allowed and not file.name.startswith("_"):
                raise TemplateFault(
                    f"{file}: overrides nothing", remedy="name it <kind>.<locale>.<form>.j2, or remove it"
                )


def wanted() -> Iterator[tuple[str, frozenset[str]]]:
    """Every template there must be, and the variables it may use."""
    for locale in LOCALES:
        for kind in NoticeKind:
            for form in FORMS:
                yield f"{kind}.{locale}.{form}.j2", CONTEXT[kind]
        for form in ("txt", "html"):
            yield f"_frame.{locale}.{form}.j2", FRAME
            yield f"_staff.{locale}.{form}.j2", STAFF_FRAME
    yield PAGE, PAGE_CONTEXT


def _own_folder(own: Path | None) -> Path | None:
    if own is None:
        return None
    if not own.is_dir():
        raise TemplateFault(f"notices.templates: no folder {own}", remedy="create it, or leave the option empty")
    return own / "notice" if (own / "notice").is_dir() else own


def _raised_at(error: TemplateError, fallback: str) -> tuple[str, int]:
    """The template's file and line: Jinja rewrites the traceback, whose last template frame says it."""
    place, step = (fallback, 0), error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            place = (file, step.tb_lineno)
        step = step.tb_next
    return place
