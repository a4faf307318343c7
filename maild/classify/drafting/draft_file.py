"""A drafted rule as a TOML file, laid out as the shipped ones are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from maild.classify.drafting.draft_fields import FieldDraft
from maild.classify.drafting.draft_words import WhenDraft
from maild.classify.vocabulary.model import FieldType
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.requests.lifecycle import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleDraft:
    """An example: its mail below examples/, and what is expected of it."""

    mail: str
    authenticated: bool = True
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """Everything a rule file says."""

    title: str
    party: Party
    provider: str
    domains: tuple[str, ...]
    kind: Kind
    event: Event | None
    when: WhenDraft
    fields: tuple[FieldDraft, ...]
    required: frozenset[str]
    examples: tuple[ExampleDraft, ...] = ()
    comment: str = ""


def rule_text(rule: RuleDraft) -> str:
    """The file. Patterns stand in single quotes, values in double ones."""
    lines = [
        *(f"# {line}" for line in rule.comment.split("\n") if line),
        f"title = {_value(rule.title)}",
        f"party = {_value(rule.party)}",
    ]
    if rule.provider:
        lines.append(f"provider = {_value(rule.provider)}")
    lines.append(f"kind = {_value(rule.kind)}")
    if rule.event:
        lines.append(f"event = {_value(rule.event)}")
    if rule.domains:
        lines += ["", "[who]", f"domains = [{', '.join(map(_value, rule.domains))}]"]
    lines += ["", "[when]", *(f"{name} = {_patterns(patterns)}" for name, patterns in rule.when.lists)]
    if rule.party is Party.PATRON:
        lines.append("automatic = false")
    for one in rule.fields:
        lines += ["", *_field(one, one.name in rule.required)]
    return "\n".join(lines) + "\n" + examples_text(rule.kind, rule.examples)


def examples_text(kind: str, examples: Iterable[ExampleDraft]) -> str:
    """The tables of a rule's examples, as they stand at the end of its file; '' for none."""
    lines: list[str] = []
    for example in examples:
        lines += ["", "[[examples]]", f"mail = {_value(example.mail)}", f"kind = {_value(kind)}"]
        if not example.authenticated:
            lines.append("authenticated = false")
        if example.fields:
            told = ", ".join(f"{name} = {_value(value)}" for name, value in example.fields.items())
            lines.append(f"fields = {{ {told} }}")
    return "".join(f"{line}\n" for line in lines)


def _field(one: FieldDraft, required: bool) -> list[str]:
    lines = [f"[fields.{one.name}]"]
    if one.label:
        lines.append(f"label = {_patterns(one.label)}")
    if one.pattern:
        lines.append(f"pattern = {_patterns(one.pattern)}")
        if one.where and one.where != "any":
            lines.append(f"where = {_value(one.where)}")
    if one.type is not FieldType.TEXT:
        lines.append(f"type = {_value(one.type)}")
    if required:
        lines.append("required = true")
    if one.many:
        lines.append("many = true")
    return lines


def _patterns(patterns: Sequence[str]) -> str:
    return f"[{', '.join(map(_pattern, patterns))}]"


def _pattern(text: str) -> str:
    """As a literal string, in which nothing is an escape; a list's name, or what has a quote in it, as a basic one."""
    plain = all(char.isprintable() for char in text)
    return f"'{text}'" if "'" not in text and plain and not text.startswith("@") else _value(text)


def _value(text: str) -> str:
    """A basic string: TOML's escapes are JSON's, but for DEL and lone halves of pairs."""
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")
