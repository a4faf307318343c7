"""Which questions are answered, by which texts, and how freely: rules/answers/table.toml and section [answers]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from maild.config import Answers, Office
from maild.domain.accounting.fees import Tariff
from maild.domain.incoming.ruling import Kind
from maild.notify.language.locales import LOCALES
from maild.notify.writing.answers import FOLDER, OFFICE, TABLE, AnswerTexts
from maild.notify.writing.compose import office_view
from maild.office.payments.tariffs import tariffs_in_force
from maild.resources import data_folder
from maild.tables import Source, office_table
from maild.tables.table import From, Key, Table


class Answering(StrEnum):
    """How freely a question is answered."""

    AUTO = "auto"  # at once where everything is certain
    TOLD = "told"  # at once as well, but a person looks at the mail all the same
    DRAFT = "draft"  # by a person, with the text ready


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What may be asked: a kind of mail and a topic within it ('': not told).

    cue    words that show its place in the mail
    over   topics of the kind that mean no more where this one is asked as well
    vague  asked in words that may belong to any other question: only where there is none
    plain  asked in words that belong to no other: the rules' word is enough to tell it
    """

    kind: Kind
    topics: tuple[str, ...]
    answering: Annotated[Answering, Key("answer")]
    topic: str = ""
    cue: Annotated[tuple[str, ...], From(_folded, tuple[str, ...])] = ()
    over: tuple[str, ...] = ()
    vague: bool = False
    plain: bool = False

    @property
    def automatic(self) -> bool:
        """Whether its answer may settle a mail."""
        return self.answering is Answering.AUTO

    @property
    def asks_how_to_request(self) -> bool:
        """Whether it is asked how a request is made."""
        return self.topics == ("submit",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Questions:
    question: tuple[Question, ...]


QUESTIONS: Table[_Questions] = Table(
    f"{FOLDER}/{TABLE}", _Questions, "write [[question]] with kind, topic, topics and answer", whole=True
)


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
    views = [office_view(office, locale) for locale in LOCALES]
    return AnswerPolicy(
        questions=_questions(office_table(QUESTIONS.name, rules_folder, whole=True), texts),
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
    found: dict[tuple[Kind, str], Question] = {}
    for place, question in enumerate(QUESTIONS.read(source).question):
        where = f"question[{place}]"
        if missing := [name for name in question.topics if name not in texts.topics]:
            raise source.error(f"{where}.topics", f"there is no {missing[0]}.toml", "name a file of rules/answers")
        if found.setdefault((question.kind, question.topic), question) is not question:
            raise source.error(f"{where}.topic", f"{question.kind} {question.topic!r} is there twice")
    return MappingProxyType(found)
