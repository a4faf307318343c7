"""What may stand in the words of a notice: its variables, with the values they have in the sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from maild.domain.outgoing.notice import NoticeKind
from maild.notify.rendering.render import Renderer, frame_context
from maild.notify.rendering.samples import sample_parts

LONGEST = 120  # characters of a sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable as templates name it. root: what explains it; each: it is to be looped over."""

    name: str
    root: str
    sample: str
    each: bool = False


def variables(renderer: Renderer, kind: str, shown: NoticeKind, locale: str, *, date: datetime) -> list[Variable]:
    """What the templates of a kind, or of a frame, may use, by name; `shown`: the kind of the sample."""
    letter = renderer.letter(sample_parts(shown, locale), date=date)
    context: Mapping[str, object] = letter.sections[0].context[locale]
    if kind.startswith("_"):
        context = frame_context(letter, locale, ["…"])
    allowed = renderer.templates.variables(f"{kind}.{locale}.txt.j2")
    found = [each for name in sorted(allowed) for each in _of(name, name, context.get(name))]
    return [variable for variable in found if variable.sample or variable.name == variable.root]


def _of(root: str, name: str, value: object) -> Iterator[Variable]:
    if is_dataclass(value):
        for field in fields(value):
            yield from _of(root, f"{name}.{field.name}", getattr(value, field.name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield Variable(name=name, root=root, sample=_sample(value), each=True)
    elif isinstance(value, frozenset):
        yield Variable(name=name, root=root, sample=", ".join(sorted(map(str, value))))
    else:
        yield Variable(name=name, root=root, sample="" if value is None else _cut(str(value)))


def _sample(values: Sequence[object]) -> str:
    if not values:
        return ""
    first = values[0]
    if is_dataclass(first):
        names = [field.name for field in fields(first)]
        return "{" + ", ".join(names) + "}"
    if isinstance(first, tuple):
        return _cut("(" + ", ".join(map(str, first)) + ")")
    return _cut(str(first))


def _cut(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
