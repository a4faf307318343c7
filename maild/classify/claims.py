"""What a mail states as a fact: sentences, less what is denied, conditional, still to come, or small print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from maild.classify.patterns import Pattern

if TYPE_CHECKING:
    from maild.classify.lexicon import Lexicon

_SENTENCE_END = re.compile(r"(?<=[。!?;])|(?<=[.])\s+(?=[A-Z\u4e00-\u9fff])")
_TITLE = re.compile(r"《[^《》\n]{1,300}》|<<[^<>\n]{1,300}>>|[\"“][^\"“”\n]{25,300}[\"”]|https?://\S+")
_CLAUSE = re.compile(r"[,:()、]|\b(?:but|and|however|because|since|although|though)\b|但是?|而是|因为?|所以|并且?")
_NUMBER_FIRST = re.compile(r"\s*[A-Za-z]{0,10}[-_]?\d[\w-]{3,40}\s*[,;.。)]\s*")
_CLOSED_LINE = re.compile(r"[.。!?！？:;；|]$")
_WRAPPED_LATIN, _WRAPPED_HAN = 50, 30  # a line at least so long may go on in the next


@dataclass(frozen=True, slots=True)
class Claim:
    """A hit of a pattern that the mail states as a fact. `place` is 'status', 'subject' or 'text'."""

    said: str
    sentence: str
    place: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """A hit that is not stated as a fact, and why."""

    said: str
    why: str


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    place: str


class Claims:
    """The sentences of a mail: values labelled as the status, the subject, the new text."""

    def __init__(self, subject: str, text: str, statuses: tuple[str, ...], lexicon: Lexicon) -> None:
        self._subject = subject
        self._text = text
        self._statuses = statuses
        self._lexicon = lexicon

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        subject = [Sentence(_without_titles(self._subject), "subject")] if self._subject else []
        status = [Sentence(value, "status") for value in self._statuses]
        return (*status, *subject, *(Sentence(s, "text") for s in self._body()))

    @property
    def headlines(self) -> tuple[Sentence, ...]:
        """The labelled statuses, else the subject."""
        places = "status" if self._statuses else "subject"
        return tuple(s for s in self.sentences if s.place == places)

    def _body(self) -> Iterator[str]:
        hedges = self._lexicon.hedges
        began = False
        for paragraph in _paragraphs(self._text, self._lexicon):
            if hedges["footer"].match(paragraph) and began:
                return
            if hedges["aside"].search(paragraph[:60]) and len(paragraph) < 200:
                continue
            began = True
            for sentence in _SENTENCE_END.split(_without_titles(paragraph)):
                if sentence and sentence.strip():
                    yield sentence.strip()

    def find(self, pattern: Pattern, *, headline: bool = False) -> Iterator[Claim | Doubt]:
        """Each hit of `pattern`, as a claim or with the doubt that takes it away.

        headline  look only where the status is labelled, or in the subject where nothing is
        """
        for sentence in self.headlines if headline else self.sentences:
            for hit in pattern.finditer(sentence.text):
                if hit.end() == hit.start():
                    continue
                yield self.judge(sentence, hit.start(), hit.end())

    def judge(
        self, sentence: Sentence, start: int, end: int, *, waiting: bool = False, denying: bool = True
    ) -> Claim | Doubt:
        """Is what stands at start…end of the sentence stated as a fact?

        waiting  it speaks of what is still to come by its nature ('fee to be confirmed'): only a denial or a
                 condition before it takes it away
        denying  the words themselves may deny something; else a denial among them takes them away
        """
        why = self._doubt(sentence.text, start, end, waiting=waiting)
        said = sentence.text[start:end]
        if not denying and (found := self._lexicon.hedges["negation"].search(said)):
            why = f"denied by '{found.group().strip()}'"
        return Doubt(said, why) if why else Claim(said, sentence.text, sentence.place, start, end)

    def _doubt(self, sentence: str, start: int, end: int, *, waiting: bool) -> str:
        hedges = self._lexicon.hedges
        before, after = sentence[:start], sentence[end:]
        clause = _last_clause(before)
        rest = _first_clause(after)
        if found := hedges["negation"].search(hedges["neutral"].sub("", clause)[-40:]):
            return f"denied by '{found.group().strip()}'"
        if found := hedges["not_yet"].search(clause):
            return f"not yet: '{found.group().strip()}'"
        if found := hedges["negation_after"].match(after):
            return f"denied by '{found.group().strip()}'"
        if found := hedges["condition"].search(before) or (not waiting and hedges["condition"].search(rest)):
            return f"only under a condition: '{found.group().strip()}'"
        if waiting:
            return ""
        if found := hedges["future"].search(clause):
            return f"still to come: '{found.group().strip()}'"
        if not after[len(rest) :].strip(" ,:;()") and (found := hedges["question"].search(sentence)):
            return f"asked, not said: '{found.group().strip()}'"
        return ""


def _last_clause(before: str) -> str:
    end = 0
    for hit in _CLAUSE.finditer(before):
        end = hit.end()
    return before[end:]


def _first_clause(after: str) -> str:
    hit = re.search(r"[,:;()]", after)
    return after[: hit.start()] if hit else after


def _without_titles(text: str) -> str:
    """Titles of works and addresses taken out: a book may be called 'Cancelled'."""
    return _TITLE.sub(" … ", text)


def _paragraphs(text: str, lexicon: Lexicon) -> Iterator[str]:
    """Lines, with those joined that a mail program wrapped, and without those that are label and value."""
    pending = ""
    for written in text.split("\n"):
        line = written
        if hit := lexicon.masked.search(line):
            line = _behind_number(line[hit.end() :], lexicon)
        labelled = hit is not None
        if pending and line and not labelled and _goes_on(pending):
            glue = "" if not pending[-1].isascii() and not line[0].isascii() else " "
            pending += glue + line
            continue
        if pending:
            yield pending
        pending = line
    if pending:
        yield pending


def _behind_number(value: str, lexicon: Lexicon) -> str:
    """What '事务号: 2026…017, 图书已归还' says behind the number; '' where another label follows or nothing."""
    hit = _NUMBER_FIRST.match(value)
    rest = value[hit.end() :].strip() if hit else ""
    return "" if lexicon.label_anywhere.search(rest) else rest


def _goes_on(line: str) -> bool:
    last = line[-80:]
    limit = _WRAPPED_LATIN if last.isascii() else _WRAPPED_HAN
    return len(line) >= limit and not _CLOSED_LINE.search(line)
