"""The texts that answer patrons' questions: rules/answers/<topic>.toml, in both languages, the office's to change.

A topic has a title and paragraphs. A line '- …' is a point of a list, '1. …' a step, any other a paragraph; {name}
stands for a fact of the office or of the mail. A line that names a fact which is not there is left out. docs/answers.md
explains the files.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType

from maild.domain.errors import RuleError
from maild.domain.wording.words import Word
from maild.notify.writing.letter import OfficeView, Run

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
_TOPIC = {"title", "needs", "say"}
_SAY = {"zh", "en", "when", "show"}
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


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read."""

    path: Path
    data: Mapping[str, object]

    def error(self, field: str, reason: str, remedy: str) -> RuleError:
        return RuleError(f"{self.path}: {field}: {reason}", remedy=remedy)


class AnswerTexts:
    """All topics by name."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self.topics = MappingProxyType(dict(topics))

    @classmethod
    def load(cls, folders: Sequence[Path]) -> AnswerTexts:
        """Those of the rule folders, the shipped one first: a file of the same name replaces it. Raises RuleError."""
        files = {path.name: path for folder in folders for path in sorted((folder / FOLDER).glob("*.toml"))}
        topics = [_topic(_read(path)) for name, path in sorted(files.items()) if name != TABLE]
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


def _read(path: Path) -> Source:
    try:
        return Source(path, tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise RuleError(f"{path}: {error.strerror}", remedy="check the file and its permissions") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: {error}", remedy="correct the TOML syntax there") from error


def _topic(source: Source) -> Topic:
    data, name = source.data, source.path.stem
    _only(source, data, _TOPIC, "")
    says = data.get("say")
    if not isinstance(says, list) or not says:
        raise source.error("say", "a topic says something", 'write [[say]] with zh = "…" and en = "…"')
    needs = data.get("needs", [])
    if not isinstance(needs, list) or not OFFICE.issuperset(needs):
        raise source.error("needs", "names facts of the office", f"some of {', '.join(sorted(OFFICE))}")
    return Topic(
        name=name,
        title=_word(source, data.get("title"), "title"),
        needs=tuple(needs),
        says=tuple(_say(source, entry, f"say[{place}]") for place, entry in enumerate(says)),
    )


def _say(source: Source, entry: Mapping[str, object], where: str) -> Say:
    _only(source, entry, _SAY, where + ".")
    show, when = entry.get("show", ""), entry.get("when", [])
    if show and (show not in SHOWS or "zh" in entry or "en" in entry):
        raise source.error(f"{where}.show", f"{show!r} is not shown so", f"one of {', '.join(sorted(SHOWS))}, alone")
    flags = FLAGS | READERS
    if not isinstance(when, list) or not all(isinstance(f, str) and f.removeprefix("!") in flags for f in when):
        raise source.error(f"{where}.when", f"{when!r} is not known", f"a list of {', '.join(sorted(flags))}")
    text = Word("", "") if show else _word(source, entry, where)
    return Say(text=text, when=tuple(when), show=str(show))


def _word(source: Source, value: object, where: str) -> Word:
    both = [value.get(name) for name in ("zh", "en")] if isinstance(value, Mapping) else []
    if len(both) != 2 or not all(isinstance(text, str) and text.strip() for text in both):
        raise source.error(where, "must be said in both languages", 'give zh = "…" and en = "…"')
    for text in both:
        unknown = sorted(set(_NAME.findall(str(text))) - OFFICE - SAID)
        if unknown:
            raise source.error(where, f"{{{unknown[0]}}} is no fact", f"one of {', '.join(sorted(OFFICE | SAID))}")
    return Word(str(both[0]), str(both[1]))


def _only(source: Source, entry: object, allowed: set[str], where: str) -> None:
    if not isinstance(entry, Mapping):
        raise source.error(where.rstrip(".") or "say", "must be a table", "see docs/answers.md")
    if unknown := sorted(set(entry) - allowed):
        raise source.error(f"{where}{unknown[0]}", "is not known", f"one of {', '.join(sorted(allowed))}")
