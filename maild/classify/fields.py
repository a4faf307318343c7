"""Fields: found as a rule says, typed, or left out with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from maild.classify.model import FieldSpec, FieldType
from maild.classify.patterns import label_matches
from maild.classify.values import Typed, Typing, Unfit
from maild.domain.ruling import Field
from maild.domain.text import normalise

if TYPE_CHECKING:
    from maild.classify.patterns import Pattern
    from maild.classify.view import View

MOST_VALUES = 50
_CONFIDENCE = {"label": 1.0, "pattern": 0.9, "css": 1.0, "link": 0.9}


@dataclass(slots=True)
class Found:
    """Fields found so far, and why others are not there."""

    fields: dict[str, Field] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def add(self, name: str, value: str, confidence: float, source: str) -> None:
        """The first to say a field wins."""
        self.fields.setdefault(name, Field(value, confidence, source))


def extract(specs: tuple[FieldSpec, ...], view: View, typing: Typing) -> Found:
    """Every field of the rule that the mail has."""
    found = Found()
    for spec in specs:
        _extract_one(spec, view, typing, found)
    return found


@dataclass(frozen=True, slots=True)
class _Raw:
    words: str
    way: str
    source: str


def _extract_one(spec: FieldSpec, view: View, typing: Typing, found: Found) -> None:
    """All values of the first way that yields one. Two different numbers are none, unless many are wanted."""
    values: dict[str, tuple[Typed, _Raw]] = {}
    refused: list[str] = []
    for raw in _candidates(spec, view):
        if values and raw.way != next(iter(values.values()))[1].way:
            break
        try:
            for typed in _typed(spec, raw.words, typing):
                values.setdefault(typed.value, (typed, raw))
        except Unfit as error:
            refused.append(f"{spec.name}: {raw.source}: {error}")
        if len(values) >= (MOST_VALUES if _needs_all(spec) else 1):
            break
    if len(values) > 1 and not spec.many:
        found.reasons.append(f"{spec.name}: several values: {', '.join(values)}")
        return
    if not values:
        found.reasons += refused[:3]
        return
    typed, raw = next(iter(values.values()))
    found.add(spec.name, "\n".join(values) if spec.many else typed.value, _CONFIDENCE[raw.way], raw.source)
    for name, value in typed.more.items():
        found.add(name, value, _CONFIDENCE[raw.way], raw.source)


def _needs_all(spec: FieldSpec) -> bool:
    return spec.many or spec.type is FieldType.TRANSACTION


def _typed(spec: FieldSpec, words: str, typing: Typing) -> list[Typed]:
    if spec.many and spec.type is FieldType.TRANSACTION:
        return [Typed(number) for number in typing.numbers(words)]
    return [typing.read(spec.type, words)]


def _candidates(spec: FieldSpec, view: View) -> Iterator[_Raw]:
    for pattern in spec.labels:
        for pair in view.pairs:
            if pair.value and label_matches(pattern, pair.label):
                yield _Raw(pair.value, "label", f"label {pair.label}")
    for pattern in spec.patterns:
        yield from _by_pattern(pattern, spec, view)
    if (spec.css or spec.links) and view.html_tree is not None:
        yield from _by_css(spec, view.html_tree)
        yield from _by_link(spec, view.html_tree)


def _by_pattern(pattern: Pattern, spec: FieldSpec, view: View) -> Iterator[_Raw]:
    places = [("subject", view.subject), ("text", view.text)]
    for place, text in places:
        if spec.where not in {"any", place}:
            continue
        for hit in pattern.finditer(text):
            group = 1 if hit.re.groups else 0
            words = hit.group(group) or ""
            # A number cut short by the pattern is not the number that stands there.
            if spec.type is FieldType.TRANSACTION and text[hit.end(group) : hit.end(group) + 1].isalnum():
                after = text[hit.end(group)]
                if after.isascii():
                    continue
            if words:
                yield _Raw(words, "pattern", place)


def _by_css(spec: FieldSpec, tree: Any) -> Iterator[_Raw]:
    for selector in spec.css:
        node = tree.css_first(selector)
        if node is None:
            continue
        href = node.attributes.get("href") if spec.type is FieldType.URL else None
        yield _Raw(href or normalise(node.text(separator=" ")), "css", f"css {selector}")


def _by_link(spec: FieldSpec, tree: Any) -> Iterator[_Raw]:
    if not spec.links:
        return
    for node in tree.css("a[href]")[:500]:
        text = normalise(node.text(separator=" ")).strip()
        if any(pattern.search(text) for pattern in spec.links):
            yield _Raw(node.attributes.get("href") or "", "link", f"link {text[:40]}")
