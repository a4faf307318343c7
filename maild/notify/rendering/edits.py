"""Edited templates in force before the files: a group (a kind in a language) as a whole, or as its files have it.

What cannot be used (a base template has changed with an upgrade, or the words do not fit the data of one notice) is
left out with all of its group, so that text and HTML go on to say the same; the notice goes out in the shipped words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Template, TemplateError, TemplateNotFound

from maild.domain.errors import TemplateFault
from maild.notify.rendering import SAY
from maild.notify.rendering.environment import compile_one, raised_at
from maild.notify.rendering.sandbox import FAULTS, LONGEST_BODY, SandboxEnvironment, render


def group(name: str) -> str:
    """What a template is used or left out together with: 'fee_notice.en' of 'fee_notice.en.subject.txt.j2'."""
    return ".".join(name.split(".")[:2])


class EditFault(TemplateFault):
    """An edited template that cannot be used; `group` is to be left aside."""

    def __init__(self, name: str, what: str, *, remedy: str = "") -> None:
        super().__init__(what, remedy=remedy or SAY("correct_template"))
        self.group = group(name)


class Edits:
    """The edited templates, compiled. left_out: what is wrong, by name of the template that is not in force.

    strict  raise EditFault at the first wrong one instead
    """

    def __init__(
        self,
        folders: Sequence[Path],
        allowed: Mapping[str, frozenset[str]],
        bodies: Mapping[str, str],
        *,
        strict: bool = False,
    ) -> None:
        self._environment = SandboxEnvironment(folders, bodies)
        self._compiled: dict[str, Template] = {}
        self.left_out: dict[str, str] = {}
        for name, body in bodies.items():
            try:
                self._compiled[name] = self._compile(name, body, allowed)
            except EditFault as fault:
                if strict:
                    raise
                self.left_out[name] = fault.what
        broken = {group(name) for name in self.left_out}
        self._compiled = {name: made for name, made in self._compiled.items() if group(name) not in broken}

    def write(self, name: str, context: Mapping[str, object]) -> str | None:
        """What the edited template makes of it; None where it is not edited. Raises EditFault."""
        template = self._compiled.get(name)
        if template is None:
            return None
        try:
            return render(template.generate(context))
        except FAULTS as error:
            file, line = raised_at(error, name)
            said = error.message if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
            raise EditFault(name, f"{file}:{line}: {said}") from error

    def _compile(self, name: str, body: str, allowed: Mapping[str, frozenset[str]]) -> Template:
        if name not in allowed:
            raise EditFault(name, SAY("no_such_template", name=name))
        if len(body) > LONGEST_BODY:
            raise EditFault(name, SAY("template_too_long", name=name, most=LONGEST_BODY))
        try:
            template = compile_one(self._environment, name, allowed[name])
            self._find_macros(name)
        except TemplateFault as fault:
            raise EditFault(name, fault.what, remedy=fault.remedy) from fault
        except FAULTS as error:  # what folding constants, or nesting, can raise
            raise EditFault(name, f"{name}: {type(error).__name__}: {error}") from error
        return template

    def _find_macros(self, name: str) -> None:
        """The macros that it uses are there (an upgrade may have taken them away). Raises TemplateFault."""
        for line, file, macro in self._environment.uses.get(name, ()):
            try:
                module = self._environment.get_template(file).module
            except TemplateNotFound as error:
                raise TemplateFault(f"{name}:{line}: there is no file {error.message}") from error
            if macro and not hasattr(module, macro):
                raise TemplateFault(f"{name}:{line}: {file} has no {macro!r}", remedy="use another, or write it out")
