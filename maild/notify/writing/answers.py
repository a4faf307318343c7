"""The texts that answer patrons' questions: rules/answers/<topic>.toml, in both languages, the office's to change.

A topic has a title and paragraphs. A line '- …' is a point of a list, '1. …' a step, any other a paragraph; {name}
stands for a fact of the office or of the mail. A line that names a fact which is not there is left out. docs/answers.md
explains the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from maild.domain.wording.words import Word
from maild.notify.writing.letter import OfficeView, Run
from maild.tables import Source, read_toml
from maild.tables.table import Among, From, Some, Wrong, read_as

FOLDER = "answers"
TABLE = "table.toml"  # which question is answered by which topics: the pipeline's (maild.office.answers.questions)
READERS = frozenset({"internal", "external"})
# What a section may be told to be, and what it may say beside the office's facts (maild.office.answers.sections).
FLAGS = frozenset(
    {
        "named",
        "all",
        "running",
        "ended",
        "none",
        "more",
        "left_out",
        "arrived",
        "waiting",
        "login",
        "charged",
        "free",
        "owing",
        "nothing_due",
        "prices",
        "known",
    }
)
SAID = frozenset({"login", "numbers", "count", "most", "email", "phone", "by"})
SHOWS = frozenset({"rows", "charges", "prices", "balances"})
_NAME = re.compile(r"\{(\w+)\}")
_STEP = re.compile(r"\s*\d{1,2}[.、]\s*")
_POINT = re.compile(r"\s*[-•]\s+")
_LINK = re.compile(r"https?://[^\s<>，。；、（）()]+|(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+")
OFFICE = frozenset(field.name for field in fields(OfficeView))


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Paragraphs that are said when all of `when` hold ('!x': x does not), or data that is shown."""

    text: Word
    when: tuple[str, ...] = ()
    show: str = ""

    def holds(self, flags: Iterable[str]) -> bool:
        known = frozenset(flags)
        return all((flag[1:] not in known) if flag.startswith("!") else flag in known for flag in self.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic. `needs`: office facts without which it is no answer."""

    name: str
    title: Word
    says: tuple[Say, ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """Consecutive lines of one form: text, points or steps."""

    form: str
    lines: tuple[tuple[Run, ...], ...]


class AnswerTexts:
    """All topics by name."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self.topics = MappingProxyType(dict(topics))

    @classmethod
    def load(cls, folders: Sequence[Path]) -> AnswerTexts:
        """Those of the rule folders, the shipped one first: a file of the same name replaces it. Raises RuleError."""
        files = {path.name: path for folder in folders for path in sorted((folder / FOLDER).glob("*.toml"))}
        topics = [read_topic(read_toml(path)) for name, path in sorted(files.items()) if name != TABLE]
        return cls({topic.name: topic for topic in topics})

    def lacking(self, topic: str, facts: Mapping[str, object]) -> tuple[str, ...]:
        """The office facts that the topic needs and that are not set; an unknown topic lacks itself."""
        known = self.topics.get(topic)
        return (topic,) if known is None else tuple(name for name in known.needs if not facts.get(name))


def said(text: str, facts: Mapping[str, str]) -> tuple[Lines, ...]:
    """A text with the facts in place, in runs of lines of one form."""
    found: list[tuple[str, list[tuple[Run, ...]]]] = []
    for raw in text.strip().splitlines():
        if not raw.strip() or any(not facts.get(name) for name in _NAME.findall(raw)):
            continue
        form, start = _form(raw)
        if not found or found[-1][0] != form:
            found.append((form, []))
        line = _NAME.sub(lambda name: facts[name.group(1)], raw[start:].strip())
        found[-1][1].append(tuple(_runs(line)))
    return tuple(Lines(form, tuple(lines)) for form, lines in found)


def _form(line: str) -> tuple[str, int]:
    for form, pattern in (("steps", _STEP), ("points", _POINT)):
        if start := pattern.match(line):
            return form, start.end()
    return "text", 0


def _runs(line: str) -> Iterable[Run]:
    at = 0
    for link in _LINK.finditer(line):
        shown = link.group().rstrip(".,;:")
        if link.start() > at:
            yield Run(text=line[at : link.start()])
        yield Run(text=shown, url=shown if shown.startswith("http") else f"mailto:{shown}")
        at = link.start() + len(shown)
    if at < len(line):
        yield Run(text=line[at:])


def _known(text: str) -> str:
    if unknown := sorted(set(_NAME.findall(text)) - OFFICE - SAID):
        raise ValueError(f"{{{unknown[0]}}} is no fact")
    return text


_Said = Annotated[str, From(_known, str, wanted=f"facts: {', '.join(sorted(OFFICE | SAID))}")]
_FLAG = tuple(f"{no}{flag}" for flag in sorted(FLAGS | READERS) for no in ("", "!"))
BOTH = 'give zh = "…" and en = "…"'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    zh: _Said
    en: _Said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Say:
    zh: _Said = ""
    en: _Said = ""
    when: tuple[Annotated[str, Among(_FLAG)], ...] = ()
    show: Annotated[str, Among(("", *sorted(SHOWS)))] = ""

    def __post_init__(self) -> None:
        if self.show and (self.zh or self.en):
            raise Wrong(("show",), "stands alone")
        if not self.show and not (self.zh.strip() and self.en.strip()):
            raise ValueError("must be said in both languages")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Topic:
    title: _Word
    say: Annotated[tuple[_Say, ...], Some]
    needs: tuple[Annotated[str, Among(tuple(sorted(OFFICE)))], ...] = ()


def read_topic(source: Source) -> Topic:
    """One file. Raises RuleError naming file, line and key."""
    said: _Topic = read_as(_Topic, source, BOTH)
    says = (Say(text=Word(one.zh, one.en), when=one.when, show=one.show) for one in said.say)
    title = Word(said.title.zh, said.title.en)
    return Topic(name=source.path.stem, title=title, says=tuple(says), needs=said.needs)
