"""What a mail asks for is what it is told: words that only look like a question do not answer another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from maild.domain.incoming.opinion import Opinion
from maild.domain.incoming.ruling import Kind
from maild.domain.learning.control import NEVER
from maild.office.answers.asked_for import is_asked_for, person_first
from maild.office.answers.decide_answer import Asked
from maild.office.answers.heard import Heard, hear
from maild.office.answers.questions import AnswerPolicy
from maild.office.answers.telling_policy import shipped
from tests.unit.office.answers.asking import COPY, asked, known

OTHER = Kind.PATRON_OTHER.value


@dataclass(frozen=True)
class Reader:
    """A second reader that finds these; in a sentence with one of the words those."""

    whole: dict[str, float]
    parts: dict[str, dict[str, float]]

    def __call__(self, subject: str, text: str) -> Opinion:
        found = next((kinds for word, kinds in self.parts.items() if word in text and len(text) < 30), self.whole)
        return Opinion(kinds=tuple(sorted(found.items(), key=lambda one: -one[1])), version="v1")

    def at(self, risk: str) -> float:
        return NEVER


@dataclass(frozen=True)
class Need:
    """Whether a person is needed this likely."""

    sure: float

    def need(self, subject: str, text: str) -> float:
        return self.sure

    def agrees(self, version: str) -> float:
        return NEVER


def heard(text: str, kind: Kind, topic: str, *, whole: dict[str, float], parts: dict[str, dict[str, float]] | None = None,
          need: float = 0.0, guessed: bool = False, beside: tuple[tuple[Kind, str], ...] = (), rest: tuple[str, ...] = ()) -> Heard:  # fmt: skip
    """The mail as they read it."""
    telling = replace(shipped(), second=Reader(whole, parts or {}), letting=lambda: Need(need))  # type: ignore[arg-type,return-value]
    found = hear(asked((kind, topic), *beside, text=text, rest=rest), known(COPY), telling)
    return replace(found, guessed=frozenset({kind})) if guessed else found


def is_asked(mail: Heard, kind: Kind, topic: str) -> bool:
    """Whether the mail asks that question of the shipped table."""
    question = AnswerPolicy.usual().find(kind, topic)
    assert question is not None
    return is_asked_for(Asked(question=question, ruling=mail.reading.classification.main, known=True), mail)


@pytest.mark.parametrize(("fee", "permission", "meant"), [(0.2, 0.84, False), (0.5, 0.84, True), (0.2, 0.6, True)])
def test_plain_words_count_unless_another_matter_is_found(fee: float, permission: float, meant: bool) -> None:
    """The form of the gateway is not the transfer form."""
    whole = {Kind.FEE_QUESTION.value: fee, Kind.PERMISSION_PROBLEM.value: permission}
    mail = heard("What do I fill in the form?", Kind.FEE_QUESTION, "form", whole=whole, rest=("Is it the browser",))
    assert is_asked(mail, Kind.FEE_QUESTION, "form") is meant
    assert is_asked(replace(mail, rest=()), Kind.FEE_QUESTION, "form")


def test_what_the_second_reader_has_no_name_for_it_cannot_deny() -> None:
    """How to put us on a safe list is no kind of its own."""
    mail = heard("Which addresses are safe?", Kind.PATRON_OTHER, "whitelist", whole={Kind.NOT_RECEIVED.value: 0.95})
    assert is_asked(mail, Kind.PATRON_OTHER, "whitelist")


@pytest.mark.parametrize(("asks", "meant"), [(0.02, False), (0.4, True)])
def test_a_guess_is_asked_in_a_sentence_that_asks(asks: float, meant: bool) -> None:
    """'My professor sent us the article. Can mine be undone?'"""
    status, fee = Kind.STATUS_QUERY.value, Kind.FEE_QUESTION.value
    mail = heard("The professor has the article as a pdf for everybody. Can mine be undone?", Kind.STATUS_QUERY, "state",
                 whole={status: 0.9}, parts={"undone": {fee: 0.1, status: asks}}, guessed=True)  # fmt: skip
    assert is_asked(mail, Kind.STATUS_QUERY, "state") is meant
    assert is_asked(replace(mail, guessed=frozenset()), Kind.STATUS_QUERY, "state")


@pytest.mark.parametrize(("text", "meant"), [("重发的收到了", False), ("重发的收到了吗？", True)])
def test_a_guess_that_may_be_thanks_has_to_ask(text: str, meant: bool) -> None:
    """Who has it now is not told how it stands."""
    whole = {Kind.NOT_RECEIVED.value: 0.8, Kind.THANKS.value: 0.7}
    assert (
        is_asked(heard(text, Kind.NOT_RECEIVED, "nothing", whole=whole, guessed=True), Kind.NOT_RECEIVED, "nothing")
        is meant
    )


def test_who_ends_a_request_is_told_no_prices() -> None:
    """'Cancel it, 55 yuan is two days of food': what is asked beside it a person reads."""
    mail = heard("Cancel it. Is there a fund for such a cost?", Kind.FEE_QUESTION, "price", whole={Kind.FEE_QUESTION.value: 0.9},
                 beside=((Kind.CANCEL_REQUEST, ""),))  # fmt: skip
    assert not is_asked(mail, Kind.FEE_QUESTION, "price")


@pytest.mark.parametrize(("need", "nameless", "first"), [(0.9, 0.8, True), (0.9, 0.1, False), (0.2, 0.8, False)])
def test_a_person_is_first_where_both_models_say_so(need: float, nameless: float, first: bool) -> None:
    """Irony has the words of a question."""
    whole = {Kind.FEE_QUESTION.value: 0.93, OTHER: nameless}
    assert person_first(heard("六十三元?好得很", Kind.FEE_QUESTION, "price", whole=whole, need=need)) is first
