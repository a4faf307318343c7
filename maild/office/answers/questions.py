"""Which questions are answered, by which texts, and how freely: rules/answers/table.toml and section [answers]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from maild.config import Answers, Office
from maild.domain.accounting.fees import Tariff
from maild.domain.incoming.ruling import Kind
from maild.notify.rendering.locales import LOCALES
from maild.notify.writing.answers import FOLDER, OFFICE, TABLE, AnswerTexts
from maild.notify.writing.compose import office_view
from maild.office.payments.tariffs import tariffs_in_force
from maild.resources import data_folder
from maild.tables import Source, read_toml


class Answering(StrEnum):
    """How freely a question is answered."""

    AUTO = "auto"  # at once where everything is certain
    TOLD = "told"  # at once as well, but a person looks at the mail all the same
    DRAFT = "draft"  # by a person, with the text ready


_QUESTION = {"kind", "topic", "topics", "answer", "cue", "over", "vague", "plain"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What may be asked: a kind of mail and a topic within it ('': not told).

    cue    words that show its place in the mail
    over   topics of the kind that mean no more where this one is asked as well
    vague  asked in words that may belong to any other question: only where there is none
    plain  asked in words that belong to no other: the rules' word is enough to tell it
    """

    kind: Kind
    topic: str
    topics: tuple[str, ...]
    answering: Answering
    cue: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    vague: bool = False
    plain: bool = False

    @property
    def automatic(self) -> bool:
        """Whether its answer may settle a mail."""
        return self.answering is Answering.AUTO


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPolicy:
    """lacking: office facts that are not set in every language; technicians: who mends permissions, '' nobody."""

    questions: Mapping[tuple[Kind, str], Question] = field(default_factory=lambda: MappingProxyType({}))
    texts: AnswerTexts = field(default_factory=lambda: AnswerTexts({}))
    set_facts: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    tariffs: tuple[Tariff, ...] = ()
    automatic: bool = True
    acknowledge: bool = False
    per_day: int = 6
    strangers: int = 40
    technicians: str = ""
    language: str = "zh-CN"

    @classmethod
    def usual(cls) -> AnswerPolicy:
        """As shipped."""
        return shipped()

    def find(self, kind: Kind, topic: str) -> Question | None:
        return self.questions.get((kind, topic))


def load_answers(settings: Answers, office: Office, rules_folder: str = "", language: str = "zh-CN") -> AnswerPolicy:
    """The table and the texts in force. Raises RuleError."""
    folders = [data_folder("rules"), *([Path(rules_folder)] if rules_folder else [])]
    texts = AnswerTexts.load(folders)
    table = next(p for folder in reversed(folders) if (p := folder / FOLDER / TABLE).is_file())
    views = [office_view(office, locale) for locale in LOCALES]
    return AnswerPolicy(
        questions=_questions(read_toml(table), texts),
        texts=texts,
        tariffs=tariffs_in_force(rules_folder),
        set_facts=MappingProxyType({name: all(bool(getattr(v, name)) for v in views) for name in OFFICE}),
        automatic=settings.automatic,
        acknowledge=settings.acknowledge,
        per_day=settings.per_day,
        strangers=settings.strangers,
        language=language,
        technicians=settings.technicians or office.system_address,
    )


@cache
def shipped() -> AnswerPolicy:
    """As shipped, for the office of rules/office.toml."""
    return load_answers(Answers(), Office())


def _questions(source: Source, texts: AnswerTexts) -> Mapping[tuple[Kind, str], Question]:
    rows = source.data.get("question")
    if not isinstance(rows, list):
        raise source.error("question", "there is none", "write [[question]] with kind, topic, topics and answer")
    found: dict[tuple[Kind, str], Question] = {}
    for place, row in enumerate(rows):
        question = _question(source, row, f"question[{place}]", texts)
        if found.setdefault((question.kind, question.topic), question) is not question:
            raise source.error(f"question[{place}].topic", f"{question.kind} {question.topic!r} is there twice")
    return MappingProxyType(found)


def _question(source: Source, row: Mapping[str, object], where: str, texts: AnswerTexts) -> Question:
    if unknown := sorted(set(row) - _QUESTION):
        raise source.error(f"{where}.{unknown[0]}", "is not known", f"one of {', '.join(sorted(_QUESTION))}")
    if row.get("kind") not in list(Kind):
        raise source.error(f"{where}.kind", f"{row.get('kind')!r} is no kind of mail", f"one of {', '.join(Kind)}")
    if row.get("answer") not in list(Answering):
        raise source.error(f"{where}.answer", f"{row.get('answer')!r} is not known", f"one of {', '.join(Answering)}")
    topics = _texts(source, row.get("topics"), f"{where}.topics")
    if missing := [name for name in topics if name not in texts.topics]:
        raise source.error(f"{where}.topics", f"there is no {missing[0]}.toml", "name a file of rules/answers")
    cue = tuple(word.casefold() for word in _texts(source, row.get("cue", []), f"{where}.cue"))
    return Question(
        kind=Kind(str(row["kind"])),
        topic=str(row.get("topic", "")),
        topics=topics,
        cue=cue,
        answering=Answering(str(row["answer"])),
        vague=row.get("vague", False) is True,
        plain=row.get("plain", False) is True,
        over=_texts(source, row.get("over", []), f"{where}.over"),
    )


def _texts(source: Source, value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(v, str) for v in value):
        raise source.error(where, "must be a list of texts")
    return tuple(value)
