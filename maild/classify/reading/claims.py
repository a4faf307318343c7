"""What a mail states as a fact: sentences, less what is denied, conditional, still to come, or small print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from maild.classify import SAY
from maild.classify.vocabulary.patterns import Pattern

if TYPE_CHECKING:
    from maild.classify.vocabulary.lexicon import Lexicon

# News is short: what is longer is read up to here.
MOST_OF_SENTENCE = 500
MOST_SENTENCES = 300
MOST_STATUSES = 30
MOST_CHARACTERS = 30_000
_SENTENCE_END = re.compile(r"[。!?;]|\.\s+(?=[A-Z\u4e00-\u9fff])")  # its first character still belongs to the sentence
_TITLE = re.compile(r"《[^《》\n]{1,300}》|<<[^<>\n]{1,300}>>|[\"“][^\"“”\n。;?!]{25,300}[\"”]|https?://\S+")
_TITLE_MARKS = ("《", "<<", '"', "“", "://")
_IDENTITY = re.compile(r" ?\([^()\n]{0,120}(?:\S@\S|\d{6})[^()\n]{0,120}\)")
_CLAUSE = re.compile(r"[,:()、]|\b(?:but|and|however|because|since|although|though)\b|但是?|而是|因为?|所以|并且?")
_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")  # on a phone, for a comma
_NUMBER_FIRST = re.compile(r"\s*[A-Za-z]{0,10}[-_]?\d[\w-]{3,40}\s*[,;.。)]\s*")
_CLOSED_LINE = re.compile(r"[.。!?！？:;；|]$")
# A list of hedges → how what they stand beside is doubted.
BY = {
    "negation": "denied",
    "negation_after": "taken_away_by",
    "right_before": "taken_away_by",
    "supposition": "supposed",
    "supposed_within": "supposed",
    "condition": "conditional",
    "future": "still_to_come",
    "question": "asked",
}
_NOT_YET = ("未", "没")
_COMMA = re.compile(r"[,;、]")
_ASKED = re.compile(r"\s*\?")  # 'conditional?'
_WRAPPED_LATIN, _WRAPPED_HAN = 50, 30  # a line at least so long may go on in the next


class Hedging(Enum):
    """How much is asked of words before they count.

    FACT     it happened: not denied, conditional, still to come or asked
    WAITING  it speaks of what is to come by its nature ('fee to be confirmed'): not denied, not conditional
    WISH     somebody wants or asks something: not denied, not merely supposed ('if I need one I will write')
    """

    FACT = "fact"
    WAITING = "waiting"
    WISH = "wish"


@dataclass(frozen=True, slots=True)
class Claim:
    """A hit of a pattern that the mail states as a fact. `place` is 'status', 'subject' or 'text'."""

    said: str
    sentence: str
    place: str
    start: int
    end: int

    def clause(self, matter: Pattern) -> str:
        """What is said, and the words around it up to the next comma.

        matter  what clauses are about: one that names none goes on about what the clause before it named
        """
        before, after = self.sentence[: self.start], self.sentence[self.end :]
        *earlier, begun = _COMMA.split(before)
        clause = begun + self.said + _COMMA.split(after)[0]
        return clause if matter.search(clause) or not earlier else f"{earlier[-1]},{clause}"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A hit that is not stated as a fact, and why. `denied`: it is said not to be; `about`: of what kind, if known."""

    said: str
    why: str
    denied: bool = False
    about: str = ""


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
        self._held: dict[Pattern, bool] = {}
        self.told: dict[object, tuple[dict[Any, Claim], list[Doubt]]] = {}  # what wordings.told found, by wordings

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        subject = [Sentence(self._plain(self._subject[:MOST_OF_SENTENCE]), "subject")] if self._subject else []
        status = [Sentence(value[:MOST_OF_SENTENCE], "status") for value in self._statuses]
        body = (Sentence(s, "text") for s in islice(self._body(), MOST_SENTENCES))
        return (*status[:MOST_STATUSES], *subject, *body)

    @property
    def headlines(self) -> tuple[Sentence, ...]:
        """The labelled statuses, else the subject."""
        places = "status" if self._statuses else "subject"
        return tuple(s for s in self.sentences if s.place == places)

    def _body(self) -> Iterator[str]:
        hedges = self._lexicon.hedges
        began = False
        for paragraph in _paragraphs(self._text[:MOST_CHARACTERS], self._lexicon):
            if hedges["footer"].match(paragraph) and began:
                return
            if hedges["aside"].search(paragraph[:60]) and len(paragraph) < 200:
                continue
            began = True
            for sentence in _cut(self._plain(paragraph)):
                for start in range(0, len(sentence), MOST_OF_SENTENCE):
                    if part := sentence[start : start + MOST_OF_SENTENCE].strip():
                        yield part

    def _plain(self, text: str) -> str:
        """Without titles, and without words that only look like what is told or denied."""
        plain: str = self._lexicon.hedges["compound"].sub("…", without_titles(text))
        return plain

    @cached_property
    def whole(self) -> str:
        """All sentences, a line each."""
        return "\n".join(sentence.text for sentence in self.sentences)

    def may_hold(self, pattern: Pattern) -> bool:
        """Whether the pattern may be found in a sentence, by one search in all of them: False is certain."""
        if pattern not in self._held:
            self._held[pattern] = pattern.may_be_in(self.whole)
        return self._held[pattern]

    def held(self, pattern: Pattern) -> None:
        """Another look has found it in the sentences: that need not be asked again."""
        self._held[pattern] = True

    def find(
        self, pattern: Pattern, hedging: Hedging = Hedging.FACT, *, headline: bool = False
    ) -> Iterator[Claim | Doubt]:
        """Each hit of `pattern`, as a claim or with the doubt that takes it away.

        headline  look only where the status is labelled, or in the subject where nothing is
        """
        if not self.may_hold(pattern):
            return
        for sentence in self.headlines if headline else self.sentences:
            for hit in pattern.finditer(sentence.text):
                if hit.end() > hit.start():
                    yield self.judge(sentence, hit.start(), hit.end(), hedging)

    def judge(
        self, sentence: Sentence, start: int, end: int, hedging: Hedging = Hedging.FACT, *, denying: bool = True
    ) -> Claim | Doubt:
        """Do the words at start…end of the sentence count?

        denying  the words themselves may deny something; else a denial among them takes them away
        """
        said = sentence.text[start:end]
        why = self._doubt(sentence.text, start, end, hedging)
        if not denying and not why:
            why = self._found("negation", said)
        if why:
            supposed = self._found("condition", self._lexicon.hedges["neutral"].sub("", sentence.text[:start]))
            return Doubt(said, why, denied=why.startswith(_doubted("negation")) and not supposed)
        return Claim(said, sentence.text, sentence.place, start, end)

    def _doubt(self, sentence: str, start: int, end: int, hedging: Hedging) -> str:
        before, after = sentence[:start], sentence[end:]
        hedges = self._lexicon.hedges
        clause = hedges["neutral"].sub("", _last_clause(before))
        rest = _first_clause(after)
        if hedging is Hedging.WISH:
            clause = hedges["asking"].sub("", _SPACE.split(clause)[-1])
            return self._found("negation", clause[-40:]) or self._found("supposition", clause)
        clause = hedges["needless"].sub("", clause)
        why = self._found("negation", clause[-40:])
        why = (
            why
            or self._still(clause, sentence[start:end])
            or self._found("negation_after", hedges["neutral"].sub("", after))
        )
        why = why or self._found("condition", hedges["neutral"].sub("", before))
        why = why or self._found("supposed_within", sentence[start:end])
        if hedging is Hedging.WAITING:
            return why or (SAY("asked") if _ASKED.match(after) else "")
        if why:
            return why
        last = not after[len(rest) :].strip(" ,:;()")
        return (
            self._found("condition", hedges["neutral"].sub("", rest))
            or self._found("future", clause)
            or (self._found("question", sentence) if last else "")
        )

    def _still(self, clause: str, said: str) -> str:
        """'尚寄送' is no sending and '尚未找到' no end of looking; '暂时无法提供' says for itself what it denies."""
        why = self._found("right_before", clause)
        denies = self._lexicon.hedges["negation"].match(said) and not said.startswith(_NOT_YET)
        return "" if why and denies else why

    def _found(self, hedge: str, text: str) -> str:
        hit = self._lexicon.hedges[hedge].search(text)
        return SAY("doubted", why=_doubted(hedge), words=hit.group().strip()) if hit else ""


@cache
def _doubted(hedge: str) -> str:
    """How words of that list doubt: a mail may hold a hundred thousand of them."""
    return SAY(BY[hedge])


def _last_clause(before: str) -> str:
    end = 0
    for hit in _CLAUSE.finditer(before):
        end = hit.end()
    return before[end:]


def _first_clause(after: str) -> str:
    hit = re.search(r"[,:;()]", after)
    return after[: hit.start()] if hit else after


def without_titles(text: str) -> str:
    """Titles of works and addresses taken out: a book may be called 'Cancelled'. So are brackets that only
    identify ('（张三，a@b.example）', '(no. 20261124)'): they would keep apart what belongs together.
    """
    if "(" in text:
        text = _IDENTITY.sub("", text)
    # A search that can begin with any of several characters costs more than asking for each of them.
    return _TITLE.sub(" … ", text) if any(mark in text for mark in _TITLE_MARKS) else text


def _cut(paragraph: str) -> Iterator[str]:
    """Its sentences, each with its mark."""
    begin = 0
    for hit in _SENTENCE_END.finditer(paragraph):
        yield paragraph[begin : hit.start() + 1]
        begin = hit.end()
    yield paragraph[begin:]


def _paragraphs(text: str, lexicon: Lexicon) -> Iterator[str]:
    """Lines, with those joined that a mail program wrapped, and without those that are label and value."""
    pending = ""
    for written in text.split("\n"):
        line = written
        labelled = (end := lexicon.behind_label(line)) >= 0
        if labelled:
            line = _behind_number(line[end:], lexicon)
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
    return "" if lexicon.labels_in(rest) else rest


def _goes_on(line: str) -> bool:
    last = line[-80:]
    limit = _WRAPPED_LATIN if last.isascii() else _WRAPPED_HAN
    return len(line) >= limit and not _CLOSED_LINE.search(last)
