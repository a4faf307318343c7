"""The notice templates: found, compiled and held against the variables that notices have."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from jinja2 import Template, TemplateError

from maild.domain.errors import TemplateFault
from maild.domain.outgoing.notice import NoticeKind
from maild.notify.language.locales import LOCALES
from maild.notify.rendering.edits import Edits, group
from maild.notify.rendering.environment import NoticeEnvironment, compile_one, raised_at
from maild.notify.writing.compose import CONTEXT, FRAME, STAFF_FRAME

FORMS = ("subject.txt", "txt", "html")
PAGE = "_page.html.j2"
PAGE_CONTEXT = frozenset({"subject", "pages", "locales"})


class Templates:
    """All notice templates, each compiled once. Raises TemplateFault for a missing, broken or mistaken one.

    The operator's own are compiled at once, so that a slip stops the start. The shipped ones, which the tests
    have compiled, are compiled at their first use: all 100 at once would be a third of the time to start.
    """

    def __init__(self, shipped: Path, own: Path | None) -> None:
        self.folders = tuple(folder for folder in (_own_folder(own), shipped) if folder is not None)
        self._environment = NoticeEnvironment(self.folders)
        self._allowed = dict(wanted())
        for name in self._environment.list_templates(filter_func=lambda name: name.startswith("_")):
            self._allowed.setdefault(name, frozenset())  # macros: they see what they are given, nothing else
        self._compiled: dict[str, Template] = {}
        self._sources: dict[str, str] = {}
        self.edits: Edits | None = None
        self._refuse_missing()
        if own is not None:
            self._refuse_strangers(self.folders[0])
            for file in sorted(self.folders[0].glob("*.j2")):
                self._compile(file.name)

    def compile_all(self) -> None:
        """Compile what is not compiled yet (0.3 s at most)."""
        for name in self._allowed:
            self._compiled.get(name) or self._compile(name)

    def edited(self, bodies: Mapping[str, str], *, strict: bool = False) -> Templates:
        """The same with these bodies in force before the files; what is wrong with one leaves it out (Edits)."""
        other = copy.copy(self)
        other.edits = Edits(self.folders, self._allowed, bodies, strict=strict) if bodies else None
        return other

    def body(
        self, kind: NoticeKind, locale: str, form: str, context: Mapping[str, object], skipped: Collection[str] = ()
    ) -> str:
        """One section (form 'txt' or 'html') or subject ('subject.txt'). skipped: groups whose edits are left aside."""
        return self.write(f"{kind}.{locale}.{form}.j2", context, skipped)

    def frame(
        self,
        locale: str,
        form: str,
        context: Mapping[str, object],
        skipped: Collection[str] = (),
        *,
        staff: bool = False,
    ) -> str:
        """The sections between greeting and signature; of a mail to staff, between theirs."""
        return self.write(f"{'_staff' if staff else '_frame'}.{locale}.{form}.j2", context, skipped)

    def page(self, context: Mapping[str, object]) -> str:
        """The whole HTML page."""
        return self.write(PAGE, context)

    def source(self, name: str) -> str:
        """A template as its file has it, whatever was edited. Raises TemplateFault for a name that is none."""
        if name not in self._allowed:
            raise TemplateFault(f"there is no template {name}", remedy="maild notices list")
        if name not in self._sources:
            self._sources[name] = next(
                (folder / name).read_text("utf-8") for folder in self.folders if (folder / name).is_file()
            )
        return self._sources[name]

    @property
    def editable(self) -> list[str]:
        """The names of what staff may edit: the words of each kind, and the frames; not the macros."""
        return [name for name in self._allowed if name != PAGE and self._allowed[name]]

    def variables(self, name: str) -> frozenset[str]:
        """What a template may use."""
        return self._allowed.get(name, frozenset())

    def write(self, name: str, context: Mapping[str, object], skipped: Collection[str] = ()) -> str:
        """What a template makes of its variables. Raises TemplateFault; EditFault where it is an edited one's."""
        if self.edits is not None and group(name) not in skipped:
            written = self.edits.write(name, context)
            if written is not None:
                return written
        template = self._compiled.get(name) or self._compile(name)
        try:
            return template.render(context)
        except TemplateError as error:
            file, line = raised_at(error, str(template.filename))
            raise TemplateFault(
                f"{file}:{line}: {error.message}", remedy="correct the template; docs/notices.md lists the variables"
            ) from error

    def _compile(self, name: str) -> Template:
        template = self._compiled[name] = compile_one(self._environment, name, self._allowed[name])
        return template

    def _refuse_missing(self) -> None:
        there = set(self._environment.list_templates())
        for name in self._allowed:
            if name not in there:
                raise TemplateFault(
                    f"{self.folders[-1] / name}: no such template", remedy="restore it from the distribution"
                )

    def _refuse_strangers(self, folder: Path) -> None:
        for file in sorted(folder.glob("*.j2")):
            if file.name not in self._allowed and not file.name.startswith("_"):
                raise TemplateFault(
                    f"{file}: overrides nothing", remedy="name it <kind>.<locale>.<form>.j2, or remove it"
                )


def wanted() -> Iterator[tuple[str, frozenset[str]]]:
    """Every template there must be, and the variables it may use. Raises TemplateFault for a kind without variables."""
    if missing := [kind for kind in NoticeKind if kind not in CONTEXT]:
        raise TemplateFault(
            f"notice {missing[0]}: DATA of maild/notify/writing/compose.py has no line for it",
            remedy="add its line there, {} where it carries nothing: CONTRIBUTING.md, 'Adding a notice'",
        )
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
